from functools import cache

import numpy as np
import pandas as pd
import pytest
import sklearn.ensemble
import sklearn.inspection as reference
import sklearn.tree
from hypothesis import given
from hypothesis import strategies as st

import scratchml.ensemble
import scratchml.tree
from scratchml.core import NotFittedError
from scratchml.core.jit import plain_python
from scratchml.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from scratchml.inspection import partial_dependence
from scratchml.inspection.grid import quantiles
from scratchml.linear_model import LinearRegression, LogisticRegression
from scratchml.tree import DecisionTreeClassifier, DecisionTreeRegressor
from tests.naive.inspection import partial_dependence as naive
from tests.naive.inspection import tree_shap as naive_tree

seeds = st.integers(0, 10**6)


def problem(rng, n=120, classes=0):
    X = rng.normal(size=(n, 4))
    y = X[:, 0] * X[:, 1] + np.sin(2 * X[:, 2])
    return X, np.digitize(y, np.quantile(y, np.linspace(0, 1, classes + 1)[1:-1])) if classes else y


# ---- by hand


def test_the_average_of_a_plane_is_a_line():
    X = np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 8.0]])
    model = LinearRegression().fit(X, 2 * X[:, 0] + X[:, 1])
    found = partial_dependence(model, X, [0], kind="both")
    np.testing.assert_array_equal(found.grid_values[0], [0.0, 1.0, 2.0])
    np.testing.assert_allclose(found.average, [[4.0, 6.0, 8.0]], rtol=1e-13)  # 2 v + 4; rounding of the fit
    np.testing.assert_allclose(found.individual[0], 2 * np.array([0.0, 1, 2]) + X[:, 1:], rtol=1e-13)  # the same


def test_recursion_weighs_branches_by_their_rows():
    # x0 is asked first (0 or 1), then x1 where x0 is 1; three of four rows have x0 = 1
    X, y = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]], [0.0, 18.0, 20.0, 20.0]
    model = DecisionTreeRegressor(random_state=0).fit(X, y)
    assert model.tree_.feature[0] == 0
    found = partial_dependence(model, np.array(X), [1], method="recursion")
    np.testing.assert_allclose(found.average, [[0.75 * 18, 0.75 * 20]], rtol=1e-15)  # a quarter ends in the leaf of 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.floats(0, 1))
def test_quantiles_lie_at_their_plotting_position(x, p):
    assert quantiles(np.array(x), [p])[0] == pytest.approx(naive.quantile(x, p), rel=1e-12, abs=1e-6)  # cancellation


# ---- naive twin


@given(seeds)
def test_rows_changed_one_by_one_give_the_same_averages(seed):
    rng = np.random.default_rng(seed)
    X, y = problem(rng, 25)
    weight = rng.random(25)
    model = DecisionTreeRegressor(max_depth=5).fit(X, y)
    features = [int(f) for f in rng.permutation(4)[: rng.integers(1, 3)]]
    found = partial_dependence(model, X, features, sample_weight=weight, grid_resolution=4, kind="both")
    points = np.stack(np.meshgrid(*found.grid_values, indexing="ij"), axis=-1).reshape(-1, len(features))
    average, curves = naive.partial_dependence(
        lambda row: float(model.predict([row])[0]), X.tolist(), features, points.tolist(), weight.tolist()
    )
    np.testing.assert_allclose(found.average.ravel(), average, rtol=0, atol=1e-14)  # rounding
    np.testing.assert_array_equal(found.individual.reshape(25, -1), curves)


