"""Pictures of support vector machines show what they are said to show."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml.core import record
from scratchml.svm import SVC
from scratchml.viz.svm import draw_gap, draw_margins

X, Y = np.array([[0.0, 0.0], [0.0, 1.0], [2.0, 0.0], [2.0, 1.0], [3.0, 0.5]]), [0, 0, 1, 1, 1]


@pytest.fixture
def axes():
    fig, axes = plt.subplots()
    yield axes
    plt.close(fig)


def test_every_support_vector_has_a_ring_and_larger_alphas_larger_ones(axes):
    model = SVC(kernel="linear", C=10.0).fit(X, Y)
    draw_margins(model, X, Y, axes)
    rings = axes.collections[-1]
    np.testing.assert_allclose(rings.get_offsets(), X[model.support_])
    size, alpha = rings.get_sizes(), np.abs(model.dual_coef_[0])
    assert len(size) == len(alpha)
    assert (np.argsort(size, kind="stable") == np.argsort(alpha, kind="stable")).all()


def test_the_gap_curve_has_a_point_for_each_move(axes):
    steps = record(SVC().steps(X, Y))
    draw_gap(steps, axes)
    moves = [s for s in steps if s.name == "move"]
    assert axes.lines[0].get_ydata().tolist() == [s.violation for s in moves]
    assert axes.get_yscale() == "log"


def test_what_cannot_be_drawn_says_so(axes):
    with pytest.raises(ValueError, match="two features"):
        draw_margins(SVC().fit(np.c_[X, X], Y), np.c_[X, X], Y, axes)
    with pytest.raises(ValueError, match="no step"):
        draw_gap([], axes)
