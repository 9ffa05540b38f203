"""Products: matrix products with many rows, made in portions that suit BLAS.

Idea
    A layer's matrices are tall: thousands of rows, a few dozen columns. For such a product BLAS first copies both
    matrices into an order of its own, which takes as long as multiplying. Newer ones leave that out where a product is
    small. So a tall product is made as a stack of small ones, by one call.
Maths
    The rows of A B are the rows of A times B: cutting A into blocks of rows changes nothing. A' B is the sum of the
    blocks' A_i' B_i.
Cost
    Operations are the same. Measured with OpenBLAS on a processor with AVX-512: 50 000 rows of 144 times 32 columns
    take two thirds of the time. Elsewhere the portions cost next to nothing.
Differences
    A' B is rounded in another order than by one product.
References
    Goto, van de Geijn (2008), "Anatomy of high-performance matrix multiplication", section 4 (what is copied, and why).
"""

from __future__ import annotations

import numpy as np

from ..core.typing import Array

SMALL = 10**6  # multiplications for which OpenBLAS does not copy
FEWEST = 32  # rows of a portion: with fewer, the call costs more than it saves


def portion(n: int, inner: int, outer: int) -> int:
    """Return how many of n rows to multiply at once: n, unless that is much and portions would not be thin slices."""
    most = SMALL // (inner * outer)
    return n if most >= n or most < FEWEST else -(-n // -(-n // most))


def multiply(A: Array, B: Array, out: Array) -> None:
    """Put A B into out (n, k), overwritten. A (n, d), B (d, k): read; A and out are C-contiguous."""
    (n, d), k = A.shape, B.shape[1]
    size = portion(n, d, k)
    if size == n:
        np.matmul(A, B, out=out)
        return
    whole = n - n % size
    np.matmul(A[:whole].reshape(-1, size, d), B, out=out[:whole].reshape(-1, size, k))
    if whole < n:
        np.matmul(A[whole:], B, out=out[whole:])


def multiply_transposed(A: Array, B: Array, out: Array) -> None:
    """Put A' B into out (d, k), overwritten. A (n, d), B (n, k): read, C-contiguous."""
    (n, d), k = A.shape, B.shape[1]
    size = portion(n, d, k)
    if size == n:
        np.matmul(A.T, B, out=out)
        return
    whole = n - n % size
    parts = np.matmul(A[:whole].reshape(-1, size, d).swapaxes(1, 2), B[:whole].reshape(-1, size, k))
    np.sum(parts, axis=0, out=out)
    if whole < n:
        out += A[whole:].T @ B[whole:]
