"""X by column, and the rows sorted by each: what is done once, before a tree grows.

Idea
    Trees compare values in float32. A sort that knows nothing but 64-bit integers is the fastest: a column's value goes
    into the upper half of a key, its row into the lower half.
Maths
    A float32's bits, read as an integer, order as the values do, once those of negative values are turned around.
Cost
    n log n for each column.
References
    IEEE 754: that floating-point numbers order as their bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.typing import Array, FloatArray

TOGETHER = 4  # columns of X.T that are copied at once: they lie in the same lines of the cache


def check_range(columns: Array) -> None:
    """Raise a ValueError if a value of the columns (d, n), float32 or float64, is too large for float32."""
    # plainly: np.isinf(columns).any(), which takes a quarter of X's memory
    with np.errstate(over="ignore"):
        ends = np.array([np.fmin.reduce(columns, axis=None), np.fmax.reduce(columns, axis=None)]).astype(np.float32)
        if not np.isinf(ends).any():
            return
        i, f = (int(v) for v in np.argwhere(np.isinf(columns.T.astype(np.float32)))[0])
    raise ValueError(
        f"Input X contains infinity or a value too large for float32, first at row {i}, column {f}: trees compare "
        "in float32; scale this column down (a tree does not mind)."
    )


def by_column(X: Array) -> Array:
    """Return X (n, d) as float32 columns (d, n), contiguous.

    Raises
    ------
    ValueError
        If a value is too large for float32.
    """
    with np.errstate(over="ignore"):
        columns = np.ascontiguousarray(X.T, dtype=np.float32)
    check_range(columns)
    return columns


def presort(columns: Array, spare: int = 0, dtype: Any = np.int32) -> Array:
    """Return the rows (d, n) sorted by each column (d, n), in float32; equal values by row, NaN last.

    dtype : np.int32, or np.int16 where there are no more than 32 768 rows

    Sorts integers that hold the value's bits above and the row below, which is several times faster than argsort.
    With `spare`, so many lines of any content follow: room for a tree's own lines, see `prepare`. Besides `found`, that
    takes a line or two of 64-bit integers, as the values lie where their sorted rows will, if those take as much room.
    """
    d, n = columns.shape
    found = np.empty((d + spare, n), dtype=dtype)
    is_wide = found.dtype == np.int32
    held = found if is_wide else np.empty((TOGETHER, n), dtype=np.int32)  # where the values lie
    scratch, j = (found[d:], d % 2) if is_wide and spare >= 3 else (np.empty((3, n), dtype=np.int32), 0)
    keys, turned = scratch[j : j + 2].reshape(-1).view(np.int64), scratch[2 - 2 * j]  # keys at a multiple of 8 bytes
    rows = np.arange(n, dtype=np.int64)
    for f in range(d):
        bits = held[f % len(held)]
        values = bits.view(np.float32)
        if f % TOGETHER == 0:
            together, first = columns[f : f + TOGETHER], f % len(held)
            held[first : first + len(together)].view(np.float32)[:] = together
        values += np.float32(0.0)  # of the two zeros, one
        values[np.isnan(values)] = np.nan  # of all that are no number, one
        # plainly: np.where(bits < 0, bits ^ 0x7FFFFFFF, bits), which orders as the values do
        np.right_shift(bits, 31, out=turned)
        turned &= np.int32(0x7FFFFFFF)
        bits ^= turned
        keys[:] = bits
        keys <<= 32
        keys |= rows
        keys.sort()
        found[f] = keys  # the lower half
    return found


def presort_targets(y: FloatArray) -> Array:
    """Return the rows (t, n) int32 sorted by each target of y (n, t), for absolute errors."""
    return np.ascontiguousarray(np.argsort(y, axis=0, kind="stable").T.astype(np.int32))


def rank_rows(order: Array) -> Array:
    """Return each row's rank (d, n) in the columns sorted: the inverse of order (d, n), row by row, of its type."""
    rank = np.empty_like(order)
    places = np.arange(order.shape[1], dtype=order.dtype)
    for f in range(len(order)):
        rank[f, order[f]] = places
    return rank
