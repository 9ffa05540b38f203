"""Pictures of networks: graphs, loss surfaces, what goes on in layers: what they show, edges and errors."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from scratchml.core import ConvergenceWarning, record
from scratchml.neural_network import SGD, Adam, ConstantRate, MLPRegressor, Tensor, autograd
from scratchml.viz import (
    draw_graph,
    draw_layer,
    draw_loss_surface,
    draw_update_ratios,
    draw_weight_plane,
    film_paths,
    walk_downhill,
)
from scratchml.viz.graph import lay_out, least_crossing

X = np.linspace(-1.0, 1.0, 30)[:, None]
Y = X[:, 0] ** 2


@pytest.fixture(scope="module")
def fitted():
    """Return a small network, and the steps of its epochs."""
    how = {"hidden_layer_sizes": (4,), "max_iter": 6, "learning_rate_init": 0.05, "random_state": 0}
    with pytest.warns(ConvergenceWarning):
        model = MLPRegressor("squared_error", activation="tanh", **how).fit(X, Y)
    return model, [s for s in record(model.steps(X, Y)) if s.name == "epoch"]


def bowl(a, b):
    """Return a loss with its minimum, 0, at (1, 0)."""
    return (a - 1) ** 2 + 4 * b * b


def test_a_graph_has_a_box_for_each_tensor_with_value_and_slope():
    x, w = Tensor(3.0, requires_grad=True), Tensor(-2.0, requires_grad=True)
    loss = (x * w).tanh() * x
    ax = draw_graph(loss, {"x": x, "w": w})
    slopes = {id(t): float(s) for t, s in loss.slopes(np.ones(()))}
    words = [t.get_text() for t in ax.texts]
    for tensor in loss.order():
        assert f"{float(tensor.value):.3g}" in words
        assert f"{slopes[id(tensor)]:.3g}" in words
    assert {"x", "w", "tanh"} <= set(words)
    arrows = [t for t in ax.texts if getattr(t, "arrow_patch", None) is not None]
    assert len(arrows) == 2 + 1 + 2
    assert x.grad is None
    plt.close(ax.figure)


def test_parents_stand_left_of_their_children_and_no_two_in_one_place():
    leaves = [Tensor(float(i), requires_grad=True) for i in range(4)]
    loss = leaves[0] * leaves[1] + leaves[2] * leaves[3] * leaves[0]
    nodes = loss.order()
    places = lay_out(nodes)
    assert len(set(places.values())) == len(nodes)
    for tensor in nodes:
        for parent, _ in tensor.parents:
            assert places[id(parent)][0] < places[id(tensor)][0]


def test_larger_tensors_are_shown_by_their_shape():
    w = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    ax = draw_graph((w * 2).sum())
    assert "2x3, to 5" in [t.get_text() for t in ax.texts]
    plt.close(ax.figure)


def test_values_that_the_graph_does_not_hold_are_nan_and_their_tensors_keep_their_names(monkeypatch):
    monkeypatch.setattr(autograd, "KEPT", 5)
    w = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    doubled = w * 2
    ax = draw_graph(doubled.sum(), {"doubled": doubled, "w": w})
    words = [t.get_text() for t in ax.texts]
    assert {"doubled = x", "w", "2x3, to nan", "2x3, to 5", "2x3, to 2"} <= set(words)
    plt.close(ax.figure)


def test_a_walk_is_the_optimisers_and_ends_where_it_blows_up():
    path = walk_downhill(SGD(0.25), lambda w: 2 * w, [8.0, -8.0], steps=2)
    assert path.tolist() == [[8.0, -8.0], [4.0, -4.0], [2.0, -2.0]]
    path = walk_downhill(SGD(0.25), lambda w: 2 * w, [8.0], steps=2, schedule=ConstantRate(0.5))
    assert path.ravel().tolist() == [8.0, 0.0, 0.0]
    blown = walk_downhill(SGD(1e200), lambda w: 2 * w, [8.0], steps=20)
    assert 1 < len(blown) < 5
    assert np.isfinite(blown).all()


def test_a_surface_shows_the_paths_from_one_start(tmp_path):
    gradient = lambda w: np.array([2 * (w[0] - 1), 8 * w[1]])  # noqa: E731
    paths = {type(o).__name__: walk_downhill(o, gradient, [-1.0, 0.5], steps=9) for o in (SGD(0.1), Adam(0.1))}
    figure, ax = plt.subplots()
    assert draw_loss_surface(bowl, paths, x_range=(-2, 2), lowest=(1, 0), ax=ax) is ax
    drawn = {line.get_label(): line.get_xydata() for line in ax.lines}
    for name, path in paths.items():
        assert (drawn[name] == path).all()
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["SGD", "Adam"]
    assert ax.lines[-1].get_xydata().tolist() == [[1.0, 0.0]]
    plt.close(figure)
    assert film_paths(bowl, paths, tmp_path / "race.gif", x_range=(-2, 2), frames=3) == 3
    with Image.open(tmp_path / "race.gif") as picture:
        assert picture.n_frames == 3


def test_the_plane_through_the_weights_keeps_distances_of_a_path_within_it(fitted):
    model, steps = fitted
    before = [w.copy() for w in model.coefs_]
    ax = draw_weight_plane(model, X, Y, steps)
    (path,) = [line.get_xydata() for line in ax.lines if line.get_label() == "weights"]
    whole = np.array([np.concatenate([a.ravel() for a in (*s.coefs, *s.intercepts)]) for s in steps])
    assert path[-1] == pytest.approx([0.0, 0.0], abs=1e-12)
    shadows, lengths = np.linalg.norm(path, axis=1), np.linalg.norm(whole - whole[-1], axis=1)
    assert (shadows <= lengths * (1 + 1e-9) + 1e-12).all()  # rounding
    assert (shadows[:-1] > 0.9 * lengths[:-1]).all()  # a short path is nearly flat
    assert all((a == b).all() for a, b in zip(before, model.coefs_, strict=True))
    plt.close(ax.figure)


def test_a_layers_histogram_has_a_row_for_each_step(fitted):
    _, steps = fitted
    ax = draw_layer(steps, 0, bins=10)
    shares = np.asarray(ax.images[0].get_array()) ** 2
    assert shares.shape == (6, 10)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-12)
    expected = np.histogram(steps[2].activations[0], np.linspace(*ax.images[0].get_extent()[:2], 11))[0] / 120
    np.testing.assert_allclose(shares[2], expected, rtol=1e-12, atol=1e-15)
    plt.close(ax.figure)
    ax = draw_layer(steps, "layer 2", what="slopes")
    assert ax.get_title() == "layer 2: slopes"
    plt.close(ax.figure)


def test_update_ratios_are_lines_and_sequential_steps_are_drawn_too(fitted):
    _, steps = fitted
    ax = draw_update_ratios(steps)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), [s.update_ratios[1] for s in steps])
    plt.close(ax.figure)
    named = [
        SimpleNamespace(name="batch", update_ratios={"dense.W": 0.1 * i}, activations={"dense": np.ones(3)})
        for i in (1, 2)
    ]
    ax = draw_update_ratios(named)
    assert ax.lines[0].get_label() == "dense.W"
    plt.close(ax.figure)
    named[0].update_ratios["dense.W"] = 1e290  # from 0
    ax = draw_update_ratios(named)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [np.nan, 0.2])
    plt.close(ax.figure)
    ax = draw_layer(named, "dense")  # all values the same
    plt.close(ax.figure)


def test_what_cannot_be_drawn_is_named(fitted):
    model, steps = fitted
    with pytest.raises(TypeError, match="give a Tensor"):
        draw_graph(3.0)
    with pytest.raises(ValueError, match="one number"):
        draw_graph(Tensor([1.0, 2.0], requires_grad=True))
    with pytest.raises(ValueError, match=r"path 'a' has shape \(3,\)"):
        draw_loss_surface(bowl, {"a": np.zeros(3)})
    with pytest.raises(ValueError, match="record two or more"):
        draw_weight_plane(model, X, Y, steps[:1])
    with pytest.raises(ValueError, match="no steps"):
        draw_layer([])
    with pytest.raises(ValueError, match="layer=7 is none of"):
        draw_layer(steps, 7)
    with pytest.raises(ValueError, match="hold NaN or infinity"):
        draw_layer([SimpleNamespace(activations=[np.array([np.nan])])])
    with pytest.raises(ValueError, match="draw_layer: what="):
        draw_layer(steps, what="weights")
    with pytest.raises(ValueError, match="has no update_ratios"):
        draw_update_ratios([SimpleNamespace(name="start")])


def test_an_arrow_goes_round_the_boxes_in_its_way():
    figure, ax = plt.subplots()
    ax.set(xlim=(0, 4), ylim=(-2, 2))
    assert least_crossing(ax, (0.0, 0.0), (1.0, 0.0), [(3.0, 1.0)]) == 0.0
    assert least_crossing(ax, (0.0, 0.0), (4.0, 0.0), [(2.0, 0.0)]) == -0.2  # above: matplotlib bends down
    assert least_crossing(ax, (0.0, 0.0), (4.0, 0.0), [(2.0, 0.0), (2.0, 0.5)]) == 0.2
    plt.close(figure)
