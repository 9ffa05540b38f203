"""Curves over all thresholds: ROC, precision-recall and detection error trade-off.

Idea. A score orders the samples. Lower a threshold step by step from the highest score to the lowest, and count at each
step how many positives and how many negatives are already at or above it. Every curve is drawn from these two counts.

Maths. At threshold c: tps = weight of positives with score >= c, fps = that of negatives; P, N their totals.
  ROC: x = fps / N, y = tps / P          precision-recall: precision = tps / (tps + fps), recall = tps / P
  DET: x = fps / N, y = 1 - tps / P
Equal scores fall together: they make one step, in whatever order they come.

Cost. O(n), and O(n log n) where n is small or samples have weights. Positives and negatives are sorted apart (numbers
are sorted several times faster than indices are, see `radix_sort`), then one kernel walks down both lists at once.

Differences. Same points as scikit-learn 1.9, thresholds as float64. Scores become float64 first.

References. Fawcett (2006), Pattern Recognit. Lett. 27, algorithms 1 and 2; Davis and Goadrich (2006), ICML;
Martin et al. (1997), Eurospeech (DET).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core import check_same_length, column_or_1d
from ..core.jit import kernel
from ..core.rules import boolean
from ..core.typing import Array, FloatArray, VectorLike
from .radix_sort import sorted_numbers
from .targets import (
    check_kind,
    check_options,
    distinct,
    equals,
    positive_label,
    read_labels,
    read_scores,
    read_weight,
    type_of_target,
    warn,
    warn_undefined,
)


@kernel
def lower_threshold(
    positives: FloatArray, negatives: FloatArray, tps: FloatArray, fps: FloatArray, thresholds: FloatArray
) -> int:
    """Walk down two sorted lists of scores; at each distinct score count those passed. Return the number of steps.

    positives (P,), negatives (N,): negated scores, ascending: read.
    tps, fps, thresholds (P + N,): counts and score at each step: overwritten as far as the steps go.
    """
    n_positives, n_negatives = positives.shape[0], negatives.shape[0]
    i, j, step = 0, 0, 0
    while i < n_positives or j < n_negatives:
        if j == n_negatives or (i < n_positives and positives[i] <= negatives[j]):
            negated = positives[i]
        else:
            negated = negatives[j]
        while i < n_positives and positives[i] == negated:
            i += 1
        while j < n_negatives and negatives[j] == negated:
            j += 1
        tps[step], fps[step], thresholds[step] = i, j, -negated
        step += 1
    return step


class Counts(NamedTuple):
    """Weight of positives and negatives at or above each distinct score, highest score first; shape (steps,)."""

    tps: FloatArray
    fps: FloatArray
    thresholds: FloatArray


def count_at_thresholds(positive: Array, scores: FloatArray, weight: FloatArray | None) -> Counts:
    """Return the counts at every distinct score. positive (n,) boolean, scores (n,), weight (n,): read."""
    n = len(scores)
    tps, fps, thresholds = np.empty(n), np.empty(n), np.empty(n)
    if weight is None:
        steps = lower_threshold(
            sorted_numbers(-scores[positive]), sorted_numbers(-scores[~positive]), tps, fps, thresholds
        )
        return Counts(tps[:steps], fps[:steps], thresholds[:steps])
    falling, passed = [], []
    for group in (positive & (weight != 0), ~positive & (weight != 0)):
        order = np.argsort(-scores[group], kind="stable")
        falling.append(-scores[group][order])
        passed.append(np.concatenate([[0.0], np.cumsum(weight[group][order])]))  # weight of the first i of the group
    steps = lower_threshold(falling[0], falling[1], tps, fps, thresholds)
    tps, fps = passed[0][tps[:steps].astype(np.int64)], passed[1][fps[:steps].astype(np.int64)]
    return Counts(tps, fps, thresholds[:steps])


def read_binary(
    y_true: VectorLike, y_score: VectorLike, pos_label: Any, sample_weight: VectorLike | None
) -> tuple[Array, FloatArray, FloatArray | None]:
    """Return which samples are positive (n,), their scores (n,) and weights (n,) or None.

    Raises
    ------
    ValueError
        If y_true has more than two classes and no `pos_label` is given, or shapes do not fit.
    """
    y = read_labels(y_true, "y_true")
    kind = type_of_target(y, name="y_true")
    if not (kind == "multiclass" and pos_label is not None):
        check_kind(kind, ("binary",))
    y = y.ravel()
    scores = column_or_1d(read_scores(y_score, "y_score"), name="y_score")
    n = check_same_length(y_true=y, y_score=scores)
    weight = read_weight(sample_weight, n)
    return equals(y, positive_label(pos_label, distinct(y))), scores, weight


def confusion_matrix_at_thresholds(
    y_true: VectorLike, y_score: VectorLike, *, pos_label: Any = None, sample_weight: VectorLike | None = None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return (tns, fps, fns, tps, thresholds): the binary confusion matrix at every distinct score, falling.

    Parameters
    ----------
    y_true : labels, shape (n,)
    y_score : shape (n,); the larger, the more likely positive
    pos_label : the positive label; None means 1 where the labels are among {0, 1} or {-1, 1}
    sample_weight : shape (n,)

    Examples
    --------
    >>> confusion_matrix_at_thresholds([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])[3]
    array([1., 1., 2., 2.])
    """
    tps, fps, thresholds = count_at_thresholds(*read_binary(y_true, y_score, pos_label, sample_weight))
    return fps[-1] - fps, fps, tps[-1] - tps, tps, thresholds


