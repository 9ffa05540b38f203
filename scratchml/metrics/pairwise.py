"""Distances and kernels between all pairs of rows, under the names users know.

Idea
    The distances come from `scratchml.maths` (see there for how they stay accurate); a kernel function of machine
    learning is a similarity: an inner product, or a function of a distance.
Maths
    cosine similarity x.y / (||x|| ||y||), linear x.y, polynomial (gamma x.y + coef0)^degree, sigmoid
    tanh(gamma x.y + coef0), rbf exp(-gamma ||x - y||^2); gamma is 1 / d unless given.
Cost
    n m d operations and the n m results; `pairwise_distances_argmin_min` holds only blocks of them.
Differences
    All results are float64; scikit-learn keeps float32. Euclidean, cosine and rbf values of rows that are close
    together are more accurate than scikit-learn's: it cancels digits without looking (`tests/parity` has the numbers).
References
    Schölkopf, Smola, Learning with Kernels, section 2.3 (the kernels). Dixon, Pattern recognition with partly
    missing data, IEEE Trans. Systems, Man and Cybernetics 9 (1979) 617-621 (distances with missing values).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..core import check_array, chunks
from ..core.rules import Rule, check_rules, none, real
from ..core.rules import either as one_rule_of
from ..core.typing import FloatArray, IntArray, MatrixLike, VectorLike
from ..maths import METRICS, Reference, all_distances, inner_products, k_nearest, prepare, smallest_of_rows, unit_rows

Metric = str | Callable[..., float]
MULTIPLIED = 8  # the highest power that is worked out by products: each of them rounds
ROWS_AT_A_TIME = 256  # of a callable metric, whose blocks are reduced before the next is measured


# ---------------------------------------------------------------------------------------------------------------
# Input.


def check_pair(X: MatrixLike, Y: MatrixLike | None, *, allow_nan: bool = False) -> tuple[FloatArray, FloatArray]:
    """Return X (n, d) and Y (m, d) as checked arrays of equal width; the same object twice where Y is None or X."""
    first = check_array(X, allow_nan=allow_nan)
    if Y is None or Y is X:
        return first, first
    second = check_array(Y, name="Y", allow_nan=allow_nan)
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"Incompatible dimension for X and Y matrices: X.shape[1] == {first.shape[1]} while Y.shape[1] == "
            f"{second.shape[1]}; both need the same features."
        )
    return first, second


def check_precomputed(X: MatrixLike, m: int | None = None) -> FloatArray:
    """Return X (n, m) as checked distances, none of them negative; m is what is indexed, n where None."""
    found: FloatArray = check_array(X)
    indexed = found.shape[0] if m is None else m
    if found.shape[1] != indexed:
        raise ValueError(
            f"Precomputed metric requires shape (n_queries, n_indexed). Got {found.shape} for {indexed} indexed."
        )
    if (found < 0).any():
        raise ValueError(
            f"Negative values in data passed to X: precomputed distances must be 0 or more; {found.min()}."
        )
    return found


def reference_rows(Y: FloatArray, metric: str, kwds: Mapping[str, Any]) -> Reference:
    """Return the rows Y ready for a named metric; `kwds` may hold minkowski's p and w.

    Raises
    ------
    TypeError
        If `kwds` holds anything else.
    """
    unknown = set(kwds) - ({"p", "w"} if metric == "minkowski" else set())
    if unknown:
        raise TypeError(f"metric={metric!r} takes no parameter {sorted(unknown)[0]!r}; only minkowski takes p and w.")
    p, w = kwds.get("p", 2.0), kwds.get("w")
    check_rules("minkowski", {"p": real(0, open_low=True)}, {"p": 2.0 if p is None else p})
    if w is not None:
        w = check_array(w, name="w", ensure_2d=False)
        if w.shape != (Y.shape[1],) or (w < 0).any():
            raise ValueError(
                f"w has shape {w.shape} and least value {w.min()}; give one weight of 0 or more a feature."
            )
    return prepare(Y, metric, 2.0 if p is None else float(p), w)


def _check_metric(metric: Metric, extra: tuple[str, ...] = ()) -> None:
    if callable(metric):
        return
    if not isinstance(metric, str):
        raise TypeError(f"metric={metric!r} is of type {type(metric).__name__}; give a name or a callable.")
    if metric not in (*METRICS, *extra):
        names = ", ".join((*METRICS, *extra))
        raise ValueError(f"metric={metric!r} is not known; give a callable or one of {names}.")


def measured_by(
    metric: Callable[..., float], X: FloatArray, Y: FloatArray, kwds: Mapping[str, Any], same: bool = False
) -> FloatArray:
    """Return metric(x, y) for all rows, shape (n, m); `same` (X is Y) asks for each pair once."""
    found: FloatArray = np.empty((len(X), len(Y)))
    for i in range(len(X)):
        for j in range(i if same else 0, len(Y)):
            value = metric(X[i], Y[j], **kwds)
            try:
                found[i, j] = value
            except (TypeError, ValueError) as error:
                raise TypeError(f"metric returned {value!r} for two rows; it must return one number.") from error
            if same:
                found[j, i] = found[i, j]
    return found


# ---------------------------------------------------------------------------------------------------------------
# Distances.


def pairwise_distances(
    X: MatrixLike,
    Y: MatrixLike | None = None,
    metric: Metric = "euclidean",
    *,
    n_jobs: int | None = None,
    **kwds: Any,
) -> FloatArray:
    """Return the distance of each row of X to each row of Y.

    Parameters
    ----------
    X : shape (n, d), or (n, m) distances with ``metric="precomputed"``
    Y : shape (m, d); None stands for X
    metric : euclidean (l2), sqeuclidean, manhattan (l1, cityblock), chebyshev, minkowski, cosine, hamming,
        nan_euclidean, precomputed, or a callable of two rows
    n_jobs : threads; None means all CPUs (see `scratchml.core.parallel`)
    kwds : `p` and `w` of minkowski, `squared` of euclidean, whatever a callable takes

    Returns
    -------
    array of shape (n, m); exactly symmetric, with zeros on the diagonal, where Y is None

    Raises
    ------
    TypeError, ValueError
        For input that is no finite (n, d) array, an unknown metric or parameter, widths that differ.

    >>> pairwise_distances([[0, 0], [3, 4]], metric="manhattan")
    array([[0., 7.],
           [7., 0.]])
    """
    _check_metric(metric, ("precomputed",))
    if metric == "precomputed":
        return check_precomputed(X, None if Y is None else len(check_array(Y, name="Y")))
    if isinstance(metric, str) and metric in ("euclidean", "l2") and kwds.pop("squared", False):
        metric = "sqeuclidean"
    first, second = check_pair(X, Y, allow_nan=metric == "nan_euclidean")
    if callable(metric):
        return measured_by(metric, first, second, kwds, same=first is second)
    found = all_distances(first, reference_rows(second, metric, kwds), n_jobs, same=first is second)
    if metric == "cosine" and first is second:
        np.fill_diagonal(found, 0.0)  # a row of zeros, too, is at distance 0 from itself
    return found


def euclidean_distances(
    X: MatrixLike,
    Y: MatrixLike | None = None,
    *,
    Y_norm_squared: VectorLike | None = None,
    squared: bool = False,
    X_norm_squared: VectorLike | None = None,
) -> FloatArray:
    """Return the Euclidean distance (or its square) of each row of X (n, d) to each of Y (m, d), shape (n, m).

    `X_norm_squared` and `Y_norm_squared` are taken for compatibility and not used: the norms needed here are those
    of shifted rows.
    """
    return pairwise_distances(X, Y, "sqeuclidean" if squared else "euclidean")


def nan_euclidean_distances(
    X: MatrixLike, Y: MatrixLike | None = None, *, squared: bool = False, missing_values: float = np.nan
) -> FloatArray:
    """Return Euclidean distances of rows with missing values, shape (n, m).

    Features that either row lacks are left out and the sum is scaled up to d features. NaN where no feature is left.

    >>> nan_euclidean_distances([[3.0, np.nan]], [[0.0, 1.0]]) ** 2
    array([[18.]])
    """
    is_nan = isinstance(missing_values, (float, np.floating)) and bool(np.isnan(missing_values))
    first, second = check_pair(X, Y, allow_nan=is_nan)
    if not is_nan:
        same = first is second
        first = np.where(first == missing_values, np.nan, first)
        second = first if same else np.where(second == missing_values, np.nan, second)
    found = all_distances(first, prepare(second, "nan_euclidean"), same=first is second)
    return found**2 if squared else found


def manhattan_distances(X: MatrixLike, Y: MatrixLike | None = None) -> FloatArray:
    """Return sum_f |x_f - y_f| for each row of X (n, d) and of Y (m, d), shape (n, m)."""
    return pairwise_distances(X, Y, "manhattan")


def cosine_distances(X: MatrixLike, Y: MatrixLike | None = None) -> FloatArray:
    """Return 1 - cosine similarity, from 0 to 2, for each row of X (n, d) and of Y (m, d), shape (n, m).

    A row of zeros is at distance 1 from every other.
    """
    return pairwise_distances(X, Y, "cosine")


def pairwise_distances_argmin_min(
    X: MatrixLike,
    Y: MatrixLike,
    *,
    axis: int = 1,
    metric: Metric = "euclidean",
    metric_kwargs: Mapping[str, Any] | None = None,
) -> tuple[IntArray, FloatArray]:
    """Return, for each row of X, the index of the nearest row of Y and its distance; no n x m array is held.

    ``axis=0`` asks for the nearest row of X to each row of Y. Ties go to the lowest index.

    >>> pairwise_distances_argmin_min([[0.0], [4.0]], [[1.0], [5.0]])
    (array([0, 1]), array([1., 1.]))
    """
    _check_metric(metric)
    if axis not in (0, 1):
        raise ValueError(f"axis={axis!r} is not accepted; give 1 (nearest in Y) or 0 (nearest in X).")
    if metric == "nan_euclidean":
        raise ValueError("metric='nan_euclidean' has no nearest row where a distance is NaN; impute first.")
    first, second = check_pair(X, Y)
    if axis == 0:
        first, second = second, first
    kwds = dict(metric_kwargs or {})
    if isinstance(metric, str) and metric in ("euclidean", "l2") and kwds.pop("squared", False):
        metric = "sqeuclidean"
    if callable(metric):
        blocks = [
            smallest_of_rows(measured_by(metric, first[rows], second, kwds), 1)
            for rows in chunks(len(first), ROWS_AT_A_TIME)
        ]
        found, indices = np.concatenate([b[0] for b in blocks]), np.concatenate([b[1] for b in blocks])
    else:
        found, indices = k_nearest(first, reference_rows(second, metric, kwds), 1)
    return indices.ravel(), found.ravel()


def pairwise_distances_argmin(
    X: MatrixLike,
    Y: MatrixLike,
    *,
    axis: int = 1,
    metric: Metric = "euclidean",
    metric_kwargs: Mapping[str, Any] | None = None,
) -> IntArray:
    """Return the index of the nearest row of Y for each row of X: see `pairwise_distances_argmin_min`."""
    return pairwise_distances_argmin_min(X, Y, axis=axis, metric=metric, metric_kwargs=metric_kwargs)[0]


# ---------------------------------------------------------------------------------------------------------------
# Kernels, in the sense of kernel methods.


def _check_kernel(d: int, gamma: float | None, **others: tuple[float, Rule]) -> float:
    check_rules("kernel", {"gamma": one_rule_of(none, real(0))}, {"gamma": gamma})
    check_rules("kernel", {k: v[1] for k, v in others.items()}, {k: v[0] for k, v in others.items()})
    return 1.0 / d if gamma is None else float(gamma)


def raise_to_power(block: FloatArray, degree: float) -> None:
    """Raise a block (a, b) to a power in place; to whole ones up to MULTIPLIED by multiplying, degree - 1 roundings."""
    # plainly: np.power(block, degree, out=block)
    if degree not in range(1, MULTIPLIED + 1):
        np.power(block, degree, out=block)
        return
    bits = f"{int(degree):b}"[1:]  # from the first one down: each bit doubles the power, a 1 adds one to it
    base = block.copy() if "1" in bits else block
    for bit in bits:
        block *= block
        if bit == "1":
            block *= base


def linear_kernel(X: MatrixLike, Y: MatrixLike | None = None, dense_output: bool = True) -> FloatArray:
    """Return the inner product of each row of X (n, d) and each of Y (m, d), shape (n, m).

    `dense_output` is taken for compatibility; results are always dense.
    """
    first, second = check_pair(X, Y)
    return inner_products(first, second, same=first is second)


def polynomial_kernel(
    X: MatrixLike, Y: MatrixLike | None = None, degree: float = 3, gamma: float | None = None, coef0: float = 1
) -> FloatArray:
    """Return (gamma x.y + coef0)^degree for each row of X (n, d) and of Y (m, d), shape (n, m); gamma None is 1 / d."""
    first, second = check_pair(X, Y)
    gamma = _check_kernel(first.shape[1], gamma, degree=(degree, real(1)), coef0=(coef0, real()))

    def finish(block: FloatArray) -> None:
        block *= gamma
        block += coef0
        raise_to_power(block, degree)

    return inner_products(first, second, same=first is second, finish=finish)


def sigmoid_kernel(
    X: MatrixLike, Y: MatrixLike | None = None, gamma: float | None = None, coef0: float = 1
) -> FloatArray:
    """Return tanh(gamma x.y + coef0) for each row of X (n, d) and of Y (m, d), shape (n, m); gamma None is 1 / d."""
    first, second = check_pair(X, Y)
    gamma = _check_kernel(first.shape[1], gamma, coef0=(coef0, real()))

    def finish(block: FloatArray) -> None:
        block *= gamma
        block += coef0
        np.tanh(block, out=block)

    return inner_products(first, second, same=first is second, finish=finish)


def rbf_kernel(X: MatrixLike, Y: MatrixLike | None = None, gamma: float | None = None) -> FloatArray:
    """Return exp(-gamma ||x - y||^2) for each row of X (n, d) and of Y (m, d), shape (n, m); gamma None is 1 / d.

    >>> float(rbf_kernel([[0.0]], [[2.0]], gamma=0.25)[0, 0]) == float(np.exp(-1))
    True
    """
    first, second = check_pair(X, Y)
    gamma = _check_kernel(first.shape[1], gamma)

    def finish(block: FloatArray) -> None:
        block *= -gamma
        np.exp(block, out=block)

    return all_distances(first, prepare(second, "sqeuclidean"), same=first is second, finish=finish)


def cosine_similarity(X: MatrixLike, Y: MatrixLike | None = None, dense_output: bool = True) -> FloatArray:
    """Return x.y / (||x|| ||y||) for each row of X (n, d) and of Y (m, d), shape (n, m); 0 for a row of zeros.

    `dense_output` is taken for compatibility; results are always dense.
    """
    first, second = check_pair(X, Y)
    same, d = first is second, first.shape[1]
    left = unit_rows(first, 0)[:, :d]  # without the columns that a row of zeros is told by: its products are 0
    return inner_products(left, left if same else unit_rows(second, 1)[:, :d], same=same)
