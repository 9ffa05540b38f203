"""Information gain: by how many bits does knowing a column shorten the question "which class"?

Idea
----
Entropy is the number of yes-no questions that the class costs on average. Split the rows by the value of a column: the
questions still open inside the groups, averaged over the rows, are fewer. The difference is what the column tells.

Maths
-----
With p_ij the share of rows with value i and class j, and p_i, p_j the shares of values and classes::

    H(y) = - sum_j p_j log p_j
    gain = H(y) - sum_i p_i H(y | value i) = sum_ij p_ij log(p_ij / (p_i p_j))

so the gain is the mutual information of two discrete columns.

Cost
----
A sort of each column.

Differences
-----------
scikit-learn has no function of this name; its mutual_info_classif with discrete_features=True gives the gain in nats.

References
----------
Shannon, A mathematical theory of communication (1948), section 6. Quinlan, Induction of decision trees, Machine
Learning 1 (1986), section 4.
"""

from __future__ import annotations

import math

import numpy as np

from ..core import check_array, check_finite, check_labels, check_same_length
from ..core.rules import check_rules, real
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike


def codes_of(values: Array) -> IntArray:
    """Return the number of each value among the sorted distinct ones, shape (n,).

    Raises
    ------
    TypeError
        If values of kinds that cannot be sorted together are mixed.
    """
    try:
        return np.unique(values, return_inverse=True)[1].astype(np.int64).ravel()
    except TypeError as error:
        kinds = sorted({type(value).__name__ for value in values})
        raise TypeError(f"a column mixes values of kinds {', '.join(kinds)}; make them all of one kind.") from error


def mutual_information(values: IntArray, classes: IntArray) -> float:
    """Return the mutual information of two columns of codes (n,), in nats, 0 or more."""
    n, width = len(values), int(classes.max()) + 1
    cells, counts = np.unique(values * width + classes, return_counts=True)
    rows, columns = np.bincount(values)[cells // width], np.bincount(classes)[cells % width]
    # plainly: sum p_ij log(p_ij / (p_i p_j)); whole numbers are multiplied first, so independence gives exactly 0
    gain = (counts / n * np.log((counts * float(n)) / (rows * columns.astype(np.float64)))).sum()
    return max(0.0, float(gain))


def information_gain(X: MatrixLike, y: VectorLike, *, base: float = 2.0) -> FloatArray:
    """Return how much each column tells about the classes.

    Parameters
    ----------
    X : discrete values (numbers or words), shape (n, d); every distinct value counts as a group of its own
    y : discrete labels, shape (n,)
    base : of the logarithm: 2 for bits, math.e for nats; above 1

    Returns
    -------
    gains : array of shape (d,), from 0 (the column tells nothing) to the entropy of y (it tells all)

    Raises
    ------
    TypeError, ValueError
        For a wrong X, y or base.

    Examples
    --------
    >>> from scratchml.feature_selection import information_gain
    >>> X = [["sun", "hot"], ["sun", "cold"], ["rain", "hot"], ["rain", "cold"]]
    >>> information_gain(X, ["out", "out", "in", "in"]).tolist()
    [1.0, 0.0]
    """
    check_rules("information_gain", {"base": real(1.0, open_low=True)}, {"base": base})
    table = check_array(X, dtype=None)
    check_finite(table)
    _, classes = check_labels(y)
    check_same_length(X=table, y=classes)
    return np.array([mutual_information(codes_of(column), classes) for column in table.T]) / math.log(base)