def _start_at_nothing(counts: Counts) -> Counts:
    """Put a step before the first, at threshold infinity, where no sample is called positive."""
    return Counts(*(np.concatenate([[first], part]) for first, part in zip((0.0, 0.0, np.inf), counts)))


def _keep(counts: Counts, inner: Array) -> Counts:
    """Keep the first step, the last, and those of the others that `inner` (steps - 2,) marks."""
    kept = np.concatenate([[True], inner, [True]])
    return Counts(*(part[kept] for part in counts))


def roc_curve(
    y_true: VectorLike,
    y_score: VectorLike,
    *,
    pos_label: Any = None,
    sample_weight: VectorLike | None = None,
    drop_intermediate: bool = True,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the receiver operating characteristic: (fpr, tpr, thresholds), from (0, 0) to (1, 1).

    Parameters
    ----------
    y_true : labels, shape (n,)
    y_score : shape (n,); the larger, the more likely positive
    pos_label : the positive label; None means 1 where the labels are among {0, 1} or {-1, 1}
    sample_weight : shape (n,)
    drop_intermediate : leave out points on the line between their neighbours

    Returns
    -------
    fpr, tpr : shares of the negatives and of the positives with a score of at least the threshold, shape (steps,);
        NaN, with an UndefinedMetricWarning, where there are none
    thresholds : falling from infinity

    Examples
    --------
    >>> fpr, tpr, thresholds = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> fpr, tpr
    (array([0. , 0. , 0.5, 0.5, 1. ]), array([0. , 0.5, 0.5, 1. , 1. ]))
    """
    check_options("roc_curve", {"drop_intermediate": boolean}, drop_intermediate=drop_intermediate)
    counts = count_at_thresholds(*read_binary(y_true, y_score, pos_label, sample_weight))
    if drop_intermediate and len(counts.fps) > 2:
        counts = _keep(counts, (np.diff(counts.fps, 2) != 0) | (np.diff(counts.tps, 2) != 0))
    tps, fps, thresholds = _start_at_nothing(counts)
    fpr = _share(fps, "No negative samples in y_true: the false positive rate is not defined and set to NaN.")
    tpr = _share(tps, "No positive samples in y_true: the true positive rate is not defined and set to NaN.")
    return fpr, tpr, thresholds


def _share(counts: FloatArray, message: str) -> FloatArray:
    if counts[-1] > 0:
        share: FloatArray = counts / counts[-1]
        return share
    warn_undefined(message)
    return np.full(len(counts), np.nan)


def precision_and_recall(counts: Counts) -> tuple[FloatArray, FloatArray]:
    """Return precision and recall at each step, and as an end the point (1, 0), both (steps + 1,), recall falling."""
    called = counts.tps + counts.fps
    precision = counts.tps / np.where(called == 0, 1.0, called)
    if counts.tps[-1] == 0:
        warn("No positive class found in y_true, recall is set to one for all thresholds.")
        recall = np.ones(len(precision))
    else:
        recall = counts.tps / counts.tps[-1]
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0)


def precision_recall_curve(
    y_true: VectorLike,
    y_score: VectorLike,
    *,
    pos_label: Any = None,
    sample_weight: VectorLike | None = None,
    drop_intermediate: bool = False,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (precision, recall, thresholds) over all thresholds, recall falling from 1 to 0.

    Parameters are those of `roc_curve`; `drop_intermediate` leaves out points of the same recall as both neighbours.

    Returns
    -------
    precision, recall : shape (steps + 1,); the last point, (1, 0), has no threshold
    thresholds : rising, shape (steps,)

    Examples
    --------
    >>> precision, recall, thresholds = precision_recall_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> recall, thresholds
    (array([1. , 1. , 0.5, 0.5, 0. ]), array([0.1 , 0.35, 0.4 , 0.8 ]))
    """
    check_options("precision_recall_curve", {"drop_intermediate": boolean}, drop_intermediate=drop_intermediate)
    counts = count_at_thresholds(*read_binary(y_true, y_score, pos_label, sample_weight))
    if drop_intermediate and len(counts.fps) > 2:
        counts = _keep(counts, (np.diff(counts.tps[:-1]) != 0) | (np.diff(counts.tps[1:]) != 0))
    return *precision_and_recall(counts), counts.thresholds[::-1].copy()


def det_curve(
    y_true: VectorLike,
    y_score: VectorLike,
    pos_label: Any = None,
    sample_weight: VectorLike | None = None,
    drop_intermediate: bool = False,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the detection error trade-off: (fpr, fnr, thresholds), the two rates of error against each other.

    Parameters are those of `roc_curve`; `drop_intermediate` leaves out points of the same recall as both neighbours.

    Returns
    -------
    fpr : false positive rate, falling, shape (steps,)
    fnr : false negative rate, rising from 0
    thresholds : rising

    Raises
    ------
    ValueError
        If y_true holds one class only.

    Examples
    --------
    >>> det_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])[:2]
    (array([0.5, 0.5, 0. ]), array([0. , 0.5, 0.5]))
    """
    check_options("det_curve", {"drop_intermediate": boolean}, drop_intermediate=drop_intermediate)
    if len(distinct(read_labels(y_true, "y_true"))) != 2:
        raise ValueError("Only one class is present in y_true; a detection error trade-off needs exactly two.")
    counts = _start_at_nothing(count_at_thresholds(*read_binary(y_true, y_score, pos_label, sample_weight)))
    if drop_intermediate and len(counts.fps) > 2:
        counts = _keep(counts, (np.diff(counts.tps[:-1]) != 0) | (np.diff(counts.tps[1:]) != 0))
    tps, fps, thresholds = counts
    # from the last point without a false positive to the first with all positives: the rest says nothing new
    first = max(int(np.searchsorted(fps, fps[0], side="right")) - 1, 0)
    shown = slice(first, int(np.searchsorted(tps, tps[-1])) + 1)
    fnr = (tps[-1] - tps[shown]) / tps[-1]
    return fps[shown][::-1] / fps[-1], fnr[::-1], thresholds[shown][::-1].copy()
