"""Assigning points to centres: by hand, naive twin (exact fractions), outside reference, laws, edges."""

import numpy as np
import pytest
import scipy.cluster.vq
import scipy.linalg.blas
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster._k_means_lloyd import lloyd_iter_chunked_dense  # the reference's own iteration

import scratchml.cluster.points as points_module
import tests.naive.cluster.assign as naive
from scratchml.cluster.assign import (
    add_points,
    add_squared_errors,
    assign,
    fixed_tasks,
    inertia_of,
    label_rows,
    make_ruler,
    pieces_of,
    score_two,
)
from scratchml.cluster.points import BLOCK, FEW, MANY, REFERENCE, WIDE, lay_out

EPS = np.finfo(np.float64).eps


def labelled(X, centres, weight=None, **how):
    """Return the labels and the sums that `assign` finds, all in the caller's coordinates centred on the mean."""
    points = lay_out(X, weight)
    labels = np.full(len(X), -1, dtype=np.int32)
    sums = assign(points, points.from_user(centres), labels, **how)
    return labels, sums, points


def reference_labels(X, centres):
    """Return what scikit-learn's iteration assigns on one thread, X centred as KMeans centres it."""
    X, centres = X - X.mean(axis=0), np.ascontiguousarray(centres - X.mean(axis=0))
    labels, k = np.full(len(X), -1, dtype=np.int32), len(centres)
    lloyd_iter_chunked_dense(X, np.ones(len(X)), centres, np.zeros_like(centres), np.zeros(k), labels, np.zeros(k), 1)
    return labels


def torn_rows(X, centres):
    """Return which rows may be labelled otherwise than by scikit-learn, which multiplies by SciPy's BLAS.

    NumPy brings a BLAS of its own, of another version, and with many features ours multiplies the other way round: ties
    are open in blocks of 256 rows whose products differ in a bit. On many processors none does.
    """
    X, centres = X - X.mean(axis=0), centres - X.mean(axis=0)
    torn = np.zeros(len(X), dtype=bool)
    squares = (centres**2).sum(axis=1)
    for start in range(0, len(X), 256):
        rows = np.ascontiguousarray(X[start : start + 256])
        theirs = scipy.linalg.blas.dgemm(1.0, centres.T, rows.T, trans_a=1).T
        if (theirs != rows @ centres.T).any() or (theirs.T != centres @ rows.T).any():
            two = np.sort(squares - 2.0 * theirs, axis=1)[:, :2]
            rounding = 5 * (X.shape[1] + 3) * EPS * ((rows**2).sum(axis=1) + squares.max())  # as `assign` bounds it
            torn[start : start + 256] = two[:, 1] - two[:, 0] <= rounding
    return torn


def assert_labels_are_the_references(found, X, centres):
    differ = found != reference_labels(X, centres)
    assert not (differ & ~torn_rows(X, centres)).any()


@pytest.fixture(params=["narrow", "wide"])
def layout(request, monkeypatch):
    """Make every layout narrow, or every one wide, whatever the number of features."""
    monkeypatch.setattr(points_module, "WIDE", 10**9 if request.param == "narrow" else 1)
    return request.param


# ---- by hand