@given(seeds)
def test_recursion_is_the_expectation_of_the_recursive_walk(seed):
    rng = np.random.default_rng(seed)
    X, y = problem(rng, 60)
    X[rng.random(X.shape) < 0.1] = np.nan
    model = DecisionTreeRegressor(max_leaf_nodes=12).fit(X, y, rng.random(60) + 0.1)
    features = [int(f) for f in rng.permutation(4)[: rng.integers(1, 4)]]
    values = {f: rng.choice(np.append(X[:, f], np.nan), 3) for f in features}
    found = partial_dependence(model, X, features, custom_values=values, method="recursion").average.ravel()
    tree = naive_tree.nested(model.tree_)
    points = np.stack(np.meshgrid(*values.values(), indexing="ij"), axis=-1).reshape(-1, len(features))
    for point, value in zip(points, found):
        expected = naive_tree.expect(tree, dict(zip(features, point)), set(features))
        assert value == pytest.approx(float(expected[0]), rel=1e-12, abs=1e-13)  # sums in another order


# ---- outside reference

PAIRS = [
    ("tree", "DecisionTreeRegressor", 0, {}),
    ("ensemble", "RandomForestRegressor", 0, {"n_estimators": 4}),
    ("ensemble", "ExtraTreesRegressor", 0, {"n_estimators": 4}),
    ("ensemble", "RandomForestClassifier", 3, {"n_estimators": 4}),
    ("ensemble", "GradientBoostingRegressor", 0, {"n_estimators": 9}),
    ("ensemble", "GradientBoostingClassifier", 2, {"n_estimators": 9}),
    ("ensemble", "GradientBoostingClassifier", 3, {"n_estimators": 5, "max_depth": 2}),  # small nodes have ties
    ("ensemble", "HistGradientBoostingRegressor", 0, {"max_iter": 9}),
    ("ensemble", "HistGradientBoostingClassifier", 2, {"max_iter": 9}),
]


@cache
def fitted(room, name, classes, how):
    """Return X, our model and theirs; fitted once for all questions."""
    X, y = problem(np.random.default_rng(20240607), classes=classes)
    X[:, 3] = np.round(X[:, 3])
    ours = getattr({"tree": scratchml.tree, "ensemble": scratchml.ensemble}[room], name)(random_state=0, **dict(how))
    theirs = getattr({"tree": sklearn.tree, "ensemble": sklearn.ensemble}[room], name)(random_state=0, **dict(how))
    return X, ours.fit(X, y), theirs.fit(X, y)


@pytest.mark.parametrize(("room", "name", "classes", "how"), PAIRS)
@pytest.mark.parametrize(
    "asked",
    [
        {"features": [0]},
        {"features": [0, 2], "grid_resolution": 7},
        {"features": 1, "method": "brute", "kind": "both", "grid_resolution": 5, "percentiles": (0.0, 1.0)},
        {"features": [3, 1], "kind": "individual", "grid_resolution": 3},
        {"features": [1], "sample_weight": True, "grid_resolution": 6},
        {"features": [False, True, False, True], "grid_resolution": 4},
        {"features": [0, 1], "custom_values": {0: [-1.0, 0.5, 2.0]}, "grid_resolution": 3},
        {"features": [2], "response_method": "decision_function", "grid_resolution": 5},
    ],
    ids=lambda asked: "-".join(asked),
)
def test_grids_and_averages_are_scikit_learns(rng, room, name, classes, how, asked):
    X, ours, theirs = fitted(room, name, classes, tuple(how.items()))
    asked = {**asked, **({"sample_weight": rng.random(len(X))} if "sample_weight" in asked else {})}
    if "response_method" in asked and not hasattr(ours, "decision_function"):
        asked.pop("response_method")
    found = partial_dependence(ours, X, **asked)
    expected = reference.partial_dependence(theirs, X, **asked)
    assert set(found) == set(expected)
    for axis, values in zip(found.grid_values, expected.grid_values, strict=True):
        np.testing.assert_array_equal(axis, values)
    for part in set(found) - {"grid_values"}:
        assert found[part].shape == expected[part].shape
        np.testing.assert_allclose(found[part], expected[part], rtol=0, atol=1e-13)  # sums in another order


