"""Clustering with connectivity: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.cluster as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.feature_extraction.image import grid_to_graph as reference_grid
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import kneighbors_graph

import tests.naive.cluster.merges_along_edges as naive
from scratchml.cluster import AgglomerativeClustering, grid_to_graph
from scratchml.cluster.connectivity import Graph, both_ways, pieces_of
from scratchml.core import record
from tests.cluster.test_agglomerative import LINKAGES, check_same_fit, every_linkage


def fit_both(X, connectivity, **how):
    """Return our fit and scikit-learn's, which must warn alike."""
    fits, texts = [], []
    for cls in (AgglomerativeClustering, reference.AgglomerativeClustering):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fits.append(cls(connectivity=connectivity, **how).fit(X))
        texts.append([str(w.message).split("Completing")[0] for w in caught if "connected comp" in str(w.message)])
    assert texts[0] == texts[1]
    return fits


# ---- by hand


def test_rows_on_a_path_merge_along_it_only():
    # places 0, 9, 1, 11 on a path 0 - 1 - 2 - 3: rows 0 and 2 are close, but row 1 stands between them
    X, path = [[0.0], [9.0], [1.0], [11.0]], np.eye(4, k=1)
    model = AgglomerativeClustering(2, linkage="complete", connectivity=path, compute_distances=True).fit(X)
    assert model.children_.tolist() == [[1, 2], [0, 4], [3, 5]]  # edges of length 9, 8, 10: first 1 and 2
    assert model.distances_.tolist() == [8.0, 9.0, 10.0]  # of row 3 only its edge counts, not that row 0 is 11 away
    assert model.labels_.tolist() == [0, 0, 0, 1]


def test_a_grid_of_two_by_three():
    graph = grid_to_graph(2, 3)
    neighbours = [graph.indices[a:b].tolist() for a, b in zip(graph.indptr, graph.indptr[1:])]
    assert neighbours == [[1, 3], [0, 2, 4], [1, 5], [0, 4], [1, 3, 5], [2, 4]]


def test_pieces_are_counted_from_the_lowest_row_on():
    assert pieces_of(both_ways(np.array([3, 1]), np.array([0, 4]), 5), 5).tolist() == [0, 1, 2, 0, 1]


# ---- naive twin


@every_linkage
def test_agrees_with_the_naive_twin(rng, linkage):
    X, graph = rng.normal(size=(15, 2)), kneighbors_graph(rng.normal(size=(15, 2)), 4)
    edges = [tuple(sorted(e)) for e in zip(*graph.nonzero())]
    expected = naive.merge(X.tolist(), edges, linkage)
    model = AgglomerativeClustering(linkage=linkage, connectivity=graph, compute_distances=True).fit(X)
    assert np.sort(model.children_, axis=1).tolist() == [merge[:2] for merge in expected]
    np.testing.assert_allclose(model.distances_, [m[2] for m in expected], rtol=1e-12, atol=0)  # sums of 15 terms


# ---- outside reference


@every_linkage
@pytest.mark.parametrize(("n", "k"), [(5, 2), (60, 2), (200, 5)])
def test_the_fit_is_scikit_learns_whole_or_not(rng, linkage, n, k):
    X = rng.normal(size=(n, 3))
    graph = kneighbors_graph(X, k, include_self=False)  # two neighbours leave several pieces
    for how in (
        {"n_clusters": 3, "compute_distances": True},
        {"n_clusters": 4, "compute_full_tree": False, "compute_distances": True},
        {"n_clusters": None, "distance_threshold": 1.0},
    ):
        check_same_fit(*fit_both(X, graph, linkage=linkage, **how))
    check_same_fit(*fit_both(X, graph.toarray(), linkage=linkage))
    check_same_fit(*fit_both(X, lambda rows: kneighbors_graph(rows, k).tocoo(), linkage=linkage))


@every_linkage
def test_pictures_with_many_equal_pixels_are_cut_as_scikit_learn_cuts_them(linkage):
    graph = reference_grid(8, 8)
    for image in load_digits().images[:6]:
        check_same_fit(*fit_both(image.reshape(-1, 1), graph, linkage=linkage, n_clusters=5))


