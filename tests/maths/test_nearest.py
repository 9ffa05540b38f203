"""Exhaustive search: the plain formula's answer, however rough the ruler that rules rows out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

from scratchml.core.jit import plain_python
from scratchml.core.parallel import THREADS_VARIABLE
from scratchml.maths import k_nearest, prepare, smallest_of_rows
from scratchml.maths.nearest import blocks_of_queries
from tests.naive.maths import distances as naive


def by_formula(X, Y, k):
    """Return (squared distances, indices) by the plain formula, summed in the order of the features."""
    D = np.zeros((len(X), len(Y)))
    for f in range(X.shape[1]):
        D += (X[:, [f]] - Y[:, f]) ** 2
    order = np.argsort(D, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(D, order, axis=1), order


def check_exact(X, Y, k):
    """Assert the very bits of the plain formula: same rows, same squared distances, ties to the lowest index."""
    expected_squares, expected = by_formula(X, Y, k)
    squares, found = k_nearest(X, prepare(Y, "sqeuclidean"), k)
    assert (expected == found).all()
    assert (expected_squares == squares).all()


# ---- by hand


def test_nearest_of_six_points_by_hand():
    Y = np.array([[0.0], [4.0], [1.0], [9.0], [1.0], [-2.0]])
    distances, indices = k_nearest(np.array([[1.5]]), prepare(Y), 4)
    assert distances.tolist() == [[0.5, 0.5, 1.5, 2.5]]
    assert indices.tolist() == [[2, 4, 0, 1]]  # 2 and 4 are equal: the lower index first


# ---- naive twin


@pytest.mark.parametrize(
    "metric", ["euclidean", "sqeuclidean", "manhattan", "chebyshev", "minkowski", "cosine", "hamming"]
)
@pytest.mark.parametrize("k", [1, 5, 30])
def test_every_metric_agrees_with_its_naive_twin(rng, metric, k):
    X, Y = rng.integers(-3, 4, size=(12, 4)).astype(float), rng.integers(-3, 4, size=(30, 4)).astype(float)
    X[np.abs(X).sum(axis=1) == 0] = 1.0  # a direction for each, for the cosine
    Y[np.abs(Y).sum(axis=1) == 0] = 1.0
    expected, rows = naive.nearest(metric, X, Y, k, p=3.0)
    distances, indices = k_nearest(X, prepare(Y, metric, p=3.0), k)
    assert np.allclose(expected, distances, rtol=1e-13, atol=1e-15)  # rounding; 1 - cos near 0
    if metric != "cosine":  # whole numbers: ties are exact; the twin's 1 - cos breaks them by rounding
        assert (rows == indices).all()


# ---- outside reference


@pytest.mark.parametrize("d", [2, 20, 60])
def test_it_agrees_with_scipys_tree(rng, d):
    X, Y = rng.normal(size=(300, d)), rng.normal(size=(1500, d))
    expected, rows = KDTree(Y).query(X, k=7)
    distances, indices = k_nearest(X, prepare(Y), 7)
    assert (rows == indices).all()
    assert np.allclose(expected, distances, rtol=1e-14, atol=0)  # d roundings


# ---- laws: exact, whatever makes the ruler rough


@given(
    st.integers(0, 10**6), st.integers(1, 30), st.sampled_from([0.0, 1.0, 1e4, 1e8]), st.sampled_from([1e-3, 1.0, 1e3])
)
def test_it_has_the_bits_of_the_plain_formula(seed, d, offset, scale):
    rng = np.random.default_rng(seed)
    Y = rng.normal(size=(60, d)) * scale + offset
    X = np.vstack([rng.normal(size=(5, d)) * scale + offset, Y[:5]])
    check_exact(X, Y, int(rng.integers(1, 61)))


def test_it_is_exact_in_tight_clusters_far_apart(rng):
    centers = rng.normal(size=(4, 20)) * 1e6
    Y = centers[rng.integers(0, 4, 1500)] + rng.normal(size=(1500, 20))
    check_exact(Y[:40] + 0.1, Y, 6)


def test_it_is_exact_beside_an_outlier(rng):
    Y = rng.normal(size=(1200, 8))
    Y[17] = 1e15
    check_exact(rng.normal(size=(30, 8)), Y, 5)


def test_it_is_exact_for_queries_far_outside(rng):
    Y = rng.normal(size=(600, 5))
    check_exact(np.vstack([Y[:2] * 1e3, Y[2:4] * 1e18, Y[4:6] * 1e40]), Y, 3)


def test_it_is_exact_with_many_ties(rng):
    Y = rng.integers(0, 3, size=(1300, 3)).astype(float)
    check_exact(Y[:50], Y, 40)


def test_it_is_exact_when_rows_come_from_far_to_near(rng):
    Y = np.sort(rng.normal(size=(1500, 1)), axis=0)
    check_exact(np.array([[10.0], [0.0], [-10.0]]), Y, 5)


def test_constant_rows_give_the_first_ones():
    Y = np.full((700, 4), 3.0)
    distances, indices = k_nearest(Y[:3], prepare(Y), 5)
    assert not distances.any()
    assert (indices == np.arange(5)).all()


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("m", [2, 63, 100, 300])
def test_many_queries_of_few_rows_are_exact_across_the_borders_of_blocks(rng, m, k):
    assert len(blocks_of_queries(4500, m, k, 1)) > 1
    check_exact(rng.normal(size=(4500, 3)), rng.normal(size=(m, 3)), k)
    check_exact(rng.integers(0, 3, size=(4500, 3)) * 1.0, rng.integers(0, 3, size=(m, 3)) * 1.0, k)


def test_all_rows_in_order_when_k_is_all(rng):
    X, Y = rng.normal(size=(4, 3)), rng.normal(size=(50, 3))
    check_exact(X, Y, 50)


def test_one_huge_value_leaves_the_other_rows_right(rng):
    Y = rng.normal(size=(40, 4))
    expected = k_nearest(Y[1:], prepare(Y[1:]), 3)[1]
    Y[0, 0] = 1e300
    assert (expected + 1 == k_nearest(Y[1:], prepare(Y), 3)[1]).all()


def test_threads_do_not_change_a_bit(rng, monkeypatch):
    X, Y = rng.normal(size=(900, 12)), rng.normal(size=(1100, 12))
    for metric in ("euclidean", "manhattan", "cosine"):
        results = []
        for threads in ("1", "3"):
            monkeypatch.setenv(THREADS_VARIABLE, threads)
            results.append([part.tobytes() for part in k_nearest(X, prepare(Y, metric), 4)])
        assert results[0] == results[1]


def test_smallest_of_rows_agrees_with_a_stable_sort(rng):
    D = rng.integers(0, 9, size=(300, 40)).astype(float)
    expected = np.argsort(D, axis=1, kind="stable")[:, :6]
    values, indices = smallest_of_rows(D, 6)
    assert (expected == indices).all()
    assert (values == np.take_along_axis(D, expected, axis=1)).all()


# ---- edges and errors


def test_plain_python_gives_the_same_bits(rng):
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(40, 3))
    for metric in ("euclidean", "manhattan"):
        expected = [part.tobytes() for part in k_nearest(X, prepare(Y, metric), 4)]
        with plain_python():
            assert expected == [part.tobytes() for part in k_nearest(X, prepare(Y, metric), 4)]


def test_a_distance_too_large_for_float64_is_an_error(rng):
    Y = rng.normal(size=(5, 2))
    for metric in ("euclidean", "manhattan"):
        with pytest.raises(ValueError, match="too large for float64; scale the features down"):
            k_nearest(np.array([[1.7e308, -1.7e308]]), prepare(Y, metric), 1)


def test_too_few_finite_distances_are_an_error_and_no_row_that_is_not_there():
    D = np.array([[1.0, 2.0, 3.0], [np.nan, 5.0, np.inf]])
    assert smallest_of_rows(D, 1)[1].tolist() == [[0], [1]]
    with pytest.raises(ValueError, match="row 1 of the distances has fewer than 2 finite numbers"):
        smallest_of_rows(D, 2)


def test_inputs_are_left_alone(rng):
    X, Y = rng.normal(size=(5, 3)), rng.normal(size=(9, 3))
    before = X.copy(), Y.copy()
    k_nearest(X, prepare(Y), 2)
    assert (X == before[0]).all()
    assert (Y == before[1]).all()
