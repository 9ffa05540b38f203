"""Moons, circles, swiss roll and S: the textbook's curves, and the reference's numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets as reference

from scratchml import datasets
from scratchml.datasets import make_circles, make_moons, make_s_curve, make_swiss_roll
from tests.naive.datasets import shapes as naive
from tests.problems import check_same_bits

ROUNDING = 1e-12  # sine and cosine of math and NumPy may differ in the last bit; coordinates are below 21
sizes = st.integers(1, 60)
seeds = st.integers(0, 2**32 - 1)

# by hand


def test_moons_of_three_points_each():
    X, y = make_moons(6, shuffle=False)
    expected = [[1, 0], [0, 1], [-1, 0], [0, 0.5], [1, -0.5], [2, 0.5]]
    np.testing.assert_allclose(X, expected, atol=1e-15)  # cos(pi / 2) is 6e-17
    assert y.tolist() == [0, 0, 0, 1, 1, 1]


def test_circles_of_four_points_each():
    X, y = make_circles(8, shuffle=False, factor=0.5)
    expected = [[1, 0], [0, 1], [-1, 0], [0, -1], [0.5, 0], [0, 0.5], [-0.5, 0], [0, -0.5]]
    np.testing.assert_allclose(X, expected, atol=1e-15)  # cos(pi / 2) is 6e-17
    assert y.tolist() == [0] * 4 + [1] * 4


# naive twin


@given(n=sizes)
def test_moons_are_the_naive_ones(n):
    points, labels = naive.make_moons(n)
    X, y = make_moons(n, shuffle=False)
    np.testing.assert_allclose(X, points, atol=ROUNDING)
    assert y.tolist() == labels


@given(n=sizes, factor=st.floats(0, 0.99))
def test_circles_are_the_naive_ones(n, factor):
    points, labels = naive.make_circles(n, factor)
    X, y = make_circles(n, shuffle=False, factor=factor)
    np.testing.assert_allclose(X, points, atol=ROUNDING)
    assert y.tolist() == labels


@given(n=sizes, seed=seeds)
def test_sheets_are_the_naive_ones(n, seed):
    for make, twin in ((make_swiss_roll, naive.make_swiss_roll), (make_s_curve, naive.make_s_curve)):
        points, positions = twin(n, np.random.RandomState(seed))
        X, t = make(n, random_state=seed)
        np.testing.assert_allclose(X, points, atol=ROUNDING)
        np.testing.assert_allclose(t, positions, atol=ROUNDING)


# outside reference


@pytest.mark.parametrize("name", ["make_moons", "make_circles"])
@pytest.mark.parametrize("n_samples", [1, 2, 7, 100, (3, 0), (5, 9)], ids=str)
@pytest.mark.parametrize("how", [{}, {"noise": 0.0}, {"noise": 0.3}, {"noise": 0.3, "shuffle": False}], ids=str)
def test_moons_and_circles_are_the_references_bit_for_bit(name, n_samples, how):
    expected = getattr(reference, name)(n_samples, random_state=7, **how)
    found = getattr(datasets, name)(n_samples, random_state=7, **how)
    for e, f in zip(expected, found):
        np.testing.assert_array_equal(f, e)
        assert f.dtype == e.dtype


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("make_swiss_roll", {}),
        ("make_swiss_roll", {"noise": 0.5}),
        ("make_swiss_roll", {"noise": 0.5, "hole": True}),
        ("make_s_curve", {}),
        ("make_s_curve", {"noise": 0.1}),
    ],
    ids=str,
)
@pytest.mark.parametrize("seed", [0, 42])
def test_sheets_are_the_references_bit_for_bit(name, how, seed):
    expected = getattr(reference, name)(50, random_state=seed, **how)
    found = getattr(datasets, name)(50, random_state=seed, **how)
    for e, f in zip(expected, found):
        np.testing.assert_array_equal(f, e)


# laws


@given(n=sizes, seed=seeds)
def test_shuffling_moves_rows_and_changes_none(n, seed):
    for make in (make_moons, make_circles):
        X, y = make(n, shuffle=False)
        mixed, labels = make(n, random_state=seed)
        assert sorted(map(tuple, np.column_stack([X, y]))) == sorted(map(tuple, np.column_stack([mixed, labels])))


@given(n=sizes, factor=st.floats(0, 0.99), seed=seeds)
def test_without_noise_circles_have_the_radii_asked_for(n, factor, seed):
    X, y = make_circles(n, factor=factor, random_state=seed)
    np.testing.assert_allclose(np.hypot(X[:, 0], X[:, 1]), np.where(y == 0, 1.0, factor), atol=ROUNDING)


def test_noise_has_the_standard_deviation_asked_for():
    clean, _ = make_moons(4000, shuffle=False)
    noisy, _ = make_moons(4000, shuffle=False, noise=0.25, random_state=0)
    spread = (noisy - clean).std()
    assert spread == pytest.approx(0.25, rel=0.05)  # 8000 draws: the error's standard deviation is 0.8 %


def test_the_hole_of_the_roll_is_empty():
    X, t = make_swiss_roll(3000, hole=True, random_state=0)
    in_hole = (t > 2.5 * np.pi) & (t < 3.5 * np.pi) & (X[:, 1] > 7) & (X[:, 1] < 14)
    assert not in_hole.any()
    assert X[:, 1].max() > 20
    assert t.max() > 4.4 * np.pi


@given(n=sizes, seed=seeds)
def test_the_s_is_two_circles_arcs(n, seed):
    X, t = make_s_curve(n, random_state=seed)
    middle = -np.sign(t)
    np.testing.assert_allclose(np.hypot(X[:, 0], X[:, 2] - middle), 1, atol=ROUNDING)


@pytest.mark.parametrize("make", [make_moons, make_circles, make_swiss_roll, make_s_curve])
def test_results_are_contiguous_and_a_generator_is_drawn_from(make):
    X, _ = make(30, noise=0.1, random_state=np.random.default_rng(5))
    again, _ = make(30, noise=0.1, random_state=np.random.default_rng(5))
    np.testing.assert_array_equal(X, again)
    assert X.flags.c_contiguous
    assert X.flags.owndata or X.base.flags.c_contiguous


# edges and errors


@pytest.mark.parametrize("make", [datasets.make_s_curve, datasets.make_swiss_roll, datasets.make_sparse_uncorrelated])
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_a_count_may_be_an_integer_of_numpys(make, dtype):
    expected, found = (make(count, random_state=0) for count in (10, dtype(10)))
    for a, b in zip(expected, found):
        check_same_bits(a, b)


def test_a_single_sample_has_a_position_array_of_one():
    for make in (make_swiss_roll, make_s_curve):
        X, t = make(1, random_state=0)
        assert X.shape == (1, 3)
        assert t.shape == (1,)


@pytest.mark.parametrize("make", [make_moons, make_circles, make_swiss_roll, make_s_curve])
@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"n_samples": 0}, ValueError),
        ({"n_samples": -3}, ValueError),
        ({"n_samples": 10.0}, TypeError),
        ({"n_samples": "ten"}, TypeError),
        ({"n_samples": True}, TypeError),
        ({"noise": -0.1}, ValueError),
        ({"noise": float("nan")}, ValueError),
        ({"noise": float("inf")}, ValueError),
        ({"noise": "loud"}, TypeError),
        ({"random_state": -1}, ValueError),
        ({"random_state": "seed"}, TypeError),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(make, how, error):
    with pytest.raises(error, match=next(iter(how))):
        make(**how)


@pytest.mark.parametrize("make", [make_moons, make_circles])
@pytest.mark.parametrize("n_samples", [(1, 2, 3), (1,), (0, 0), (-1, 5), ()], ids=str)
def test_a_pair_of_sizes_must_be_two_counts(make, n_samples):
    with pytest.raises(ValueError, match="n_samples"):
        make(n_samples)


@pytest.mark.parametrize("make", [make_moons, make_circles])
def test_a_pair_of_sizes_must_be_integers(make):
    with pytest.raises(TypeError, match="n_samples"):
        make((1.5, 2))


@pytest.mark.parametrize("factor", [1.0, -0.1, float("nan")])
def test_the_inner_circle_is_inside(factor):
    with pytest.raises(ValueError, match="factor"):
        make_circles(factor=factor)
