"""What every splitter has in common.

Idea: a splitter deals out the positions 0 .. n-1 of the rows, again and again, into a part to learn from and a part to
judge by. It knows nothing of models. `split` checks its input when it is called and returns an iterator; random numbers
are drawn while that iterator runs, so that several users of one RandomState get their turns in order.

A splitter of this room is a subclass that says in `_test_sets` which rows are tested; the rest is training. Where the
rest is not the training part (shuffled shares, time series), it overrides `_pairs`.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from ..core import check_array, check_finite, check_labels, check_same_length, count_samples
from ..core.rules import Rule, check_rules
from ..core.typing import Array, IntArray, MatrixLike, VectorLike

Split = tuple[IntArray, IntArray]


class BaseCrossValidator:
    """Base of every splitter: `split` yields pairs (train, test) of row positions."""

    _rules: ClassVar[Mapping[str, Rule]] = {}
    _uses_groups: ClassVar[bool] = False

    def _check(self) -> None:
        """Check the constructor's arguments; called by it, since a splitter has no fit."""
        check_rules(type(self).__name__, self._rules, vars(self))

    def split(self, X: MatrixLike, y: VectorLike | None = None, groups: VectorLike | None = None) -> Iterator[Split]:
        """Return an iterator of (train, test): integer positions, shapes (n_train,) and (n_test,).

        Parameters
        ----------
        X : anything with n rows; only their number matters
        y : targets, shape (n,); read by stratified splitters
        groups : group of each row, shape (n,); read by group splitters, others warn and pass it over

        Raises
        ------
        ValueError
            If lengths differ, there are too few rows, classes or groups, or what the splitter needs is None.
        """
        if groups is not None and not self._uses_groups:
            warnings.warn(f"The groups parameter is ignored by {type(self).__name__}", UserWarning, stacklevel=2)
        n = count_samples(X)
        check_same_length(X=X, y=y, groups=groups)
        return self._pairs(n, y, groups)

    def get_n_splits(
        self, X: MatrixLike | None = None, y: VectorLike | None = None, groups: VectorLike | None = None
    ) -> int:
        """Return how many (train, test) pairs `split` yields."""
        return int(self.n_splits)  # type: ignore[attr-defined]

    def _pairs(self, n: int, y: Any, groups: Any) -> Iterator[Split]:
        return with_the_rest(n, self._test_sets(n, y, groups))

    def _test_sets(self, n: int, y: Any, groups: Any) -> Iterable[Array | slice]:
        raise NotImplementedError(f"{type(self).__name__} must give _test_sets or _pairs.")

    def __repr__(self) -> str:
        return splitter_repr(self)


def with_the_rest(n: int, test_sets: Iterable[Array | slice]) -> Iterator[Split]:
    """Yield (train, test), both ascending: each test set, and before it the positions of range(n) that it lacks.

    A test set is given by its positions, by a slice, or by a mask (n,) that is True for them.
    """
    for tested in test_sets:
        if isinstance(tested, slice) or tested.dtype != np.bool_:
            positions, tested = tested, np.zeros(n, dtype=np.bool_)
            tested[positions] = True
        yield (~tested).nonzero()[0], tested.nonzero()[0]


def equal_to_each(codes: IntArray, n_codes: int) -> Iterator[Array]:
    """Yield for each code 0 ... n_codes - 1 the mask (n,) of the rows that have it. codes (n,): read."""
    narrow = codes.astype(np.min_scalar_type(n_codes))  # the fewer bytes, the sooner they are compared
    return (narrow == code for code in range(n_codes))


def equal_to_some(codes: IntArray, n_codes: int, some: IntArray | list[int]) -> Array:
    """Return the mask (n,) of the rows whose code, of 0 ... n_codes - 1, is one of `some`. codes (n,): read."""
    # plainly: np.isin(codes, some)
    wanted = np.zeros(n_codes, dtype=np.bool_)
    wanted[some] = True
    found: Array = wanted[codes]
    return found


