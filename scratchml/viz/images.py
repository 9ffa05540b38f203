"""Pictures of rows that are images: one after another, or each beside what an augmenter made of it.

Idea
    Whether a digit that was turned can still be read is seen at once, and by nothing else.
Cost
    One picture for each row shown.
References
    Tufte (1983), The visual display of quantitative information: small multiples.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.axes import new_axes
from ..core.typing import FloatArray, MatrixLike

GAP = 0.08  # of an image's side, between two images


def draw_augmented(
    augmenter: Any, X: MatrixLike, ax: Any = None, times: int = 6, image_shape: tuple[int, ...] | None = None
) -> Any:
    """Draw each row of X as an image, and to its right what an augmenter makes of it several times; return `ax`.

    Parameters
    ----------
    augmenter : with ``fit_transform``: one of `RandomShift`, `RandomRotation`, `RandomNoise`, or a pipeline of them
    X : rows, shape (n, height width) or (n, height width channels): one line of images for each
    ax : Matplotlib axes; None: new ones
    times : how many changed images to draw
    image_shape : None: the augmenter's `image_shape_`, or square grey images

    Raises
    ------
    ValueError
        If rows are no images of that shape.
    """
    rows = np.asarray(X, dtype=np.float64)
    changed = np.asarray(augmenter.fit_transform(np.repeat(rows, times, axis=0)))
    shape = image_shape or getattr(augmenter, "image_shape_", None) or (round(rows.shape[1] ** 0.5),) * 2
    if int(np.prod(shape)) != rows.shape[1]:
        raise ValueError(f"rows of {rows.shape[1]} columns are no images of shape {tuple(shape)}; give image_shape.")
    images = np.concatenate([rows[:, None], changed.reshape(len(rows), times, -1)], axis=1)
    ax = new_axes(ax)
    sheet = tile(images.reshape(len(rows), times + 1, *shape))
    ax.imshow(sheet, cmap="cividis", vmin=rows.min(), vmax=rows.max())
    ax.set_xticks(middles(times + 1, shape[1]), ["given", *map(str, range(1, times + 1))])
    ax.set_yticks(middles(len(rows), shape[0]), [f"row {i}" for i in range(len(rows))])
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_title(f"{type(augmenter).__name__}: the same rows, changed at random")
    return ax


def gap_beside(side: int) -> int:
    """Return how many pixels lie between two images of this side."""
    return max(1, round(GAP * side))


def middles(n: int, side: int) -> FloatArray:
    """Return where the middles of n images (n,) of this side are on the sheet."""
    return np.asarray(np.arange(n) * (side + gap_beside(side)) + 0.5 * (side - 1), dtype=np.float64)


def tile(images: FloatArray) -> FloatArray:
    """Return images (a, b, h, w) or (a, b, h, w, channels) as one sheet, NaN in the gaps between them."""
    a, b, height, width = images.shape[:4]
    down, right = gap_beside(height), gap_beside(width)
    sheet = np.full((a * (height + down) - down, b * (width + right) - right, *images.shape[4:]), np.nan)
    for i in range(a):
        for j in range(b):
            top, left = i * (height + down), j * (width + right)
            sheet[top : top + height, left : left + width] = images[i, j]
    return sheet[..., 0] if sheet.ndim == 3 and sheet.shape[2] == 1 else sheet
