"""What a tree tells: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import scipy.cluster.hierarchy as reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from scratchml.cluster import cophenet, dendrogram, fcluster, leaves_list, linkage

METHODS = ["single", "complete", "average", "weighted", "ward", "centroid", "median"]
every_method = pytest.mark.parametrize("method", METHODS)
PAPER = [[1, 3, 1.0, 2], [0, 4, 2.0, 3], [2, 5, 4.0, 4]]  # ((0 (1 3)) 2), and SciPy puts 2 to the left


# ---- by hand


def test_a_tree_on_paper():
    assert leaves_list(PAPER).tolist() == [2, 0, 1, 3]
    assert cophenet(PAPER).tolist() == [2.0, 4.0, 2.0, 4.0, 1.0, 4.0]  # 01 02 03 12 13 23
    assert fcluster(PAPER, 1.0, "distance").tolist() == [2, 1, 3, 1]
    assert fcluster(PAPER, 0.5, "distance").tolist() == [3, 1, 4, 2]
    assert fcluster(PAPER, 2, "maxclust").tolist() == [1, 1, 2, 1]
    found = dendrogram(PAPER, labels=["a", "b", "c", "d"])
    assert found["ivl"] == ["c", "a", "b", "d"]
    assert found["icoord"] == [[25, 25, 35, 35], [15, 15, 30, 30], [5, 5, 22.5, 22.5]]
    assert found["dcoord"] == [[0, 1, 1, 0], [0, 2, 2, 1], [0, 4, 4, 2]]


def test_the_correlation_with_the_distances_on_paper():
    distances = 3.0 * cophenet(PAPER) + 1.0  # a straight line: correlation 1
    correlation, heights = cophenet(PAPER, distances)
    assert correlation == pytest.approx(1.0, rel=1e-14)  # sums of six terms
    assert heights.tolist() == cophenet(PAPER).tolist()


# ---- naive twin


def members_of(Z):
    """Return the rows of every cluster."""
    n = len(Z) + 1
    members = [[i] for i in range(n)]
    for a, b, *_ in Z:
        members.append(members[int(a)] + members[int(b)])
    return members


@every_method
def test_cophenetic_distances_agree_with_a_search_for_the_first_common_cluster(rng, method):
    Z = linkage(rng.normal(size=(12, 2)), method)
    merged = members_of(Z)[12:]
    expected = [
        next(height for rows, height in zip(merged, Z[:, 2]) if i in rows and j in rows)
        for i in range(12)
        for j in range(i + 1, 12)
    ]
    assert cophenet(Z).tolist() == expected


# ---- outside reference


@every_method
@pytest.mark.parametrize("n", [2, 3, 40])
def test_everything_is_scipys(rng, method, n):
    X = rng.normal(size=(n, 2)).round(1)  # with ties
    Z = reference.linkage(X, method)
    assert leaves_list(Z).tolist() == reference.leaves_list(Z).tolist()
    assert cophenet(Z).tolist() == reference.cophenet(Z).tolist()
    drawn = reference.dendrogram(Z, no_plot=True)
    found = dendrogram(Z)
    assert all(found[key] == drawn[key] for key in ("icoord", "dcoord", "leaves", "ivl"))
    for t in [0.0, *np.unique(Z[:, 2]), *np.quantile(Z[:, 2], [0.2, 0.5, 0.9])]:  # at each height, and between
        assert fcluster(Z, t, "distance").tolist() == reference.fcluster(Z, t, "distance").tolist()
    for k in {1, 2, 3, n // 2, n, n + 5} - {0}:
        assert fcluster(Z, k, "maxclust").tolist() == reference.fcluster(Z, k, "maxclust").tolist()
    if n > 3:
        assert cophenet(Z, pdist(X))[0] == pytest.approx(reference.cophenet(Z, pdist(X))[0], rel=1e-12)  # another order


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(METHODS[:5]))
def test_rows_are_together_below_a_cut_if_their_cophenetic_distance_is(seed, method):
    rng = np.random.default_rng(seed)
    Z = linkage(rng.normal(size=(15, 2)), method)
    t = float(rng.uniform(0, Z[-1, 2]))
    labels = fcluster(Z, t, "distance")
    together = [labels[i] == labels[j] for i in range(15) for j in range(i + 1, 15)]
    assert together == (cophenet(Z) <= t).tolist()
    assert len(set(fcluster(Z, 4, "maxclust").tolist())) == 4


# ---- edges and errors


def test_a_tree_of_ten_thousand_levels_is_walked(rng):
    n = 10_000  # a chain: too deep for recursion
    Z = np.column_stack(
        [np.r_[0, np.arange(n, 2 * n - 2)], np.arange(1, n), np.arange(n - 1) + 1.0, np.arange(2, n + 1)]
    )
    Z[:, :2].sort(axis=1)
    assert sorted(leaves_list(Z).tolist()) == list(range(n))
    assert fcluster(Z, 3, "maxclust").max() == 3
    assert len(dendrogram(Z)["icoord"]) == n - 1


def test_equal_distances_have_no_correlation():
    assert np.isnan(cophenet(PAPER, np.ones(6))[0])


@pytest.mark.parametrize(
    ("Z", "match"),
    [
        ([[0, 1, 1.0]], "shape"),
        ([[0, 2, 1.0, 2]], "not made yet"),
        ([[0, 0.5, 1.0, 2]], "not made yet"),
        ([[0, 1, 1.0, 2], [0, 2, 2.0, 2]], "twice"),
        ([[0, 1, -1.0, 2]], "0 or more"),
        ([[0, 1, np.nan, 2]], "NaN"),
    ],
)
@pytest.mark.parametrize("function", [leaves_list, cophenet, dendrogram, lambda Z: fcluster(Z, 1, "maxclust")])
def test_what_is_no_tree_is_refused(function, Z, match):
    with pytest.raises(ValueError, match=match):
        function(Z)


def test_a_whole_number_of_clusters_may_be_a_float_as_in_scipy():
    for t in (2.0, np.float64(3.0), np.float32(9.0)):
        assert fcluster(PAPER, t, "maxclust").tolist() == reference.fcluster(PAPER, t, "maxclust").tolist()


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="criterion"):
        fcluster(PAPER, 1.0, "inconsistent")
    with pytest.raises(TypeError, match=r"t=1\.5"):
        fcluster(PAPER, 1.5, "maxclust")
    with pytest.raises(ValueError, match="t=-1"):
        fcluster(PAPER, -1, "distance")
    with pytest.raises(ValueError, match="labels"):
        dendrogram(PAPER, labels=["a"])
    with pytest.raises(ValueError, match="Y has shape"):
        cophenet(PAPER, [1.0])
