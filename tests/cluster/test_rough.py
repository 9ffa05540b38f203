"""Rough scores in float32: who is in doubt, and that labels and sums are those of float64."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.cluster import KMeans
from scratchml.cluster import assign as assigning
from scratchml.cluster import points as laying
from scratchml.cluster.assign import assign, keep_nearer, make_ruler
from scratchml.cluster.lloyd_at_once import can_be_run
from scratchml.cluster.points import WIDE, lay_out
from scratchml.cluster.rough import UNIT, RoughRows, assign_roughly, keep_nearer_roughly, rough_ruler


def round_rows(blocks, norms):
    """Return the rows of some blocks (b, d, B), of squared norms (n,), in float32."""
    b, d, size = blocks.shape
    rows = RoughRows.empty(len(norms), d, size, norms)
    rows.fill(slice(0, b), np.ascontiguousarray(blocks.transpose(0, 2, 1)).reshape(b * size, d))
    return rows


def both_ways(X, centres):
    """Return labels and sums by exact scores, and by rough ones."""
    found = []
    for rough in (False, True):
        points = lay_out(X, also=centres)
        if rough:
            rows = round_rows(points.blocks, points.norms)
            points = points._replace(rough=rows, blocks=rows.blocks)
        labels = np.empty(len(X), dtype=np.int32)
        sums = assign(points, points.from_user(centres), labels)
        found.append((labels, sums.sums, sums.mass))
    return found


def check_same_bits(X, centres):
    for expected, found in zip(*both_ways(X, centres), strict=True):
        np.testing.assert_array_equal(found, expected)


def adds_alike(X, centres):
    """Say whether BLAS adds a row's products alike however many rows there are, as not every processor's does."""
    whole = np.dot(centres, X.T)
    return all((np.dot(centres, X[:m].T) == whole[:, :m]).all() for m in range(2, len(X)))


def check_same_bits_up_to_ties(X, centres):
    (labels, *_), (found, *_) = both_ways(X, centres)
    if not (differ := labels != found).any():
        check_same_bits(X, centres)
        return
    X, centres = X - X.mean(axis=0), centres - X.mean(axis=0)
    assert not adds_alike(X, centres)
    two = np.sort((centres**2).sum(axis=1) - 2.0 * X[differ] @ centres.T, axis=1)[:, :2]
    lengths = (X[differ] ** 2).sum(axis=1) + (centres**2).sum(axis=1).max()
    assert (
        two[:, 1] - two[:, 0] <= 5 * (X.shape[1] + 3) * np.finfo(float).eps * lengths
    ).all()  # as `assign` bounds it


# ---- by hand


def test_four_points_on_paper_and_the_one_halfway_is_in_doubt():
    blocks = np.array([[[0.0, 1.0, 3.0, 1.5]]])  # one block, one feature
    rows = round_rows(blocks, blocks[0, 0] ** 2)
    assert rows.exponent == 2  # the longest, 3, is in [2, 4)
    ruler = make_ruler(np.array([[0.0], [3.0]]))
    rough = rough_ruler(ruler.double, ruler.norms, rows)
    products = np.matmul(rough.double, rows.blocks)
    labels, doubted = np.empty(4, dtype=np.int32), np.empty(4, dtype=np.int64)
    scratch = np.empty((2, 4), dtype=np.float32)
    count = assign_roughly(products, rough.norms, rows.lengths, rough.slack, scratch, labels, doubted)
    assert labels[:3].tolist() == [0, 0, 1]
    assert doubted[:count].tolist() == [3]


def test_the_width_of_doubt_is_the_docstrings():
    rows = round_rows(np.zeros((1, 2, 1)) + 0.5, np.array([0.5]))  # the length is 0.7, the exponent 0
    ruler = make_ruler(np.array([[3.0, 4.0], [0.0, 1.0]]))
    a, b = rough_ruler(ruler.double, ruler.norms, rows).slack
    assert (a, b) == (np.float32(2 * 10 * UNIT * 25), np.float32(2 * 10 * UNIT * 10))


def test_the_longest_row_of_a_block_decides_for_all_of_it():
    rows = round_rows(np.zeros((2, 1, 3)), np.array([1.0, 9.0, 4.0, 16.0]))  # blocks of three rows, the last one short
    np.testing.assert_allclose(rows.lengths, [3 / 8, 4 / 8], rtol=6 * UNIT)  # 4 units up, and the rounding to float32
    assert (rows.lengths > [3 / 8, 4 / 8]).all()


# ---- naive twin: `assign` by exact scores, which tests/cluster/test_assign.py compares with slow loops


@pytest.mark.parametrize("k", [1, 2, 7, 50])
def test_labels_and_sums_have_the_bits_of_exact_scores(rng, k):
    X = rng.normal(size=(3000, 20)) + 5 * rng.normal(size=(8, 20))[rng.integers(8, size=3000)]
    check_same_bits(X, X[:k])


def test_centres_compete_in_float32_as_in_float64(rng):
    scores = rng.integers(0, 9, size=(6, 50)).astype(np.float64)  # exact in both, with many ties
    best, runner_up, labels = np.full(50, np.inf), np.full(50, np.inf), np.zeros(50, dtype=np.int32)
    rough, own = [part.astype(np.float32) for part in (scores, best, runner_up)], labels.copy()
    for j in (0, 2, 4):
        keep_nearer(j, np.arange(6.0), scores[j], scores[j + 1], best, runner_up, labels)
        keep_nearer_roughly(j, np.arange(6, dtype=np.float32), rough[0][j], rough[0][j + 1], *rough[1:], own)
    np.testing.assert_array_equal([rough[1], rough[2], own], [best, runner_up, labels])


# ---- outside reference


def test_a_fit_of_many_rows_ends_where_scikit_learn_ends(rng, monkeypatch):
    reference = pytest.importorskip("sklearn.cluster")
    monkeypatch.setattr(laying, "MANY", 1)
    X = np.round(rng.normal(size=(2000, 15)), 1)  # tenths: ties are real
    how = {"n_clusters": 9, "init": X[:9], "n_init": 1, "tol": 0.0}
    assert not can_be_run(lay_out(X, often=True, k=9), 9)  # but by way of float32
    expected, found = reference.KMeans(**how).fit(X), KMeans(**how).fit(X)
    np.testing.assert_array_equal(found.labels_, expected.labels_)
    assert found.n_iter_ == expected.n_iter_


# ---- laws


@given(st.integers(0, 10_000))
def test_ties_and_near_ties_are_settled_as_by_exact_scores(seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, size=(300, WIDE + seed % 3)) + rng.choice([0.0, 1e-9, 1e-5]) * rng.normal(
        size=(300, WIDE + seed % 3)
    )
    check_same_bits_up_to_ties(X, X[rng.choice(300, size=rng.integers(1, 9), replace=False)])


@pytest.mark.parametrize("scale", [1e-150, 1e-30, 1e30, 1e150])
def test_any_scale_gives_the_same_bits(rng, scale):
    X = rng.normal(size=(600, WIDE)) * scale
    X[:300] *= 1e-40  # too small for float32 beside the rest
    check_same_bits(X, X[295:305])


# ---- edges and errors


def test_centres_too_far_for_float32_are_scored_exactly(rng):
    X = rng.normal(size=(300, WIDE))
    far = np.vstack([X[:3], np.full((1, WIDE), 1e30)])
    points = lay_out(X, also=far)
    ruler = make_ruler(points.from_user(far))
    assert rough_ruler(ruler.double, ruler.norms, round_rows(points.blocks, points.norms)) is None
    check_same_bits(X, far)


def test_where_most_points_are_in_doubt_rough_scores_are_given_up(rng, monkeypatch):
    monkeypatch.setattr(assigning, "CACHE", 1)  # a piece for each block
    calls = []
    known = assigning.label_roughly
    monkeypatch.setattr(assigning, "label_roughly", lambda *args: calls.append(1) or known(*args))
    X = rng.normal(size=(2000, WIDE))
    check_same_bits(X, np.vstack([X[:1], X[:1]]))  # equal centres: all points are tied
    assert len(calls) == 1


def test_only_many_upright_rows_that_are_labelled_often_are_kept_in_half_the_precision(rng, monkeypatch):
    monkeypatch.setattr(laying, "MANY", 50)
    kept = [(n, d) for n in (49, 50) for d in (WIDE - 1, WIDE) if lay_out(np.eye(n, d), often=True).rough is not None]
    assert kept == [(50, WIDE)]
    assert lay_out(rng.normal(size=(50, WIDE))).rough is None
    assert lay_out(np.ones((50, WIDE)), often=True).rough is None  # all rows equal: nothing to scale by


def test_exact_blocks_are_made_anew_from_the_callers_rows_to_the_bit(rng, monkeypatch):
    X = rng.normal(size=(1000, WIDE)) + 3.0
    exact = lay_out(X)
    monkeypatch.setattr(laying, "MANY", 50)
    points = lay_out(X, often=True, mean=exact.mean)
    assert points.X is X  # no copy in float64
    assert points.blocks is points.rough.blocks
    whole = points.exact()
    for made, known in (
        (whole.blocks, exact.blocks),
        (whole.X, exact.X),
        (whole.norms, exact.norms),
        (points.all_norms(), exact.norms),
    ):
        np.testing.assert_array_equal(made, known)
    np.testing.assert_array_equal(whole.weight, exact.weight)
    assert points.spread == exact.spread
    assert (points.weight.tolist(), len(points.norms)) == ([1.0], 0)  # none is kept for each row
    some = np.array([3, 700])
    np.testing.assert_array_equal(points.norms_of(some, points.rows(some)), exact.norms[some])
    np.testing.assert_array_equal(points.exact_blocks(slice(2, 4)), exact.blocks[2:4])
    np.testing.assert_array_equal(points.rough.blocks, round_rows(exact.blocks, exact.norms).blocks)
