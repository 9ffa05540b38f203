"""Number by number."""

import numpy as np


def kernel_gradient(image, slope):
    """Sum what each weight met."""
    h, w = image.shape[0] - slope.shape[0] + 1, image.shape[1] - slope.shape[1] + 1
    out = np.zeros((h, w))
    for a in range(h):
        for b in range(w):
            out[a, b] = (slope * image[a : a + slope.shape[0], b : b + slope.shape[1]]).sum()
    return out


def max_pool(image, p):
    """Look at each block."""
    rows, columns = image.shape[0] // p, image.shape[1] // p
    return [[max(image[i * p : i * p + p, j * p : j * p + p].ravel()) for j in range(columns)] for i in range(rows)]
