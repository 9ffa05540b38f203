"""linkage and its algorithms: by hand, naive twin, outside reference, laws, edges and errors."""

import tracemalloc
import warnings

import numpy as np
import pytest
import scipy.cluster.hierarchy as reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform

import tests.naive.cluster.linkage as naive
from scratchml.cluster import cophenet, linkage
from scratchml.cluster.centroid_vectors import centroid_linkage
from scratchml.cluster.generic_linkage import generic_linkage
from scratchml.cluster.lance_williams import CODES, MONOTONE, SQUARED, joined_distance
from scratchml.cluster.linkage import MANY_ROWS, square_form
from scratchml.cluster.merges import tree_of
from scratchml.cluster.minimum_spanning_tree import prim_on_matrix, prim_on_rows
from scratchml.cluster.nearest_neighbour_chain import nearest_neighbour_chain
from scratchml.cluster.ward_vectors import ward_chain
from scratchml.core import finish, listen, record
from scratchml.maths import all_distances, prepare

EPS = np.finfo(np.float64).eps
METHODS = list(CODES)
every_method = pytest.mark.parametrize("method", METHODS)
seeds = st.integers(0, 10**6)


def check_same_tree(Z, expected, n):
    """Assert that two linkage matrices are the same: the same clusters, heights but for rounding."""
    assert Z[:, [0, 1, 3]].tolist() == np.asarray(expected)[:, [0, 1, 3]].tolist()
    np.testing.assert_allclose(
        Z[:, 2], np.asarray(expected)[:, 2], rtol=64 * n * EPS, atol=0
    )  # a recurrence of n steps


# ---- by hand


def test_four_points_on_a_line_on_paper():
    # 0, 1, 3, 7: first 0 and 1; then 3 at 2 (single), 3 (complete), 2.5 (average); then 7 at 4, 7, 17 / 3
    X = np.array([[0.0], [1.0], [3.0], [7.0]])
    assert linkage(X).tolist() == [[0, 1, 1, 2], [2, 4, 2, 3], [3, 5, 4, 4]]
    assert linkage(X, "complete")[:, 2].tolist() == [1.0, 3.0, 7.0]
    np.testing.assert_allclose(linkage(X, "average")[:, 2], [1.0, 2.5, 17 / 3], rtol=8 * EPS, atol=0)  # two means
    np.testing.assert_allclose(linkage(X, "weighted")[:, 2], [1.0, 2.5, (6.5 + 4) / 2], rtol=8 * EPS, atol=0)
    np.testing.assert_allclose(linkage(X, "centroid")[:, 2], [1.0, 2.5, 7 - 4 / 3], rtol=8 * EPS, atol=0)
    np.testing.assert_allclose(linkage(X, "median")[:, 2], [1.0, 2.5, 7 - 1.75], rtol=8 * EPS, atol=0)
    ward = [1.0, 2.5 * np.sqrt(2 * 2 / 3), (7 - 4 / 3) * np.sqrt(2 * 3 / 4)]
    np.testing.assert_allclose(linkage(X, "ward")[:, 2], ward, rtol=8 * EPS, atol=0)  # a root, a product


def test_the_formulas_of_the_docstring():
    sizes = (2.0, 3.0, 4.0)
    found = [joined_distance(code, 5.0, 7.0, 6.0, sizes) for code in CODES.values()]
    ward = ((2 + 4) * 5 + (3 + 4) * 7 - 4 * 6) / 9
    centroid = (2 * 5 + 3 * 7) / 5 - 2 * 3 * 6 / 25
    expected = [5.0, 7.0, (2 * 5 + 3 * 7) / 5, 6.0, ward, centroid, 6.0 - 6 / 4]
    np.testing.assert_allclose(found, expected, rtol=4 * EPS, atol=0)  # a few operations


