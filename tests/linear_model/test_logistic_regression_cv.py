"""LogisticRegressionCV: by hand, naive twin, outside reference, laws, steps, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris

import tests.naive.linear_model.logistic_regression_cv as naive
from scratchml.core import ConvergenceWarning, record
from scratchml.linear_model import LogisticRegression, LogisticRegressionCV
from scratchml.linear_model.logistic_path import best_of, parts, seeds_for
from scratchml.linear_model.logistic_regression_cv import check_range
from scratchml.metrics import make_scorer
from scratchml.model_selection import StratifiedKFold, cross_val_score
from tests.linear_model.test_logistic_regression import ONE_THREAD, made, standardised

NEW = {"l1_ratios": (0.0,), "scoring": "accuracy", "use_legacy_attributes": False}


# ---- by hand


def test_the_best_is_the_first_of_equals():
    scores = np.array([[1.0, 3.0, 2.0], [3.0, 0.0, 3.0]])  # two l1_ratios, three Cs
    assert best_of(scores) == (1, 0)
    assert best_of(scores[:1]) == (0, 1)
    assert best_of(np.zeros((2, 2))) == (0, 0)


def test_coefficients_and_intercepts_are_taken_apart():
    coef, intercept = parts(np.array([[1.0, 2.0, 3.0]]), 2)
    assert (coef.tolist(), intercept.tolist()) == ([[1.0, 2.0]], [3.0])
    assert parts(np.array([[1.0, 2.0]]), 2)[1].tolist() == [0.0]


def test_two_folds_by_hand():
    # a weak penalty finds the border at 2.5; a strong one leaves everything to the odds: all rows are of class 0
    X, y = np.arange(8.0)[:, None] % 4, [0, 0, 0, 1, 0, 0, 0, 1]
    model = LogisticRegressionCV(Cs=[1e-9, 1e3], cv=[(range(4), range(4, 8)), (range(4, 8), range(4))], **NEW).fit(X, y)
    assert model.scores_.tolist() == [[[0.75, 1.0]], [[0.75, 1.0]]]
    assert model.C_ == 1e3
    assert model.predict([[0.0], [3.0]]).tolist() == [0, 1]


# ---- naive twin


@pytest.mark.parametrize("k", [2, 3])
def test_agrees_with_the_naive_twin(rng, k):
    X, y = made(rng, 24, 2, k)
    Cs = [0.01, 1.0, 10.0]
    folds = [(a.tolist(), b.tolist()) for a, b in StratifiedKFold(3).split(X, y)]
    C, W, scores = naive.search(X.tolist(), y.tolist(), k, Cs, folds)
    model = LogisticRegressionCV(Cs=Cs, cv=folds, tol=1e-9, **NEW).fit(X, y)
    assert model.C_ == C
    np.testing.assert_allclose(model.scores_[:, 0], scores, rtol=1e-15)
    np.testing.assert_allclose(model.coef_, np.array(W)[:, :2], atol=1e-6)  # the gradient is within 1e-9


# ---- outside reference


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("load", [load_breast_cancer, load_iris])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"scoring": "neg_log_loss", "cv": 3, "fit_intercept": False},
        {"l1_ratios": (0.0,), "use_legacy_attributes": False, "class_weight": "balanced"},
        {"refit": False},
        {"refit": False, "l1_ratios": [0.0], "scoring": "roc_auc_ovr"},
    ],
)
def test_all_attributes_are_scikit_learns(load, how):
    X, y = standardised(load)
    y = np.array(["no", "yes", "perhaps"])[y]
    weight = np.linspace(0.5, 2.0, len(X))
    if "scoring" in how:
        weight = None  # scikit-learn passes weights on to the score
    how = {"Cs": [0.01, 0.3, 5.0], "tol": 1e-7, "max_iter": 1000, **how}
    ours = LogisticRegressionCV(**how).fit(X, y, weight)
    with ONE_THREAD.limit(limits=1):
        theirs = reference.LogisticRegressionCV(**how).fit(X, y, weight)
    for name in ("C_", "l1_ratio_", "Cs_", "l1_ratios_", "coef_", "intercept_", "coefs_paths_", "scores_", "n_iter_"):
        found, expected = getattr(ours, name), getattr(theirs, name)
        assert type(found) is type(expected), name
        if isinstance(expected, dict):
            assert list(found) == list(expected)
            found, expected = (np.stack(list(values.values())) for values in (found, expected))
        found, expected = np.asarray(found), np.asarray(expected)
        assert found.shape == expected.shape, name
        assert found.dtype == expected.dtype, name
        if found.dtype == object:
            assert found.tolist() == expected.tolist(), name
        elif name != "n_iter_":
            np.testing.assert_allclose(found, expected, atol=2e-3, err_msg=name)  # tol / the penalty's curvature
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), abs=1e-4)
    assert (ours.predict(X) == theirs.predict(X)).all()


@pytest.mark.filterwarnings("ignore")
def test_the_elastic_nets_path_is_scikit_learns():
    X, y = standardised(load_iris)
    how = {"Cs": [0.05, 0.5], "l1_ratios": [0.2, 1.0], "solver": "saga", "max_iter": 3000, "random_state": 0, "cv": 3}
    ours = LogisticRegressionCV(**how).fit(X, y)
    with ONE_THREAD.limit(limits=1):
        theirs = reference.LogisticRegressionCV(**how, tol=1e-6).fit(X, y)
    assert (ours.C_, ours.l1_ratio_) == (pytest.approx(theirs.C_), pytest.approx(theirs.l1_ratio_))
    for label in range(3):
        np.testing.assert_allclose(ours.coefs_paths_[label], theirs.coefs_paths_[label], atol=5e-3)  # tol / curvature
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=5e-3)
    old = LogisticRegressionCV(Cs=[0.05], penalty="l1", solver="saga", max_iter=3000, random_state=0, cv=3).fit(X, y)
    np.testing.assert_allclose(old.coefs_paths_[0][:, 0], ours.coefs_paths_[0][:, 0, 1], atol=2e-3)


# ---- laws


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_scores_are_those_of_separate_fits(seed):
    rng = np.random.default_rng(seed)
    X, y = made(rng, 40, 3, int(rng.integers(2, 4)))
    folds = list(StratifiedKFold(2).split(X, y))
    how = {**NEW, "scoring": "neg_log_loss"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of classes with fewer rows than folds
        model = LogisticRegressionCV(Cs=[0.1, 1.0], cv=folds, tol=1e-8, **how).fit(X, y)
        for c, C in enumerate([0.1, 1.0]):
            if len(set(y[folds[0][0]])) == len(set(y[folds[1][0]])) == len(set(y)):
                expected = cross_val_score(LogisticRegression(C=C, tol=1e-8), X, y, cv=folds, scoring="neg_log_loss")
                np.testing.assert_allclose(model.scores_[:, 0, c], expected, atol=1e-6)
    assert model.certify(X, y).gradient <= 1e-8
    alone = LogisticRegression(C=model.C_, tol=1e-8).fit(X, y)
    np.testing.assert_allclose(model.coef_, alone.coef_, atol=1e-6)


def test_threads_do_not_change_a_bit(rng):
    X, y = made(rng, 90, 4, 3)
    for how in ({}, {"solver": "saga", "random_state": 3, "max_iter": 500}):
        one, many = (LogisticRegressionCV(Cs=2, cv=3, n_jobs=jobs, **how, **NEW).fit(X, y) for jobs in (1, 4))
        assert one.coef_.tobytes() == many.coef_.tobytes()
        assert one.coefs_paths_.tobytes() == many.coefs_paths_.tobytes()


def test_seeds_are_drawn_before_any_thread_starts():
    assert seeds_for(3, "lbfgs", None) == [None] * 3
    assert seeds_for(3, "saga", 7) == [7] * 3
    drawn = seeds_for(3, "saga", np.random.RandomState(0))
    assert drawn == seeds_for(3, "saga", np.random.RandomState(0))
    assert len(set(drawn)) == 3


# ---- steps


def test_steps_tell_of_the_paths_and_then_of_the_refit(rng):
    X, y = made(rng, 60, 3, 2)
    path = record(LogisticRegressionCV(Cs=3, cv=2, **NEW).steps(X, y))
    assert [s.name for s in path][:2] == ["paths", "start"]
    assert path[0].coefs.shape == (2, 1, 3, 1, 4)
    assert path[-1].converged
    assert [s.name for s in record(LogisticRegressionCV(Cs=3, cv=2, refit=False, **NEW).steps(X, y))] == ["paths"]


# ---- edges and errors


def test_defaults_that_will_change_are_told_of_as_in_scikit_learn(rng):
    X, y = made(rng, 40, 2, 2)
    for module in (LogisticRegressionCV, reference.LogisticRegressionCV):
        for how, many in (({}, 3), ({"l1_ratios": None}, 3), ({"penalty": "l2"}, 4)):
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                module(Cs=2, cv=2, **how).fit(X, y)
            assert len([w for w in told if w.category is FutureWarning]) == many


def test_a_fold_may_lack_a_class(rng):
    X, y = made(rng, 12, 2, 3)
    y = np.repeat([0, 1, 2], 4)
    folds = [(np.arange(8), np.arange(8, 12)), (np.arange(4, 12), np.arange(4))]
    for how in ({}, {"solver": "saga", "max_iter": 3000}):
        model = LogisticRegressionCV(Cs=[0.1], cv=folds, **how, **{**NEW, "scoring": "neg_log_loss"}).fit(X, y)
        assert model.coefs_paths_.shape == (2, 1, 1, 3, 3)
        assert np.isfinite(model.scores_).all()


def test_weights_count_in_fits_and_scores(rng):
    X, y = made(rng, 40, 2, 2)
    times = rng.integers(1, 3, size=40)
    folds = list(StratifiedKFold(2).split(X, y))
    rows = np.repeat(np.arange(40), times)
    more = [(np.flatnonzero(np.isin(rows, a)), np.flatnonzero(np.isin(rows, b))) for a, b in folds]
    weighted = LogisticRegressionCV(Cs=2, cv=folds, tol=1e-8, **NEW).fit(X, y, times)
    repeated = LogisticRegressionCV(Cs=2, cv=more, tol=1e-8, **NEW).fit(X[rows], y[rows])
    np.testing.assert_allclose(weighted.scores_, repeated.scores_, rtol=1e-14)
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, atol=1e-6)
    assert weighted.score(X, y, times) == pytest.approx(repeated.score(X[rows], y[rows]), rel=1e-14)


def test_scores_may_come_from_a_callable(rng):
    X, y = made(rng, 40, 2, 2)
    how = {**NEW, "scoring": lambda model, X, y: -abs(model.coef_).sum()}
    assert LogisticRegressionCV(Cs=[0.01, 1.0], cv=2, **how).fit(X, y).C_ == 0.01
    counting = make_scorer(lambda truth, found, labels: float(len(labels)))
    model = LogisticRegressionCV(Cs=[0.01], cv=2, **{**NEW, "scoring": counting}).fit(X, y)
    assert model.scores_.tolist() == [[[2.0]], [[2.0]]]  # it is told the labels of all rows


def test_fits_that_do_not_converge_are_one_warning(rng):
    X, y = made(rng, 60, 3, 2)
    with pytest.warns(ConvergenceWarning) as told:
        LogisticRegressionCV(Cs=[1.0, 10.0], cv=2, max_iter=1, **NEW).fit(X, y)
    assert "4 of 4 fits on folds failed to converge" in str(told[0].message)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"Cs": [0.0, 1.0]}, "Cs must be an array-like of numbers between"),
        ({"Cs": []}, "Cs must be an array-like"),
        ({"Cs": ["strong"]}, "Cs=.*must be an array-like of numbers"),
        ({"l1_ratios": [0.5, 2.0], "solver": "saga"}, "l1_ratios must be an array-like of numbers between 0 and 1"),
        ({"l1_ratios": [0.0, 0.5]}, "Solver lbfgs supports only 'l2'"),
        ({"class_weight": {7: 1.0}}, "class_weight dict must have the class labels as keys"),
        ({"scoring": "beauty"}, "'beauty' is not a valid scoring value"),
        ({"cv": 1}, "n_splits=1"),
    ],
)
def test_impossible_wishes_are_errors(rng, how, words):
    X, y = made(rng, 30, 2, 2)
    with pytest.raises(ValueError, match=words):
        LogisticRegressionCV(**{**NEW, **how}).fit(X, y)


def test_a_fold_without_weight_is_an_error(rng):
    X, y, weight = rng.normal(size=(40, 3)), np.arange(40) % 3, np.zeros(40)
    weight[3] = 1.0
    with pytest.raises(ValueError, match="rows of sample weight 0 only"):
        LogisticRegressionCV(Cs=3, cv=3, **NEW).fit(X, y, sample_weight=weight)


def test_an_elastic_net_wants_ratios(rng):
    X, y = made(rng, 30, 2, 2)
    with pytest.warns(FutureWarning), pytest.raises(ValueError, match="l1_ratios must be an array-like"):
        LogisticRegressionCV(**{**NEW, "l1_ratios": None}, penalty="elasticnet", solver="saga").fit(X, y)
    assert check_range("Cs", (1, 2), 0.5, np.inf).tolist() == [1.0, 2.0]
