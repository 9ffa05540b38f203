"""MLPClassifier and MLPRegressor: by hand, naive twin, outside reference, laws, edges and errors."""

import math
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import neural_network as reference
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from threadpoolctl import threadpool_limits

import tests.naive.neural_network.mlp as naive
from scratchml import neural_network as ours
from scratchml import trace
from scratchml.core import ConvergenceWarning, NotFittedError, record
from scratchml.neural_network import MLPClassifier, MLPRegressor
from scratchml.neural_network.activations import ACTIVATIONS
from scratchml.neural_network.forward_backward import Network, Rows
from scratchml.neural_network.initialisers import draw_weights, glorot_bound
from scratchml.neural_network.losses import LARGEST, lose

RATES = ("constant", "invscaling", "adaptive")
LOSSES = ("squared_error", "poisson", "logistic", "softmax")


def make_network(rng, sizes, activation, loss):
    """Return a network with drawn weights, large enough to bend."""
    network = Network(sizes, activation, loss)
    network.w[:] = rng.normal(size=len(network.w))
    return network


def make_rows(rng, n, d, t, loss):
    """Return rows that fit a loss."""
    wanted = {
        "softmax": lambda: rng.integers(0, t, n),
        "logistic": lambda: rng.integers(0, 2, (n, t)).astype(float),
        "poisson": lambda: rng.poisson(1.0, (n, t)).astype(float),
        "squared_error": lambda: rng.normal(size=(n, t)),
    }[loss]()
    return Rows(rng.normal(size=(n, d)), wanted, rng.uniform(0.1, 2.0, n), True)


def quietly(model, *how, **named):
    """Fit without warnings, on one BLAS thread."""
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(*how, **named)


def check_same_path(name, X, y, weight=None, **how):
    """Assert that our fit is scikit-learn's: losses, scores, epochs and weights."""
    a, b = (quietly(getattr(module, name)(**how), X, y, sample_weight=weight) for module in (ours, reference))
    assert a.n_iter_ == b.n_iter_
    assert a.t_ == b.t_
    assert a.n_layers_ == b.n_layers_
    assert a.n_outputs_ == b.n_outputs_
    assert a.out_activation_ == b.out_activation_
    np.testing.assert_allclose(a.loss_curve_, b.loss_curve_, rtol=1e-8, atol=1e-8)  # the promise
    assert a.loss_ == pytest.approx(b.loss_, rel=1e-8)
    for found, expected in zip(a.coefs_ + a.intercepts_, b.coefs_ + b.intercepts_, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)  # rounding, passed on from batch to batch
    if how.get("early_stopping"):
        assert a.best_loss_ is b.best_loss_ is None
        assert a.validation_scores_ == pytest.approx(b.validation_scores_, rel=1e-9)
        assert a.best_validation_score_ == pytest.approx(b.best_validation_score_, rel=1e-9)
    else:
        assert a.best_loss_ == pytest.approx(b.best_loss_, rel=1e-8)
        assert a.validation_scores_ is b.validation_scores_ is None
        assert a.best_validation_score_ is None
    return a, b


# ---- by hand


def test_one_hidden_unit_on_paper():
    # x = 2: hidden 2 * 1 + 1 = 3, relu 3; output 3 * 2 - 1 = 5; wanted 4: loss 1/2. Slopes: output 1; its weight 3;
    # hidden 1 * 2 = 2; its weight 2 * 2 = 4. Penalty 0.5 / 2 (1 + 4) = 1.25, slopes 0.5 w
    network = Network([1, 1, 1], "relu", "squared_error")
    network.set_weights([np.array([[1.0]]), np.array([[2.0]])], [np.array([1.0]), np.array([-1.0])])
    data = Rows(np.array([[2.0]]), np.array([[4.0]]), np.ones(1), False)
    assert network.loss_and_gradient(data.X, np.array([0]), data, 0.5) == 0.5 + 1.25
    assert [s.item() for s in network.coef_slopes] == [4.0 + 0.5, 3.0 + 1.0]
    assert [s.item() for s in network.intercept_slopes] == [2.0, 1.0]


