"""What a picture of a step holds: its marks and lines, not its pixels."""

import warnings
from itertools import permutations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from scratchml import trace
from scratchml.cluster import DBSCAN, AgglomerativeClustering, KMeans
from scratchml.core import finish
from scratchml.decomposition import PCA
from scratchml.ensemble import GradientBoostingRegressor, IsolationForest, RandomForestClassifier, RandomForestRegressor
from scratchml.linear_model import Lasso, LogisticRegression, SGDClassifier
from scratchml.mixture import GaussianMixture
from scratchml.neural_network import MLPClassifier, MLPRegressor
from scratchml.rl import FrozenLake, QLearning
from scratchml.svm import SVC
from scratchml.trace.pictures import leave_room
from scratchml.tree import DecisionTreeClassifier, DecisionTreeRegressor

RNG = np.random.default_rng(3)
X = RNG.normal(size=(24, 2)) + np.repeat([[0.0, 0.0], [4.0, 3.0]], 12, axis=0)
Y = np.repeat([0, 1], 12)


def traced(model, *given):
    """Return the trace of a fit in its smallest steps."""
    with trace.record(fine=True) as tr:
        model.fit(*given)
    return tr


@pytest.fixture(autouse=True)
def closed():
    """Close what pyplot keeps."""
    yield
    plt.close("all")


def marks(ax):
    """Return every place where something is marked, (m, 2)."""
    return np.concatenate([np.asarray(c.get_offsets()) for c in ax.collections if len(c.get_offsets())])


# ---- by hand


def test_k_means_shows_every_point_every_centre_and_where_centres_were():
    tr = traced(KMeans(2, init=X[:2], n_init=1), X)
    ax = tr.only("update")[-1:].plot(0)
    found = marks(ax)
    for place in [*X, *tr.only("update")[-1].centres]:
        assert (np.abs(found - place).max(axis=1) < 1e-9).any()
    assert ax.get_title().startswith("KMeans: update")


def test_k_means_in_more_columns_is_seen_along_the_two_widest():
    wide = np.column_stack([X * 3, X[:, 0], X[:, 1]])
    ax = traced(KMeans(2, random_state=0), wide).plot(-1)
    assert len(wide) + 2 == len(marks(ax))


def test_smo_rings_the_pair_and_names_who_goes_up():
    tr = traced(SVC(kernel="linear"), X, Y)
    ax = tr.plot(1)
    words = {text.get_text(): text.xy for text in ax.texts}
    assert {"i: up", "j: down"} == set(words)
    step = tr[1]
    np.testing.assert_array_equal(words["i: up"], X[step.i])  # rows are sorted by class already
    np.testing.assert_array_equal(words["j: down"], X[step.j])


def test_an_agent_that_knows_nothing_yet_points_nowhere():
    tr = traced(QLearning(n_steps=200, random_state=0), FrozenLake())
    first = tr.plot(0)
    assert 11 == len(first.lines)  # a dot in each cell that is no hole and no goal
    assert not [text for text in first.texts if not text.get_text()]


def test_the_words_of_a_colour_bar_lie_inside_the_picture():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    tr = traced(QLearning(n_steps=200, random_state=0), FrozenLake())
    figure = Figure(figsize=(5.4, 4.2))
    tr.plot(-1, figure.add_subplot())
    leave_room(figure)
    box = figure.get_tightbbox(FigureCanvasAgg(figure).get_renderer())
    assert box.x0 >= 0
    assert box.x1 <= 5.4


def test_an_agent_shows_its_lake():
    ax = traced(QLearning(n_steps=200, random_state=0), FrozenLake()).plot(-1)
    assert (4, 4) == ax.images[0].get_array().shape
    assert "state" in ax.get_xlabel()


def test_numbers_alone_become_a_curve_and_rows_of_numbers_bars():
    with trace.record() as tr:
        finish(iter([3.0, 2.0, 1.0]))
    assert [3.0, 2.0, 1.0] == tr.plot(1).lines[0].get_ydata().tolist()
    ax = traced(Lasso(0.1), X, X[:, 0]).plot(-1)
    assert 4 == len(ax.patches)  # two weights, now and before


def test_it_draws_on_the_axes_given():
    ax = Figure().add_subplot()
    assert traced(KMeans(2, random_state=0), X).plot(0, ax) is ax
    assert [] == plt.get_fignums()
    with pytest.raises(TypeError, match="axes"):
        traced(KMeans(2, random_state=0), X).plot(0, "here")


def test_a_picture_of_its_own_is_pyplots_so_that_notebooks_and_show_show_it():
    ax = traced(KMeans(2, random_state=0), X).plot(0)
    assert ax is plt.gca()


