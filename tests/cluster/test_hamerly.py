"""Hamerly's bounds: by hand, naive twin, outside reference, laws, edges. What it shares with Elkan's is tested here."""

import numpy as np
import pytest
import sklearn.cluster as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits, load_iris, make_blobs

import scratchml.cluster.points as points_module
import tests.naive.cluster.hamerly as naive
from scratchml.cluster import KMeans
from scratchml.cluster.assign import assign, make_ruler
from scratchml.cluster.bounds import KeptSums, error_of, find_products, gaps_between, indices_of, nearest_halves, pieces
from scratchml.cluster.elkan import elkan
from scratchml.cluster.hamerly import (
    BoundsWhenCalm,
    doubt_points,
    hamerly,
    largest_of_others,
    lloyd_or_bounds,
    set_bounds,
)
from scratchml.cluster.lloyd import lloyd
from scratchml.cluster.points import lay_out
from scratchml.core import record

RUNS = {"hamerly": hamerly, "elkan": elkan, "lloyd or bounds": lloyd_or_bounds}


def path_of(run, X, centres, weight=None, max_iter=300, tol=0.0):
    points = lay_out(X, weight, also=centres)
    return record(run(points, points.from_user(centres), max_iter, tol))


def check_same_path(X, centres, weight=None, run=hamerly, max_iter=300, tol=0.0):
    """Assert that every step of a run is Lloyd's, bit for bit, but for what was measured; return both runs."""
    expected = path_of(lloyd, X, centres, weight, max_iter, tol)
    found = path_of(run, X, centres, weight, max_iter, tol)
    assert len(found) == len(expected)
    for a, b in zip(expected, found):
        assert (a.name, a.iteration, a.inertia, a.shift, a.moved) == (b.name, b.iteration, b.inertia, b.shift, b.moved)
        assert a.centres.tobytes() == b.centres.tobytes()
        assert a.labels.tobytes() == b.labels.tobytes()
    return expected, found


def measured(path):
    return [s.measured for s in path if s.name == "assign"]


@pytest.fixture(params=["narrow", "wide"])
def layout(request, monkeypatch):
    """Make every layout narrow, or every one wide, whatever the number of features."""
    monkeypatch.setattr(points_module, "WIDE", 10**9 if request.param == "narrow" else 1)
    return request.param


# ---- by hand


def test_bounds_give_way_on_paper():
    # centre 0 moves by 1, centre 1 by 3; half their distance is 2. Point 0: 1 + 1 >= max(2, 4 - 3), in doubt. Point 1:
    # 0.5 + 1 < 2, safe by the other centre. Point 2: 3 + 3 < 9 - 1, safe by its bounds. Point 3: 3 + 3 >= max(2, 6 - 1)
    upper, lower, doubted = np.array([1.0, 0.5, 3.0, 3.0]), np.array([4.0, 4.0, 9.0, 6.0]), np.empty(4, dtype=np.int64)
    labels, moves = np.array([0, 0, 1, 1], dtype=np.int32), np.array([1.0, 3.0])
    count = doubt_points(labels, moves, largest_of_others(moves), np.array([2.0, 2.0]), upper, lower, doubted)
    assert doubted[:count].tolist() == [0, 3]
    assert upper.tolist() == [2.0, 1.5, 6.0, 6.0]
    assert lower.tolist() == [1.0, 1.0, 8.0, 5.0]


def test_the_largest_move_of_another_centre_on_paper():
    assert largest_of_others(np.array([1.0, 5.0, 2.0])).tolist() == [5.0, 2.0, 5.0]
    assert largest_of_others(np.array([3.0, 3.0])).tolist() == [3.0, 3.0]
    assert largest_of_others(np.array([3.0])).tolist() == [0.0]


def test_gaps_on_paper():
    gaps = gaps_between(np.array([[0.0], [4.0], [10.0]]), np.array([[1.0], [4.0], [7.0]]))
    assert gaps.moves.tolist() == [1.0, 0.0, 3.0]
    assert gaps.halves.tolist() == [[np.inf, 2.0, 5.0], [2.0, np.inf, 3.0], [5.0, 3.0, np.inf]]
    np.testing.assert_allclose(gaps.nearest_half, [2.0, 2.0, 3.0], rtol=1.1e-7)  # KEEP
    assert (gaps.nearest_half < [2.0, 2.0, 3.0]).all()


@pytest.mark.parametrize("shape", [(1, 2), (64, 3), (300, 10), (200, 20)])
def test_nearest_halves_are_those_of_all_gaps(rng, shape):
    centres = rng.normal(size=shape)
    expected = gaps_between(centres, None).nearest_half
    np.testing.assert_allclose(nearest_halves(centres), expected, rtol=1e-12)  # of many features: products round


