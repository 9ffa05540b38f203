"""LogisticRegression: by hand, naive twin, outside reference, laws, steps, edges and errors."""

import math
import re
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.linear_model as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.multiclass import OneVsRestClassifier
from threadpoolctl import ThreadpoolController

import tests.naive.linear_model.logistic_regression as naive
from scratchml.core import ConvergenceWarning, listen, record
from scratchml.linear_model import LogisticRegression
from scratchml.optim import check_gradient

SOLVERS = ("lbfgs", "newton-cholesky")
ONE_THREAD = ThreadpoolController()  # their small products take many times longer on several


def objective(model, X, y, C=1.0, l1_ratio=0.0, weight=None):
    """Return mean loss + penalty of a fitted model, ours or scikit-learn's."""
    codes = np.searchsorted(model.classes_, y)
    weight = np.ones(len(codes)) if weight is None else weight
    Z = X @ model.coef_.T + model.intercept_
    Z = np.column_stack([np.zeros(len(Z)), Z[:, 0]]) if Z.shape[1] == 1 else Z
    top = Z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(Z - top).sum(axis=1)) + top[:, 0] - Z[np.arange(len(Z)), codes]
    with np.errstate(under="ignore"):
        penalty = (1 - l1_ratio) / 2 * (model.coef_**2).sum() + l1_ratio * np.abs(model.coef_).sum()
    return ((weight * losses).sum() + penalty / C) / weight.sum()


def reference_fit(X, y, **how):
    with warnings.catch_warnings(), np.errstate(all="ignore"), ONE_THREAD.limit(limits=1):
        warnings.simplefilter("ignore")
        return reference.LogisticRegression(**how).fit(X, y)


def made(rng, n, d, k, noise=1.0):
    """Return X and labels 0 ... k - 1, all of them there."""
    X = rng.normal(size=(n, d))
    y = (X @ rng.normal(size=(d, k)) + noise * rng.gumbel(size=(n, k))).argmax(axis=1)
    if noise:
        y[:k] = np.arange(k)
    return X, y


