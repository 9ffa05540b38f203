"""Make clouds of points: Gaussian blobs, and shells of one Gaussian.

Idea: a blob is a centre with normally distributed points around it; the friendliest data for clustering. Quantile
shells are one normal cloud cut by distance from its middle, so that no straight line tells the classes apart.

Maths: x = center_j + cluster_std_j * z, z ~ N(0, I). Shells: sort by ||x - mean||^2, cut into n_classes equal parts.

Cost: O(n d) time and memory; shells O(n log n) for the sort.

Differences: the same numbers as scikit-learn for the same seed.

References: J. Zhu, H. Zou, S. Rosset, T. Hastie (2009), "Multi-class AdaBoost", Statistics and Its Interface 2,
349-360, section 4.1 (shells).
"""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from ..core.parallel import chunks
from ..core.random import check_random_state
from ..core.rules import array_like, boolean, check_rules, either, integer, none
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..core.validation import check_array, rows_at
from .shared import ROWS, finite, finite_array, normal, one_dimensional, shuffle_rows

BLOB_RULES = {
    "n_samples": either(integer(1), one_dimensional),
    "n_features": integer(1),
    "centers": either(none, integer(1), array_like),
    "cluster_std": either(finite(0.0), one_dimensional),
    "center_box": one_dimensional,
    "shuffle": boolean,
    "return_centers": boolean,
}
SHELL_RULES = {
    "mean": either(none, one_dimensional),
    "cov": finite(0.0),
    "n_samples": integer(1),
    "n_features": integer(1),
    "n_classes": integer(1),
    "shuffle": boolean,
}


def make_blobs(
    n_samples: int | VectorLike = 100,
    n_features: int = 2,
    *,
    centers: int | MatrixLike | None = None,
    cluster_std: float | VectorLike = 1.0,
    center_box: tuple[float, float] = (-10.0, 10.0),
    shuffle: bool = True,
    random_state: RandomStateLike = None,
    return_centers: bool = False,
) -> tuple[Array, ...]:
    """Make Gaussian blobs.

    Parameters
    ----------
    n_samples : number of points in all, shared out evenly, or one number for each blob
    n_features : number of dimensions, where the centres are drawn
    centers : number of blobs, or their centres (k, d); None is 3, or as many as `n_samples` lists
    cluster_std : standard deviation of the blobs: one for all, or one for each
    center_box : the centres are drawn uniformly between these two
    shuffle : put the points in random order; else blob after blob
    random_state : seed of centres, points and order
    return_centers : return the centres as well

    Returns
    -------
    X (n, d) float64, y (n,) int64 (which blob), and with `return_centers` the centres (k, d).

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value, or lengths do not agree; the message names it.

    Notes
    -----
    Cost: O(n d). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_blobs
    >>> X, y = make_blobs(6, centers=[[0, 0], [9, 9]], cluster_std=0.0, shuffle=False)
    >>> X[:, 0].tolist(), y.tolist()
    ([0.0, 0.0, 0.0, 9.0, 9.0, 9.0], [0, 0, 0, 1, 1, 1])
    """
    check_rules("make_blobs", BLOB_RULES, locals())
    rng = check_random_state(random_state)
    middles = blob_centers(n_samples, n_features, centers, center_box, rng)
    sizes = blob_sizes(n_samples, middles.shape[0])
    spreads = blob_spreads(cluster_std, middles.shape[0])

    # plainly, blob by blob: X_j = middle_j + spread_j * z, with z from N(0, I)
    X, y = np.empty((sum(sizes), middles.shape[1])), np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    stop = 0
    for middle, spread, size in zip(middles, spreads, sizes):
        start, stop = stop, stop + size
        X[start:stop] = normal(rng, (size, middle.shape[0]), middle, spread)
    if shuffle:
        X, y = shuffle_rows(rng, X, y)
    return (X, y, middles) if return_centers else (X, y)