def test_measured_bounds_on_paper():
    # the point 3 (norm 9) and the centres 0, 5, 9: distances 3, 2, 6, so its bounds are about 2 and 3
    points = lay_out(np.array([[3.0]]), mean=np.zeros(1))
    ruler = make_ruler(np.array([[0.0], [5.0], [9.0]]))
    bounds, labels, tied = np.empty((2, 1)), np.empty(1, dtype=np.int32), np.empty(1, dtype=np.int64)
    products = find_products(points, ruler, slice(0, 1))
    assert products.ravel().tolist() == [0.0, -30.0, -54.0, 0.0]
    assert set_bounds(products, ruler.norms, points.norms, (error_of(1), ruler.tie), bounds, labels, tied) == 0
    assert labels.tolist() == [1]
    np.testing.assert_allclose(bounds.ravel(), [2.0, 3.0], rtol=1e-6)  # the blur of a norm of 3: 3e-7
    assert bounds[0, 0] > 2.0
    assert bounds[1, 0] < 3.0


def test_pieces_of_a_span_and_of_a_list(monkeypatch):
    monkeypatch.setattr("scratchml.cluster.bounds.PIECE", 20)
    assert pieces(slice(3, 8), 10) == [slice(3, 5), slice(5, 7), slice(7, 8)]
    assert [p.tolist() for p in pieces(np.array([1, 4, 6]), 10)] == [[1, 4], [6]]
    assert pieces(np.array([], dtype=np.int64), 10) == []
    assert indices_of(slice(2, 5)).tolist() == [2, 3, 4]


# ---- naive twin


@pytest.mark.parametrize(("d", "k"), [(1, 1), (2, 4), (3, 7), (14, 5)])
def test_agrees_with_the_naive_twin(d, k):
    X = make_blobs(80, d, centers=6, random_state=d)[0]
    labels, centres, inertia, iterations, counts = naive.hamerly(X, X[:k])
    path = path_of(hamerly, X, X[:k])
    assert path[-1].labels.tolist() == labels
    assert path[-1].iteration == iterations
    np.testing.assert_allclose(path[-1].centres, centres, atol=1e-13)  # coordinates below 20
    assert path[-1].inertia == pytest.approx(inertia, rel=1e-12, abs=1e-24)
    distances = np.array(measured(path))
    assert distances[0] == len(X) * k == counts[0] * k
    assert (distances >= np.array(counts) * k).all()  # own distances are counted on top
    assert (distances <= np.array(counts) * k + len(X)).all()


# ---- outside reference


@pytest.mark.parametrize("algorithm", ["hamerly", "elkan"])
@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_ends_where_scikit_learn_ends(load, algorithm):
    X = load().data
    init = np.unique(X, axis=0)[::20][:7]
    expected = reference.KMeans(7, init=init, n_init=1, algorithm="lloyd").fit(X)
    found = KMeans(7, init=init, n_init=1, algorithm=algorithm).fit(X)
    assert found.labels_.tolist() == expected.labels_.tolist()
    assert found.n_iter_ == expected.n_iter_
    np.testing.assert_allclose(found.cluster_centers_, expected.cluster_centers_, rtol=1e-13, atol=1e-13)  # sums


# ---- laws

seeds = st.integers(0, 10**6)


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@given(seed=seeds)
def test_every_step_has_lloyds_bits(run, seed):
    rng = np.random.default_rng(seed)
    n, d, k = int(rng.integers(8, 120)), int(rng.integers(1, 16)), int(rng.integers(1, 9))
    X = rng.normal(size=(n, d)) + 4 * rng.integers(0, 3, size=(n, 1))
    if seed % 3 == 0:
        X = np.round(X)  # many ties
    if seed % 5 == 0:
        X = X[rng.integers(0, 3, size=n) % n]  # many duplicates
    weight = rng.integers(0, 4, size=n).astype(float)
    weight[0] = 1.0
    centres = rng.normal(size=(k, d)) * 2 + (30.0 if seed % 7 == 0 else 0.0)  # clusters that are lost at once
    check_same_path(X, centres, weight, run)


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("scale", [1e-150, 1e-3, 1e150])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_every_step_has_lloyds_bits_at_any_scale_and_place(rng, layout, run, scale, offset):
    X = (make_blobs(300, 4, centers=5, random_state=3)[0] + offset) * scale
    check_same_path(X, X[:8], run=run)


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_rows_of_very_different_size_are_labelled_alike(rng, layout, run):
    X = rng.normal(size=(400, 3)) * 10.0 ** rng.integers(-12, 12, size=(400, 1))
    check_same_path(X, X[:9], run=run)


