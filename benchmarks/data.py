"""The tables the races run on: five made-up kinds with the structure of real data, and the bundled real sets.

``draw("clustered", 1000, 20, "two")`` gives the same bits every time. No kind is Gaussian noise only but the first, so
that no algorithm is tuned to it: columns that repeat each other, groups, rare huge values, ties and repeated rows.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

REAL = ("breast_cancer", "diabetes", "digits", "iris", "wine", "yeast")
CLASSES = {"two": 2, "three": 3, "ten": 10, "rare": 2}
TASKS = ("none", "numbers", *CLASSES)


def gaussian(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Return independent columns of normal noise."""
    return rng.normal(size=(n, d))


def correlated(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Return columns made of a few hidden causes and noise of unequal size, each of standard deviation 1 or so."""
    k = max(1, d // 5)
    X = rng.normal(size=(n, k)) @ rng.normal(size=(k, d))
    X += 0.7 * rng.normal(size=(n, d)) * np.exp(0.5 * rng.normal(size=d))
    return X / X.std(axis=0)


def clustered(rng: np.random.Generator, n: int, d: int, k: int = 20) -> np.ndarray:
    """Return rows around k centres, of unequal numbers and widths."""
    centres, widths = 3 * rng.normal(size=(k, d)), rng.uniform(0.5, 1.5, size=k)
    label = rng.choice(k, size=n, p=rng.dirichlet(np.full(k, 5.0)))
    return centres[label] + widths[label, None] * rng.normal(size=(n, d))


def heavy_tailed(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Return columns whose largest values are far out: Student's t with 3 degrees of freedom beside incomes."""
    X = rng.standard_t(3, size=(n, d))
    X[:, 1::2] = np.exp(rng.normal(size=(n, d // 2)))
    return X


def duplicated(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Return counts, yes/no columns and rounded numbers, where every second row or so repeats another one."""
    X = np.round(correlated(rng, max(2, n // 2), d), 1)
    X[:, 1::3] = rng.poisson(2.0, size=X[:, 1::3].shape)
    X[:, 2::3] = X[:, 2::3] > 0.5
    return X[np.concatenate([np.arange(len(X)), rng.integers(len(X), size=max(0, n - len(X)))])[:n]]


KINDS: dict[str, Callable[[np.random.Generator, int, int], np.ndarray]] = {
    "gaussian": gaussian,
    "correlated": correlated,
    "clustered": clustered,
    "heavy_tailed": heavy_tailed,
    "duplicated": duplicated,
}
NAMES = (*KINDS, *REAL)


def signal(X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return one number for each row: mostly linear in the columns, one product of two, and noise."""
    scale = X.std(axis=0)
    Z = np.clip((X - X.mean(axis=0)) / np.where(scale > 0, scale, 1.0), -3, 3)
    return Z @ (1.0 / (1.0 + np.arange(Z.shape[1]))) + Z[:, 0] * Z[:, -1] + 0.5 * rng.normal(size=len(Z))


def classes_of(values: np.ndarray, task: str) -> np.ndarray:
    """Cut numbers into as many classes as the task asks for, equally frequent but for the rare one, a tenth."""
    k = CLASSES[task]
    cuts = [0.9] if task == "rare" else np.arange(1, k) / k
    return np.digitize(values, np.quantile(values, cuts)).astype(np.int64)


def targets(task: str, X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return y for made-up rows."""
    values = signal(X, rng)
    return values if task == "numbers" else classes_of(values, task)


def real(name: str, task: str) -> tuple[np.ndarray, np.ndarray]:
    """Return X and y of a bundled set, y cut or merged where the task asks for another number of classes.

    The columns are centred and scaled to standard deviation 1, as one does before a model is fitted that asks for it.
    """
    X, y = getattr(importlib.import_module("scratchml.datasets"), f"load_{name}")(return_X_y=True)
    scale = X.std(axis=0)
    X = (X - X.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    if task in ("none", "numbers"):
        return X, np.asarray(y, dtype=np.float64)
    labels, counts = np.unique(y, return_counts=True)
    if len(labels) > 20:
        return X, classes_of(y, task)
    if CLASSES[task] > len(labels):
        return X, classes_of(signal(X, np.random.default_rng(0)), task)
    if CLASSES[task] == 2:
        return X, (y == labels[counts.argmin()]).astype(np.int64)
    return X, np.searchsorted(labels, y).astype(np.int64)


def draw(kind: str, n: int, d: int, task: str = "none", queries: int = 0, seed: int = 0) -> dict[str, Any]:
    """Return X (n, d), y (n,) unless the task is "none", and with `queries` that many more rows Q with their `truth`.

    A real set has its own size: n and d are ignored, and the queries are rows of it.

    Raises
    ------
    ValueError
        If the kind or the task is unknown.
    """
    if task not in TASKS:
        raise ValueError(f"no task {task!r}; there are: {', '.join(TASKS)}.")
    if kind in REAL:
        X, y = real(kind, task)
        found = {"X": np.ascontiguousarray(X, dtype=np.float64), "y": y, "Q": X[:queries], "truth": y[:queries]}
    elif kind in KINDS:
        rng = np.random.default_rng(seed)
        X = np.ascontiguousarray(KINDS[kind](rng, n + queries, d))
        y = np.empty(0) if task == "none" else targets(task, X, rng)
        found = {"X": X[:n], "y": y[:n], "Q": X[n:], "truth": y[n:]}
    else:
        raise ValueError(f"no data {kind!r}; there are: {', '.join(NAMES)}.")
    unwanted = (set() if queries else {"Q", "truth"}) | ({"y", "truth"} if task == "none" else set())
    return {name: value for name, value in found.items() if name not in unwanted}
