"""Gradient boosting: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.dummy
import sklearn.ensemble as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer

import scratchml.ensemble as ensemble
import tests.naive.ensemble.gradient_boosting as naive
from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from scratchml.ensemble import boosting_losses as losses
from scratchml.linear_model import LinearRegression
from tests.ensemble.test_forests import problem

LOSSES = [{}, {"loss": "absolute_error"}, {"loss": "huber"}, {"loss": "quantile", "alpha": 0.7}]
OPTIONS = [
    {"subsample": 0.6},
    {"n_iter_no_change": 3, "n_estimators": 80, "tol": 1e-3},
    {"max_features": 3, "max_leaf_nodes": 6},
    {"init": "zero", "ccp_alpha": 0.001},
]


def both(name, X, y, weight=None, **how):
    """Return our model and scikit-learn's."""
    how = {"n_estimators": 12, "random_state": 5, **how}
    return [getattr(room, name)(**how).fit(X, y, weight) for room in (ensemble, reference)]


def check_same_stages(ours, theirs):
    """Check that two models have the same trees with the same values, and the same scores."""
    assert ours.estimators_.shape == theirs.estimators_.shape
    for a, b in zip(ours.estimators_.ravel(), theirs.estimators_.ravel()):
        assert (a.tree_.feature == b.tree_.feature).all()
        assert (a.tree_.threshold == b.tree_.threshold).all()
        np.testing.assert_allclose(a.tree_.value, b.tree_.value, rtol=1e-9, atol=1e-12)  # exponentials, means
    np.testing.assert_allclose(ours.train_score_, theirs.train_score_, rtol=1e-12, atol=0)  # another order of sums
    np.testing.assert_allclose(ours.feature_importances_, theirs.feature_importances_, rtol=1e-9, atol=1e-12)
    if ours.subsample < 1:
        np.testing.assert_allclose(ours.oob_improvement_, theirs.oob_improvement_, rtol=0, atol=1e-13)
        assert ours.oob_score_ == pytest.approx(theirs.oob_score_, rel=1e-12)


# ---- by hand


def test_two_rounds_on_paper():
    # start: the mean 4; residuals -2, -2, 4; a stump at 3 moves the left rows by half of -2, the right by half of 4;
    # then the residuals are -1, -1, 2, and so on
    model = GradientBoostingRegressor(n_estimators=2, learning_rate=0.5, max_depth=1)
    steps = record(model.steps([[1.0], [2.0], [4.0]], [2.0, 2.0, 8.0]))
    assert [step.residuals.tolist() for step in steps] == [[[-2.0, -2.0, 4.0]], [[-1.0, -1.0, 2.0]]]
    assert [step.raw.tolist() for step in steps] == [[[3.0, 3.0, 6.0]], [[2.5, 2.5, 7.0]]]
    assert [step.train_score for step in steps] == [2.0, 0.5]  # (1 + 1 + 4) / 3, a quarter of it


def test_a_round_for_two_classes_on_paper():
    # start: log(1/3); p = 1/4; residuals -1/4 and 3/4; leaf steps -(1/4) / (3/16) = -4/3 and (3/4) / (3/16) = 4
    X, y = [[1.0], [2.0], [3.0], [9.0]], [0, 0, 0, 1]
    (step,) = record(GradientBoostingClassifier(n_estimators=1, learning_rate=1.0, max_depth=1).steps(X, y))
    np.testing.assert_allclose(step.residuals, [[-0.25, -0.25, -0.25, 0.75]], rtol=1e-15)
    np.testing.assert_allclose(step.raw[0], np.log(1 / 3) + np.array([-4 / 3] * 3 + [4.0]), rtol=1e-15)


