"""K-fold cross-validation: plain, stratified, repeated.

Idea
----
Cut the rows into k folds; let each fold in turn be the test set and all others the training set. So every row is
tested exactly once, by a model that has not seen it. Stratified: every fold holds each class in the proportion of
the whole, as nearly as whole rows allow. Repeated: do it again with other folds, since one cut is one accident.

Maths
-----
``n`` rows, ``k = n_splits``: the first ``n % k`` folds have ``n // k + 1`` rows, the others ``n // k``. Stratified:
lay the rows out sorted by class and deal them to the folds like cards, row p to fold ``p % k``; then of the ``n_c``
rows of class c every fold gets ``floor(n_c / k)`` or ``ceil(n_c / k)``, and fold sizes differ by at most one. Which
rows of a class go where: in the order of the data, or shuffled.

Cost
----
O(n) time and memory for each split, O(n log n) once for stratifying.

Differences
-----------
None from scikit-learn: the same positions for the same seed.

References
----------
Kohavi, "A study of cross-validation and bootstrap for accuracy estimation and model selection", IJCAI 1995.
Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd edition, section 7.10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np

from ..core import check_random_state
from ..core.rules import boolean, integer, random_state
from ..core.typing import Array, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..maths.folds import consecutive_folds, deal_classes, number_by_appearance
from ..maths.shuffle import random_order
from .splitter import BaseCrossValidator, Split, check_class_counts, check_enough, classes_of, equal_to_each


class BaseKFold(BaseCrossValidator):
    """Base of the splitters into `n_splits` folds, in order or shuffled."""

    _rules: ClassVar = {"n_splits": integer(2), "shuffle": boolean, "random_state": random_state}

    def __init__(self, n_splits: int = 5, *, shuffle: bool = False, random_state: RandomStateLike = None) -> None:
        self.n_splits = n_splits
        self.shuffle = shuffle
        self.random_state = random_state
        self._check()
        if not shuffle and random_state is not None:
            raise ValueError(
                f"Setting a random_state has no effect since shuffle is False: random_state={random_state!r}. Leave it "
                "at None, or set shuffle=True."
            )

    def _pairs(self, n: int, y: Any, groups: Any) -> Iterator[Split]:
        check_enough(self.n_splits, n, "samples")
        return super()._pairs(n, y, groups)

    def _rng(self) -> np.random.RandomState | None:
        return check_random_state(self.random_state) if self.shuffle else None


class KFold(BaseKFold):
    """K folds of consecutive rows (or of shuffled rows), each the test set once.

    Parameters
    ----------
    n_splits : number of folds, 2 or more
    shuffle : shuffle the rows before cutting; do so unless their order means something
    random_state : seed of the shuffling; only with ``shuffle=True``

    Raises
    ------
    ValueError
        If `n_splits` is below 2 or more than the rows, or a seed is given without shuffling.
    TypeError
        If an argument is of a wrong kind.

    Examples
    --------
    >>> from scratchml.model_selection import KFold
    >>> for train, test in KFold(3).split([10, 11, 12, 13, 14]):
    ...     print(train, test)
    [2 3 4] [0 1]
    [0 1 4] [2 3]
    [0 1 2 3] [4]
    """

    def _test_sets(self, n: int, y: Any, groups: Any) -> Iterator[Array | slice]:
        rng = self._rng()
        folds = consecutive_folds(np.arange(n) if rng is None else random_order(n, rng), self.n_splits)
        yield from folds if rng is not None else (slice(fold[0], fold[-1] + 1) for fold in folds)


class StratifiedKFold(BaseKFold):
    """K folds, each with every class in (nearly) the proportion of the whole.

    Parameters
    ----------
    n_splits : number of folds, 2 or more
    shuffle : shuffle the rows of each class before dealing them
    random_state : seed of the shuffling; only with ``shuffle=True``

    Raises
    ------
    ValueError
        If no class has `n_splits` rows (one with fewer gives a warning), or y is not made of labels.

    Examples
    --------
    >>> from scratchml.model_selection import StratifiedKFold
    >>> y = ["a", "a", "a", "a", "b", "b"]
    >>> for train, test in StratifiedKFold(2).split(y, y):
    ...     print(train, test)
    [2 3 5] [0 1 4]
    [0 1 4] [2 3 5]
    """

    def _test_sets(self, n: int, y: Any, groups: Any) -> Iterable[Array]:
        _, codes = classes_of(y, type(self).__name__)
        check_class_counts(np.bincount(codes), self.n_splits)
        return self._dealt(number_by_appearance(codes))

    def _dealt(self, codes: IntArray) -> Iterator[Array]:
        yield from equal_to_each(deal_classes(codes, self.n_splits, self._rng()), self.n_splits)


class RepeatedSplits(BaseCrossValidator):
    """Base of the splitters that repeat a shuffled one, each time with other folds."""

    _rules: ClassVar = {"n_splits": integer(2), "n_repeats": integer(1), "random_state": random_state}
    _once: ClassVar[type[BaseKFold]]

    def __init__(self, *, n_splits: int = 5, n_repeats: int = 10, random_state: RandomStateLike = None) -> None:
        self.n_splits = n_splits
        self.n_repeats = n_repeats
        self.random_state = random_state
        self._check()

    def split(self, X: MatrixLike, y: VectorLike | None = None, groups: VectorLike | None = None) -> Iterator[Split]:
        """Return an iterator of `n_splits` x `n_repeats` pairs (train, test); see the splitter repeated."""
        self._once(self.n_splits).split(X, y)  # its checks, at once
        return super().split(X, y, groups)

    def _pairs(self, n: int, y: Any, groups: Any) -> Iterator[Split]:
        rng = check_random_state(self.random_state)
        for _ in range(self.n_repeats):
            yield from self._once(self.n_splits, shuffle=True, random_state=rng)._pairs(n, y, groups)

    def get_n_splits(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> int:
        """Return ``n_splits * n_repeats``."""
        return int(self.n_splits * self.n_repeats)


class RepeatedKFold(RepeatedSplits):
    """`KFold`, shuffled anew `n_repeats` times.

    Parameters
    ----------
    n_splits : number of folds, 2 or more
    n_repeats : how often, 1 or more
    random_state : seed of all the shufflings together

    Examples
    --------
    >>> from scratchml.model_selection import RepeatedKFold
    >>> RepeatedKFold(n_splits=2, n_repeats=3, random_state=0).get_n_splits()
    6
    """

    _once = KFold


class RepeatedStratifiedKFold(RepeatedSplits):
    """`StratifiedKFold`, shuffled anew `n_repeats` times.

    Parameters
    ----------
    n_splits : number of folds, 2 or more
    n_repeats : how often, 1 or more
    random_state : seed of all the shufflings together

    Examples
    --------
    >>> from scratchml.model_selection import RepeatedStratifiedKFold
    >>> RepeatedStratifiedKFold(n_splits=2, n_repeats=3, random_state=0).get_n_splits()
    6
    """

    _once = StratifiedKFold