def test_four_points_on_paper(layout):
    # centred on (2, 0): points -2, -1, 1, 2; centres -1, 2
    X = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [4.0, 0.0]])
    labels, found, points = labelled(X, np.array([[1.0, 0.0], [4.0, 0.0]]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert labels.tolist() == [0, 0, 1, 1]
    assert found.sums.tolist() == [[1 * -2 + 2 * -1, 0], [3 * 1 + 4 * 2, 0]]
    assert found.mass.tolist() == [3.0, 7.0]
    assert inertia_of(points, points.from_user(np.array([[1.0, 0.0], [4.0, 0.0]])), labels) == 1 * 1 + 3 * 1


def test_the_score_of_the_docstring_is_the_distance_up_to_the_points_norm(rng):
    x, centres = rng.normal(size=(5, 7)), rng.normal(size=(2, 5))
    ruler = make_ruler(centres)
    first, second = np.empty(7), np.empty(7)
    score_two(x, 7, ruler.double, 0, first, second)
    for j, products in enumerate((first, second)):
        expected = ((x.T - centres[j]) ** 2).sum(axis=1)
        np.testing.assert_allclose((x**2).sum(axis=0) + products + ruler.norms[j], expected, atol=60 * EPS)  # sums


def test_an_odd_number_of_centres_gets_one_infinitely_far():
    ruler = make_ruler(np.array([[3.0, 4.0]]))
    assert ruler.double.tolist() == [[-6.0, -8.0], [0.0, 0.0]]
    assert ruler.norms.tolist() == [25.0, np.inf]


def test_without_sums_only_labels_are_found(layout):
    X = np.array([[0.0], [1.0], [5.0]])
    labels, found, _ = labelled(X, np.array([[0.0], [5.0]]), add=False)
    assert labels.tolist() == [0, 0, 1]
    assert not found.sums.any()
    assert not found.mass.any()


# ---- naive twin


@pytest.mark.parametrize("k", [1, 2, 3, 8])
@pytest.mark.parametrize("d", [1, 3, 4, 5, 9, 14])
def test_labels_sums_and_inertia_agree_with_the_naive_twin(rng, layout, d, k):
    X, weight = rng.normal(size=(60, d)), rng.random(60)
    centres = X[:k] + 0.1
    labels, found, points = labelled(X, centres, weight)
    expected = naive.nearest(X, centres)
    assert labels.tolist() == [near[0] for near in expected]
    sums, mass = naive.cluster_sums(X - X.mean(axis=0), weight, labels, k)
    np.testing.assert_allclose(found.sums, sums, atol=60 * 4 * EPS)  # sixty additions of numbers below 4
    np.testing.assert_allclose(found.mass, mass, rtol=60 * EPS)
    places = points.from_user(centres)
    inertia = naive.inertia(X - X.mean(axis=0), weight, places, labels)
    assert inertia_of(points, places, labels) == pytest.approx(inertia, rel=60 * EPS)


def test_the_kernels_that_add_agree_with_plain_numpy(rng):
    X, shift, weight, labels = rng.normal(size=(40, 7)), rng.normal(size=7), rng.random(40), rng.integers(0, 3, 40)
    sums, mass = np.zeros((3, 7)), np.zeros(3)
    add_points(X, shift, weight, labels, sums, mass)
    expected = [(weight[labels == j, None] * (X - shift)[labels == j]).sum(axis=0) for j in range(3)]
    np.testing.assert_allclose(sums, expected, atol=40 * 4 * EPS)  # forty additions of numbers below 4
    found = add_squared_errors(X, shift, weight, sums, labels)
    expected = (weight * ((X - shift - sums[labels]) ** 2).sum(axis=1)).sum()
    assert found == pytest.approx(expected, rel=40 * EPS)


def test_one_weight_for_all_points_is_as_one_for_each(rng):
    X, shift, labels, found = rng.normal(size=(40, 7)), rng.normal(size=7), rng.integers(0, 3, 40), []
    for weight in (np.ones(40), np.ones(1)):
        sums, mass = np.zeros((3, 7)), np.zeros(3)
        add_points(X, shift, weight, labels, sums, mass)
        found.append((sums.tobytes(), mass.tobytes(), add_squared_errors(X, shift, weight, sums, labels)))
    assert found[0] == found[1]


# ---- outside reference


def test_labels_are_scipys(rng, layout):
    X, centres = rng.normal(size=(2000, 6)), rng.normal(size=(9, 6))
    expected, away = scipy.cluster.vq.vq(X, centres)
    found, inertia = label_rows(X, centres, np.ones(len(X)))
    assert found.tolist() == expected.tolist()
    assert inertia == pytest.approx((away**2).sum(), rel=1e-12)  # SciPy rounds the roots


TIED = {
    "halves": lambda rng, n, d: rng.integers(0, 2, size=(n, d)).astype(float),
    "tenths": lambda rng, n, d: rng.integers(0, 4, size=(n, d)) / 10,
    "duplicates": lambda rng, n, d: rng.normal(size=(4, d))[rng.integers(0, 4, size=n)],
}


@pytest.mark.parametrize("name", TIED)
@pytest.mark.parametrize("n", [17, REFERENCE - 1, REFERENCE, REFERENCE + 1, 2 * REFERENCE + 1, 2 * BLOCK + 3])
@pytest.mark.parametrize(("d", "k"), [(1, 4), (4, 8), (11, 5), (13, 8), (64, 3), (100, 16)])
def test_ties_are_settled_as_the_reference_does(rng, name, n, d, k):
    X = TIED[name](rng, n, d)
    centres = X[rng.choice(n, size=k, replace=False)]
    found, *_ = labelled(X, centres)
    assert_labels_are_the_references(found, X, centres)


@pytest.mark.parametrize("name", TIED)
@pytest.mark.parametrize("n", [17, REFERENCE + 1, 2 * BLOCK + 3])
@pytest.mark.parametrize(("d", "k"), [(5, 6), (64, 8)])
def test_ties_are_settled_alike_in_both_layouts(rng, layout, name, n, d, k):
    X = TIED[name](rng, n, d)
    centres = X[rng.choice(n, size=k, replace=False)]
    found, *_ = labelled(X, centres)
    assert_labels_are_the_references(found, X, centres)


def test_these_data_do_have_ties_that_rounding_decides(rng):
    # so that the test above cannot pass by lack of ties: whoever takes the first of them differs from the reference
    X = TIED["tenths"](rng, 600, 4)
    centres = X[:8]
    exact = naive.nearest(X, centres)
    tied = np.array([len(near) > 1 for near in exact])
    found, *_ = labelled(X, centres)
    assert tied.sum() > 20
    assert any(found[i] != exact[i][0] for i in np.flatnonzero(tied))


# ---- laws

seeds = st.integers(0, 10**6)


@given(seeds)
def test_narrow_and_wide_paths_agree(seed):
    rng = np.random.default_rng(seed)
    n, d, k = int(rng.integers(1, 600)), int(rng.integers(1, 20)), int(rng.integers(1, 9))
    X, weight, centres = rng.normal(size=(n, d)), rng.random(n) + 0.1, rng.normal(size=(k, d))
    found = []
    for wide in (10**9, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(points_module, "WIDE", wide)
            labels, sums, points = labelled(X, centres, weight)
            assert points.wide == (wide == 1)
            found.append((labels, sums, inertia_of(points, points.from_user(centres), labels)))
    (labels, sums, inertia), (other_labels, other_sums, other_inertia) = found
    assert labels.tolist() == other_labels.tolist()
    assert sums.sums.tobytes() == other_sums.sums.tobytes()
    assert sums.mass.tobytes() == other_sums.mass.tobytes()
    assert inertia == pytest.approx(other_inertia, rel=2 * EPS)  # tasks may be cut elsewhere


@given(seeds)
def test_every_label_is_a_nearest_centre_to_the_last_digits(seed):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 16))
    X, centres = rng.integers(-3, 4, size=(40, d)) / 8, rng.integers(-3, 4, size=(6, d)) / 8
    labels, *_ = labelled(X, centres)
    for label, near in zip(labels, naive.nearest(X, centres)):
        assert label in near  # eighths: a tie is exact, what is no tie differs by 1/64


@pytest.mark.parametrize("d", [5, 20])
def test_threads_do_not_change_a_bit(rng, monkeypatch, d):
    X, weight = rng.normal(size=(60_000, d)), rng.random(60_000)
    centres = X[:25]
    points = lay_out(X, weight)
    assert len(fixed_tasks(points, 25)) > 1
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        labels, sums, _ = labelled(X, centres, weight)
        inertia = inertia_of(points, points.from_user(centres), labels)
        again, score = label_rows(X, centres, weight)
        found.append((labels.tobytes(), sums.sums.tobytes(), sums.mass.tobytes(), inertia, again.tobytes(), score))
    assert found[0] == found[1] == found[2]


# ---- edges


@pytest.mark.parametrize(("n", "d", "k"), [(1, 1, 1), (BLOCK + 1, 3, 2), (90_000, 2, 40), (30_000, 30, 70)])
def test_tasks_and_their_pieces_cover_all_blocks_once(rng, n, d, k):
    points = lay_out(rng.normal(size=(n, d)))
    tasks = fixed_tasks(points, k)
    pieces = [piece for task in tasks for piece in pieces_of(points, task, k)]
    covered = [b for piece in pieces for b in range(piece.start, piece.stop)]
    assert covered == list(range(len(points.blocks)))


def test_equal_centres_leave_the_first_of_them_all_points(layout):
    X = np.array([[0.0], [1.0], [2.0], [5.0]])
    labels, found, _ = labelled(X, np.array([[2.0], [2.0], [2.0]]))
    assert labels.tolist() == [0, 0, 0, 0]
    assert found.mass.tolist() == [4.0, 0.0, 0.0]


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_rows_and_centres_of_any_scale_are_labelled(rng, layout, scale):
    X, centres = rng.normal(size=(300, 3)), rng.normal(size=(4, 3))
    expected, _ = label_rows(X, centres)
    found, _ = label_rows(X * scale, centres * scale)
    assert found.tolist() == expected.tolist()


def test_rows_far_from_the_origin_keep_their_labels(layout):
    X = np.array([[0.0], [1.0], [2.0], [3.0]]) + 2.0**40  # squares lose all digits: 2^80 and 2^-52
    found, inertia = label_rows(X, np.array([[0.5], [2.5]]) + 2.0**40, np.ones(4))
    assert found.tolist() == [0, 0, 1, 1]
    assert inertia == 1.0


def test_weightless_rows_are_labelled_and_add_nothing(layout):
    X = np.array([[0.0], [1.0], [9.0]])
    labels, found, points = labelled(X, np.array([[0.0], [9.0]]), np.array([1.0, 0.0, 2.0]))
    assert labels.tolist() == [0, 0, 1]
    assert found.mass.tolist() == [1.0, 2.0]
    assert inertia_of(points, points.from_user(np.array([[0.0], [9.0]])), labels) == 0.0


def test_the_threshold_is_where_the_layouts_change(rng):
    assert not lay_out(rng.normal(size=(5, WIDE - 1))).wide
    assert lay_out(rng.normal(size=(5, WIDE))).wide
    assert not lay_out(rng.normal(size=(5, 16)), k=FEW // 16).wide
    assert lay_out(rng.normal(size=(5, 16)), k=FEW // 16 + 1).wide
    assert lay_out(rng.normal(size=(MANY, 16)), k=2).wide