def blob_centers(
    n_samples: Any, n_features: int, centers: Any, center_box: Any, rng: np.random.RandomState
) -> FloatArray:
    """Return the centres (k, d): those given, or drawn uniformly from the box."""
    low, high = finite_array(center_box, "center_box", (2,))
    if low > high:
        raise ValueError(f"center_box={center_box!r} is upside down; give (low, high) with low <= high.")
    one_size = isinstance(n_samples, numbers.Integral)
    if centers is None or isinstance(centers, numbers.Integral):
        if not one_size and centers is not None:
            raise ValueError(f"centers={centers} with a list of n_samples; give the centres themselves, or None.")
        n_centers = (3 if centers is None else centers) if one_size else len(n_samples)
        return rng.uniform(low, high, size=(n_centers, n_features))
    return check_array(centers, name="centers", copy=True)


def blob_sizes(n_samples: Any, n_centers: int) -> list[int]:
    """Return the number of points of each blob; where only their sum is given, the first blobs take what is left."""
    if isinstance(n_samples, numbers.Integral):
        share, left = divmod(int(n_samples), n_centers)
        return [share + 1] * left + [share] * (n_centers - left)
    sizes = [n.item() if isinstance(n, np.generic) else n for n in n_samples]
    for size in sizes:
        if not integer(0).accepts(size):
            error: type[Exception] = ValueError if integer().kind(size) else TypeError
            raise error(f"n_samples={n_samples!r} holds {size!r}; give one integer of at least 0 for each blob.")
    if len(sizes) != n_centers:
        raise ValueError(f"n_samples lists {len(sizes)} blobs and centers {n_centers}; give as many of each.")
    if sum(sizes) == 0:
        raise ValueError(f"n_samples={n_samples!r} asks for no points at all; give at least one.")
    return sizes


def blob_spreads(cluster_std: Any, n_centers: int) -> FloatArray:
    """Return the standard deviation of each blob."""
    if isinstance(cluster_std, numbers.Real):
        return np.full(n_centers, float(cluster_std))
    spreads = finite_array(cluster_std, "cluster_std", (n_centers,))
    if (spreads < 0).any():
        raise ValueError(
            f"cluster_std={cluster_std!r} holds a negative number; give standard deviations of at least 0."
        )
    return spreads


def make_gaussian_quantiles(
    *,
    mean: VectorLike | None = None,
    cov: float = 1.0,
    n_samples: int = 100,
    n_features: int = 2,
    n_classes: int = 3,
    shuffle: bool = True,
    random_state: RandomStateLike = None,
) -> tuple[FloatArray, IntArray]:
    """Make one Gaussian cloud whose classes are nested shells of equal size.

    Parameters
    ----------
    mean : middle of the cloud (d,); None is the origin
    cov : variance in every direction
    n_samples : number of points, at least one for each class
    n_features : number of dimensions d
    n_classes : number of shells; the last takes the points left over
    shuffle : put the points in random order; else from the middle outwards
    random_state : seed of points and order

    Returns
    -------
    X (n, d) float64 and y (n,) int64, which shell, counted from the middle.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; the message names it.

    Notes
    -----
    Cost: O(n d + n log n). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_gaussian_quantiles
    >>> X, y = make_gaussian_quantiles(n_samples=7, shuffle=False, random_state=0)
    >>> y.tolist()
    [0, 0, 1, 1, 2, 2, 2]
    """
    check_rules("make_gaussian_quantiles", SHELL_RULES, locals())
    if n_samples < n_classes:
        raise ValueError(f"n_samples={n_samples} is less than n_classes={n_classes}; give each class a sample.")
    rng = check_random_state(random_state)
    middle = np.zeros(n_features) if mean is None else finite_array(mean, "mean", (n_features,))
    # plainly: X = rng.multivariate_normal(middle, cov * np.identity(n_features), (n_samples,))
    X = normal(rng, (n_samples, n_features))
    _, variances, axes = np.linalg.svd(cov * np.identity(n_features))
    X *= np.sqrt(variances) * axes.diagonal()  # which are those of the features, but for their signs
    X += middle
    distances = [((X[some] - middle) ** 2).sum(axis=1) for some in chunks(n_samples, ROWS)]
    order = np.argsort(np.concatenate(distances))
    y = np.minimum(np.arange(n_samples) // (n_samples // n_classes), n_classes - 1).astype(np.int64)
    if shuffle:
        order, y = shuffle_rows(rng, order, y)
    return rows_at(X, order), y
