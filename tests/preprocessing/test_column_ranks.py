"""Values of ranks in long columns, beside a sort of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core.jit import plain_python
from scratchml.preprocessing import KBinsDiscretizer
from scratchml.preprocessing.column_ranks import (
    STRETCHES,
    TOGETHER,
    count_stretches,
    percentiles_of_columns,
    values_of_ranks,
)


def sorted_values(X, columns, ranks):
    return np.sort(X[:, columns], axis=0)[ranks].T


def found_values(X, columns, ranks):
    return values_of_ranks(X, columns, X[:, columns].min(axis=0), X[:, columns].max(axis=0), ranks)


def kinds_of_columns(rng, n):
    """Columns of every kind that the counting might trip over."""
    far = rng.normal(size=n)
    far[0] = 1e12  # all others lie in one stretch: that column is partitioned
    tiny = 5e-324 * rng.integers(3, size=n)  # a range whose inverse is beyond float64
    ties = rng.integers(5, size=n).astype(float)
    return np.column_stack(
        [rng.normal(size=n), np.exp(2 * rng.normal(size=n)), far, tiny, ties, np.full(n, 7.0), np.linspace(-1, 1, n)]
    )


def test_by_hand():
    X = np.array([[4.0, 1.0], [2.0, 1.0], [9.0, 1.0], [2.0, 0.0]])
    np.testing.assert_array_equal(found_values(X, slice(0, 2), np.array([0, 1, 2, 3])), [[2, 2, 4, 9], [0, 1, 1, 1]])


def test_stretches_are_counted_as_drawn():
    X, counts = np.array([[0.0], [0.5], [1.0], [0.25]]), np.zeros((1, STRETCHES), dtype=np.int32)
    count_stretches(X, 0, np.zeros(1), np.full(1, float(STRETCHES)), counts)
    assert np.flatnonzero(counts[0]).tolist() == [0, STRETCHES // 4, STRETCHES // 2, STRETCHES - 1]


@pytest.mark.parametrize("columns", [slice(0, 7), slice(2, 5), slice(6, 7)])
def test_as_a_sort(columns, rng):
    X = kinds_of_columns(rng, 3001)
    ranks = np.array([0, 1, 600, 599, 1500, 1500, 2999, 3000])
    np.testing.assert_array_equal(found_values(X, columns, ranks), sorted_values(X, columns, ranks))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=60), st.data())
def test_any_values_any_ranks(values, data):
    X = np.array(values, dtype=np.float64)[:, None]
    ranks = np.array(data.draw(st.lists(st.integers(0, len(values) - 1), min_size=1, max_size=5)))
    np.testing.assert_array_equal(found_values(X, slice(0, 1), ranks), sorted_values(X, slice(0, 1), ranks))


@pytest.mark.parametrize("method", ["averaged_inverted_cdf", "inverted_cdf"])
@pytest.mark.parametrize("n", [1, 2, 10, 999, 3000])
def test_percentiles_are_numpys(method, n, rng):
    X, percents = kinds_of_columns(rng, n), np.array([0.0, 1.0, 20.0, 25.0, 100 / 3, 50.0, 99.9, 100.0])
    found, low, high = percentiles_of_columns(X, percents, method == "averaged_inverted_cdf")
    np.testing.assert_array_equal(found, np.percentile(X, percents, axis=0, method=method).T)
    np.testing.assert_array_equal((low, high), (X.min(axis=0), X.max(axis=0)))


@pytest.mark.parametrize("method", ["averaged_inverted_cdf", "inverted_cdf"])
@pytest.mark.filterwarnings("ignore:Bins whose width:UserWarning", "ignore:Feature:UserWarning")
def test_bins_are_the_same_by_both_strategies(method, rng, monkeypatch):
    X = kinds_of_columns(rng, 5000)
    quick = KBinsDiscretizer(5, quantile_method=method, subsample=None).fit(X)
    monkeypatch.setattr("scratchml.preprocessing.k_bins_discretizer.LONG", 5000)
    plain = KBinsDiscretizer(5, quantile_method=method, subsample=None).fit(X)
    for ours, theirs in zip(quick.bin_edges_, plain.bin_edges_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_many_columns_are_looked_up_some_at_a_time(rng):
    X = rng.normal(size=(300, 2 * TOGETHER + 3))
    found = percentiles_of_columns(X, np.array([10.0, 50.0]), True)[0]
    np.testing.assert_array_equal(found, np.percentile(X, [10, 50], axis=0, method="averaged_inverted_cdf").T)


def test_compiled_and_plain_are_the_same(rng):
    X, ranks = kinds_of_columns(rng, 200), np.array([0, 17, 100, 199])
    compiled = found_values(X, slice(1, 6), ranks)
    with plain_python():
        assert found_values(X, slice(1, 6), ranks).tobytes() == compiled.tobytes()


def test_a_range_beyond_float64_is_no_trap():
    X = np.array([[-1.7e308], [1.7e308], [0.0], [1.0]] * 100)
    np.testing.assert_array_equal(found_values(X, slice(0, 1), np.array([0, 150, 399])), [[-1.7e308, 0.0, 1.7e308]])


def test_a_range_beyond_float64_is_refused_in_long_columns():
    X = np.tile([[-1.7e308, 0.0], [1.7e308, 1.0]], (3000, 1))
    with pytest.raises(ValueError, match="range of column 0 is beyond float64"):
        KBinsDiscretizer(2, subsample=None).fit(X)


def test_what_is_given_is_kept(rng):
    X = kinds_of_columns(rng, 3000)
    before = X.copy()
    found_values(X, slice(0, 7), np.array([0, 1500]))
    assert X.tobytes() == before.tobytes()
