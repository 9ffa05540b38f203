"""Rows within a radius: by hand, naive twin, outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

import tests.naive.neighbors.k_neighbors as nearest
import tests.naive.neighbors.radius_search as naive
from scratchml.core.jit import plain_python
from scratchml.maths import prepare, within_of_rows, within_radius
from scratchml.maths.distances import finish_distances
from scratchml.maths.within import gather, generous_limit, keep_measured

METRICS = [("euclidean", 2.0), ("manhattan", 1.0), ("chebyshev", 1.0), ("minkowski", 3.0), ("minkowski", 20.0)]
METRICS += [("sqeuclidean", 2.0), ("hamming", 1.0), ("cosine", 2.0)]


def rows_of(found):
    distances, indices, starts = found
    cut = [slice(a, b) for a, b in pairwise(starts)]
    return [distances[c].tolist() for c in cut], [indices[c].tolist() for c in cut]


# ---- by hand


def test_a_row_at_the_radius_is_within_it():
    found = within_radius(
        np.array([[0.0, 0.0], [9.0, 9.0]]), prepare(np.array([[3.0, 4.0], [1.0, 0.0], [6.0, 0.0]])), 5.0
    )
    assert rows_of(found) == ([[5.0, 1.0], []], [[0, 1], []])


def test_pairs_are_measured_and_gathered_on_paper():
    X, Y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[3.0, 4.0], [0.0, 0.0], [1.0, 9.0]])
    block, most = np.array([[1.0, 0.0, 9.0], [1.0, np.nan, 0.0]], np.float32), np.array([5.0, 5.0])
    values, columns, counts = np.empty(6), np.empty(6, dtype=np.int64), np.empty(2, dtype=np.int64)
    assert keep_measured(block, most, X, Y, 20.0, values, columns, counts) == 3  # 25 is too much, 9 above 5 ruled out
    assert (values[:3].tolist(), columns[:3].tolist(), counts.tolist()) == ([0.0, 13.0, 2.0], [1, 0, 1], [1, 2])
    first = np.array([0.5, 0.25]), np.array([0, 1]), np.array([0, 1, 1, 0])
    second = np.array([3.0, 4.0, 5.0]), np.array([7, 8, 9]), np.array([1, 2, 0, 0])
    expected = [[3.0, 0.5, 4.0, 5.0, 0.25], [7, 0, 8, 9, 1], [1, 3, 1, 0]]
    assert [part.tolist() for part in gather([first, second])] == expected


def test_named_distances_keep_what_is_not_above_the_radius():
    found = within_of_rows(np.array([[0.0, 2.0, 1.0], [3.0, 3.0, 3.0]]), 1.0)
    assert rows_of(found) == ([[0.0, 1.0], []], [[0, 2], []])


# ---- naive twin


@pytest.mark.parametrize(("metric", "p"), METRICS)
def test_every_metric_agrees_with_its_naive_twin(rng, metric, p):
    X, queries = rng.normal(size=(40, 3)), rng.normal(size=(12, 3))
    if metric == "hamming":
        X, queries = X.round(), queries.round()
    radius = {"cosine": 0.4, "hamming": 0.67}.get(metric, 1.1)
    how = {"p": p} if metric == "minkowski" else {}
    expected, indices = naive.within(nearest.named(metric, **how), X, queries, radius)
    distances, found = rows_of(within_radius(queries, prepare(X, metric, p), radius))
    assert found == indices
    assert 0 < sum(map(len, indices)) < 480
    for gaps, row in zip(expected, distances):
        np.testing.assert_allclose(row, gaps, rtol=1e-13, atol=1e-15)  # a few roundings and a root; 1 - cos


# ---- outside reference


@pytest.mark.parametrize("d", [3, 30])
def test_it_agrees_with_scipys_tree(rng, d):
    X, queries = rng.normal(size=(1500, d)), rng.normal(size=(300, d))
    radius = 0.4 if d == 3 else 6.0
    expected = KDTree(X).query_ball_point(queries, radius, return_sorted=True)
    assert rows_of(within_radius(queries, prepare(X), radius))[1] == list(expected)


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from([m for m in METRICS if m[0] != "hamming"]))
def test_the_radius_of_a_distance_holds_just_those_not_farther(seed, how):
    rng = np.random.default_rng(seed)
    reference, x = prepare(rng.normal(size=(30, 4)), *how), rng.normal(size=(1, 4))
    distances, _, _ = within_radius(x, reference, np.inf)
    assert len(distances) == 30
    for radius in distances[:5]:  # each is at the radius exactly, and one bit less leaves it out
        assert len(within_radius(x, reference, radius)[0]) == (distances <= radius).sum()
        assert len(within_radius(x, reference, np.nextafter(radius, 0))[0]) == (distances < radius).sum()


@pytest.mark.parametrize("scale", [1e-150, 1e-75, 1e75, 1e150])
@pytest.mark.parametrize(("metric", "p"), METRICS[:5])
def test_tiny_and_huge_numbers_have_the_neighbours_of_usual_ones(rng, scale, metric, p):
    X, queries = rng.normal(size=(40, 3)), rng.normal(size=(9, 3))
    expected = within_radius(queries, prepare(X, metric, p), 1.5)
    found = within_radius(queries * scale, prepare(X * scale, metric, p), 1.5 * scale)
    assert (expected[1] == found[1]).all()
    assert (expected[2] == found[2]).all()


def test_the_bits_do_not_depend_on_threads_or_on_compilation(rng):
    X, queries = rng.normal(size=(700, 3)), rng.normal(size=(520, 3))
    for metric in ("euclidean", "manhattan"):
        expected = [part.tobytes() for part in within_radius(queries, prepare(X, metric), 0.5, 1)]
        assert [part.tobytes() for part in within_radius(queries, prepare(X, metric), 0.5, 3)] == expected
        few = [part.tobytes() for part in within_radius(queries[:5], prepare(X[:30], metric), 0.9)]
        with plain_python():
            assert [part.tobytes() for part in within_radius(queries[:5], prepare(X[:30], metric), 0.9)] == few


# ---- edges and errors


def test_radius_zero_finds_what_is_equal(rng):
    X = rng.normal(size=(6, 20))
    assert rows_of(within_radius(X, prepare(np.repeat(X, 2, axis=0)), 0.0))[1] == [[2 * i, 2 * i + 1] for i in range(6)]


def test_tight_clusters_far_apart_are_told_apart(rng):
    X = np.concatenate([1e6 + 1e-3 * rng.normal(size=(50, 5)), -1e6 + 1e-3 * rng.normal(size=(50, 5))])
    gaps = np.sqrt(((X[:, None] - X) ** 2).sum(axis=2))
    expected = [np.flatnonzero(row <= 2e-3).tolist() for row in gaps]
    assert rows_of(within_radius(X, prepare(X), 2e-3))[1] == expected
    assert 100 < sum(map(len, expected)) < 5000


def test_the_limit_is_generous_for_powers_and_unit_vectors():
    X = np.array([[0.0, 1.0], [2.0, 0.0]])
    for metric, p, value in (("minkowski", 3.0, 27.0), ("cosine", 2.0, 6.0)):
        limit = generous_limit(3.0, prepare(X, metric, p))
        assert value < limit < value * (1 + 1e-11)


@given(share=st.floats(1e-9, 100.0), power=st.integers(-600, 600))
def test_the_limit_is_the_last_number_that_passes(share, power):
    X, radius = 2.0**power * np.array([[0.0, 1.0], [2.0, 0.0]]), share * 2.0**power
    for metric in ("euclidean", "manhattan", "chebyshev"):
        reference = prepare(X, metric)
        limit = generous_limit(radius, reference)
        last, following = finish_distances(np.array([limit, np.nextafter(limit, np.inf)]), reference)
        assert last <= radius < following


def test_a_distance_too_large_for_an_infinite_radius_is_named():
    far = np.array([[1e308, -1e308]])
    with pytest.raises(ValueError, match="distance is too large for float64; scale"):
        within_radius(far, prepare(-far), np.inf)
    assert len(within_radius(far, prepare(-far), 1.0)[0]) == 0
