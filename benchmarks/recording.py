"""What recording costs: CPU time of a recorded fit over that of the same fit unrecorded.

``python -m benchmarks.recording [NAMES]`` prints a table; set OPENBLAS_NUM_THREADS and SCRATCHML_NUM_THREADS to 1 to
count one thread. Each ratio is the median of `TURNS` turns, with the quartiles beside it. In a turn, garbage is
collected and the fit runs five times: once to warm up, then unrecorded, recorded, recorded, unrecorded, so that neither
gains by its place. Where arrays come to lie differs from process to process, and may speed up either fit by some per
cent all through: run it more than once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from statistics import median, quantiles
from time import process_time
from typing import Any

import numpy as np

from scratchml import trace
from scratchml.cluster import DBSCAN, AgglomerativeClustering, KMeans, MiniBatchKMeans
from scratchml.datasets import load_digits
from scratchml.decomposition import PCA
from scratchml.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from scratchml.imbalance import SMOTE
from scratchml.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge, SGDClassifier
from scratchml.mixture import GaussianMixture
from scratchml.neural_network import MLPClassifier
from scratchml.rl import FrozenLake, QLearning
from scratchml.svm import SVC, SVR, LinearSVC
from scratchml.tree import DecisionTreeClassifier

TURNS = 25


def fits() -> dict[str, Callable[[], Any]]:
    """Return fits by name, on some thousand rows each."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5000, 10))
    y = (np.sin(2 * X[:, 0]) + X[:, 1] + 0.5 * rng.normal(size=len(X)) > 0).astype(np.int64)
    places = rng.normal(size=(4, 5)) * 4
    groups = places[rng.integers(0, 4, 2000)] + rng.normal(size=(2000, 5))
    pixels, digits = load_digits(return_X_y=True)
    few, label = X[:2000], y[:2000]
    target = X @ rng.normal(size=10) + np.sin(X[:, 0])
    wide = rng.normal(size=(2000, 200))
    slope = wide[:, :20].sum(axis=1) + rng.normal(size=2000)
    rare = (X[:, 1] > 1).astype(np.int64)
    lake = FrozenLake()
    return {
        "KMeans, 2000 rows": lambda: KMeans(5, n_init=1, random_state=0).fit(few),
        "KMeans, 5000 rows": lambda: KMeans(20, n_init=1, random_state=0).fit(X),
        "KMeans, Elkan": lambda: KMeans(20, n_init=1, algorithm="elkan", random_state=0).fit(X),
        "MiniBatchKMeans": lambda: MiniBatchKMeans(8, n_init=1, random_state=0).fit(X),
        "GaussianMixture": lambda: GaussianMixture(4, random_state=0).fit(groups),
        "LogisticRegression": lambda: LogisticRegression().fit(X, y),
        "Ridge": lambda: Ridge().fit(wide, slope),
        "Lasso": lambda: Lasso(alpha=0.02).fit(wide, slope),
        "ElasticNet": lambda: ElasticNet(alpha=0.02).fit(wide, slope),
        "SGDClassifier": lambda: SGDClassifier(random_state=0).fit(X, y),
        "MLPClassifier": lambda: MLPClassifier((100,), max_iter=10, random_state=0).fit(pixels / 16, digits),
        "AgglomerativeClustering": lambda: AgglomerativeClustering(2, linkage="single").fit(few),
        "AgglomerativeClustering, ward": lambda: AgglomerativeClustering(2).fit(few),
        "DBSCAN": lambda: DBSCAN(1.5).fit(few),
        "SVC": lambda: SVC().fit(X[:1000], y[:1000]),
        "SVR": lambda: SVR().fit(X[:1000], target[:1000]),
        "LinearSVC": lambda: LinearSVC(random_state=0).fit(X, y),
        "DecisionTreeClassifier": lambda: DecisionTreeClassifier(random_state=0).fit(X, y),
        "RandomForestClassifier": lambda: RandomForestClassifier(20, random_state=0).fit(few, label),
        "GradientBoostingClassifier": lambda: GradientBoostingClassifier(n_estimators=20, random_state=0).fit(
            few, label
        ),
        "HistGradientBoostingClassifier": lambda: HistGradientBoostingClassifier(max_iter=20).fit(X, y),
        "PCA": lambda: PCA(10).fit(wide),
        "SMOTE": lambda: SMOTE(random_state=0).fit_resample(X, rare),
        "QLearning": lambda: QLearning(n_steps=200_000, random_state=0).fit(lake),
    }


def seconds(fit: Callable[[], Any], recorded: bool) -> float:
    """Return the CPU time of one fit, letting go of its trace included."""
    start = process_time()
    if recorded:
        with trace.record():
            fit()
    else:
        fit()
    return process_time() - start


def turn(fit: Callable[[], Any]) -> tuple[float, float]:
    """Return the CPU times of two fits unrecorded and of two recorded."""
    gc.collect()
    fit()
    first, *between, last = (seconds(fit, recorded) for recorded in (False, True, True, False))
    return first + last, sum(between)


def main(names: list[str]) -> None:
    """Print a row for each fit whose name holds one of the names; all fits where there are none."""
    print(f"{'fit':30} {'ms':>8} {'steps':>6} {'us a step':>10} {'recorded / not':>15} {'quartiles':>12}")
    chosen = fits()
    gc.freeze()  # what is there by now need not be looked at each time
    for name, fit in chosen.items():
        if names and not any(word in name for word in names):
            continue
        with trace.record() as tr, np.errstate(all="ignore"):
            fit()
        turns = [turn(fit) for _ in range(TURNS)]
        plain, (low, ratio, high) = median(a / 2 for a, _ in turns), quantiles([b / a for a, b in turns], n=4)
        print(
            f"{name:30} {plain * 1e3:8.2f} {len(tr):6} {plain * 1e6 / len(tr):10.0f} {ratio:15.3f}"
            f" {low:6.3f} {high:5.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
