"""Mutual information of columns and target, found from near neighbours where one of them is continuous.

Idea
----
How much does a column tell about the target, whatever the shape of their relation? For counts the answer is a sum over
a table. For continuous numbers there is no table; but around a point whose k-th neighbour is near, there is a crowd. If
column and target go together, the crowd in the plane of both is denser than the crowds on the two axes let one expect.

Maths
-----
psi is the digamma function, means are over the rows. Both continuous: r_i is the distance max(|dx|, |dy|) to the k-th
neighbour; n_x(i), n_y(i) are the rows strictly within r_i along x, and along y, the row itself included::

    I = psi(n) + psi(k) - mean psi(n_x) - mean psi(n_y)

One discrete: r_i is the distance to the k-th neighbour of the same label, of which there are N_i; m_i are the rows of
any label strictly within r_i, itself included; rows alone with their label are left out::

    I = psi(n) + mean psi(k_i) - mean psi(N_i) - mean psi(m_i), k_i = min(k, N_i - 1)

Estimates below 0 become 0. Columns are divided by their standard deviation, and noise of size 1e-10 keeps equal numbers
apart.

Cost
----
n log n for each column: a sort, and on one axis neighbours are a window that slides along the sorted numbers. Only the
neighbours in the plane need a tree.

Differences
-----------
Same noise for the same random_state, so scikit-learn's numbers. It finds neighbours on one axis by trees, and for
labels with few rows by a product that rounds; here distances are exact. A column of tiny numbers is divided by its
deviation, too (scikit-learn drowns it in the noise). X is never overwritten, so `copy` has nothing to do.

References
----------
Kraskov, Stoegbauer, Grassberger, Estimating mutual information, Physical Review E 69 (2004), equation 8. Ross, Mutual
information between discrete and continuous data sets, PLoS ONE 9 (2014), equation 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import check_array, check_labels, check_random_state, check_same_length, check_targets, map_chunks
from ..core.jit import kernel
from ..core.rules import anything, boolean, check_rules, integer
from ..core.rules import n_jobs as n_jobs_rule
from ..core.rules import random_state as random_state_rule
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..maths import build_tree, digamma, k_nearest_in_tree, prepare
from .f_classif import in_safe_range
from .information_gain import codes_of, mutual_information

LEAF_SIZE = 30
NOISE = 1e-10  # of Kraskov's advice, in units of the column's mean size


@kernel
def measure_kth(z: Array, k: int, radii: Array) -> None:
    """Put the distance from each number to its k-th neighbour into radii, by a window of k + 1 that slides along.

    z (m,), sorted, m > k: read. radii (m,): overwritten.
    """
    first = 0
    for i in range(z.shape[0]):
        while first + k + 1 < z.shape[0] and z[first + k + 1] - z[i] < z[i] - z[first]:
            first += 1
        radii[i] = max(z[i] - z[first], z[first + k] - z[i])


@kernel
def count_within(z: Array, radii: Array, counts: Array) -> None:
    """Count the numbers within each one's radius, itself included, by halving.

    z (m,), sorted, radii (m,): read. counts (m,): overwritten.
    """
    m = z.shape[0]
    for i in range(m):
        low, high = 0, i  # the first within lies in [low, high]
        while low < high:
            middle = (low + high) // 2
            if z[i] - z[middle] <= radii[i]:
                high = middle
            else:
                low = middle + 1
        first = low
        low, high = i, m - 1  # the last within lies in [low, high]
        while low < high:
            middle = (low + high + 1) // 2
            if z[middle] - z[i] <= radii[i]:
                low = middle
            else:
                high = middle - 1
        counts[i] = low - first + 1


def crowd(z: FloatArray, radii: FloatArray) -> IntArray:
    """Return how many of z (n,) are within each one's radius (n,), itself included."""
    order = np.argsort(z, kind="stable")
    sorted_counts, counts = np.empty(len(z), dtype=np.int64), np.empty(len(z), dtype=np.int64)
    count_within(z[order], radii[order], sorted_counts)
    counts[order] = sorted_counts
    return counts


