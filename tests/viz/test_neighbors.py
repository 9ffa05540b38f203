"""Pictures of the search for neighbours: what they show, edges and errors."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from scratchml.viz import draw_boxes


def test_the_picture_shows_each_box_once_and_says_what_was_measured():
    X = np.array([[0.0, 0.0], [1.0, 0.0], [8.0, 0.0], [9.0, 0.0]])
    ax = draw_boxes(X, [0.2, 0.0], 1, leaf_size=1)
    boxes = [(patch.get_xy(), patch.get_width()) for patch in ax.patches if isinstance(patch, Rectangle)]
    assert boxes == [((0.0, 0.0), 0.0), ((1.0, 0.0), 0.0), ((8.0, 0.0), 1.0)]
    assert ax.get_title() == "1 of 4 points measured, 2 boxes pruned"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["measured", "pruned", "nearest", "query"]
    plt.close(ax.figure)


def test_it_draws_where_it_is_told():
    figure, ax = plt.subplots()
    assert draw_boxes(np.eye(2), [0.0, 0.0], 2, ax=ax) is ax
    plt.close(figure)


def test_what_cannot_be_drawn_is_named():
    with pytest.raises(ValueError, match=r"a picture needs \(n, 2\) and \(2,\)"):
        draw_boxes(np.eye(3), [0.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="k=3 is not accepted; give 1 to 2"):
        draw_boxes(np.eye(2), [0.0, 0.0], 3)
