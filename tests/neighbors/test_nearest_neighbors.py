"""NearestNeighbors: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.neighbors as reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

import tests.naive.neighbors.k_neighbors as naive
from scratchml.neighbors import KNeighborsClassifier, NearestNeighbors

LINE = [[0.0], [1.0], [3.0]]

# ---- by hand


def test_the_graph_on_paper():
    model = NearestNeighbors(n_neighbors=2).fit(LINE)
    assert model.kneighbors_graph([[2.5]]).tolist() == [[0.0, 1.0, 1.0]]
    assert model.kneighbors_graph(None, 1).tolist() == [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    data, indices, indptr = model.kneighbors_graph([[2.5]], mode="distance", format="csr")
    assert (data.tolist(), indices.tolist(), indptr.tolist()) == ([0.5, 1.5], [2, 1], [0, 2])


# ---- naive twin


def test_the_graph_agrees_with_its_naive_twin(rng):
    X = rng.integers(0, 4, size=(25, 3)).astype(float)
    distances, indices = naive.nearest(naive.named("euclidean"), X, X, 6, alone=True)
    expected = np.zeros((25, 25))
    for i in range(25):
        expected[i, indices[i]] = distances[i]
    assert (NearestNeighbors(n_neighbors=6).fit(X).kneighbors_graph(mode="distance") == expected).all()


# ---- outside reference


@pytest.mark.parametrize("mode", ["connectivity", "distance"])
def test_graphs_agree_with_scikit_learn(rng, mode):
    X, queries = rng.normal(size=(200, 4)), rng.normal(size=(30, 4))
    ours, theirs = (kind().fit(X) for kind in (NearestNeighbors, reference.NearestNeighbors))
    for given_ in (queries, None):
        expected = theirs.kneighbors_graph(given_, mode=mode)
        dense = ours.kneighbors_graph(given_, mode=mode)
        np.testing.assert_allclose(dense, expected.toarray(), rtol=1e-12)  # the same formula, another order
        triple = ours.kneighbors_graph(given_, mode=mode, format="csr")
        assert (csr_matrix(triple, shape=dense.shape).toarray() == dense).all()
        assert triple[1].tolist() == expected.indices.tolist()


# ---- laws


@given(st.integers(0, 10**6))
def test_it_finds_what_the_classifier_finds(seed):
    rng = np.random.default_rng(seed)
    X, queries = rng.integers(-2, 3, size=(20, 3)).astype(float), rng.normal(size=(6, 3))
    expected = KNeighborsClassifier(4).fit(X, np.zeros(20)).kneighbors(queries)
    found = NearestNeighbors(n_neighbors=4).fit(X).kneighbors(queries)
    assert (expected[0] == found[0]).all()
    assert (expected[1] == found[1]).all()


# ---- edges and errors


def test_it_needs_no_y_and_takes_one():
    model = NearestNeighbors(n_neighbors=1)
    assert model.fit(LINE, ["anything"]) is model
    assert model.n_samples_fit_ == 3


def test_its_rows_are_its_own():
    X = np.array(LINE)
    model = NearestNeighbors(n_neighbors=1).fit(X)
    X[:] = 7.0
    assert model.kneighbors([[3.0]])[0].tolist() == [[0.0]]


def test_a_wrong_mode_or_format_is_named():
    model = NearestNeighbors(n_neighbors=1).fit(LINE)
    with pytest.raises(ValueError, match=r"mode='near' is not accepted; give one of 'connectivity', 'distance'"):
        model.kneighbors_graph(mode="near")
    with pytest.raises(TypeError, match=r"format=None is of type NoneType; give one of 'dense', 'csr'"):
        model.kneighbors_graph(format=None)
