"""Splits of rows in time order: train on the past, test on what came after.

Idea
----
A forecast may use only what was known. Shuffled folds would train on next week to predict this one, and neighbouring
rows resemble each other so much that the score would look wonderful. So the test sets are consecutive stretches at
the end of the series, and each is predicted from rows before it; a `gap` leaves out the rows in between where
answers become known late, or where features look back over a window.

Maths
-----
Test set i of k covers ``[n - (k - i) * t, n - (k - i - 1) * t)`` with ``t = test_size`` (default ``n // (k + 1)``);
its training set is all rows before ``start - gap``, or only the last `max_train_size` of them.

Cost
----
O(n) for each split.

Differences
-----------
None from scikit-learn.

References
----------
Hyndman, Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, section 5.10 (evaluation on a rolling
forecasting origin).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from ..core.rules import either, integer, none
from .splitter import BaseCrossValidator, Split


class TimeSeriesSplit(BaseCrossValidator):
    """Test sets are consecutive stretches at the end of the series; training sets are the rows before each.

    Parameters
    ----------
    n_splits : number of test sets, 2 or more
    max_train_size : at most so many rows, the latest, to train on; None takes all
    test_size : rows in each test set; None gives ``n // (n_splits + 1)``
    gap : rows left out between training and test set

    Raises
    ------
    ValueError
        If there are too few rows for these sizes.

    Examples
    --------
    >>> from scratchml.model_selection import TimeSeriesSplit
    >>> for train, test in TimeSeriesSplit(3).split(range(6)):
    ...     print(train, test)
    [0 1 2] [3]
    [0 1 2 3] [4]
    [0 1 2 3 4] [5]
    """

    _rules: ClassVar = {
        "n_splits": integer(2),
        "max_train_size": either(none, integer(1)),
        "test_size": either(none, integer(1)),
        "gap": integer(0),
    }

    def __init__(
        self, n_splits: int = 5, *, max_train_size: int | None = None, test_size: int | None = None, gap: int = 0
    ) -> None:
        self.n_splits = n_splits
        self.max_train_size = max_train_size
        self.test_size = test_size
        self.gap = gap
        self._check()

    def _pairs(self, n: int, y: Any, groups: Any) -> Iterator[Split]:
        size = n // (self.n_splits + 1) if self.test_size is None else self.test_size
        if self.n_splits + 1 > n:
            raise ValueError(
                f"Cannot have number of folds={self.n_splits + 1} greater than the number of samples={n}; lower "
                "n_splits."
            )
        if n - self.gap - size * self.n_splits <= 0:
            raise ValueError(
                f"Too many splits={self.n_splits} for number of samples={n} with test_size={size} and gap={self.gap}: "
                "the first training set would be empty."
            )
        return self._stretches(n, size)

    def _stretches(self, n: int, size: int) -> Iterator[Split]:
        order = np.arange(n)
        for start in range(n - self.n_splits * size, n, size):
            end = start - self.gap
            oldest = 0 if self.max_train_size is None else max(0, end - self.max_train_size)
            yield order[oldest:end], order[start : start + size]