def of_two_continuous(x: FloatArray, y: FloatArray, k: int) -> float:
    """Return Kraskov's estimate for two columns (n,)."""
    n, plane = len(x), np.column_stack([x, y])
    reference = prepare(plane, "chebyshev")
    # the row itself is the nearest, so the k-th other is the one after k
    distances, _ = k_nearest_in_tree(plane, reference, build_tree(reference, LEAF_SIZE), k + 1, 1)
    radii = np.nextafter(distances[:, -1], 0.0)
    psi = digamma(np.arange(n + 1) + (np.arange(n + 1) == 0))
    estimate = psi[n] + psi[k] - psi[crowd(x, radii)].mean() - psi[crowd(y, radii)].mean()
    return max(0.0, float(estimate))


def of_continuous_and_labels(x: FloatArray, labels: IntArray, k: int) -> float:
    """Return Ross's estimate for a column (n,) and codes of labels (n,)."""
    sizes = np.bincount(labels)
    together = sizes[labels] > 1
    if not together.any():
        raise ValueError(
            f"each of the {len(labels)} rows has a label of its own, so no row has a neighbour of the same label; give "
            "labels that repeat, or call the column or the target continuous."
        )
    x, labels = x[together], labels[together]
    n, order = len(x), np.lexsort((x, labels))  # label after label, sorted inside
    radii, z = np.empty(n), x[order]
    stops = np.cumsum(sizes[sizes > 1])
    for start, stop in zip([0, *stops[:-1].tolist()], stops.tolist()):
        measure_kth(z[start:stop], min(k, stop - start - 1), radii[start:stop])
    within = np.empty(n)
    within[order] = np.nextafter(radii, 0.0)
    own = sizes[labels]
    psi = digamma(np.arange(n + 1) + (np.arange(n + 1) == 0))
    estimate = psi[n] + psi[np.minimum(k, own - 1)].mean() - psi[own].mean() - psi[crowd(x, within)].mean()
    return max(0.0, float(estimate))


def scaled_with_noise(columns: FloatArray, rng: np.random.RandomState, shape: Any) -> FloatArray:
    """Return columns (n, m) divided by their standard deviations, with noise drawn in the given shape."""
    columns = in_safe_range(columns)
    scale = np.std(columns, axis=0)
    top, tiny = np.abs(columns).max(axis=0), 10 * np.finfo(np.float64).eps
    scale[(scale < tiny) & (scale <= tiny * top)] = 1.0  # constant, but for rounding
    columns = columns / scale
    means = np.maximum(1.0, np.abs(columns).mean(axis=0))
    noisy: FloatArray = columns + NOISE * means * rng.standard_normal(size=shape).reshape(columns.shape)
    return noisy


def discrete_mask(discrete_features: Any, d: int) -> Array:
    """Return the mask (d,) of discrete columns that a caller means by "auto", a bool, a mask or column numbers."""
    wanted = f'give "auto", True, False, a mask of {d} bools or column numbers from 0 to {d - 1}'
    if isinstance(discrete_features, (bool, np.bool_)):
        return np.full(d, bool(discrete_features))
    if isinstance(discrete_features, str):
        if discrete_features == "auto":
            return np.zeros(d, dtype=bool)
        raise ValueError(f"discrete_features={discrete_features!r} is not accepted; {wanted}.")
    found = np.asarray(discrete_features)
    if found.size == 0:
        return np.zeros(d, dtype=bool)
    if found.ndim != 1 or found.dtype.kind not in "biu":
        raise TypeError(f"discrete_features={discrete_features!r} is of a wrong kind; {wanted}.")
    if found.dtype.kind == "b" and len(found) == d:
        return found.copy()
    if found.dtype.kind == "b" or found.min() < -d or found.max() >= d:
        raise ValueError(f"discrete_features={discrete_features!r} does not fit X with {d} columns; {wanted}.")
    mask = np.zeros(d, dtype=bool)
    mask[found] = True
    return mask


