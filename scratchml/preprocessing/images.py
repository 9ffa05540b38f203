"""Images in the rows of a table, and what all augmenters of images have in common.

Idea
----
A picture of a 3 that is moved by a pixel is a picture of a 3 still, yet to a model that looks at pixel 27 it is another
row. Augmentation tells the model what does not matter by showing it: training rows are changed at random, their labels
stay. Rows to predict are left as they are.

Maths
-----
Pixel (r, c) of channel k of an image of shape (height, width, channels) stands in column (r width + c) channels + k of
its row: the order of ``image.ravel()``.

Cost
----
See the single augmenters: one pass over the pixels.

Differences
-----------
Images are rows (n, height width channels), not arrays of three or four dimensions: rows are what a scaler before and a
classifier after an augmenter take, and what `load_digits` gives. `fit_transform`, which is what a pipeline calls while
it is fitted, changes the rows; `transform`, which it calls to predict, does not (`TargetEncoder` differs in the two in
the same way). For changed copies beside the given rows: `AddAugmentedRows`.

References
----------
P. Y. Simard, D. Steinkraus, J. C. Platt (2003), "Best practices for convolutional neural networks applied to visual
document analysis", ICDAR, section 2.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, OneToOneFeatureMixin, TransformerMixin, check_is_fitted
from ..core.rules import Rule, one_of, random_state, real
from ..core.tags import Tags
from ..core.typing import FloatArray, MatrixLike, RandomStateLike, VectorLike

MODES = ("constant", "nearest")


def is_shape(value: Any) -> bool:
    """Say whether a value is (height, width) or (height, width, channels), at most one of them -1."""
    whole = [isinstance(size, (int, np.integer)) and not isinstance(size, bool) for size in value]
    if len(whole) not in (2, 3) or not all(whole):
        return False
    return list(value).count(-1) <= 1 and all(size >= 1 or size == -1 for size in value)


image_shape_rule = Rule(
    "None, or (height, width) or (height, width, channels), at most one of them -1",
    lambda value: value is None or isinstance(value, (tuple, list)),
    lambda value: value is None or is_shape(value),
)


def resolve_shape(image_shape: Any, d: int) -> tuple[int, int, int]:
    """Return (height, width, channels) of the images in rows of d numbers.

    Raises
    ------
    ValueError
        If there are none of that shape.
    """
    if image_shape is None:
        side = round(d**0.5)
        if side * side != d:
            raise ValueError(
                f"image_shape=None stands for square grey images, but rows of {d} columns are no squares; give "
                f"image_shape=(height, width) or (height, width, channels); (1, {d}) is a line of pixels."
            )
        return side, side, 1
    shape = [*image_shape, *[1] * (3 - len(image_shape))]
    known = int(np.prod([size for size in shape if size != -1]))
    if -1 in shape:
        shape[shape.index(-1)] = d // known
    if int(np.prod(shape)) != d:
        raise ValueError(f"image_shape={tuple(image_shape)} does not fit rows of {d} columns; give the images' shape.")
    return shape[0], shape[1], shape[2]


class Augmenter(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Base of the transformers that change rows at random in `fit_transform`, and leave them alone in `transform`."""

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Check the parameters against X (n, d); nothing is learned but its shape.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X.
        """
        self._read(X)
        return self

    def _read(self, X: MatrixLike) -> FloatArray:
        self._check_params()
        if getattr(X, "ndim", 2) > 2:
            raise ValueError(
                f"Found array with dim {np.ndim(X)}, while dim <= 2 is required by {type(self).__name__}: an image is "
                "a row; give X.reshape(len(X), -1), and its shape as image_shape."
            )
        return self._check_X(X, fitting=True)

    def fit_transform(self, X: MatrixLike, y: VectorLike | None = None, **fit_params: Any) -> FloatArray:
        """Return X (n, d) with each row changed at random: to train on. Another call draws anew.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X.
        """
        return self._augment(self._read(X))

    def _augment(self, X: FloatArray) -> FloatArray:
        """Return changed rows (n, d). X: read."""
        raise NotImplementedError(f"{type(self).__name__} must say how it changes rows.")

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return a copy of X (n, d), as it is: rows to predict are not changed.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            For a wrong X.
        """
        check_is_fitted(self, "n_features_in_")
        return np.array(self._check_X(X))

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.non_deterministic = True  # so that nobody expects fit_transform to be fit, then transform
        return tags


class ImageAugmenter(Augmenter):
    """Base of the augmenters that need to know where a pixel lies: `image_shape_` is (height, width, channels)."""

    _rules: ClassVar = {
        "image_shape": image_shape_rule,
        "mode": one_of(*MODES),
        "fill_value": real(-np.finfo(np.float64).max, np.finfo(np.float64).max),
        "random_state": random_state,
    }

    def __init__(
        self,
        *,
        image_shape: tuple[int, ...] | None,
        mode: str,
        fill_value: float,
        random_state: RandomStateLike,
    ) -> None:
        self.image_shape = image_shape
        self.mode = mode
        self.fill_value = fill_value
        self.random_state = random_state

    def _read(self, X: MatrixLike) -> FloatArray:
        found = super()._read(X)
        self.image_shape_ = resolve_shape(self.image_shape, found.shape[1])
        return found

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        augmenter: Any = cls
        return [augmenter(image_shape=(1, -1))]  # a line of pixels, however many columns there are
