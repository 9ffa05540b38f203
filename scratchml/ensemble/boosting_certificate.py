"""The certificate of a boosted model: what each leaf says is what its rows ask for, worked out anew by NumPy.

Idea
----
Boosting promises little about the whole, but something about each part: the start is the best constant, each leaf takes
the best step for its rows, and so, if only a little of each step is taken, the loss falls in each round. All three can
be checked from the data and the fitted trees, without the kernels that grew them.

Maths
-----
With g_i, h_i the slope and curvature of the loss at row i before a round, weights included, and v the step of a leaf::

    slope of a leaf  =  |sum of g + (sum of h + l2) v| / sum of |g|        0 at the least of the loss, or, where the
                                                                            loss is not a parabola, of Newton's parabola

Losses with kinks (absolute, quantile) have an interval of slopes; its distance from 0, beyond what one row weighs
(medians and quantiles lie between two rows), is counted beside the leaf's weight.

Cost
----
One pass over the rows for each tree.

References
----------
J. H. Friedman (2001), "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29(5),
algorithm 1, line 5. R. T. Rockafellar (1970), "Convex analysis", section 23 (slopes at kinks).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ..core import check_labels
from ..core.typing import Array, FloatArray, IntArray, VectorLike
from .hist_trees import LEAF, Tree

Stage = list[tuple[IntArray, FloatArray]]  # for each tree of a round: the leaf of each row (n,), the nodes' steps


class Certificate(NamedTuple):
    """How nearly the parts of a boosted model are what boosting promises; the first two are 0 but for rounding."""

    start_slope: float  # of the mean loss at the start; 0 where it is the best constant
    leaf_slope: float  # the largest, of all leaves of all trees
    largest_rise: float  # of the mean loss in a round, beside the first loss; not above 0 if it never rises


class Task(NamedTuple):
    """The loss, and the rows that the trees were grown from."""

    loss: str
    q: float  # of loss "quantile"
    y: FloatArray  # (n,) numbers, or the classes' codes
    weight: FloatArray  # (n,)


def codes_of(y: VectorLike, classes: Array) -> FloatArray:
    """Return the codes (n,) of labels y (n,) among the classes of a fit.

    Raises
    ------
    ValueError
        For a label that the fit did not see.
    """
    labels, codes = check_labels(y)
    unknown = np.setdiff1d(labels, classes)
    if len(unknown):
        raise ValueError(f"y has labels that the fit did not see: {unknown.tolist()}; give the rows of the fit.")
    return np.searchsorted(classes, labels)[codes].astype(np.float64)


def has_kinks(task: Task) -> bool:
    """Say whether the loss is made of straight lines."""
    return task.loss in ("absolute_error", "quantile")


def losses_of(task: Task, z: FloatArray) -> FloatArray:
    """Return the loss (n,) of scores z (k, n)."""
    y, s = task.y, z[0]
    if task.loss == "squared_error":
        return np.asarray((s - y) ** 2 / 2)
    if task.loss == "absolute_error":
        return np.asarray(np.abs(s - y))
    if task.loss == "quantile":
        return np.asarray(np.maximum(task.q * (y - s), (task.q - 1) * (y - s)))
    if task.loss == "poisson":
        return np.asarray(np.exp(s) - y * s)
    if task.loss == "gamma":
        return np.asarray(s + y * np.exp(-s))
    if task.loss == "exponential":
        return np.asarray(np.exp((1 - 2 * y) * s))
    if len(z) == 1:
        return np.asarray(np.logaddexp(0, s) - y * s)
    return np.asarray(np.logaddexp.reduce(z, axis=0) - z[y.astype(np.int64), np.arange(len(y))])


def slopes_of(task: Task, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return slope and curvature (k, n) of the loss at scores z (k, n), without weights; not for kinks."""
    y = task.y
    if task.loss == "squared_error":
        return z - y, np.ones_like(z)
    if task.loss == "poisson":
        return np.asarray(np.exp(z) - y), np.exp(z)
    if task.loss == "gamma":
        return np.asarray(1 - y * np.exp(-z)), np.asarray(y * np.exp(-z))
    if task.loss == "exponential":
        e = np.exp((1 - 2 * y) * z)
        return (1 - 2 * y) * e, e
    if len(z) == 1:
        p = np.exp(-np.logaddexp(0, -z))
        return p - y, p * np.exp(-np.logaddexp(0, z))
    p = np.exp(z - np.logaddexp.reduce(z, axis=0))
    return p - (y == np.arange(len(z))[:, None]), p * (1 - p)


