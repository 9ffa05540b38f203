"""The film of convolution: an edge detector walks over a letter."""

import numpy as np


def frames(functions):
    """Yield a drawing for each row of the output."""
    image = np.zeros((12, 12))
    image[2:10, 2:4] = image[2:4, 2:9] = image[8:10, 2:9] = 1.0
    out = np.asarray(functions.convolve(image, np.array([[1.0, 0.0, -1.0]] * 3), 1))

    def draw(rows):
        def on(ax):
            shown = np.full(out.shape, np.nan)
            shown[:rows] = out[:rows]
            ax.imshow(
                np.hstack([image, np.full((12, 1), np.nan), np.pad(shown, 1, constant_values=np.nan)]), cmap="PuOr"
            )
            ax.set(title=f"left the image, right {rows} rows of its vertical edges", xticks=[], yticks=[])

        return on

    for rows in range(1, out.shape[0] + 1):
        yield draw(rows)
