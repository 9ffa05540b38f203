"""The order of leaves: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import scipy.cluster.hierarchy as reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform

import tests.naive.cluster.leaf_order as naive
from scratchml.cluster import cophenet, leaves_list, linkage, optimal_leaf_ordering
from scratchml.cluster.lance_williams import CODES


def neighbour_sum(Z, D):
    """Return the sum of the distances between rows beside each other."""
    order = leaves_list(Z)
    return D[order[:-1], order[1:]].sum()


# ---- by hand


def test_four_places_on_a_line_are_put_in_order():
    # ((0 7) (3 2)): the tree of places 7, 0, 3, 2 whose best order is 7 0 | 2 3 (7 + 2 + 1), not 7 0 | 3 2 (7 + 3 + 1)
    Z = [[0, 1, 7.0, 2], [2, 3, 1.0, 2], [4, 5, 9.0, 4]]
    X = np.array([[7.0], [0.0], [3.0], [2.0]])
    order = leaves_list(optimal_leaf_ordering(Z, X)).tolist()
    assert order in ([0, 1, 3, 2], [2, 3, 1, 0])


# ---- naive twin


@pytest.mark.parametrize("method", list(CODES))
@pytest.mark.parametrize("n", [2, 3, 8])
def test_no_other_way_to_turn_the_brackets_is_better(rng, method, n):
    X = rng.normal(size=(n, 2))
    D = squareform(pdist(X))
    Z = linkage(X, method, optimal_ordering=True)
    assert neighbour_sum(Z, D) == pytest.approx(naive.least_sum(linkage(X, method), D), rel=1e-14)  # sums of 7 terms


# ---- outside reference


@pytest.mark.parametrize("method", ["single", "average", "ward"])
def test_the_sum_is_at_most_scipys(rng, method):
    X = rng.normal(size=(80, 3))
    D = squareform(pdist(X))
    theirs = neighbour_sum(reference.linkage(X, method, optimal_ordering=True), D)  # not always the least: its 11227
    assert neighbour_sum(linkage(X, method, optimal_ordering=True), D) <= theirs * (1 + 1e-14)  # sums of 79 terms


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(list(CODES)))
def test_the_tree_stays_the_tree_and_comes_out_the_same_from_distances(seed, method):
    X = np.random.default_rng(seed).normal(size=(20, 2))
    Z = linkage(X, method)
    found = optimal_leaf_ordering(Z, X)
    assert cophenet(found).tolist() == cophenet(Z).tolist()
    assert found[:, 2:].tolist() == Z[:, 2:].tolist()
    D = squareform(pdist(X))
    again = optimal_leaf_ordering(found, pdist(X))
    expected = pytest.approx(neighbour_sum(found, D), rel=1e-14)  # sums of 19 terms
    assert neighbour_sum(again, D) == expected
    assert neighbour_sum(found, D) <= neighbour_sum(Z, D) * (1 + 1e-14)  # the same


# ---- edges and errors


def test_equal_rows_have_an_order():
    assert sorted(leaves_list(linkage(np.ones((6, 2)), "average", optimal_ordering=True))) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(("y", "match"), [(np.ones((4, 2)), "4 rows"), ([[-1.7e308], [1.7e308], [0.0]], "overflow")])
def test_wrong_rows_are_named(y, match):
    with pytest.raises(ValueError, match=match):
        optimal_leaf_ordering([[0, 1, 1.0, 2], [2, 3, 2.0, 3]], y)