@pytest.mark.parametrize("name", ["halves", "grid"])
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_ties_are_settled_as_by_lloyd(rng, layout, run, name):
    X = rng.integers(0, 3, size=(600, 3)) / 2 if name == "halves" else rng.integers(0, 12, size=(600, 2)) * 0.1
    centres = np.unique(X, axis=0)
    check_same_path(X, centres[rng.choice(len(centres), 8, replace=False)], run=run)


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_runs_cut_short_are_lloyds_too(rng, run):
    X = rng.normal(size=(300, 3))
    for max_iter, tol in ((1, 0.0), (2, 0.0), (300, 0.1), (300, 1e9)):
        check_same_path(X, X[:7], run=run, max_iter=max_iter, tol=tol)


def test_many_tasks_and_pieces_change_nothing(rng, layout, monkeypatch):
    monkeypatch.setattr("scratchml.cluster.assign.TASK", 1000)  # one task for some forty rows
    monkeypatch.setattr("scratchml.cluster.bounds.PIECE", 64)
    monkeypatch.setattr(points_module, "BLOCK", 16)
    X = make_blobs(500, 3, centers=6, random_state=1)[0]
    for run in (hamerly, elkan):
        check_same_path(X, X[:6], rng.random(500), run)


def test_clusters_far_apart_are_hardly_measured(rng):
    X = make_blobs(2000, 2, centers=8, cluster_std=0.1, random_state=0)[0]
    for run in (hamerly, elkan):
        _, path = check_same_path(X, X[:8], run=run)
        assert measured(path)[0] == 2000 * 8
        assert measured(path)[-1] == 0 or measured(path)[-1] < 0.2 * 2000 * 8


def test_elkan_measures_no_more_than_hamerly_on_clustered_rows(rng):
    X = make_blobs(1000, 10, centers=12, random_state=4)[0]
    least, more = (sum(measured(path_of(run, X, X[:12]))) for run in (elkan, hamerly))
    assert least < more < len(X) * 12 * path_of(lloyd, X, X[:12])[-1].iteration


# ---- edges


def test_sums_are_kept_for_clusters_that_nobody_joined_or_left(rng):
    points = lay_out(rng.normal(size=(50, 2)))
    labels = rng.integers(0, 4, size=50)
    kept = KeptSums(points, 4)
    kept.add(0, labels)
    before = [part.sums.copy() for part in kept.parts]
    kept.parts[0].sums[2] = np.nan  # never looked at again, as long as cluster 2 stays as it is
    after = np.where(np.arange(50) < 5, 0, labels)
    moved = (labels != after) & (labels != 2)
    after = np.where(moved, after, labels)
    kept.note(0, labels, after)
    kept.add(0, after)
    assert np.isnan(kept.total().sums[2]).all()
    assert kept.total().sums[3].tolist() == before[0][3].tolist() or 3 in labels[moved]
    expected = points.rows(slice(None))[after == 0].sum(axis=0)
    np.testing.assert_allclose(kept.total().sums[0], expected, atol=1e-14)  # some twenty numbers below 4


def test_bounds_are_taken_up_when_it_is_calm_and_put_down_when_they_do_not_pay(rng, monkeypatch):
    monkeypatch.setattr("scratchml.cluster.hamerly.ENOUGH", 1)
    monkeypatch.setattr("scratchml.cluster.hamerly.DEAR", 1)
    X = rng.normal(size=(500, 5))
    points = lay_out(X)
    assigner, labels = BoundsWhenCalm(points, 10), np.zeros(500, dtype=np.int32)
    centres = points.rows(slice(0, 10))
    plain = np.empty(500, dtype=np.int32)
    spared = []
    for t, moved in enumerate([500, 400, 1, 1, 1, 1, 1, 1]):
        found, count = assigner(centres, labels, moved)
        expected = assign(points, centres, plain)
        assert labels.tolist() == plain.tolist()
        assert found.sums.tobytes() == expected.sums.tobytes()
        spared.append(count < 5000)
        centres = centres + (5.0 * rng.normal(size=centres.shape) if t == 2 else 0.0)
    # 2: bounds are made; 3: useless, as all centres have jumped; 4: a rest; 5: made again; 6 and 7: useful
    assert spared == [False, False, False, False, False, False, True, True]


@pytest.mark.parametrize("algorithm", ["lloyd", "hamerly", "elkan"])
def test_all_algorithms_give_one_model(rng, algorithm):
    X, weight = make_blobs(400, 3, centers=5, random_state=2)[0], rng.random(400)
    expected = KMeans(6, n_init=3, random_state=1).fit(X, sample_weight=weight)
    found = KMeans(6, n_init=3, random_state=1, algorithm=algorithm).fit(X, sample_weight=weight)
    assert found.cluster_centers_.tobytes() == expected.cluster_centers_.tobytes()
    assert found.labels_.tobytes() == expected.labels_.tobytes()
    assert (found.inertia_, found.n_iter_) == (expected.inertia_, expected.n_iter_)
