"""X W + b for rows X that nobody has checked yet: looked through block by block, each while it is in the cache.

Idea
----
The time of a prediction is the time it takes to read X. Looking for NaN first and multiplying then reads it twice. So
both are done for a block at a time, small enough to stay in the processor's cache between the two: its sum of squares,
which is not finite where a number is not, and its product. The sum runs straight through memory, at the speed at which
memory can be read, which a product does not reach by itself: looking costs less than nothing where X is large.

Cost
----
n d k operations, one pass over X. No copy of X, whatever its layout. Threads meet in the interpreter twice a block, so
what is done there between the two calls of BLAS is kept short.
"""

from __future__ import annotations

import numpy as np

from .finite import check_finite, surely_finite
from .parallel import chunks, map_chunks, one_blas_thread
from .typing import FloatArray

BLOCK = 2**16  # numbers of X that are multiplied at a time: half a megabyte, less than a second-level cache
LEAST_ROWS = 32  # but so many rows, or else W would be read again too often
PORTION = 8  # blocks that a thread is given at a time


def rows_apart(size: int) -> int:
    """Return about `size` > 0, of rows X that X'X is made of at a time, but no multiple of 128.

    Measured with OpenBLAS on a processor with AVX-512: X'X of 512 rows of 64 numbers takes 70 microseconds, of 500 rows
    40; other multiples of 128 rows lose a tenth to a half. Most likely what it packs lies pages apart then, on the same
    few places of the cache.
    """
    return size + 12 if size % 128 == 0 else size


def checked_product(
    X: FloatArray, W: FloatArray, shift: FloatArray | float = 0.0, n_jobs: int | None = None, name: str = "X"
) -> FloatArray:
    """Return X W + shift, shape (n,) or (n, k), for X (n, d) of any layout, W (d,) or (d, k), shift a number or (k,).

    The result has infinities or NaN only where it is beyond float64's range.

    Raises
    ------
    ValueError
        If X has NaN or infinity; the message calls it `name` and says where.
    """
    found: FloatArray = np.empty((len(X), *W.shape[1:]))
    size = max(BLOCK // max(X.shape[1], 1), LEAST_ROWS)

    def work(rows: slice) -> bool:
        finite = True
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(rows.start, rows.stop, size):
                block = X[start : start + size]
                # plainly: check_finite(X); found = X @ W + shift
                finite = finite and surely_finite(block)
                np.dot(block, W, out=found[start : start + size])
            found[rows] += shift
        return finite

    with one_blas_thread():
        if not all(map_chunks(work, chunks(len(X), PORTION * size), n_jobs)):
            check_finite(X, name)
    return found
