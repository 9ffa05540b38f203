"""The search within a radius: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.neighbors as reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

import tests.naive.neighbors.k_neighbors as nearest
import tests.naive.neighbors.radius_search as naive
from scratchml.core import NotFittedError
from scratchml.neighbors import NearestNeighbors, radius_search
from scratchml.neighbors import search as module

LINE = [[0.0], [4.0], [1.0], [9.0], [1.0]]


def lists(found):
    return [part.tolist() for part in found]


def city(x, y):
    return float(np.abs(x - y).sum())


# ---- by hand


def test_all_within_the_radius_on_paper():
    model = NearestNeighbors(radius=3.0).fit(LINE)
    distances, indices = model.radius_neighbors([[2.0], [20.0]])
    assert lists(indices) == [[0, 1, 2, 4], []]
    assert lists(distances) == [[2.0, 2.0, 1.0, 1.0], []]
    distances, indices = model.radius_neighbors([[2.0]], sort_results=True)
    assert lists(indices) == [[2, 4, 0, 1]]
    assert lists(distances) == [[1.0, 1.0, 2.0, 2.0]]


def test_how_to_search_is_asked_once(rng, monkeypatch):
    X, asked = rng.normal(size=(3000, 2)), []
    model = NearestNeighbors(radius=0.05).fit(X)
    monkeypatch.setattr(radius_search, "is_crowded", lambda *of: asked.append(of))
    model.radius_neighbors(X[:10])
    assert (len(asked), model._choice.asked) == (1, 10)  # what was asked so far decides when a tree is grown


def test_without_a_query_each_row_is_left_out_of_its_own_neighbours():
    model = NearestNeighbors(radius=1.0).fit(LINE)
    assert lists(model.radius_neighbors(return_distance=False)) == [[2, 4], [], [0, 4], [], [0, 2]]


def test_the_graph_on_paper():
    model = NearestNeighbors(radius=1.5).fit([[0.0], [1.0], [3.0]])
    assert model.radius_neighbors_graph([[0.5], [9.0]]).tolist() == [[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    weighed = model.radius_neighbors_graph([[0.75], [9.0]], mode="distance", format="csr")
    assert lists(weighed) == [[0.75, 0.25], [0, 1], [0, 2, 2]]


# ---- naive twin


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "precomputed", city])
@pytest.mark.parametrize("alone", [False, True])
def test_it_agrees_with_its_naive_twin(rng, monkeypatch, metric, alone):
    monkeypatch.setattr(module, "MEASURED_ROWS", 7)
    X, queries = rng.integers(0, 4, size=(30, 3)).astype(float), rng.integers(0, 4, size=(17, 3)).astype(float)
    measure = nearest.named("euclidean" if metric == "euclidean" else "manhattan")
    expected = naive.within(measure, X, X if alone else queries, 2.0, alone)
    known, asked = X, queries
    if metric == "precomputed":
        known, asked = np.abs(X[:, None] - X).sum(axis=2), np.abs(queries[:, None] - X).sum(axis=2)
    found = NearestNeighbors(radius=2.0, metric=metric).fit(known).radius_neighbors(None if alone else asked)
    assert lists(found[1]) == expected[1]
    assert lists(found[0]) == expected[0]  # whole numbers and their roots


# ---- outside reference


@pytest.mark.parametrize("how", [{}, {"p": 1}, {"p": 3}, {"metric": "chebyshev"}, {"metric": "cosine", "radius": 0.1}])
def test_it_agrees_with_scikit_learn(rng, how):
    X, queries = rng.normal(size=(300, 4)), rng.normal(size=(50, 4))
    ours, theirs = (kind(**how).fit(X) for kind in (NearestNeighbors, reference.NearestNeighbors))
    for given_ in (queries, None):
        expected, found = (
            theirs.radius_neighbors(given_, sort_results=True),
            ours.radius_neighbors(given_, sort_results=True),
        )
        assert lists(expected[1]) == lists(found[1])
        for gaps, row in zip(expected[0], found[0]):
            np.testing.assert_allclose(row, gaps, rtol=1e-9, atol=1e-9)  # its products cancel digits
        for mode in ("connectivity", "distance"):
            graph = theirs.radius_neighbors_graph(given_, mode=mode)
            dense = ours.radius_neighbors_graph(given_, mode=mode)
            np.testing.assert_allclose(dense, graph.toarray(), rtol=1e-9, atol=1e-9)  # as above
            triple = ours.radius_neighbors_graph(given_, mode=mode, format="csr")
            assert (csr_matrix(triple, shape=dense.shape).toarray() == dense).all()


# ---- laws


@given(st.integers(0, 10**6), st.integers(1, 19))
def test_the_radius_of_the_kth_neighbour_holds_at_least_k(seed, k):
    rng = np.random.default_rng(seed)
    X, x = rng.integers(-2, 3, size=(20, 3)).astype(float), rng.integers(-2, 3, size=(1, 3)).astype(float)
    model = NearestNeighbors(n_neighbors=k).fit(X)
    distances, indices = model.kneighbors(x)
    within = model.radius_neighbors(x, distances[0, -1], sort_results=True)
    assert within[1][0][:k].tolist() == indices[0].tolist()
    assert within[0][0][:k].tolist() == distances[0].tolist()
    assert (within[0][0][k:] == distances[0, -1]).all()


def test_the_neighbour_relation_is_symmetric(rng):
    graph = NearestNeighbors(radius=0.8).fit(rng.normal(size=(80, 3))).radius_neighbors_graph(mode="distance")
    assert (graph == graph.T).all()
    assert graph.any()


def test_neighbours_are_sorted_by_distance_piece_by_piece_and_ties_by_index(rng, monkeypatch):
    monkeypatch.setattr(radius_search, "SORTED_TOGETHER", 40)
    X, queries = rng.normal(size=(300, 2)), rng.normal(size=(30, 2))
    for data, asked in ((X, queries), (X.round(), queries.round())):  # without ties, and with
        model = NearestNeighbors(radius=0.7).fit(data)
        plain, found = model.radius_neighbors(asked), model.radius_neighbors(asked, sort_results=True)
        for distances, indices, *expected in zip(*plain, *found):
            order = np.lexsort((indices, distances))
            assert (expected[0] == distances[order]).all()
            assert (expected[1] == indices[order]).all()


# ---- edges and errors


def test_sorting_needs_distances():
    model = NearestNeighbors().fit(LINE)
    with pytest.raises(ValueError, match="return_distance must be True if sort_results is True"):
        model.radius_neighbors(return_distance=False, sort_results=True)


@pytest.mark.parametrize(("radius", "error"), [(-1.0, ValueError), (np.nan, ValueError), ("1", TypeError)])
def test_a_wrong_radius_is_named(radius, error):
    with pytest.raises(error, match=r"radius=.*give a number of at least 0"):
        NearestNeighbors(radius=radius).fit(LINE)
    with pytest.raises(error, match=r"radius=.*give a number of at least 0"):
        NearestNeighbors().fit(LINE).radius_neighbors(radius=radius)


def test_a_wrong_mode_or_format_is_named():
    model = NearestNeighbors().fit(LINE)
    with pytest.raises(ValueError, match="mode='near' is not accepted"):
        model.radius_neighbors_graph(mode="near")
    with pytest.raises(ValueError, match="format='coo' is not accepted"):
        model.radius_neighbors_graph(format="coo")


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        NearestNeighbors().radius_neighbors([[1.0]])


def test_an_infinite_radius_finds_all_and_the_results_are_arrays_of_arrays():
    distances, indices = NearestNeighbors(radius=np.inf).fit(LINE).radius_neighbors([[0.0], [1.0]])
    assert indices.dtype == distances.dtype == object
    assert lists(indices) == [[0, 1, 2, 3, 4]] * 2
