"""Parameter rules: what passes, and that an error tells kind from value and says what is wanted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core import rules
from scratchml.core.rules import check_rules, either, integer, one_of, real

# ---- by hand


@pytest.mark.parametrize(
    ("rule", "value", "error"),
    [
        (integer(1), 1, None),
        (integer(1), np.int32(5), None),
        (integer(1), 0, ValueError),
        (integer(1), True, TypeError),
        (integer(1), 1.0, TypeError),
        (integer(1), "1", TypeError),
        (integer(1, 3), 4, ValueError),
        (real(0), 0, None),
        (real(0, open_low=True), 0, ValueError),
        (real(0, open_low=True), 1e-300, None),
        (real(), float("nan"), ValueError),
        (real(0, 1), np.float32(0.5), None),
        (real(0, 1, open_high=True), 1.0, ValueError),
        (real(), False, TypeError),
        (rules.floating(0, 1), 1, TypeError),
        (rules.floating(0, 1), 1.0, None),
        (one_of("l1", "l2", None), None, None),
        (one_of("l1", "l2", None), "l3", ValueError),
        (one_of("l1", "l2"), None, TypeError),
        (one_of("l1", "l2"), ["l1"], TypeError),
        (rules.boolean, np.True_, None),
        (rules.boolean, 1, TypeError),
        (rules.random_state, np.random.RandomState(0), None),
        (rules.random_state, np.random.default_rng(0), None),
        (rules.random_state, -1, ValueError),
        (rules.random_state, "seed", TypeError),
        (rules.n_jobs, 0, ValueError),
        (rules.n_jobs, -1, None),
        (rules.n_jobs, None, None),
        (rules.array_like, [1], None),
        (rules.array_like, 3, TypeError),
        (rules.function, len, None),
        (rules.has_methods("fit"), int, TypeError),
        (either(integer(1), one_of("auto")), "auto", None),
        (either(integer(1), one_of("auto")), "best", ValueError),
        (either(integer(1), one_of("auto")), 0, ValueError),
        (either(integer(1), one_of("auto")), 1.5, TypeError),
    ],
)
def test_a_rule_takes_what_it_says(rule, value, error):
    if error is None:
        check_rules("Model", {"p": rule}, {"p": value})
    else:
        with pytest.raises(error, match=r"^Model: p=.*give "):
            check_rules("Model", {"p": rule}, {"p": value})


def test_the_message_names_the_value_and_what_is_wanted():
    with pytest.raises(ValueError, match=r"^KMeans: n_clusters=0 is not accepted; give an integer of at least 1\.$"):
        check_rules("KMeans", {"n_clusters": integer(1)}, {"n_clusters": 0})
    with pytest.raises(TypeError, match="is of type float; give an integer of at least 1 and of at most 9"):
        check_rules("KMeans", {"n_clusters": integer(1, 9)}, {"n_clusters": 2.5})


def test_a_long_value_is_shortened():
    with pytest.raises(TypeError) as caught:
        check_rules("M", {"p": integer()}, {"p": "x" * 10_000})
    assert len(str(caught.value)) < 200


# ---- laws


@given(st.integers(), st.integers(), st.integers())
def test_an_integer_range_is_a_range(value, low, high):
    assert integer(low, high).accepts(value) == (low <= value <= high)


@given(st.floats(), st.floats(allow_nan=False), st.booleans())
def test_a_real_bound_is_open_or_closed(value, low, open_low):
    expected = value > low if open_low else value >= low  # False for NaN, as comparisons are
    assert real(low, open_low=open_low).accepts(value) == expected


def test_what_has_passed_is_remembered_by_kind_and_value():
    rule = rules.integer(1)
    for _ in range(2):
        assert rule.accepts(1)
        assert not rule.accepts(True)  # equal to 1, and no integer
        assert not rule.accepts(1.0)
        assert not rule.accepts(0)
    for value in range(1, 1000):
        assert rule.accepts(value)
    assert len(rule.passed) == rules.REMEMBERED  # and no more, however many are asked about
