"""What kind of target is this? The checks every classification metric begins with.

Idea. A metric first has to know what it was given: two classes, several classes, or a table of yes and no with one
column for each label. The kind decides which formula applies, and a mix of kinds is always a mistake of the caller.

Maths. None: labels are compared and counted, never calculated with.

Cost. One or two passes over the labels; whole numbers within a small range are found by counting, others by sorting.

Differences. Kinds carry scikit-learn's names ("binary", "multiclass", "multilabel-indicator", "continuous", each with
"-multioutput" where there are several columns). Sparse indicator matrices are refused; give dense ones.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..core import (
    UndefinedMetricWarning,
    both,
    check_array,
    check_finite,
    check_same_length,
    check_sample_weight,
    chunks,
    column_or_1d,
)
from ..core.rules import Rule, check_rules, one_of
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike

MULTILABEL = "multilabel-indicator"
ROWS = 2**14  # looked up at a time
AVERAGES = ("binary", "micro", "macro", "weighted", "samples", None)


class Targets(NamedTuple):
    """Checked labels: `labels` are all that occur in either, sorted (column numbers where multilabel)."""

    kind: str
    labels: Array
    y_true: Array  # (n,), or (n, n_labels) where multilabel
    y_pred: Array
    weight: FloatArray | None  # (n,)


def check_options(owner: str, rules: Mapping[str, Rule], **values: Any) -> None:
    """Check a function's options by the rules the estimators use."""
    check_rules(owner, rules, values)


def warn(message: str, kind: type[Warning] = UserWarning) -> None:
    """Warn at the line, outside this package, that called the metric."""
    level, frame = 1, sys._getframe()
    room = __name__.rpartition(".")[0]
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith(room):
        level, frame = level + 1, frame.f_back  # type: ignore[assignment]
    warnings.warn(message, kind, stacklevel=level)


def warn_undefined(message: str) -> None:
    """Warn that a score is not defined for these data."""
    warn(message, both(UndefinedMetricWarning))


def read_labels(y: VectorLike | MatrixLike, name: str = "y") -> Array:
    """Return labels as an array of booleans, numbers or text, or as objects where they are none of these.

    Raises
    ------
    TypeError
        For bytes, or text mixed with other things.
    ValueError
        If a value is missing among text labels.
    """
    if hasattr(getattr(y, "dtype", None), "categories"):  # a pandas series of categories
        y = np.asarray(y)
    found = check_array(y, name=name, dtype=None, ensure_2d=False, min_samples=0, min_features=0)
    if found.dtype.kind == "S":
        raise TypeError(f"{name} holds bytes; decode the labels to text, e.g. {name}.astype(str).")
    if found.dtype.kind == "O" and found.size and isinstance(found.flat[0], str):
        others = [value for value in found.flat if not isinstance(value, str)]
        if any(value is None or value != value for value in others):
            raise ValueError(f"Input {name} contains NaN or None; drop these rows or give them a label of their own.")
        if others:
            raise TypeError(f"{name} mixes text with {type(others[0]).__name__}; make all labels of one kind.")
    if found.dtype.kind == "T" or (found.dtype.kind == "O" and found.size and isinstance(found.flat[0], str)):
        return found.astype(str)
    return found


def distinct(y: Array) -> Array:
    """Return the sorted distinct values of y: np.unique, but faster for small whole numbers and for few words."""
    flat = y.ravel()
    if flat.dtype.kind == "U":
        return _distinct_text(flat)
    whole = flat.dtype.kind in "biu"
    if flat.size == 0 or not (whole or flat.dtype.kind == "f"):
        return np.unique(flat)
    low, high = flat.min(), flat.max()
    if not (abs(float(low)) < 2**52 and float(high) - float(low) < max(1000, flat.size)):  # also false for NaN
        return np.unique(flat)
    if not whole and (flat != np.floor(flat)).any():
        return np.unique(flat)
    numbers = flat.astype(np.int64, copy=False)
    present = np.bincount(numbers - int(low) if low else numbers)
    return (np.flatnonzero(present) + int(low)).astype(flat.dtype)


def _distinct_text(rest: Array) -> Array:
    """Return the sorted distinct words of `rest` (n,), crossing out one common word after the other."""
    words: list[Any] = []
    while rest.size > 1000:
        words.append(rest[0])
        n = rest.size
        rest = rest[rest != words[-1]]
        if n - rest.size < n // 50:  # rare words: sorting is cheaper
            break
    return np.unique(np.concatenate([np.array(words, dtype=rest.dtype), rest]))


