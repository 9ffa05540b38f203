"""Products of columns without taking the means off first: the second strategy beside `problem.py`'s.

Idea
----
Centring costs a copy of every row. It buys digits only where a column's mean is large beside its spread; elsewhere the
products may be made of the rows as they stand, and moved to the mean afterwards.

Maths
-----
``S = X'X - n m m'``. Where ``|m_f| <= s_f`` for every column, with s_f its standard deviation, ``(X'X)_ff = n (s_f^2 +
m_f^2) <= 2 S_ff``: one bit is lost at most. Whether that is so is guessed from a few rows beforehand, and seen for
certain afterwards. A column that hardly varies in those few, as a pixel near the edge does, is looked at in all rows.

Cost
----
n d^2 operations, half of a product, by symmetry. Memory: none of X's size.

Differences
-----------
From `problem.centre_rows` and `problem.add_products`: rounding only. Rows with weights have to be copied anyway.

References
----------
T. F. Chan, G. H. Golub, R. J. LeVeque (1983), "Algorithms for computing the sample variance: analysis and
recommendations", The American Statistician 37(3), section 3: the condition number of a sum of squares.
"""

from __future__ import annotations

import numpy as np

from ..core import chunks
from ..core.jit import kernel
from ..core.typing import Array, FloatArray

LOOKED_AT = 32  # rows, the first ones: others would have to be fetched from memory only to be looked at
ONE_IN = 4  # columns, at most, may need a look at all rows
BLOCKS_OF_Y = 4  # of which the means are taken off at a time: a few calls for many rows, but no copy of all


@kernel
def stand(X: Array, columns: Array) -> bool:
    """Say whether the means of some columns of X (n, d) are within their standard deviations; both are read."""
    total, square = np.zeros(columns.shape[0]), np.zeros(columns.shape[0])
    for i in range(X.shape[0]):
        for j in range(columns.shape[0]):
            v = X[i, columns[j]]
            total[j] += v
            square[j] += v * v
    near = True
    for j in range(columns.shape[0]):
        near = near and 2.0 * total[j] * total[j] <= X.shape[0] * square[j]  # False for NaN
    return near


def near_mean(Y: FloatArray) -> FloatArray:
    """Return numbers (t,) near the means of Y (n, t)."""
    return np.asarray(Y[:LOOKED_AT].mean(axis=0))


def may_stand(X: FloatArray) -> bool:
    """Say whether the first rows of X (n, d) show every column's mean within its standard deviation.

    Or all rows do for the few columns of which the first do not.
    """
    some = X[:LOOKED_AT]
    mean, square = some.mean(axis=0), np.einsum("if,if->f", some, some) / len(some)
    (doubtful,) = (~(2.0 * mean * mean <= square)).nonzero()
    return len(doubtful) == 0 or (len(doubtful) * ONE_IN <= X.shape[1] and bool(stand(X, doubtful)))


def stood_well(square: FloatArray, mean: FloatArray, total: float) -> bool:
    """Say whether that holds for all rows: square (d,) sums of squares about the mean (d,) of `total` rows."""
    return bool((total * mean * mean <= square).all())  # False for NaN


def add_standing(
    X: FloatArray, Y: FloatArray, shift_y: FloatArray, size: int, gram: FloatArray, cross: FloatArray
) -> FloatArray:
    """Add X'X to gram (d, d) and X'[Y - shift_y, 1] to cross (d, t + 1); return the sums (t,) of Y - shift_y.

    X (m, d), Y (m, t), shift_y (t,): read, X a block of `size` rows at a time, which is in the cache for both products.
    """
    ones, total = np.ones((min(BLOCKS_OF_Y * size, len(Y)), Y.shape[1] + 1)), np.zeros(Y.shape[1])
    for rows in chunks(len(X), BLOCKS_OF_Y * size):
        X_part, Y_part = X[rows], Y[rows]
        Y1 = ones[: len(Y_part)]
        total += np.subtract(Y_part, shift_y, out=Y1[:, :-1]).sum(axis=0)
        for block in chunks(len(Y1), size):
            A = X_part[block]
            cross += A.T @ Y1[block]  # first, as it fetches A from memory as fast as that goes: a tenth of the time
            gram += A.T @ A  # BLAS sees the symmetry
    return total
