"""Label binarising: a target of k classes becomes k columns, one against the rest.

Idea
----
Methods that can only tell two classes apart meet k classes as k questions: is it this one? Two classes are one
question.

Maths
-----
::

    z_ij = pos_label if y_i = classes[j] else neg_label        the inverse: the class of the largest column

Cost
----
O(n k) numbers written.

Differences
-----------
From scikit-learn: results are dense; `sparse_output=True` and sparse y are refused. A y of several columns must be an
indicator matrix of zeros and ones.

References
----------
C. M. Bishop, "Pattern recognition and machine learning", section 4.1.2 (one against the rest).
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, TransformerMixin, check_array, check_is_fitted, check_labels, count_samples
from ..core.rules import boolean, integer
from ..core.tags import Tags
from ..core.typing import Array, IntArray, MatrixLike, VectorLike
from .categories import find_codes


def indicators(y: Any) -> IntArray | None:
    """Return y (n, k) if it is a matrix of zeros and ones with two or more columns, None if it is one list of labels.

    Raises
    ------
    ValueError
        For several columns of anything else.
    """
    found = check_array(y, name="y", dtype=None, ensure_2d=False)
    if found.ndim != 2 or found.shape[1] < 2:
        return None
    if found.dtype.kind not in "biuf" or not np.isin(found, (0, 1)).all():
        raise ValueError(
            "Multioutput target data is not supported with label binarization; give one list of labels, or an "
            "indicator matrix of zeros and ones."
        )
    return found.astype(np.int64)


class LabelBinarizer(TransformerMixin, BaseEstimator):
    """Turn labels into columns, one for each class (two classes: one column, for the second).

    Parameters
    ----------
    neg_label, pos_label : what stands for "no" and for "yes"
    sparse_output : False; True is refused: results are dense here

    Attributes
    ----------
    classes_ : array of shape (k,), sorted
    y_type_ : "binary", "multiclass" or "multilabel-indicator"
    sparse_input_ : False

    References
    ----------
    Bishop, section 4.1.2.

    Examples
    --------
    >>> from scratchml.preprocessing import LabelBinarizer
    >>> LabelBinarizer().fit_transform(["a", "c", "b"]).tolist()
    [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    """

    _rules: ClassVar = {"neg_label": integer(), "pos_label": integer(), "sparse_output": boolean}

    def __init__(self, *, neg_label: int = 0, pos_label: int = 1, sparse_output: bool = False) -> None:
        self.neg_label = neg_label
        self.pos_label = pos_label
        self.sparse_output = sparse_output

    def fit(self, y: VectorLike) -> Self:
        """Find the classes of y (n,), or the columns of an indicator matrix (n, k).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or y.
        """
        self._check_params()
        if self.neg_label >= self.pos_label:
            raise ValueError(f"neg_label={self.neg_label} must be strictly less than pos_label={self.pos_label}.")
        if self.sparse_output:
            raise ValueError("sparse_output=True is not supported: results are dense arrays; set sparse_output=False.")
        matrix = indicators(y)
        self.sparse_input_ = False
        if matrix is not None:
            self.y_type_, self.classes_ = "multilabel-indicator", np.arange(matrix.shape[1])
            return self
        self.classes_, _ = check_labels(y)
        self.y_type_ = "binary" if len(self.classes_) <= 2 else "multiclass"
        return self

    def fit_transform(self, y: VectorLike) -> IntArray:  # type: ignore[override]
        """Return the columns of y itself, shape (n, k), or (n, 1) for two classes."""
        return self.fit(y).transform(y)

    def transform(self, y: VectorLike) -> IntArray:
        """Return a column for each class, shape (n, k), or (n, 1) for two classes; unseen labels are "no" everywhere.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            For an indicator matrix where ``fit`` saw labels, or of another width.
        """
        check_is_fitted(self, "classes_")
        matrix, k = indicators(y), len(self.classes_)
        if matrix is not None:
            if self.y_type_ != "multilabel-indicator":
                raise ValueError("The object was not fitted with multilabel input.")
            if matrix.shape[1] != k:
                raise ValueError(f"y has {matrix.shape[1]} columns, but fit saw {k}.")
            return np.where(matrix == 1, self.pos_label, self.neg_label)
        classes, codes = check_labels(y)
        places = find_codes(classes, self.classes_)[codes]
        Z = np.full((len(codes), k), self.neg_label, dtype=np.int64)
        if k == 1:
            return Z
        known = places >= 0
        Z[np.flatnonzero(known), places[known]] = self.pos_label
        return Z[:, 1:] if k == 2 and self.y_type_ == "binary" else Z

    def inverse_transform(self, Y: MatrixLike, threshold: float | None = None) -> Array:
        """Return the labels, shape (n,): those of the largest column, or of one column above `threshold`.

        Parameters
        ----------
        Y : array of shape (n, k), or (n, 1) or (n,) for two classes; may be scores
        threshold : None means half way between `neg_label` and `pos_label`

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If Y has another number of columns.
        """
        check_is_fitted(self, "classes_")
        scores, k = check_array(Y, name="Y", ensure_2d=False), len(self.classes_)
        scores = scores.reshape(count_samples(scores), -1)
        middle = (self.pos_label + self.neg_label) / 2 if threshold is None else threshold
        allowed = (1, 2) if self.y_type_ == "binary" else (k,)
        if scores.shape[1] not in allowed:
            raise ValueError(f"Y has {scores.shape[1]} columns; with y of type {self.y_type_!r} give {allowed[0]}.")
        if self.y_type_ == "multilabel-indicator":
            return (scores > middle).astype(np.int64)
        if self.y_type_ == "multiclass":
            return np.asarray(self.classes_[scores.argmax(axis=1)])
        above = (scores[:, -1] > middle).astype(np.int64)
        return np.asarray(self.classes_[above if k == 2 else np.zeros_like(above)])

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.two_d_array, tags.one_d_labels = False, True
        return tags
