"""TransformedTargetRegressor."""

import numpy as np
import pandas as pd
import pytest
import sklearn.compose as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer

from scratchml.compose import TransformedTargetRegressor
from scratchml.core import NotFittedError, clone, get_tags
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import StandardScaler


@pytest.fixture
def problem(rng):
    X = rng.normal(size=(40, 3))
    return X, np.exp(X @ [1.0, -1.0, 0.5] + 0.1 * rng.normal(size=40))


WAYS = {
    "nothing": {},
    "log": {"func": np.log, "inverse_func": np.exp},
    "scaler": {"transformer": MinMaxScaler()},
    "our scaler": {"transformer": StandardScaler()},
    "quantiles": {"transformer": QuantileTransformer(n_quantiles=20)},
}


# ---- by hand


def test_powers_of_e_are_a_line_after_the_logarithm():
    X = np.array([[0.0], [1.0], [2.0]])
    model = TransformedTargetRegressor(LinearRegression(), func=np.log, inverse_func=np.exp).fit(X, np.exp([1, 3, 5]))
    np.testing.assert_allclose(model.regressor_.coef_, [2.0], rtol=1e-12)  # a handful of roundings
    np.testing.assert_allclose(model.predict([[3.0]]), [np.exp(7)], rtol=1e-11)  # the same, times exp's slope


# ---- naive twin (the definition in one line)


@given(power=st.sampled_from([1, 3, 5]), seed=st.integers(0, 99))
def test_predictions_are_those_of_the_definition(power, seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(12, 2)), rng.normal(size=12)
    root = lambda z: np.sign(z) * np.abs(z) ** (1 / power)  # noqa: E731
    expected = root(LinearRegression().fit(X, y**power).predict(X))
    model = TransformedTargetRegressor(LinearRegression(), func=lambda z: z**power, inverse_func=root)
    np.testing.assert_array_equal(expected, model.fit(X, y).predict(X))


# ---- outside reference


@pytest.mark.parametrize("shape", ["(n,)", "(n, 1)", "(n, 2)"])
@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("regressor", [LinearRegression(), KNeighborsRegressor(3)], ids=["line", "neighbours"])
def test_every_result_is_scikit_learns(regressor, name, shape, problem):
    X, y = problem
    y = {"(n,)": y, "(n, 1)": y[:, None], "(n, 2)": np.c_[y, 2 * y + 1]}[shape]
    theirs = reference.TransformedTargetRegressor(clone(regressor), **WAYS[name]).fit(X, y)
    ours = TransformedTargetRegressor(regressor, **WAYS[name]).fit(X, y)
    np.testing.assert_array_equal(theirs.predict(X), ours.predict(X))
    assert theirs.score(X, y) == pytest.approx(ours.score(X, y), rel=1e-12)  # R2 is summed in another order
    assert ours.n_features_in_ == theirs.n_features_in_ == 3
    assert theirs.get_params().keys() == ours.get_params().keys()


def test_weights_and_names_reach_the_regressor(problem):
    X, y = problem
    w = np.linspace(0, 1, 40)
    theirs = reference.TransformedTargetRegressor(LinearRegression(), **WAYS["log"]).fit(X, y, sample_weight=w)
    ours = TransformedTargetRegressor(LinearRegression(), **WAYS["log"]).fit(X, y, sample_weight=w)
    np.testing.assert_array_equal(theirs.predict(X), ours.predict(X))
    frame = pd.DataFrame(X, columns=list("abc"))
    assert ours.fit(frame, y).feature_names_in_.tolist() == ["a", "b", "c"]
    assert not hasattr(ours.fit(X, y), "feature_names_in_")


def test_a_search_is_scikit_learns(problem):
    X, y = problem
    grid = {"regressor__alpha": [0.1, 10.0], "transformer": [None, StandardScaler()]}
    theirs = GridSearchCV(reference.TransformedTargetRegressor(Ridge()), grid, cv=3).fit(X, y)
    ours = GridSearchCV(TransformedTargetRegressor(Ridge()), grid, cv=3).fit(X, y)
    expected, found = (s.cv_results_["mean_test_score"] for s in (theirs, ours))
    np.testing.assert_allclose(expected, found, rtol=1e-12)  # R2 is summed in another order


# ---- laws


