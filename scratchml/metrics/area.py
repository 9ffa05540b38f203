"""Areas under curves: ROC AUC, of two classes and of more, and average precision.

Idea. The area under the ROC curve is the chance that a positive drawn at random scores higher than a negative, a tie
counting one half. Average precision is the mean of the precisions at each positive found.

Maths. With counts at the thresholds, highest first (see `ranking.py`; P, N their totals, tps_0 = fps_0 = 0):
  AUC = sum over steps of (fps_s - fps_{s-1}) (tps_s + tps_{s-1}) / (2 P N)        trapezoids under the ROC curve
      = (pairs of a positive and a negative that the positive wins + ties / 2) / (P N)     Mann and Whitney's U
  AP  = sum over steps of (tps_s - tps_{s-1}) / P * precision_s                    rectangles: nothing is interpolated
  partial AUC up to false positive rate r, rescaled (McClish): (1 + (A - r^2/2) / (r - r^2/2)) / 2
Several classes: "ovr" scores each class against the rest, "ovo" each pair of classes (Hand and Till), both ways.

Cost. One sort of the positives and one of the negatives. Without weights pairs are counted in whole numbers while both
lists are walked down once, so the AUC is exact up to its one division.

Differences. Same values as scikit-learn 1.9. Tables whose shapes do not fit raise instead of scoring some columns.

References. Mann and Whitney (1947), Ann. Math. Stat. 18; Hanley and McNeil (1982), Radiology 143; Hand and Till (2001),
Mach. Learn. 45; McClish (1989), Med. Decis. Making 9; Zhu (2004), Recall, precision and average precision (Univ. of
Waterloo).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from ..core import check_array, check_same_length, column_or_1d
from ..core.jit import kernel
from ..core.rules import either, none, one_of, real
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .radix_sort import sorted_numbers
from .ranking import count_at_thresholds, precision_and_recall, read_binary, roc_curve
from .targets import (
    MULTILABEL,
    check_classes,
    check_kind,
    check_options,
    distinct,
    positions,
    read_labels,
    read_scores,
    read_weight,
    type_of_target,
    warn_undefined,
)

BinaryScore = Callable[[Array, FloatArray, FloatArray | None], float]
AVERAGE = one_of("micro", "macro", "weighted", "samples", None)


def auc(x: VectorLike, y: VectorLike) -> float:
    """Return the area under the curve through the points (x, y), by the trapezoidal rule.

    Parameters
    ----------
    x : shape (n,), rising or falling throughout
    y : shape (n,)

    Raises
    ------
    ValueError
        If there are fewer than two points, or x both rises and falls.

    Examples
    --------
    >>> auc([0.0, 0.5, 1.0], [0.0, 1.0, 1.0])
    0.75
    """
    x = check_array(column_or_1d(x, name="x"), name="x", ensure_2d=False, allow_nan=True)
    y = check_array(column_or_1d(y, name="y"), name="y", ensure_2d=False, allow_nan=True)
    if check_same_length(x=x, y=y) < 2:
        raise ValueError(f"At least 2 points are needed to compute area under curve, but x.shape = {x.shape}.")
    width = np.diff(x)
    if (width < 0).any() and not (width <= 0).all():
        raise ValueError(f"x is neither increasing nor decreasing : {x}; sort the points by x.")
    area = float(np.sum(width * (y[1:] + y[:-1]) / 2.0))
    return -area if (width < 0).any() else area


@kernel
def count_pairs(positives: FloatArray, negatives: FloatArray) -> int:
    """Return twice the number of pairs that the positive wins, plus the number of ties.

    positives (P,), negatives (N,): negated scores, ascending: read.
    """
    # plainly: 2 (positives[:, None] < negatives).sum() + (positives[:, None] == negatives).sum()
    n, above, passed, count = negatives.shape[0], 0, 0, 0
    for i in range(positives.shape[0]):
        while above < n and negatives[above] < positives[i]:  # scores higher than the positive
            above += 1
        while passed < n and negatives[passed] <= positives[i]:  # or as high
            passed += 1
        count += (n - above) + (n - passed)
    return count


def _binary_auc(positive: Array, scores: FloatArray, weight: FloatArray | None) -> float:
    """Return the AUC of boolean positive (n,) and scores (n,); NaN and a warning if one class is missing."""
    if positive.all() or not positive.any():
        warn_undefined("Only one class is present in y_true. ROC AUC score is not defined in that case: NaN.")
        return float("nan")
    if weight is None:
        positives, negatives = sorted_numbers(-scores[positive]), sorted_numbers(-scores[~positive])
        return float(count_pairs(positives, negatives) / (2 * len(positives) * len(negatives)))
    tps, fps, _ = count_at_thresholds(positive, scores, weight)
    if tps[-1] <= 0 or fps[-1] <= 0:
        warn_undefined("One class of y_true has no weight. ROC AUC score is not defined in that case: NaN.")
        return float("nan")
    return auc(np.append(0.0, fps / fps[-1]), np.append(0.0, tps / tps[-1]))


def _partial_auc(max_fpr: float) -> BinaryScore:
    """Return the score that measures the area up to a false positive rate of `max_fpr`, rescaled to [0.5, 1]."""

    def score(positive: Array, scores: FloatArray, weight: FloatArray | None) -> float:
        if positive.all() or not positive.any():
            return _binary_auc(positive, scores, weight)  # which says what is missing
        fpr, tpr, _ = roc_curve(positive, scores, sample_weight=weight)
        inside = int(np.searchsorted(fpr, max_fpr, side="right"))
        edge = np.interp(max_fpr, fpr[inside - 1 : inside + 1], tpr[inside - 1 : inside + 1])
        area = auc(np.append(fpr[:inside], max_fpr), np.append(tpr[:inside], edge))
        least, most = max_fpr**2 / 2.0, max_fpr
        return 0.5 * (1.0 + (area - least) / (most - least))

    return score


def _average_precision(positive: Array, scores: FloatArray, weight: FloatArray | None) -> float:
    precision, recall = precision_and_recall(count_at_thresholds(positive, scores, weight))
    return max(0.0, -float(np.sum(np.diff(recall) * precision[:-1])))


def _average_columns(
    score: BinaryScore, truth: Array, scores: FloatArray, average: str | None, weight: FloatArray | None
) -> Any:
    """Average a binary score over the columns (labels) of boolean truth (n, k) and scores (n, k), or over the rows."""
    if truth.shape != scores.shape:
        raise ValueError(f"y_score has shape {scores.shape}; one column for each label, {truth.shape}, is needed.")
    if average == "micro":
        return score(truth.ravel(), scores.ravel(), None if weight is None else np.repeat(weight, truth.shape[1]))
    shares: Array | None = None
    if average == "weighted":
        shares = truth.sum(axis=0) if weight is None else (truth * weight[:, None]).sum(axis=0)
        if np.isclose(shares.sum(), 0.0):
            return 0.0
    elif average == "samples":
        shares, weight, truth, scores = weight, None, truth.T, scores.T
    columns = zip(truth.T, np.ascontiguousarray(scores.T))
    found = np.array([score(column, values, weight) for column, values in columns])
    if average is None:
        return found
    if shares is not None:
        found[shares == 0] = 0.0  # what is undefined there has no weight either
    return float(np.average(found, weights=shares))


def roc_auc_score(
    y_true: VectorLike | MatrixLike,
    y_score: VectorLike | MatrixLike,
    *,
    average: str | None = "macro",
    sample_weight: VectorLike | None = None,
    max_fpr: float | None = None,
    multi_class: str = "raise",
    labels: VectorLike | None = None,
) -> Any:
    """Return the area under the ROC curve: the chance that a positive scores higher than a negative.

    Parameters
    ----------
    y_true : labels (n,), or an indicator table (n, n_labels)
    y_score : shape (n,) for two classes, the larger the more likely the second one; (n, n_labels) for an indicator
        table; probabilities (n, k), columns in sorted order of the classes, for more than two classes
    average : over labels or classes: "macro", "weighted" (by how common each is), "micro", "samples" (tables only), or
        None for all of them; without effect for two classes
    sample_weight : shape (n,)
    max_fpr : measure only up to this false positive rate, rescaled so that chance is 0.5; two classes or tables
    multi_class : "ovr" (each class against the rest) or "ovo" (each pair of classes)
    labels : all classes, sorted, where y_true may lack some

    Returns
    -------
    score : a number (NaN with an UndefinedMetricWarning if a class is missing), or shape (n_labels,) for None

    Raises
    ------
    ValueError
        If the scores of several classes do not sum to 1, shapes do not fit, or an option does not suit the targets.

    Examples
    --------
    >>> roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    rules = {
        "average": AVERAGE,
        "max_fpr": either(none, real(0.0, 1.0, open_low=True)),
        "multi_class": one_of("raise", "ovr", "ovo"),
    }
    check_options("roc_auc_score", rules, average=average, max_fpr=max_fpr, multi_class=multi_class)
    y, scores = read_labels(y_true, "y_true"), read_scores(y_score, "y_score")
    kind = type_of_target(y, name="y_true")
    weight = read_weight(sample_weight, check_same_length(y_true=y, y_score=scores))
    if kind == "multiclass" or (kind == "binary" and scores.ndim == 2 and scores.shape[1] > 2):
        if max_fpr is not None and max_fpr != 1:
            raise ValueError(f"max_fpr={max_fpr} is not available for several classes; it must be None.")
        return _multiclass_auc(y.ravel(), scores, labels, multi_class, average, weight)
    check_kind(kind, ("binary", "multiclass", MULTILABEL))
    score = _binary_auc if max_fpr is None or max_fpr == 1 else _partial_auc(float(max_fpr))
    if kind == MULTILABEL:
        return _average_columns(score, _indicator(y), scores, average, weight)
    if scores.ndim == 2 and scores.shape[1] == 2:
        raise ValueError("y_true holds two classes, y_score two columns; give the scores of one: y_score[:, 1].")
    classes = distinct(y)
    positive = y.ravel() == classes[1] if len(classes) == 2 else np.zeros(len(y), dtype=np.bool_)
    return score(positive, column_or_1d(scores, name="y_score"), weight)


