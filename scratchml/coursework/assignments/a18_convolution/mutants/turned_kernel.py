"""The kernel is turned round, as mathematicians convolve; networks slide it as it is."""

import numpy as np


def convolve(image, kernel, stride):
    """Flip the kernel."""
    h, w = kernel.shape
    rows, columns = (image.shape[0] - h) // stride + 1, (image.shape[1] - w) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = image[i * stride : i * stride + h, j * stride : j * stride + w]
            out[i, j] = (patch * kernel[::-1, ::-1]).sum()
    return out
