"""Cross-validation by groups: rows that belong together are never on both sides.

Idea
----
Several photographs of one person, several visits of one patient: a model that has seen one of them has half seen the
others. If they are spread over training and test part, the score says how well the model recognises the person, not
how well it will do on a new one. So whole groups are dealt to the folds.

Maths
-----
*Even sizes* (`GroupKFold`): take the groups from the largest to the smallest, give each to the fold that has fewest
rows so far: the longest-processing-time rule of scheduling, never worse than 4/3 - 1/(3k) times the best largest fold.
*Even classes* (`StratifiedGroupKFold`): let ``share[f, c]`` be the part of class c's rows that fold f has. Take the
groups by falling standard deviation of their class counts (those that can do most harm first) and give each to the
fold where afterwards ``mean over c of std over f of share[f, c]`` is smallest; among equals the fold with fewest rows.

Cost
----
Sorting the groups, then O(groups * k) for even sizes and O(groups * k * k * classes) for even classes.

Differences
-----------
None from scikit-learn: the same positions for the same seed. Missing groups (None, NaN) are refused everywhere.

References
----------
Graham, "Bounds on multiprocessing timing anomalies", SIAM Journal on Applied Mathematics 17 (1969): the 4/3 bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from ..core.rules import integer
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..maths.folds import consecutive_folds
from ..maths.shuffle import random_order
from .kfold import BaseKFold
from .splitter import (
    BaseCrossValidator,
    check_class_counts,
    check_enough,
    classes_of,
    equal_to_each,
    equal_to_some,
    groups_of,
)


def fill_lightest_fold(sizes: IntArray, n_splits: int) -> IntArray:
    """Return each group's fold (g,): from the largest group of `sizes` (g,) to the smallest, the fold with least."""
    fold_of = np.empty(len(sizes), dtype=np.int64)
    filled = np.zeros(n_splits, dtype=np.int64)
    for group in np.argsort(sizes, kind="stable")[::-1]:
        lightest = int(np.argmin(filled))
        fold_of[group] = lightest
        filled[lightest] += sizes[group]
    return fold_of


def unevenness(class_counts: FloatArray, totals: IntArray, added: FloatArray) -> FloatArray:
    """Return how uneven the classes would lie, (k,), if a group with counts `added` (c,) went to fold 0, 1, ...

    class_counts (k, c): rows of each class in each fold so far. totals (c,): rows of each class in all.
    """
    k = len(class_counts)
    proposed = np.repeat(class_counts[None], k, axis=0)  # (k proposals, k folds, c)
    proposed[np.arange(k), np.arange(k)] += added
    uneven: FloatArray = np.std(proposed / totals, axis=1).mean(axis=1)
    return uneven


def most_even_fold(evaluations: FloatArray, filled: FloatArray) -> int:
    """Return the fold of the smallest evaluation (k,); among nearly equal ones that with fewest rows `filled` (k,)."""
    best, least, fewest = 0, math.inf, math.inf
    for fold, (value, rows) in enumerate(zip(evaluations.tolist(), filled.tolist())):
        nearly_equal = abs(value - least) <= 1e-8 + 1e-5 * abs(least) if math.isfinite(least) else False
        if value < least or (nearly_equal and rows < fewest):
            best, least, fewest = fold, value, rows
    return best


def fill_most_even_fold(group_counts: FloatArray, totals: IntArray, n_splits: int) -> IntArray:
    """Return each group's fold (g,) such that classes lie evenly. group_counts (g, c): rows by group and class."""
    fold_of = np.empty(len(group_counts), dtype=np.int64)
    class_counts = np.zeros((n_splits, len(totals)))
    for group in np.argsort(-np.std(group_counts, axis=1), kind="stable"):
        evaluations = unevenness(class_counts, totals, group_counts[group])
        fold = most_even_fold(evaluations, class_counts.sum(axis=1))
        class_counts[fold] += group_counts[group]
        fold_of[group] = fold
    return fold_of


class GroupKFold(BaseKFold):
    """K folds of whole groups, as equal in size as the greedy rule makes them.

    Parameters
    ----------
    n_splits : number of folds, 2 or more, at most the number of groups
    shuffle : deal the groups in random order, as many to each fold, whatever their sizes
    random_state : seed of the shuffling; only with ``shuffle=True``

    Raises
    ------
    ValueError
        If groups are not given, or are fewer than `n_splits`.

    Examples
    --------
    >>> from scratchml.model_selection import GroupKFold
    >>> groups = ["ann", "ann", "bob", "cid", "cid", "cid"]
    >>> for train, test in GroupKFold(2).split(groups, groups=groups):
    ...     print(train, test)
    [0 1 2] [3 4 5]
    [3 4 5] [0 1 2]
    """

    _uses_groups = True

    def _test_sets(self, n: int, y: Any, groups: Any) -> Iterator[Array]:
        kinds, codes = groups_of(groups)
        check_enough(self.n_splits, len(kinds), "groups")
        return self._dealt(codes, len(kinds))

    def _dealt(self, codes: IntArray, n_groups: int) -> Iterator[Array]:
        rng = self._rng()
        if rng is None:
            fold_of = fill_lightest_fold(np.bincount(codes), self.n_splits)
        else:
            fold_of = np.empty(n_groups, dtype=np.int64)
            for fold, members in enumerate(consecutive_folds(random_order(n_groups, rng), self.n_splits)):
                fold_of[members] = fold
        yield from equal_to_each(fold_of[codes], self.n_splits)


