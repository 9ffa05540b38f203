"""Split data once into training and test part, or into training, validation and test part; and choose a splitter.

Idea
----
Three questions need three sets of rows. The *training* part fits the model. The *validation* part chooses among
models; whoever chooses the best of many by one set of rows is flattered by that set. So the *test* part, kept away
until the very end, says what the chosen model is worth. Whatever is learnt from the data, scaling and filling in
missing values included, is learnt from the training part.

Maths
-----
Sizes as in `shuffle_split`. The three-way split first draws the test part, as `train_test_split` with the same seed
would; then the validation part from what remains.

Cost
----
O(n), and a copy of the data.

Differences
-----------
`train_test_split` gives scikit-learn's rows for the same seed; a tuple stays a tuple. `train_validation_test_split` has
no counterpart there.

References
----------
Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd edition, section 7.2.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ..core import check_random_state, check_same_length, count_samples
from ..core.rules import boolean, check_rules, random_state
from ..core.typing import IntArray, MatrixLike, RandomStateLike, VectorLike
from .fold import take_rows
from .kfold import KFold, StratifiedKFold
from .shuffle_split import (
    GroupShuffleSplit,
    ShuffleSplit,
    Size,
    StratifiedShuffleSplit,
    check_size,
    rows_in,
    train_and_test_sizes,
)
from .splitter import BaseCrossValidator, Split, groups_of, target_kind


def train_test_split(
    *arrays: Any,
    test_size: Size = None,
    train_size: Size = None,
    random_state: RandomStateLike = None,
    shuffle: bool = True,
    stratify: VectorLike | None = None,
) -> list[Any]:
    """Split arrays, lists, tuples, data frames or series of the same length into training and test rows.

    Parameters
    ----------
    *arrays : one or more, each with n rows
    test_size : share (float) or number (int) of rows to test; None is what `train_size` leaves, or 0.25 if that is None
    train_size : share or number of rows to train on; None is what `test_size` leaves
    random_state : seed of the shuffling
    shuffle : False keeps the order: the first rows train, the next test (for rows in time order)
    stratify : labels, shape (n,); both parts get every class in proportion

    Returns
    -------
    list
        Training part and test part of the first array, then of the second, and so on; each of its array's own kind.

    Raises
    ------
    ValueError
        If there is no array, lengths differ, sizes do not fit, or `stratify` is given without shuffling.
    TypeError
        If something has no rows, or an argument is of a wrong kind.

    Examples
    --------
    >>> from scratchml.model_selection import train_test_split
    >>> train_test_split([10, 11, 12, 13, 14, 15], ["a", "b", "c", "d", "e", "f"], test_size=2, random_state=0)
    [[11, 13, 10, 14], [15, 12], ['b', 'd', 'a', 'e'], ['f', 'c']]
    """
    n = _common_length(arrays, stratify)
    check_rules("train_test_split", _SPLIT_RULES, {"shuffle": shuffle, "random_state": random_state})
    n_train, n_test = train_and_test_sizes(n, test_size, train_size, 0.25)
    if shuffle:
        kind = ShuffleSplit if stratify is None else StratifiedShuffleSplit
        once = kind(1, test_size=n_test, train_size=n_train, random_state=random_state)
        train, test = next(once.split(arrays[0], stratify))
    else:
        _refuse_stratify(stratify)
        train, test = np.arange(n_train), np.arange(n_train, n_train + n_test)
    return [take_rows(array, rows) for array in arrays for rows in (train, test)]


train_test_split.__test__ = False  # type: ignore[attr-defined]  # pytest: its name begins with test, but it is none

_SPLIT_RULES = {"shuffle": boolean, "random_state": random_state}


def _common_length(arrays: tuple[Any, ...], stratify: Any = None, groups: Any = None) -> int:
    if not arrays:
        raise ValueError("At least one array required as input: give what is to be split.")
    for position, array in enumerate(arrays):
        count_samples(array, f"array {position}")  # refuses None, too
    named = {f"array {position}": array for position, array in enumerate(arrays)}
    return check_same_length(**named, stratify=stratify, groups=groups)


def _refuse_stratify(stratify: Any) -> None:
    if stratify is not None:
        raise ValueError(
            "Stratified train/test split is not implemented for shuffle=False: rows kept in order cannot be balanced. "
            "Leave out stratify, or shuffle."
        )


def train_validation_test_split(
    *arrays: Any,
    validation_size: Size = 0.2,
    test_size: Size = 0.2,
    train_size: Size = None,
    random_state: RandomStateLike = None,
    shuffle: bool = True,
    stratify: VectorLike | None = None,
    groups: VectorLike | None = None,
) -> list[Any]:
    """Split arrays of the same length into training, validation and test rows.

    Parameters
    ----------
    *arrays : one or more arrays, lists, tuples, data frames or series, each with n rows
    validation_size, test_size : shares (float) of all rows, rounded up, or numbers (int) of rows
    train_size : share (rounded down) or number of rows to train on; None takes all that remain
    random_state : seed; the test part is that of `train_test_split` with the same seed and number of rows
    shuffle : False keeps the order: first training, then validation, last test rows (for rows in time order)
    stratify : labels, shape (n,); all three parts get every class in proportion
    groups : group of each row, shape (n,); no group is in two parts, and sizes count groups in place of rows

    Returns
    -------
    list
        Training, validation and test part of the first array, then of the second, and so on.

    Raises
    ------
    ValueError
        If there is no array, lengths differ, sizes do not fit, `stratify` or `groups` is given without shuffling, or
        both are given (`StratifiedGroupKFold` can do both).
    TypeError
        If something has no rows, or an argument is of a wrong kind.

    Examples
    --------
    >>> from scratchml.model_selection import train_validation_test_split
    >>> train_validation_test_split(list(range(10)), random_state=0)
    [[1, 5, 3, 4, 0, 7], [6, 9], [2, 8]]
    >>> train_validation_test_split(list(range(10)), shuffle=False)
    [[0, 1, 2, 3, 4, 5], [6, 7], [8, 9]]
    """
    n = _common_length(arrays, stratify, groups)
    check_rules("train_validation_test_split", _SPLIT_RULES, {"shuffle": shuffle, "random_state": random_state})
    if groups is not None and (stratify is not None or not shuffle):
        raise ValueError(
            "groups cannot be combined with stratify or shuffle=False here; StratifiedGroupKFold keeps groups whole "
            "and classes even."
        )
    if not shuffle:
        _refuse_stratify(stratify)
        n_train, n_validation, n_test = three_sizes(n, validation_size, test_size, train_size)
        order = np.arange(n_train + n_validation + n_test)
        parts = order[:n_train], order[n_train:-n_test], order[-n_test:]
    else:
        parts = _three_parts(n, (validation_size, test_size, train_size), random_state, stratify, groups)
    return [take_rows(array, rows) for array in arrays for rows in parts]


def three_sizes(
    n: int, validation_size: Size, test_size: Size, train_size: Size, what: str = "samples"
) -> tuple[int, int, int]:
    """Return (n_train, n_validation, n_test) of n rows (or other `what`).

    Raises
    ------
    TypeError, ValueError
        If a size is no number of rows or share, or one part would be empty.
    """
    sizes = {"validation_size": validation_size, "test_size": test_size, "train_size": train_size}
    for name, size in sizes.items():
        check_size(name, size, n, what)
    if validation_size is None or test_size is None:
        raise ValueError("validation_size and test_size must be given; only train_size may be None (the rest).")
    n_validation, n_test = rows_in(validation_size, n, math.ceil), rows_in(test_size, n, math.ceil)
    n_train = n - n_validation - n_test if train_size is None else rows_in(train_size, n, math.floor)
    if n_train < 1 or n_train + n_validation + n_test > n:
        raise ValueError(
            f"validation_size={validation_size}, test_size={test_size} and train_size={train_size} do not fit {n} "
            f"{what}: they ask for {n_validation}, {n_test} and {n_train}; lower them."
        )
    return n_train, n_validation, n_test


def _three_parts(
    n: int, sizes: tuple[Size, Size, Size], random_state: RandomStateLike, stratify: Any, groups: Any
) -> tuple[IntArray, IntArray, IntArray]:
    """Return the positions (train, validation, test): the test part drawn first, then validation from the rest."""
    rng = check_random_state(random_state)
    kind: type[ShuffleSplit] = ShuffleSplit
    if groups is not None:
        kind = GroupShuffleSplit
        n_train, n_validation, n_test = three_sizes(len(groups_of(groups)[0]), *sizes, what="groups")
    else:
        kind = ShuffleSplit if stratify is None else StratifiedShuffleSplit
        n_train, n_validation, n_test = three_sizes(n, *sizes)

    def draw(rows: IntArray, train_size: int, test_size: int) -> Split:
        once = kind(1, train_size=train_size, test_size=test_size, random_state=rng)
        train, test = next(once.split(rows, take_rows(stratify, rows), take_rows(groups, rows)))
        return rows[train], rows[test]

    rest, test = draw(np.arange(n), n_train + n_validation, n_test)
    train, validation = draw(rest, n_train, n_validation)
    return train, validation, test


# ---------------------------------------------------------------------------------------------------------------
# Choosing a splitter


class ListedSplits(BaseCrossValidator):
    """A splitter out of a given iterable of (train, test): positions, boolean masks or slices."""

    def __init__(self, cv: Iterable[tuple[Any, Any]]) -> None:
        self.cv = list(cv)
        if not self.cv:
            raise ValueError("cv is an empty iterable; it must give at least one pair (train, test) of row positions.")
        for pair in self.cv:
            if not isinstance(pair, (tuple, list, np.ndarray)) or len(pair) != 2:
                raise ValueError(f"cv gave {pair!r}; it must give pairs (train, test) of row positions.")

    def split(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> Iterator[Split]:
        """Return an iterator of the given pairs; with X, checked against its number of rows and made positions."""
        rows = None if X is None else np.arange(count_samples(X))
        for train, test in self.cv:
            yield _positions(train, rows), _positions(test, rows)

    def get_n_splits(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> int:
        """Return the number of pairs."""
        return len(self.cv)


def _positions(chosen: Any, rows: IntArray | None) -> IntArray:
    if rows is None:
        return chosen  # type: ignore[no-any-return]
    if isinstance(chosen, slice):
        return rows[chosen]
    found = np.asarray(chosen)
    if found.size == 0:
        return rows[:0]
    if found.dtype.kind not in "iub":
        raise TypeError(f"cv gave {chosen!r} as rows; it must give integer positions, a boolean mask or a slice.")
    positions: IntArray = rows[found]
    return positions


def check_cv(
    cv: Any = 5,
    y: VectorLike | None = None,
    *,
    classifier: bool = False,
    shuffle: bool = False,
    random_state: RandomStateLike = None,
) -> Any:
    """Return a splitter for what a caller gave as `cv`.

    Parameters
    ----------
    cv : number of folds, None (5 folds), a splitter (returned as it is), or an iterable of (train, test)
    y : targets, shape (n,); with `classifier`, labels make the folds stratified
    classifier : whether the model is a classifier
    shuffle, random_state : of the folds, where `cv` is a number or None

    Raises
    ------
    ValueError
        If `cv` is none of these, or no possible number of folds.

    Examples
    --------
    >>> from scratchml.model_selection import check_cv
    >>> check_cv(3, [0, 1, 0, 1], classifier=True)
    StratifiedKFold(n_splits=3, random_state=None, shuffle=False)
    """
    cv = 5 if cv is None else cv
    if isinstance(cv, numbers.Integral):
        stratified = classifier and y is not None and target_kind(y) in ("binary", "multiclass")
        kind = StratifiedKFold if stratified else KFold
        return kind(int(cv), shuffle=shuffle, random_state=random_state)
    if hasattr(cv, "split") and not isinstance(cv, (str, type)):
        return cv
    if isinstance(cv, (str, type)) or not isinstance(cv, Iterable):
        raise ValueError(
            "Expected `cv` as an integer, a cross-validation object (such as KFold(5)), or an iterable of "
            f"(train, test) row positions. Got {cv!r}."
        )
    return ListedSplits(cv)