def test_the_losses_formulas_on_paper():
    rows, one = np.array([0]), np.ones(1)
    z = np.zeros((1, 2))
    assert lose("softmax", z, np.zeros(2), np.array([1]), rows, one, math.inf, 1.0) == pytest.approx(math.log(2))
    assert z.tolist() == [[0.5, -0.5]]
    z = np.zeros((1, 1))
    assert lose("logistic", z, np.zeros(1), np.ones((1, 1)), rows, one, math.inf, 1.0) == pytest.approx(math.log(2))
    assert z.tolist() == [[-0.5]]
    z = np.zeros((1, 1))
    found = lose("poisson", z, np.zeros(1), np.full((1, 1), 2.0), rows, one, math.inf, 1.0)
    assert found == pytest.approx(2 * math.log(2) - 1)
    assert z.tolist() == [[-1.0]]
    z = np.array([[3.0, 1.0]])
    assert lose("squared_error", z, np.zeros(2), np.zeros((1, 2)), rows, one, math.inf, 1.0) == 2.5
    assert z.tolist() == [[3.0, 1.0]]


def test_weights_are_drawn_within_glorots_bound():
    coefs, intercepts = draw_weights([30, 20, 4], "relu", np.random.RandomState(0))
    for w, b in zip(coefs, intercepts):
        bound = math.sqrt(6 / sum(w.shape))
        assert glorot_bound(*w.shape, "relu") == bound
        assert 0.8 * bound < np.abs(w).max() <= bound
        assert np.abs(b).max() <= bound
    assert glorot_bound(1, 1, "logistic") == 1.0


# ---- naive twin


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_loss_and_gradient_are_those_of_plain_loops(rng, loss, activation):
    network, data = make_network(rng, [3, 4, 2, 3], activation, loss), make_rows(rng, 5, 3, 3, loss)
    expected = naive.loss_and_gradient(*data[:3], network.coefs, network.intercepts, activation, loss, 0.3)
    assert network.loss_and_gradient(data.X, np.arange(5), data, 0.3) == pytest.approx(expected[0], rel=1e-12)
    for a, b in zip(expected[1] + expected[2], network.coef_slopes + network.intercept_slopes, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-10, atol=1e-12)  # sums in another order


# ---- outside reference

DIGITS, DIGIT = load_digits(return_X_y=True)
CANCER, ILL = load_breast_cancer(return_X_y=True)
DIABETES, SEVERITY = load_diabetes(return_X_y=True)
DIABETES, SEVERITY = 20 * DIABETES, SEVERITY / 100


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_classifiers_path_is_scikit_learns(activation):
    how = {"hidden_layer_sizes": (20, 10), "activation": activation, "max_iter": 10, "random_state": 3}
    check_same_path("MLPClassifier", DIGITS[:500] / 16, DIGIT[:500], batch_size=64, **how)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("schedule", RATES)
def test_the_path_of_sgd_is_scikit_learns(schedule, nesterov):
    how = {"learning_rate": schedule, "nesterovs_momentum": nesterov, "learning_rate_init": 0.2, "tol": 0.02}
    how |= {"solver": "sgd", "hidden_layer_sizes": 10, "n_iter_no_change": 2, "max_iter": 40, "random_state": 1}
    check_same_path("MLPClassifier", DIGITS[:300] / 16, DIGIT[:300], **how)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("X", "y"), [(DIGITS[:400], DIGIT[:400]), (CANCER[:400], ILL[:400])])
def test_early_stopping_holds_out_the_same_rows_and_keeps_the_same_weights(X, y, weighted):
    weight = np.linspace(0, 2, len(X)) if weighted else None
    how = {"early_stopping": True, "max_iter": 40, "hidden_layer_sizes": (15,), "n_iter_no_change": 4}
    check_same_path("MLPClassifier", X, y, weight, random_state=0, **how)


def test_two_classes_of_unscaled_columns_follow_too():
    # logits of +-1000: losses are cut off as scikit-learn's probabilities are
    check_same_path("MLPClassifier", CANCER, ILL, random_state=0, max_iter=30, hidden_layer_sizes=(20,))


