"""The lengths of steps: by hand, outside reference, laws."""

from itertools import pairwise

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.linear_model import SGDRegressor
from scratchml.linear_model.sgd_schedule import (
    ADAPTIVE,
    CONSTANT,
    INVSCALING,
    OPTIMAL,
    PA1,
    PA2,
    first_time,
    passive_aggressive,
    step_length,
    typical_weight,
)

# ---- by hand


def test_the_formulas_on_paper():
    assert step_length(CONSTANT, 7.0, 0.3, 9.0, 9.0, 9.0, 9.0) == 0.3
    assert step_length(ADAPTIVE, 7.0, 0.3, 9.0, 9.0, 9.0, 9.0) == 0.3
    assert step_length(INVSCALING, 16.0, 0.3, 2.0, 0.25, 9.0, 9.0) == 1.0
    assert step_length(OPTIMAL, 3.0, 0.3, 9.0, 9.0, 0.5, 6.0) == 0.25
    assert passive_aggressive(PA1, 3.0, 6.0, 1.0) == 0.5
    assert passive_aggressive(PA1, 3.0, 6.0, 0.1) == 0.1
    assert passive_aggressive(PA2, 3.0, 5.0, 0.5) == 0.5


def test_bottous_first_step_on_paper():
    # alpha = 1/16: a typical weight is 2; hinge's slope there is 1, so the first step is 2 / 1, t_0 = 1 / (2 / 16)
    assert typical_weight(1 / 16) == 2.0
    assert first_time(1 / 16, -1.0) == 8.0
    assert first_time(1 / 16, 4.0) == 32.0  # a slope of 4 makes it a quarter
    assert step_length(OPTIMAL, 1.0, 0.0, 0.0, 0.0, 1 / 16, 8.0) == 2.0


# ---- outside reference


def test_adaptive_steps_shrink_by_five_in_the_same_epochs_as_scikit_learns(rng):
    X, y = rng.normal(size=(50, 3)), rng.normal(size=50)
    how = {"learning_rate": "adaptive", "eta0": 0.1, "random_state": 0}
    etas = [float(s.eta[0]) for s in SGDRegressor(**how).steps(X, y)]
    shrunk = sorted(set(etas), reverse=True)
    assert len(shrunk) > 3
    for a, b in pairwise(shrunk):
        assert b == a / 5
    assert len(etas) == reference.SGDRegressor(**how).fit(X, y).n_iter_


# ---- laws


@given(st.floats(1e-8, 10.0), st.floats(0.1, 1.0), st.integers(1, 1000))
def test_lengths_fall(alpha, power, t):
    for schedule in (OPTIMAL, INVSCALING):
        first, second = (step_length(schedule, float(s), 0.0, 0.1, power, alpha, 5.0) for s in (t, t + 1))
        assert 0.0 < second < first


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(1e-3, 1e3))
def test_pa_steps_never_overshoot_and_pa1_repairs_the_loss_where_it_may(loss, square, eta0):
    one, two = (passive_aggressive(s, loss, square, eta0) for s in (PA1, PA2))
    assert one * square <= loss * (1 + 4 * np.finfo(float).eps)  # one division rounded
    assert two * square < loss * (1 + 4 * np.finfo(float).eps)
    if one < eta0:
        assert one * square == pytest.approx(loss)