def estimate_columns(
    X: FloatArray, y: Array, discrete: Array, discrete_target: bool, k: int, rng: Any, n_jobs: int | None
) -> FloatArray:
    """Return the mutual information of each column of X (n, d) with y (n,), codes or numbers; shape (d,)."""
    continuous = ~discrete
    if (continuous.any() or not discrete_target) and (k >= len(X) and not (discrete_target or discrete.all())):
        raise ValueError(f"n_neighbors={k} asks for more neighbours than the other {len(X) - 1} rows; lower it.")
    columns = X.copy()
    if continuous.any():
        shape = (len(X), int(continuous.sum()))
        columns[:, continuous] = scaled_with_noise(np.ascontiguousarray(X[:, continuous]), rng, shape)
    if not discrete_target:
        y = scaled_with_noise(y[:, None], rng, len(y))[:, 0]

    def estimate(f: int) -> float:
        x = np.ascontiguousarray(columns[:, f])
        if discrete[f]:
            return (
                mutual_information(codes_of(x), y) if discrete_target else of_continuous_and_labels(y, codes_of(x), k)
            )
        return of_continuous_and_labels(x, y, k) if discrete_target else of_two_continuous(x, y, k)

    return np.array(map_chunks(estimate, range(X.shape[1]), n_jobs or 1))


def _check_options(owner: str, **given: Any) -> None:
    rules = {
        "discrete_features": anything,
        "n_neighbors": integer(1),
        "copy": boolean,
        "random_state": random_state_rule,
        "n_jobs": n_jobs_rule,
    }
    check_rules(owner, rules, given)


def mutual_info_regression(
    X: MatrixLike,
    y: VectorLike,
    *,
    discrete_features: Any = "auto",
    n_neighbors: int = 3,
    copy: bool = True,
    random_state: RandomStateLike = None,
    n_jobs: int | None = None,
) -> FloatArray:
    """Return the mutual information of each column with a continuous target, in nats.

    Parameters
    ----------
    X : shape (n, d)
    y : numbers, shape (n,)
    discrete_features : which columns are discrete: "auto" (none), True, False, a mask (d,) or column numbers
    n_neighbors : k, fewer than the rows; more are steadier and blur more
    copy : no effect, as X is never overwritten
    random_state : seed of the noise; the same seed gives scikit-learn's
    n_jobs : threads that take a column each; None for 1, -1 for all CPUs

    Returns
    -------
    mi : array of shape (d,), 0 or more

    Raises
    ------
    TypeError, ValueError
        For a wrong argument.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.feature_selection import mutual_info_regression
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> (mutual_info_regression(X, X[:, 0] ** 2, random_state=0) > 1).tolist()  # r would be near 0 for both
    [True, False]
    """
    _check_options(
        "mutual_info_regression",
        discrete_features=discrete_features,
        n_neighbors=n_neighbors,
        copy=copy,
        random_state=random_state,
        n_jobs=n_jobs,
    )
    table, targets = check_array(X), check_targets(y)
    check_same_length(X=table, y=targets)
    mask = discrete_mask(discrete_features, table.shape[1])
    return estimate_columns(table, targets, mask, False, int(n_neighbors), check_random_state(random_state), n_jobs)


def mutual_info_classif(
    X: MatrixLike,
    y: VectorLike,
    *,
    discrete_features: Any = "auto",
    n_neighbors: int = 3,
    copy: bool = True,
    random_state: RandomStateLike = None,
    n_jobs: int | None = None,
) -> FloatArray:
    """Return the mutual information of each column with class labels, in nats.

    Parameters
    ----------
    X : shape (n, d)
    y : discrete labels, shape (n,)
    discrete_features, n_neighbors, copy, random_state, n_jobs : as for `mutual_info_regression`

    Returns
    -------
    mi : array of shape (d,), 0 or more

    Raises
    ------
    TypeError, ValueError
        For a wrong argument; if a column is continuous and each row has a class of its own.

    Examples
    --------
    >>> from scratchml.feature_selection import mutual_info_classif
    >>> mutual_info_classif([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 1, 1], discrete_features=True).round(4).tolist()
    [0.6931, 0.0]
    """
    _check_options(
        "mutual_info_classif",
        discrete_features=discrete_features,
        n_neighbors=n_neighbors,
        copy=copy,
        random_state=random_state,
        n_jobs=n_jobs,
    )
    table = check_array(X)
    _, classes = check_labels(y)
    check_same_length(X=table, y=classes)
    mask = discrete_mask(discrete_features, table.shape[1])
    return estimate_columns(table, classes, mask, True, int(n_neighbors), check_random_state(random_state), n_jobs)
