"""What comes in as a list, a data frame or a one-column-per-class matrix goes out as one.

Idea
    Inside, rows are an array and labels are numbers 0 ... k - 1. A sampler's caller should not notice: he gets back
    what he gave, with rows added or taken away.
Differences
    As imbalanced-learn's: the dtypes of columns are kept (so synthetic rows of integers are cut to integers), a pandas
    frame gets a new index 0, 1, ... unless the sampler only drew rows (`RandomUnderSampler`). A sampler that makes no
    new rows returns the given ones to the last bit, whatever they hold. Other libraries' frames come back as arrays.
    Sparse matrices are refused.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core import check_array, check_labels
from ..core.typing import Array, IntArray
from ..core.validation import column_or_1d, is_data_frame, rows_at


class Labels(NamedTuple):
    """The labels y in numbers."""

    values: Array  # (n,), as given
    classes: Array  # (k,), sorted
    codes: IntArray  # (n,): values = classes[codes], in the shortest type that holds them
    one_column_each: bool  # y was a matrix (n, k) of zeros and a one in each row


def read_labels(y: Any) -> Labels:
    """Return the labels y, shape (n,) or (n, 1), or (n, k) with a single 1 in each row.

    Raises
    ------
    TypeError, ValueError
        For a y that is no set of class labels.
    """
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None; give the class labels.")
    found = y if isinstance(y, np.ndarray) else check_array(y, name="y", dtype=None, ensure_2d=False)
    one_column_each = found.ndim == 2 and found.shape[1] > 1
    if one_column_each:
        numbers = check_array(y, name="y")
        if not np.isin(numbers, (0, 1)).all() or (numbers.sum(axis=1) != 1).any():
            raise ValueError(
                f"y has shape {found.shape}. Multilabel and multioutput targets are not supported; give one label for "
                "each row, or one column for each class with a single 1 in each row."
            )
        found = numbers.argmax(axis=1)
    values = column_or_1d(found)
    classes, codes = check_labels(values)
    return Labels(values, classes, codes.astype(np.min_scalar_type(len(classes))), one_column_each)


def own_dtype(checked: Array, X: Any) -> Array:
    """Return the checked rows of X in X's own dtype if all its columns have the same, a float's or an integer's."""
    own = np.asarray(X)
    if own.dtype.kind in "fiu":
        ready = np.ascontiguousarray(own, dtype=own.dtype.newbyteorder("="))
        return ready if ready.flags.writeable else ready.copy()  # a kernel is compiled anew for what is read-only
    return checked


def take_rows(given: Any, chosen: IntArray, keep_index: bool) -> Any:
    """Return the chosen rows of an array or a pandas frame; its index is kept, or counted anew."""
    if isinstance(given, np.ndarray):
        return rows_at(given, chosen)
    rows = given.iloc[chosen]
    return rows if keep_index else rows.reset_index(drop=True)


def as_given(found: Array, given: Any, index: Any = None) -> Any:
    """Return resampled rows or labels as what `given` is: a list, a pandas frame or series, an array."""
    if isinstance(given, list):
        return found.tolist()
    if not hasattr(given, "iloc"):
        return found
    if is_data_frame(given):
        frame = type(given)(found[:, None] if found.ndim == 1 else found)
        for j, dtype in enumerate(given.dtypes):
            if not isinstance(dtype, np.dtype) and getattr(dtype, "kind", "O") in "iub":
                frame[j] = cut(frame[j], dtype.kind)
        frame = frame.astype(dict(enumerate(given.dtypes)))  # by position: names may repeat
        frame = frame.set_axis(given.columns, axis=1)
        return frame if index is None else frame.set_axis(index)
    return type(given)(found, dtype=given.dtype, name=given.name, index=index)


def cut(column: Any, kind: str) -> Any:
    """Return a pandas column of whole numbers ("i", "u") or truths ("b"), as NumPy makes them: nullable ones refuse."""
    numbers = column.astype("float64")
    return numbers != 0 if kind == "b" else np.trunc(numbers)


def as_columns(columns: IntArray, k: int) -> IntArray:
    """Return one column for each class, (n, k), from the number of each row's column (n,)."""
    return np.eye(k, dtype=np.int64)[columns]
