"""linkage: merge the closest two clusters until one is left, by whichever algorithm suits the linkage.

Idea
    All of hierarchical clustering is one sentence; what "closest" means between clusters, the linkage, makes the
    difference. Single linkage follows chains, complete linkage makes balls, average lies between, ward keeps the
    spread within clusters small, centroid and median compare centres.
Maths
    single min, complete max, average mean of the distances d(i, j) over i in one cluster and j in the other;
    weighted: the mean of its two parts' distances; ward: the square root of twice the inertia that the merge adds;
    centroid: the distance between means; median: between midpoints of midpoints.
Cost
    O(n^2) but for centroid and median, which may need more. From rows, memory O(n d) for single, ward, centroid and
    median; n^2 distances for the others.
Differences
    SciPy's matrix, up to rounding; on equal distances other merges may come first.
References
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011), section 6: which
    algorithm for which linkage. Gower, Ross 1969, Ward 1963, Lance, Williams 1967: see the files.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..core import BaseEstimator, check_array, finish, someone_listens
from ..core.jit import kernel
from ..core.rules import boolean, check_rules, one_of
from ..core.steps import owned, sealed
from ..core.typing import Array, FloatArray, MatrixLike
from ..maths import METRICS, all_distances, exponent_of, metric_name, prepare
from .centroid_vectors import centroid_linkage
from .generic_linkage import generic_linkage
from .lance_williams import CODES, MONOTONE, SQUARED
from .merges import Merging, Step
from .minimum_spanning_tree import prim_on_matrix, prim_on_pairs, prim_on_rows
from .nearest_neighbour_chain import nearest_neighbour_chain
from .small_trees import SmallTree, distances_of, is_small
from .ward_vectors import ward_chain

MANY_ROWS = 8192  # above, a matrix takes more than half a gigabyte
TINY = {"ward": 700, "centroid": 256, "median": 256}  # rows up to which a matrix costs next to nothing
FEATURES = {"ward": 40, "centroid": 64, "median": 64}  # see `measures_again`
RULES = {"method": one_of(*CODES), "metric": one_of(*METRICS), "optimal_ordering": boolean}


def measures_again(n: int, d: int, method: str) -> bool:
    """Say whether ward, centroid or median linkage of n rows (n, d) measures again and again, and keeps no matrix.

    With many features a matrix is faster: above n / 60 of them, or FEATURES (measured at n=300, 500, 700, 1000, 1400,
    2000 and 5000).
    """
    if n > MANY_ROWS or n <= TINY[method]:
        return n > MANY_ROWS
    return d <= min(n // 60, FEATURES[method])


def merge_rows(X: FloatArray, method: str, metric: str = "euclidean", ascending: bool = True) -> Iterator[Step]:
    """Return the generator of merges of the rows X (n, d). For SQUARED linkages the metric must be Euclidean.

    `ascending`, see `tree_of`, counts for single linkage.
    """
    measured_again = method in SQUARED and measures_again(len(X), X.shape[1], method)
    if metric == "euclidean" and not measured_again and is_small(X):
        return SmallTree(X, method, ascending, lambda: merge_small(X, method, ascending))
    return merge_one_by_one(X, method, metric, ascending)


def merge_small(X: FloatArray, method: str, ascending: bool) -> Iterator[Step]:
    """Return the same for small rows: from distances as `SmallTree` finds them, so that ties are the same ties."""
    if method == "single":
        return prim_on_rows(prepare(X), ascending)
    D = distances_of(X, squared=method in SQUARED)
    return merge_squares(D, method) if method in SQUARED else merge_matrix(D, method)


def merge_one_by_one(X: FloatArray, method: str, metric: str, ascending: bool) -> Iterator[Step]:
    """Return the same for rows that may be many."""
    if method == "single":
        return prim_on_rows(prepare(X, metric), ascending)
    if method in SQUARED and measures_again(len(X), X.shape[1], method):
        return ward_chain(X) if method == "ward" else centroid_linkage(X, method)
    if method not in SQUARED:
        return merge_matrix(all_distances(X, prepare(X, metric), same=True), method)
    exponent = safe_exponent(X)
    X = np.ldexp(X, -exponent) if exponent else X
    squares = all_distances(X, prepare(X, "sqeuclidean"), same=True)
    if not np.isfinite(squares.max()):
        raise ValueError("The distances overflow float64; divide X by a constant first.")
    return in_users_unit(merge_squares(squares, method), exponent)


def merge_matrix(D: FloatArray, method: str) -> Iterator[Step]:
    """Return the generator of merges on a symmetric matrix of distances D (n, n), which may be overwritten.

    Raises
    ------
    ValueError
        If a distance is not finite.
    """
    if not np.isfinite(D.max()):
        raise ValueError("The distances overflow float64, or one of them is NaN; divide X by a constant first.")
    if method == "single":
        return prim_on_matrix(D)
    if method not in SQUARED:
        return nearest_neighbour_chain(D, method)
    exponent = safe_exponent(D)
    if exponent:
        np.ldexp(D, -exponent, out=D)
    np.square(D, out=D)
    return in_users_unit(merge_squares(D, method), exponent)


def merge_pairs(condensed: FloatArray, method: str) -> Iterator[Step]:
    """Return the generator of merges on finite distances listed by pairs, (n (n - 1) / 2,), which are read."""
    if method == "single":
        return prim_on_pairs(condensed, points_of_pairs(condensed))
    if method not in SQUARED:
        return nearest_neighbour_chain(square_form(condensed), method)
    exponent = safe_exponent(condensed)
    scaled = np.ldexp(condensed, -exponent) if exponent else condensed
    return in_users_unit(merge_squares(square_form(scaled, squared=True), method), exponent)


def merge_squares(D: FloatArray, method: str) -> Iterator[Step]:
    """Return the generator of merges on squared distances D (n, n), which is overwritten."""
    return nearest_neighbour_chain(D, method) if method in MONOTONE else generic_linkage(D, method)


def safe_exponent(X: FloatArray) -> int:
    """Return e such that squares of X / 2^e neither overflow nor vanish, 0 where they do not anyway."""
    exponent = exponent_of(X)
    return exponent if abs(exponent) > 200 else 0


def in_users_unit(steps: Iterator[Step], exponent: int) -> Iterator[Step]:
    """Return the generator of the steps with their heights times 2^exponent."""
    return in_unit(steps, exponent) if exponent else steps


def in_unit(steps: Iterator[Step], exponent: int) -> Iterator[Step]:
    """Yield the steps with their heights times 2^exponent."""
    for step in steps:
        merges = step.merges.copy()  # the algorithm goes on with those in its own unit
        merges[:, 2] = np.ldexp(merges[:, 2], exponent)
        yield step._replace(height=float(np.ldexp(step.height, exponent)), merges=sealed(merges))


STRIPE = 32  # rows


@kernel
def fill_square(condensed: Array, squared: bool, D: Array) -> None:
    """Fill a matrix with distances listed by pairs, or with their squares, by stripes of rows that fit the cache.

    condensed (n (n - 1) / 2,): read. D (n, n): overwritten.
    """
    n, start = D.shape[0], 0
    for top in range(0, n, STRIPE):
        stop = min(top + STRIPE, n)
        for i in range(top, stop):
            D[i, i] = 0.0
            row, pairs = D[i, i + 1 :], condensed[start : start + n - i - 1]
            start += n - i - 1
            for j in range(row.shape[0]):
                row[j] = pairs[j] * pairs[j] if squared else pairs[j]
        for j in range(top + 1, n):
            for i in range(top, min(stop, j)):
                D[j, i] = D[i, j]


def points_of_pairs(condensed: FloatArray) -> int:
    """Return of how many points, n, these are the distances by pairs, (n (n - 1) / 2,).

    Raises
    ------
    ValueError
        If no n has so many pairs, or a distance is negative.
    """
    n: int = round((1.0 + (1.0 + 8.0 * len(condensed)) ** 0.5) / 2.0)
    if n * (n - 1) // 2 != len(condensed):
        raise ValueError(f"y has {len(condensed)} numbers, but n rows have n (n - 1) / 2 distances; give all of them.")
    if len(condensed) and condensed.min() < 0:
        raise ValueError(f"y holds {condensed.min()}; distances must be 0 or more.")
    return n


def square_form(condensed: FloatArray, squared: bool = False) -> FloatArray:
    """Return the symmetric matrix (n, n) of distances listed by pairs, (n (n - 1) / 2,), or of their squares.

    Errors: as in `points_of_pairs`.
    """
    n = points_of_pairs(condensed)
    D: FloatArray = np.empty((n, n))
    fill_square(condensed, squared, D)
    return D


def seems_square_form(y: FloatArray) -> bool:
    """Say whether rows y (n, d) look like a whole matrix of distances: square, symmetric, zeros on the diagonal.

    If all is 0, it is the same tree either way.
    """
    n, d = y.shape
    hollow = n == d and not y.diagonal().any() and bool(y.any())
    return hollow and bool((y >= 0).all()) and np.array_equal(y, y.T)


class Linkage(BaseEstimator):
    """Stands for a call of `linkage` before those who look on; they learn what is merged, and how."""

    def __init__(self, linkage: str = "single", metric: str = "euclidean") -> None:
        self.linkage = linkage
        self.metric = metric

    def build(self, X: FloatArray, steps: Iterator[Step]) -> FloatArray:
        """Return the tree of the merges of X; whoever looks on sees all of them."""
        return build_tree(steps, self)


def linkage(
    y: MatrixLike, method: str = "single", metric: str = "euclidean", optimal_ordering: bool = False
) -> FloatArray:
    """Cluster rows hierarchically; return SciPy's linkage matrix.

    Parameters
    ----------
    y : rows, shape (n, d), or their distances by pairs, shape (n (n - 1) / 2,), in SciPy's order; n of at least 2
    method : "single", "complete", "average", "weighted", "ward", "centroid" or "median"
    metric : distance between rows; the last three methods take "euclidean" only. Not used where y holds distances
    optimal_ordering : turn the tree so that rows close to each other are near (`optimal_leaf_ordering`; n^3 time)

    Returns
    -------
    Z : shape (n - 1, 4); row t joins the clusters Z[t, 0] and Z[t, 1] at height Z[t, 2] to cluster n + t of Z[t, 3]
        rows; the lower of the two comes first, but for `optimal_ordering`

    Raises
    ------
    TypeError, ValueError
        For input that is not finite or of another shape, a parameter of a wrong value, or distances that overflow.

    Warns
    -----
    UserWarning
        If y looks like a whole matrix of distances, (n, n): its rows are taken for points, as by SciPy.

    >>> linkage([[0.0], [1.0], [5.0]], "complete").tolist()
    [[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 5.0, 3.0]]
    """
    check_rules("linkage", RULES, {"method": method, "metric": metric, "optimal_ordering": optimal_ordering})
    found: FloatArray = check_array(y, name="y", ensure_2d=False)
    if found.ndim == 1:
        with np.errstate(over="ignore", under="ignore"):
            steps = merge_pairs(found, method)
    elif found.ndim == 2 and len(found) > 1:
        if method in SQUARED and metric_name(metric) != "euclidean":
            raise ValueError(f"metric={metric!r} with method={method!r}: this linkage is defined for euclidean only.")
        if seems_square_form(found):
            warnings.warn(
                "y looks like a whole matrix of distances, but its rows are taken for points; for distances give the "
                "part above the diagonal, y[np.triu_indices(len(y), 1)].",
                stacklevel=2,
            )
        steps = merge_rows(found, method, metric)
    else:
        raise ValueError(f"y has shape {found.shape}; give rows (n, d) with n of at least 2, or distances by pairs.")
    Z = Linkage(method, metric).build(found, steps)
    if optimal_ordering:
        from .leaf_order import optimal_leaf_ordering  # which knows this file

        return optimal_leaf_ordering(Z, found, metric)
    return Z


def build_tree(steps: Iterator[Step], estimator: Any = None, hurried: bool = False) -> FloatArray:
    """Run the steps to the end and return the tree, without NumPy's warnings of overflow, which is checked for.

    Where nobody looks on, none is told; where somebody does, all of them, or some where `hurried`, see `Merging`.

    Raises
    ------
    ValueError
        If a height is not finite, or a listener ends the fit.
    """
    unseen = isinstance(steps, Merging) and not someone_listens()
    if isinstance(steps, SmallTree) and unseen:
        return steps.at_once()  # of numbers of which nothing overflows
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if isinstance(steps, Merging) and unseen:
            Z = steps.at_once()
        else:
            if isinstance(steps, Merging) and hurried:
                steps = steps.hurried()
            last = finish(steps, estimator)
            if last.name != "tree":
                raise ValueError("a listener ended the fit before the tree was whole; let it run to the step 'tree'.")
            Z = owned(last.merges)
    if not np.isfinite(Z[:, 2]).all():
        raise ValueError("X spreads so widely that heights overflow float64; divide X by a constant first.")
    return Z
