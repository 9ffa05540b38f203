"""The certificate of boosted models: by hand, laws, edges. (It is itself the outside reference of the fits.)"""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from scratchml.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from scratchml.ensemble.boosting_certificate import Task, kink_slope, losses_of, slopes_of

NUMBERS = ["squared_error", "absolute_error", "quantile"]


def problem(seed=0, n=300):
    """Return (X with a column of categories and missing values, numbers above 0, two classes, three, weights)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    X[:, 3] = rng.integers(0, 5, size=n)
    z = X[:, 0] + X[:, 1] ** 2 + rng.normal(size=n) / 2
    return X, np.abs(z) + 0.1, (z > 0).astype(int), (z > 0).astype(int) + (z > 1.5), rng.random(n)


def check_certificate(model, X, y, weight, slope):
    found = model.fit(X, y, weight).certify(X, y, weight)
    assert found.start_slope <= 1e-14  # sums of 300 numbers
    assert found.leaf_slope <= slope
    assert found.largest_rise < 0.0  # steps of a tenth
    return found


# ---- by hand


def test_the_slope_left_by_a_wrong_step_on_paper():
    # the mean is 3, the residuals are -2, 0, 2; a leaf of the first two rows should move by -1 but says 0
    model = GradientBoostingRegressor(n_estimators=1, max_depth=1, learning_rate=1.0)
    X, y = np.array([[1.0], [1.0], [9.0]]), np.array([1.0, 3.0, 5.0])
    model.fit(X, y)
    assert model.certify(X, y).leaf_slope <= 1e-15  # roundings
    assert model.certify(X, y).largest_rise == pytest.approx(-0.75, rel=1e-14)  # of 4/3 there is left 1/3
    tree = model.estimators_[0, 0].tree_
    tree.value[tree.children_left[0]] = 0.0
    assert model.certify(X, y).leaf_slope == pytest.approx(1.0, rel=1e-14)  # |-2 + 0 + 2 * 0| / (|-2| + |0|)


def test_at_a_kink_any_slope_between_counts():
    task, weight = Task("absolute_error", 0.5, np.empty(0), np.empty(0)), np.ones(5)
    u = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert kink_slope(task, u, 3.0, weight) == 0.0
    assert kink_slope(task, u, 0.0, weight) == pytest.approx((2.5 - 1) / 5, rel=1e-14)  # but for one row's share


@pytest.mark.parametrize("loss", ["squared_error", "poisson", "gamma", "exponential", "log_loss"])
def test_slopes_and_curvatures_are_those_of_the_loss(rng, loss):
    y = np.array([1.0])
    for k in (1, 3) if loss == "log_loss" else (1,):
        task, z = Task(loss, 0.5, y, np.ones(1)), rng.normal(size=(k, 1))

        def loss_at(scores, task=task):
            return losses_of(task, scores[:, None])[0]

        g, h = slopes_of(task, z)
        np.testing.assert_allclose(g[:, 0], approx_fprime(z[:, 0], loss_at), rtol=0, atol=1e-6)  # steps of 1e-8

        def slopes_at(scores, task=task):
            return slopes_of(task, scores[:, None])[0][:, 0]

        expected = np.diag(np.atleast_2d(approx_fprime(z[:, 0], slopes_at)))
        np.testing.assert_allclose(h[:, 0], expected, rtol=0, atol=1e-6)  # steps of 1e-8


# ---- laws


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("loss", NUMBERS)
def test_exact_boosting_takes_the_best_steps_for_numbers(loss, weighted):
    X, y, _, _, weight = problem()
    model = GradientBoostingRegressor(loss=loss, n_estimators=15)
    check_certificate(model, X, y, weight if weighted else None, 1e-13)  # sums of 300 numbers


@pytest.mark.parametrize("loss", ["log_loss", "exponential", "three classes"])
def test_exact_boosting_takes_newtons_steps_for_classes(loss):
    X, _, two, three, weight = problem()
    many = loss == "three classes"
    model = GradientBoostingClassifier(loss="log_loss" if many else loss, n_estimators=15)
    check_certificate(model, X, three if many else two, weight, 1e-12)  # sums of 300 numbers, over curvatures


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("loss", [*NUMBERS, "poisson", "gamma"])
def test_histogram_boosting_takes_the_best_steps_for_numbers(loss, weighted):
    X, y, _, _, weight = problem()
    X[::7, 0] = np.nan
    how = {"max_iter": 15, "categorical_features": [3], "l2_regularization": 0.5, "quantile": 0.7}
    model = HistGradientBoostingRegressor(loss=loss, **how)
    check_certificate(model, X, y, weight if weighted else None, 1e-6)  # slopes in float32


@pytest.mark.parametrize("many", [False, True])
def test_histogram_boosting_takes_newtons_steps_for_classes(many):
    X, _, two, three, weight = problem()
    model = HistGradientBoostingClassifier(max_iter=15, class_weight="balanced")
    check_certificate(model, X, np.array(["a", "b", "c"])[three if many else two], weight, 1e-6)  # slopes in float32


@pytest.mark.parametrize("many", [False, True])
def test_ada_boosts_votes_have_the_best_weights(many):
    X, _, two, three, weight = problem()
    y = three if many else two
    model = AdaBoostClassifier(n_estimators=20).fit(X, y, weight)
    found = model.certify(X, y, weight)
    assert found.step_slope <= 1e-13  # sums of 300 numbers
    assert found.largest_rise < 0.0
    assert many or found.train_error <= found.loss
    assert found.train_error == pytest.approx(1 - model.score(X, y, weight), abs=1e-14)  # sums in another order
    model.estimator_weights_[3] *= 1.1
    assert model.certify(X, y, weight).step_slope > 1e-3


# ---- edges


def test_other_rows_than_the_fits_are_found_out():
    X, y, two, _, _ = problem()
    model = HistGradientBoostingRegressor(max_iter=5).fit(X[:200], y[:200])
    assert model.certify(X, y).leaf_slope > 1e-3
    fitted = GradientBoostingClassifier(n_estimators=2).fit(X, two)
    with pytest.raises(ValueError, match=r"labels that the fit did not see: \[2\]"):
        fitted.certify(X, two + 1)
    with pytest.raises(ValueError, match="huber"):
        GradientBoostingRegressor(loss="huber", n_estimators=2).fit(X, y).certify(X, y)
