"""SAGA: by hand, naive twin (lists), outside reference, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize as scipy_minimize
from sklearn.linear_model import LogisticRegression

import tests.naive.optim.saga as naive
from scratchml.core import record
from scratchml.optim import Penalty, minimize, saga, stochastic_gradient
from tests.optim.surfaces import mean_logistic, two_clouds

penalties = st.builds(Penalty, st.sampled_from([0.0, 0.05]), st.sampled_from([0.0, 0.1]), st.booleans())


def parabolas(centres):
    """Return the finite sum of (w - c_i)^2 / 2."""

    def mean_over(rows, w):
        apart = w - centres[rows][:, None]
        return float(0.5 * (apart**2).mean()), apart.mean(axis=0)

    return mean_over


def longest_step(X):
    return 1 / (3 * 0.25 * (X**2).sum(axis=1).max())


# ---- by hand


def test_two_draws_on_paper():
    # centres 0 and 4 from w = 8, step 1/2: table (8, 4), average 6. The first look tells nothing new (new = table):
    # w = 8 - 6/2 = 5. Then sample 0 says 5 instead of 8: w = 5 - (5 - 8 + 6)/2 = 3.5; sample 1 says 1 instead of 4:
    # the same. So both ways end at 3.5
    for seed in range(6):
        path = record(saga(parabolas(np.array([0.0, 4.0])), [8.0], 2, step_size=0.5, max_iter=1, random_state=seed))
        assert path[1].w.tolist() == [3.5]
        assert path[1].gradient.tolist() == [1.5]
        assert path[1].loss == (3.5**2 + 0.5**2) / 4
        assert [s.n_evaluations for s in path] == [2, 8]  # a look; the table, two draws, a look


# ---- naive twin


@given(seed=st.integers(0, 10**6), penalty=penalties)
def test_epochs_are_those_of_lists(seed, penalty):
    rng = np.random.default_rng(seed)
    X, y = two_clouds(rng, 7, 2)
    mean_over, w, step = mean_logistic(X, y), np.abs(rng.normal(size=2)), longest_step(X)
    draws = np.random.RandomState(seed)
    drawn = np.concatenate([draws.randint(7, size=7) for _ in range(3)]).tolist()

    def gradient_of(i, v):
        return mean_over(np.array([i]), np.array(v))[1].tolist()

    expected = naive.saga(gradient_of, w.tolist(), 7, drawn, step, *penalty)
    steps = saga(mean_over, w, 7, step_size=step, penalty=penalty, max_iter=3, tol=0.0, random_state=seed)
    np.testing.assert_allclose(minimize(steps).w, expected, rtol=1e-11, atol=1e-13)  # averages kept, not worked out


# ---- outside reference


def test_the_end_is_scikit_learns_saga_and_scipys(rng):
    X, y = two_clouds(rng, 60, 3)
    l1, l2 = 0.02, 0.05
    penalty = Penalty(l1, l2)
    last = minimize(
        saga(mean_logistic(X, y), np.zeros(3), 60, step_size=longest_step(X), penalty=penalty, max_iter=500, tol=1e-9,
             random_state=0)
    )  # fmt: skip
    assert last.converged
    theirs = LogisticRegression(
        solver="saga", l1_ratio=l1 / (l1 + l2), C=1 / (60 * (l1 + l2)), fit_intercept=False, tol=1e-12, max_iter=10**4,
        random_state=0,
    ).fit(X, y)  # fmt: skip
    np.testing.assert_allclose(last.w, theirs.coef_[0], atol=1e-7)  # theirs stops when w changes little

    def smooth(w):
        loss, gradient = mean_logistic(X, y)(np.arange(60), w)
        return loss + 0.5 * l2 * w @ w, gradient + l2 * w

    ours = minimize(
        saga(mean_logistic(X, y), np.zeros(3), 60, step_size=longest_step(X), penalty=Penalty(l2=l2), max_iter=500,
             tol=1e-9, random_state=0)
    )  # fmt: skip
    expected = scipy_minimize(smooth, np.zeros(3), jac=True, method="BFGS", options={"gtol": 1e-10}).x
    np.testing.assert_allclose(ours.w, expected, atol=1e-7)  # tol / l2


# ---- laws


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), penalty=penalties)
def test_what_converged_is_stationary_and_no_point_near_is_lower(seed, penalty):
    rng = np.random.default_rng(seed)
    X, y = two_clouds(rng, 12, 2)
    mean_over, everything = mean_logistic(X, y), np.arange(12)
    last = minimize(
        saga(mean_over, np.zeros(2), 12, step_size=longest_step(X), penalty=penalty, tol=1e-3, random_state=seed)
    )
    loss, gradient = mean_over(everything, last.w)
    assert last.loss == loss + penalty.value(last.w)
    assert last.gradient_norm == penalty.stationarity(last.w, gradient)
    if last.converged:
        for v in last.w + 0.1 * rng.normal(size=(10, 2)):
            other = mean_over(everything, v)[0] + penalty.value(v)
            assert last.loss <= other + 1e-3 * np.abs(v - last.w).sum()  # convex: no lower than the slopes allow


def test_the_error_shrinks_by_a_constant_factor_where_stochastic_gradients_stall(rng):
    X, y = two_clouds(rng, 80, 3)
    mean_over, penalty = mean_logistic(X, y), Penalty(l2=0.1)
    how = {"step_size": longest_step(X), "penalty": penalty, "random_state": 0, "tol": 0.0}
    away = [s.gradient_norm for s in record(saga(mean_over, np.zeros(3), 80, max_iter=60, **how))]
    assert away[20] < 1e-2 * away[0]
    assert away[40] < 1e-2 * away[20]
    assert away[60] < 1e-2 * away[40]
    last = minimize(
        stochastic_gradient(mean_over, np.zeros(3), 80, max_iter=60, schedule="constant", patience=100, **how)
    )
    gradient = mean_over(np.arange(80), last.w)[1]
    assert penalty.stationarity(last.w, gradient) > 1e3 * away[60]


def test_the_mean_of_the_table_stays_the_average(rng):
    # then one draw moves w by the full gradient, whichever sample is drawn, right after the start
    X, y = two_clouds(rng, 10, 2)
    mean_over, w = mean_logistic(X, y), rng.normal(size=2)
    gradient = mean_over(np.arange(10), w)[1]
    one = lambda rows, v: mean_over(np.arange(10), v)  # noqa: E731 (all samples alike: no noise at all)
    last = minimize(saga(one, w, 1, step_size=0.3, max_iter=1))
    np.testing.assert_allclose(last.w, w - 0.3 * gradient, rtol=1e-12)  # rounding


def test_the_same_seed_gives_the_same_bits(rng):
    X, y = two_clouds(rng, 20, 2)
    runs = [
        minimize(saga(mean_logistic(X, y), np.zeros(2), 20, step_size=0.1, max_iter=3, random_state=seed)).w.tobytes()
        for seed in (0, 0, 1)
    ]
    assert runs[0] == runs[1] != runs[2]


# ---- edges and errors


def test_the_start_is_kept_no_epoch_is_allowed_and_a_minimum_is_seen_at_once():
    w = np.array([8.0])
    mean_over = parabolas(np.array([0.0, 4.0]))
    assert minimize(saga(mean_over, w, 2, step_size=0.5, max_iter=0)).name == "start"
    minimize(saga(mean_over, w, 2, step_size=0.5, max_iter=2))
    assert w.tolist() == [8.0]
    assert minimize(saga(mean_over, [2.0], 2, step_size=0.5, tol=0.0)).name == "start"


def test_one_sample_is_gradient_descent():
    last = minimize(saga(parabolas(np.array([3.0])), [0.0], 1, step_size=1.0))
    assert (last.w.tolist(), last.iteration) == ([3.0], 1)


def test_a_too_long_step_diverges():
    steps = lambda: saga(parabolas(np.array([0.0, 4.0])), [8.0], 2, step_size=100.0, max_iter=500, random_state=0)  # noqa: E731
    assert record(steps())[-1][0] == "diverged"
    assert not record(steps())[-1].converged
    with pytest.raises(ValueError, match="diverged in iteration"):
        minimize(steps())


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (lambda rows, w: (1.0, 2.0), ValueError, r"mean_over returned a gradient of shape \(\)"),
        (lambda rows, w: (1.0, w[:1]) if len(rows) == 1 else (1.0, w), ValueError, r"gradient of shape \(1,\)"),
        (lambda rows, w: None, TypeError, "mean_over returned a NoneType"),
        (lambda rows, w: (np.nan, w), ValueError, "loss=nan at the start"),
        (lambda rows, w: (1.0, w * np.inf), ValueError, "at the start"),
    ],
)
def test_a_wrong_answer_of_the_function_is_named(answer, kind, message):
    with pytest.raises(kind, match=message):
        minimize(saga(answer, [1.0, 2.0], 3, step_size=0.1))


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"mean_over": 3}, TypeError),
        ({"w": []}, ValueError),
        ({"n": 0}, ValueError),
        ({"step_size": 0.0}, ValueError),
        ({"step_size": None}, TypeError),
        ({"penalty": 0.1}, TypeError),
        ({"tol": -1.0}, ValueError),
        ({"max_iter": "many"}, TypeError),
    ],
)
def test_wrong_arguments_are_named_at_once(how, kind):
    with pytest.raises(kind, match=next(iter(how))):
        saga(**{"mean_over": lambda rows, w: (0.0, w), "w": [1.0], "n": 3, "step_size": 0.1, **how})
