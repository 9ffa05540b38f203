"""Pictures of growing, pruning and boosting show what they are said to show."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from sklearn.tree import DecisionTreeClassifier as TheirClassifier
from sklearn.tree import DecisionTreeRegressor as TheirRegressor

from scratchml.core import record
from scratchml.ensemble import GradientBoostingRegressor
from scratchml.tree import DecisionTreeClassifier, DecisionTreeRegressor
from scratchml.viz import draw_pruning, draw_round, draw_split, draw_split_curve, draw_tree_path


@pytest.fixture
def axes():
    fig, axes = plt.subplots()
    yield axes
    plt.close(fig)


def test_the_split_taken_lies_on_top_of_its_curve(rng, axes):
    X = rng.normal(size=(60, 3))
    steps = record(DecisionTreeRegressor(random_state=0).steps(X, X[:, 1] + 0.1 * X[:, 2]))
    assert draw_split(steps[0], feature_names=list("abc"), ax=axes) is axes
    curves, star = axes.lines[:3], axes.lines[-1]
    highest = [curve.get_ydata().max() for curve in curves]
    assert star.get_ydata()[0] == pytest.approx(max(highest), rel=1e-12)
    assert int(np.argmax(highest)) == steps[0].feature == 1
    assert sum(len(curve.get_xdata()) for curve in curves) == len(steps[0].candidates.gain)
    assert axes.get_legend().get_texts()[-1].get_text().startswith("taken: b <= ")


def test_random_thresholds_are_one_point_for_each_feature(rng, axes):
    X = rng.normal(size=(60, 3))
    step = record(DecisionTreeRegressor(splitter="random", random_state=0).steps(X, X[:, 1]))[0]
    draw_split(step, ax=axes)
    points, star = axes.lines[:3], axes.lines[-1]
    assert [len(point.get_xdata()) for point in points] == [1, 1, 1]
    assert max(point.get_ydata()[0] for point in points) == pytest.approx(star.get_ydata()[0], rel=1e-12)


def test_pruning_falls_to_one_leaf_while_the_impurity_rises(rng, axes):
    X = rng.normal(size=(50, 2))
    model = DecisionTreeRegressor(random_state=0).fit(X, rng.normal(size=50))
    draw_pruning(model, ax=axes)
    leaves, impurity = axes.lines[0].get_ydata(), axes.figure.axes[1].lines[0].get_ydata()
    assert leaves[0] == model.get_n_leaves()
    assert leaves[-1] == 1
    assert (np.diff(leaves) <= 0).all()
    assert (np.diff(impurity) >= 0).all()
    assert impurity[-1] == pytest.approx(model.tree_.impurity[0], rel=1e-12)
    price = model.cost_complexity_pruning_path(X, model.predict(X)).ccp_alphas
    shown = np.maximum(price[1:], axes.get_xlim()[0])
    np.testing.assert_allclose(axes.lines[0].get_xdata()[1:-1], shown, rtol=1e-12)  # y is predicted: rounding
    plt.close(draw_pruning(DecisionTreeRegressor().fit([[0.0]], [1.0])).figure)


def test_a_rounds_stairs_are_the_best_steps_for_its_residuals(rng, axes):
    x = np.sort(rng.uniform(0, 6, 50))
    steps = record(GradientBoostingRegressor(n_estimators=3, max_depth=2).steps(x[:, None], np.sin(x)))
    draw_round(steps[1], x[:, None], ax=axes)
    points, stairs = axes.lines[1], axes.lines[2]
    np.testing.assert_array_equal(points.get_ydata(), steps[1].residuals[0])
    # what is still wrong after round one is what round two is fitted to
    np.testing.assert_allclose(steps[1].residuals[0], np.sin(x) - steps[0].raw[0], rtol=0, atol=1e-15)  # one rounding
    tree = steps[1].trees[0].tree_
    for leaf in np.flatnonzero(tree.children_left < 0):
        mine = tree.apply(x[:, None]) == leaf
        assert tree.value[leaf, 0, 0] == pytest.approx(steps[1].residuals[0][mine].mean(), abs=1e-14)
        assert tree.value[leaf, 0, 0] in stairs.get_ydata()
    assert axes.get_legend().get_texts()[1].get_text() == "its tree: 4 leaves"


def test_a_split_curve_by_hand(axes):
    X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 0]
    draw_split_curve(DecisionTreeClassifier(max_depth=1).fit(X, y), X, y, 0, ax=axes)
    # [0 | 0 1 0]: 3/4 * 4/9; [0 0 | 1 0]: 1/2 * 1/2; [0 0 1 | 0]: 3/4 * 4/9; before: 1 - 9/16 - 1/16
    np.testing.assert_allclose(axes.lines[0].get_xydata(), [[0.5, 1 / 3], [1.5, 1 / 4], [2.5, 1 / 3]], rtol=1e-15)
    assert set(axes.lines[1].get_ydata()) == {0.375}
    np.testing.assert_allclose(axes.lines[2].get_xydata(), [[1.5, 0.25]], rtol=1e-15)  # two divisions


@pytest.mark.parametrize("kinds", [(DecisionTreeClassifier, DecisionTreeRegressor), (TheirClassifier, TheirRegressor)])
@pytest.mark.parametrize("criterion", ["gini", "entropy", "squared_error"])
def test_the_star_lies_at_the_bottom_and_has_the_impurity_of_the_children(rng, axes, kinds, criterion):
    X = rng.normal(size=(80, 3))
    y = X[:, 1] + 0.5 * rng.normal(size=80) + 100.0
    kind = kinds[criterion == "squared_error"]
    y = y if criterion == "squared_error" else np.digitize(y, [99.5, 100.5])
    model = kind(criterion=criterion, max_depth=3, random_state=0).fit(X, y)
    tree = model.tree_
    for node in (0, int(tree.children_left[0])):
        axes.clear()
        draw_split_curve(model, X, y, int(tree.feature[node]), node=node, ax=axes)
        curve, before, star = axes.lines
        children = [tree.children_left[node], tree.children_right[node]]
        expected = np.average(tree.impurity[children], weights=tree.n_node_samples[children])
        assert star.get_ydata()[0] == pytest.approx(expected, rel=1e-9)  # sums of values near 100
        assert curve.get_ydata().min() == star.get_ydata()[0]
        assert before.get_ydata()[0] == pytest.approx(tree.impurity[node], rel=1e-9)


@pytest.mark.parametrize("kind", [DecisionTreeClassifier, TheirClassifier])
def test_the_way_of_a_row_is_marked_from_the_root_to_its_leaf(rng, kind):
    X = rng.normal(size=(60, 2))
    model = kind(max_depth=3, random_state=0).fit(X, X[:, 0] * X[:, 1] > 0)
    whole = draw_tree_path(model, X[7])
    nodes = model.decision_path(X[7:8]).indices
    marked = [box for box in whole.child_axes if to_hex(box.spines["left"].get_edgecolor()) == "#d55e00"]
    assert len(whole.child_axes) == model.tree_.node_count  # drawn in the order of their numbers
    assert [whole.child_axes.index(box) for box in marked] == sorted(nodes)
    assert sum(line.get_color() == "#D55E00" for line in whole.lines) == len(nodes) - 1
    plt.close(whole.figure)


def test_what_cannot_be_drawn_says_so(rng, axes):
    X = rng.normal(size=(20, 2))
    steps = record(DecisionTreeRegressor(max_depth=1).steps(X, X[:, 0]))
    with pytest.raises(ValueError, match="'leaf' has no candidates"):
        draw_split(steps[1], ax=axes)
    rounds = record(GradientBoostingRegressor(n_estimators=1).steps(X, X[:, 0]))
    with pytest.raises(ValueError, match="one feature of 20 rows"):
        draw_round(rounds[0], X, ax=axes)
    with pytest.raises(ValueError, match="no residuals"):
        draw_round(steps[0], X[:, :1], ax=axes)
    with pytest.raises(ValueError, match="tree=1"):
        draw_round(rounds[0], X[:, :1], tree=1, ax=axes)
    model = DecisionTreeRegressor(max_depth=1).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="feature=2"):
        draw_split_curve(model, X, X[:, 0], 2, ax=axes)
    with pytest.raises(ValueError, match="one value of x1"):
        draw_split_curve(model, X * [1.0, 0.0], X[:, 0], 1, ax=axes)
    with pytest.raises(ValueError, match="absolute_error"):
        draw_split_curve(DecisionTreeRegressor(criterion="absolute_error").fit(X, X[:, 0]), X, X[:, 0], 0, ax=axes)
    with pytest.raises(ValueError, match=r"y has shape \(20, 2\)"):
        draw_split_curve(DecisionTreeRegressor(max_depth=1).fit(X, X), X, X, 0, ax=axes)
