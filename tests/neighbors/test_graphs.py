"""Graphs of neighbours in one call: on paper, against a naive twin and scikit-learn."""

import numpy as np
import pytest
from sklearn import neighbors as reference

from scratchml.neighbors import kneighbors_graph, radius_neighbors_graph
from tests.naive.neighbors import graphs as naive

# ---- by hand

LINE = [[0.0], [3.0], [1.0]]


def test_nearest_does_not_mean_nearest_of_each_other():
    found = kneighbors_graph(LINE, 1)
    assert found.tolist() == [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    assert not (found == found.T).all()


def test_within_a_radius_is_mutual():
    found = radius_neighbors_graph(LINE, 2.0, mode="distance")
    assert found.tolist() == [[0.0, 0.0, 1.0], [0.0, 0.0, 2.0], [1.0, 2.0, 0.0]]


# ---- naive twin


def test_graphs_agree_with_their_naive_twins(rng):
    X = rng.normal(size=(25, 3))
    for mode in ("connectivity", "distance"):
        np.testing.assert_allclose(
            naive.kneighbors_graph(X, 4, mode), kneighbors_graph(X, 4, mode=mode), rtol=1e-12, atol=0
        )  # the sum of squares in another order
        np.testing.assert_allclose(
            naive.radius_neighbors_graph(X, 1.3, mode), radius_neighbors_graph(X, 1.3, mode=mode), rtol=1e-12, atol=0
        )


# ---- outside reference


@pytest.mark.parametrize("include_self", [True, False, "auto"])
@pytest.mark.parametrize("mode", ["connectivity", "distance"])
@pytest.mark.parametrize("metric", ["minkowski", "manhattan", "cosine"])
def test_graphs_are_scikit_learns(rng, metric, mode, include_self):
    X = rng.normal(size=(30, 4))
    how = {"metric": metric, "mode": mode, "include_self": include_self}
    for ours, theirs, size in (
        (kneighbors_graph, reference.kneighbors_graph, 5),
        (radius_neighbors_graph, reference.radius_neighbors_graph, 0.6),
    ):
        expected = theirs(X, size, **how)
        # a cosine of a row with itself is 0 up to rounding, in either
        np.testing.assert_allclose(ours(X, size, **how), expected.toarray(), rtol=1e-9, atol=1e-14)
        data, indices, indptr = ours(X, size, format="csr", **how)
        assert indptr[-1] == len(data) == len(indices) == expected.nnz


# ---- edges and errors


def test_what_is_wrong_is_named():
    with pytest.raises((TypeError, ValueError), match="include_self"):
        kneighbors_graph(LINE, 1, include_self="perhaps")
    with pytest.raises(ValueError, match="mode"):
        radius_neighbors_graph(LINE, 1.0, mode="far")
    with pytest.raises(ValueError, match="n_neighbors"):
        kneighbors_graph(LINE, 3)