def test_labels_that_do_not_exclude_each_other_follow():
    marks = np.column_stack([DIGIT > 4, DIGIT % 2])[:400].astype(int)
    a, b = check_same_path("MLPClassifier", DIGITS[:400] / 16, marks, random_state=0, max_iter=20)
    assert (a.predict(DIGITS / 16) == b.predict(DIGITS / 16)).all()
    np.testing.assert_allclose(a.predict_proba(DIGITS / 16), b.predict_proba(DIGITS / 16), rtol=0, atol=1e-10)


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_a_regressors_path_is_scikit_learns(loss, early):
    how = {"loss": loss, "early_stopping": early, "random_state": 2, "max_iter": 30, "hidden_layer_sizes": (30,)}
    a, b = check_same_path("MLPRegressor", DIABETES, SEVERITY, np.linspace(0, 1, len(SEVERITY)), **how)
    np.testing.assert_allclose(a.predict(DIABETES), b.predict(DIABETES), rtol=1e-9)  # of weights equal to 1e-8


def test_several_targets_without_shuffling_follow():
    Y = np.column_stack([SEVERITY, DIABETES[:, 0]])
    a, b = check_same_path("MLPRegressor", DIABETES, Y, random_state=2, max_iter=20, shuffle=False, alpha=0.1)
    np.testing.assert_allclose(a.predict(DIABETES), b.predict(DIABETES), rtol=1e-8, atol=1e-10)


def test_a_warm_start_goes_on_as_scikit_learns():
    X, y = DIGITS[:300] / 16, DIGIT[:300]
    models = [module.MLPClassifier((10,), random_state=0, max_iter=3, warm_start=True) for module in (ours, reference)]
    for _ in range(2):
        a, b = (quietly(model, X, y) for model in models)
    np.testing.assert_allclose(a.loss_curve_, b.loss_curve_, rtol=1e-10)  # both calls' epochs


@pytest.mark.parametrize("how", [{"solver": "adam"}, *({"solver": "sgd", "learning_rate": r} for r in RATES)], ids=str)
def test_partial_fit_goes_on_as_scikit_learns(how):
    X, y = DIGITS[:300] / 16, DIGIT[:300]
    how = how | {"hidden_layer_sizes": (10,), "random_state": 0, "learning_rate_init": 0.1}
    a, b = (module.MLPClassifier(**how) for module in (ours, reference))
    with threadpool_limits(1):
        for part in range(4):
            for model in (a, b):
                model.partial_fit(X[part::4], y[part::4], classes=range(10))
    assert (a.n_iter_, a.t_) == (b.n_iter_, b.t_) == (1, 300)
    np.testing.assert_allclose(a.loss_curve_, b.loss_curve_, rtol=1e-10)  # rounding
    np.testing.assert_allclose(a.coefs_[0], b.coefs_[0], rtol=0, atol=1e-8)  # rounding, which Adam enlarges


LBFGS = {"solver": "lbfgs", "random_state": 3}


def check_same_lbfgs(a, b):
    """Assert the same end of both, but for rounding that some ten iterations have enlarged."""
    assert a.n_iter_ == b.n_iter_
    assert a.loss_ == pytest.approx(b.loss_, rel=1e-10)
    for expected, found in zip(b.coefs_ + b.intercepts_, a.coefs_ + a.intercepts_):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
@pytest.mark.parametrize("max_iter", [1, 25])
def test_lbfgs_walks_scikit_learns_path(activation, max_iter):
    X, y = DIGITS[:200] / 16, DIGIT[:200]
    how = LBFGS | {"hidden_layer_sizes": (9, 7), "activation": activation, "max_iter": max_iter}
    weight = np.linspace(0.1, 2.0, 200)
    targets = np.c_[y / 5.0, np.sin(y)]
    for name, wanted, more in (
        ("MLPClassifier", y, {"alpha": 0.1}),
        ("MLPClassifier", y > 4, {"alpha": 0.1, "warm_start": True}),
        ("MLPRegressor", targets, {"alpha": 0.1}),
        ("MLPRegressor", y, {"loss": "poisson", "alpha": 1.0}),
    ):
        a, b = (getattr(module, name)(**how, **more) for module in (ours, reference))
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for model in (a, b):
                model.fit(X, wanted, sample_weight=weight)
                if more.get("warm_start"):
                    model.set_params(max_iter=5).fit(X, wanted, sample_weight=weight)
        check_same_lbfgs(a, b)


