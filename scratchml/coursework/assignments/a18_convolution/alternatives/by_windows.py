"""Sliding windows and products of matrices."""

import numpy as np


def convolve(image, kernel, stride):
    """Multiply windows with the kernel in one product."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)[::stride, ::stride]
    return windows.reshape(*windows.shape[:2], -1) @ kernel.ravel()


def patches(image, h, w):
    """Reshape the windows."""
    return np.lib.stride_tricks.sliding_window_view(image, (h, w)).reshape(-1, h * w)


def image_gradient(slope, kernel):
    """Convolve the framed slope with the kernel turned round."""
    h, w = kernel.shape
    framed = np.pad(slope, ((h - 1, h - 1), (w - 1, w - 1)))
    return convolve(framed, kernel[::-1, ::-1], 1)
