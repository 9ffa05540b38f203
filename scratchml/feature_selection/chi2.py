"""The chi-squared test of counts against classes: does a word turn up in one class more often than in another?

Idea
----
Each column counts something: how often a word stands in a text. If it had nothing to do with the classes, each class
would have its share of the counts. Chi-squared adds up how far the counts are from these shares.

Maths
-----
O_j: total of the column in class j; n_j of n rows are of class j::

    E_j = n_j / n sum_i x_i; chi2 = sum_j (O_j - E_j)^2 / E_j; p = P(chi-squared of k - 1 degrees of freedom > chi2)

Cost
----
One pass over X.

Differences
-----------
One class is an error (scikit-learn: NaN). A statistic beyond float64's range is its largest number. Labels must be
discrete. A column of zeros gives NaN, as in scikit-learn.

References
----------
Pearson, On the criterion that a given system of deviations ..., Philosophical Magazine 50 (1900). Manning, Raghavan,
Schuetze, Introduction to information retrieval, section 13.5.2.
"""

from __future__ import annotations

import numpy as np

from ..core.typing import FloatArray, MatrixLike, VectorLike
from ..maths import chi_squared_tail
from ..preprocessing.columns import extremes
from .f_classif import add_by_class, check_classes

LARGEST = float(np.finfo(np.float64).max)


def chi2(X: MatrixLike, y: VectorLike) -> tuple[FloatArray, FloatArray]:
    """Return the chi-squared statistic of each column against the classes, and its p-value.

    Parameters
    ----------
    X : counts, 0 or more, shape (n, d)
    y : discrete labels, shape (n,)

    Returns
    -------
    chi2, p_values : arrays of shape (d,); NaN for a column of zeros

    Raises
    ------
    TypeError, ValueError
        For a wrong X or y, a negative number in X, or a single class.

    Examples
    --------
    >>> from scratchml.feature_selection import chi2
    >>> statistic, p = chi2([[3], [1], [0], [0]], [0, 0, 1, 1])  # 4 and 0 where 2 and 2 are expected
    >>> statistic.tolist(), p.round(4).tolist()
    ([4.0], [0.0455])
    """
    table, codes, counts = check_classes(X, y)
    low, high = extremes(table)
    if (low < 0).any():
        f = int((low < 0).argmax())
        raise ValueError(
            f"Input X must be non-negative, but column {f} holds {low[f]}; chi2 takes counts. Use "
            "f_classif, or count first."
        )
    exponents = np.frexp(high)[1]
    exponents = np.where(np.abs(exponents) > 400, exponents, 0)  # of columns whose sums or squares leave the range
    table = np.ldexp(table, -exponents) if exponents.any() else table
    observed = np.empty((len(counts), table.shape[1]))
    add_by_class(table, codes, np.zeros(table.shape[1]), observed)
    expected = counts[:, None] / len(table) * observed.sum(axis=0)
    with np.errstate(invalid="ignore", over="ignore"):
        statistic = np.ldexp(((observed - expected) ** 2 / expected).sum(axis=0), exponents)
    statistic = np.where(np.isinf(statistic), LARGEST, statistic)
    return statistic, chi_squared_tail(len(counts) - 1, statistic)
