"""RFE: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.feature_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.tree import DecisionTreeClassifier as TheirTree

import tests.naive.feature_selection.rfe as naive
from scratchml.core import record
from scratchml.feature_selection import RFE
from scratchml.linear_model import LinearRegression, Ridge, RidgeClassifier
from scratchml.neighbors import KNeighborsClassifier


class Weights:
    """A model whose coefficients are the means of the columns."""

    def get_params(self, deep=True):
        return {}

    def fit(self, X, y):
        self.coef_ = X.mean(axis=0)
        return self


# ---- by hand


def test_the_rounds_on_paper():
    X = np.array([[3.0, -1.0, 2.0, 1.0]])
    rounds = record(RFE(Weights(), n_features_to_select=1).steps(X, [0]))
    assert [r.name for r in rounds] == ["drop", "drop", "drop", "fit"]
    assert [r.dropped.tolist() for r in rounds] == [[1], [3], [2], []]  # 1 and 3 are equal: the first goes first
    assert rounds[0].importances.tolist() == [9.0, 1.0, 4.0, 1.0]  # squares
    assert rounds[1].features.tolist() == [0, 2, 3]
    assert rounds[-1].ranking.tolist() == [1, 4, 2, 3]


def test_several_columns_a_round_on_paper():
    X = np.array([[5.0, 4.0, 3.0, 2.0, 1.0]])
    assert RFE(Weights(), n_features_to_select=2, step=2).fit(X, [0]).ranking_.tolist() == [1, 1, 2, 3, 3]
    assert RFE(Weights(), n_features_to_select=0.4, step=0.5).fit(X, [0]).ranking_.tolist() == [1, 1, 2, 3, 3]
    assert RFE(Weights()).fit(X, [0]).n_features_ == 2  # half, rounded down


# ---- naive twin


@pytest.mark.parametrize("keep", [1, 3])
def test_ranks_agree_with_the_naive_twin(rng, keep):
    X = rng.normal(size=(50, 6))
    y = X @ [3, 0, 1, -2, 0.1, 0] + rng.normal(size=50)
    assert RFE(LinearRegression(), n_features_to_select=keep).fit(X, y).ranking_.tolist() == naive.ranking(X, y, keep)


# ---- outside reference


@pytest.mark.parametrize(
    "how", [{}, {"n_features_to_select": 3, "step": 2}, {"n_features_to_select": 0.3, "step": 0.2}]
)
def test_the_same_ranks_as_scikit_learns(how):
    for loader, model in ((load_diabetes, Ridge()), (load_breast_cancer, RidgeClassifier()), (load_wine, TheirTree())):
        X, y = loader(return_X_y=True)
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        model.set_params(random_state=0)
        ours, theirs = RFE(model, **how).fit(X, y), reference.RFE(model, **how).fit(X, y)
        assert ours.ranking_.tolist() == theirs.ranking_.tolist()
        assert ours.support_.tolist() == theirs.support_.tolist()
        assert ours.n_features_ == theirs.n_features_
        # the chosen columns come in another layout, where BLAS adds the products of a row in another order
        np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-13, atol=1e-12)
        assert ours.score(X, y) == theirs.score(X, y)


# ---- laws


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 3))
def test_ranks_go_from_one_without_gaps_and_support_is_rank_one(seed, keep, step):
    X = np.random.default_rng(seed).normal(size=(1, 6))
    chosen = RFE(Weights(), n_features_to_select=keep, step=step).fit(X, [0])
    assert chosen.support_.sum() == keep
    assert (chosen.support_ == (chosen.ranking_ == 1)).all()
    assert set(chosen.ranking_) == set(range(1, chosen.ranking_.max() + 1))


@given(st.integers(0, 10**6))
def test_fewer_kept_are_a_part_of_more_kept(seed):
    X = np.random.default_rng(seed).normal(size=(1, 6))
    few, many = (RFE(Weights(), n_features_to_select=keep).fit(X, [0]).support_ for keep in (2, 4))
    assert (few <= many).all()


# ---- edges and errors


def test_importances_may_come_from_a_path_or_a_function(rng):
    X, y = rng.normal(size=(20, 3)), np.arange(20.0)
    plain = RFE(LinearRegression()).fit(X, y).ranking_.tolist()
    assert RFE(LinearRegression(), importance_getter="coef_").fit(X, y).ranking_.tolist() == plain
    assert RFE(LinearRegression(), importance_getter=lambda m: m.coef_).fit(X, y).ranking_.tolist() == plain


def test_tiny_coefficients_are_still_told_apart():
    X = np.array([[3e-200, 1e-200, 2e-200]])
    assert RFE(Weights(), n_features_to_select=1).fit(X, [0]).ranking_.tolist() == [1, 3, 2]


def test_only_what_the_estimator_can_is_there():
    assert not hasattr(RFE(Ridge()), "predict_proba")
    assert hasattr(RFE(KNeighborsClassifier()), "predict_proba")
    assert hasattr(RFE(RidgeClassifier()), "decision_function")


def test_more_columns_than_there_are_is_a_warning(rng):
    with pytest.warns(UserWarning, match="n_features_to_select=9 > n_features=3"):
        assert RFE(Ridge(), n_features_to_select=9).fit(rng.normal(size=(5, 3)), np.arange(5.0)).n_features_ == 3


@pytest.mark.parametrize(
    ("selector", "kind", "words"),
    [
        (RFE("model"), TypeError, "estimator"),
        (RFE(Ridge(), step=0), ValueError, "step"),
        (RFE(Ridge(), step=1.5), ValueError, "step"),
        (RFE(Ridge(), n_features_to_select=0), ValueError, "n_features_to_select"),
        (RFE(Ridge(), importance_getter="weights_"), ValueError, "weights_"),
        (RFE(Ridge(), importance_getter=lambda m: m.coef_[:1]), ValueError, "one score for each of the 3"),
        (RFE(Ridge(), importance_getter=lambda m: m.coef_ * np.nan), ValueError, "no finite numbers"),
        (RFE(KNeighborsClassifier(1)), ValueError, "coef_"),
    ],
)
def test_what_is_wrong_is_named(rng, selector, kind, words):
    with pytest.raises(kind, match=words):
        selector.fit(rng.normal(size=(6, 3)), np.arange(6))


def test_a_single_column_and_no_target_are_errors():
    with pytest.raises(ValueError, match="minimum of 2"):
        RFE(Ridge()).fit([[1.0], [2.0]], [0, 1])
    with pytest.raises(ValueError, match="requires y"):
        RFE(Ridge()).fit([[1.0, 2.0], [2.0, 1.0]], None)