def standardised(load):
    X, y = load(return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


# ---- by hand


def test_a_column_of_zeros_and_ones_gives_the_log_odds_ratio():
    # of 4 rows with x = 0 one is ill, of 4 with x = 1 three are: odds 1/3 and 3, so b = -log 3 and w = log 9
    X, y = np.repeat([0.0, 1.0], 4)[:, None], [0, 0, 0, 1, 0, 1, 1, 1]
    for solver in SOLVERS:
        model = LogisticRegression(C=np.inf, solver=solver, tol=1e-10).fit(X, y)
        np.testing.assert_allclose(model.coef_, [[math.log(9.0)]], rtol=1e-8)  # gradients within 1e-10
        np.testing.assert_allclose(model.intercept_, [-math.log(3.0)], rtol=1e-8)
        np.testing.assert_allclose(model.predict_proba([[1.0]]), [[1 / 4, 3 / 4]], rtol=1e-8)


def test_without_columns_that_tell_anything_the_intercepts_are_the_log_odds():
    X, y = np.zeros((6, 1)), ["a", "b", "b", "c", "c", "c"]
    model = LogisticRegression().fit(X, y)
    np.testing.assert_allclose(model.predict_proba([[0.0]]), [[1 / 6, 2 / 6, 3 / 6]], rtol=1e-12)
    assert model.coef_.tolist() == [[0.0]] * 3


def test_the_equations_of_the_docstring_hold_at_the_lowest_point(rng):
    X, y = made(rng, 40, 3, 2)
    weight, C = rng.random(40), 0.3
    model = LogisticRegression(C=C, tol=1e-10).fit(X, y, weight)
    p = 1 / (1 + np.exp(-(X @ model.coef_[0] + model.intercept_[0])))
    np.testing.assert_allclose(C * X.T @ (weight * (y - p)), model.coef_[0], rtol=1e-7, atol=1e-9)  # C n tol
    assert abs((weight * (y - p)).sum()) <= 40 * 1e-10


# ---- naive twin


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("k", [2, 3])
def test_agrees_with_the_naive_twin(rng, solver, k):
    X, y = made(rng, 25, 2, k)
    model = LogisticRegression(C=0.5, solver=solver, tol=1e-9).fit(X, y)
    W = np.array(naive.newton(X.tolist(), y.tolist(), k, 0.5))
    np.testing.assert_allclose(model.coef_, W[:, :2], atol=1e-7)  # the gradient is within 1e-9, curvatures above 1e-2
    for x, found in zip(X[:5], model.predict_proba(X[:5])):
        np.testing.assert_allclose(found, naive.probabilities(W.tolist(), x.tolist()), atol=1e-7)
    *_, last = LogisticRegression(C=0.5, solver=solver, tol=1e-9).steps(X, y)
    expected = naive.objective(W.tolist(), X.tolist(), y.tolist(), 0.5)
    assert last.loss == pytest.approx(expected, rel=1e-13)


# ---- outside reference

HARD = {
    "plain": lambda rng, k: made(rng, 200, 5, k),
    "fewer rows than columns": lambda rng, k: made(rng, 20, 50, k),
    "one row for each class": lambda rng, k: (rng.normal(size=(k, 4)), np.arange(k)),
    "copied columns": lambda rng, k: ((m := made(rng, 200, 3, k))[0][:, [0, 1, 2, 0, 1, 0]], m[1]),
    "constant columns": lambda rng, k: (np.column_stack([(m := made(rng, 200, 3, k))[0], np.ones((200, 2))]), m[1]),
    "scales from 1e-150 to 1e150": lambda rng, k: ((m := made(rng, 200, 5, k))[0] * np.logspace(-150, 150, 5), m[1]),
    "scales from 1e-6 to 1e6": lambda rng, k: ((m := made(rng, 200, 5, k))[0] * np.logspace(-6, 6, 5), m[1]),
    "huge": lambda rng, k: ((m := made(rng, 200, 5, k))[0] * 1e150, m[1]),
    "far from 0": lambda rng, k: ((m := made(rng, 200, 5, k))[0] + 1e4, m[1]),
    "separable": lambda rng, k: made(rng, 200, 5, k, noise=0.0),
    "rare classes": lambda rng, k: (rng.normal(size=(2000, 4)), np.minimum(np.arange(2000), 40) // 20 % k),
    "rare categories": lambda rng, k: (np.eye(60)[rng.integers(60, size=900) ** 2 // 60], rng.integers(k, size=900)),
    "nearly equal columns": lambda rng, k: (
        (m := made(rng, 300, 1, k))[0] + 1e-3 * rng.normal(size=(300, 5)),
        m[1],
    ),
}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("name", HARD)
def test_the_objective_is_never_above_scikit_learns(rng, name, k, solver):
    X, y = HARD[name](rng, k)
    for C, intercept in ((1e-8, True), (1.0, True), (1.0, False), (1e8, True)):
        how = {"C": C, "fit_intercept": intercept}
        ours = objective(LogisticRegression(solver=solver, **how).fit(X, y), X, y, C)
        theirs = reference_fit(X, y, **how)
        with np.errstate(all="ignore"):
            expected = objective(theirs, X, y, C)
        assert ours <= expected * (1 + 1e-8) or np.isnan(expected)


@pytest.mark.parametrize("load", [load_breast_cancer, load_iris, load_wine])
@pytest.mark.parametrize("solver", SOLVERS)
def test_coefficients_are_scikit_learns_where_both_go_to_the_end(load, solver):
    X, y = standardised(load)
    for how in ({}, {"C": 0.01, "class_weight": "balanced"}, {"fit_intercept": False, "class_weight": {0: 3.0}}):
        ours = LogisticRegression(solver=solver, tol=1e-9, **how).fit(X, y)
        theirs = reference_fit(X, y, solver="newton-cholesky", tol=1e-9, max_iter=1000, **how)
        np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)  # tol / (the penalty's curvature, 1 / (C n))
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)
        np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=1e-4)
        assert (ours.predict(X) == theirs.predict(X)).all()
        for name in ("coef_", "intercept_", "classes_", "n_iter_"):
            assert getattr(ours, name).shape == getattr(theirs, name).shape
            assert getattr(ours, name).dtype == getattr(theirs, name).dtype


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("l1_ratio", [0.0, 0.5, 1.0])
def test_sagas_objective_is_no_worse_than_scikit_learns(rng, k, l1_ratio):
    X, y = made(rng, 100, 6, k)
    for C in (0.05, 1.0):
        how = {"C": C, "l1_ratio": l1_ratio, "solver": "saga", "max_iter": 10_000, "random_state": 0}
        ours, theirs = LogisticRegression(**how).fit(X, y), reference_fit(X, y, **how)
        room = 1e-8 if l1_ratio else 1e-7  # SAGA itself stops by chance
        assert objective(ours, X, y, C, l1_ratio) <= objective(theirs, X, y, C, l1_ratio) * (1 + room)
        assert ours.certify(X, y).gradient <= 1e-4
        exact = reference_fit(X, y, **{**how, "tol": 1e-9})
        np.testing.assert_allclose(ours.coef_, exact.coef_, atol=2e-3)  # tol / curvature
        if l1_ratio == 1.0 and C == 0.05:
            assert ((ours.coef_ == 0.0) == (exact.coef_ == 0.0)).all()
            assert (ours.coef_ == 0.0).any()


@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer])
def test_saga_is_no_worse_than_scikit_learns_where_epochs_run_out(load):
    X, y = standardised(load)
    for l1_ratio in (0.5, 1.0):
        how = {"l1_ratio": l1_ratio, "solver": "saga", "max_iter": 20, "random_state": 0}
        theirs = objective(reference_fit(X, y, **how), X, y, 1.0, l1_ratio)
        assert objective(LogisticRegression(**how).fit(X, y), X, y, 1.0, l1_ratio) < theirs
    how = {"solver": "saga", "max_iter": 20, "random_state": 0}
    with pytest.warns(ConvergenceWarning, match="saga failed to converge after 20"):
        ours = LogisticRegression(**how).fit(X, y)
    assert objective(ours, X, y) <= objective(reference_fit(X, y, **how), X, y)


