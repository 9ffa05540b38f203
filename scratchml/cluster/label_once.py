"""Label rows that are seen once, in one pass: what `predict` does.

Idea
    A fit lays its rows out first, because it labels them again and again. Rows to predict are labelled once, and then
    every pass over them counts. So a piece of them is fetched, multiplied by the centres and labelled while it is in
    the cache; and whether all its numbers are finite is seen from the sum of their squares.
Maths
    See `assign`: the least of ||c||^2 - 2 x.c tells the nearest centre. The products are the reference's, of 256 rows
    at a time, so its ties are settled as there; sum_i ||x_i||^2 is not finite where a number is not.
Cost
    n k d multiplications and one pass over X.
Differences
    None from `assign`: the same labels. Rows whose scale asks for care are left to `label_rows`.
References
    See `assign`.
"""

from __future__ import annotations

import numpy as np

from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.typing import FloatArray, IntArray
from .assign import Ruler, assign_by_products, make_ruler, reference_products
from .points import CACHE, FAR, LEAST, MOST, REFERENCE

TASK = 1 << 20  # numbers of X that make a task for a thread


def label_piecewise(X: FloatArray, ruler: Ruler, labels: IntArray) -> float:
    """Overwrite labels (n,) of rows X (n, d), which begin a chunk of the reference; return the sum of their squares."""
    n, d = X.shape
    k, (rows, best), total = len(ruler.centres), (len(ruler.double), np.empty(REFERENCE)), 0.0
    step = max(1, CACHE // (max(d, k) * REFERENCE)) * REFERENCE
    room = np.zeros((-(-min(step, n) // REFERENCE), rows, REFERENCE))
    for start in range(0, n, step):
        piece = X[start : start + step]
        flat, whole = piece.reshape(-1), len(piece) // REFERENCE
        total += float(flat @ flat)
        end = whole * REFERENCE
        if whole:
            blocks = piece[:end].reshape(whole, REFERENCE, d).transpose(0, 2, 1)
            np.matmul(ruler.double[:k], blocks, out=room[:whole, :k])
            assign_by_products(room[:whole], ruler.norms, best, labels[start : start + end])
        if end < len(piece):  # the reference's last chunk is as short
            last = np.zeros((1, rows, len(piece) - end))
            last[0, :k] = reference_products(piece[end:], ruler.centres).T
            assign_by_products(last, ruler.norms, best[: len(piece) - end], labels[start + end : start + len(piece)])
    return total


def label_once(X: FloatArray, centres: FloatArray) -> IntArray | None:
    """Return the nearest centre of each row of X, shape (n,), or None where it takes more care to tell.

    That is where a number is not finite, where squares may overflow or vanish, or where the centres lie so far from the
    origin for their spread that rows have to be centred (see `label_rows`).
    """
    n, d = X.shape
    labels = np.empty(n, dtype=np.int64)

    def work(rows: slice) -> float:
        nearest = np.empty(rows.stop - rows.start, dtype=np.int32)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # threads start with NumPy's defaults
            squares = label_piecewise(X[rows], ruler, nearest)
        labels[rows] = nearest
        return squares

    with np.errstate(over="ignore", invalid="ignore", under="ignore"), one_blas_thread():
        ruler, mean = make_ruler(centres), centres.mean(axis=0)
        spread = float(ruler.norms[: len(centres)].mean())
        if not spread < MOST or (mean.any() and mean @ mean > FAR * spread):
            return None
        total = sum(map_chunks(work, chunks(n, max(1, TASK // d // REFERENCE) * REFERENCE)))
    return labels if LEAST < total < MOST else None