def type_of_target(y: VectorLike | MatrixLike, *, name: str = "y") -> str:
    """Return the kind of target: what a metric or a splitter needs to know before it begins.

    Parameters
    ----------
    y : labels or numbers, shape (n,) or (n, n_outputs)
    name : what messages call it

    Returns
    -------
    kind : "binary" (at most two values), "multiclass", "multilabel-indicator" (several columns with at most two
        whole values), "continuous" (numbers that are not whole), the latter three with "-multioutput" for several
        columns; "unknown" for anything else.

    Raises
    ------
    ValueError
        For NaN or infinity.

    Examples
    --------
    >>> type_of_target(["yes", "no", "yes"]), type_of_target([1, 2, 3]), type_of_target([0.5, 1.5])
    ('binary', 'multiclass', 'continuous')
    """
    return _kind_and_values(read_labels(y, name), name)[0]


def _kind_and_values(found: Array, name: str) -> tuple[str, Array]:
    """Return the kind of target of labels that were read, and their distinct values where they had to be looked for."""
    if found.ndim not in (1, 2) or found.dtype.kind not in "biufU":
        return "binary" if found.shape == (0,) else "unknown", found[:0]
    if found.size == 0:
        return "binary" if found.ndim == 1 else "unknown", found[:0]
    several = found.ndim == 2 and found.shape[1] > 1
    if found.dtype.kind == "f":
        check_finite(found, name)
        if (found != np.floor(found)).any():
            return "continuous-multioutput" if several else "continuous", found[:0]
    values = distinct(found)
    at_most_two = len(values) <= 2
    if several:
        return MULTILABEL if at_most_two and found.dtype.kind != "U" else "multiclass-multioutput", values
    return "binary" if at_most_two else "multiclass", values


def is_text(labels: Array) -> bool:
    """Say whether the labels are strings."""
    return labels.dtype.kind == "U"


def unite(*labels: Array) -> Array:
    """Return all distinct labels of the arrays, sorted.

    Raises
    ------
    ValueError
        If text is mixed with numbers.
    """
    if len({is_text(part) for part in labels}) > 1:
        shown = " and ".join(str(distinct(part)[:5].tolist()) for part in labels)
        raise ValueError(f"Mix of label input types (string and number): {shown}; make all labels of one kind.")
    return np.unique(np.concatenate([distinct(part) for part in labels]))


def positions(y: Array, labels: Array) -> Array:
    """Return the place of each y (n,) in labels (k,), which may come in any order; k for those not among them.

    Places take as few bytes as hold k: good to compare and to index by, but sums of them overflow.
    """
    k = len(labels)
    if np.can_cast(y.dtype, np.int64) and np.can_cast(labels.dtype, np.int64):
        low, high = int(labels.min()), int(labels.max())
        if low > -(2**62) and high - low < max(1000, len(y)):
            return _positions_by_table(y, labels, low, high)
    order = np.argsort(labels, kind="stable")
    ranked, found = labels[order], np.empty(len(y), dtype=np.min_scalar_type(k))
    for rows in chunks(len(y), ROWS):
        # -1 wraps around to the largest, which then differs from y
        at = np.searchsorted(ranked, y[rows], side="right") - 1
        found[rows] = np.where(ranked[at] == y[rows], order[at], k)
    return found


def _positions_by_table(y: Array, labels: Array, low: int, high: int) -> Array:
    """Return `positions` of whole numbers, looked up in a table of all from low - 1 to high + 1."""
    k = len(labels)
    table = np.full(high - low + 3, k, dtype=np.min_scalar_type(k))
    table[labels.astype(np.int64) - (low - 1)] = np.arange(k)
    found = np.empty(len(y), dtype=table.dtype)
    for rows in chunks(len(y), ROWS):
        table.take(y[rows].astype(np.int64) - (low - 1), out=found[rows], mode="clip")  # beyond either end: k
    return found


def read_label_list(labels: VectorLike, *known: Array) -> Array:
    """Return the argument `labels` as an array (k,), of the same kind as the `known` ones.

    Raises
    ------
    ValueError
        If it is empty, has more than one dimension, or is text where the others are numbers.
    """
    found = column_or_1d(read_labels(labels, "labels"), name="labels")
    if len(found) == 0:
        raise ValueError("'labels' should contain at least one label; give None for all labels that occur.")
    for part in known:
        if len(part):
            unite(found, part)
    return found


def read_scores(scores: MatrixLike | VectorLike, name: str) -> FloatArray:
    """Return scores as float64, shape (n,) or (n, k)."""
    found: FloatArray = check_array(scores, name=name, ensure_2d=False)
    if found.ndim > 2:
        raise ValueError(f"Found array with dim {found.ndim}, while dim <= 2 is required for {name}.")
    return found


def read_weight(sample_weight: VectorLike | None, n: int) -> FloatArray | None:
    """Return weights (n,) or None. As in scikit-learn, they may be negative, but not all zero."""
    if sample_weight is None:
        return None
    return check_sample_weight(sample_weight, n, allow_negative=True)


