"""The stride is ignored: the kernel stops at every place."""

import numpy as np


def convolve(image, kernel, stride):
    """Use stride 1."""
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    return np.array([[(image[i : i + h, j : j + w] * kernel).sum() for j in range(columns)] for i in range(rows)])
