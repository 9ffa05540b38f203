"""Convolution: one small pattern, everywhere.

The same few weights look at every place of an image. That is a matrix product of patches with the kernel, and its
backward pass sends every slope to the patch it came from.
Write the functions below. Grade the file with ``scratchml course grade a18_convolution.py``.

References: Y. LeCun et al. (1998), Gradient-based learning applied to document recognition; I. Goodfellow, Y. Bengio
and A. Courville (2016), Deep learning, chapter 9.
"""

import numpy as np


def pad(image, p):
    """Return the image, (rows, columns), with p zeros on each side.

    >>> pad(np.array([[1.0]]), 1)
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    raise NotImplementedError("pad is yours to write")


def convolve(image, kernel, stride):
    """Return the cross-correlation of image, (rows, columns), and kernel, (h, w), both arrays of numbers.

    >>> convolve(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 10.0]]), 1)
    array([[21., 32.]])
    """
    raise NotImplementedError("convolve is yours to write")


def patches(image, h, w):
    """Return the patches of size (h, w) as rows of a table, (places, h * w).

    >>> patches(np.array([[1.0, 2.0, 3.0]]), 1, 2)
    array([[1., 2.],
           [2., 3.]])
    """
    raise NotImplementedError("patches is yours to write")


def kernel_gradient(image, slope):
    """Return the slope in the kernel, (h, w). slope is that in the output, (rows - h + 1, columns - w + 1).

    >>> kernel_gradient(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 10.0]]))
    array([[21., 32.]])
    """
    raise NotImplementedError("kernel_gradient is yours to write")


def image_gradient(slope, kernel):
    """Return the slope in the image, (rows, columns). slope is that in the output, kernel is (h, w).

    >>> image_gradient(np.array([[1.0, 10.0]]), np.array([[1.0, 2.0]]))
    array([[ 1., 12., 20.]])
    """
    raise NotImplementedError("image_gradient is yours to write")


def max_pool(image, p):
    """Return the largest number of each block. image is (rows, columns), multiples of p.

    >>> max_pool(np.array([[1.0, 2.0], [4.0, 3.0]]), 2)
    array([[4.]])
    """
    raise NotImplementedError("max_pool is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