def _indicator(y: Array) -> Array:
    if not np.isin(y, (0, 1)).all():
        raise ValueError("y_true has several columns but holds other values than 0 and 1; give an indicator table.")
    return np.asarray(y == 1)


def _multiclass_auc(
    y: Array,
    scores: FloatArray,
    labels: VectorLike | None,
    multi_class: str,
    average: str | None,
    weight: FloatArray | None,
) -> Any:
    if multi_class == "raise":
        raise ValueError("y_true holds several classes: multi_class must be in ('ovo', 'ovr').")
    if scores.ndim != 2:
        raise ValueError(
            "`y_score` needs to be of shape `(n_samples, n_classes)`, since `y_true` contains multiple classes. Got "
            f"`y_score.shape={scores.shape}`."
        )
    if not np.allclose(scores.sum(axis=1), 1.0):
        raise ValueError(
            "Target scores need to be probabilities for multiclass roc_auc, i.e. they should sum up to 1.0 over classes"
        )
    allowed = ("micro", "macro", "weighted", None) if multi_class == "ovr" else ("macro", "weighted")
    if average not in allowed:
        error = NotImplementedError if average is None else ValueError
        raise error(f"average={average!r} is not available for multi_class={multi_class!r}; give one of {allowed}.")
    classes = check_classes(y, scores.shape[1], labels)
    codes = positions(y, classes)
    if multi_class == "ovr":
        return _average_columns(_binary_auc, codes[:, None] == np.arange(len(classes)), scores, average, weight)
    if weight is not None:
        raise ValueError("sample_weight is not supported for multi_class='ovo'; it must be None in this case.")
    return _one_against_one(codes, scores, average)


