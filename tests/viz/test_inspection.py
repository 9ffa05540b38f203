"""Pictures of what models go by show what they are said to show."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from scratchml.ensemble import GradientBoostingRegressor, HistGradientBoostingRegressor, RandomForestClassifier
from scratchml.inspection import partial_dependence, permutation_importance, tree_shap
from scratchml.tree import DecisionTreeRegressor
from scratchml.viz import draw_beeswarm, draw_dependence, draw_importances, draw_shap_bars, draw_waterfall


@pytest.fixture
def axes():
    fig, axes = plt.subplots()
    yield axes
    plt.close(fig)


@pytest.fixture
def fitted(rng):
    X = rng.normal(size=(80, 4))
    y = 3 * X[:, 0] - X[:, 1] * (X[:, 2] > 0)
    return DecisionTreeRegressor(max_depth=5, random_state=0).fit(X, y), X, y


def words(labels):
    return [label.get_text() for label in labels]


def test_bars_are_the_mean_absolute_values_largest_first(fitted, axes):
    model, X, _ = fitted
    found = tree_shap(model, X)
    assert draw_shap_bars(found, feature_names=list("abcd"), max_features=3, ax=axes) is axes
    sizes = np.abs(found.values).mean(axis=0)
    order = np.argsort(-sizes)[:3]
    assert words(axes.get_yticklabels()) == [list("abcd")[f] for f in order]
    np.testing.assert_allclose([bar.get_width() for bar in axes.patches], sizes[order], rtol=1e-15)
    assert axes.get_title() == "3 of 4 features"


def test_a_swarm_has_every_row_at_its_value_and_missing_ones_in_grey(fitted, axes):
    model, X, _ = fitted
    X = X.copy()
    X[:7, 0] = np.nan
    found = tree_shap(model, X)
    draw_beeswarm(found, X, ax=axes, max_features=2)
    top = int(np.argmax(np.abs(found.values).mean(axis=0)))
    missing, known = axes.collections[0].get_offsets(), axes.collections[1].get_offsets()
    assert (len(missing), len(known)) == ((7, 73) if top == 0 else (0, 80))
    drawn = np.sort(np.concatenate([missing[:, 0], known[:, 0]]))
    np.testing.assert_allclose(drawn, np.sort(found.values[:, top]), rtol=1e-15)
    assert np.abs(known[:, 1]).max() < 0.5  # inside its own line
    assert len(np.unique(known, axis=0)) > 60  # apart from each other


def test_a_staircase_leads_from_the_base_to_the_prediction(fitted, axes):
    model, X, _ = fitted
    found = tree_shap(model, X)
    draw_waterfall(found, 5, X, ax=axes, max_features=2, feature_names=list("abcd"))
    bars = axes.patches
    assert len(bars) == 3
    first, last = bars[-1], bars[0]
    assert first.get_x() == pytest.approx(found.base_values, rel=1e-12)
    assert last.get_x() + last.get_width() == pytest.approx(model.predict(X[5:6])[0], rel=1e-12)
    assert words(axes.get_yticklabels())[2] == "2 others"
    assert words(axes.get_yticklabels())[0].endswith(f"= {X[5, np.argmax(np.abs(found.values[5]))]:.4g}")


def test_one_output_of_several_is_drawn(rng, axes):
    X = rng.normal(size=(40, 3))
    found = tree_shap(RandomForestClassifier(3, random_state=0).fit(X, X[:, 0] > 0), X)
    draw_shap_bars(found, output=1, ax=axes)
    np.testing.assert_allclose(axes.patches[0].get_width(), np.abs(found.values[:, :, 1]).mean(axis=0).max())
    for output in (None, 2):
        with pytest.raises(ValueError, match="2 outputs"):
            draw_waterfall(found, 0, output=output, ax=axes)


def test_every_repeat_of_a_shuffle_is_a_point(fitted, axes):
    model, X, y = fitted
    result = permutation_importance(model, X, y, random_state=0)
    draw_importances(result, ax=axes)
    points, means = axes.lines[1], axes.lines[2]
    order = np.argsort(-result.importances_mean, kind="stable")
    np.testing.assert_array_equal(points.get_xdata(), result.importances[order].ravel())
    np.testing.assert_array_equal(means.get_xdata(), result.importances_mean[order])
    several = permutation_importance(model, X, y, scoring=["r2", "max_error"][:1], n_repeats=1)
    with pytest.raises(ValueError, match="one of them"):
        draw_importances(several, ax=axes)


def test_one_feature_is_a_curve_over_the_rows_own(fitted, axes):
    model, X, _ = fitted
    draw_dependence(model, X, [0], kind="both", grid_resolution=20, ax=axes)
    found = partial_dependence(model, X, [0], kind="both", grid_resolution=20)
    np.testing.assert_array_equal(axes.lines[-2].get_ydata(), found.average[0])
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), found.individual[0, 0])
    assert len(axes.lines) == 40 + 2  # every other row, the average, the deciles
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x0", "prediction")


def test_two_features_are_a_map_and_boostings_constant_is_spoken_of(fitted, axes):
    _, X, y = fitted
    model = GradientBoostingRegressor(n_estimators=3, random_state=0).fit(X, y)
    draw_dependence(model, X, [0, 1], grid_resolution=5, ax=axes)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x0", "x1")
    assert axes.figure.axes[1].get_ylabel() == "average score, less the constant"
    plt.close(draw_dependence(model, X, [0], method="brute", grid_resolution=5).figure)


def test_categories_are_named_on_the_axis(rng, axes):
    frame = pd.DataFrame({"tree": pd.Categorical(rng.choice(["ash", "oak"], 60)), "age": rng.normal(size=60)})
    model = HistGradientBoostingRegressor(max_iter=3).fit(frame, frame["age"])
    draw_dependence(model, frame, ["tree"], categorical_features=["tree"], method="brute", ax=axes)
    assert words(axes.get_xticklabels()) == ["ash", "oak"]
    assert axes.get_xlabel() == "tree"


def test_what_cannot_be_drawn_says_so(fitted, axes):
    model, X, _ = fitted
    found = tree_shap(model, X)
    with pytest.raises(ValueError, match="2 names for 4"):
        draw_shap_bars(found, feature_names=["a", "b"], ax=axes)
    with pytest.raises(ValueError, match="shape"):
        draw_beeswarm(found, X[:3], ax=axes)
    with pytest.raises(ValueError, match="80 rows"):
        draw_waterfall(found, 80, ax=axes)
    with pytest.raises(ValueError, match="a curve is drawn of one"):
        draw_dependence(model, X, [0, 1], kind="both", ax=axes)
    with pytest.raises(ValueError, match="output=1"):
        draw_dependence(model, X, [0], output=1, ax=axes)