def test_data_frames_with_categories_are_asked_by_name(rng):
    kind = pd.Categorical(rng.choice(["ash", "elm", "oak"], 90))
    frame = pd.DataFrame({"kind": kind, "height": rng.normal(size=90), "age": rng.normal(size=90)})
    y = frame["height"] + 3.0 * (kind == "elm")
    ours = HistGradientBoostingRegressor(max_iter=9).fit(frame, y)
    theirs = sklearn.ensemble.HistGradientBoostingRegressor(max_iter=9).fit(frame, y)
    asked = {"categorical_features": ["kind"], "method": "brute", "grid_resolution": 4}
    for features in (["kind"], "height", ["kind", "height"]):
        found = partial_dependence(ours, frame, features, **asked)
        expected = reference.partial_dependence(theirs, frame, features, **asked)
        np.testing.assert_array_equal(found.grid_values[0], expected.grid_values[0])
        np.testing.assert_allclose(found.average, expected.average, rtol=0, atol=1e-13)  # rounding
    # scikit-learn's recursion compares categories as numbers; ours follows them
    found = partial_dependence(ours, frame, ["kind"], categorical_features=[0], method="recursion")
    assert found.average[0, 1] - found.average[0, [0, 2]].mean() == pytest.approx(3.0, abs=1.5)


# ---- laws


@pytest.mark.parametrize(
    "model", [RandomForestRegressor(3), ExtraTreesRegressor(3), GradientBoostingRegressor(init="zero")]
)
@given(seeds)
def test_with_all_features_given_recursion_predicts(model, seed):
    rng = np.random.default_rng(seed)
    X, y = problem(rng, 40)
    if hasattr(model, "subsample"):
        model.set_params(n_estimators=3)
    model.set_params(random_state=0).fit(X[:, :2], y)
    values = {f: X[:3, f] for f in range(2)}
    how = {"custom_values": values, "method": "recursion"}
    if hasattr(model, "subsample"):
        with pytest.warns(UserWarning, match="init"):
            found = partial_dependence(model, X[:, :2], [0, 1], **how)
    else:
        found = partial_dependence(model, X[:, :2], [0, 1], **how)
    expected = model.predict(np.stack(np.meshgrid(*values.values(), indexing="ij"), axis=-1).reshape(-1, 2))
    np.testing.assert_allclose(found.average.ravel(), expected, rtol=0, atol=1e-13)  # sums in another order


def test_independent_training_rows_make_brute_force_and_recursion_agree(rng):
    # on a full grid of values, counts below a node are the same whatever was asked above
    X = np.stack(np.meshgrid(*[np.arange(4.0)] * 3), axis=-1).reshape(-1, 3)
    model = DecisionTreeRegressor(max_depth=5, random_state=0).fit(X, X[:, 0] * X[:, 1] + X[:, 2])
    for features in ([0], [1, 2]):
        brute, recursion = (partial_dependence(model, X, features, method=m).average for m in ("brute", "recursion"))
        np.testing.assert_allclose(recursion, brute, rtol=0, atol=1e-13)  # rounding


def test_classes_shares_are_averaged_by_recursion_too(rng):
    X, y = problem(rng, classes=3)
    model = RandomForestClassifier(4, random_state=0).fit(X, y)
    found = partial_dependence(model, X, [0], method="recursion").average
    assert found.shape == (3, 100)
    np.testing.assert_allclose(found.sum(axis=0), 1.0, rtol=1e-13)  # shares
    two = partial_dependence(DecisionTreeClassifier().fit(X, y > 0), X, [0], method="recursion").average
    assert two.shape == (1, 100)


def test_plain_python_gives_the_same_bits(rng):
    X, y = problem(rng, 40)
    model = DecisionTreeRegressor(max_depth=4).fit(X, y)
    expected = partial_dependence(model, X, [0, 1], method="recursion").average
    with plain_python():
        found = partial_dependence(model, X, [0, 1], method="recursion").average
    assert found.tobytes() == expected.tobytes()


# ---- edges and errors