@pytest.mark.parametrize("seed", range(40))
def test_few_rows_of_classes_far_apart_are_fitted_as_well_as_by_newton(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(12, 3)) + rng.choice([0.0, 1e3]), np.arange(12) % int(rng.choice([3, 5]))
    C = 10.0 ** rng.integers(2, 7)
    how = {"C": C, "max_iter": 2000, "fit_intercept": bool(seed % 2)}
    ours = LogisticRegression(**how).fit(X, y)
    theirs = reference_fit(X, y, **{**how, "max_iter": 200}, solver="newton-cholesky", tol=1e-12)
    assert objective(ours, X, y, C) <= objective(theirs, X, y, C) * (1 + 1e-8)


def test_one_versus_rest_is_scikit_learns_wrapper():
    X, y = standardised(load_iris)
    ours = LogisticRegression(multi_class="ovr", tol=1e-8).fit(X, y)
    theirs = OneVsRestClassifier(reference.LogisticRegression(tol=1e-8, max_iter=1000)).fit(X, y)
    np.testing.assert_allclose(ours.coef_, np.concatenate([m.coef_ for m in theirs.estimators_]), atol=1e-4)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
    np.testing.assert_allclose(np.exp(ours.predict_log_proba(X)), ours.predict_proba(X), rtol=1e-12)
    assert (ours.predict(X) == theirs.predict(X)).all()
    assert ours.n_iter_.shape == (3,)
    assert ours.certify(X, y).gradient <= 1e-8
    two = LogisticRegression(multi_class="ovr").fit(X[:100], y[:100])
    assert (two.coef_ == LogisticRegression().fit(X[:100], y[:100]).coef_).all()


