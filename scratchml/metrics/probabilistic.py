"""Metrics of predicted probabilities and margins: log loss, Brier score, hinge loss, and the share they explain.

Idea. A label is right or wrong; a probability can be more or less right. These losses are smallest, on average, for the
true probabilities, so they reward honesty and not only the right order.

Maths. y is one-hot, p the predicted probabilities, both (n, k); mean over samples i (weighted):
  log loss  = mean of -sum_j y_ij log p_ij,  p clipped to [eps, 1 - eps]
  Brier     = mean of  sum_j (y_ij - p_ij)^2, halved for two classes, where it is the mean of (y_i1 - p_i1)^2
  hinge     = mean of max(0, 1 - margin),  margin = s_i f(x_i) with s = -1, +1, or f_true - the largest other f
  D2        = 1 - loss(p) / loss(the classes' frequencies)

Cost. One pass over (n, k).

Differences. Same values as scikit-learn 1.9, but losses of float32 input are worked out in float64 (clipped
at float32's eps, as there), and that `hinge_loss` of two classes heeds `labels` if y_true holds but one of them.

References. Good (1952), J. R. Stat. Soc. B 14 (log loss); Brier (1950), Mon. Weather Rev. 78; Crammer and Singer
(2001), J. Mach. Learn. Res. 2 (hinge loss of several classes); Gneiting and Raftery (2007), J. Am. Stat. Assoc. 102.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import check_same_length, column_or_1d
from ..core.rules import boolean, either, one_of
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .targets import (
    MULTILABEL,
    check_kind,
    check_options,
    distinct,
    equals,
    is_text,
    positions,
    positive_label,
    read_label_list,
    read_labels,
    read_scores,
    read_weight,
    type_of_target,
    warn,
    warn_undefined,
    weighted_mean,
)


def check_probabilities(y_proba: FloatArray) -> None:
    """Check that all values are in [0, 1]."""
    if y_proba.max() > 1:
        raise ValueError(f"y_proba contains values greater than 1: {y_proba.max()}; give probabilities, no scores.")
    if y_proba.min() < 0:
        raise ValueError(f"y_proba contains values less than 0: {y_proba.min()}; give probabilities, no scores.")


def one_hot(y_true: VectorLike | MatrixLike, labels: VectorLike | None) -> tuple[FloatArray, Array]:
    """Return the one-hot table (n, k) of y_true and the k sorted classes.

    Raises
    ------
    ValueError
        If y_true holds a single class and `labels` does not say which others there are, or a label outside `labels`.
    """
    y = read_labels(y_true, "y_true")
    kind = type_of_target(y, name="y_true")
    check_kind(kind)
    if kind == MULTILABEL:
        if labels is not None:
            raise ValueError("labels cannot be given with an indicator table y_true: its columns are the labels.")
        return (y != 0).astype(np.float64), np.arange(y.shape[1])
    y = y.ravel()
    if labels is None:
        classes = distinct(y)
    else:
        given = read_label_list(labels, y)
        classes = np.unique(given)
        if not np.array_equal(classes, given):
            warn(f"labels={given.tolist()} are taken in sorted order: columns of y_proba belong to {classes.tolist()}.")
        unknown = y[~np.isin(y, classes)]
        if len(unknown):
            raise ValueError(f"y_true contains values {set(unknown.tolist())} not belonging to the passed labels.")
    if len(classes) < 2:
        raise ValueError(
            f"y_true or labels contain only one label ({classes[0]}). Please provide the list of all expected class "
            "labels explicitly through the labels argument; there must be at least two."
        )
    return (positions(y, classes)[:, None] == np.arange(len(classes))).astype(np.float64), classes


def _classes_and_probabilities(
    y_true: VectorLike | MatrixLike, y_proba: MatrixLike | VectorLike, labels: VectorLike | None
) -> tuple[FloatArray, FloatArray]:
    """Return one-hot truth and probabilities, both (n, k); a single column is the second of two classes."""
    p = read_scores(y_proba, "y_proba")
    check_probabilities(p)
    check_same_length(y_true=y_true, y_proba=p)
    truth, classes = one_hot(y_true, labels)
    p = p.reshape(len(p), -1)
    if p.shape[1] == 1:
        p = np.hstack([1.0 - p, p])
    if not np.allclose(p.sum(axis=1), 1.0, rtol=np.sqrt(_clip_width(y_proba)), atol=1e-8):
        warn("The y_proba values do not sum to one. Make sure to pass probabilities.")
    if p.shape[1] != len(classes):
        raise ValueError(
            f"y_true and y_proba contain different number of classes: {len(classes)} vs {p.shape[1]}. Please provide "
            f"the true labels explicitly through the labels argument. Classes found: {classes.tolist()}."
        )
    return truth, p


def _positive_and_probabilities(
    y_true: VectorLike, y_proba: FloatArray, pos_label: Any
) -> tuple[FloatArray, FloatArray]:
    """Return one-hot truth and probabilities, both (n, 2), from probabilities (n,) of the positive label."""
    y = column_or_1d(read_labels(y_true, "y_true"), name="y_true")
    p = column_or_1d(y_proba, name="y_proba")
    check_same_length(y_true=y, y_proba=p)
    kind = type_of_target(y, name="y_true")
    if kind != "binary":
        raise ValueError(
            f"The type of the target inferred from y_true is {kind} but should be binary according to the shape of "
            "y_proba; give one column for each class."
        )
    check_probabilities(p)
    classes = distinct(y)
    if pos_label is None and not is_text(y):  # of two numbers the larger one; of one, 1 or what it is
        pos_label = 1 if len(classes) == 1 and classes[0] in (-1, 0) else classes[-1]
    truth = equals(y, positive_label(pos_label, classes)).astype(np.float64)
    return np.column_stack([1.0 - truth, truth]), np.column_stack([1.0 - p, p])


def _clip_width(y_proba: Any) -> float:
    dtype = getattr(y_proba, "dtype", None)
    floating = isinstance(dtype, np.dtype) and dtype.kind == "f"
    return float(np.finfo(dtype if floating else np.float64).eps)


def _log_losses(truth: FloatArray, p: FloatArray, eps: float) -> FloatArray:
    """Return each sample's log loss (n,). truth, p (n, k): read."""
    losses: FloatArray = -(truth * np.log(np.clip(p, eps, 1.0 - eps))).sum(axis=1)
    return losses