def test_lbfgs_ends_where_scikit_learns_ends_where_there_is_one_minimum():
    # without a hidden layer the objective is convex: multinomial logistic regression
    X, y = DIGITS[:400] / 16, DIGIT[:400]
    how = LBFGS | {"hidden_layer_sizes": (), "alpha": 1.0, "tol": 1e-7, "max_iter": 1000}
    a, b = (quietly(module.MLPClassifier(**how), X, y) for module in (ours, reference))
    assert a.loss_ == pytest.approx(b.loss_, rel=2e-8)  # 1e7 roundings: both end where it falls by less
    assert a.certify(X, y).gradient <= 1e-4  # the loss stands still first: by less than 2.2e-9
    assert a.loss_ == pytest.approx(a.certify(X, y).objective, rel=1e-12)
    assert not hasattr(a, "loss_curve_")
    assert not hasattr(a, "partial_fit")


def test_lbfgs_ends_by_max_fun_in_scikit_learns_iteration():
    X, y = DIGITS[:200] / 16, DIGIT[:200]
    for most in (1, 8, 15):
        how = LBFGS | {"hidden_layer_sizes": (9,), "max_fun": most}
        a, b = (quietly(module.MLPClassifier(**how), X, y) for module in (ours, reference))
        check_same_lbfgs(a, b)


# ---- laws


@given(st.integers(0, 10**6), st.lists(st.integers(1, 4), max_size=2), st.sampled_from(LOSSES), st.integers(1, 4))
def test_gradients_are_those_of_finite_differences(seed, hidden, loss, t):
    rng = np.random.default_rng(seed)
    t = max(t, 2) if loss == "softmax" else t
    network = make_network(rng, [2, *hidden, t], ("tanh", "logistic", "identity")[seed % 3], loss)
    data, rows, h = make_rows(rng, 3, 2, t, loss), np.arange(3), 1e-5
    network.share = 1.0 / t  # the gradient of the loss that is reported
    network.most = math.inf
    network.w /= 2
    network.loss_and_gradient(data.X, rows, data, 0.2)
    slopes, w = network.gradient.copy(), network.w.copy()
    expected = np.empty_like(slopes)
    for i in range(len(w)):
        network.w[:] = w
        network.w[i] = w[i] + h
        above = network.loss_and_gradient(data.X, rows, data, 0.2)
        network.w[i] = w[i] - h
        expected[i] = (above - network.loss_and_gradient(data.X, rows, data, 0.2)) / (2 * h)
    error = np.abs(slopes - expected).max() / max(np.abs(expected).max(), 1e-3)
    assert error < 1e-6


@given(st.integers(0, 10**6))
def test_a_weight_of_two_is_the_row_twice(seed):
    rng = np.random.default_rng(seed)
    X, y, weight = rng.normal(size=(6, 2)), rng.normal(size=6), rng.integers(0, 3, 6)
    weight[0] += 1  # not all zero
    how = {"hidden_layer_sizes": (3,), "shuffle": False, "max_iter": 3, "random_state": 0, "activation": "tanh"}
    a = quietly(MLPRegressor(**how), X, y, sample_weight=weight)
    b = quietly(MLPRegressor(**how), np.repeat(X, weight, axis=0), np.repeat(y, weight))
    np.testing.assert_allclose(a.coefs_[0], b.coefs_[0], rtol=0, atol=1e-8)  # Adam enlarges rounding where slopes are 0
    assert a.loss_ == pytest.approx(b.loss_, rel=1e-8)


def test_relu_has_the_gradient_of_finite_differences_off_its_kink(rng):
    network, data, rows = (
        make_network(rng, [3, 5, 4, 2], "relu", "softmax"),
        make_rows(rng, 6, 3, 2, "softmax"),
        np.arange(6),
    )
    network.loss_and_gradient(data.X, rows, data, 0.1)
    slopes, w, h = network.gradient.copy(), network.w.copy(), 1e-6
    for i in range(len(w)):
        network.w[i] = w[i] + h
        above = network.loss_and_gradient(data.X, rows, data, 0.1)
        network.w[i] = w[i] - h
        below = network.loss_and_gradient(data.X, rows, data, 0.1)
        network.w[i] = w[i]
        assert slopes[i] == pytest.approx((above - below) / (2 * h), rel=1e-5, abs=1e-7)  # rounding / h