@pytest.mark.parametrize(
    ("loss", "y"),
    [
        (losses.SquaredError(), None),
        (losses.AbsoluteError(), None),
        (losses.Quantile(0.3), None),
        (losses.LogLoss(), 2),
        (losses.Multinomial(3), 3),
        (losses.Exponential(), 2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_residuals_are_the_negative_gradient(rng, loss, y):
    y = rng.normal(size=6) if y is None else np.array([0, 1, 2, 0, 1, 1.0]) % y
    raw, h = rng.normal(size=(loss.n_trees, 6)), 1e-6
    found = loss.residuals(y, raw, np.ones(6))
    for j in range(loss.n_trees):
        up, down = raw.copy(), raw.copy()
        up[j] += h
        down[j] -= h
        slope = (loss.each(y, up) - loss.each(y, down)) / (2 * h)
        np.testing.assert_allclose(found[j], -slope, rtol=0, atol=1e-8)  # differences: h^2 and rounding / h


def test_huber_cuts_the_residuals_at_delta(rng):
    y, raw = rng.normal(size=50), rng.normal(size=(1, 50))
    loss = losses.Huber(0.8)
    found = loss.residuals(y, raw, np.ones(50))[0]
    assert loss.delta == np.sort(np.abs(y - raw[0]))[39]
    np.testing.assert_array_equal(found, np.clip(y - raw[0], -loss.delta, loss.delta))


# ---- naive twin


@pytest.mark.parametrize(
    ("how", "twin"),
    [({}, naive.squared_error), ({"loss": "absolute_error"}, naive.absolute_error)],
    ids=["squares", "median"],
)
def test_the_naive_twin_boosts_the_same_numbers(how, twin):
    X, _, y = problem(1, n=41, d=2)
    X = X.astype(np.float32).astype(float)
    F, _, residuals = twin(X, y, 4, 0.3, 1)
    steps = record(GradientBoostingRegressor(n_estimators=4, learning_rate=0.3, max_depth=1, **how).steps(X, y))
    for step, expected in zip(steps, residuals):
        np.testing.assert_allclose(step.residuals[0], expected, rtol=0, atol=1e-12)  # sums in another order
    np.testing.assert_allclose(steps[-1].raw[0], F, rtol=0, atol=1e-12)


def test_the_naive_twin_boosts_the_same_classes():
    X, y, _ = problem(2, n=60, d=2)
    X, y = X.astype(np.float32).astype(float), (y > 0).astype(int)
    F, _, _ = naive.log_loss(X, y, 3, 0.5, 1)
    model = GradientBoostingClassifier(n_estimators=3, learning_rate=0.5, max_depth=1).fit(X, y)
    np.testing.assert_allclose(model.decision_function(X), F, rtol=0, atol=1e-12)  # sums in another order


def test_plain_python_boosts_the_same():
    X, y, _ = problem(3, n=40)
    for labels in (y, y > 0):
        model = GradientBoostingClassifier(n_estimators=2, max_depth=2, subsample=0.8, random_state=0)
        expected = model.fit(X, labels).decision_function(X)
        with plain_python():
            assert (model.fit(X, labels).decision_function(X) == expected).all()


@pytest.mark.parametrize("n_classes", [2, 3])
def test_piled_trees_add_up_to_the_same_bits_as_round_after_round(rng, n_classes):
    X, asked = rng.normal(size=(60, 3)), rng.normal(size=(2100, 3))  # blocks of rows, and a rest of eight
    model = GradientBoostingClassifier(n_estimators=7, random_state=0).fit(X, np.arange(60) % n_classes)
    *_, expected = model.staged_decision_function(asked)
    assert np.array_equal(model.decision_function(asked).reshape(expected.shape), expected)
    model.estimators_ = model.estimators_[:3]  # a user who cuts rounds off gets the shorter sum
    *_, expected = model.staged_decision_function(asked)
    assert np.array_equal(model.decision_function(asked).reshape(expected.shape), expected)


# ---- outside reference


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("how", LOSSES + OPTIONS, ids=str)
def test_scikit_learns_stages_for_numbers(weighted, how):
    X, _, y = problem()
    ours, theirs = both("GradientBoostingRegressor", X, y, np.arange(1.0, 151) if weighted else None, **how)
    check_same_stages(ours, theirs)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-12, atol=1e-13)  # another order of sums
    for a, b in zip(ours.staged_predict(X), theirs.staged_predict(X)):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)
    np.testing.assert_array_equal(ours.apply(X), theirs.apply(X))


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("how", [{}, {"loss": "exponential"}, *OPTIONS], ids=str)
def test_scikit_learns_stages_for_classes(weighted, n_classes, how):
    if "loss" in how and n_classes > 2:
        return  # for two classes only; its error is tested below
    X, y, _ = problem()
    y = np.array(["b", "a", "c"])[np.minimum(y, n_classes - 1)]
    ours, theirs = both("GradientBoostingClassifier", X, y, np.arange(1.0, 151) if weighted else None, **how)
    check_same_stages(ours, theirs)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    for name in ("decision_function", "predict_proba", "predict_log_proba", "apply"):
        np.testing.assert_allclose(getattr(ours, name)(X), getattr(theirs, name)(X), rtol=1e-11, atol=1e-12)
    for name in ("staged_decision_function", "staged_predict_proba"):
        for a, b in zip(getattr(ours, name)(X), getattr(theirs, name)(X)):
            np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-12)  # exponentials
    for a, b in zip(ours.staged_predict(X), theirs.staged_predict(X)):
        np.testing.assert_array_equal(a, b)


