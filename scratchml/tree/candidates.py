"""All splits that a node could have, with their gains: for steps, for certificates, for teaching. NumPy, no kernel.

Idea
    The kernels find the best split without ever listing the others. Here they are listed, by cumulative sums over each
    sorted column: an independent way to the same answer, which is why `certify` uses it.
References
    Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), section 2.4.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core.typing import Array, FloatArray, IntArray
from .growth import Data, Limits, values_of
from .impurity import ABSOLUTE_ERROR, GINI, POISSON, SQUARED_ERROR
from .scan import CLOSEST


class Candidates(NamedTuple):
    """The splits of one node, one in each place."""

    feature: IntArray
    threshold: FloatArray
    gain: FloatArray
    missing_left: Array  # bool: whether rows without a value go left


class Thresholds(NamedTuple):
    """One threshold for each of some features, to be judged."""

    feature: IntArray
    threshold: FloatArray
    missing_left: Array  # bool


def masses_of(criterion: int, weight: FloatArray, terms: FloatArray) -> FloatArray:
    """Return weight * impurity of sets of rows from their weights (m,) and summed terms (m, t, c) of `terms_of`."""
    W = weight[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        if criterion == GINI:
            mass = W - (terms**2).sum(axis=2) / W
        elif criterion == SQUARED_ERROR:
            mass = terms[:, :, 1] - terms[:, :, 0] ** 2 / W
        elif criterion == POISSON:
            mass = terms[:, :, 1] - terms[:, :, 0] * np.log(terms[:, :, 0] / W)
            mass = np.where(terms[:, :, 0] > 0, mass, np.inf)
        else:
            share = terms / W[:, :, None]
            mass = -(terms * np.log2(np.where(share > 0, share, 1.0))).sum(axis=2)
    found: FloatArray = mass.mean(axis=1)
    return found


def terms_of(data: Data, rows: IntArray, weight: FloatArray) -> FloatArray:
    """Return what to add up for each row: class weights (m, t, k), or w y and w y^2 (w y log y for poisson)."""
    y = data.y[rows]
    if data.is_classifier:
        shares: FloatArray = (y[:, :, None] == np.arange(data.n_classes.max())) * weight[:, None, None]
        return shares
    second = y * np.log(np.where(y > 0, y, 1.0)) if data.criterion == POISSON else y * y
    found: FloatArray = np.stack([y, second], axis=2) * weight[:, None, None]
    return found


def absolute_mass(y: FloatArray, weight: FloatArray) -> float:
    """Return the summed weighted distances of y (m, t) from their weighted medians, averaged over targets."""
    total = 0.0
    for column in y.T:
        order = np.argsort(column)
        run = np.cumsum(weight[order])
        half = run[-1] / 2
        median = (column[order][np.searchsorted(run, half)] + column[order][np.searchsorted(run, half, "right")]) / 2
        total += float((weight * np.abs(column - median)).sum())
    return float(total / y.shape[1])


def list_candidates(data: Data, limits: Limits, rows: IntArray, features: IntArray | None = None) -> Candidates:
    """Return all splits of a node's rows that leave enough rows and weight on both sides; monotonicity is not asked.

    features : which to look at; None for all
    """
    weight = data.weight[rows] if len(data.weight) else np.ones(len(rows))
    y, is_absolute = data.y[rows], data.criterion == ABSOLUTE_ERROR
    terms = np.zeros((len(rows), 1, 1)) if is_absolute else terms_of(data, rows, weight)

    def mass(order: IntArray) -> FloatArray:
        """Return weight * impurity of the first 1, 2, ... rows in this order."""
        if is_absolute:
            return np.array([absolute_mass(y[order[:j]], weight[order[:j]]) for j in range(1, len(order) + 1)])
        return masses_of(data.criterion, np.cumsum(weight[order]), np.cumsum(terms[order], axis=0))

    found: list[tuple[FloatArray, ...]] = []
    for f in range(len(data.columns)) if features is None else features:
        x: Any = values_of(data, f, rows)
        order, count = np.argsort(x, kind="stable"), len(rows) - int(np.isnan(x).sum())
        for missing_left in (False, True) if 0 < count < len(rows) else (False,):
            turned = np.roll(order, len(rows) - count) if missing_left else order
            v, n = x[turned], len(rows)
            below = mass(turned)[:-1]
            above = mass(turned[::-1])[::-1][1:]
            whole = mass(turned)[-1]
            p = np.arange(1, n)
            is_gap = v[1:] > v[:-1] + CLOSEST
            if not missing_left and count < n:
                is_gap |= p == count
            run = np.cumsum(weight[turned])
            keep = is_gap & (np.minimum(p, n - p) >= limits.min_samples_leaf)
            keep &= np.minimum(run[:-1], run[-1] - run[:-1]) >= limits.min_weight_leaf
            threshold = v[:-1].astype(np.float64) / 2 + v[1:].astype(np.float64) / 2
            threshold[np.isnan(threshold)] = np.inf
            gain = (whole - below - above) / limits.root_weight
            keep &= np.isfinite(gain)
            goes = 2 * p > n if count == n else np.full(n - 1, missing_left)
            found.append((np.full(keep.sum(), f), threshold[keep], gain[keep], goes[keep]))
    if not found:
        return Candidates(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), np.empty(0, dtype=bool))
    return Candidates(*(np.concatenate(part) for part in zip(*found)))


def judge_thresholds(data: Data, limits: Limits, rows: IntArray, asked: Thresholds) -> Candidates:
    """Return those of the splits asked for that leave enough rows and weight on both sides, with their gains."""
    weight = data.weight[rows] if len(data.weight) else np.ones(len(rows))
    is_absolute = data.criterion == ABSOLUTE_ERROR
    terms = np.zeros((len(rows), 1, 1)) if is_absolute else terms_of(data, rows, weight)

    def mass(part: Array) -> float:
        """Return weight * impurity of some rows (m,) bool."""
        if is_absolute:
            return absolute_mass(data.y[rows[part]], weight[part])
        return float(masses_of(data.criterion, weight[part].sum()[None], terms[part].sum(axis=0)[None])[0])

    whole, kept, gains, sides = mass(np.ones(len(rows), dtype=bool)), [], [], []
    for k, (feature, threshold, missing_left) in enumerate(zip(*asked)):
        x = values_of(data, feature, rows)
        left = np.where(np.isnan(x), missing_left, x <= threshold)  # threshold is a float64, so x is compared as one
        count, both = np.array([left.sum(), (~left).sum()]), np.array([weight[left].sum(), weight[~left].sum()])
        if count.min() < limits.min_samples_leaf or both.min() < limits.min_weight_leaf:
            continue
        gain = (whole - mass(left) - mass(~left)) / limits.root_weight
        if np.isfinite(gain):
            kept.append(k)
            gains.append(gain)
            sides.append(bool(missing_left) if np.isnan(x).any() else bool(count[0] > count[1]))
    at = np.array(kept, dtype=np.int64)
    return Candidates(asked.feature[at], asked.threshold[at], np.array(gains), np.array(sides, dtype=bool))


def node_value(data: Data, rows: IntArray) -> Array:
    """Return the mean, median or class shares (t, k) of rows."""
    weight = data.weight[rows] if len(data.weight) else np.ones(len(rows))
    y = data.y[rows]
    if data.is_classifier:
        counts = np.stack([np.bincount(c.astype(int), weight, data.n_classes.max()) for c in y.T])
        shares: FloatArray = counts / weight.sum()
        return shares
    if data.criterion != ABSOLUTE_ERROR:
        means: FloatArray = np.average(y, axis=0, weights=weight)[:, None]
        return means
    medians = []
    for column in y.T:
        order = np.argsort(column, kind="stable")
        run, column = np.cumsum(weight[order]), column[order]
        both = [column[np.searchsorted(run, run[-1] / 2, side)] for side in ("left", "right")]
        medians.append([sum(both) / 2])
    return np.array(medians)
