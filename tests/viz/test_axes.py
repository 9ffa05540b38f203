"""Every picture may be drawn on axes that are given, and makes its own where none are."""

import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml import viz
from scratchml.core import record
from scratchml.svm import SVC

PICTURES = [name for name in viz.__all__ if name.startswith("draw_")]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_takes_axes_or_none(name):
    given = inspect.signature(getattr(viz, name)).parameters
    word = "axes" if name == "draw_merges" else "ax"  # two pictures side by side
    assert given[word].default is None


def test_pictures_of_machines_make_their_own_axes_where_none_are_given():
    X, y = np.array([[0.0, 0.0], [0.0, 1.0], [2.0, 0.0], [2.0, 1.0]]), [0, 0, 1, 1]
    model = SVC(kernel="linear")
    steps = record(model.steps(X, y))
    for ax in (viz.draw_gap(steps), viz.draw_margins(model.fit(X, y), X, y), viz.draw_decision_regions(model, X, y)):
        assert ax.has_data()
        plt.close(ax.figure)
