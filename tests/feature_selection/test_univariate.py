"""SelectKBest, SelectPercentile, SelectFpr, SelectFwe, SelectFdr: by hand, naive twin, reference, laws, errors."""

import numpy as np
import pytest
import sklearn.feature_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer

import scratchml.feature_selection as ours
import tests.naive.feature_selection.univariate as naive
from scratchml.feature_selection import SelectFdr, SelectFpr, SelectFwe, SelectKBest, SelectPercentile, f_classif
from scratchml.feature_selection.univariate import SelectByP

CLASSES = [
    ("SelectKBest", {"k": 7}),
    ("SelectKBest", {"k": "all"}),
    ("SelectPercentile", {"percentile": 33}),
    ("SelectPercentile", {"percentile": 100}),
    ("SelectFpr", {"alpha": 1e-3}),
    ("SelectFwe", {"alpha": 0.01}),
    ("SelectFdr", {"alpha": 0.2}),
]


def giving(scores, p=None):
    """Return a score function that always gives these."""
    scores = np.array(scores, dtype=float)
    return (lambda X, y: scores) if p is None else (lambda X, y: (scores, np.array(p)))


def kept(cls, scores, p=None, **how):
    return cls(giving(scores, p), **how).fit(np.zeros((2, len(scores)))).get_support().tolist()


# ---- by hand


def test_ties_and_nan_on_paper():
    scores = [1.0, 3.0, np.nan, 3.0, 2.0]
    assert kept(SelectKBest, scores, k=1) == [False, False, False, True, False]  # of equal ones the last
    assert kept(SelectKBest, scores, k=4) == [True, True, False, True, True]
    assert kept(SelectPercentile, [1.0, 2.0, 2.0, 2.0, 0.0], percentile=40) == [False, True, True, False, False]


def test_rules_for_p_values_on_paper():
    p = [0.01, 0.02, 0.03, 0.2]  # lines of Fdr at 0.05: 0.0125, 0.025, 0.0375, 0.05
    assert kept(SelectFpr, p, p) == [True, True, True, False]
    assert kept(SelectFwe, p, p) == [True, False, False, False]  # below 0.0125
    assert kept(SelectFdr, p, p) == [True, True, True, False]
    p = [0.02, 0.024, 0.2, 0.9]  # the first is above its line, the second below: both are kept
    assert kept(SelectFdr, p, p) == [True, True, False, False]
    assert kept(SelectFdr, [0.3, 0.9], [0.3, 0.9]) == [False, False]


# ---- naive twin


@given(st.lists(st.integers(0, 5), min_size=1, max_size=9), st.integers(0, 9))
def test_the_best_k_agree_with_the_naive_twin(scores, k):
    assert kept(SelectKBest, scores, k=min(k, len(scores))) == naive.best_k(scores, k)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=9), st.floats(0.01, 0.99))
def test_the_discovery_rate_agrees_with_the_naive_twin(forties, alpha):
    p = [x / 40 for x in forties]
    assert kept(SelectFdr, p, p, alpha=alpha) == naive.discovery_rate(p, alpha)


# ---- outside reference


@pytest.mark.parametrize(("name", "how"), CLASSES)
@pytest.mark.parametrize("score", ["f_classif", "chi2"])
def test_the_same_columns_as_scikit_learns(name, how, score):
    X, y = load_breast_cancer(return_X_y=True)
    found = getattr(ours, name)(getattr(ours, score), **how).fit(X, y)
    expected = getattr(reference, name)(getattr(reference, score), **how).fit(X, y)
    np.testing.assert_array_equal(found.get_support(), expected.get_support())
    np.testing.assert_array_equal(found.transform(X), expected.transform(X))
    np.testing.assert_allclose(found.scores_, expected.scores_, rtol=1e-10, atol=0)  # scikit-learn's cancellation


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.integers(0, 100))
def test_percentiles_with_ties_are_scikit_learns(scores, percentile):
    expected = reference.SelectPercentile(giving(scores), percentile=percentile).fit(np.zeros((2, len(scores))))
    assert kept(SelectPercentile, scores, percentile=percentile) == expected.get_support().tolist()


# ---- laws


@given(st.integers(0, 10**6))
def test_the_stricter_rule_keeps_fewer_columns(seed):
    p = np.random.default_rng(seed).random(12) ** 3
    family, discovery, own = (np.array(kept(cls, p, p)) for cls in (SelectFwe, SelectFdr, SelectFpr))
    assert (family <= discovery).all()
    assert (discovery <= own).all()


# ---- edges and errors


def test_more_columns_asked_for_than_there_are():
    with pytest.warns(UserWarning, match="k=10 is greater than n_features=2"):
        chosen = SelectKBest(giving([1, 2])).fit([[1, 2]])
    assert chosen.get_support().all()


def test_no_column_kept_is_a_warning():
    chosen = SelectKBest(giving([1, 2]), k=0).fit([[1, 2]])
    with pytest.warns(UserWarning, match="No features were selected"):
        assert chosen.transform([[1.0, 2.0]]).shape == (1, 0)


@pytest.mark.parametrize(
    ("selector", "kind", "words"),
    [
        (SelectKBest(k=-1), ValueError, "k=-1"),
        (SelectKBest(k="most"), ValueError, "k='most'"),
        (SelectKBest(score_func="f"), TypeError, "score_func"),
        (SelectPercentile(percentile=101), ValueError, "percentile"),
        (SelectFpr(alpha=2), ValueError, "alpha"),
        (SelectFdr(giving([1, 2])), ValueError, "gives no p-values"),
        (SelectKBest(giving([1, 2, 3])), ValueError, "one score for each of the 2 columns"),
        (SelectKBest(f_classif), ValueError, "requires y"),
    ],
)
def test_what_is_wrong_is_named(selector, kind, words):
    with pytest.raises(kind, match=words):
        selector.set_params(**({"k": 1} if selector.get_params().get("k") == 10 else {})).fit([[1.0, 2.0], [2.0, 1.0]])


def test_a_rule_that_is_missing_is_named():
    with pytest.raises(NotImplementedError, match="_below"):
        SelectByP()._below(np.zeros(2))
