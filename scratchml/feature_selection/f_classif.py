"""The F test of a column against classes: do the class means differ by more than chance?

Idea
----
If a column helps to tell the classes apart, its class means lie far from each other, measured by how much the column
scatters inside the classes. F is the ratio of these two spreads; the p-value says how often a column that has nothing
to do with the classes would reach it.

Maths
-----
With k classes of n_j rows, m_j the mean of class j, m the mean of all::

    between = sum_j n_j (m_j - m)^2 / (k - 1)
    within = sum_j sum_{i in j} (x_i - m_j)^2 / (n - k)
    F = between / within; p = P(F of k - 1 and n - k degrees of freedom > F)

Cost
----
Three passes over X: range, class sums, squares.

Differences
-----------
scikit-learn subtracts squares of sums from sums of squares, which loses all digits for a column with a large mean and
may give F < 0; here deviations from the class means are squared. One class, or as many classes as rows, is an error
(scikit-learn: NaN). Labels must be discrete.

References
----------
Fisher, Statistical methods for research workers (1925), chapter VII. Heiman, Research methods in statistics (2002).
"""

from __future__ import annotations

import warnings

import numpy as np

from ..core import check_array, check_labels, check_same_length
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from ..maths import f_tail
from ..preprocessing.columns import extremes

SAFE = 100  # exponents beyond +- this are taken out of a column first: squares and sums stay within float64


@kernel
def add_by_class(X: Array, codes: Array, shift: Array, sums: Array) -> None:
    """Add up the rows of each class, less a shift.

    X (n, d), codes (n,) in 0..k-1, shift (d,): read. sums (k, d): overwritten.
    """
    sums[:] = 0.0
    for i in range(X.shape[0]):
        own = sums[codes[i]]
        for f in range(X.shape[1]):
            own[f] += X[i, f] - shift[f]


@kernel
def add_within(X: Array, codes: Array, shift: Array, means: Array, deviations: Array, squares: Array) -> None:
    """Add up the deviations from the own class's mean, and their squares.

    X (n, d), codes (n,), shift (d,), means (k, d) of x - shift: read. deviations (k, d), squares (d,): overwritten.
    """
    deviations[:], squares[:] = 0.0, 0.0
    for i in range(X.shape[0]):
        mean, own = means[codes[i]], deviations[codes[i]]
        for f in range(X.shape[1]):
            x = X[i, f] - shift[f] - mean[f]
            own[f] += x
            squares[f] += x * x


def in_safe_range(X: FloatArray) -> FloatArray:
    """Return X (n, d) with columns of huge or tiny numbers multiplied by a power of 2, which rounds nothing."""
    low, high = extremes(X)  # plainly: X.min(axis=0), X.max(axis=0), which took most of the time (measured)
    top = np.maximum(high, -low)
    exponents = np.frexp(top)[1]
    extreme = (np.abs(exponents) > SAFE) & (top > 0)
    if not extreme.any():
        return X
    scaled = X.copy()
    scaled[:, extreme] = np.ldexp(X[:, extreme], -exponents[extreme])
    return scaled


def check_classes(X: MatrixLike, y: VectorLike) -> tuple[FloatArray, IntArray, IntArray]:
    """Return X (n, d), each row's class index (n,) and the class counts (k,), k at least 2.

    Raises
    ------
    TypeError, ValueError
        For a wrong X or y, or a single class.
    """
    table = check_array(X)
    classes, codes = check_labels(y)
    check_same_length(X=table, y=codes)
    if len(classes) < 2:
        raise ValueError(f"y has only 1 class, {classes[0]!r}; give labels of at least two classes to compare.")
    return table, codes, np.bincount(codes)


def f_classif(X: MatrixLike, y: VectorLike) -> tuple[FloatArray, FloatArray]:
    """Return the F statistic of each column against the classes, and its p-value.

    Parameters
    ----------
    X : shape (n, d)
    y : discrete labels, shape (n,)

    Returns
    -------
    f_statistic : array of shape (d,); infinity where a column is constant inside each class but not overall, NaN (with
        a UserWarning) where it is constant
    p_values : array of shape (d,)

    Raises
    ------
    TypeError, ValueError
        For a wrong X or y, a single class, or as many classes as rows.

    Examples
    --------
    >>> from scratchml.feature_selection import f_classif
    >>> f, p = f_classif([[1.0], [3.0], [5.0], [7.0]], [0, 0, 1, 1])
    >>> f.tolist(), p.round(4).tolist()
    ([8.0], [0.1056])
    """
    table, codes, counts = check_classes(X, y)
    (n, d), k = table.shape, len(counts)
    if n == k:
        raise ValueError(
            f"each of the n_samples={n} rows has a class of its own, so nothing can be said about the spread inside a "
            "class; give more rows, or use f_regression for a continuous y."
        )
    table = in_safe_range(table)
    sums, deviations, squares, shift = np.empty((k, d)), np.empty((k, d)), np.empty(d), table[0].copy()
    size = counts[:, None].astype(np.float64)
    add_by_class(table, codes, shift, sums)
    means = sums / size
    add_within(table, codes, shift, means, deviations, squares)
    # plainly: within = squares; the rest takes the rounding of the means out again
    within = np.maximum(squares - (deviations**2 / size).sum(axis=0), 0.0) / (n - k)
    means += deviations / size
    between = (size * (means - (size * means).sum(axis=0) / n) ** 2).sum(axis=0) / (k - 1)
    constant = np.flatnonzero((table == table[0]).all(axis=0)) if (within == 0).any() else np.empty(0)
    if len(constant):
        warnings.warn(f"Features {constant} are constant.", UserWarning, stacklevel=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        f = between / within
    return f, f_tail(k - 1, n - k, f)
