"""Pictures of agents: what is drawn where, what is written, errors. (That they look right was seen by eye.)"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from scratchml.rl import CliffWalking, FrozenLake, GridWorld, QLearning, Taxi, policy_iteration
from scratchml.viz import (
    draw_actions,
    draw_returns,
    draw_values,
    draw_visits,
    episode_gif,
    episode_text,
    walk_episode,
)
from scratchml.viz.rl import _short


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture(scope="module")
def plan():
    return policy_iteration(GridWorld(), 0.9)


def test_values_are_shaded_where_they_belong_and_walls_are_left_out(ax, plan):
    assert draw_values(GridWorld(), plan.values, plan.policy, ax) is ax
    shades = ax.images[0].get_array()
    assert np.ma.getmaskarray(shades).tolist() == [[False] * 3 + [True], [False, True, False, True], [False] * 4]
    assert shades[2, 0] == plan.values[8]
    assert sorted(text.get_text() for text in ax.texts if text.get_text()) == ["G", "S", "X"]
    assert ax.get_title()


def test_arrows_point_where_the_policy_goes(ax, plan):
    draw_values(GridWorld(), plan.values, plan.policy, ax)
    arrows = [text for text in ax.texts if not text.get_text()]
    assert len(arrows) == 9  # twelve cells without wall, goal and pit
    first = arrows[0]  # the cell at the top left: to the right
    assert plan.policy[0] == 2
    assert first.xy[0] > first.xyann[0]
    assert first.xy[1] == first.xyann[1] == 0


def test_where_no_action_is_better_there_is_a_dot_and_no_arrow(ax, plan):
    draw_values(GridWorld(), plan.values, [-1, *plan.policy[1:]], ax)
    assert [([0], [0])] == [(list(line.get_xdata()), list(line.get_ydata())) for line in ax.lines]
    assert 8 == len([text for text in ax.texts if not text.get_text()])  # one arrow less than above


def test_an_action_that_is_no_move_shows_its_letter(ax):
    env, best = Taxi(), policy_iteration(Taxi(), 0.9)
    draw_values(env, best.values, best.policy, ax, layout=env.layout(0, 1))
    assert "P" in [text.get_text() for text in ax.texts]  # at R, where the passenger waits
    assert len(ax.lines) == len(env.walls) == 6


def test_four_triangles_for_each_cell_and_the_best_ones_outlined(ax, plan):
    assert draw_actions(GridWorld(), plan.q, ax) is ax
    shaded, outlined = (c for c in ax.collections if isinstance(c, PolyCollection))
    assert len(shaded.get_paths()) == 9 * 4
    assert len(outlined.get_paths()) >= 9
    top_left = [path.vertices[:3] for path in shaded.get_paths()[:4]]
    centres = [tuple(np.sign(np.round(triangle.mean(axis=0), 9)).astype(int)) for triangle in top_left]
    assert centres == [(-1, 0), (0, 1), (1, 0), (0, -1)]  # (x, y): left, down, right, up; y grows downwards
    assert shaded.get_array()[:4].tolist() == plan.q[0].tolist()


def test_visits_are_written_in_their_cells(ax):
    visits = np.arange(48).reshape(12, 4) * 100
    draw_visits(GridWorld(), visits, ax)
    texts = [text.get_text() for text in ax.texts]
    assert "600" in texts
    assert "2.2k" in texts
    assert [_short(n) for n in (0, 999, 1000, 12_345, 999_499, 1_000_000)] == ["0", "999", "1k", "12.3k", "999k", "1M"]


def test_returns_are_moving_means(ax):
    draw_returns({"one": [0.0, 2.0, 4.0], "two": [1.0, 1.0, 1.0]}, ax, window=2, best=3.0)
    assert ax.lines[0].get_xydata().tolist() == [[2, 1], [3, 3]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "two", "the best policy's"]
    assert draw_returns([1.0, 3.0], ax, window=100).lines[-1].get_xydata().tolist() == [[2, 2]]


def test_an_episode_as_moments_and_text():
    env, policy = CliffWalking(), policy_iteration(CliffWalking()).policy
    frames = walk_episode(env, policy)
    assert len(frames) == 14
    assert (frames[0].state, frames[0].action, frames[-1].state, frames[-1].total) == (36, None, 47, -13.0)
    assert env.s == -1, "the environment given is left alone"
    text = episode_text(env, policy, max_steps=3)
    assert text.count("step") == 3
    assert "x  C  C" in text


def test_an_episode_as_gif(tmp_path):
    from PIL import Image

    env, best = FrozenLake(is_slippery=False), policy_iteration(FrozenLake(is_slippery=False), 0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frames = episode_gif(env, best.policy, tmp_path / "walk.gif", values=best.values)
    with Image.open(tmp_path / "walk.gif") as picture:
        assert picture.format == "GIF"
        assert picture.n_frames == len(frames) == 7


def test_a_new_figure_is_made_where_no_ax_is_given():
    ax = draw_visits(FrozenLake(), QLearning(n_steps=100, random_state=0).fit(FrozenLake()).visits_)
    assert ax.figure is not None
    plt.close(ax.figure)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda ax: draw_values(FrozenLake(), np.zeros(15), ax=ax), "values has shape"),
        (lambda ax: draw_actions(FrozenLake(), np.zeros(16), ax), "q has shape"),
        (lambda ax: draw_visits(FrozenLake(), np.zeros((15, 4)), ax), "visits has shape"),
        (lambda ax: draw_values(FrozenLake(), np.zeros(16), ax=ax, layout=[0, 1]), "layout of shape"),
        (lambda ax: draw_values(FrozenLake(), np.zeros(16), ax=ax, layout=[[16]]), "outside -1 ... 15"),
        (lambda ax: draw_returns([], ax), "no episode was finished"),
        (lambda ax: draw_returns([1.0], ax, window=0), "window=0"),
    ],
)
def test_what_does_not_fit_is_named(draw, message, ax):
    with pytest.raises(ValueError, match=message):
        draw(ax)


def test_where_nothing_is_learnt_yet_all_cells_are_dark():
    ax = draw_values(FrozenLake(), np.zeros(16))
    assert (0.0, 1.0) == ax.images[0].get_clim()
    plt.close(ax.figure)
