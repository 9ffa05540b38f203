"""Top-k accuracy: is the true class among the k that score highest?

Idea. Where classes are many and alike, it is a success to name a few that hold the right one.

Maths. The mean (weighted) of [rank of the true class's score among the k_classes scores <= k].

Cost. O(n c log c) for c classes.

Differences. Same values as scikit-learn 1.9; of tied scores the class that comes last counts as higher, as there.

References. Russakovsky et al. (2015), Int. J. Comput. Vis. 115, section 4.
"""

from __future__ import annotations

import numpy as np

from ..core import check_same_length, column_or_1d
from ..core.rules import boolean, integer
from ..core.typing import MatrixLike, VectorLike
from .targets import (
    check_classes,
    check_kind,
    check_options,
    positions,
    read_labels,
    read_scores,
    read_weight,
    type_of_target,
    warn_undefined,
    weighted_mean,
)


def top_k_accuracy_score(
    y_true: VectorLike,
    y_score: VectorLike | MatrixLike,
    *,
    k: int = 2,
    normalize: bool = True,
    sample_weight: VectorLike | None = None,
    labels: VectorLike | None = None,
) -> float:
    """Return the share of samples whose true class is among the k of highest score.

    Parameters
    ----------
    y_true : labels, shape (n,)
    y_score : shape (n, n_classes), columns in sorted order of the classes; (n,) for two classes
    k : how many classes are named, at least 1; k of at least the number of classes is always right, and warns
    normalize : False gives the (weighted) number of samples instead
    sample_weight : shape (n,)
    labels : all classes, sorted, where y_true may lack some

    Raises
    ------
    ValueError
        If the number of columns differs from that of the classes.

    Examples
    --------
    >>> top_k_accuracy_score([0, 1, 2, 2], [[0.5, 0.2, 0.2], [0.3, 0.4, 0.2], [0.2, 0.4, 0.3], [0.7, 0.2, 0.1]])
    0.75
    """
    check_options("top_k_accuracy_score", {"k": integer(1), "normalize": boolean}, k=k, normalize=normalize)
    y = column_or_1d(read_labels(y_true, "y_true"), name="y_true")
    kind = type_of_target(y, name="y_true")
    check_kind(kind, ("binary", "multiclass"))
    if kind == "binary" and labels is not None and len(labels) > 2:
        kind = "multiclass"
    scores = read_scores(y_score, "y_score")
    weight = read_weight(sample_weight, check_same_length(y_true=y, y_score=scores))
    if kind == "binary":
        scores = column_or_1d(scores, name="y_score")
    elif scores.ndim != 2:
        raise ValueError(
            "`y_score` needs to be of shape `(n_samples, n_classes)`, since `y_true` contains multiple classes. Got "
            f"`y_score.shape={scores.shape}`."
        )
    classes = check_classes(y, scores.shape[1] if scores.ndim == 2 else 2, labels)
    if k >= len(classes):
        warn_undefined(f"k={k} of {len(classes)} classes: every class is named, so the score says nothing.")
    true = positions(y, classes)
    if kind == "multiclass":
        named = np.argsort(scores, axis=1, kind="stable")[:, ::-1][:, :k]
        hits = (named == true[:, None]).any(axis=1)
    elif k == 1:
        border = 0.5 if scores.min() >= 0 and scores.max() <= 1 else 0.0  # probabilities, or decision values
        hits = (scores > border) == true
    else:
        hits = np.ones(len(y), dtype=np.bool_)
    return weighted_mean(hits, weight, normalize)