def check_classes(y: Array, n_columns: int, labels: VectorLike | None) -> Array:
    """Return the classes that the columns of y_score stand for, from `labels` or from y.

    Raises
    ------
    ValueError
        If their number differs from that of the columns, `labels` is not sorted and unique, or lacks a class of y.
    """
    classes = distinct(y)
    if labels is not None:
        given = read_label_list(labels, y)
        classes = unite(given)
        if len(classes) != len(given):
            raise ValueError("Parameter 'labels' must be unique.")
        if not np.array_equal(classes, given):
            raise ValueError("Parameter 'labels' must be ordered.")
        if not np.isin(distinct(y), classes).all():
            raise ValueError("'y_true' contains labels not in parameter 'labels'.")
    if len(classes) != n_columns:
        source = "in y_true" if labels is None else "given as labels"
        raise ValueError(
            f"Number of classes {source} ({len(classes)}) not equal to the number of columns in 'y_score' "
            f"({n_columns}); pass all classes as `labels`."
        )
    return classes


def check_predictions(
    y_true: VectorLike | MatrixLike, y_pred: VectorLike | MatrixLike, sample_weight: VectorLike | None = None
) -> Targets:
    """Check true and predicted labels together.

    Raises
    ------
    ValueError
        If lengths differ, there are no samples, the kinds differ or are no labels.
    """
    truth, guess = read_labels(y_true, "y_true"), read_labels(y_pred, "y_pred")
    n = check_same_length(y_true=truth, y_pred=guess, sample_weight=_with_rows(sample_weight))
    if n < 1:
        raise ValueError("Found empty input array y_true, y_pred; a metric needs at least 1 sample.")
    true_kind, true_values = _kind_and_values(truth, "y_true")
    guess_kind, guess_values = _kind_and_values(guess, "y_pred")
    kinds = {true_kind, guess_kind}
    if kinds == {"binary", "multiclass"}:
        kinds = {"multiclass"}
    if len(kinds) > 1:
        raise ValueError(
            f"Classification metrics can't handle a mix of {' and '.join(sorted(kinds))} targets; give y_true and "
            "y_pred of the same kind."
        )
    kind = kinds.pop()
    check_kind(kind)
    weight = read_weight(sample_weight, n)
    if kind == MULTILABEL:
        if truth.shape[1] != guess.shape[1]:
            raise ValueError(f"y_true has {truth.shape[1]} label columns and y_pred {guess.shape[1]}; they must agree.")
        return Targets(kind, np.arange(truth.shape[1]), truth, guess, weight)
    truth, guess = truth.ravel(), guess.ravel()
    labels = unite(true_values, guess_values)
    return Targets("multiclass" if len(labels) > 2 else kind, labels, truth, guess, weight)


def _with_rows(sample_weight: VectorLike | None) -> VectorLike | None:
    alone = sample_weight is None or np.ndim(sample_weight) == 0  # a single number is repeated later
    return None if alone else sample_weight


def check_kind(kind: str, allowed: tuple[str, ...] = ("binary", "multiclass", MULTILABEL)) -> None:
    """Check that targets are of a kind the metric takes.

    Raises
    ------
    ValueError
        Otherwise.
    """
    if kind in allowed:
        return
    remedy = "round or threshold the predictions first" if "continuous" in kind else "give one label for each sample"
    if kind == "unknown":
        remedy = "convert them to an array of numbers or of text, e.g. y.astype(int)"
    raise ValueError(f"{kind} is not supported: this metric takes {', '.join(allowed)} targets; {remedy}.")


def check_average(owner: str, average: str | None, options: tuple[str | None, ...] = AVERAGES) -> None:
    """Check the name of an average."""
    check_options(owner, {"average": one_of(*options)}, average=average)


def positive_label(pos_label: Any, labels: Array) -> Any:
    """Return the label counted as positive: `pos_label`, or 1 where the labels are among {0, 1} or {-1, 1}.

    Raises
    ------
    ValueError
        If it is None and cannot be guessed.
    """
    if pos_label is not None:
        return pos_label
    if not is_text(labels) and (set(labels.tolist()) <= {0, 1} or set(labels.tolist()) <= {-1, 1}):
        return 1
    raise ValueError(
        f"y_true takes value in {set(labels.tolist())} and pos_label is not specified: either make y_true take value "
        "in {0, 1} or {-1, 1} or pass pos_label explicitly."
    )


def equals(y: Array, label: Any) -> Array:
    """Return y == label, elementwise also where their kinds cannot be compared (then nowhere)."""
    if isinstance(label, str) != is_text(y):
        return np.zeros(y.shape, dtype=np.bool_)
    return np.asarray(y == label)


def weighted_mean(values: Array, weight: FloatArray | None, normalize: bool = True) -> float:
    """Return the weighted mean of values (n,), or their weighted sum."""
    if normalize:
        return float(np.average(values, weights=weight))
    return float(np.sum(values) if weight is None else np.dot(values, weight))