@pytest.mark.filterwarnings("ignore")
def test_the_old_word_penalty_means_what_it_means_in_scikit_learn():
    X, y = standardised(load_breast_cancer)
    for how in (
        {"penalty": "l1", "l1_ratio": 1},
        {"penalty": "elasticnet", "l1_ratio": 0.3},
        {"penalty": "l2", "C": 0.1},
        {"penalty": "l1", "l1_ratio": 0.5},
    ):
        how = {"solver": "saga", "max_iter": 5000, "C": 0.02, "tol": 1e-5, "random_state": 0, **how}
        ours, theirs = LogisticRegression(**how).fit(X, y), reference_fit(X, y, **how)
        np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=2e-3)  # both stop by tol
    ours, theirs = (
        m(penalty=None, C=2.0, tol=1e-8, max_iter=500).fit(X[:, :3], y)
        for m in (LogisticRegression, reference.LogisticRegression)
    )
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-4)


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ({"penalty": "l2"}, FutureWarning, "'penalty' .* deprecated"),
        ({"l1_ratio": None}, FutureWarning, "l1_ratio=None"),
        ({"penalty": None, "C": 2.0}, UserWarning, "Setting penalty=None will ignore the C"),
        ({"penalty": "l2", "l1_ratio": 0.5}, UserWarning, "only used when penalty is 'elasticnet'"),
        ({"penalty": "l2", "l1_ratio": 1}, UserWarning, "Inconsistent values"),
    ],
)
def test_warnings_are_scikit_learns(rng, how, kind, words):
    X, y = made(rng, 30, 2, 2)
    for module in (LogisticRegression, reference.LogisticRegression):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            module(**how).fit(X, y)
        ours = module is LogisticRegression
        assert [w for w in told if w.category is kind and (re.search(words, str(w.message)) or not ours)]


# ---- laws


@given(st.integers(0, 10**6))
def test_the_certificate_is_the_gradient_of_the_naive_twin(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 4))
    X, y = made(rng, 15, 2, k)
    weight = rng.random(15)
    model = LogisticRegression(C=0.7, max_iter=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y, weight)
    model.coef_ += rng.normal(size=model.coef_.shape)
    W = np.column_stack([model.coef_, model.intercept_])
    G = np.array(naive.gradient(W.tolist(), X.tolist(), y.tolist(), 0.7, weight.tolist()))
    found = model.certify(X, y, weight)
    assert found.gradient == pytest.approx(np.abs(G[:, :-1]).max(), rel=1e-12)
    assert found.intercept == pytest.approx(np.abs(G[:, -1]).max(), rel=1e-9, abs=1e-15)
    losses = lambda w: (  # noqa: E731
        naive.objective(w.reshape(W.shape).tolist(), X.tolist(), y.tolist(), 0.7, weight.tolist()),
        np.array(naive.gradient(w.reshape(W.shape).tolist(), X.tolist(), y.tolist(), 0.7, weight.tolist())).ravel(),
    )
    assert check_gradient(losses, W.ravel()) < 1e-8


@given(st.integers(0, 10**6), st.sampled_from(SOLVERS))
def test_a_row_of_weight_two_is_that_row_twice(seed, solver):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 4))
    X, y = made(rng, 20, 2, k)
    times = rng.integers(0, 3, size=20)
    times[:k] = 1
    once = LogisticRegression(solver=solver, tol=1e-9).fit(X, y, times)
    again = LogisticRegression(solver=solver, tol=1e-9).fit(np.repeat(X, times, axis=0), np.repeat(y, times))
    np.testing.assert_allclose(once.coef_, again.coef_, atol=1e-7)  # both gradients within 1e-9


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_class_weights_are_row_weights(seed):
    rng = np.random.default_rng(seed)
    X, y = made(rng, 30, 2, 3)
    weight = rng.random(30) + 0.1
    by_class = {0: 2.0, 2: 0.5}
    found = LogisticRegression(class_weight=by_class).fit(X, y, weight)
    expected = LogisticRegression().fit(X, y, weight * np.array([2.0, 1.0, 0.5])[y])
    assert found.coef_.tobytes() == expected.coef_.tobytes()
    balanced = LogisticRegression(class_weight="balanced").fit(X, y)
    share = 30 / (3 * np.bincount(y))
    np.testing.assert_allclose(balanced.coef_, LogisticRegression().fit(X, y, share[y]).coef_, rtol=1e-12)


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_probabilities_sum_to_one_and_agree_with_their_logarithms(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 5))
    X, y = made(rng, 30, 3, k)
    model = LogisticRegression(multi_class=str(rng.choice(["ovr", "multinomial"]))).fit(X, y)
    p = model.predict_proba(X)
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), p, rtol=1e-12)
    assert np.isfinite(model.predict_log_proba(1e6 * X)).all()
    assert (model.predict(X) == model.classes_[p.argmax(axis=1)]).all()


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_columns_in_another_order_shifted_or_in_other_units_without_penalty_predict_the_same(seed):
    rng = np.random.default_rng(seed)
    X, y = made(rng, 60, 3, 2, noise=3.0)
    how = {"tol": 1e-10}
    order = rng.permutation(3)
    model = LogisticRegression(**how).fit(X, y)
    np.testing.assert_allclose(LogisticRegression(**how).fit(X[:, order], y).coef_, model.coef_[:, order], atol=1e-8)
    shift = 10 * rng.normal(size=3)
    moved = LogisticRegression(**how).fit(X + shift, y)
    np.testing.assert_allclose(moved.coef_, model.coef_, atol=1e-7)
    np.testing.assert_allclose(moved.intercept_, model.intercept_ - model.coef_ @ shift, atol=1e-6)
    free = LogisticRegression(C=np.inf, **how)
    plain = free.fit(X, y).decision_function(X)
    np.testing.assert_allclose(
        free.fit(X * [1e-9, 1.0, 1e9], y).decision_function(X * [1e-9, 1.0, 1e9]), plain, atol=1e-5
    )


