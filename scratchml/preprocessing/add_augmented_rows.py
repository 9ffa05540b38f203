"""Changed copies beside the given rows: augmentation as a sampler, a step that makes more rows while fitting.

Idea
----
An augmenter alone replaces each row by a changed one: right where a model sees the rows anew in every epoch. A model
that sees its rows once learns more from the rows as they are *and* some changed copies, with the labels repeated.

Maths
-----
None.

Cost
----
That of the augmenter, for n copies rows.

Differences
-----------
Not there in scikit-learn and imbalanced-learn, where this would be written by hand before fitting; then changed copies
of a row that is held out later are trained on. As a step of `Pipeline` it sees the training rows only.

References
----------
P. Y. Simard, D. Steinkraus, J. C. Platt (2003), "Best practices for convolutional neural networks applied to visual
document analysis", ICDAR, section 2.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, SamplerMixin, check_same_length, clone, count_samples
from ..core.rules import either, has_methods, integer, none
from ..core.tags import Tags
from ..core.typing import FloatArray, MatrixLike, VectorLike
from ..core.validation import take_rows
from .random_noise import RandomNoise


class AddAugmentedRows(SamplerMixin, BaseEstimator):
    """Append changed copies of the rows, with the same labels: a sampler, at work while fitting only.

    Parameters
    ----------
    transformer : what changes the copies by its ``fit_transform``: an augmenter, or a pipeline of several. It must keep
        the number of rows and columns. None is `RandomNoise()`
    copies : how many of each row

    Attributes
    ----------
    transformer_ : the transformer, fitted to the copies
    parents_ : int array (n copies,), the row of X that each new row comes from
    synthetic_indices_ : int array (n copies,), where the new rows stand in the result: after the given ones
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Simard, Steinkraus, Platt (2003), section 2.

    Examples
    --------
    >>> from scratchml.preprocessing import AddAugmentedRows, RandomShift
    >>> sampler = AddAugmentedRows(RandomShift(1, image_shape=(1, 3), random_state=0), copies=2)
    >>> X, y = sampler.fit_resample([[1.0, 2.0, 3.0]], ["a"])
    >>> X.tolist(), y
    ([[1.0, 2.0, 3.0], [2.0, 3.0, 0.0], [1.0, 2.0, 3.0]], ['a', 'a', 'a'])
    """

    _rules: ClassVar = {"transformer": either(none, has_methods("fit_transform")), "copies": integer(1)}

    def __init__(self, transformer: Any = None, *, copies: int = 1) -> None:
        self.transformer = transformer
        self.copies = copies

    def fit(self, X: MatrixLike, y: VectorLike | None = None) -> Self:
        """Check X (n, d), y and the parameters; nothing is made. Return self.

        Raises
        ------
        TypeError, ValueError
            As `fit_resample`.
        """
        self._read(X, y)
        return self

    def _read(self, X: MatrixLike, y: VectorLike | None) -> FloatArray:
        self._check_params()
        found = self._check_X(X, fitting=True)
        if y is not None:
            check_same_length(X=found, y=np.empty(count_samples(y, "y")))
        return found

    def fit_resample(self, X: MatrixLike, y: VectorLike | None = None) -> tuple[FloatArray, Any]:
        """Return X (n (1 + copies), d), the given rows first, and y repeated, as what it came in.

        y may be anything with a row for each row of X: classes, numbers, several columns, or None.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, or y of another length; for a transformer that does not keep rows and columns.
        """
        found = self._read(X, y)
        self.parents_ = np.tile(np.arange(len(found)), self.copies)
        self.synthetic_indices_ = np.arange(len(found), len(found) + len(self.parents_))
        self.transformer_ = RandomNoise() if self.transformer is None else clone(self.transformer)
        more = None if y is None else take_rows(y, self.parents_)
        made = np.asarray(self.transformer_.fit_transform(found[self.parents_], more), dtype=np.float64)
        if made.shape != (len(self.parents_), found.shape[1]):
            raise ValueError(
                f"{type(self.transformer_).__name__} made {made.shape} of {(len(self.parents_), found.shape[1])}; "
                "give a transformer that keeps the number of rows and columns."
            )
        every = np.concatenate([np.arange(len(found)), self.parents_])
        return np.concatenate([found, made]), None if y is None else take_rows(y, every)

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(RandomNoise())]

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.requires_y = False
        return tags