def log_loss(
    y_true: VectorLike | MatrixLike,
    y_proba: MatrixLike | VectorLike,
    *,
    normalize: bool = True,
    sample_weight: VectorLike | None = None,
    labels: VectorLike | None = None,
) -> float:
    """Return the mean of -log(probability given to the true class); 0 is the best.

    Parameters
    ----------
    y_true : labels (n,), or one-hot rows (n, k)
    y_proba : probabilities (n, k), columns in sorted order of the classes; (n,) is that of the second of two
    normalize : False gives the sum instead of the mean
    sample_weight : shape (n,)
    labels : all classes, where y_true may lack some

    Raises
    ------
    ValueError
        If y_true has one class only and `labels` is not given, or the number of columns differs from that of classes.

    Examples
    --------
    >>> round(log_loss(["no", "yes"], [[0.9, 0.1], [0.2, 0.8]]), 4)
    0.1643
    """
    check_options("log_loss", {"normalize": boolean}, normalize=normalize)
    truth, p = _classes_and_probabilities(y_true, y_proba, labels)
    return weighted_mean(_log_losses(truth, p, _clip_width(y_proba)), read_weight(sample_weight, len(p)), normalize)


def brier_score_loss(
    y_true: VectorLike | MatrixLike,
    y_proba: MatrixLike | VectorLike,
    *,
    sample_weight: VectorLike | None = None,
    pos_label: Any = None,
    labels: VectorLike | None = None,
    scale_by_half: bool | str = "auto",
) -> float:
    """Return the mean squared distance of the probabilities from the truth; 0 is the best.

    Parameters
    ----------
    y_true : labels (n,), or one-hot rows (n, k)
    y_proba : probabilities (n, k), or (n,) of `pos_label`
    sample_weight : shape (n,)
    pos_label : the label whose probabilities are given, for y_proba (n,); None means 1, or the larger of two numbers
    labels : all classes, for y_proba (n, k) where y_true may lack some
    scale_by_half : halve the score, so that it lies in [0, 1]; "auto" does so for two classes

    Examples
    --------
    >>> brier_score_loss([0, 1, 1], [0.25, 0.5, 1.0])
    0.10416666666666667
    """
    check_options("brier_score_loss", {"scale_by_half": either(boolean, one_of("auto"))}, scale_by_half=scale_by_half)
    truth, p = _truth_and_probabilities(y_true, y_proba, pos_label, labels)
    score = weighted_mean(((truth - p) ** 2).sum(axis=1), read_weight(sample_weight, len(p)))
    halve = p.shape[1] < 3 if isinstance(scale_by_half, str) else scale_by_half
    return score * 0.5 if halve else score


def _truth_and_probabilities(
    y_true: Any, y_proba: Any, pos_label: Any, labels: VectorLike | None
) -> tuple[FloatArray, FloatArray]:
    p = read_scores(y_proba, "y_proba")
    if p.ndim == 1 or p.shape[1] == 1:
        return _positive_and_probabilities(y_true, p, pos_label)
    return _classes_and_probabilities(y_true, y_proba, labels)


