"""Both ways back from patches to an image: by runs of pixels, and pixel by pixel."""

import numpy as np
import pytest

from scratchml.neural_network.layers.patches import FEW, add_pixels, add_runs, scatter_patches, slide


@pytest.mark.parametrize("channels", [1, FEW - 1, FEW, 7])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
def test_runs_and_pixels_add_up_to_the_same(rng, stride, padding, channels):
    for size, kernel in (((5, 6), (3, 3)), ((4, 7), (1, 2)), ((3, 3), (3, 3)), ((2, 9), (2, 5))):
        window = slide(size, kernel, stride, padding)
        patches = rng.integers(-9, 10, size=(window.columns, kernel[0] * kernel[1] * channels)).astype(float)
        for p in range(kernel[0]):
            found, expected = np.zeros(size[1] * channels), np.zeros(size[1] * channels)
            add_pixels(patches, found, p, channels, window)
            add_runs(patches, expected, p, channels, window)
            np.testing.assert_array_equal(found, expected)  # whole numbers: the order of additions does not matter


def test_channels_scattered_together_are_channels_scattered_alone(rng):
    window, many = slide((5, 6), (3, 2), (1, 2), "same"), FEW + 2
    rows = rng.integers(-9, 10, size=(2 * window.rows * window.columns, 6, many)).astype(float)
    together, alone = np.empty((2, 5, 6 * many)), np.empty((2, 5, 6))
    scatter_patches(rows.reshape(len(rows), -1), together, many, window)
    for c in range(many):
        scatter_patches(np.ascontiguousarray(rows[:, :, c]), alone, 1, window)
        np.testing.assert_array_equal(together.reshape(2, 5, 6, many)[..., c], alone)
