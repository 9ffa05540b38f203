"""The rules and the shuffle that makers share."""

import math

import numpy as np
import pytest
from sklearn.utils import shuffle

from scratchml.datasets.shared import counts, finite, finite_array, shuffle_rows


def test_finite_refuses_what_is_no_finite_number_in_range():
    rule = finite(0.0, 1.0, open_high=True)
    assert rule.wanted == "a finite number of at least 0.0 and below 1.0"
    assert rule.accepts(0)
    assert rule.accepts(np.float32(0.5))
    assert not any(rule.accepts(bad) for bad in (1.0, -0.1, math.nan, math.inf, -math.inf, "0.5", None, True))
    assert finite().accepts(-1e300)
    assert not finite().accepts(math.inf)


def test_counts_wants_so_many_integers_not_all_zero():
    assert counts(2).accepts((3, 0))
    assert counts(2).accepts([np.int64(3), 4])
    assert not any(counts(2).accepts(bad) for bad in ((1,), (0, 0), (1, -1), (1, 2.0), 3, "ab", (1, 2, 3)))


def test_finite_array_says_what_is_wrong():
    np.testing.assert_array_equal(finite_array([1, 2], "a"), [1.0, 2.0])
    for bad, error in (
        ("12", TypeError),
        ([1, math.nan], ValueError),
        ([[1], [1, 2]], ValueError),
        ([None, {}], TypeError),
    ):
        with pytest.raises(error, match="a="):
            finite_array(bad, "a")
    with pytest.raises(ValueError, match=r"a has shape \(1,\); give shape \(2,\)"):
        finite_array([1], "a", (2,))


def test_finite_array_copies(rng):
    values = rng.normal(size=3)
    finite_array(values, "a")[0] = 99
    assert values[0] != 99


def test_rows_are_shuffled_together_as_the_reference_does(rng):
    X, y = rng.normal(size=(20, 3)), np.arange(20)
    expected = shuffle(X, y, random_state=np.random.RandomState(6))
    found = shuffle_rows(np.random.RandomState(6), X, y)
    for e, f in zip(expected, found):
        np.testing.assert_array_equal(f, e)
    assert y.tolist() == list(range(20))