# ---- laws


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (AgglomerativeClustering(), (X,)),
        (DBSCAN(eps=1.0), (X,)),
        (GaussianMixture(2, random_state=0), (X,)),
        (DecisionTreeClassifier(), (X, Y)),
        (GradientBoostingRegressor(n_estimators=3), (X[:, :1], X[:, 1])),
        (GradientBoostingRegressor(n_estimators=3), (X, X[:, 1])),
        (MLPClassifier((3,), tol=0.1, random_state=0), (X, Y)),
        (LogisticRegression(), (X, Y)),
        (SGDClassifier(random_state=0), (X, Y)),
        (PCA(), (X,)),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "fit") else "",
)
def test_every_kind_of_step_has_a_picture(model, given):
    tr = traced(model, *given)
    seen = set()
    for i, event in enumerate(tr.events):
        if event.name not in seen:
            seen.add(event.name)
            ax = tr.plot(i)
            assert ax.collections or ax.lines or ax.patches or ax.images


def test_a_film_has_a_frame_for_each_step_shown(tmp_path):
    from PIL import Image

    tr = traced(KMeans(2, random_state=0), X)
    with Image.open(tr.animate(tmp_path / "x.gif", frames=3, interval=50)) as film:
        assert 3 == film.n_frames


# ---- edges and errors


def test_what_cannot_be_drawn_is_named(tmp_path):
    tr = traced(KMeans(2, random_state=0), X)
    with pytest.raises(IndexError, match="no step"):
        tr.plot(99)
    with pytest.raises(ValueError, match="empty"):
        trace.Trace().animate(tmp_path / "x.gif")
    with pytest.raises(ValueError, match="interval"):
        tr.animate(tmp_path / "x.gif", interval=0)


def test_a_turn_of_an_agent_is_framed_and_the_sides_of_a_plane_are_named():
    with trace.record(fine=True) as tr:
        QLearning(n_steps=5, random_state=0).fit(FrozenLake())
    step = tr[0]
    frames = {patch.get_linestyle(): patch.get_xy() for patch in tr.plot(0).patches}
    assert {"-", "--"} == set(frames)
    assert (step.s % 4 - 0.45, step.s // 4 - 0.45) == pytest.approx(frames["-"])
    assert (step.following % 4 - 0.45, step.following // 4 - 0.45) == pytest.approx(frames["--"])
    with trace.record() as tr:
        KMeans(2, n_init=1, random_state=0).fit(X)
    ax = tr.plot(1)
    assert ("x_0", "x_1") == (ax.get_xlabel(), ax.get_ylabel())


def test_every_merge_knows_its_line_and_the_last_picture_is_the_tree():
    with trace.record(fine=True) as tr:
        AgglomerativeClustering(2).fit(X)
    assert all(event.line > 0 and "merges.py" in event.source for event in tr.events)
    ax = tr.plot(-1)  # three lines for each bracket, in a collection for each colour
    assert len(X) - 1 == sum(len(lines.get_segments()) for lines in ax.collections)
    assert "distance at the merge" == ax.get_ylabel()


def test_a_tree_a_forest_and_a_network_show_what_they_say_so_far():
    three = np.repeat([0, 1, 2], 8)
    how = {"hidden_layer_sizes": (3,), "max_iter": 5, "random_state": 0}
    for model, y in [
        (DecisionTreeClassifier(max_depth=2), three),
        (RandomForestClassifier(3, random_state=0), Y),
        (MLPClassifier(**how), Y),
        (MLPClassifier(activation="tanh", **how), three),
    ]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # five epochs are few
            tr = traced(model, X, y)
        ax = tr.plot(-1)
        (shades,) = ax.images
        left, right, low, high = shades.get_extent()
        colours = np.asarray(shades.get_array())
        across = np.clip((X[:, 0] - left) / (right - left) * colours.shape[1], 0, colours.shape[1] - 1).astype(int)
        up = np.clip((X[:, 1] - low) / (high - low) * colours.shape[0], 0, colours.shape[0] - 1).astype(int)
        kinds = np.unique(colours[up, across, :3], axis=0, return_inverse=True)[1]
        said = model.predict(X)
        agree = max(np.mean(np.array(order)[kinds] == said) for order in permutations(range(3), int(kinds.max()) + 1))
        assert agree >= 0.95  # rows on a border may lie in a neighbouring place of the grid
        assert len(np.unique(y)) == len(ax.get_legend().get_texts())
    line = X[:, :1]
    for model in (DecisionTreeRegressor(max_depth=3), RandomForestRegressor(2, random_state=0), MLPRegressor(**how)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tr = traced(model, line, X[:, 1])
        places, said = tr.plot(-1).lines[0].get_data()
        np.testing.assert_allclose(said, model.predict(np.asarray(places)[:, None]), rtol=1e-12, atol=1e-12)  # sums


def test_where_there_is_no_picture_the_words_say_so():
    with trace.record() as tr:
        IsolationForest(n_estimators=2, random_state=0).fit(X)
    ax = tr.of("IsolationForest").plot(-1)
    assert ax.has_data() or "no number" in ax.texts[0].get_text()
    with trace.record() as tr:
        finish(iter(["one", "two"]))
    assert "no number to draw" in tr.plot(0).texts[0].get_text()
