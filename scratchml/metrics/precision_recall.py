"""Precision, recall, F-beta and Jaccard's index: how good are the samples found, and how many were missed?

Idea. For one label call a sample positive if it truly has it. Precision: of those *called* positive, the share that
are. Recall: of those that *are*, the share called so. F-beta is their harmonic mean, recall counting beta times as
much. Jaccard's index is the overlap of both sets over their union. Several labels are averaged in one of five ways.

Maths. From the counts of one label (or of the sums over labels, or of one sample):
  precision = TP / (TP + FP)      recall = TP / (TP + FN)
  F_beta    = (1 + beta^2) TP / (beta^2 (TP + FN) + (TP + FP))
  Jaccard   = TP / (TP + FP + FN)
"micro" sums the counts first; "macro" is the plain mean of the labels' scores, "weighted" the mean weighted by TP + FN,
"samples" the mean over samples of an indicator table; "binary" reports the positive label alone.

Cost. That of the counts, O(n log k).

Differences. Same values as scikit-learn 1.9, 0 / 0 included: `zero_division` is 0, 1 or NaN (left out of averages of
precision, recall and F-beta), "warn" is 0 with an UndefinedMetricWarning.

References. van Rijsbergen (1979), Information Retrieval, ch. 7; Sokolova and Lapalme (2009), Inf. Process. Manag. 45.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.rules import Rule, real
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .confusion import multilabel_confusion_matrix
from .targets import (
    MULTILABEL,
    check_average,
    check_options,
    check_predictions,
    read_weight,
    warn,
    warn_undefined,
)

ZERO_DIVISION = Rule(
    "'warn', 0, 1 or nan",
    lambda value: isinstance(value, (str, int, float, np.number)),
    lambda value: value == "warn" if isinstance(value, str) else value in (0, 1) or value != value,
)


def divide(
    above: Array, below: Array, score: str, what: str, average: str | None, warn_for: Iterable[str], zero_division: Any
) -> FloatArray:
    """Return above / below, and what `zero_division` says where below is 0; warn if `score` is among `warn_for`."""
    empty = below == 0
    found: FloatArray = np.asarray(above, dtype=np.float64) / np.where(empty, 1, below)
    if not empty.any():
        return found
    warning = isinstance(zero_division, str)
    found[empty] = 0.0 if warning else float(zero_division)
    if warning and score in warn_for:
        part, whole = ("label", "sample") if average == "samples" else ("sample", "label")
        cause = f"due to no {what} {part}s" if len(found) == 1 else f"in {whole}s with no {what} {part}s"
        warn_undefined(
            f"{score.capitalize()} is ill-defined (0 / 0) and being set to 0.0 {cause}. Use the `zero_division` "
            "parameter to choose its value and silence this."
        )
    return found


def mean_of_defined(scores: FloatArray, weight: Array | None) -> float:
    """Return the weighted mean of the scores that are not NaN; the plain one where all weights are 0."""
    defined = ~np.isnan(scores)
    if not defined.any():
        return float("nan")
    if weight is None or weight[defined].sum() == 0:
        return float(np.mean(scores[defined]))
    return float(np.average(scores[defined], weights=weight[defined]))


def choose_labels(
    owner: str, y_true: Any, y_pred: Any, average: str | None, labels: VectorLike | None, pos_label: Any
) -> VectorLike | None:
    """Return the labels to be scored: the positive one alone for the binary average, else `labels` as given.

    Raises
    ------
    ValueError
        If the binary average is asked of targets that are not binary, or `pos_label` does not occur.
    """
    check_average(owner, average)
    targets = check_predictions(y_true, y_pred)
    if average != "binary":
        if pos_label not in (None, 1):
            warn(
                f"pos_label={pos_label!r} is ignored when average={average!r}; you may use labels=[pos_label] to "
                "specify a single positive class."
            )
        return labels
    if targets.kind != "binary":
        options = ("None, 'micro', 'macro', 'weighted'") + (", 'samples'" if targets.kind == MULTILABEL else "")
        raise ValueError(f"Target is {targets.kind} but average='binary'. Please choose another average: {options}.")
    present = targets.labels.tolist()
    if pos_label in present:
        return [pos_label]
    if len(present) >= 2:
        raise ValueError(f"pos_label={pos_label!r} is not a valid label: It should be one of {present}.")
    # one label only, and it is not the positive one: nothing is positive
    return [type(present[0])(pos_label)] if isinstance(present[0], str) else [pos_label]


def _counts(
    owner: str,
    y_true: Any,
    y_pred: Any,
    labels: VectorLike | None,
    pos_label: Any,
    average: str | None,
    sample_weight: VectorLike | None,
    zero_division: Any,
) -> tuple[Array, Array, Array]:
    """Return (TP, FP, FN), each of one entry per label, per sample, or in all, as the average wants it."""
    check_options(owner, {"zero_division": ZERO_DIVISION}, zero_division=zero_division)
    chosen = choose_labels(owner, y_true, y_pred, average, labels, pos_label)
    tables = multilabel_confusion_matrix(
        y_true, y_pred, sample_weight=sample_weight, labels=chosen, samplewise=average == "samples"
    )
    if average == "micro":
        tables = tables.sum(axis=0, keepdims=True)
    return tables[:, 1, 1], tables[:, 0, 1], tables[:, 1, 0]


def precision_recall_fscore_support(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    beta: float = 1.0,
    labels: VectorLike | None = None,
    pos_label: Any = 1,
    average: str | None = None,
    warn_for: Iterable[str] = ("precision", "recall", "f-score"),
    sample_weight: VectorLike | None = None,
    zero_division: Any = "warn",
) -> tuple[Any, Any, Any, Any]:
    """Return precision, recall, F-beta and support (weight of the true samples), for each label or averaged.

    Parameters
    ----------
    y_true, y_pred : labels (n,) or an indicator table (n, n_labels)
    beta : how much more recall counts than precision, 0 or more; inf is recall alone
    labels : which labels, in which order; None means all that occur. Not used by the binary average
    pos_label : the positive label of the binary average
    average : None (one score for each label), "binary", "micro", "macro", "weighted" or "samples"
    warn_for : which of the scores warn where they are 0 / 0
    sample_weight : shape (n,)
    zero_division : what 0 / 0 gives: 0, 1, NaN (left out of averages), or "warn" (0 and a warning)

    Returns
    -------
    precision, recall, fscore : shape (n_labels,), or numbers where averaged
    support : shape (n_labels,), or None where averaged

    Raises
    ------
    ValueError
        If the average does not suit the targets, or `pos_label` does not occur.

    Examples
    --------
    >>> precision_recall_fscore_support([0, 1, 1, 1], [0, 0, 1, 1], average="macro", beta=1)[:2]
    (0.75, 0.8333333333333333)
    """
    owner = "precision_recall_fscore_support"
    check_options(owner, {"beta": real(0.0)}, beta=beta)
    TP, FP, FN = _counts(owner, y_true, y_pred, labels, pos_label, average, sample_weight, zero_division)
    called, true = TP + FP, TP + FN
    precision = divide(TP, called, "precision", "predicted", average, warn_for, zero_division)
    recall = divide(TP, true, "recall", "true", average, warn_for, zero_division)
    if np.isposinf(beta):
        fscore = recall
    elif beta == 0:
        fscore = precision
    else:
        above, below = (1.0 + beta**2) * TP, beta**2 * true + called
        fscore = divide(above, below, "f-score", "true nor predicted", average, warn_for, zero_division)
    if average is None:
        return precision, recall, fscore, true
    weight: Array | None = None
    if average == "weighted":
        weight = true
    elif average == "samples":
        weight = read_weight(sample_weight, len(TP))
    return mean_of_defined(precision, weight), mean_of_defined(recall, weight), mean_of_defined(fscore, weight), None


def precision_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    labels: VectorLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: VectorLike | None = None,
    zero_division: Any = "warn",
) -> Any:
    """Return TP / (TP + FP): of the samples called positive, the share that are.

    Parameters, averages and errors are those of `precision_recall_fscore_support`.

    Returns
    -------
    precision : a number, or shape (n_labels,) for ``average=None``

    Examples
    --------
    >>> precision_score([0, 1, 1, 1], [1, 0, 1, 1])
    0.6666666666666666
    """
    return precision_recall_fscore_support(
        y_true,
        y_pred,
        labels=labels,
        pos_label=pos_label,
        average=average,
        warn_for=("precision",),
        sample_weight=sample_weight,
        zero_division=zero_division,
    )[0]


def recall_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    labels: VectorLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: VectorLike | None = None,
    zero_division: Any = "warn",
) -> Any:
    """Return TP / (TP + FN): of the positive samples, the share called so (sensitivity).

    Parameters, averages and errors are those of `precision_recall_fscore_support`.

    Returns
    -------
    recall : a number, or shape (n_labels,) for ``average=None``

    Examples
    --------
    >>> recall_score([0, 1, 1, 1, 1], [1, 0, 1, 1, 1])
    0.75
    """
    return precision_recall_fscore_support(
        y_true,
        y_pred,
        labels=labels,
        pos_label=pos_label,
        average=average,
        warn_for=("recall",),
        sample_weight=sample_weight,
        zero_division=zero_division,
    )[1]


def fbeta_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    beta: float,
    labels: VectorLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: VectorLike | None = None,
    zero_division: Any = "warn",
) -> Any:
    """Return the harmonic mean of precision and recall, recall counting `beta` times as much.

    Parameters, averages and errors are those of `precision_recall_fscore_support`.

    Returns
    -------
    fscore : a number, or shape (n_labels,) for ``average=None``

    Examples
    --------
    >>> fbeta_score([0, 1, 1, 1], [1, 0, 0, 1], beta=2)
    0.35714285714285715
    """
    return precision_recall_fscore_support(
        y_true,
        y_pred,
        beta=beta,
        labels=labels,
        pos_label=pos_label,
        average=average,
        warn_for=("f-score",),
        sample_weight=sample_weight,
        zero_division=zero_division,
    )[2]


def f1_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    labels: VectorLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: VectorLike | None = None,
    zero_division: Any = "warn",
) -> Any:
    """Return 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall.

    Parameters, averages and errors are those of `precision_recall_fscore_support`.

    Returns
    -------
    fscore : a number, or shape (n_labels,) for ``average=None``

    Examples
    --------
    >>> f1_score([0, 1, 1, 1], [1, 0, 0, 1])
    0.4
    """
    return fbeta_score(
        y_true,
        y_pred,
        beta=1.0,
        labels=labels,
        pos_label=pos_label,
        average=average,
        sample_weight=sample_weight,
        zero_division=zero_division,
    )


def jaccard_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    labels: VectorLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: VectorLike | None = None,
    zero_division: Any = "warn",
) -> Any:
    """Return TP / (TP + FP + FN): the overlap of the true and the called samples over their union.

    Parameters and errors are those of `precision_recall_fscore_support`, except that a NaN from ``zero_division=nan``
    is not left out of averages.

    Returns
    -------
    score : a number, or shape (n_labels,) for ``average=None``

    Examples
    --------
    >>> jaccard_score([0, 1, 1, 1], [1, 0, 1, 1])
    0.5
    """
    TP, FP, FN = _counts("jaccard_score", y_true, y_pred, labels, pos_label, average, sample_weight, zero_division)
    score = divide(TP, TP + FP + FN, "jaccard", "true or predicted", average, ("jaccard",), zero_division)
    if average is None:
        return score
    weight: Array | None = None
    if average == "weighted" and (TP + FN).any():
        weight = TP + FN
    elif average == "samples":
        weight = read_weight(sample_weight, len(TP))
    return float(np.average(score, weights=weight))
