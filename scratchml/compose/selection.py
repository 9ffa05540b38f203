"""Which columns? By position, name, slice, mask, or a function that looks at the data.

Idea
----
A table's columns differ in kind, so each transformer says which ones it takes. Whatever way it says so comes down to
a list of positions.

Maths
-----
A position -k means d - k; a slice of names includes both of its ends, a slice of positions leaves out the second.

Cost
----
O(d).

Differences
-----------
As scikit-learn; the errors name the columns that are missing, and the open slice ``:`` means every column of an array
too.

References
----------
None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import is_data_frame

WANTED = (
    "Only a scalar, list or slice of all integers or all strings, or boolean mask is allowed (or a function of X that "
    "returns one of these)"
)


def kind_of(columns: Any) -> str | None:
    """Return how columns are given: "int", "str", "bool", or None for an empty list or the open slice.

    Raises
    ------
    ValueError
        If they are given in another way, or in two ways at once.
    """
    if isinstance(columns, (bool, np.bool_)):
        return "bool"
    if isinstance(columns, (int, np.integer)):
        return "int"
    if isinstance(columns, str):
        return "str"
    if isinstance(columns, slice):
        found = {kind_of(end) for end in (columns.start, columns.stop) if end is not None}
    elif isinstance(columns, (list, tuple)):
        found = {kind_of(column) for column in columns}
    elif hasattr(columns, "dtype"):
        array = np.asarray(columns)
        by_letter = {"i": "int", "u": "int", "b": "bool", "U": "str", "S": "str"}
        found = {by_letter.get(array.dtype.kind)} if array.dtype.kind != "O" else {kind_of(c) for c in array.tolist()}
    else:
        found = {None}
        if not isinstance(columns, slice):
            raise ValueError(f"No valid specification of the columns: {columns!r}. {WANTED}.")
    if len(found) > 1 or (None in found):
        raise ValueError(f"No valid specification of the columns: {columns!r}. {WANTED}.")
    return found.pop() if found else None


def is_scalar(columns: Any) -> bool:
    """Say whether a single column is meant, to be handed over as a vector."""
    return isinstance(columns, (str, int, np.integer)) and not isinstance(columns, bool)


def is_empty(columns: Any) -> bool:
    """Say whether no column is selected: an empty list, or a mask that is False throughout."""
    if isinstance(columns, (str, slice)) or not hasattr(columns, "__len__"):
        return False
    return len(columns) == 0 or (kind_of(columns) == "bool" and not np.any(columns))


def column_indices(X: Any, columns: Any, name: str) -> list[int]:
    """Return the positions in X of the columns that transformer `name` asked for.

    Raises
    ------
    ValueError
        If a column is not there (the message names it and what there is), or columns are given in no valid way.
    """
    d, kind = int(X.shape[1]), kind_of(columns)
    if kind == "str":
        return _named(X, columns, name)
    if isinstance(columns, slice):
        return list(range(d))[columns]
    wanted = np.asarray(columns, dtype=bool if kind == "bool" else np.int64)
    if kind == "bool" and wanted.shape != (d,):
        raise ValueError(
            f"Transformer {name!r}: its mask has {wanted.size} entries for {d} columns; give one for each."
        )
    if kind == "bool":
        return [i for i in range(d) if wanted[i]]
    outside = [int(i) for i in np.atleast_1d(wanted) if not -d <= i < d]
    if outside:
        raise ValueError(
            f"Transformer {name!r} asks for column {outside[0]} of n_features={d}: all features must be in [0, "
            f"{d - 1}] or [-{d}, -1]."
        )
    return [int(i) for i in np.atleast_1d(wanted) % d]


def _named(X: Any, columns: Any, name: str) -> list[int]:
    if not is_data_frame(X):
        raise ValueError(
            f"Transformer {name!r} asks for columns by name ({columns!r}), but X is no data frame. Specifying the "
            "columns using strings is only supported for dataframes; give positions."
        )
    names = list(X.columns)
    if isinstance(columns, slice):
        if columns.step not in (1, None):
            raise ValueError(f"Transformer {name!r}: {columns!r} has a step; a slice of names cannot.")
        wanted = [end for end in (columns.start, columns.stop) if end is not None]
    else:
        wanted = [columns] if isinstance(columns, str) else list(columns)
    missing = [column for column in dict.fromkeys(wanted) if column not in names]
    if missing:
        raise ValueError(
            f"Transformer {name!r}: some column names are not columns of the dataframe: {missing}; it has {names}."
        )
    twice = [column for column in dict.fromkeys(wanted) if names.count(column) > 1]
    if twice:
        raise ValueError(
            f"Transformer {name!r}: the dataframe has more than one column named {twice[0]!r}; rename them."
        )
    if isinstance(columns, slice):
        start = 0 if columns.start is None else names.index(columns.start)
        stop = len(names) if columns.stop is None else names.index(columns.stop) + 1
        return list(range(start, stop))
    return [names.index(column) for column in wanted]


def take_columns(X: Any, indices: list[int], scalar: bool) -> Any:
    """Return the columns at these positions: a table of X's kind, or one vector if `scalar`."""
    wanted: Any = indices[0] if scalar else indices
    if hasattr(X, "iloc"):
        return X.iloc[:, wanted]
    if not scalar and isinstance(X, np.ndarray):
        return np.take(X, wanted, axis=1)  # plainly: X[:, wanted], which lies column by column and is copied once more
    return X[:, wanted]


def explain_vector(name: str, columns: Any, work: Callable[[], Any]) -> Any:
    """Return what `work` does; where a transformer complains of a vector, say which column made it one."""
    try:
        return work()
    except ValueError as error:
        if "Expected 2D array, got 1D array instead" not in str(error):
            raise
        raise ValueError(
            f"1D data passed to a transformer that expects 2D data: {name!r} got the single column {columns!r} as a "
            f"vector. Try to specify the column selection as a list of one item, [{columns!r}], instead of a scalar."
        ) from error


class make_column_selector:
    """A function of a data frame that returns the names of the columns of some kind, for a ColumnTransformer.

    Every condition given must hold.

    Parameters
    ----------
    pattern : str or None, default=None
        A regular expression found somewhere in the name.
    dtype_include, dtype_exclude : dtype, its name, or a list of them; None for no condition
        As of ``pandas.DataFrame.select_dtypes``: ``numpy.number``, "category", object, ...

    Raises
    ------
    TypeError
        When called with something other than a pandas data frame.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.compose import make_column_selector
    >>> make_column_selector("_cm$", dtype_include=np.number)
    make_column_selector(pattern='_cm$', dtype_include=<class 'numpy.number'>)
    """

    def __init__(self, pattern: str | None = None, *, dtype_include: Any = None, dtype_exclude: Any = None) -> None:
        self.pattern = pattern
        self.dtype_include = dtype_include
        self.dtype_exclude = dtype_exclude

    def __call__(self, df: Any) -> list[Any]:
        """Return the names of the columns of `df` for which every condition holds, in their order."""
        if not hasattr(df, "select_dtypes"):
            raise TypeError(
                f"make_column_selector can only be applied to pandas dataframes, got {type(df).__name__}; select "
                "columns of an array by position."
            )
        chosen = df.iloc[:1]
        if self.dtype_include is not None or self.dtype_exclude is not None:
            chosen = chosen.select_dtypes(include=self.dtype_include, exclude=self.dtype_exclude)
        return [c for c in chosen.columns if self.pattern is None or re.search(self.pattern, str(c))]

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in vars(self).items() if value is not None)
        return f"make_column_selector({given})"
