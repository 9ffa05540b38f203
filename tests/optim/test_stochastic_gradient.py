"""Stochastic gradient descent: by hand, naive twin (lists), outside reference, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import SGDClassifier, SGDRegressor

import tests.naive.optim.stochastic_gradient as naive
from scratchml.core import record
from scratchml.optim import Penalty, lbfgs, loss_named, minimize, step_sizes, stochastic_gradient
from tests.optim.surfaces import mean_logistic, two_clouds

EPS = np.finfo(np.float64).eps


def mean_squares(X, y):
    """Return the finite sum of squared errors: a function of (rows, w)."""

    def mean_over(rows, w):
        r = X[rows] @ w - y[rows]
        return float(0.5 * r @ r / len(rows)), X[rows].T @ r / len(rows)

    return mean_over


def mean_of(X, y, name):
    """Return the finite sum of a named loss."""
    loss = loss_named(name)

    def mean_over(rows, w):
        z = X[rows] @ w
        return float(loss.values(z, y[rows]).mean()), X[rows].T @ loss.slopes(z, y[rows]) / len(rows)

    return mean_over


# ---- by hand


def test_an_epoch_on_paper():
    # samples x = 1, 2 with y = 1, 4, step 1/4; whichever comes first:
    #   0 then 1: w = 0 + 1/4 = 1/4, then 1/4 + (4 - 1/2) 2/4 = 2; losses 1/2 and 3.5^2 / 2
    #   1 then 0: w = 0 + 4 2/4 = 2, then 2 + (1 - 2)/4 = 7/4; losses 8 and 1/2
    expected = {(0, 1): (2.0, (0.5 + 3.5**2 / 2) / 2), (1, 0): (1.75, 4.25)}
    mean_over = mean_squares(np.array([[1.0], [2.0]]), np.array([1.0, 4.0]))
    seen = set()
    for seed in range(8):
        order = tuple(np.random.RandomState(seed).permutation(2).tolist())
        how = {"step_size": 0.25, "schedule": "constant", "max_iter": 1, "random_state": seed}
        path = record(stochastic_gradient(mean_over, [0.0], 2, **how))
        assert (path[1].w[0], path[1].loss) == expected[order]
        assert [s.n_evaluations for s in path] == [2, 4]
        seen.add(order)
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("constant", [0.5, 0.5, 0.5]),
        ("invscaling", [0.5, 0.5 / 2**0.25, 0.5 / 3**0.25]),
        ("optimal", [0.5, 1 / (2 + 0.1), 1 / (2 + 0.2)]),
        (lambda t: 1.0 / t, [1.0, 0.5, 1 / 3]),
    ],
)
def test_schedules_on_paper(schedule, expected):
    sizes = step_sizes(schedule, 0.5, power=0.25, strength=0.1)
    assert [sizes(t) for t in (1, 2, 3)] == pytest.approx(expected, rel=4 * EPS)  # a few roundings


def test_optimal_is_the_formula_of_the_docstring():
    step_size, strength = 0.3, 0.01
    t_0 = 1 / (strength * step_size)
    sizes = step_sizes("optimal", step_size, strength=strength)
    for t in (1, 5, 100):
        assert sizes(t) == pytest.approx(1 / (strength * (t_0 + t - 1)), rel=8 * EPS)  # a few roundings


# ---- naive twin


@given(
    seed=st.integers(0, 10**6),
    batch_size=st.integers(1, 5),
    l1=st.sampled_from([0.0, 0.1]),
    l2=st.sampled_from([0.0, 0.3]),
    average=st.sampled_from([False, True, 7]),
)
def test_epochs_are_those_of_lists(seed, batch_size, l1, l2, average):
    rng = np.random.default_rng(seed)
    X, y = two_clouds(rng, 9, 2)
    mean_over, w = mean_logistic(X, y), rng.normal(size=2)
    draws = np.random.RandomState(seed)
    orders = [draws.permutation(9).tolist() for _ in range(3)]

    def gradient_of(i, v):
        return mean_over(np.array([i]), np.array(v))[1].tolist()

    last, mean = naive.stochastic_gradient(
        gradient_of, w.tolist(), orders, lambda t: 0.2 / t**0.5, batch_size, l1, l2, int(average)
    )
    how = {"step_size": 0.2, "power": 0.5, "batch_size": batch_size, "average": average, "random_state": seed}
    steps = stochastic_gradient(mean_over, w, 9, penalty=Penalty(l1, l2), max_iter=3, tol=0.0, **how)
    # three epochs of 9 / batch_size updates; averaging may begin after the last
    updates = 3 * -(-9 // batch_size)
    expected = mean if average and average <= updates else last
    np.testing.assert_allclose(minimize(steps).w, expected, rtol=1e-11, atol=1e-13)  # sums in another order


# ---- outside reference


@pytest.mark.parametrize("name", ["squared_error", "huber", "epsilon_insensitive"])
def test_epochs_are_scikit_learns_regressor(rng, name):
    X, y = rng.normal(size=(40, 3)), rng.normal(size=40)
    theirs = SGDRegressor(
        loss=name, penalty=None, shuffle=False, fit_intercept=False, eta0=0.05, power_t=0.25,
        epsilon=loss_named(name).parameter,
    )  # fmt: skip
    draws = np.random.RandomState(7)
    path = record(stochastic_gradient(mean_of(X, y, name), np.zeros(3), 40, step_size=0.05, max_iter=4, random_state=7))
    for s in path[1:]:
        order = draws.permutation(40)
        theirs.partial_fit(X[order], y[order])
        np.testing.assert_allclose(s.w, theirs.coef_, rtol=1e-10)  # they keep w as a number times a vector


@pytest.mark.parametrize("name", ["log_loss", "hinge", "perceptron", "squared_hinge", "modified_huber"])
def test_epochs_are_scikit_learns_classifier(rng, name):
    X, y = two_clouds(rng, 40, 3)
    theirs = SGDClassifier(
        loss=name, penalty=None, shuffle=False, fit_intercept=False, eta0=0.05, learning_rate="constant"
    )
    draws = np.random.RandomState(7)
    how = {"step_size": 0.05, "schedule": "constant", "random_state": 7, "max_iter": 4, "tol": 0.0}
    path = record(stochastic_gradient(mean_of(X, y, name), np.zeros(3), 40, **how))
    assert len(path) == 5
    for s in path[1:]:
        order = draws.permutation(40)
        theirs.partial_fit(X[order], y[order], classes=[-1.0, 1.0])
        np.testing.assert_allclose(s.w, theirs.coef_[0], rtol=1e-10)  # the same
        assert s.w.any()


# ---- laws


def test_with_all_samples_in_a_batch_it_is_gradient_descent(rng):
    X, y = two_clouds(rng, 30, 3)
    mean_over, w = mean_logistic(X, y), np.zeros(3)
    how = {"step_size": 0.5, "schedule": "constant", "batch_size": 30, "max_iter": 5, "tol": 0.0}
    for s in record(stochastic_gradient(mean_over, np.zeros(3), 30, **how)):
        np.testing.assert_allclose(s.w, w, rtol=1e-12, atol=1e-15)  # sums in another order
        w = w - 0.5 * mean_over(np.arange(30), w)[1]


def test_it_comes_near_the_minimum_and_the_average_nearer(rng):
    X, y = two_clouds(rng, 200, 3)
    mean_over, everything = mean_logistic(X, y), np.arange(200)
    target = minimize(lbfgs(lambda w: mean_over(everything, w), np.zeros(3), tol=1e-10)).w
    how = {"step_size": 0.1, "schedule": "constant", "max_iter": 20, "tol": 0.0, "patience": 100, "random_state": 0}
    last = minimize(stochastic_gradient(mean_over, np.zeros(3), 200, **how)).w
    mean = minimize(stochastic_gradient(mean_over, np.zeros(3), 200, average=1000, **how)).w
    assert np.linalg.norm(mean - target) < 0.05
    assert np.linalg.norm(mean - target) < np.linalg.norm(last - target) / 2


@given(st.sampled_from(["invscaling", "optimal"]), st.floats(1e-3, 10), st.floats(0.1, 1), st.floats(1e-6, 1))
def test_steps_become_smaller_and_begin_with_step_size(schedule, step_size, power, strength):
    sizes = step_sizes(schedule, step_size, power, strength)
    found = [sizes(t) for t in (1, 2, 10, 1000)]
    assert found[0] == pytest.approx(step_size, rel=4 * EPS)  # a few roundings
    assert found == sorted(found, reverse=True)
    assert found[-1] > 0


def test_the_same_seed_gives_the_same_bits_and_another_seed_another_way(rng):
    X, y = two_clouds(rng, 30, 2)
    runs = [
        record(stochastic_gradient(mean_logistic(X, y), np.zeros(2), 30, max_iter=3, random_state=seed))
        for seed in (0, 0, 1)
    ]
    assert [s.w.tobytes() for s in runs[0]] == [s.w.tobytes() for s in runs[1]]
    assert runs[0][-1].w.tobytes() != runs[2][-1].w.tobytes()


def test_l1_gives_zeros(rng):
    X, y = two_clouds(rng, 100, 4)
    how = {"step_size": 1.0, "schedule": "constant", "batch_size": 100, "tol": 0.0}
    last = minimize(stochastic_gradient(mean_logistic(X, y), np.ones(4), 100, penalty=Penalty(l1=0.1), **how))
    assert (last.w == 0).any()
    assert (last.w != 0).any()


def test_it_stops_when_the_loss_has_not_fallen_for_patience_epochs(rng):
    X, y = two_clouds(rng, 50, 2)
    path = record(stochastic_gradient(mean_logistic(X, y), np.zeros(2), 50, tol=1e-2, patience=3, random_state=0))
    assert path[-1].converged
    losses = [s.loss for s in path[1:]]
    waited, best = 0, np.inf
    for loss in losses:
        waited = waited + 1 if loss > best - 1e-2 else 0
        best = min(best, loss)
    assert waited == 3
    assert not any(s.converged for s in path[:-1])


# ---- edges and errors


def test_a_perceptron_learns_from_weights_of_0(rng):
    X = rng.normal(size=(60, 2))
    y = np.where(X[:, 0] > X[:, 1], 1.0, -1.0)
    how = {"step_size": 1.0, "schedule": "constant", "random_state": 0, "max_iter": 50}
    last = minimize(stochastic_gradient(mean_of(X, y, "perceptron"), np.zeros(2), 60, **how))
    assert (np.sign(X @ last.w) == y).mean() > 0.95


def test_one_sample_one_weight_and_a_batch_larger_than_all():
    mean_over = mean_squares(np.array([[2.0]]), np.array([4.0]))
    for batch_size in (1, 5):
        last = minimize(
            stochastic_gradient(mean_over, [0.0], 1, step_size=0.25, batch_size=batch_size, schedule="constant")
        )
        assert last.w.tolist() == [2.0]


def test_no_epoch_is_allowed_and_a_minimum_is_seen_at_once():
    mean_over = mean_squares(np.eye(2), np.zeros(2))
    assert minimize(stochastic_gradient(mean_over, [1.0, 1.0], 2, max_iter=0)).name == "start"
    assert record(stochastic_gradient(mean_over, [0.0, 0.0], 2, max_iter=3))[0].converged


def test_too_long_steps_diverge_and_minimize_says_so():
    mean_over = mean_squares(10 * np.ones((5, 1)), np.arange(5.0))
    how = {"step_size": 1e3, "schedule": "constant", "average": True, "patience": 1000}
    path = record(stochastic_gradient(mean_over, [1.0], 5, **how))
    assert (path[-1].name, path[-1].converged) == ("diverged", False)
    with pytest.raises(ValueError, match="diverged in iteration"):
        minimize(stochastic_gradient(mean_over, [1.0], 5, **how))


def test_a_loss_that_only_rose_is_no_convergence():
    mean_over = mean_squares(np.ones((5, 1)), np.arange(5.0))
    last = minimize(stochastic_gradient(mean_over, [2.0], 5, step_size=2.5, schedule="constant", random_state=0))
    assert (last.name, last.converged) == ("stuck", False)
    assert last.loss > 1.0


def test_a_loss_that_is_not_finite_at_the_start_is_a_clear_error():
    with pytest.raises(ValueError, match="loss=nan"):
        minimize(stochastic_gradient(lambda rows, w: (np.nan, w), [1.0], 3))
    with pytest.raises(ValueError, match="gradient norm=inf at the start"):
        minimize(stochastic_gradient(lambda rows, w: (1.0, np.full(1, np.inf)), [1.0], 3))


@pytest.mark.parametrize("size", [0.0, -1.0, np.nan, np.inf, "long", None])
def test_a_schedule_that_gives_no_step_size_is_named(size):
    with pytest.raises(ValueError, match=r"schedule\(1\) is"):
        minimize(stochastic_gradient(lambda rows, w: (float(w @ w), 2 * w), [1.0], 3, schedule=lambda t: size))


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (lambda rows, w: (1.0, 2.0), ValueError, r"mean_over returned a gradient of shape \(\)"),
        (lambda rows, w: (1.0, w[:1]), ValueError, r"mean_over returned a gradient of shape \(1,\)"),
        (lambda rows, w: 1.0, TypeError, "mean_over returned a float; return two things"),
    ],
)
def test_a_wrong_answer_of_the_function_is_named(answer, kind, message):
    with pytest.raises(kind, match=message):
        minimize(stochastic_gradient(answer, [1.0, 2.0], 3))


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"mean_over": 3}, TypeError),
        ({"w": [[1.0]]}, ValueError),
        ({"n": 0}, ValueError),
        ({"n": 2.0}, TypeError),
        ({"step_size": 0.0}, ValueError),
        ({"schedule": "slower"}, ValueError),
        ({"schedule": 3}, TypeError),
        ({"power": -1.0}, ValueError),
        ({"strength": 0.0}, ValueError),
        ({"batch_size": 0}, ValueError),
        ({"average": -1}, ValueError),
        ({"average": "yes"}, TypeError),
        ({"penalty": 0.1}, TypeError),
        ({"patience": 0}, ValueError),
        ({"tol": -1.0}, ValueError),
        ({"max_iter": -1}, ValueError),
    ],
)
def test_wrong_arguments_are_named_at_once(how, kind):
    with pytest.raises(kind, match=next(iter(how))):
        stochastic_gradient(**{"mean_over": lambda rows, w: (0.0, w), "w": [1.0], "n": 3, **how})
