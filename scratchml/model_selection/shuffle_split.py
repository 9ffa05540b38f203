"""Random splits: shuffle, take a share for testing and a share for training, and again.

Idea
----
Where k-fold cuts the rows once and tests every row, random splits draw each pair anew, so that the number of splits
and their sizes are chosen freely. Stratified: every class is split in the same proportion. By groups: whole groups
are drawn, so that no group is on both sides.

Maths
-----
A share s of n rows is ``ceil(s * n)`` for testing and ``floor(s * n)`` for training. Stratified: ``m`` rows drawn from
classes with counts ``n_c`` take ``floor(m * n_c / n)`` of each class; the rows still missing go one by one to the
classes with the largest remainders (Hamilton's method of apportionment), ties by lot. So no class is off by as
much as one row.

Cost
----
O(n) for each split.

Differences
-----------
None from scikit-learn: the same positions for the same seed.

References
----------
Picard, Cook, "Cross-validation of regression models", Journal of the American Statistical Association 79 (1984).
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from ..core import check_array, check_random_state
from ..core.rules import anything, integer, random_state
from ..core.typing import Array, IntArray, RandomStateLike
from ..maths.sampling import draw_stratified
from ..maths.shuffle import random_order
from .splitter import BaseCrossValidator, Split, equal_to_some, groups_of, kinds_of, refuse_missing

Size = float | int | None


def check_size(name: str, size: Any, n: int, what: str = "samples") -> None:
    """Check that a size is None, a number of rows (or `what`) in [1, n - 1] or a share in (0, 1).

    Raises
    ------
    TypeError
        If it is no number.
    ValueError
        If it is outside.
    """
    if size is None:
        return
    wanted = f"should be either positive and smaller than the number of {what} {n} or a float in the (0, 1) range"
    if not isinstance(size, numbers.Real) or isinstance(size, (bool, np.bool_)):
        raise TypeError(f"{name}={size!r} is of type {type(size).__name__}; it {wanted}.")
    most = n if isinstance(size, numbers.Integral) else 1
    if not 0 < float(size) < most:  # NaN, too, ends here
        raise ValueError(f"{name}={size} {wanted}.")


def rows_in(size: Any, n: int, rounded: Any) -> int:
    """Return how many of n rows `size` stands for: itself, or as a share rounded by `rounded` (math.ceil or floor)."""
    return int(size) if isinstance(size, numbers.Integral) else rounded(size * n)


def train_and_test_sizes(
    n: int, test_size: Size, train_size: Size, default_test_size: float, what: str = "samples"
) -> tuple[int, int]:
    """Return (n_train, n_test): an int is a number of rows, a float a share; what is None is what the other leaves.

    Raises
    ------
    TypeError, ValueError
        If a size is no number of rows or share, together they are more than all, or nothing is left to train on.
    """
    if test_size is None and train_size is None:
        test_size = default_test_size
    check_size("test_size", test_size, n, what)
    check_size("train_size", train_size, n, what)
    n_test = None if test_size is None else rows_in(test_size, n, math.ceil)
    n_train = None if train_size is None else rows_in(train_size, n, math.floor)
    both_shares = isinstance(test_size, (float, np.floating)) and isinstance(train_size, (float, np.floating))
    if both_shares and test_size + train_size > 1:  # type: ignore[operator]
        raise ValueError(
            f"The sum of test_size and train_size = {test_size + train_size}, should be in the (0, 1) range. "  # type: ignore[operator]
            "Reduce test_size and/or train_size."
        )
    n_train = n - n_test if n_train is None else n_train  # type: ignore[operator]
    n_test = n - n_train if n_test is None else n_test
    if n_train + n_test > n:
        raise ValueError(
            f"The sum of train_size and test_size = {n_train + n_test}, should be smaller than the number of {what} "
            f"{n}. Reduce test_size and/or train_size."
        )
    if n_train == 0:
        raise ValueError(
            f"With n_{what}={n}, test_size={test_size} and train_size={train_size}, the resulting train set will be "
            "empty. Adjust any of the aforementioned parameters."
        )
    return n_train, n_test


def strata_of(y: Any) -> tuple[Array, IntArray]:
    """Return (kinds, codes) of y; rows of a 2-d y are strata each for itself.

    Raises
    ------
    ValueError
        If y is None, or a value is missing.
    """
    if y is None:
        raise ValueError("StratifiedShuffleSplit needs y, the class of each row, and got None; or use ShuffleSplit.")
    found = check_array(y, name="y", dtype=None, ensure_2d=False)
    if found.ndim == 2 and found.shape[1] > 1:
        refuse_missing(found.ravel(), "y")
        found = np.array([" ".join(row.astype(str)) for row in found])
    return kinds_of(found, "y")


def rows_of(codes: IntArray, n_groups: int, some: IntArray) -> IntArray:
    """Return the positions of the rows in some of the groups. codes (n,): the group of each row."""
    rows: IntArray = equal_to_some(codes, n_groups, some).nonzero()[0]
    return rows


class ShuffleSplit(BaseCrossValidator):
    """`n_splits` times: shuffle all rows, test the first of them, train on the next.

    Parameters
    ----------
    n_splits : how many splits
    test_size : share (float) or number (int) of rows to test; None is what `train_size` leaves, or 0.1 if that is None
    train_size : share or number of rows to train on; None is what `test_size` leaves
    random_state : seed of all the shufflings together

    Raises
    ------
    ValueError
        If the sizes do not fit the number of rows.

    Examples
    --------
    >>> from scratchml.model_selection import ShuffleSplit
    >>> for train, test in ShuffleSplit(2, test_size=0.25, random_state=0).split(range(8)):
    ...     print(train, test)
    [1 7 3 0 5 4] [6 2]
    [3 7 0 4 2 5] [1 6]
    """

    _rules: ClassVar = {
        "n_splits": integer(1),
        "random_state": random_state,
        "test_size": anything,  # looked at in `split`, where the number of rows is known
        "train_size": anything,
    }
    _default_test_size = 0.1

    def __init__(
        self,
        n_splits: int = 10,
        *,
        test_size: Size = None,
        train_size: Size = None,
        random_state: RandomStateLike = None,
    ) -> None:
        self.n_splits = n_splits
        self.test_size = test_size
        self.train_size = train_size
        self.random_state = random_state
        self._check()

    def _sizes(self, n: int, what: str = "samples") -> tuple[int, int]:
        return train_and_test_sizes(n, self.test_size, self.train_size, self._default_test_size, what)

    def _pairs(self, n: int, y: Any, groups: Any) -> Iterator[Split]:
        return self._shuffled(n, *self._sizes(n))

    def _shuffled(self, n: int, n_train: int, n_test: int) -> Iterator[Split]:
        rng = check_random_state(self.random_state)
        for _ in range(self.n_splits):
            order = random_order(n, rng)
            yield order[n_test : n_test + n_train], order[:n_test]


class GroupShuffleSplit(ShuffleSplit):
    """`n_splits` times: shuffle the groups, test the rows of the first of them, train on those of the next.

    Parameters
    ----------
    n_splits : how many splits
    test_size : share or number of *groups* to test; None is what `train_size` leaves, or 0.2 if that is None
    train_size : share or number of groups to train on; None is what `test_size` leaves
    random_state : seed of all the shufflings together

    Raises
    ------
    ValueError
        If groups are not given, or the sizes do not fit their number.

    Examples
    --------
    >>> from scratchml.model_selection import GroupShuffleSplit
    >>> groups = ["ann", "ann", "bob", "cid", "cid"]
    >>> for train, test in GroupShuffleSplit(2, random_state=0).split(groups, groups=groups):
    ...     print(train, test)
    [0 1 2] [3 4]
    [0 1 2] [3 4]
    """

    _uses_groups = True
    _default_test_size = 0.2

    def __init__(
        self,
        n_splits: int = 5,
        *,
        test_size: Size = None,
        train_size: Size = None,
        random_state: RandomStateLike = None,
    ) -> None:
        super().__init__(n_splits, test_size=test_size, train_size=train_size, random_state=random_state)

    def _pairs(self, n: int, y: Any, groups: Any) -> Iterator[Split]:
        kinds, codes = groups_of(groups)
        group_pairs = self._shuffled(len(kinds), *self._sizes(len(kinds), "groups"))
        return ((rows_of(codes, len(kinds), train), rows_of(codes, len(kinds), test)) for train, test in group_pairs)


class StratifiedShuffleSplit(ShuffleSplit):
    """`n_splits` times: shuffle the rows of each class and take its share of them for testing and training.

    Parameters
    ----------
    n_splits : how many splits
    test_size : share (float) or number (int) of rows to test; None is what `train_size` leaves, or 0.1 if that is None
    train_size : share or number of rows to train on; None is what `test_size` leaves
    random_state : seed of all the draws together

    Raises
    ------
    ValueError
        If a class has only one row, or there are fewer rows to train on or to test than classes.

    Examples
    --------
    >>> from scratchml.model_selection import StratifiedShuffleSplit
    >>> y = [0, 0, 0, 0, 1, 1]
    >>> for train, test in StratifiedShuffleSplit(2, test_size=0.5, random_state=0).split(y, y):
    ...     print(train, test)
    [2 4 3] [5 1 0]
    [3 5 1] [4 2 0]
    """

    def _pairs(self, n: int, y: Any, groups: Any) -> Iterator[Split]:
        classes, codes = strata_of(y)
        n_train, n_test = self._sizes(n)
        counts = np.bincount(codes)
        if counts.min() < 2:
            raise ValueError(
                "The least populated classes in y have only 1 member, which is too few. The minimum number of groups "
                "for any class cannot be less than 2. Classes with too few members are: "
                f"{classes[counts < 2].tolist()}"
            )
        for name, size in (("train_size", n_train), ("test_size", n_test)):
            if size < len(classes):
                raise ValueError(
                    f"The {name} = {size} should be greater or equal to the number of classes = {len(classes)}"
                )
        return self._drawn(codes, counts, n_train, n_test)

    def _drawn(self, codes: IntArray, counts: IntArray, n_train: int, n_test: int) -> Iterator[Split]:
        rng = check_random_state(self.random_state)
        for _ in range(self.n_splits):
            yield draw_stratified(codes, counts, n_train, n_test, rng)
