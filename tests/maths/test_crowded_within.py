"""Rows within a radius where they are many: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
from scipy.spatial import KDTree

import scratchml.neighbors as neighbors
from scratchml.core.jit import plain_python
from scratchml.maths import crowded_within as module
from scratchml.maths import is_crowded, prepare, within_crowded_radius, within_radius
from scratchml.neighbors import NearestNeighbors

METRICS = [("euclidean", 2.0, 2.0), ("manhattan", 1.0, 2.5), ("chebyshev", 1.0, 1.5), ("minkowski", 3.0, 1.8)]
METRICS += [("minkowski", 20.0, 1.5), ("sqeuclidean", 2.0, 4.0), ("cosine", 2.0, 0.6)]

# ---- by hand


def test_the_kernel_on_paper():
    columns = np.array([3.0, 1.0, 4.0, 0.0, 6.0, 0.0])  # a block of (3, 4), (1, 0), and one of (6, 0)
    counts = np.empty(2, dtype=np.int64)
    X = np.array([[0.0, 0.0], [9.0, 9.0]])
    values, rows = module.scan_rows(X, columns, 3, 25.0, 0, 2.0, np.empty(2), counts)
    assert (values.tolist(), rows.tolist(), counts.tolist()) == ([25.0, 1.0], [0, 1], [2, 0])


# ---- naive twin: exhaustive search, which has one of its own in `test_within.py`


@pytest.mark.parametrize(("metric", "p", "radius"), METRICS)
@pytest.mark.parametrize("scale", [1.0, 1e150, 1e-150])
def test_it_is_the_answer_of_exhaustive_search_bit_for_bit(rng, metric, p, radius, scale):
    X, queries = rng.normal(size=(1100, 3)) * scale, rng.normal(size=(70, 3)) * scale
    reach = radius * {"cosine": 1.0, "sqeuclidean": scale**2}.get(metric, scale)
    reference = prepare(X, metric, p)
    expected, found = within_radius(queries, reference, reach), within_crowded_radius(queries, reference, reach)
    assert all(np.array_equal(one, other) for one, other in zip(expected, found, strict=True))
    assert 0.1 * 77_000 < len(found[0]) < 0.9 * 77_000  # neither all nor next to none


def test_compiled_and_plain_agree(rng):
    X, queries = rng.normal(size=(30, 2)), rng.normal(size=(5, 2))
    compiled = within_crowded_radius(queries, prepare(X), 1.0)
    with plain_python():
        plain = within_crowded_radius(queries, prepare(X), 1.0)
    assert all(np.array_equal(one, other) for one, other in zip(compiled, plain, strict=True))


# ---- outside reference


def test_it_agrees_with_scipys_tree_when_everything_is_near_and_the_room_runs_out(rng):
    X, queries = rng.normal(size=(3000, 2)), rng.normal(size=(70, 2))
    expected = KDTree(X).query_ball_point(queries, 3.0, return_sorted=True)
    _, indices, starts = within_crowded_radius(queries, prepare(X), 3.0)
    assert [part.tolist() for part in np.split(indices, starts[1:-1])] == list(expected)
    assert len(indices) > 0.4 * 3000 * 70  # more than the quarter there is room for at first


# ---- laws


def test_the_guess_follows_the_radius(rng):
    X, reference = rng.normal(size=(500, 2)), prepare(rng.normal(size=(2000, 2)))
    guesses = [is_crowded(X, reference, radius) for radius in (0.1, 0.3, 1.5, 9.0, np.inf)]
    assert guesses == [False, False, True, True, True]


@pytest.mark.parametrize("algorithm", ["brute", "kd_tree"])
def test_searchers_scan_where_it_is_crowded_and_nowhere_else(rng, monkeypatch, algorithm):
    seen = []
    monkeypatch.setattr(
        neighbors.radius_search,
        "within_crowded_radius",
        lambda *how: seen.append(how[2]) or within_crowded_radius(*how),
    )
    X = rng.normal(size=(400, 2))
    model = NearestNeighbors(algorithm=algorithm).fit(X)
    for radius in (0.1, 1.5):
        expected = [np.flatnonzero(np.sqrt(((X - x) ** 2).sum(axis=1)) <= radius).tolist() for x in X]
        assert [part.tolist() for part in model.radius_neighbors(X, radius)[1]] == expected
    assert seen == [1.5]


# ---- edges and errors


@pytest.mark.parametrize("metric", ["hamming", "nan_euclidean"])
def test_metrics_without_a_kernel_for_leaves_are_never_called_crowded(rng, metric):
    X = rng.normal(size=(400, 2))
    assert not is_crowded(X, prepare(X, metric), np.inf)


def test_few_pairs_are_not_worth_a_guess():
    assert not is_crowded(np.zeros((9, 1)), prepare(np.zeros((9, 1))), 1.0)


def test_an_infinite_radius_names_a_distance_that_is_too_large():
    X = np.array([[1.7e308], [-1.7e308]])
    with pytest.raises(ValueError, match="too large for float64"):
        within_crowded_radius(X, prepare(X), np.inf)
