"""Random shifts: each image is moved by some whole pixels, up or down and to the sides.

Idea
----
Whoever scanned the digit did not put it exactly in the middle. Moved by a pixel or two it means the same.

Maths
-----
With (a, b) drawn uniformly from -m ... m for each axis::

    new[r, c] = old[r - a, c - b]

Beyond the border lies `fill_value` (mode "constant") or the nearest pixel of the border (mode "nearest").

Cost
----
One pass over the pixels.

Differences
-----------
Whole pixels only, so that no pixel's value changes: what is moved back is what it was, but for what went over the
border. Equal to ``scipy.ndimage.shift`` with ``order=0``.

References
----------
P. Y. Simard, D. Steinkraus, J. C. Platt (2003), "Best practices for convolutional neural networks applied to visual
document analysis", ICDAR, section 2.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..core import check_random_state
from ..core.jit import kernel
from ..core.rules import Rule
from ..core.typing import Array, FloatArray, RandomStateLike
from .images import ImageAugmenter


@kernel
def shift_images(images: Array, shifts: Array, nearest: bool, fill: float, moved: Array) -> None:
    """Move image i by shifts[i] = (down, right) pixels.

    images (n, h, w, channels), shifts (n, 2): read. moved (n, h, w, channels): overwritten.
    """
    n, height, width, channels = images.shape
    for i in range(n):
        for r in range(height):
            for c in range(width):
                row, column = r - shifts[i, 0], c - shifts[i, 1]
                inside = 0 <= row < height and 0 <= column < width
                row, column = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
                for k in range(channels):
                    moved[i, r, c, k] = images[i, row, column, k] if inside or nearest else fill


def is_reach(value: Any) -> bool:
    """Say whether a value is an integer of at least 0, or a pair of them."""
    sizes = value if isinstance(value, (tuple, list)) else [value]
    if isinstance(value, (tuple, list)) and len(sizes) != 2:
        return False
    return all(isinstance(m, (int, np.integer)) and not isinstance(m, bool) and m >= 0 for m in sizes)


reach_rule = Rule(
    "an integer of at least 0, or a pair (down, sideways) of them",
    lambda value: isinstance(value, (int, np.integer, tuple, list)) and not isinstance(value, bool),
    is_reach,
)


class RandomShift(ImageAugmenter):
    """Move each image by up to `max_shift` pixels, in ``fit_transform`` only.

    Parameters
    ----------
    max_shift : pixels, along both axes, or (down, sideways); along an axis of m pixels never more than m - 1
    image_shape : (height, width) or (height, width, channels), one of them may be -1 for what is left of the columns;
        None for square grey images
    mode : "constant" (beyond the border lies `fill_value`) or "nearest" (the border's pixel)
    fill_value : what to fill in
    random_state : decides the shifts

    Attributes
    ----------
    image_shape_ : tuple (height, width, channels)
    shifts_ : int array (n, 2), how far each row of the last ``fit_transform`` was moved down and right
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Simard, Steinkraus, Platt (2003), section 2.

    Examples
    --------
    >>> from scratchml.preprocessing import RandomShift
    >>> shifter = RandomShift(1, image_shape=(1, 4), random_state=0)
    >>> shifter.fit_transform([[1.0, 2.0, 3.0, 4.0]] * 2).tolist()
    [[2.0, 3.0, 4.0, 0.0], [1.0, 2.0, 3.0, 4.0]]
    >>> shifter.transform([[5.0, 6.0, 7.0, 8.0]]).tolist()
    [[5.0, 6.0, 7.0, 8.0]]
    """

    _rules: ClassVar = {
        "max_shift": reach_rule,
        **ImageAugmenter._rules,
    }

    def __init__(
        self,
        max_shift: int | tuple[int, int] = 2,
        *,
        image_shape: tuple[int, ...] | None = None,
        mode: str = "constant",
        fill_value: float = 0.0,
        random_state: RandomStateLike = None,
    ) -> None:
        super().__init__(image_shape=image_shape, mode=mode, fill_value=fill_value, random_state=random_state)
        self.max_shift = max_shift

    def _augment(self, X: FloatArray) -> FloatArray:
        room = np.array(self.image_shape_[:2]) - 1
        reach = np.minimum(np.broadcast_to(self.max_shift, 2), room)
        rng = check_random_state(self.random_state)
        self.shifts_ = rng.randint(-reach, reach + 1, size=(len(X), 2)).astype(np.int64)
        images = X.reshape(-1, *self.image_shape_)
        moved = np.empty_like(images)
        shift_images(images, self.shifts_, self.mode == "nearest", float(self.fill_value), moved)
        return moved.reshape(X.shape)
