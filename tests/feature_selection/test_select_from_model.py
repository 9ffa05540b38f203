"""SelectFromModel: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.feature_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes, load_wine

import tests.naive.feature_selection.select_from_model as naive
from scratchml.core import NotFittedError
from scratchml.feature_selection import SelectFromModel
from scratchml.linear_model import Lasso, LinearRegression, Ridge, RidgeClassifier, SGDRegressor
from scratchml.tree import DecisionTreeClassifier


class Fixed:
    """A model with given coefficients."""

    def __init__(self, coefficients=(3.0, -1.0, 0.0, 2.0)):
        self.coefficients = coefficients

    def get_params(self, deep=True):
        return {"coefficients": self.coefficients}

    def fit(self, X, y):
        self.coef_ = np.array(self.coefficients)
        return self


def kept(coefficients, **how):
    return SelectFromModel(Fixed(tuple(coefficients)), **how).fit(np.zeros((2, len(coefficients)))).get_support()


# ---- by hand


def test_thresholds_on_paper():
    w = [3.0, -1.0, 0.0, 2.0]  # mean of sizes 1.5, median 1.5
    assert kept(w).tolist() == [True, False, False, True]
    assert kept(w, threshold="0.5*mean").tolist() == [True, True, False, True]
    assert kept(w, threshold=3).tolist() == [True, False, False, False]
    assert kept(w, threshold="median", max_features=1).tolist() == [True, False, False, False]
    assert kept([1.0, 1.0, 1.0], threshold=-np.inf, max_features=2).tolist() == [
        True,
        True,
        False,
    ]  # the first of equal
    assert SelectFromModel(Fixed(), threshold="2*mean").fit(np.zeros((1, 4))).threshold_ == 3.0


# ---- naive twin


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=8), st.floats(0, 4), st.integers(0, 8))
def test_masks_agree_with_the_naive_twin(w, threshold, most):
    expected = naive.support([abs(x) for x in w], threshold, most)
    assert kept([float(x) for x in w], threshold=threshold, max_features=most).tolist() == expected


# ---- outside reference


@pytest.mark.parametrize(
    "how", [{}, {"threshold": "median"}, {"threshold": "1.25*mean", "norm_order": 2}, {"max_features": 3}]
)
def test_the_same_columns_as_scikit_learns(how):
    tree = DecisionTreeClassifier(random_state=0)
    for loader, model in (
        (load_diabetes, Ridge()),
        (load_diabetes, Lasso(0.5)),
        (load_wine, RidgeClassifier()),
        (load_wine, tree),
    ):
        X, y = loader(return_X_y=True)
        ours, theirs = SelectFromModel(model, **how).fit(X, y), reference.SelectFromModel(model, **how).fit(X, y)
        assert ours.get_support().tolist() == theirs.get_support().tolist()
        assert ours.threshold_ == pytest.approx(theirs.threshold_, rel=1e-12, abs=0)  # same model, layout of X
        np.testing.assert_array_equal(ours.transform(X), theirs.transform(X))


# ---- laws


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8), st.floats(0, 1e3), st.floats(0, 1e3))
def test_a_higher_threshold_keeps_fewer(w, a, b):
    assert (kept(w, threshold=max(a, b)) <= kept(w, threshold=min(a, b))).all()


# ---- edges and errors


def test_a_fitted_model_is_used_as_it_is(rng):
    X, y = rng.normal(size=(20, 3)), np.arange(20.0)
    model = LinearRegression().fit(X, y)
    chosen = SelectFromModel(model, prefit=True).fit(X)
    assert chosen.get_support().tolist() == SelectFromModel(LinearRegression()).fit(X, y).get_support().tolist()
    with pytest.raises(NotFittedError, match="prefit"):
        SelectFromModel(LinearRegression(), prefit=True).fit(X)


def test_more_rows_may_come_later(rng):
    X, y = rng.normal(size=(20, 3)), np.arange(20.0)
    chosen, model = SelectFromModel(SGDRegressor(random_state=0)), SGDRegressor(random_state=0)
    for part in (slice(0, 10), slice(10, 20)):
        chosen.partial_fit(X[part], y[part])
        model.partial_fit(X[part], y[part])
    np.testing.assert_array_equal(chosen.estimator_.coef_, model.coef_)
    assert not hasattr(SelectFromModel(Ridge()), "partial_fit")


def test_max_features_may_be_a_function_of_X():
    chosen = SelectFromModel(Fixed(), max_features=lambda X: X.shape[1] // 4, threshold=-np.inf).fit(np.zeros((2, 4)))
    assert chosen.max_features_ == 1
    assert chosen.get_support().tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("selector", "kind", "words"),
    [
        (SelectFromModel(3), TypeError, "estimator"),
        (SelectFromModel(Fixed(), threshold="mode"), ValueError, "threshold='mode'"),
        (SelectFromModel(Fixed(), threshold="two*mean"), ValueError, "threshold"),
        (SelectFromModel(Fixed(), norm_order=0), ValueError, "norm_order"),
        (SelectFromModel(Fixed(), max_features=-1), ValueError, "max_features"),
        (SelectFromModel(Fixed(), max_features=lambda X: 0.5), ValueError, "max_features"),
        (SelectFromModel(Fixed((1.0, 2.0))), ValueError, "one score for each of the 4"),
    ],
)
def test_what_is_wrong_is_named(selector, kind, words):
    with pytest.raises(kind, match=words):
        selector.fit(np.zeros((2, 4)))