def _one_against_one(codes: Array, scores: FloatArray, average: str | None) -> float:
    """Return the mean AUC of all pairs of classes that occur, each pair scored by either class's column."""
    found, shares = [], []
    for a, b in combinations(distinct(codes), 2):
        pair = (codes == a) | (codes == b)
        is_a, of_pair = codes[pair] == a, scores[pair]
        found.append((_binary_auc(is_a, of_pair[:, a], None) + _binary_auc(~is_a, of_pair[:, b], None)) / 2.0)
        shares.append(float(pair.mean()))
    if not found:
        warn_undefined("Only one class is present in y_true. ROC AUC score is not defined in that case: NaN.")
        return float("nan")
    return float(np.average(found, weights=shares if average == "weighted" else None))


def average_precision_score(
    y_true: VectorLike | MatrixLike,
    y_score: VectorLike | MatrixLike,
    *,
    average: str | None = "macro",
    pos_label: Any = 1,
    sample_weight: VectorLike | None = None,
) -> Any:
    """Return the average precision: precision averaged over the recall it is reached at.

    Parameters
    ----------
    y_true : labels (n,), or an indicator table (n, n_labels); several classes are scored one against the rest
    y_score : shape (n,) for two classes, else (n, n_labels)
    average : as in `roc_auc_score`
    pos_label : the positive one of two labels
    sample_weight : shape (n,)

    Returns
    -------
    score : a number, or shape (n_labels,) for ``average=None``

    Raises
    ------
    ValueError
        If `pos_label` is not among two labels, or is not 1 for tables and several classes.

    Examples
    --------
    >>> round(average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 4)
    0.8333
    """
    check_options("average_precision_score", {"average": AVERAGE}, average=average)
    y = read_labels(y_true, "y_true")
    kind = type_of_target(y, name="y_true")
    check_kind(kind)
    if kind == "binary":
        classes = distinct(y).tolist()
        if len(classes) == 2 and pos_label not in classes:
            raise ValueError(f"pos_label={pos_label!r} is not a valid label. It should be one of {classes}.")
        return _average_precision(*read_binary(y, y_score, pos_label, sample_weight))
    if pos_label != 1:
        raise ValueError(f"pos_label is fixed to 1 for {kind} y_true; do not set it to {pos_label!r}.")
    scores = read_scores(y_score, "y_score")
    weight = read_weight(sample_weight, check_same_length(y_true=y, y_score=scores))
    truth = _indicator(y) if kind == MULTILABEL else y.reshape(-1, 1) == distinct(y)
    return _average_columns(_average_precision, truth, scores, average, weight)
