"""alpha = 0: the answer in closed form is where the lasso's own coordinate descent ends."""

import numpy as np
import pytest

from scratchml.linear_model.columns import prepare
from scratchml.linear_model.lasso import Rules, elastic_net
from scratchml.linear_model.no_price import least_squares_steps

PASSES = Rules(1e-15, 100_000, None)  # a gap of 1e-15 of y'y, which bounds weights to its root or so


def both_ways(X, y, weight, centred, positive):
    """Return the last step in closed form, and that of coordinate descent."""
    *_, solved = least_squares_steps(X, y, weight, centred, positive)
    *_, walked = elastic_net(prepare(X, y, weight, centred, True), 0.0, 1.0, positive, PASSES, None)
    return solved, walked


@pytest.mark.parametrize("targets", [1, 3])
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_closed_form_is_where_passes_end(rng, weighted, centred, positive, targets):
    X, Y = rng.normal(size=(60, 8)) + 0.5, rng.normal(size=(60, targets))
    X[:, 5] = 2.0 if centred else 0.0  # a column that explains nothing has no weight
    Y += 3.0 * X[:, :1] - X[:, 1:2] + 1.0
    weight = rng.uniform(size=60) * rng.integers(0, 3, size=60) if weighted else None
    solved, walked = both_ways(X, Y[:, 0] if targets == 1 else Y, weight, centred, positive)
    np.testing.assert_allclose(solved.model.w, walked.model.w, rtol=0, atol=1e-7)  # weights of about 3, see PASSES
    assert (solved.model.w[:, 5] == 0.0).all()
    assert not positive or (solved.model.w >= 0.0).all()
    assert np.array_equal(solved.model.w == 0.0, walked.model.w == 0.0)
    for name in ("mean_x", "mean_y"):
        np.testing.assert_allclose(getattr(solved.model, name), getattr(walked.model, name), rtol=1e-14, atol=1e-15)
    assert solved.primal == pytest.approx(walked.primal, rel=1e-9)  # near its least value a loss is flat


@pytest.mark.parametrize("exponent", [-400, 400])
def test_units_far_from_one_change_nothing(rng, exponent):
    X, y = rng.normal(size=(30, 4)), rng.normal(size=30)
    expected, _ = both_ways(X, y, None, True, False)
    found, walked = both_ways(np.ldexp(X, exponent), y, None, True, False)
    np.testing.assert_allclose(np.ldexp(found.model.w, exponent), expected.model.w, rtol=1e-12)  # rounding
    np.testing.assert_allclose(np.ldexp(walked.model.w, exponent), expected.model.w, rtol=0, atol=1e-7)  # see PASSES


def test_of_many_best_weights_the_closed_form_takes_the_shortest(rng):
    X, y = rng.normal(size=(10, 25)), rng.normal(size=10)
    solved, walked = both_ways(X, y, None, True, False)
    A, b = X - X.mean(axis=0), y - y.mean()
    np.testing.assert_allclose(solved.w, np.linalg.lstsq(A, b, rcond=1e-10)[0], rtol=0, atol=1e-13)  # rounding
    for w in (solved.w, walked.w):
        np.testing.assert_allclose(A @ w, b, rtol=0, atol=1e-6)  # the root of PASSES' gap, in a worse condition
    assert np.linalg.norm(solved.w) <= np.linalg.norm(walked.w)


def test_the_gap_is_what_is_left_of_the_slope(rng):
    X, y, weight = rng.normal(size=(40, 5)), rng.normal(size=40), rng.uniform(size=40)
    (step,) = least_squares_steps(X, y, weight, True, False)
    share = weight / weight.sum()
    r = y - share @ y - (X - share @ X) @ step.w
    assert step.primal == pytest.approx(share @ r**2 / 2, rel=1e-13)
    assert step.model.gap[0] < 1e-25  # of slopes of about 1e-15, squared