def test_the_inputs_stay_as_they_are(rng):
    X, y = problem(rng)
    copy = X.copy()
    model = DecisionTreeRegressor().fit(X, y)
    for method in ("brute", "recursion"):
        partial_dependence(model, X, [0], method=method)
        np.testing.assert_array_equal(X, copy)


def test_counts_that_know_no_weights_are_not_used(rng):
    X, y = problem(rng)
    model = HistGradientBoostingRegressor(max_iter=3).fit(X, y, rng.random(120))
    with pytest.raises(NotImplementedError, match="sample weights were given"):
        partial_dependence(model, X, [0], method="recursion")
    found = partial_dependence(model, X, [0], grid_resolution=5).average
    np.testing.assert_array_equal(found, partial_dependence(model, X, [0], grid_resolution=5, method="brute").average)
    model.fit(X, y)
    partial_dependence(model, X, [0], method="recursion")


def test_lists_of_whole_numbers_serve_and_arrays_of_them_are_named():
    X, y = [[0, 0, 2], [1, 0, 0]], [0.0, 1.0]
    model = DecisionTreeRegressor().fit(X, y)
    assert partial_dependence(model, X, [0], percentiles=(0, 1), grid_resolution=2).average.shape == (1, 2)
    with pytest.raises(ValueError, match="integer data"):
        partial_dependence(model, np.array(X), [0])
    found = partial_dependence(model, np.array(X), [0], categorical_features=[0])
    assert found.grid_values[0].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"features": []}, "empty"),
        ({"features": [4]}, r"all features must be in \[0, 3\]"),
        ({"features": [-1]}, "all features must be"),
        ({"features": ["a"]}, "only supported for dataframes"),
        ({"features": [0, "a"]}, "mixture"),
        ({"features": [True]}, "mask of 1"),
        ({"grid_resolution": 1}, "strictly greater than 1"),
        ({"percentiles": (0.5, 0.5)}, "strictly less"),
        ({"percentiles": (0.1, 1.5)}, r"must be in \[0, 1\]"),
        ({"percentiles": (0.1,)}, "2 elements"),
        ({"percentiles": (0.0, 1e-9)}, "too close"),
        ({"kind": "mean"}, "kind"),
        ({"method": "fast"}, "method"),
        ({"method": "recursion", "kind": "both"}, "only applies"),
        ({"method": "recursion", "sample_weight": np.ones(120)}, "sample_weight is None"),
        ({"response_method": "predict_proba"}, "ignored for regressors"),
        ({"categorical_features": []}, "empty list"),
        ({"categorical_features": [True]}, "boolean array-like"),
        ({"categorical_features": ["z"]}, "not in feature_names"),
        ({"categorical_features": [1.5]}, "boolean, integer, or string"),
        ({"feature_names": ["a", "a", "b", "c"]}, "duplicates"),
        ({"custom_values": {0: [[1.0], [2.0]]}}, "not a one-dimensional"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(rng, how, message):
    X, y = problem(rng)
    given = {"features": [0], **how}
    with pytest.raises(ValueError, match=message):
        partial_dependence(DecisionTreeRegressor().fit(X, y), X, **given)


def test_wrong_models_are_named(rng):
    X, y = problem(rng)
    with pytest.raises(NotFittedError):
        partial_dependence(DecisionTreeRegressor(), X, [0])
    with pytest.raises(ValueError, match="Only the following estimators support"):
        partial_dependence(LinearRegression().fit(X, y), X, [0], method="recursion")
    with pytest.raises(ValueError, match="Multiclass-multioutput"):
        partial_dependence(DecisionTreeClassifier().fit(X, np.c_[y > 0, y > 1]), X, [0])
    tree = DecisionTreeClassifier().fit(X, y > 0)
    with pytest.raises(ValueError, match="must be 'predict_proba'"):
        partial_dependence(tree, X, [0], method="recursion", response_method="decision_function")
    found = partial_dependence(LogisticRegression().fit(X, y > 0), X, [0], response_method="decision_function")
    assert (np.diff(found.average[0]) != 0).all()
