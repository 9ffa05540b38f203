"""Look for NaN and infinity at the speed at which memory is read, and say where the first one is."""

from __future__ import annotations

import math

import numpy as np

from .parallel import inside_one_blas_thread
from .typing import Array

FLOAT64 = np.dtype(np.float64)
BLAS_ALONE = 2**13  # so many numbers a product of vectors takes with one thread, whatever the BLAS is allowed
PIECE = 4 * BLAS_ALONE  # numbers for which a few calls cost less than preparing a single one
AT_ONCE = 2**22  # numbers beside which a call is nothing


def sum_of_squares(A: Array) -> float:
    """Return the sum of the squares of A, float64: one pass, by one thread where A is C-contiguous, and no warning."""
    # plainly: (A * A).sum()
    if A.size <= BLAS_ALONE or not A.flags.c_contiguous:
        return float(np.vdot(A, A))
    flat, whole = A.reshape(-1), A.size - A.size % BLAS_ALONE
    if A.size <= PIECE:
        parts = (flat[i : i + BLAS_ALONE] for i in range(0, A.size, BLAS_ALONE))
        return float(sum(float(np.vdot(part, part)) for part in parts))
    rows, rest = flat[:whole].reshape(-1, 1, BLAS_ALONE), flat[whole:]
    with np.errstate(all="ignore"):
        squares = np.matmul(rows, rows.reshape(-1, BLAS_ALONE, 1))  # one call: a product of vectors for each row
        return float(squares.sum() + np.vdot(rest, rest))


def surely_finite(A: Array) -> bool:
    """Say whether A has no NaN and no infinity; False also where A is finite but a sum of its squares overflows.

    One pass at the speed of memory, or of the cache where A is there. No warning is given.
    """
    if A.flags.c_contiguous and A.dtype == FLOAT64:
        # plainly: np.isfinite(A).all()  (a square is never negative: nothing can cancel)
        if inside_one_blas_thread():  # one call: threads that look at a block each seldom meet in the interpreter
            return math.isfinite(np.vdot(A, A))
        if A.size > AT_ONCE:  # so that there are few sums of squares at a time
            flat = A.reshape(-1)
            parts = (flat[start : start + AT_ONCE] for start in range(0, A.size, AT_ONCE))
            return all(math.isfinite(sum_of_squares(part)) for part in parts)
        return math.isfinite(sum_of_squares(A))
    if A.flags.f_contiguous and A.dtype == FLOAT64:
        return surely_finite(A.T)
    with np.errstate(all="ignore"):
        return bool(np.isfinite(A.sum()))


def copy_and_look(A: Array) -> tuple[Array, bool]:
    """Return a copy of A, C-contiguous float64, and whether it is finite for certain: one pass over A.

    Each piece is looked at while the cache has it, which takes a fifth less time than to copy and then to look.
    """
    # plainly: return A.copy(), surely_finite(A)
    copy, finite = np.empty(A.shape), True
    source, target = A.reshape(-1), copy.reshape(-1)
    for start in range(0, A.size, PIECE):
        piece = target[start : start + PIECE]
        piece[...] = source[start : start + PIECE]
        finite = finite and math.isfinite(sum_of_squares(piece))
    return copy, finite


def check_finite(X: Array, name: str = "X", allow_nan: bool = False) -> None:
    """Check that X has no infinity, and no NaN unless `allow_nan`.

    Raises
    ------
    ValueError
        Says which of the two it found first, and where.
    """
    if X.dtype.kind != "f" or X.size == 0 or surely_finite(X):
        return
    bad = np.isinf(X) if allow_nan else ~np.isfinite(X)
    if not bad.any():
        return
    where = tuple(int(i) for i in np.argwhere(bad)[0])
    place = f"row {where[0]}" + (f", column {where[1]}" if len(where) > 1 else "")
    what = "NaN" if np.isnan(X[where]) else "infinity or a value too large for float64"
    remedy = "drop these rows or fill them in first (an imputer)" if what == "NaN" else "remove or clip it"
    raise ValueError(f"Input {name} contains {what}, first at {place}; {remedy}.")
