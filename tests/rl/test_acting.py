"""How agents act: by hand, naive twin, laws, edges and errors."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.rl.acting as naive
from scratchml.rl import ExponentialSchedule, HarmonicSchedule, LinearSchedule
from scratchml.rl.acting import choose_action, expected_value, scheduled, to_numbers

Q = np.array([[1.0, 3.0, 3.0, 0.0], [2.0, 1.0, 0.0, 0.0]])

# ---- by hand


@pytest.mark.parametrize(
    ("u", "action"),
    [(0.0, 0), (0.09, 0), (0.11, 1), (0.25, 2), (0.39, 3), (0.41, 1), (0.69, 1), (0.71, 2), (0.99, 2)],
)
def test_one_number_decides_all(u, action):
    # epsilon 0.4: [0, 0.4) in four parts for the four actions; the rest in two for the two best ones
    assert choose_action(Q, 0, 0.4, 0.0, u) == action


def test_boltzmanns_chances_on_paper():
    # exp((0, 2, 2, -1) / T) at T = 1 / log 2 is 1, 4, 4, 1/2: together 9.5
    found = [choose_action(Q, 0, 0.0, 1 / np.log(2), u) for u in np.array([0.9, 1.1, 4.9, 5.1, 8.9, 9.1]) / 9.5]
    assert found == [0, 1, 1, 2, 2, 3]


def test_the_expected_value_on_paper():
    assert expected_value(Q, 0, 0.4, 0.0) == pytest.approx(0.4 * 7 / 4 + 0.6 * 3)
    assert expected_value(Q, 0, 0.0, 1 / np.log(2)) == pytest.approx((1 + 4 * 3 + 4 * 3) / 9.5)


def test_the_formulas_of_the_schedules_hold():
    for t in (0, 1, 7, 10, 100):
        assert LinearSchedule(1.0, 0.2, 10).value(t) == pytest.approx(0.2 + 0.8 * max(0, 1 - t / 10))
        assert ExponentialSchedule(1.0, 0.2, 10).value(t) == pytest.approx(0.2 + 0.8 * 2 ** (-t / 10))
        assert HarmonicSchedule(1.0, 0.2, 10).value(t) == pytest.approx(0.2 + 0.8 / (1 + t / 10))
    assert scheduled(to_numbers(0.3, "x", 0, 1), 5) == 0.3


# ---- naive twin


@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.sampled_from([0.0, 0.5, 3.0]))
def test_agrees_with_the_naive_twin(seed, epsilon, temperature):
    rng = np.random.default_rng(seed)
    q = rng.integers(-2, 3, size=(1, int(rng.integers(1, 7)))) / 2.0
    for u in rng.random(30):
        assert choose_action(q, 0, epsilon, temperature, u) == naive.choose(q[0].tolist(), epsilon, temperature, u)
    expected = np.dot(naive.chances(q[0].tolist(), epsilon, temperature), q[0])
    assert expected_value(q, 0, epsilon, temperature) == pytest.approx(expected, abs=1e-14)  # sums of six


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([0.0, 0.7]))
def test_actions_come_as_often_as_their_chances_say(seed, epsilon, temperature):
    rng = np.random.default_rng(seed)
    q = rng.integers(-1, 2, size=(1, 4)).astype(float)
    grid = (np.arange(4000) + 0.5) / 4000  # every u is as likely: count them all
    found = np.bincount([choose_action(q, 0, epsilon, temperature, u) for u in grid], minlength=4) / 4000
    np.testing.assert_allclose(
        found, naive.chances(q[0].tolist(), epsilon, temperature), atol=5 / 4000
    )  # ends of parts


@given(st.floats(0, 1 - 2**-53, exclude_max=False), st.floats(0, 1), st.integers(1, 9))
def test_an_action_always_exists(u, epsilon, n):
    assert 0 <= choose_action(np.zeros((1, n)), 0, epsilon, 0.0, u) < n
    assert 0 <= choose_action(np.linspace(0, 1e300, n)[None], 0, epsilon, 1e-300, u) < n


# ---- edges and errors


def test_schedules_are_values():
    assert LinearSchedule(1.0, 0.1, 5) == LinearSchedule(1.0, 0.1, 5)
    assert copy.deepcopy(HarmonicSchedule(1.0, 0.1, 5)) == HarmonicSchedule(1.0, 0.1, 5)
    assert repr(ExponentialSchedule(1.0, 0.1, 5)) == "ExponentialSchedule(start=1.0, end=0.1, half_life=5)"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LinearSchedule(1.0, 0.1, 0).value(1), "n_steps=0"),
        (lambda: HarmonicSchedule(1.0, 0.1, -1).value(1), "half_life=-1"),
        (lambda: ExponentialSchedule(float("nan"), 0.1, 1).value(1), "start=nan"),
        (lambda: LinearSchedule(1.0, float("inf"), 1).value(1), "end=inf"),
        (lambda: LinearSchedule(1.0, 0.1, 5).value(-1), "t=-1"),
        (lambda: to_numbers(LinearSchedule(2.0, 0.1, 5), "epsilon", 0.0, 1.0), "epsilon=.*start 2.0"),
        (
            lambda: to_numbers(LinearSchedule(1.0, 0.0, 5), "temperature", 0.0, 9.0, open_low=True),
            "end 0.0 must be above",
        ),
    ],
)
def test_a_wrong_schedule_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