def test_wards_height_is_the_root_of_twice_the_inertia_that_is_added(rng):
    X = rng.normal(size=(12, 3))
    Z, members, inertia = linkage(X, "ward"), {i: [i] for i in range(12)}, dict.fromkeys(range(12), 0.0)
    for t, (a, b, height, _) in enumerate(Z):
        members[12 + t] = members[int(a)] + members[int(b)]
        rows = X[members[12 + t]]
        inertia[12 + t] = ((rows - rows.mean(axis=0)) ** 2).sum()
        added = inertia[12 + t] - inertia[int(a)] - inertia[int(b)]
        assert height == pytest.approx(np.sqrt(2 * added), rel=1e-12)  # sums of squares of a dozen rows


def test_merges_named_by_rows_are_sorted_and_numbered():
    merges = np.array([[3.0, 4.0, 2.0], [0.0, 1.0, 1.0], [1.0, 3.0, 5.0], [0.0, 2.0, 1.0]])
    assert tree_of(merges).tolist() == [[0, 1, 1, 2], [2, 5, 1, 3], [3, 4, 2, 2], [6, 7, 5, 5]]


# ---- naive twin


@every_method
@pytest.mark.parametrize("d", [1, 2, 5])
def test_agrees_with_the_naive_twin(rng, method, d):
    X = rng.normal(size=(11, d))
    check_same_tree(linkage(X, method), naive.linkage(X.tolist(), method), 11)


# ---- outside reference


@every_method
@pytest.mark.parametrize(("n", "d"), [(2, 1), (3, 2), (60, 3), (150, 9), (600, 3), (140, 33)])
def test_the_matrix_is_scipys_from_rows_and_from_distances(rng, method, n, d):
    X = rng.normal(size=(n, d))
    expected = reference.linkage(X, method)
    check_same_tree(linkage(X, method), expected, n)
    check_same_tree(linkage(pdist(X), method), expected, n)


@pytest.mark.parametrize("method", ["single", "complete", "average", "weighted"])
@pytest.mark.parametrize("metric", ["cityblock", "chebyshev", "cosine", "sqeuclidean"])
def test_other_metrics_are_scipys(rng, method, metric):
    X = rng.normal(size=(80, 4))
    Z, expected = linkage(X, method, metric), reference.linkage(X, method, metric)
    assert Z[:, [0, 1, 3]].tolist() == expected[:, [0, 1, 3]].tolist()
    np.testing.assert_allclose(Z[:, 2], expected[:, 2], rtol=0, atol=1e-14)  # SciPy's 1 - cos cancels


@pytest.mark.parametrize("method", ["single", "complete"])
def test_trees_with_many_ties_are_scipys(rng, method):
    X = rng.integers(0, 4, size=(120, 3)).astype(float)
    check_same_tree(linkage(X, method), reference.linkage(X, method), 120)


@pytest.mark.parametrize("values", [2, 1000])  # as many ties as can be, and hardly any
def test_the_tree_along_pairs_is_scipys_and_that_of_the_matrix_to_the_bit(rng, values):
    for n in (2, 3, 129, 130, 131, 400):  # a stretch of merges ends at 129 points
        y = rng.integers(1, values, size=n * (n - 1) // 2, endpoint=True) / 7.0
        found = linkage(y, "single")
        np.testing.assert_array_equal(found, finish(prim_on_matrix(square_form(y))).merges)
        np.testing.assert_array_equal(found, reference.linkage(y, "single"))


@pytest.mark.parametrize("metric", ["euclidean", "sqeuclidean", "manhattan", "chebyshev"])
@pytest.mark.parametrize("kind", ["normal", "lattice"])  # hardly any ties, and many
def test_the_tree_along_rows_is_that_of_the_matrix_to_the_bit(rng, metric, kind):
    for n in (2, 3, 129, 131, 400):
        X = rng.normal(size=(n, 3)) if kind == "normal" else rng.integers(0, 5, size=(n, 3)).astype(float)
        found = finish(prim_on_rows(prepare(X, metric))).merges
        D = all_distances(X, prepare(X, metric), same=True)
        np.testing.assert_array_equal(found, finish(prim_on_matrix(D)).merges)


# ---- laws


@given(seeds, st.sampled_from(MONOTONE))
def test_heights_never_fall_and_every_row_is_merged_once(seed, method):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 40))  # two rows of two might look like distances
    X = rng.normal(size=(n, 2)).round(int(rng.integers(0, 3)))
    Z = linkage(X, method)
    assert (np.diff(Z[:, 2]) >= 0).all()
    assert sorted(Z[:, :2].ravel().tolist()) == list(range(2 * n - 2))
    assert Z[-1, 3] == n