@pytest.mark.parametrize("loss", LOSSES[2:])
def test_logits_of_ten_thousand_are_safe(loss):
    z = np.array([[1e4, -1e4], [-1e4, 1e4]])
    wanted = np.array([0, 0]) if loss == "softmax" else np.array([[1.0, 0.0], [1.0, 0.0]])
    rows, weight = np.arange(2), np.ones(2)
    slopes = z.copy()
    assert lose(loss, slopes, np.zeros(2), wanted, rows, weight, math.inf, 1.0) == 2e4
    assert slopes.tolist() == [[0.0, 0.0], [-1.0, 1.0]]
    cut = lose(loss, z.copy(), np.zeros(2), wanted, rows, weight, LARGEST, 1.0)
    assert cut == pytest.approx(LARGEST * (1 if loss == "softmax" else 2))


def test_steps_show_what_an_epoch_did_and_give_the_fit():
    how = {"hidden_layer_sizes": (8,), "max_iter": 5, "random_state": 0}
    every = record(MLPClassifier(batch_size=80, **how).steps(DIGITS[:200] / 16, DIGIT[:200]))
    assert [(s.name, s.batch) for s in every[:4]] == [("batch", 1), ("batch", 2), ("batch", 3), ("epoch", 0)]
    steps = every[3::4]
    model = quietly(MLPClassifier(batch_size=80, **how), DIGITS[:200] / 16, DIGIT[:200])
    assert [s.loss for s in steps] == model.loss_curve_
    assert all(s.gradient_norms.shape == s.update_ratios.shape == (2,) for s in steps)
    assert all((s.gradient_norms > 0).all() and (s.update_ratios > 0).all() for s in steps)
    assert (steps[-1].coefs[0] == model.coefs_[0]).all()
    moved = np.linalg.norm(steps[-1].coefs[0] - steps[-2].coefs[0]) / np.linalg.norm(steps[-2].coefs[0])
    assert steps[-1].update_ratios[0] == pytest.approx(moved)


def test_a_fit_tells_of_epochs_and_where_all_is_wanted_of_batches():
    how = {"hidden_layer_sizes": (8,), "max_iter": 2, "random_state": 0, "batch_size": 80}
    told = {}
    for fine in (False, True):
        with trace.record(fine=fine) as tr:
            quietly(MLPClassifier(**how), DIGITS[:200] / 16, DIGIT[:200])
        told[fine] = [step.name for step in tr]
    assert told == {False: ["epoch"] * 2, True: ["batch", "batch", "batch", "epoch"] * 2}


def test_a_batchs_step_shows_values_slopes_and_the_move():
    X, y = DIGITS[:100] / 16, DIGIT[:100]
    how = {"hidden_layer_sizes": (8, 5), "activation": "tanh", "batch_size": 40, "alpha": 0.0, "shuffle": False}
    first, second = record(MLPClassifier(random_state=0, **how).steps(X, y), max_steps=2)
    assert [a.shape for a in second.activations] == [(40, 8), (40, 5)]
    assert [d.shape for d in second.slopes] == [(40, 8), (40, 5), (40, 10)]
    # the second batch was seen with the weights that the first one left behind
    assert all((a == b).all() for a, b in zip(second.before, first.coefs, strict=True))
    hidden = np.tanh(X[40:80] @ first.coefs[0] + first.intercepts[0])
    np.testing.assert_allclose(second.activations[0], hidden, rtol=1e-12, atol=1e-13)  # rounding
    for values, slopes, of_weights, of_biases in zip(
        [X[40:80], *second.activations], second.slopes, second.coef_slopes, second.intercept_slopes, strict=True
    ):
        np.testing.assert_allclose(values.T @ slopes / 40, of_weights, rtol=1e-10, atol=1e-13)  # rounding
        np.testing.assert_allclose(slopes.mean(axis=0), of_biases, rtol=1e-10, atol=1e-13)
    expected = [np.linalg.norm(b - a) / np.linalg.norm(a) for a, b in zip(second.before, second.coefs)]
    np.testing.assert_allclose(second.update_ratios, expected, rtol=1e-12)


