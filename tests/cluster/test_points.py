"""Points, the layout of rows: by hand, naive twin, outside reference, laws, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.cluster.points as naive
from scratchml.cluster.points import BLOCK, MANY, REFERENCE, WIDE, far_mean, is_safe, lay_out, spread_of
from scratchml.maths import exponent_of

EPS = np.finfo(np.float64).eps

# ---- by hand


def test_three_points_on_paper():
    # mean (1, 2); the centred rows (-1, 2), (0, -2), (1, 0) have the squared norms 5, 4, 1
    found = lay_out(np.array([[0.0, 4.0], [1.0, 0.0], [2.0, 2.0]]))
    assert found.mean.tolist() == [1.0, 2.0]
    assert found.blocks.tolist() == [[[-1.0, 0.0, 1.0], [2.0, -2.0, 0.0]]]
    assert found.norms.tolist() == [5.0, 4.0, 1.0]
    assert found.weight.tolist() == [1.0, 1.0, 1.0]
    assert found.exponent == found.weight_exponent == 0
    assert not found.wide


def test_the_exponent_brackets_the_largest_value():
    assert exponent_of(np.array([[0.5, -1.0]])) == 1  # 2^0 <= 1 < 2^1
    assert exponent_of(np.array([0.25]), None, np.array([-7.0])) == 3
    assert exponent_of(np.zeros(3)) == 0


def test_what_squares_are_safe():
    assert is_safe(spread_of(np.array([1e-150, 1e150]), None))
    for norms in ([0.0, 0.0], [1e-201], [1e201], [np.inf], [np.nan]):
        assert not is_safe(spread_of(np.array(norms), None))


# ---- naive twin

SHAPES = [(1, 1), (7, 3), (BLOCK, 2), (BLOCK + 1, 2), (2 * BLOCK - 1, WIDE - 1), (1, WIDE), (REFERENCE, WIDE)]


@pytest.mark.parametrize(("n", "d"), [*SHAPES, (REFERENCE + 1, WIDE + 3), (2 * REFERENCE + 5, 40)])
def test_every_cell_is_where_the_naive_twin_puts_it(rng, n, d):
    X = rng.normal(size=(n, d)) + 3
    found = lay_out(X)
    size = found.blocks.shape[2]
    assert size == min(n, REFERENCE if d >= WIDE else BLOCK)
    assert found.wide == (d >= WIDE)
    expected = naive.on_their_side(X, found.mean, size)
    if n == 1:  # one row lies on its mean: all zero, so the layout tries a scale, which changes nothing
        assert not np.any(found.blocks)
    else:
        assert found.blocks.tolist() == expected
        np.testing.assert_allclose(found.norms, naive.squared_norms(naive.centred(X, found.mean)), rtol=d * EPS)
    np.testing.assert_array_equal(found.rows(slice(None)), naive.centred(np.ldexp(X, -found.exponent), found.mean))


# ---- outside reference


@pytest.mark.parametrize(("n", "d"), [(700, 5), (MANY, WIDE), (MANY + 3, 2 * WIDE + 1)])
def test_mean_and_norms_have_numpys_bits(rng, n, d):
    X = rng.normal(size=(n, d)) + 1
    found = lay_out(X)
    centred = X - X.mean(axis=0)
    assert found.mean.tobytes() == X.mean(axis=0).tobytes()
    assert found.norms.tobytes() == np.einsum("ij,ij->i", centred, centred).tobytes()


# ---- laws

seeds = st.integers(0, 10**6)


@given(seeds, st.sampled_from([3, WIDE]), st.integers(-900, 900))
def test_a_power_of_two_as_unit_changes_the_exponent_alone(seed, d, power):
    X = np.random.default_rng(seed).normal(size=(9, d))
    expected, found = lay_out(X), lay_out(np.ldexp(X, power))
    assert is_safe(found.spread)
    places = X[:2]
    np.testing.assert_array_equal(
        np.ldexp(found.from_user(np.ldexp(places, power)), found.exponent - power), expected.from_user(places)
    )
    np.testing.assert_allclose(
        np.ldexp(found.to_user(found.from_user(np.ldexp(places, power))), -power), places, rtol=0, atol=4 * EPS * 4
    )  # the mean is taken off and put back on: two roundings of numbers below 4
    if abs(power) < 500:
        ratio = found.square_to_user(found.norms[0]) / np.ldexp(expected.norms[0], 2 * power)
        assert ratio == pytest.approx(1.0, rel=4 * EPS)  # a power of two rounds nothing, another exponent may


@given(seeds)
def test_rows_of_any_selection_are_the_centred_ones(seed):
    rng = np.random.default_rng(seed)
    for d in (2, WIDE + 1):
        X = rng.normal(size=(30, d))
        found, which = lay_out(X), rng.integers(0, 30, size=8)
        assert found.rows(which).tobytes() == (X - X.mean(axis=0))[which].tobytes()


def test_the_span_of_some_blocks_ends_with_the_rows(rng):
    found = lay_out(rng.normal(size=(BLOCK + 10, 2)))
    assert found.span(slice(0, 1)) == slice(0, BLOCK)
    assert found.span(slice(1, 2)) == slice(BLOCK, BLOCK + 10)
    assert found.span(slice(0, 2)) == slice(0, BLOCK + 10)


@pytest.mark.parametrize("d", [4, 20])
def test_threads_do_not_change_a_bit(rng, monkeypatch, d):
    X = rng.normal(size=(30_000, d))
    found = []
    for threads in ("1", "3"):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        found.append(lay_out(X))
    assert found[0].blocks.tobytes() == found[1].blocks.tobytes()
    assert found[0].norms.tobytes() == found[1].norms.tobytes()


# ---- edges


@pytest.mark.parametrize("scale", [5e-324, 1e-200, 1e-150, 1e150, 1e200, 1.7e308])
@pytest.mark.parametrize("d", [2, WIDE])
def test_squares_stay_in_range_at_any_scale(rng, scale, d):
    X = np.sign(rng.normal(size=(20, d))) * scale
    found = lay_out(X)
    assert is_safe(found.spread)
    assert np.isfinite(found.blocks).all()
    np.testing.assert_allclose(found.to_user(found.rows(slice(None))), X, rtol=4 * EPS)  # off and on the mean


def test_far_places_count_for_the_scale():
    X = np.array([[0.0], [1.0]])
    assert lay_out(X).exponent == 0
    found = lay_out(X, also=np.array([[1e120]]))
    assert found.exponent == exponent_of(np.array([1e120]))


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1.0, 1e300])
def test_weights_of_any_size_are_brought_near_one(size):
    X, weight = np.array([[0.0], [1.0]]), np.array([size, size])
    found = lay_out(X, weight)
    assert np.ldexp(found.weight, found.weight_exponent).tolist() == weight.tolist()
    assert 1e-100 < found.weight[0] < 1e100


def test_rows_are_far_from_the_origin_only_where_it_costs_digits(rng):
    X = rng.normal(size=(50, 3))
    assert not far_mean(X + 1).any()
    assert far_mean(X + 1000).tolist() == (X + 1000).mean(axis=0).tolist()
    assert not far_mean(np.full((2, 2), 1e200) * [[1], [-1]]).any()  # squares overflow: no opinion


@pytest.mark.parametrize("d", [2, WIDE])
def test_the_callers_arrays_stay_as_they_are(rng, d):
    X, weight = rng.normal(size=(20, d)), rng.random(20)
    before = X.copy(), weight.copy()
    found = lay_out(X, weight)
    found.rows(slice(None))[:] = 0
    assert X.tobytes() == before[0].tobytes()
    assert weight.tobytes() == before[1].tobytes()