class StratifiedGroupKFold(BaseKFold):
    """K folds of whole groups, with the classes as evenly spread as the greedy rule makes them.

    Parameters
    ----------
    n_splits : number of folds, 2 or more, at most the number of groups
    shuffle : break ties between groups by a random order
    random_state : seed of the shuffling; only with ``shuffle=True``

    Raises
    ------
    ValueError
        If groups or y are not given, groups are fewer than `n_splits`, or no class has `n_splits` rows.

    Examples
    --------
    >>> from scratchml.model_selection import StratifiedGroupKFold
    >>> y, groups = [0, 0, 1, 1, 0, 0, 1, 1], [1, 1, 2, 2, 3, 3, 4, 4]
    >>> for train, test in StratifiedGroupKFold(2).split(y, y, groups):
    ...     print(train, test)
    [2 3 4 5] [0 1 6 7]
    [0 1 6 7] [2 3 4 5]
    """

    _uses_groups = True

    def __init__(self, n_splits: int = 5, shuffle: bool = False, random_state: RandomStateLike = None) -> None:
        super().__init__(n_splits, shuffle=shuffle, random_state=random_state)

    def _test_sets(self, n: int, y: Any, groups: Any) -> Iterator[Array]:
        kinds, group_codes = groups_of(groups)
        classes, class_codes = classes_of(y, type(self).__name__)
        check_class_counts(np.bincount(class_codes), self.n_splits)
        check_enough(self.n_splits, len(kinds), "groups")
        pair_codes = group_codes * len(classes) + class_codes
        counts = np.bincount(pair_codes, minlength=len(kinds) * len(classes)).reshape(len(kinds), len(classes))
        return self._dealt(group_codes, counts.astype(np.float64), np.bincount(class_codes))

    def _dealt(self, group_codes: IntArray, counts: FloatArray, totals: IntArray) -> Iterator[Array]:
        rng = self._rng()
        order = np.arange(len(counts)) if rng is None else random_order(len(counts), rng)
        fold_of = np.empty(len(counts), dtype=np.int64)
        fold_of[order] = fill_most_even_fold(counts[order], totals, self.n_splits)
        yield from equal_to_each(fold_of[group_codes], self.n_splits)


class LeaveOneGroupOut(BaseCrossValidator):
    """Each group in turn is the test set.

    Raises
    ------
    ValueError
        If groups are not given, or there is only one.

    Examples
    --------
    >>> from scratchml.model_selection import LeaveOneGroupOut
    >>> for train, test in LeaveOneGroupOut().split([1, 2, 3], groups=["a", "b", "b"]):
    ...     print(train, test)
    [1 2] [0]
    [0] [1 2]
    """

    _uses_groups = True

    def __init__(self) -> None:
        self._check()

    def _test_sets(self, n: int, y: Any, groups: Any) -> Iterable[Array]:
        kinds, codes = groups_of(groups)
        if len(kinds) <= 1:
            raise ValueError(
                f"The groups parameter contains fewer than 2 unique groups ({kinds}). LeaveOneGroupOut expects at "
                "least 2."
            )
        return equal_to_each(codes, len(kinds))

    def get_n_splits(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> int:
        """Return the number of groups; only `groups` is read, and it must be given."""
        return len(groups_of(groups)[0])


class LeavePGroupsOut(BaseCrossValidator):
    """Each set of `n_groups` groups in turn is the test set.

    Parameters
    ----------
    n_groups : how many groups are left out at a time, 1 or more

    Raises
    ------
    ValueError
        If groups are not given, or there are not more than `n_groups`.

    Examples
    --------
    >>> from scratchml.model_selection import LeavePGroupsOut
    >>> LeavePGroupsOut(2).get_n_splits(groups=["a", "b", "c", "d"])
    6
    """

    _rules: ClassVar = {"n_groups": integer(1)}
    _uses_groups = True

    def __init__(self, n_groups: int) -> None:
        self.n_groups = n_groups
        self._check()

    def _test_sets(self, n: int, y: Any, groups: Any) -> Iterable[Array]:
        kinds, codes = groups_of(groups)
        if self.n_groups >= len(kinds):
            raise ValueError(
                f"The groups parameter contains fewer than (or equal to) n_groups ({self.n_groups}) unique groups "
                f"({kinds}). LeavePGroupsOut expects at least {self.n_groups + 1}."
            )
        left_out = combinations(range(len(kinds)), self.n_groups)
        return (equal_to_some(codes, len(kinds), list(some)) for some in left_out)

    def get_n_splits(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> int:
        """Return how many sets of `n_groups` groups there are; only `groups` is read, and it must be given."""
        return math.comb(len(groups_of(groups)[0]), self.n_groups)
