"""Pearson's r of a column with the target, and its F test: does the target rise or fall with the column?

Idea
----
Draw y over one column: r says how near the points are to a straight line, F how surely this is no accident.

Maths
-----
::

    r_f = sum_i (x_if - mean_f) (y_i - mean) / (||x_f - mean_f|| ||y - mean||)
    F_f = r_f^2 / (1 - r_f^2) (n - 2); p = P(F of 1 and n - 2 degrees of freedom > F_f)

Without `center` no mean is subtracted and n - 1 takes the place of n - 2.

Cost
----
One pass over X; a second one for columns whose first rows are far from the rest.

Differences
-----------
scikit-learn finds the norm as a difference of two large numbers where a column has a large mean; here deviations from
the mean are squared. r never leaves [-1, 1]. A column that is constant is seen as such even where its mean is rounded.
Fewer than three rows are an error in `f_regression` (scikit-learn: NaN).

References
----------
Pearson, Notes on regression and inheritance, Proceedings of the Royal Society 58 (1895). Draper, Smith, Applied
regression analysis, 3rd edition, section 1.3.
"""

from __future__ import annotations

import numpy as np

from ..core import check_array, check_same_length, check_targets
from ..core.jit import kernel
from ..core.rules import boolean, check_rules
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from ..maths import f_tail
from .f_classif import in_safe_range

LARGEST = float(np.finfo(np.float64).max)
FIRST_ROWS = 64


@kernel
def add_products(X: Array, y: Array, means: Array, deviations: Array, squares: Array, products: Array) -> None:
    """Add up deviations from the mean, their squares, and their products with y.

    X (n, d), y (n,), means (d,): read. deviations, squares, products (d,): overwritten.
    """
    deviations[:], squares[:], products[:] = 0.0, 0.0, 0.0
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            x = X[i, f] - means[f]
            deviations[f] += x
            squares[f] += x * x
            products[f] += x * y[i]


def guess_means(X: FloatArray) -> FloatArray:
    """Return about the mean of each column of X (n, d), from its first rows; the value itself where these are equal."""
    first = X[:FIRST_ROWS]
    means: FloatArray = np.where((first == first[0]).all(axis=0), first[0], first.mean(axis=0))
    return means


def correlations(X: FloatArray, y: FloatArray, center: bool) -> FloatArray:
    """Return r of each column of X (n, d) with y (n,), shape (d,); NaN where one of the two is constant."""
    n, d = X.shape
    y = in_safe_range(y[:, None])[:, 0]
    if center:
        y = y - y.mean() if (y != y[0]).any() else np.zeros(n)
        y -= y.mean()
    deviations, squares, products = np.empty((3, d))
    with np.errstate(all="ignore"):
        means = guess_means(X) if center else np.zeros(d)
        add_products(X, y, means, deviations, squares, products)
        # deviations from a number near the mean: what its distance to the mean adds is taken out again
        centred = squares - deviations**2 / n if center else squares
        unsure = ~(np.isfinite(squares) & np.isfinite(products)) | (centred < 1e-3 * squares) | (squares < 1e-200)
        unsure &= ~((squares == 0) & (means == X[0]))
    if unsure.any():  # begin again with the mean itself, in a range where squares can be held
        part = in_safe_range(np.ascontiguousarray(X[:, unsure]))
        again, square, product = np.empty((3, part.shape[1]))
        add_products(part, y, part.mean(axis=0) if center else np.zeros(part.shape[1]), again, square, product)
        square = np.maximum(square - again**2 / n, 0.0) if center else square
        square[(part == part[0]).all(axis=0) & center] = 0.0
        centred[unsure], products[unsure] = square, product
    of_y = np.square(y, out=y if center else None).sum()  # centred, y is not the caller's
    with np.errstate(divide="ignore", invalid="ignore"):
        # y adds up to 0, but for rounding, so the distance to the mean adds nothing to the products
        r: FloatArray = products / np.sqrt(centred * of_y)
    return np.clip(r, -1.0, 1.0)


def _checked(X: MatrixLike, y: VectorLike, center: bool, force_finite: bool, owner: str) -> tuple[Array, Array]:
    rules = {"center": boolean, "force_finite": boolean}
    check_rules(owner, rules, {"center": center, "force_finite": force_finite})
    table, targets = check_array(X), check_targets(y)
    check_same_length(X=table, y=targets)
    return table, targets


def r_regression(X: MatrixLike, y: VectorLike, *, center: bool = True, force_finite: bool = True) -> FloatArray:
    """Return Pearson's r of each column with the target, in [-1, 1].

    Parameters
    ----------
    X : shape (n, d)
    y : shape (n,)
    center : subtract the means first
    force_finite : 0 in place of NaN where a column or y is constant

    Raises
    ------
    TypeError, ValueError
        For a wrong argument.

    Examples
    --------
    >>> from scratchml.feature_selection import r_regression
    >>> r_regression([[1, 1], [2, 0], [3, 1]], [2, 4, 6]).tolist()
    [1.0, 0.0]
    """
    r = correlations(*_checked(X, y, center, force_finite, "r_regression"), center)
    return np.where(np.isnan(r), 0.0, r) if force_finite else r


def f_regression(
    X: MatrixLike, y: VectorLike, *, center: bool = True, force_finite: bool = True
) -> tuple[FloatArray, FloatArray]:
    """Return the F statistic of each column with the target, and its p-value.

    Parameters
    ----------
    X : shape (n, d), n of 3 or more (2 without `center`)
    y : shape (n,)
    center : subtract the means first
    force_finite : F = 0 and p = 1 in place of NaN where a column or y is constant, the largest float in place of
        infinity where the points lie on a line

    Returns
    -------
    f_statistic, p_values : arrays of shape (d,)

    Raises
    ------
    TypeError, ValueError
        For a wrong argument, or too few rows.

    Examples
    --------
    >>> from scratchml.feature_selection import f_regression
    >>> f, p = f_regression([[0.0], [1.0], [2.0]], [0.0, 2.0, 1.0])  # r = 1/2
    >>> f.round(4).tolist(), p.round(4).tolist()
    ([0.3333], [0.6667])
    """
    table, targets = _checked(X, y, center, force_finite, "f_regression")
    freedom = len(table) - (2 if center else 1)
    if freedom < 1:
        raise ValueError(
            f"n_samples={len(table)} leave no degree of freedom for an F test of a line; give at least "
            f"{len(table) - freedom + 1} rows."
        )
    r = correlations(table, targets, center)
    with np.errstate(divide="ignore"):
        f = r**2 / (1.0 - r**2) * freedom
    p = f_tail(1, freedom, f)
    if force_finite:
        p[np.isnan(f)] = 1.0
        f = np.where(np.isnan(f), 0.0, np.minimum(f, LARGEST))
    return f, p
