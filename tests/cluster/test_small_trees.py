"""Small trees at once, against the same trees one merge at a time: outside reference, laws, edges."""

import gc
import tracemalloc

import numpy as np
import pytest
import scipy.cluster.hierarchy as reference
from scipy.spatial.distance import pdist, squareform

from scratchml.cluster import AgglomerativeClustering, linkage
from scratchml.cluster.lance_williams import CODES
from scratchml.cluster.linkage import build_tree, merge_one_by_one, merge_rows
from scratchml.cluster.small_trees import FEW_ROWS, SmallTree, is_small, measure_pairs
from scratchml.core import listen, record

every_method = pytest.mark.parametrize("method", list(CODES))
SIZES = (2, 3, 7, 8, 9, 64, 65, 130, 250)  # below, at and above whole lanes of eight


# ---- outside reference


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("d", [1, 3, 50])
def test_pairs_are_scipys_on_both_sides_of_the_diagonal(rng, n, d):
    X = rng.normal(size=(n, d))
    for squared, metric in ((True, "sqeuclidean"), (False, "euclidean")):
        D = np.empty((n, -(-n // 8) * 8))
        measure_pairs(X, squared, D)
        found = D[:, :n].copy()
        np.fill_diagonal(found, 0.0)  # it is left to who uses it
        np.testing.assert_array_equal(found, found.T)
        np.testing.assert_allclose(found, squareform(pdist(X, metric)), rtol=1e-15 * (d + 4), atol=0)  # a sum of d


@every_method
def test_ties_are_broken_as_one_by_one(rng, method):
    X = rng.integers(0, 3, size=(90, 2)).astype(float)
    np.testing.assert_array_equal(linkage(X, method), build_tree(merge_one_by_one(X, method, "euclidean", True)))
    if method in ("single", "complete"):
        np.testing.assert_allclose(linkage(X, method)[:, 2], reference.linkage(X, method)[:, 2], rtol=1e-15, atol=0)


# ---- laws


@every_method
@pytest.mark.parametrize("n", SIZES)
def test_the_tree_at_once_is_the_tree_one_by_one_to_the_bit(rng, method, n):
    X = rng.normal(size=(n, 4))  # of few features: all are measured by the direct formula
    steps = merge_rows(X, method)
    assert isinstance(steps, SmallTree)
    np.testing.assert_array_equal(build_tree(steps), record(merge_rows(X, method))[-1].merges)


@every_method
@pytest.mark.parametrize("n", SIZES)
def test_of_many_features_ties_are_the_same_whether_somebody_looks_on(rng, method, n):
    X = 0.1 * rng.integers(0, 3, size=(n, 40))  # more than FEW_FEATURES: larger data is measured by a product
    np.testing.assert_array_equal(linkage(X, method), record(merge_rows(X, method))[-1].merges)


@pytest.mark.parametrize("how", ["ward", "complete", "average", "single"])
def test_a_fit_that_is_heard_is_the_fit_that_is_not(rng, how):
    X, seen = rng.normal(size=(90, 3)), []
    model = AgglomerativeClustering(5, linkage=how, compute_distances=True)
    expected = {name: value for name, value in vars(model.fit(X)).items() if name.endswith("_")}
    with listen(lambda step: seen.append(step.name)):
        model.fit(X)
    assert seen[-1] == "tree"
    assert seen.count("merge") == 89
    for name, value in expected.items():
        np.testing.assert_array_equal(getattr(model, name), value)


# ---- edges


def test_what_is_not_small_goes_the_longer_way():
    assert is_small(np.ones((FEW_ROWS, 1)))
    assert not is_small(np.ones((FEW_ROWS + 1, 1)))
    assert not is_small(np.zeros((3, 1)))
    assert not is_small(np.full((3, 1), 1e-60))
    assert not is_small(np.full((3, 1), 1e60))
    assert not is_small(np.full((3, 1), 1e200))  # the sum is infinite
    assert not isinstance(merge_rows(np.ones((3, 1)), "average", "manhattan"), SmallTree)


@every_method
def test_a_tree_keeps_nothing_alive(rng, method):
    X = rng.normal(size=(FEW_ROWS + 1, 70))  # a matrix, but for single linkage, and not at once
    linkage(X, method)
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(2):
            linkage(X, method)
        assert tracemalloc.get_traced_memory()[0] < 4 * len(X) ** 2  # half of one matrix
    finally:
        tracemalloc.stop()
        gc.enable()
