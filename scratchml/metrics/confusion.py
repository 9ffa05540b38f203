"""Metrics that count right and wrong labels: the confusion matrix and what follows from it.

Idea. Put every sample into a table: its true label chooses the row, the predicted one the column. What lies on the
diagonal is right. Accuracy, balanced accuracy, Cohen's kappa and Matthews' coefficient are all read off this table.

Maths. C[i, j] = weight of the samples of true label i predicted as j; t row sums, p column sums, n the sum of C.
  accuracy          = trace(C) / n
  balanced accuracy = mean over i of C[i, i] / t[i]
  kappa             = 1 - sum(W * C) / sum(W * E),  E = t p' / n,  W[i, j] = [i != j], |i - j| or (i - j)^2
  MCC               = (trace(C) n - t'p) / sqrt((n^2 - p'p) (n^2 - t't))
For two labels MCC is the correlation of the 0/1 labels.

Cost. O(n) to find the places of whole numbers that lie close together, O(n log k) of other labels; O(k^2) memory for
the table.

Differences. Same values, labels and warnings as scikit-learn 1.9. Sparse indicator matrices are refused.

References. Cohen (1960), Educ. Psychol. Meas. 20; Matthews (1975), Biochim. Biophys. Acta 405; Gorodkin (2004),
Comput. Biol. Chem. 28 (MCC of several classes); Brodersen et al. (2010), ICPR (balanced accuracy).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.rules import boolean, one_of
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .targets import (
    MULTILABEL,
    Targets,
    check_kind,
    check_options,
    check_predictions,
    positions,
    read_label_list,
    unite,
    warn,
    warn_undefined,
    weighted_mean,
)


def count_cells(rows: Array, columns: Array, k: int, weight: FloatArray | None) -> Array:
    """Return the (k, k) table of summed weights; rows, columns (n,): read, entries of k mean 'left out'."""
    # plainly: for i in range(n): C[rows[i], columns[i]] += weight[i]
    cells = rows.astype(np.int64)
    cells *= k + 1
    cells += columns
    counts = np.bincount(cells, weights=weight, minlength=(k + 1) ** 2)
    return np.ascontiguousarray(counts.reshape(k + 1, k + 1)[:k, :k])


def confusion_matrix(
    y_true: VectorLike,
    y_pred: VectorLike,
    *,
    labels: VectorLike | None = None,
    sample_weight: VectorLike | None = None,
    normalize: str | None = None,
) -> Array:
    """Count samples by true label (row) and predicted label (column).

    Parameters
    ----------
    y_true, y_pred : labels, shape (n,)
    labels : which labels, in which order, shape (k,); None means all that occur, sorted
    sample_weight : shape (n,); None means 1 each
    normalize : "true" divides each row by its sum, "pred" each column, "all" everything by the total

    Returns
    -------
    C : shape (k, k); integers unless weighted by fractions or normalized

    Raises
    ------
    ValueError
        If none of `labels` occurs in y_true, or the targets are no labels.

    Examples
    --------
    >>> confusion_matrix(["cat", "dog", "dog"], ["cat", "dog", "cat"])
    array([[1, 0],
           [1, 1]])
    """
    check_options("confusion_matrix", {"normalize": one_of("true", "pred", "all", None)}, normalize=normalize)
    targets = check_predictions(y_true, y_pred, sample_weight)
    check_kind(targets.kind, ("binary", "multiclass"))
    wanted = targets.labels if labels is None else read_label_list(labels, targets.labels)
    if labels is not None and not np.isin(wanted, targets.y_true).any():
        raise ValueError("At least one label specified must be in y_true; none of `labels` is.")
    rows, columns = positions(targets.y_true, wanted), positions(targets.y_pred, wanted)
    found = count_cells(rows, columns, len(wanted), targets.weight)
    if targets.weight is not None and np.asarray(sample_weight).dtype.kind in "iub":
        found = np.rint(found).astype(np.int64)
    if normalize is not None:
        found = _normalized(found, normalize)
    if found.shape == (1, 1):
        warn("A single label was found in y_true and y_pred; give `labels` to see the matrix of all known labels.")
    return found


def _normalized(C: Array, normalize: str) -> Array:
    axis = {"true": 1, "pred": 0, "all": None}[normalize]
    with np.errstate(all="ignore"):
        shares: Array = C / C.sum(axis=axis, keepdims=True)
    return np.nan_to_num(shares)  # 0 / 0: a label without samples is a row of 0


def multilabel_confusion_matrix(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    labels: VectorLike | None = None,
    samplewise: bool = False,
) -> Array:
    """Return one 2x2 table [[TN, FP], [FN, TP]] for each label (one against the rest), or for each sample.

    Parameters
    ----------
    y_true, y_pred : labels (n,) or an indicator table (n, n_labels)
    sample_weight : shape (n,)
    labels : which labels (columns, where multilabel), in which order; None means all
    samplewise : count within each sample over its labels; multilabel only

    Returns
    -------
    tables : shape (n_labels, 2, 2), or (n, 2, 2)

    Raises
    ------
    ValueError
        If `samplewise` is asked of labels that are no indicator table, or a label is no column of it.

    Examples
    --------
    >>> multilabel_confusion_matrix([0, 1, 1], [0, 1, 0])[1]
    array([[1, 0],
           [1, 1]])
    """
    check_options("multilabel_confusion_matrix", {"samplewise": boolean}, samplewise=samplewise)
    targets = check_predictions(y_true, y_pred, sample_weight)
    if targets.kind == MULTILABEL:
        return _indicator_tables(targets, labels, samplewise)
    if samplewise:
        raise ValueError("Samplewise metrics are not available outside of multilabel classification.")
    wanted = targets.labels if labels is None else read_label_list(labels, targets.labels)
    every = unite(targets.labels, wanted)
    truth, guess = positions(targets.y_true, every), positions(targets.y_pred, every)
    hit, weight, k = truth == guess, targets.weight, len(every)
    at = positions(wanted, every)
    true_positive = np.bincount(truth[hit], weights=None if weight is None else weight[hit], minlength=k)[at]
    predicted = np.bincount(guess, weights=weight, minlength=k)[at]
    true = np.bincount(truth, weights=weight, minlength=k)[at]
    return _tables(true_positive, predicted, true, len(truth) if weight is None else weight.sum())


def _indicator_tables(targets: Targets, labels: VectorLike | None, samplewise: bool) -> Array:
    truth, guess, weight = targets.y_true != 0, targets.y_pred != 0, targets.weight
    if labels is not None:
        columns = read_label_list(labels, targets.labels)
        outside = columns[~np.isin(columns, targets.labels)]
        if len(outside):
            raise ValueError(f"All labels must be in [0, n labels) for multilabel targets: {outside[0]} is no column.")
        columns = columns.astype(np.int64)
        truth, guess = truth[:, columns], guess[:, columns]
    n, k = truth.shape

    def count(mask: Array) -> Array:
        rows, columns = np.nonzero(mask)
        if samplewise:
            counts = np.bincount(rows, minlength=n)
            return counts if weight is None else counts * weight
        return np.bincount(columns, weights=None if weight is None else weight[rows], minlength=k)

    everything: Any
    if samplewise:
        everything = k if weight is None else weight * k
    else:
        everything = n if weight is None else weight.sum()
    return _tables(count(truth & guess), count(guess), count(truth), everything)


def _tables(true_positive: Array, predicted: Array, true: Array, everything: Any) -> Array:
    false_positive, false_negative = predicted - true_positive, true - true_positive
    true_negative = everything - true_positive - false_positive - false_negative
    return np.stack([true_negative, false_positive, false_negative, true_positive], axis=1).reshape(-1, 2, 2)


def accuracy_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    normalize: bool = True,
    sample_weight: VectorLike | None = None,
) -> float:
    """Return the share of samples whose label is right; of an indicator table, whose labels are all right.

    Parameters
    ----------
    y_true, y_pred : labels (n,) or an indicator table (n, n_labels)
    normalize : False gives the (weighted) number of right samples instead
    sample_weight : shape (n,)

    Examples
    --------
    >>> accuracy_score([0, 1, 2, 2], [0, 1, 1, 2])
    0.75
    """
    check_options("accuracy_score", {"normalize": boolean}, normalize=normalize)
    targets = check_predictions(y_true, y_pred, sample_weight)
    right = targets.y_true == targets.y_pred
    return weighted_mean(right.all(axis=1) if right.ndim == 2 else right, targets.weight, normalize)


def zero_one_loss(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    normalize: bool = True,
    sample_weight: VectorLike | None = None,
) -> float:
    """Return the share of wrong samples: 1 - accuracy; with ``normalize=False`` their (weighted) number.

    Parameters are those of `accuracy_score`.

    Examples
    --------
    >>> zero_one_loss([0, 1, 2, 2], [0, 1, 1, 2])
    0.25
    """
    score = accuracy_score(y_true, y_pred, normalize=normalize, sample_weight=sample_weight)
    if normalize:
        return 1.0 - score
    return float(len(y_true) if sample_weight is None else np.sum(np.asarray(sample_weight))) - score


def hamming_loss(
    y_true: VectorLike | MatrixLike, y_pred: VectorLike | MatrixLike, *, sample_weight: VectorLike | None = None
) -> float:
    """Return the share of wrong labels; of an indicator table, of wrong cells.

    Parameters
    ----------
    y_true, y_pred : labels (n,) or an indicator table (n, n_labels)
    sample_weight : shape (n,)

    Examples
    --------
    >>> hamming_loss([[0, 1], [1, 1]], [[0, 1], [0, 1]])
    0.25
    """
    targets = check_predictions(y_true, y_pred, sample_weight)
    wrong = targets.y_true != targets.y_pred
    return weighted_mean(wrong.mean(axis=1) if wrong.ndim == 2 else wrong, targets.weight)


def balanced_accuracy_score(
    y_true: VectorLike, y_pred: VectorLike, *, sample_weight: VectorLike | None = None, adjusted: bool = False
) -> float:
    """Return the mean of every class's recall, so that a rare class counts as much as a common one.

    Parameters
    ----------
    y_true, y_pred : labels, shape (n,)
    sample_weight : shape (n,)
    adjusted : rescale, so that guessing gives 0 and perfection 1

    Examples
    --------
    >>> balanced_accuracy_score([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    check_options("balanced_accuracy_score", {"adjusted": boolean}, adjusted=adjusted)
    C = confusion_matrix(y_true, y_pred, sample_weight=sample_weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        recall = np.diag(C) / C.sum(axis=1)
    if np.isnan(recall).any():
        warn("y_pred contains classes not in y_true; they are left out of the mean.")
        recall = recall[~np.isnan(recall)]
    score = float(np.mean(recall))
    if not adjusted:
        return score
    chance = 1.0 / len(recall)
    if chance == 1.0:
        found = float("nan") if score == 1.0 else -float("inf")
        warn_undefined(f"The adjusted balanced accuracy of a single class divides by 0; {found} is returned.")
        return found
    return (score - chance) / (1.0 - chance)


def matthews_corrcoef(y_true: VectorLike, y_pred: VectorLike, *, sample_weight: VectorLike | None = None) -> float:
    """Return Matthews' correlation coefficient: 1 for perfection, 0 for guessing, -1 for the opposite.

    Parameters
    ----------
    y_true, y_pred : labels, shape (n,)
    sample_weight : shape (n,)

    Returns
    -------
    score : in [-1, 1]; 0.0 if either has one label only, where the quotient is 0 / 0

    Examples
    --------
    >>> round(matthews_corrcoef([1, 1, 1, 0], [1, 0, 1, 1]), 4)
    -0.3333
    """
    C = confusion_matrix(y_true, y_pred, sample_weight=sample_weight).astype(np.float64)
    t, p = C.sum(axis=1), C.sum(axis=0)
    n = p.sum()
    both_vary = (n**2 - p @ p) * (n**2 - t @ t)
    if both_vary == 0:
        return 0.0
    return float((np.trace(C) * n - t @ p) / np.sqrt(both_vary))


def cohen_kappa_score(
    y1: VectorLike,
    y2: VectorLike,
    *,
    labels: VectorLike | None = None,
    weights: str | None = None,
    sample_weight: VectorLike | None = None,
    replace_undefined_by: float = np.nan,
) -> float:
    """Return Cohen's kappa: how far two annotators agree beyond chance.

    Parameters
    ----------
    y1, y2 : labels by the first and the second annotator, shape (n,)
    labels : which labels, in which order (the order matters to `weights`); None means all that occur, sorted
    weights : None counts every disagreement as one, "linear" as |i - j|, "quadratic" as (i - j)^2
    sample_weight : shape (n,)
    replace_undefined_by : what to return (with a warning) where kappa is 0 / 0

    Returns
    -------
    kappa : 1 for full agreement, 0 for agreement by chance

    Examples
    --------
    >>> round(cohen_kappa_score([0, 0, 1, 1], [0, 1, 1, 1]), 4)
    0.5
    """
    check_options("cohen_kappa_score", {"weights": one_of("linear", "quadratic", None)}, weights=weights)
    C = confusion_matrix(y1, y2, labels=labels, sample_weight=sample_weight).astype(np.float64)
    n = C.sum()
    if n == 0:
        warn_undefined(f"No sample has both labels among `labels`; kappa is 0 / 0 and set to {replace_undefined_by}.")
        return replace_undefined_by
    expected = np.outer(C.sum(axis=1), C.sum(axis=0)) / n
    index = np.arange(len(C), dtype=np.float64)
    distance = np.abs(index[:, None] - index)
    cost = {None: (distance > 0).astype(np.float64), "linear": distance, "quadratic": distance**2}[weights]
    by_chance = (cost * expected).sum()
    if by_chance == 0:
        warn_undefined(f"y1 and y2 hold one label only; kappa is 0 / 0 and set to {replace_undefined_by}.")
        return replace_undefined_by
    return float(1.0 - (cost * C).sum() / by_chance)
