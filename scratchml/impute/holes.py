"""Holes: where values are missing, and what every imputer does about them.

Idea
----
A table says "missing" by NaN, by None, by pandas' NA, or by a number nobody would measure (-999). Everything below asks
one question of a cell, "is it a hole?", and answers it in one place, because NaN differs even from itself.

Maths
-----
None.

Cost
----
One pass over X; about 0.02 microseconds a cell where X holds Python objects, most of them the same few.

Differences
-----------
From scikit-learn: sparse matrices are refused.

References
----------
D. B. Rubin (1976), "Inference and missing data", Biometrika 63(3): why a value is missing decides what may be done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import BaseEstimator, TransformerMixin, check_finite, check_is_fitted, input_feature_names
from ..core.jit import kernel
from ..core.rules import Rule, boolean
from ..core.tags import Tags
from ..core.typing import Array, IntArray, MatrixLike, VectorLike

FEW_WORDS = 1000  # distinct objects for which a table that stays in the fastest cache has room
MANY_WORDS = 16000  # as many as a second, slower table is for, which the failure of the first has cost little


def is_nan(value: Any) -> bool:
    """Say whether a value is NaN or pandas' NA, which is known by its name so that pandas need not be there."""
    return (isinstance(value, (float, np.floating)) and bool(value != value)) or type(value).__name__ == "NAType"


