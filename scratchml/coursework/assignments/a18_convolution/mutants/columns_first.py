"""Places are walked column by column; rows of places come first."""

import numpy as np


def patches(image, h, w):
    """Swap the loops."""
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    return np.array([image[i : i + h, j : j + w].ravel() for j in range(columns) for i in range(rows)])
