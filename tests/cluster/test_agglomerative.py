"""AgglomerativeClustering: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.cluster as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_iris, load_wine
from sklearn.metrics import pairwise_distances

import tests.naive.cluster.linkage as naive
from scratchml import trace
from scratchml.cluster import AgglomerativeClustering
from scratchml.core import listen, record
from tests.cluster.test_dendrogram import members_of

LINKAGES = ["ward", "complete", "average", "single"]
every_linkage = pytest.mark.parametrize("linkage", LINKAGES)


def check_same_fit(ours, theirs):
    """Assert that two models are the same: tree and labels exactly, distances but for rounding."""
    assert ours.children_.tolist() == theirs.children_.tolist()
    assert ours.labels_.tolist() == theirs.labels_.tolist()
    assert ours.n_clusters_ == theirs.n_clusters_
    assert ours.n_leaves_ == theirs.n_leaves_
    assert ours.n_connected_components_ == theirs.n_connected_components_
    assert hasattr(ours, "distances_") == hasattr(theirs, "distances_")
    if hasattr(ours, "distances_"):
        np.testing.assert_allclose(ours.distances_, theirs.distances_, rtol=1e-12, atol=1e-15)  # a recurrence; 1 - cos


# ---- by hand


def test_five_points_on_paper():
    # 0 and 1 merge at 1, 10 and 12 at 2, then these at 11 (single: 9), then 30
    X = [[0.0], [1.0], [10.0], [12.0], [30.0]]
    # the heap holds 8; then 7, 4; then 6, 4, 5: the names of the clusters
    model = AgglomerativeClustering(3, linkage="average", compute_distances=True).fit(X)
    assert model.children_.tolist() == [[0, 1], [2, 3], [5, 6], [4, 7]]
    assert model.distances_.tolist() == [1.0, 2.0, 10.5, (30 + 29 + 20 + 18) / 4]
    assert model.labels_.tolist() == [2, 2, 0, 0, 1]
    cut = AgglomerativeClustering(None, linkage="average", distance_threshold=10.5).fit(X)
    assert cut.n_clusters_ == 3  # a merge at the threshold itself is not made
    assert cut.labels_.tolist() == [2, 2, 0, 0, 1]


# ---- naive twin


@every_linkage
def test_agrees_with_the_naive_twin(rng, linkage):
    X = rng.normal(size=(14, 2))
    tree = naive.linkage(X.tolist(), linkage)
    members, last = members_of(tree), [a for merge in tree[-2:] for a in merge[:2]]
    expected = {frozenset(members[int(a)]) for a in last if a != len(X) + len(tree) - 2}
    labels = AgglomerativeClustering(3, linkage=linkage).fit(X).labels_
    assert {frozenset(np.flatnonzero(labels == j).tolist()) for j in range(3)} == expected


# ---- outside reference


@every_linkage
@pytest.mark.parametrize("how", [{"n_clusters": 1}, {"n_clusters": 7}, {"n_clusters": None, "distance_threshold": 1.5}])
def test_the_fit_is_scikit_learns(rng, linkage, how):
    for n in (2, 7, 120):
        X = rng.normal(size=(max(n, how["n_clusters"] or 2), 3))
        expected = reference.AgglomerativeClustering(linkage=linkage, **how).fit(X)
        check_same_fit(AgglomerativeClustering(linkage=linkage, **how).fit(X), expected)


@every_linkage
@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_labels_of_real_data_with_ties_are_scikit_learns(linkage, load):
    X = load().data
    ours, theirs = (m(3, linkage=linkage).fit(X) for m in (AgglomerativeClustering, reference.AgglomerativeClustering))
    assert ours.labels_.tolist() == theirs.labels_.tolist()


@pytest.mark.parametrize("linkage", LINKAGES[1:])
@pytest.mark.parametrize("metric", ["l1", "manhattan", "cosine", "precomputed", "function"])
def test_other_metrics_are_scikit_learns(rng, linkage, metric):
    X = rng.normal(size=(60, 4))
    X = pairwise_distances(X) if metric == "precomputed" else X
    how = {"metric": pairwise_distances if metric == "function" else metric, "linkage": linkage}
    ours, theirs = (
        m(4, compute_distances=True, **how).fit(X) for m in (AgglomerativeClustering, reference.AgglomerativeClustering)
    )
    check_same_fit(ours, theirs)


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(LINKAGES))
def test_permuted_and_moved_rows_are_clustered_alike(seed, linkage):
    rng = np.random.default_rng(seed)
    X, order = rng.normal(size=(30, 2)), rng.permutation(30)
    expected = AgglomerativeClustering(4, linkage=linkage).fit_predict(X)
    found = AgglomerativeClustering(4, linkage=linkage).fit_predict(X[order] + rng.normal(size=2))
    assert len(set(zip(expected[order].tolist(), found.tolist()))) == 4  # the same clusters, perhaps named otherwise


@every_linkage
def test_a_cut_into_more_clusters_splits_the_fewer(rng, linkage):
    X = rng.normal(size=(40, 2))
    coarse, fine = (AgglomerativeClustering(k, linkage=linkage).fit_predict(X) for k in (3, 9))
    assert len(set(zip(coarse.tolist(), fine.tolist()))) == 9


@every_linkage
def test_there_is_a_step_for_each_merge(rng, linkage):
    steps = record(AgglomerativeClustering(linkage=linkage).steps(rng.normal(size=(20, 2))))
    assert [s.name for s in steps] == ["merge"] * 19 + ["tree"]
    assert sorted(s.height for s in steps[:-1]) == sorted(steps[-1].merges[:, 2].tolist())


def test_a_fit_of_many_rows_tells_of_some_merges_evenly_and_where_all_is_wanted_of_all(rng):
    X = rng.normal(size=(300, 2))
    told = {}
    for fine in (False, True):
        with trace.record(fine=fine, max_events=400) as tr:
            AgglomerativeClustering(linkage="single").fit(X)
        told[fine] = tr
    assert [*range(1, 300), 299] == [step.iteration for step in told[True]]
    assert [*range(4, 300, 4), 299] == [step.iteration for step in told[False]]  # 300 // 64 = 4
    for step in told[False][:-1]:
        same = told[True][step.iteration - 1]
        assert (same.first, same.second, same.height) == (step.first, step.second, step.height)
        assert np.array_equal(same.merges, step.merges)


# ---- edges and errors


@every_linkage
def test_as_many_clusters_as_rows(rng, linkage):
    assert sorted(AgglomerativeClustering(5, linkage=linkage).fit_predict(rng.normal(size=(5, 2)))) == [0, 1, 2, 3, 4]


@every_linkage
def test_cuts_at_a_height_and_of_equal_rows_are_scikit_learns(linkage):
    line = np.array([[0.0], [1.0], [2.0], [10.0], [12.0]])  # merges at 1 and 2, whatever the linkage
    for X, how in (
        (line, {"n_clusters": None, "distance_threshold": 1.0}),
        (line, {"n_clusters": None, "distance_threshold": 2.0}),
        (line, {"n_clusters": None, "distance_threshold": 0.0}),
        (np.ones((5, 2)), {"n_clusters": 3}),
        (np.ones((5, 2)), {"n_clusters": None, "distance_threshold": 0.0}),
    ):
        expected = reference.AgglomerativeClustering(linkage=linkage, **how).fit(X)
        check_same_fit(AgglomerativeClustering(linkage=linkage, **how).fit(X), expected)


@every_linkage
@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_rows_of_any_scale_are_clustered(rng, linkage, scale):
    X = rng.normal(size=(30, 2))
    expected, found = (AgglomerativeClustering(4, linkage=linkage).fit_predict(Y) for Y in (X, X * scale))
    assert found.tolist() == expected.tolist()


def test_one_row_has_nothing_to_merge_with():
    with pytest.raises(ValueError, match="minimum of 2"):
        AgglomerativeClustering(1).fit([[1.0, 2.0]])


def test_distances_are_forgotten_by_a_fit_that_keeps_none(rng):
    X = rng.normal(size=(6, 2))
    model = AgglomerativeClustering(compute_distances=True).fit(X)
    assert not hasattr(model.set_params(compute_distances=False).fit(X), "distances_")


def test_a_fit_that_is_ended_early_is_an_error(rng):
    with listen(lambda step: True), pytest.raises(ValueError, match="listener"):
        AgglomerativeClustering().fit(rng.normal(size=(6, 2)))


@pytest.mark.parametrize(
    ("how", "match"),
    [
        ({"n_clusters": None}, "exactly one"),
        ({"distance_threshold": 1.0}, "exactly one"),
        ({"n_clusters": None, "distance_threshold": 1.0, "compute_full_tree": False}, "compute_full_tree"),
        ({"n_clusters": 7}, "more clusters than samples"),
        ({"metric": "manhattan"}, "ward"),
        ({"metric": "far", "linkage": "single"}, "metric"),
        ({"metric": "precomputed", "linkage": "single"}, "square"),
        ({"metric": lambda X: np.ones((2, 2)), "linkage": "single"}, "row for each"),
        ({"metric": lambda X: -np.ones((6, 6)), "linkage": "single"}, "0 or more"),
    ],
)
def test_wrong_parameters_are_named(rng, how, match):
    with pytest.raises(ValueError, match=match):
        AgglomerativeClustering(**how).fit(rng.normal(size=(6, 2)))


def test_a_row_without_direction_has_no_cosine():
    with pytest.raises(ValueError, match="zero vectors"):
        AgglomerativeClustering(linkage="average", metric="cosine").fit([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