def is_real(value: Any) -> bool:
    """Say whether a value is a real number; True and False are none."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


missing_values_rule = Rule(
    "a number, a string, None, NaN or pandas' NA",
    lambda value: value is None or is_real(value) or isinstance(value, str) or is_nan(value),
)


class Words(NamedTuple):
    """The cells of a table of Python objects, each object told once: words repeat."""

    distinct: Array  # (k,) the objects, in the order in which they are met
    codes: IntArray  # (n, d): cell [i, f] holds distinct[codes[i, f]]


def tell_apart(X: Array) -> Words | None:
    """Return the distinct objects among the cells of X (n, d), of dtype object; None where they are many.

    Two objects may be equal (two NaN, two copies of a word): they are told apart by where they lie in memory, which
    asks no cell for anything. Words read from a file or a data frame are mostly the same objects.
    """
    addresses = np.frombuffer(bytearray(X.tobytes()), dtype=np.intp)  # what NumPy keeps of objects are addresses
    codes = np.empty(X.size, dtype=np.int64)
    for room in (FEW_WORDS, MANY_WORDS) if X.size > 2 * MANY_WORDS else (FEW_WORDS,):
        first, table = np.empty(room, dtype=np.int64), np.zeros((1 << (2 * room).bit_length(), 2), dtype=np.int64)
        k = number_addresses(addresses, table, codes, first)
        if k >= 0:
            return Words(X.ravel()[first[:k]], codes.reshape(X.shape))
    return None


@kernel
def number_addresses(addresses: Array, table: Array, codes: Array, first: Array) -> int:
    """Number the distinct addresses as they are met; return how many, or -1 if there are more than `first` has room.

    addresses (n,): read. table (2^b, 2), zeros: a hash table, overwritten. codes (n,), the numbers, and first (room,),
    where each is met first: overwritten.
    """
    mask, k = table.shape[0] - 1, 0
    for i in range(addresses.shape[0]):
        address = addresses[i]
        slot = ((address >> 4) ^ (address >> 13)) & mask  # objects lie at multiples of 16
        while table[slot, 1] != 0 and table[slot, 0] != address:
            slot = (slot + 1) & mask
        if table[slot, 1] == 0:
            if k == first.shape[0]:
                return -1
            first[k] = i
            k += 1
            table[slot, 0], table[slot, 1] = address, k
        codes[i] = table[slot, 1] - 1
    return k


def find_holes(X: Array, missing_values: Any) -> Array:
    """Return for each cell of X whether it is a hole, as booleans of X's shape.

    Raises
    ------
    ValueError
        If X holds numbers and `missing_values` is none, so that nothing could ever be found.
    """
    if X.dtype.kind != "O":
        if is_nan(missing_values):
            return np.isnan(X) if X.dtype.kind == "f" else np.zeros(X.shape, dtype=bool)
        if not is_real(missing_values):
            raise ValueError(
                f"'X' and 'missing_values' types are expected to be both numerical. Got X.dtype={X.dtype} and "
                f"type(missing_values)={type(missing_values)}; give a number, or X with dtype=object."
            )
        return np.asarray(missing_values == X)
    try:
        return np.asarray(X != X if is_nan(missing_values) else X == missing_values, dtype=bool)
    except (TypeError, ValueError):  # pandas' NA is neither equal nor unequal to anything: ask each cell
        return np.asarray(np.frompyfunc(_asks_for(missing_values), 1, 1)(X), dtype=bool)


def _asks_for(missing_values: Any) -> Callable[[Any], bool]:
    if is_nan(missing_values):
        return is_nan
    return lambda value: not is_nan(value) and bool(np.all(value == missing_values))


def read_cells(estimator: Any, X: MatrixLike, fitting: bool, as_objects: bool = False) -> tuple[Array, Words | None]:
    """Return X (n, d) in its own kind: integers, floats, or objects, among which there may be words.

    Where it comes as objects, and they are few, these are returned, too, each told once.

    Raises
    ------
    ValueError
        For infinity, for NaN unless it marks holes, and for kinds other than these three.
    """
    allow_nan = is_nan(estimator.missing_values)
    found: Array = estimator._check_X(X, fitting=fitting, dtype=None, allow_nan=allow_nan)
    name = type(estimator).__name__
    if isinstance(X, list) and found.dtype.kind in "US":
        found = np.array(X, dtype=object)  # a list of numbers and words: numbers stay numbers
    if found.dtype.kind not in "iufO":
        raise ValueError(
            f"{name} does not support data with dtype {found.dtype}. Give numbers, or words with dtype=object."
        )
    check_finite(found, "X", allow_nan)
    words = None
    if found.dtype.kind == "O":
        words = tell_apart(found)
        cells = found.ravel() if words is None else words.distinct
        check_objects(cells, name)
        if not allow_nan and find_holes(cells, np.nan).any():
            raise ValueError(
                f"Input X contains NaN, and missing_values={estimator.missing_values!r}; fill in NaN, or give "
                "missing_values=np.nan."
            )
    return (found.astype(object, copy=False) if as_objects else found), words


def find_holes_among(X: Array, words: Words | None, missing_values: Any) -> Array:
    """Return what `find_holes` does, asking each of the words once. Both come from `read_cells`."""
    if words is None:
        return find_holes(X, missing_values)
    found: Array = find_holes(words.distinct, missing_values)[words.codes]
    return found


def check_objects(distinct: Array, owner: str) -> None:
    """Check that objects (k,) are numbers or words, and no infinity.

    Raises
    ------
    ValueError
        Says what was found.
    """
    try:
        different = set(distinct.tolist())  # lists have no hash
    except TypeError as error:
        raise ValueError(f"X holds a cell that is neither number nor word ({error}); {owner} wants these.") from error
    for cell in different:
        if isinstance(cell, (tuple, frozenset)):
            raise ValueError(f"X holds {cell!r} in a cell; {owner} wants numbers or words.")
        if isinstance(cell, (float, np.floating)) and np.isinf(cell):
            raise ValueError(f"Input X contains infinity; {owner} cannot use it: remove or clip it.")


class BaseImputer(TransformerMixin, BaseEstimator):
    """Base of the imputers: columns that were all holes are dropped or kept, and the indicator's columns appended."""

    _rules: ClassVar = {
        "missing_values": missing_values_rule,
        "add_indicator": boolean,
        "keep_empty_features": boolean,
    }
    missing_values: Any
    add_indicator: bool
    _kept: Array  # (k,) columns of X that come out

    def _fit_indicator(self, holes: Array | None) -> None:
        """Remember the columns with holes (n, d), where an indicator is wanted."""
        from .missing_indicator import MissingIndicator

        self.indicator_ = None
        if holes is not None:
            self.indicator_ = MissingIndicator(missing_values=self.missing_values, error_on_new=False)
            self.indicator_._remember(holes, self)

    def _with_indicator(self, filled: Array, holes: Array | None) -> Array:
        """Return the filled rows, with a column of zeros and ones for each column that had holes in fit."""
        if holes is None or self.indicator_ is None:
            return filled
        return np.hstack([filled, holes[:, self.indicator_.features_]])

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out: those of X that are kept, then ``missingindicator_`` and a name."""
        check_is_fitted(self, "n_features_in_")
        names = input_feature_names(self, input_features)
        if self.indicator_ is None:
            return np.asarray(names[self._kept])
        return np.concatenate([names[self._kept], self.indicator_.get_feature_names_out(names)])

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = is_nan(self.missing_values)
        return tags
