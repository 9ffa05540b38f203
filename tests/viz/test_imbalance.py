"""The picture of an over-sampler: what is drawn, on which axes, and what is refused."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml.imbalance import SMOTE, RandomUnderSampler
from scratchml.viz import draw_segments


def fitted():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 2)), np.repeat([0, 1], [20, 10])
    sampler = SMOTE(k_neighbors=3, random_state=0)
    return sampler, X, y, sampler.fit_resample(X, y)[0][30:]


def test_every_new_row_is_drawn_on_its_segment():
    sampler, X, y, made = fitted()
    ax = draw_segments(sampler, X, y)
    crosses = next(c for c in ax.collections if c.get_label() == "made").get_offsets()
    np.testing.assert_allclose(np.asarray(crosses), made, rtol=1e-15)
    assert len(ax.lines) == 10
    ends = [line.get_xydata() for line in ax.lines]
    assert [end.tolist() for end in ends] == X[sampler.parents_].tolist()
    assert ax.get_title().startswith("SMOTE: 10 rows")
    plt.close(ax.figure)


def test_one_row_stands_out_and_the_given_axes_are_drawn_on():
    sampler, X, y, made = fitted()
    ax = plt.figure().add_subplot()
    assert draw_segments(sampler, X, y, ax, row=4) is ax
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert {"class 0", "class 1", "made", "seed", "neighbour"} <= set(labels)
    assert ax.texts[0].xy == pytest.approx(made[4], rel=1e-15)
    seed = X[sampler.parents_[4, 0]]
    dotted = [line.get_xydata() for line in ax.lines if line.get_linestyle() == ":"]  # to the neighbours not drawn
    ends = {tuple(end) for _, end in dotted} | {tuple(X[sampler.parents_[4, 1]])}
    rare = sorted(X[20:].tolist(), key=lambda x: np.hypot(*(np.array(x) - seed)))
    assert ends == {tuple(x) for x in rare[1:4]}  # the seed itself comes first
    plt.close(ax.figure)


def test_no_class_is_left_out_however_many_there_are():
    X, y = np.arange(40.0).reshape(20, 2), np.r_[np.repeat(np.arange(8), 2), [0] * 4]
    sampler = SMOTE(k_neighbors=1, random_state=0)
    sampler.fit_resample(X, y)
    ax = draw_segments(sampler, X, y)
    drawn = [c for c in ax.collections if str(c.get_label()).startswith("class")]
    assert [c.get_label() for c in drawn] == [f"class {j}" for j in range(8)]
    assert sum(len(c.get_offsets()) for c in drawn) == 20
    plt.close(ax.figure)


def test_what_cannot_be_drawn_is_a_clear_error():
    sampler, X, y, _ = fitted()
    with pytest.raises(ValueError, match="two features"):
        draw_segments(sampler, np.ones((30, 3)), y)
    with pytest.raises(ValueError, match="RandomUnderSampler has made no rows"):
        draw_segments(RandomUnderSampler(), X, y)
    with pytest.raises(ValueError, match="row=10 is not among the 10"):
        draw_segments(sampler, X, y, row=10)