def test_an_initial_estimator_is_started_from():
    X, _, y = problem()
    median = sklearn.dummy.DummyRegressor(strategy="median")
    ours, theirs = both("GradientBoostingRegressor", X, y, init=median)
    check_same_stages(ours, theirs)
    assert ours.init_ is median
    line = GradientBoostingRegressor(init=LinearRegression(), n_estimators=1, learning_rate=0.0).fit(X, y)
    np.testing.assert_array_equal(line.predict(X), LinearRegression().fit(X, y).predict(X))
    labels = (y > 0).astype(int)
    ours, theirs = both("GradientBoostingClassifier", X, labels, init=sklearn.dummy.DummyClassifier())
    check_same_stages(ours, theirs)


def test_real_data_are_learnt_as_well_as_by_scikit_learn():
    X, y = load_breast_cancer(return_X_y=True)
    train = np.arange(len(X)) % 3 > 0
    ours, theirs = both("GradientBoostingClassifier", X[train], y[train], n_estimators=40)
    assert abs(ours.score(X[~train], y[~train]) - theirs.score(X[~train], y[~train])) < 0.011  # two rows of 190


# ---- laws


@given(st.integers(0, 10**6))
def test_squared_loss_falls_with_each_round(seed):
    X, _, y = problem(seed, n=40)
    scores = GradientBoostingRegressor(n_estimators=10, learning_rate=0.5).fit(X, y).train_score_
    assert (np.diff(scores) <= 1e-12).all()  # rounding


def test_a_warm_start_plays_what_one_fit_would():
    X, _, y = problem()
    how = {"subsample": 0.7, "random_state": 3}
    warm = GradientBoostingRegressor(n_estimators=4, warm_start=True, **how).fit(X, y)
    first = warm.estimators_[0, 0]
    warm.set_params(n_estimators=9).fit(X, y)
    assert warm.estimators_[0, 0] is first
    whole = GradientBoostingRegressor(n_estimators=9, **how).fit(X, y)
    np.testing.assert_array_equal(warm.train_score_, whole.train_score_)
    np.testing.assert_array_equal(warm.predict(X), whole.predict(X))


def test_a_monitor_ends_the_fit():
    X, _, y = problem()
    seen = []
    model = GradientBoostingRegressor().fit(X, y, monitor=lambda t, model, _: seen.append(len(model)) or t == 4)
    assert seen == [1, 2, 3, 4, 5]
    assert model.n_estimators_ == 5


def test_a_subsample_has_the_rows_asked_for(rng):
    found = np.zeros(50, dtype=bool)
    for wanted in (1, 17, 50):
        ensemble.boosting.mark_subsample(rng.uniform(size=50), wanted, found)
        assert found.sum() == wanted


# ---- edges and errors


def test_constant_targets_and_features():
    assert GradientBoostingRegressor(n_estimators=3).fit(np.ones((4, 2)), [5.0] * 4).predict([[1.0, 2.0]]).tolist() == [
        5.0
    ]
    for loss in ("absolute_error", "huber", "quantile"):
        model = GradientBoostingRegressor(loss=loss, n_estimators=3).fit(np.ones((3, 1)), [1.0, 2.0, 9.0])
        assert np.isfinite(model.predict([[1.0]])).all()


def test_messages_name_the_remedy():
    X, y, z = problem()
    with pytest.raises(ValueError, match="binary"):
        GradientBoostingClassifier(loss="exponential").fit(X, y)
    with pytest.raises(ValueError, match="1 class"):
        GradientBoostingClassifier().fit(X, np.zeros(len(y)))
    with pytest.raises(ValueError, match="divide y"):
        GradientBoostingRegressor().fit(X, 1e90 * z)
    with pytest.raises(ValueError, match="n_estimators"):
        GradientBoostingRegressor(n_estimators=5, warm_start=True).fit(X, z).set_params(n_estimators=2).fit(X, z)
    with pytest.warns(FutureWarning, match="no effect"):
        GradientBoostingRegressor(criterion="friedman_mse", n_estimators=1).fit(X, z)
    with pytest.raises(ValueError, match="sample weights"):
        GradientBoostingRegressor(init=NoWeights()).fit(X, z, np.ones(len(z)))


class NoWeights(LinearRegression):
    """An estimator that takes no weights."""

    def fit(self, X, y):
        return super().fit(X, y)