def test_scoring_held_out_rows_leaves_the_last_batchs_values_in_the_step():
    X, y = DIGITS[:40] / 16, DIGIT[:40] % 2
    how = {"hidden_layer_sizes": (3,), "early_stopping": True, "validation_fraction": 0.5, "max_iter": 1}
    batch, epoch = record(MLPClassifier(batch_size=20, random_state=0, **how).steps(X, y))  # 20 rows each
    assert (batch.activations[0] == epoch.activations[0]).all()
    assert all((a == b).all() for a, b in zip(batch.slopes, epoch.slopes, strict=True))


def test_memory_is_reported():
    model = quietly(MLPClassifier((20,), batch_size=50, max_iter=2, random_state=0), DIGITS[:100], DIGIT[:100])
    p = 64 * 20 + 20 + 20 * 10 + 10
    buffers = 50 * (64 + 20 + 20 + 10)  # the batch, hidden values and their slopes, outputs
    assert model.memory_ == 8 * (6 * p + buffers)  # weights, slopes, two moments, weights before batch and epoch


def test_batches_use_the_same_buffers(rng):
    network, data = make_network(rng, [4, 6, 3], "relu", "softmax"), make_rows(rng, 30, 4, 3, "softmax")
    before = network.nbytes
    network.loss_and_gradient(data.X[:10], np.arange(10), data, 0.0)
    once = network.nbytes
    network.loss_and_gradient(data.X[10:20], np.arange(10, 20), data, 0.0)
    assert before < once == network.nbytes


def test_float32_trains_as_its_float64_copy():
    X = (DIGITS[:100] / 16).astype(np.float32)
    a, b = (quietly(MLPClassifier((5,), max_iter=3, random_state=0), Z, DIGIT[:100]) for Z in (X, X.astype(float)))
    assert a.loss_curve_ == b.loss_curve_


# ---- edges and errors


def test_an_overflowing_loss_names_the_layer():
    with pytest.raises(ValueError, match=r"loss became inf in epoch 1, batch 1: .*layer 2 of 2 \(output, 1 units\)"):
        MLPRegressor("squared_error", (3,), random_state=0).fit(np.full((4, 1), 1e200), [1.0, 2.0, 3.0, 4.0])


def test_training_that_diverges_is_stopped_and_explained():
    model = MLPRegressor("squared_error", (5,), solver="sgd", learning_rate_init=1e4, random_state=0)
    with pytest.raises(
        ValueError, match=r"loss became (inf|nan) in epoch \d+.*layer \d of 2.*lower learning_rate_init"
    ):
        model.fit(DIABETES, SEVERITY)


def test_a_run_that_fails_leaves_the_model_as_it_was():
    model = MLPRegressor("squared_error", (5,), solver="sgd", random_state=0).partial_fit(DIABETES, SEVERITY)
    again = MLPRegressor("squared_error", (5,), solver="sgd", random_state=0).partial_fit(DIABETES, SEVERITY)
    with pytest.raises(ValueError, match="loss became"):
        model.partial_fit(1e200 * DIABETES, SEVERITY)
    for one in (model, again):
        one.partial_fit(DIABETES, SEVERITY)
    assert model.loss_curve_ == again.loss_curve_
    assert (model.coefs_[0] == again.coefs_[0]).all()


def test_early_stopping_may_be_switched_on_between_warm_starts():
    model = quietly(MLPClassifier((5,), warm_start=True, max_iter=3, random_state=0), CANCER, ILL)
    quietly(model.set_params(early_stopping=True), CANCER, ILL)
    assert (len(model.loss_curve_), len(model.validation_scores_), model.best_loss_) == (6, 3, None)
    assert model.best_validation_score_ == max(model.validation_scores_)


