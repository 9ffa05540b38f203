"""How the convolution assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question


def picture(rng, least=3):
    """Return an image that is not square."""
    return np.round(rng.normal(size=(int(rng.integers(least, 8)), int(rng.integers(least, 9)))) * 3, 0)


def with_frame(rng):
    """Return an image and the width of a frame."""
    return picture(rng), int(rng.integers(0, 3))


def with_kernel(rng):
    """Return an image, a kernel that is not symmetric, a stride."""
    return picture(rng), np.round(rng.normal(size=tuple(rng.integers(1, 4, size=2))) * 2, 0), int(rng.integers(1, 3))


def with_size(rng):
    """Return an image and a patch's size."""
    return (picture(rng), *(int(side) for side in rng.integers(1, 4, size=2)))


def image_and_slope(rng):
    """Return an image and a slope in an output of it."""
    image = picture(rng, 4)
    h, w = rng.integers(1, 4, size=2)
    return image, np.round(rng.normal(size=(image.shape[0] - h + 1, image.shape[1] - w + 1)), 1)


def slope_and_kernel(rng):
    """Return a slope in an output, and a kernel."""
    return np.round(picture(rng) / 2, 1), np.round(rng.normal(size=tuple(rng.integers(1, 4, size=2))) * 2, 0)


def with_blocks(rng):
    """Return an image of whole blocks."""
    p = int(rng.integers(1, 4))
    return np.round(rng.normal(size=(p * int(rng.integers(1, 4)), p * int(rng.integers(1, 4)))) * 5 - 4, 0), p


def forward(image, kernel):
    """Return the plain output, for the laws."""
    h, w = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(image, (h, w))
    return (windows * kernel).sum(axis=(2, 3))


def is_the_adjoint(rng, call):
    """<slope, convolve(x)> = <image_gradient(slope), x>."""
    slope, kernel = slope_and_kernel(rng)
    x = rng.normal(size=(slope.shape[0] + kernel.shape[0] - 1, slope.shape[1] + kernel.shape[1] - 1))
    left, right = (slope * forward(x, kernel)).sum(), (np.asarray(call(slope, kernel)) * x).sum()
    return None if abs(left - right) < 1e-8 * max(1.0, abs(left)) else "it is not the adjoint of the convolution"


def is_linear(rng, call):
    """Twice the image, twice the output."""
    image, kernel, stride = with_kernel(rng)
    same = np.allclose(np.asarray(call(2 * image, kernel, stride)), 2 * np.asarray(call(image, kernel, stride)))
    return None if same else "twice the image is not twice the output"


ROW = np.array([[1.0, 2.0, 3.0, 4.0]])
QUESTIONS = {
    "pad": Question(with_frame, edges={"no frame": (ROW, 0)}),
    "convolve": Question(
        with_kernel,
        edges={"as large as the image": (ROW, ROW, 1), "a stride that leaves a rest": (ROW, ROW[:, :1], 3)},
        laws={"it is linear": is_linear},
        growth=Growth(
            lambda rng, n: (rng.normal(size=(3, n)), np.ones((2, 2)), 1),
            1.0,
            reason="Each place of the output looks at one patch only.",
        ),
    ),
    "patches": Question(with_size, edges={"the whole image": (ROW, 1, 4)}),
    "kernel_gradient": Question(image_and_slope, edges={"one output": (ROW, np.array([[2.0]]))}, gradient=True),
    "image_gradient": Question(
        slope_and_kernel,
        edges={"one output": (np.array([[2.0]]), ROW)},
        gradient=True,
        laws={"it is the adjoint of the convolution": is_the_adjoint},
    ),
    "max_pool": Question(with_blocks, edges={"all negative": (-np.ones((2, 4)), 2), "blocks of one": (ROW, 1)}),
}