def d2_log_loss_score(
    y_true: VectorLike | MatrixLike,
    y_proba: MatrixLike | VectorLike,
    *,
    sample_weight: VectorLike | None = None,
    labels: VectorLike | None = None,
) -> float:
    """Return the share of the log loss explained: 1 - loss / loss of the classes' frequencies; 1 is the best.

    Parameters are those of `log_loss`. Fewer than two samples give NaN, with an UndefinedMetricWarning.

    Examples
    --------
    >>> d2_log_loss_score([0, 1, 1, 0], [0.5, 0.5, 0.5, 0.5])
    0.0
    """
    if check_same_length(y_true=y_true, y_proba=y_proba) < 2:
        return _too_few()
    truth, p = _classes_and_probabilities(y_true, y_proba, labels)
    weight, eps = read_weight(sample_weight, len(p)), _clip_width(y_proba)
    frequencies = np.broadcast_to(np.average(truth, axis=0, weights=weight), p.shape)
    null = weighted_mean(_log_losses(truth, frequencies, eps), weight, normalize=False)
    return 1.0 - weighted_mean(_log_losses(truth, p, eps), weight, normalize=False) / null


def d2_brier_score(
    y_true: VectorLike | MatrixLike,
    y_proba: MatrixLike | VectorLike,
    *,
    sample_weight: VectorLike | None = None,
    pos_label: Any = None,
    labels: VectorLike | None = None,
) -> float:
    """Return the share of the Brier score explained: 1 - score / score of the classes' frequencies; 1 is the best.

    Parameters are those of `brier_score_loss`. Fewer than two samples give NaN, with an UndefinedMetricWarning.

    Examples
    --------
    >>> d2_brier_score([0, 1, 1, 0], [0.5, 0.5, 0.5, 0.5])
    0.0
    """
    if check_same_length(y_true=y_true, y_proba=y_proba) < 2:
        return _too_few()
    truth, p = _truth_and_probabilities(y_true, y_proba, pos_label, labels)
    weight = read_weight(sample_weight, len(p))
    frequencies = np.average(truth, axis=0, weights=weight)
    null = weighted_mean(((truth - frequencies) ** 2).sum(axis=1), weight)
    score = weighted_mean(((truth - p) ** 2).sum(axis=1), weight)
    if null == 0:
        warn_undefined("D2 is not defined where y_true holds one class only: the score to compare with is 0.")
        return float("nan") if score == 0 else -float("inf")
    return 1.0 - score / null


def _too_few() -> float:
    warn_undefined("D2 is not defined for fewer than two samples; NaN is returned.")
    return float("nan")


def hinge_loss(
    y_true: VectorLike,
    pred_decision: MatrixLike | VectorLike,
    *,
    labels: VectorLike | None = None,
    sample_weight: VectorLike | None = None,
) -> float:
    """Return the mean of max(0, 1 - margin): 0 if every sample lies on its side, a margin of 1 away from the border.

    Parameters
    ----------
    y_true : labels, shape (n,)
    pred_decision : decision values, shape (n,) for two classes (positive means the second), (n, k) for more
    labels : all classes, where y_true may lack some
    sample_weight : shape (n,)

    Raises
    ------
    ValueError
        If the number of columns differs from that of the classes.

    Examples
    --------
    >>> hinge_loss([-1, 1, 1], [-2.0, 0.5, 2.0])
    0.16666666666666666
    """
    y = column_or_1d(read_labels(y_true, "y_true"), name="y_true")
    check_kind(type_of_target(y, name="y_true"), ("binary", "multiclass"))
    decision = read_scores(pred_decision, "pred_decision")
    n = check_same_length(y_true=y, pred_decision=decision)
    classes = distinct(y) if labels is None else np.unique(read_label_list(labels, y))
    weight = read_weight(sample_weight, n)
    true = positions(y, classes)
    if (true == len(classes)).any():
        raise ValueError(f"y_true contains labels not in labels={classes.tolist()}.")
    if len(classes) > 2:
        if decision.ndim == 1 or decision.shape[1] != len(classes):
            raise ValueError(
                f"pred_decision has shape {decision.shape}; for {len(classes)} classes it must be ({n}, "
                f"{len(classes)}). Include all labels in y_true or pass labels as third argument."
            )
        others = np.where(true[:, None] == np.arange(len(classes)), -np.inf, decision).max(axis=1)
        margin = decision[np.arange(n), true] - others
    else:
        if len(classes) == 1:
            warn_undefined("y_true holds one label only, taken for the negative one; give both as `labels`.")
        margin = np.where((true == 1), 1.0, -1.0) * column_or_1d(decision, name="pred_decision")
    return weighted_mean(np.maximum(1.0 - margin, 0.0), weight)