@pytest.mark.parametrize("solver", [*SOLVERS, "saga"])
def test_an_overwhelming_penalty_leaves_the_prior_odds(rng, solver):
    X, y = made(rng, 50, 3, 2)
    model = LogisticRegression(C=1e-12, solver=solver, random_state=0, max_iter=2000).fit(X, y)
    assert abs(model.coef_).max() < 1e-9
    assert model.intercept_[0] == pytest.approx(math.log(y.mean() / (1 - y.mean())), abs=1e-3)  # tol 1e-4 / curvature


def test_labels_may_be_exchanged(rng):
    X, y = made(rng, 50, 3, 2)
    model, other = (LogisticRegression(tol=1e-9).fit(X, labels) for labels in (y, 1 - y))
    np.testing.assert_allclose(other.coef_, -model.coef_, atol=1e-8)


def test_saga_draws_the_same_for_the_same_seed(rng):
    X, y = made(rng, 50, 3, 3)
    how = {"solver": "saga", "max_iter": 1000}
    first, second, third = (LogisticRegression(random_state=seed, **how).fit(X, y).coef_ for seed in (0, 0, 1))
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != third.tobytes()


# ---- steps


def test_steps_tell_of_loss_and_gradient_and_a_listener_may_end_the_fit(rng):
    X, y = made(rng, 100, 4, 3)
    path = record(LogisticRegression().steps(X, y))
    assert [s.name for s in path] == ["start"] + ["update"] * (len(path) - 1)
    assert path[-1].converged
    assert path[-1].gradient_norm <= 1e-4
    with listen(lambda step: step.iteration == 2), pytest.warns(ConvergenceWarning, match="stopped after 2"):
        model = LogisticRegression().fit(X, y)
    assert (model.coef_ == path[2].coef).all()
    assert model.n_iter_.tolist() == [2]


def test_warm_start_goes_on_where_the_last_fit_ended(rng):
    X, y = made(rng, 200, 4, 3)
    model = LogisticRegression(warm_start=True).fit(X, y)
    assert model.fit(X, y).n_iter_[0] <= 1  # fresh coordinates estimate anew what is left
    cold = LogisticRegression(C=0.9).fit(X, y).n_iter_[0]
    assert model.set_params(C=0.9).fit(X, y).n_iter_[0] < cold
    with pytest.raises(ValueError, match="warm_start: the last fit has coef_ of shape"):
        model.fit(X[:, :2], y)
    each = LogisticRegression(warm_start=True, multi_class="ovr").fit(X, y)
    assert each.fit(X, y).n_iter_.max() <= 1


# ---- edges and errors


def test_labels_may_be_words_bools_or_numbers(rng):
    X, y = made(rng, 40, 2, 2)
    coef = LogisticRegression().fit(X, y).coef_
    for labels in (np.array(["no", "yes"])[y], y.astype(bool), 7 * y - 3, y.astype(float), y.astype(np.uint8)):
        model = LogisticRegression().fit(X, labels)
        assert (model.coef_ == coef).all()
        assert model.predict(X).dtype == labels.dtype
        assert set(model.predict(X)) <= set(labels)


