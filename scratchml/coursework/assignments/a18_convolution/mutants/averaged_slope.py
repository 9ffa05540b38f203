"""The slopes of all places are averaged; the loss's slope is their sum."""


def kernel_gradient(image, slope):
    """Divide by the number of places."""
    return convolve(image, slope, 1) / slope.size
