"""Label encoding: the classes of a target become the whole numbers 0, 1, 2, ...

Idea
----
Words are sorted, and each gets its place in the sorted list. This is for targets y; columns of X have `OrdinalEncoder`.

Maths
-----
::

    classes[z_i] == y_i

Cost
----
O(n) look-ups for words, O(n log n) for numbers.

Differences
-----------
From scikit-learn: None as a label is refused where it cannot be sorted, NaN stands last.

References
----------
G. Micci-Barreca (2001), SIGKDD Explorations 3(1), section 2.
"""

from __future__ import annotations

from typing import Self

import numpy as np

from ..core import BaseEstimator, TransformerMixin, check_finite, check_is_fitted, column_or_1d
from ..core.tags import Tags
from ..core.typing import Array, IntArray, VectorLike
from .categories import distinct_values, find_codes


def as_labels(y: VectorLike) -> Array:
    """Return y (n,), an array of labels of any kind.

    Raises
    ------
    TypeError, ValueError
        For None, a dict, sparse y, several columns, infinity.
    """
    found = column_or_1d(y, warn=True)
    check_finite(found, "y", allow_nan=True)
    return found


class LabelEncoder(TransformerMixin, BaseEstimator):
    """Number the classes of a target, 0 to k - 1.

    Attributes
    ----------
    classes_ : array of shape (k,), sorted

    References
    ----------
    Micci-Barreca, section 2.

    Examples
    --------
    >>> from scratchml.preprocessing import LabelEncoder
    >>> coder = LabelEncoder().fit(["red", "blue", "red"])
    >>> coder.transform(["red", "blue"]).tolist(), coder.inverse_transform([0]).tolist()
    ([1, 0], ['blue'])
    """

    def fit(self, y: VectorLike) -> Self:
        """Find the classes of y (n,).

        Raises
        ------
        TypeError, ValueError
            For a y that is no list of labels.
        """
        self.classes_ = distinct_values(as_labels(y))
        return self

    def fit_transform(self, y: VectorLike) -> IntArray:  # type: ignore[override]
        """Return the numbers of y's own classes, shape (n,)."""
        return self.fit(y).transform(y)

    def transform(self, y: VectorLike) -> IntArray:
        """Return each label's number, shape (n,).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            For a label that ``fit`` did not see.
        """
        check_is_fitted(self, "classes_")
        labels = as_labels(y)
        if not len(labels):
            return np.empty(0, dtype=np.int64)
        codes = find_codes(labels, self.classes_)
        if (codes < 0).any():
            unseen = distinct_values(labels[codes < 0]).tolist()
            raise ValueError(f"y contains previously unseen labels: {unseen}")
        return codes

    def inverse_transform(self, y: VectorLike) -> Array:
        """Return the label of each number, shape (n,).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            For a number that is none of 0 to k - 1.
        """
        check_is_fitted(self, "classes_")
        numbers = as_labels(y)
        if not len(numbers):
            return np.empty(0, dtype=self.classes_.dtype)
        wrong = ~np.isin(numbers, np.arange(len(self.classes_)))
        if wrong.any():
            raise ValueError(f"y contains previously unseen labels: {numbers[wrong][:5].tolist()}")
        found: Array = self.classes_[numbers.astype(np.int64)]
        return found

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.two_d_array, tags.one_d_labels = False, True
        return tags