@given(seeds, st.sampled_from(METHODS))
def test_order_place_and_scale_of_the_rows_do_not_matter(seed, method):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(25, 3))
    expected = squareform(cophenet(linkage(X, method)))
    order = rng.permutation(25)
    found = squareform(cophenet(linkage(X[order], method)))
    np.testing.assert_allclose(found, expected[np.ix_(order, order)], rtol=1e-12, atol=0)  # other merges come first
    found = squareform(cophenet(linkage(4.0 * X + rng.normal(size=3), method)))
    np.testing.assert_allclose(found, 4.0 * expected, rtol=1e-9, atol=0)  # moving rounds the rows


@given(seeds)
def test_all_algorithms_for_ward_build_the_same_tree(seed):
    X = np.random.default_rng(seed).normal(size=(40, 6))
    squares = squareform(pdist(X, "sqeuclidean"))
    expected = finish(ward_chain(X)).merges
    for algorithm in (nearest_neighbour_chain, generic_linkage):
        check_same_tree(finish(algorithm(squares.copy(), "ward")).merges, expected, 40)


@given(seeds, st.sampled_from(["centroid", "median"]))
def test_centres_and_distances_build_the_same_tree(seed, method):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(int(rng.integers(2, 90)), 3))
    expected = finish(generic_linkage(squareform(pdist(X, "sqeuclidean")), method)).merges
    check_same_tree(finish(centroid_linkage(X, method)).merges, expected, len(X))


def test_heights_of_centroids_and_medians_may_fall():
    # an equilateral triangle of side 2: the third corner is sqrt(3) from the middle of the first merge
    X = [[-1.0, 0.0], [1.0, 0.0], [0.0, np.sqrt(3.0)]]
    for method in ("centroid", "median"):
        np.testing.assert_allclose(linkage(X, method)[:, 2], [2.0, np.sqrt(3.0)], rtol=8 * EPS, atol=0)  # two roots


@given(seeds, st.sampled_from(METHODS))
def test_turned_rows_build_the_same_tree(seed, method):
    rng = np.random.default_rng(seed)
    X, turn = rng.normal(size=(25, 3)), np.linalg.qr(rng.normal(size=(3, 3)))[0]
    found = cophenet(linkage(X @ turn, method))
    np.testing.assert_allclose(found, cophenet(linkage(X, method)), rtol=1e-9, atol=0)  # turning rounds the rows


def test_ward_finds_the_lowest_row_among_equals_wherever_blocks_put_it(rng):
    X = rng.integers(0, 3, size=(700, 2)).astype(float)  # nine places: rows at one place merge at 0, lowest first
    Z = linkage(X, "ward")
    check_same_tree(Z[:600], reference.linkage(X, "ward")[:600], 700)


@every_method
def test_each_merge_is_a_step_and_the_last_is_the_tree(rng, method):
    X = rng.normal(size=(9, 2))
    D = squareform(pdist(X)) ** (2 if method in SQUARED else 1)
    steps = record((nearest_neighbour_chain if method in MONOTONE else generic_linkage)(D, method))
    assert [s.name for s in steps] == ["merge"] * 8 + ["tree"]
    assert [len(s.merges) for s in steps] == [*range(1, 9), 8]
    assert sorted(s.height for s in steps[:-1]) == sorted(steps[-1].merges[:, 2].tolist())