def kink_slope(task: Task, u: FloatArray, v: float, weight: FloatArray) -> float:
    """Return how far 0 is from the slopes at v of the sum of weight times the loss of u - v, beyond one row's share."""
    q = 0.5 if task.loss == "absolute_error" else task.q
    near = 1e-12 * (1e-300 + np.abs(u).max() + abs(v))  # y - z and v were rounded
    below, above = float(weight[u < v - near].sum()), float(weight[u > v + near].sum())
    at, total = float(weight.sum()) - below - above, float(weight.sum())
    low, high = below * (1 - q) - (above + at) * q, (below + at) * (1 - q) - above * q
    return max(0.0, low - weight.max(), -high - weight.max()) / total if total else 0.0


def slope_left(task: Task, z: FloatArray, leaf: IntArray, step: FloatArray, l2: float, tree: int) -> float:
    """Return the largest slope that the leaves' steps leave, of one tree. leaf (n,), step (nodes,): read."""
    w = task.weight
    if has_kinks(task):
        order = np.argsort(leaf, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(leaf[order])) + 1)
        return max(kink_slope(task, task.y[i] - z[0, i], float(step[leaf[i[0]]]), w[i]) for i in parts)
    g, h = slopes_of(task, z)
    G, size, H = (np.bincount(leaf, w * x, len(step)) for x in (g[tree], np.abs(g[tree]), h[tree]))
    counts = size > 0
    return float(np.max(np.abs(G + (H + l2) * step)[counts] / size[counts], initial=0.0))


def certify_rounds(
    task: Task, z: FloatArray, rounds: Iterable[Stage], rate: float, l2: float = 0.0, factor: float = 1.0
) -> Certificate:
    """Play the rounds again from scores z (k, n), overwritten, checking each leaf and the loss.

    rate is the learning rate; a leaf's step is its best one times `factor`.
    """
    n, slope, rise = len(task.y), 0.0, -np.inf
    whole = np.zeros(n, dtype=np.int64)
    start = max(slope_left(task, z, whole, np.zeros(1), 0.0, tree) for tree in range(len(z)))
    first = last = float(np.average(losses_of(task, z), weights=task.weight))
    for stage in rounds:
        before = z.copy()
        for tree, (leaf, step) in enumerate(stage):
            slope = max(slope, slope_left(task, before, leaf, step / factor, l2, tree))
            z[tree] += rate * step[leaf]
        now = float(np.average(losses_of(task, z), weights=task.weight))
        rise, last = max(rise, now - last), now
    return Certificate(start, slope, rise / (abs(first) or 1.0))


def leaves_of(tree: Tree, X: FloatArray) -> IntArray:
    """Return the leaf (n,) of a histogram tree that each row of X (n, d) ends in: all rows go down side by side."""
    node = np.zeros(len(X), dtype=np.int64)
    while len(inner := np.flatnonzero(tree.right[node] != LEAF)):
        at = node[inner]
        x, group = X[inner, tree.feature[at]], tree.categories[at]
        left: Array = np.where(np.isnan(x), tree.missing_left[at] == 1, x <= tree.threshold[at])
        asked = (group >= 0) & ~np.isnan(x)
        left[asked] = tree.goes_left[group[asked], x[asked].astype(np.int64)] == 1
        node[inner] = np.where(left, at + 1, tree.right[at])
    return node
