"""Images beside what an augmenter makes of them: what is drawn, and what is refused."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml.datasets import load_digits
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import RandomNoise, RandomRotation, RandomShift
from scratchml.viz import draw_augmented


def test_the_sheet_shows_given_rows_and_changed_ones():
    X = load_digits().data[:2]
    mover = RandomShift(random_state=0)
    ax = draw_augmented(mover, X, times=3)
    sheet = np.ma.filled(ax.images[0].get_array(), np.nan)
    assert sheet.shape == (17, 35)  # 8 pixels a side, and a gap of one
    expected = RandomShift(random_state=0).fit_transform(np.repeat(X, 3, axis=0)).reshape(2, 3, 8, 8)
    np.testing.assert_array_equal(sheet[:8, :8], X[0].reshape(8, 8))
    np.testing.assert_array_equal(sheet[9:, 9:17], expected[1, 0])
    assert np.isnan(sheet[8]).all()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["given", "1", "2", "3"]
    assert ax.get_xticks().tolist() == [3.5, 12.5, 21.5, 30.5]
    plt.close(ax.figure)


def test_pipelines_and_colours_are_drawn_too(rng):
    ax = plt.figure().add_subplot()
    both = make_pipeline(RandomRotation(), RandomNoise())
    assert draw_augmented(both, load_digits().data[:1], ax) is ax
    colours = draw_augmented(RandomShift(image_shape=(4, 4, 3)), rng.random((1, 48)), times=1)
    assert colours.images[0].get_array().shape == (4, 9, 3)
    plt.close("all")


def test_rows_that_are_no_images_are_a_clear_error(rng):
    with pytest.raises(ValueError, match="rows of 6 columns are no images"):
        draw_augmented(RandomNoise(), rng.random((1, 6)))
