"""What the scalers share: the extremes of columns in one pass, and a shift and a stretch of each column, undone too.

Idea
----
Every scaler here ends in two numbers for each column, a shift and a scale. They differ in how they find them; what they
do with them is one of two kernels of `standard_scaler`, run on chunks of rows. NaN marks a missing value: it is passed
over where numbers are learned, and stays where it is where they are used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import check_array, check_finite, chunks, map_chunks, one_blas_thread, surely_finite
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, MatrixLike

LONG = 128  # numbers of an inner loop that make its ends count for little
FEW = 2**15  # numbers for which it is not worth the while to prepare anything
CHUNK_ROWS = 16384  # one thread's portion: the borders of chunks never depend on the number of threads
WIDE = 16  # a table narrower than this is read several rows at a time
NEARLY_ZERO = 10.0 * float(np.finfo(np.float64).eps)  # a spread below this counts as no spread (scikit-learn's rule)


@kernel
def find_extremes(X: Array, low: Array, high: Array) -> None:
    """Widen low and high to the values of X. X (m, d): read. low, high (d,): overwritten."""
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            x = X[i, f]
            low[f] = x if x < low[f] else low[f]  # False for NaN
            high[f] = x if x > high[f] else high[f]


@kernel
def clip_rows(X: Array, low: float, high: float) -> None:
    """Move values beyond low and high to them. X (m, d): overwritten; NaN stays."""
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            x = X[i, f]
            x = low if x < low else x
            X[i, f] = high if x > high else x


def extremes(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and the largest value of each column of X (m, d); inf and -inf for a column of NaN."""
    m, d = X.shape
    # A narrow table leaves the vector unit half empty, so `lanes` rows are read as one wide row.
    # plainly: low, high = np.full(d, inf), np.full(d, -inf); find_extremes(X, low, high)
    lanes = max(1, WIDE // d)
    even = m - m % lanes
    low, high = np.full(lanes * d, np.inf), np.full(lanes * d, -np.inf)
    find_extremes(X[:even].reshape(even // lanes, lanes * d), low, high)
    low, high = low.reshape(lanes, d).min(axis=0), high.reshape(lanes, d).max(axis=0)
    find_extremes(X[even:], low, high)
    return low, high


def extremes_of_chunks(X: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Return `extremes` of each chunk of rows, found by several threads."""
    return map_chunks(lambda rows: extremes(X[rows]), chunks(len(X), CHUNK_ROWS))


def without_zeros(scale: FloatArray) -> FloatArray:
    """Return divisors: 1 where a spread is (nearly) zero, so that a constant column is only shifted."""
    return np.where(scale < NEARLY_ZERO, 1.0, scale)


def check_back(estimator: Any, X: MatrixLike, finite: bool = True) -> FloatArray:
    """Return transformed rows to be inverted, checked: NaN may be there, the number of columns must be right."""
    Z = check_array(X, allow_nan=estimator._tags().allow_nan, finite=finite, estimator=estimator)
    if Z.shape[1] != estimator.n_features_in_:
        raise ValueError(
            f"X has {Z.shape[1]} features, but {type(estimator).__name__} is expecting {estimator.n_features_in_} "
            "features as input."
        )
    return Z


def room_for_result(X: FloatArray, given: MatrixLike, copy: bool) -> FloatArray:
    """Return where the result goes: X itself where it was converted from what was given, or may be overwritten."""
    converted = isinstance(given, np.ndarray) and not np.may_share_memory(X, given)
    return X if converted or not copy else np.empty_like(X)


def rows_at_once(X: FloatArray) -> int:
    """Return how many rows of X (n, d), C-contiguous, a kernel of shifts and scales had better take for a single one.

    Its inner loop runs along a row, and a short loop leaves a large part of its numbers to be handled one by one.
    """
    return max(1, LONG // max(1, X.shape[1])) if X.size > FEW else 1


def map_columns(
    work: Callable[[Array, Array, Array, Array], None],
    X: FloatArray,
    shift: FloatArray,
    scale: FloatArray,
    out: FloatArray,
    limits: tuple[float, float] | None = None,
) -> FloatArray:
    """Write work(X, shift, scale) into out, rows in chunks, and clip it to `limits` where they are given.

    A chunk is searched for infinity when it is worked on, so that memory is read once. Where out is X, which must not
    change before an error, X is searched first.

    Raises
    ------
    ValueError
        If X has infinity, or numbers in a column whose shift or scale is not known.
    """
    in_place = out is X
    if in_place:
        check_finite(X, allow_nan=True)
    for f in np.flatnonzero(np.isnan(shift) | np.isnan(scale)):
        if not np.isnan(X[:, f]).all():
            raise ValueError(f"Column {f} held only NaN in fit, so it cannot be scaled; drop it or fit again.")

    r, d = rows_at_once(X), X.shape[1]
    shifts, scales = (np.tile(shift, r), np.tile(scale, r)) if r > 1 else (shift, scale)

    def task(rows: slice) -> bool:
        part, to = X[rows], out[rows]
        safe = in_place or surely_finite(part)
        # plainly: work(part, shift, scale, to)
        whole = len(part) - len(part) % r
        work(part[:whole].reshape(-1, r * d), shifts, scales, to[:whole].reshape(-1, r * d))
        if whole < len(part):
            work(part[whole:], shift, scale, to[whole:])
        if limits is not None:
            clip_rows(out[rows], limits[0], limits[1])
        return safe

    with one_blas_thread():
        if not all(map_chunks(task, chunks(len(X), CHUNK_ROWS))):
            check_finite(X, allow_nan=True)
    return out
