"""Random rotations: each image is turned a little about its centre.

Idea
----
Writing slants, cameras tilt. For each pixel of the turned image, look where it came from; that is between four pixels
of the old image, and their mean, weighted by nearness, is its value.

Maths
-----
With the centre at ((height - 1) / 2, (width - 1) / 2) and the pixel (u, v) away from it, turned by the angle t::

    (row, column) = centre + (u cos t + v sin t, -u sin t + v cos t)        where it came from
    f, g = row - floor(row), column - floor(column)
    new = (1 - f) (1 - g) old[0, 0] + (1 - f) g old[0, 1] + f (1 - g) old[1, 0] + f g old[1, 1]

with old[0, 0] the pixel at the floors. Beyond the border lies `fill_value` or the nearest pixel of the border.

Cost
----
About 20 operations for each pixel, 8 more for each channel.

Differences
-----------
Equal to ``scipy.ndimage.rotate`` with ``order=1, reshape=False`` and its mode "grid-constant" or "nearest". Quarter
turns of square images are exact: they only move pixels.

References
----------
R. C. Gonzalez, R. E. Woods (2018), "Digital Image Processing", 4th edition, section 2.6 (geometric transformations,
bilinear interpolation).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..core import check_random_state
from ..core.jit import kernel
from ..core.rules import real
from ..core.typing import Array, FloatArray, RandomStateLike
from .images import ImageAugmenter


@kernel
def pixel(image: Array, row: int, column: int, k: int, nearest: bool, fill: float) -> float:
    """Return a pixel, also beyond the border. image (h, w, channels): read."""
    height, width = image.shape[0], image.shape[1]
    if 0 <= row < height and 0 <= column < width:
        return float(image[row, column, k])
    if not nearest:
        return fill
    return float(image[min(max(row, 0), height - 1), min(max(column, 0), width - 1), k])


@kernel
def rotate_images(images: Array, cosines: Array, sines: Array, nearest: bool, fill: float, turned: Array) -> None:
    """Turn image i by the angle of cosines[i], sines[i] about its centre, from the column axis towards the row axis.

    images (n, h, w, channels), cosines, sines (n,): read. turned (n, h, w, channels): overwritten.
    """
    n, height, width, channels = images.shape
    middle, centre = 0.5 * (height - 1), 0.5 * (width - 1)
    for i in range(n):
        for r in range(height):
            for c in range(width):
                u, v = r - middle, c - centre
                row = middle + (u * cosines[i] + v * sines[i])
                column = centre + (v * cosines[i] - u * sines[i])
                top, left = int(np.floor(row)), int(np.floor(column))
                f, g = row - top, column - left
                for k in range(channels):
                    above = (1.0 - g) * pixel(images[i], top, left, k, nearest, fill)
                    above += g * pixel(images[i], top, left + 1, k, nearest, fill)
                    below = (1.0 - g) * pixel(images[i], top + 1, left, k, nearest, fill)
                    below += g * pixel(images[i], top + 1, left + 1, k, nearest, fill)
                    turned[i, r, c, k] = (1.0 - f) * above + f * below


def cosines_and_sines(degrees: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return cosine and sine of angles (n,) in degrees, exact for quarter turns."""
    quarters = np.round(degrees / 90.0)
    rest = np.deg2rad(degrees - 90.0 * quarters)  # within an eighth of a turn
    cosine, sine = np.cos(rest), np.sin(rest)
    turn = quarters.astype(np.int64) % 4
    pairs = [(cosine, sine), (-sine, cosine), (-cosine, -sine), (sine, -cosine)]
    return np.choose(turn, [pair[0] for pair in pairs]), np.choose(turn, [pair[1] for pair in pairs])


class RandomRotation(ImageAugmenter):
    """Turn each image about its centre by up to `max_angle` degrees either way, in ``fit_transform`` only.

    Parameters
    ----------
    max_angle : degrees, at most 180
    image_shape : (height, width) or (height, width, channels), one of them may be -1 for what is left of the columns;
        None for square grey images
    mode : "constant" (beyond the border lies `fill_value`) or "nearest" (the border's pixel)
    fill_value : what to fill in
    random_state : decides the angles

    Attributes
    ----------
    image_shape_ : tuple (height, width, channels)
    angles_ : array (n,), degrees by which each row of the last ``fit_transform`` was turned, counter-clockwise
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Gonzalez, Woods (2018), section 2.6.

    Examples
    --------
    >>> from scratchml.preprocessing import RandomRotation
    >>> turner = RandomRotation(30.0, image_shape=(3, 3), random_state=0)
    >>> turner.fit_transform([[0.0, 1.0, 0.0] * 3]).round(2)
    array([[0.05, 0.95, 0.  , 0.  , 1.  , 0.  , 0.  , 0.95, 0.05]])
    >>> turner.angles_.round(2)
    array([2.93])
    """

    _rules: ClassVar = {
        "max_angle": real(0.0, 180.0),
        **ImageAugmenter._rules,
    }

    def __init__(
        self,
        max_angle: float = 15.0,
        *,
        image_shape: tuple[int, ...] | None = None,
        mode: str = "constant",
        fill_value: float = 0.0,
        random_state: RandomStateLike = None,
    ) -> None:
        super().__init__(image_shape=image_shape, mode=mode, fill_value=fill_value, random_state=random_state)
        self.max_angle = max_angle

    def _augment(self, X: FloatArray) -> FloatArray:
        rng = check_random_state(self.random_state)
        self.angles_ = rng.uniform(-self.max_angle, self.max_angle, size=len(X))
        cosines, sines = cosines_and_sines(self.angles_)
        images = X.reshape(-1, *self.image_shape_)
        turned = np.empty_like(images)
        rotate_images(images, cosines, sines, self.mode == "nearest", float(self.fill_value), turned)
        return turned.reshape(X.shape)