def test_one_class_is_scikit_learns_error(rng):
    X = rng.normal(size=(5, 2))
    for module in (LogisticRegression, reference.LogisticRegression):
        with pytest.raises(ValueError, match="needs samples of at least 2 classes in the data, but the data contains"):
            module().fit(X, np.ones(5))


def test_too_few_steps_are_a_warning_that_names_the_remedy(rng):
    X, y = made(rng, 50, 3, 2)
    with pytest.warns(ConvergenceWarning, match=r"lbfgs failed to converge after 1 iteration.*Increase max_iter"):
        model = LogisticRegression(max_iter=1).fit(X, y)
    assert model.n_iter_.tolist() == [1]
    with pytest.warns(ConvergenceWarning, match="gd failed to converge after 3"):
        LogisticRegression(solver="gd", max_iter=3, tol=1e-9).fit(X, y)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("k", [2, 3])
def test_separable_classes_without_penalty_are_a_warning(rng, solver, k):
    X, y = made(rng, 40, 2, k, noise=0.0)
    with pytest.warns(ConvergenceWarning, match="separable"):
        model = LogisticRegression(C=np.inf, solver=solver).fit(X, y)
    assert (model.predict(X) == y).all()
    LogisticRegression(C=1e4, solver=solver).fit(X, y)  # with a penalty nothing is wrong


def test_gradient_descent_ends_where_lbfgs_does(rng):
    X, y = made(rng, 60, 3, 3)
    slow = LogisticRegression(solver="gd", max_iter=5000, tol=1e-7).fit(X, y)
    np.testing.assert_allclose(slow.coef_, LogisticRegression(tol=1e-8).fit(X, y).coef_, atol=1e-5)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"l1_ratio": 1.0}, "Solver lbfgs supports only 'l2' or None penalties, got l1 penalty"),
        ({"l1_ratio": 0.5, "solver": "newton-cholesky"}, "got elasticnet penalty"),
        ({"dual": True}, "supports only dual=False, got dual=True"),
        ({"solver": "liblinear"}, "solver='liblinear'"),
        ({"C": 0.0}, "C=0.0"),
        ({"C": -1.0}, "C=-1.0"),
        ({"l1_ratio": 1.5}, "l1_ratio=1.5"),
        ({"class_weight": "equal"}, "class_weight='equal'"),
    ],
)
def test_impossible_wishes_are_errors(how, words):
    with pytest.raises(ValueError, match=words):
        LogisticRegression(**how).fit([[0.0], [1.0]], [0, 1])


def test_an_elastic_net_without_ratio_is_an_error():
    with pytest.warns(FutureWarning), pytest.raises(ValueError, match="l1_ratio must be specified"):
        LogisticRegression(penalty="elasticnet", l1_ratio=None, solver="saga").fit([[0.0], [1.0]], [0, 1])


def test_weights_that_leave_nothing_are_an_error():
    with pytest.raises(ValueError, match="sample_weight times class_weight"):
        LogisticRegression(class_weight={1: 0.0}).fit([[0.0], [1.0]], [0, 1], [0.0, 1.0])


def test_a_label_not_seen_in_fit_has_no_certificate(rng):
    X, y = made(rng, 20, 2, 2)
    model = LogisticRegression().fit(X, y)
    with pytest.raises(ValueError, match=r"fit has not seen; it saw \[0, 1\]"):
        model.certify(X, y + 1)
    assert model.certify(X, y).gradient <= 1e-4


def test_a_logit_beyond_float64_is_an_error(rng):
    X, y = made(rng, 20, 2, 2)
    model = LogisticRegression().fit(X, y)
    model.coef_[:] = 1e200
    with pytest.raises(ValueError, match="too large for float64"):
        model.predict(np.full((1, 2), 1e200))


def test_data_frames_keep_their_names(rng):
    X, y = made(rng, 20, 2, 2)
    frame = pd.DataFrame(X, columns=["age", "dose"])
    model = LogisticRegression().fit(frame, pd.Series(np.array(["a", "b"])[y]))
    assert model.feature_names_in_.tolist() == ["age", "dose"]
    assert (model.predict(frame) == np.array(["a", "b"])[(model.decision_function(frame) > 0).astype(int)]).all()