# ---- edges and errors


@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e150])
@pytest.mark.parametrize("method", SQUARED)
def test_the_matrix_of_few_rows_builds_the_tree_that_vectors_build(rng, method, scale):
    X = rng.normal(size=(40, 3)) * scale
    vectors = ward_chain(X) if method == "ward" else centroid_linkage(X, method)
    check_same_tree(linkage(X, method), finish(vectors).merges, len(X))


def test_whoever_listens_to_linkage_sees_every_merge(rng):
    heard = []
    X = rng.normal(size=(70, 3))
    with listen(lambda step: heard.append(step.name)):
        found = linkage(X, "average")
    assert heard == ["merge"] * 69 + ["tree"]
    np.testing.assert_array_equal(linkage(X, "average"), found)


@every_method
def test_equal_rows_merge_at_height_zero(method):
    Z = linkage(np.ones((7, 2)), method)
    assert Z[:, 2].tolist() == [0.0] * 6
    assert Z[-1, 3] == 7


@every_method
@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_rows_of_any_scale_are_linked(rng, method, scale):
    X = rng.normal(size=(30, 2))
    expected = linkage(X, method)
    for y, rtol in ((X * scale, 1e-12), (pdist(X) * scale, 1e-12)):  # scaling rounds
        found = linkage(y, method)
        assert found[:, [0, 1, 3]].tolist() == expected[:, [0, 1, 3]].tolist()
        np.testing.assert_allclose(found[:, 2] / scale, expected[:, 2], rtol=rtol, atol=0)


@every_method
def test_distances_that_overflow_are_a_clear_error(method):
    with pytest.raises(ValueError, match="overflow"):
        linkage([[-1.7e308], [1.7e308]], method)


@pytest.mark.parametrize("method", ["single", "ward", "centroid", "median"])
def test_no_matrix_is_kept_for_many_rows(rng, method):
    X = rng.normal(size=(MANY_ROWS + 1, 2))
    linkage(X[:600], method)  # compiled, and loaded
    tracemalloc.start()
    linkage(X, method)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * X.nbytes  # measured: 6.4; a matrix takes 4096


@every_method
def test_inputs_are_not_changed(rng, method):
    X = rng.normal(size=(10, 2))
    y = pdist(X)
    before = X.tobytes(), y.tobytes()
    linkage(X, method)
    linkage(y, method)
    assert before == (X.tobytes(), y.tobytes())


@pytest.mark.parametrize(
    ("y", "how", "match"),
    [
        ([[1.0]], {}, "at least 2"),
        ([1.0, 2.0], {}, r"n \(n - 1\) / 2"),
        ([-1.0], {}, "0 or more"),
        ([[1.0], [np.nan]], {}, "NaN"),
        ([[1.0], [2.0]], {"method": "wards"}, "method"),
        ([[1.0], [2.0]], {"metric": "far"}, "metric"),
        ([[1.0], [2.0]], {"method": "ward", "metric": "manhattan"}, "euclidean only"),
    ],
)
def test_wrong_input_is_named(y, how, match):
    with pytest.raises(ValueError, match=match):
        linkage(y, **how)


def test_a_whole_matrix_of_distances_is_taken_for_points_with_a_warning_as_by_scipy(rng):
    square = squareform(pdist(rng.normal(size=(6, 2))))
    with pytest.warns(reference.ClusterWarning):
        expected = reference.linkage(square, "average")
    with pytest.warns(UserWarning, match="part above the diagonal"):
        found = linkage(square, "average")
    check_same_tree(found, expected, 6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        linkage(square + np.eye(6), "average")  # no distances: a row is not 1 from itself
        linkage(np.zeros((3, 3)))  # as distances and as rows the same


def test_pairs_become_a_square():
    assert square_form(np.array([1.0, 2.0, 3.0])).tolist() == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]