def splitter_repr(splitter: Any) -> str:
    """Return ``KFold(n_splits=5, random_state=None, shuffle=False)``: all parameters by name, lines of 75 letters."""
    owner = type(splitter).__name__
    names = sorted(name for name in inspect.signature(type(splitter).__init__).parameters if name != "self")
    margin = ",\n" + " " * (1 + len(owner) // 2)
    text, width = "", len(owner)
    with np.printoptions(precision=5, threshold=64, edgeitems=2):
        for name in names:
            shown = f"{name}={getattr(splitter, name)!r}"
            shown = shown if len(shown) <= 500 else shown[:300] + "..." + shown[-100:]
            if text and (width + len(shown) >= 75 or "\n" in shown):
                text, width = text + margin, len(margin)
            elif text:
                text, width = text + ", ", width + 2
            text, width = text + shown, width + len(shown)
    return f"{owner}({text})"


# ---------------------------------------------------------------------------------------------------------------
# Reading y and groups


def kinds_of(values: VectorLike, name: str) -> tuple[Array, IntArray]:
    """Return (kinds, codes) of any values that can be sorted: ``kinds[codes] == values``, kinds sorted and unique.

    Unlike labels, groups may be dates or fractions.

    Raises
    ------
    ValueError
        If there is not one value per row, or one is missing (None, NaN, NaT) or infinite.
    TypeError
        If the values cannot be sorted together.
    """
    found = np.asarray(values)
    if found.ndim == 2 and found.shape[1] == 1:
        found = found.ravel()
    if found.ndim != 1:
        raise ValueError(f"{name} should be a 1d array, got an array of shape {found.shape} instead.")
    refuse_missing(found, name)
    if found.dtype.kind in "iu" and found.size:
        return check_labels(found)  # counts them, if it can
    try:
        kinds, codes = np.unique(found, return_inverse=True)
    except TypeError as error:
        mixed = ", ".join(sorted({type(value).__name__ for value in found}))
        raise TypeError(f"{name} mixes kinds that cannot be sorted together: {mixed}; make them one kind.") from error
    return kinds, codes


def refuse_missing(values: Array, name: str) -> None:
    """Check that no value of an array is None, NaN, NaT or infinite.

    Raises
    ------
    ValueError
        If one is.
    """
    check_finite(values, name)
    if values.dtype.kind == "O" and any(map(_is_missing, values)):
        raise ValueError(f"{name} holds None or NaN; give such rows a value of their own, or drop them.")
    if values.dtype.kind in "mM" and np.isnat(values).any():
        raise ValueError(f"{name} holds NaT; give such rows a value of their own, or drop them.")


def _is_missing(value: Any) -> bool:
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):  # pandas' NA does not say whether it differs from itself
        return True


def groups_of(groups: VectorLike | None) -> tuple[Array, IntArray]:
    """Return (kinds, codes) of `groups`.

    Raises
    ------
    ValueError
        If it is None, or as `kinds_of`.
    """
    if groups is None:
        raise ValueError("The 'groups' parameter should not be None: give the group of each row.")
    return kinds_of(groups, "groups")


def target_kind(y: VectorLike) -> str:
    """Return "binary" or "multiclass" (labels, one for each row), "continuous", "multioutput" or "unknown".

    Floats are labels if all are whole numbers.

    Raises
    ------
    ValueError
        If y holds NaN or infinity.
    """
    found = check_array(y, name="y", dtype=None, ensure_2d=False)
    if found.ndim > 2 or found.size == 0:
        return "unknown"
    if found.ndim == 2 and found.shape[1] > 1:
        return "multioutput"
    if found.dtype.kind == "f":
        check_finite(found, "y")
        if (found != np.floor(found)).any():
            return "continuous"
    try:
        kinds = check_labels(found.ravel())[0] if found.dtype.kind in "iu" else np.unique(found)
        return "binary" if len(kinds) <= 2 else "multiclass"
    except TypeError:
        return "unknown"


def classes_of(y: VectorLike | None, owner: str) -> tuple[Array, IntArray]:
    """Return (classes, codes) of the labels y, for the stratified splitter `owner`.

    Raises
    ------
    ValueError
        If y is None or does not hold one label for each row.
    """
    if y is None:
        raise ValueError(f"{owner} needs y, the class of each row, and got None; give it, or use KFold.")
    kind = target_kind(y)
    if kind not in ("binary", "multiclass"):
        raise ValueError(
            f"Supported target types are: ('binary', 'multiclass'). Got {kind!r} instead; for {owner} y must hold one "
            "class label for each row (cut numbers into bins first, or use KFold)."
        )
    found = check_array(y, name="y", dtype=None, ensure_2d=False)
    return check_labels(found.ravel())


def check_class_counts(counts: IntArray, n_splits: int) -> None:
    """Check that some class has a row for each of the folds; warn if another has not.

    Raises
    ------
    ValueError
        If no class has `n_splits` rows.
    """
    fewest = int(counts.min())
    if n_splits > counts.max():
        raise ValueError(
            f"n_splits={n_splits} cannot be greater than the number of members in each class, and the largest class "
            f"has {counts.max()}; lower n_splits."
        )
    if n_splits > fewest:
        warnings.warn(
            f"The least populated class in y has only {fewest} members, which is less than n_splits={n_splits}: some "
            "folds test none of it.",
            UserWarning,
            stacklevel=5,
        )


def check_enough(n_splits: int, n: int, what: str) -> None:
    """Check that n things can be dealt to `n_splits` folds.

    Raises
    ------
    ValueError
        If there are fewer.
    """
    if n_splits > n:
        given = f"n_samples={n}" if what == "samples" else n
        raise ValueError(
            f"Cannot have number of splits n_splits={n_splits} greater than the number of {what}: {given}; lower "
            "n_splits."
        )