@given(factor=st.floats(0.1, 10), shift=st.floats(-5, 5))
def test_a_line_does_not_notice_a_linear_transformation(factor, shift):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(15, 2)), rng.normal(size=15)
    model = TransformedTargetRegressor(
        LinearRegression(), func=lambda z: factor * z + shift, inverse_func=lambda z: (z - shift) / factor
    )
    expected = LinearRegression().fit(X, y).predict(X)
    np.testing.assert_allclose(expected, model.fit(X, y).predict(X), atol=1e-11)  # shifts of 5 cost digits


def test_the_transformer_learns_from_training_targets_only(problem):
    X, y = problem
    model = TransformedTargetRegressor(Ridge(), transformer=MinMaxScaler()).fit(X[:30], y[:30])
    assert model.transformer_.data_max_ == y[:30].max()
    assert not hasattr(model.transformer, "data_max_")


def test_it_works_inside_and_around_a_pipeline(problem):
    X, y = problem
    inside = make_pipeline(StandardScaler(), TransformedTargetRegressor(LinearRegression(), **WAYS["log"])).fit(X, y)
    around = TransformedTargetRegressor(make_pipeline(StandardScaler(), LinearRegression()), **WAYS["log"]).fit(X, y)
    np.testing.assert_array_equal(inside.predict(X), around.predict(X))


# ---- edges and errors


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"transformer": MinMaxScaler(), "func": np.log, "inverse_func": np.exp}, "cannot both be set"),
        ({"transformer": MinMaxScaler(), "inverse_func": np.exp}, "cannot both be set"),
        ({"func": np.log}, "'inverse_func' must also be provided"),
        ({"inverse_func": np.log}, "'func' must also be provided"),
    ],
)
def test_half_a_transformation_is_refused(how, told, problem):
    with pytest.raises(ValueError, match=told):
        TransformedTargetRegressor(Ridge(), **how).fit(*problem)


def test_a_target_outside_the_functions_domain_is_named(problem):
    X, y = problem
    y[7] = -1.0
    with pytest.raises(ValueError, match=r"func turns the target \[-1.0\] of row 7 into \[nan\]"):
        TransformedTargetRegressor(Ridge(), func=np.log, inverse_func=np.exp).fit(X, y)
    with pytest.raises(ValueError, match="must keep the rows"):
        TransformedTargetRegressor(Ridge(), func=lambda z: z[::2], inverse_func=lambda z: z).fit(X, y)


def test_functions_that_are_no_inverses_are_warned_of(problem):
    model = TransformedTargetRegressor(Ridge(), func=np.sqrt, inverse_func=np.log1p)
    with pytest.warns(UserWarning, match="not strictly inverse"):
        model.fit(*problem)
    model.set_params(check_inverse=False).fit(*problem)  # and no warning, which would be an error


def test_predictions_without_a_way_back_are_warned_of():
    X, y = np.array([[0.0], [1.0]]), np.array([1.0, 4.0])
    model = TransformedTargetRegressor(LinearRegression(), func=np.log, inverse_func=np.exp).fit(X, y)
    with pytest.warns(RuntimeWarning, match=r"for row 1 becomes \[inf\]"):
        assert model.predict([[1.0], [1e3]]).tolist() == [pytest.approx(4.0), np.inf]


def test_without_targets_or_fit_it_says_so(problem):
    model = TransformedTargetRegressor(Ridge())
    with pytest.raises(ValueError, match="requires y to be passed"):
        model.fit(problem[0], None)
    with pytest.raises(NotFittedError):
        model.predict(problem[0])
    assert not hasattr(model, "n_features_in_")


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"regressor": MinMaxScaler()}, "regressor"),
        ({"regressor": Ridge}, "regressor"),
        ({"transformer": Ridge()}, "transformer"),
        ({"func": 3, "inverse_func": np.exp}, "func"),
        ({"check_inverse": "yes"}, "check_inverse"),
    ],
)
def test_wrong_parameters_are_named(how, told, problem):
    with pytest.raises(TypeError, match=told):
        TransformedTargetRegressor(**how).fit(*problem)


def test_tags_come_from_the_regressor():
    assert get_tags(TransformedTargetRegressor(LinearRegression())).multi_output
    assert get_tags(TransformedTargetRegressor(LinearRegression())).estimator_type == "regressor"
    assert get_tags(TransformedTargetRegressor(Ridge(), transformer=MinMaxScaler())).poor_score
    assert not get_tags(TransformedTargetRegressor(Ridge())).poor_score