@pytest.mark.parametrize("linkage", LINKAGES[1:])
@pytest.mark.parametrize("metric", ["manhattan", "cosine", "l2", "precomputed", "function"])
def test_other_metrics_are_scikit_learns(rng, linkage, metric):
    X = rng.normal(size=(50, 4))
    graph = kneighbors_graph(X, 3)
    X = np.maximum(pairwise_distances(X), pairwise_distances(X).T) if metric == "precomputed" else X
    metric = (lambda x, y: float(np.abs(x - y).max())) if metric == "function" else metric
    check_same_fit(*fit_both(X, graph, linkage=linkage, n_clusters=4, metric=metric, compute_distances=True))


@pytest.mark.parametrize("shape", [(3, 4), (1, 5), (2, 3, 4), (1, 1)])
def test_the_grid_is_scikit_learns_but_for_its_loops(shape):
    expected = reference_grid(*shape).toarray() - np.eye(np.prod(shape))
    graph, found = grid_to_graph(*shape), np.zeros(expected.shape)
    found[np.repeat(np.arange(len(found)), np.diff(graph.indptr)), graph.indices] = 1
    assert found.tolist() == expected.tolist()


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(LINKAGES))
def test_edges_between_all_rows_change_nothing(seed, linkage):
    X = np.random.default_rng(seed).normal(size=(20, 2))
    free, tied = (AgglomerativeClustering(3, linkage=linkage, connectivity=c).fit(X) for c in (None, np.ones((20, 20))))
    assert np.sort(tied.children_, axis=1).tolist() == np.sort(free.children_, axis=1).tolist()
    assert len(set(zip(free.labels_.tolist(), tied.labels_.tolist()))) == 3


@given(st.integers(0, 10**6), st.sampled_from(LINKAGES))
def test_every_cluster_is_in_one_piece(seed, linkage):
    image = np.random.default_rng(seed).normal(size=(6, 7))
    graph = grid_to_graph(6, 7)
    labels = AgglomerativeClustering(5, linkage=linkage, connectivity=graph).fit_predict(image.reshape(-1, 1))
    rows = np.repeat(np.arange(42), np.diff(graph.indptr))
    same = labels[rows] == labels[graph.indices]
    assert pieces_of(both_ways(rows[same], graph.indices[same], 42), 42).max() == 4


@every_linkage
def test_there_is_a_step_for_each_merge(rng, linkage):
    model = AgglomerativeClustering(linkage=linkage, connectivity=grid_to_graph(4, 4))
    steps = record(model.steps(rng.normal(size=(16, 1))))
    assert [s.name for s in steps] == ["merge"] * 15 + ["tree"]


# ---- edges and errors


@every_linkage
@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_rows_of_any_scale_are_clustered(rng, linkage, scale):
    X = rng.normal(size=(30, 2))
    graph = kneighbors_graph(X, 4)
    expected, found = (AgglomerativeClustering(3, linkage=linkage, connectivity=graph).fit(Y) for Y in (X, X * scale))
    assert found.labels_.tolist() == expected.labels_.tolist()


def test_lists_and_heap_grow_where_everybody_is_a_neighbour(rng):
    X, star = rng.normal(size=(300, 2)), np.zeros((300, 300))
    star[0] = 1.0  # few edges at first, and after each merge one cluster with all the others
    check_same_fit(*fit_both(X, star, linkage="average", compute_distances=True))


@pytest.mark.parametrize(
    ("connectivity", "match"),
    [
        (np.eye(5), "Wrong shape for connectivity matrix"),
        (lambda X: np.eye(7), "Wrong shape"),
        (Graph(np.array([0, 1]), np.array([1]), (6, 6)), "indptr"),
        (Graph(np.array([0, 1, 1, 1, 1, 1, 1]), np.array([6]), (6, 6)), "column 6"),
        (np.full((6, 6), np.nan), "NaN"),
    ],
)
def test_what_is_no_graph_is_refused(rng, connectivity, match):
    with pytest.raises(ValueError, match=match):
        AgglomerativeClustering(connectivity=connectivity).fit(rng.normal(size=(6, 2)))


def test_a_grid_without_pixels_is_an_error():
    with pytest.raises(ValueError, match="n_y=0"):
        grid_to_graph(3, 0)