def test_nan_weights_are_laid_at_the_right_layers_door(rng):
    network = make_network(rng, [2, 3, 3, 1], "tanh", "squared_error")
    assert "are too large" in network.blame(np.ones((1, 2)))
    network.coefs[1][0, 0] = np.nan
    assert network.blame(np.ones((1, 2))) == "a weight of layer 2 of 3 (hidden, 3 units) is not finite"
    network.coefs[1][0, 0] = 1e308
    network.coefs[0][:] = 1e308
    network = make_network(rng, [2, 3, 3, 1], "identity", "squared_error")
    network.coefs[0][:] = 1e308
    assert network.blame(np.full((1, 2), 1e10)) == "an output of layer 1 of 3 (hidden, 3 units) is not finite"


def test_a_batch_without_weight_moves_nothing():
    X, y = DIGITS[:60] / 16, DIGIT[:60] % 2
    weight = np.r_[np.ones(30), np.zeros(30)]
    how = {"hidden_layer_sizes": (4,), "batch_size": 30, "shuffle": False, "max_iter": 3, "random_state": 0}
    a, b = (quietly(MLPClassifier(**how), X[:m], y[:m], weight[:m]) for m in (60, 30))
    assert (a.coefs_[0] == b.coefs_[0]).all()


def test_a_single_class_is_predicted_with_certainty():
    model = quietly(MLPClassifier((2,), max_iter=2), [[1.0], [2.0]], ["a", "a"])
    assert model.predict([[5.0]]).tolist() == ["a"]
    assert model.predict_proba([[5.0]]).tolist() == [[1.0]]


def test_wrong_arguments_are_named():
    X, y = [[1.0], [2.0], [3.0]], [0, 1, 0]
    with pytest.raises(ValueError, match="hidden_layer_sizes must be > 0"):
        MLPClassifier((3, 0)).fit(X, y)
    with pytest.raises(TypeError, match="hidden_layer_sizes"):
        MLPClassifier((2.5,)).fit(X, y)
    with pytest.raises(ValueError, match="classes must be passed"):
        MLPClassifier().partial_fit(X, y)
    with pytest.raises(ValueError, match="classes not in"):
        MLPClassifier().partial_fit(X, y, classes=[0, 2])
    with pytest.raises(ValueError, match="early_stopping"):
        MLPRegressor(early_stopping=True).partial_fit(X, y)
    with pytest.raises(ValueError, match="validation set is too small"):
        MLPRegressor(early_stopping=True).fit(X, y)
    with pytest.raises(ValueError, match="counts of 0 or more"):
        MLPRegressor("poisson").fit(X, [1.0, -1.0, 0.0])
    with pytest.raises(NotFittedError):
        MLPRegressor().certify(X, y)
    model = quietly(MLPClassifier((3,), warm_start=True, max_iter=2), X, y)
    with pytest.raises(ValueError, match="same classes"):
        model.fit(X, [0, 1, 2])
    with pytest.raises(ValueError, match="kept from the last fit"):
        model.set_params(hidden_layer_sizes=(4,)).fit(X, y)
    with pytest.raises(ValueError, match="labels other than those of fit"):
        model.certify(X, [0, 1, 2])
    with pytest.warns(UserWarning, match="clipped"), pytest.warns(ConvergenceWarning, match="Maximum iterations"):
        MLPClassifier((3,), batch_size=10, max_iter=1).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="lbfgs failed to converge"):
        MLPClassifier((3,), solver="lbfgs", max_iter=1).fit(X, y)


def test_lbfgs_that_finds_no_lower_loss_says_so(monkeypatch):
    monkeypatch.setattr(sys.modules["scratchml.optim.lbfgs_more_thuente"], "more_thuente", lambda *given: None)
    with pytest.warns(ConvergenceWarning, match=r"after 0 iteration.*status=2.*no lower loss"):
        MLPClassifier((3,), solver="lbfgs").fit([[0.0], [1.0]], [0, 1])


def test_an_output_beyond_float64_is_an_error_in_predict():
    model = quietly(
        MLPRegressor("squared_error", (3,), "identity", max_iter=2, random_state=0), [[1.0], [2.0]], [1.0, 2.0]
    )
    model.coefs_[0] *= 1e10
    with pytest.raises(ValueError, match=r"beyond float64.*layer \d of 2"):
        model.predict([[1e305]])
