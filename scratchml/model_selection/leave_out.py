"""Leave one row out, leave p rows out, or test the folds somebody else has drawn up.

Idea
----
Leave-one-out is k-fold carried to its end: n models, each trained on all rows but one. It wastes no data and has
no luck in it, but costs n fits, and its n training sets are so alike that its errors go up and down together.

Cost
----
n splits of O(n) for one row, C(n, p) for p rows: more than anyone can wait for unless n is tiny.

Differences
-----------
None from scikit-learn, except that `PredefinedSplit` complains when X has another number of rows than `test_fold`.

References
----------
Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the Royal Statistical Society B
36 (1974).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from ..core import check_array, column_or_1d, count_samples
from ..core.rules import integer
from ..core.typing import Array, MatrixLike, VectorLike
from .splitter import BaseCrossValidator, Split


class LeaveOneOut(BaseCrossValidator):
    """Each row in turn is the test set; the same as ``KFold(n)``.

    Raises
    ------
    ValueError
        If there is only one row.

    Examples
    --------
    >>> from scratchml.model_selection import LeaveOneOut
    >>> for train, test in LeaveOneOut().split(["a", "b", "c"]):
    ...     print(train, test)
    [1 2] [0]
    [0 2] [1]
    [0 1] [2]
    """

    def __init__(self) -> None:
        self._check()

    def _pairs(self, n: int, y: Any, groups: Any) -> Iterator[Split]:
        if n <= 1:
            raise ValueError(f"Cannot perform LeaveOneOut with n_samples={n}: nothing would be left to train on.")
        return self._each_out(n)

    def _each_out(self, n: int) -> Iterator[Split]:
        rest = np.arange(1, n)
        for i in range(n):
            yield rest.copy(), np.array([i])
            rest[i : i + 1] = i  # row i comes back where row i + 1 was

    def get_n_splits(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> int:
        """Return the number of rows of X, which must be given."""
        if X is None:
            raise ValueError("The 'X' parameter should not be None: there is a split for each of its rows.")
        return count_samples(X)


class LeavePOut(BaseCrossValidator):
    """Each set of p rows in turn is the test set.

    Parameters
    ----------
    p : size of the test sets, 1 or more, below the number of rows

    Raises
    ------
    ValueError
        If there are not more than p rows.

    Examples
    --------
    >>> from scratchml.model_selection import LeavePOut
    >>> LeavePOut(2).get_n_splits(["a", "b", "c", "d"])
    6
    """

    _rules: ClassVar = {"p": integer(1)}

    def __init__(self, p: int) -> None:
        self.p = p
        self._check()

    def _pairs(self, n: int, y: Any, groups: Any) -> Iterator[Split]:
        if n <= self.p:
            raise ValueError(f"p={self.p} must be strictly less than the number of samples={n}; lower p.")
        return self._each_out(n)

    def _each_out(self, n: int) -> Iterator[Split]:
        everyone, rest = np.arange(n), np.ones(n, dtype=np.bool_)
        for rows in combinations(range(n), self.p):
            tested = np.array(rows)
            rest[tested] = False
            trained = everyone[rest]
            rest[tested] = True
            yield trained, tested

    def get_n_splits(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> int:
        """Return how many sets of p rows X has; X must be given."""
        if X is None:
            raise ValueError("The 'X' parameter should not be None: the number of splits depends on its rows.")
        return math.comb(count_samples(X), self.p)


class PredefinedSplit(BaseCrossValidator):
    """Test the folds of a given table.

    Parameters
    ----------
    test_fold : for each row the number of the fold in which it is tested, or -1 for never, shape (n,)

    Attributes
    ----------
    unique_folds : the fold numbers, ascending, without -1

    Raises
    ------
    ValueError
        If `test_fold` is not one whole number for each row.

    Examples
    --------
    >>> from scratchml.model_selection import PredefinedSplit
    >>> for train, test in PredefinedSplit([0, 1, -1, 1]).split():
    ...     print(train, test)
    [1 2 3] [0]
    [0 2] [1 3]
    """

    def __init__(self, test_fold: VectorLike) -> None:
        numbers = check_array(column_or_1d(test_fold, name="test_fold"), name="test_fold", ensure_2d=False)
        if (numbers != np.floor(numbers)).any():
            raise ValueError(f"test_fold holds {numbers[numbers != np.floor(numbers)][0]}; give whole fold numbers.")
        self.test_fold = numbers.astype(np.int64)
        self.unique_folds = np.unique(self.test_fold[self.test_fold != -1])

    def split(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> Iterator[Split]:
        """Return an iterator of (train, test), one for each fold number; X may be left out.

        Raises
        ------
        ValueError
            If X is given and has another number of rows than `test_fold`.
        """
        n = len(self.test_fold)
        if X is not None and count_samples(X) != n:
            raise ValueError(f"X has {count_samples(X)} rows and test_fold {n} entries; they must agree.")
        return super().split(self.test_fold, y, groups)

    def _test_sets(self, n: int, y: Any, groups: Any) -> Iterable[Array]:
        return (self.test_fold == fold for fold in self.unique_folds)

    def get_n_splits(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> int:
        """Return the number of folds in `test_fold`."""
        return len(self.unique_folds)
