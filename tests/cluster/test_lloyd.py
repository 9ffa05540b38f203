"""Lloyd's iteration: by hand, naive twin, outside reference, laws, edges."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.cluster.vq
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.cluster.lloyd as naive
from scratchml.cluster.assign import Sums
from scratchml.cluster.lloyd import count_moved, explained_inertia, lloyd, means_of, refill_empty, show_moved
from scratchml.cluster.points import lay_out
from scratchml.core import record

EPS = np.finfo(np.float64).eps


def path_of(X, centres, weight=None, max_iter=300, tol=0.0):
    """Return copies of all steps from centres in the caller's coordinates; `tol` in the caller's units as well."""
    points = lay_out(X, weight, also=centres)
    return record(lloyd(points, points.from_user(centres), max_iter, tol * 4.0**-points.exponent))


def problem(seed, duplicates=False):
    """Return made-up (X, centres, weight) with every coordinate in eighths, some weights zero."""
    rng = np.random.default_rng(seed)
    n, d, k = int(rng.integers(2, 40)), int(rng.integers(1, 15)), int(rng.integers(1, 6))
    X = rng.integers(-40, 41, size=(n, d)) / 8
    if duplicates:
        X = X[rng.integers(0, 2, size=n)]
    weight = rng.integers(0, 4, size=n).astype(float)
    weight[0] = 1.0
    return X, rng.integers(-40, 41, size=(k, d)) / 8, weight


# ---- by hand


def test_two_iterations_on_paper():
    # points 1 2 3 11 12 13 (mean 7) from the centres 1 and 2: then 1 and 8.2, then 2 and 12, where it stays
    X = np.array([[1.0], [2.0], [3.0], [11.0], [12.0], [13.0]])
    path = path_of(X, np.array([[1.0], [2.0]]))
    assert [(s.name, s.iteration) for s in path] == [
        ("seed", 0),
        *((name, t) for t in (1, 2, 3) for name in ("assign", "update")),
        ("score", 3),
    ]
    assert [s.labels.tolist() for s in path if s.name == "assign"] == [[0, 1, 1, 1, 1, 1], *[[0, 0, 0, 1, 1, 1]] * 2]
    assert [s.moved for s in path if s.name == "assign"] == [6, 2, 0]
    centres = [s.centres.ravel().tolist() for s in path if s.name == "update"]
    np.testing.assert_allclose(centres, [[1.0, 8.2], [2.0, 12.0], [2.0, 12.0]], rtol=4 * EPS)  # 8.2 is no float
    inertia = [s.inertia for s in path if s.name == "assign"]
    first, second = 0 + 0 + 1 + 81 + 100 + 121, 0 + 1 + 4 + 2.8**2 + 3.8**2 + 4.8**2
    np.testing.assert_allclose(inertia, [first, second, 4.0], rtol=1e-13)  # from sums: terms of some hundreds cancel
    assert path[-1].inertia == 4.0
    shifts = [s.shift for s in path if s.name == "update"]
    np.testing.assert_allclose(shifts, [6.2**2, 1 + 3.8**2, 0.0], rtol=1e-14)  # 6.2 is rounded


def test_the_formulas_of_the_docstring_agree(rng):
    X, weight, labels = rng.normal(size=(30, 4)), rng.random(30), rng.integers(0, 3, 30)
    centres = rng.normal(size=(3, 4))
    sums = np.array([(weight[labels == j, None] * X[labels == j]).sum(axis=0) for j in range(3)])
    mass = np.bincount(labels, weight)
    direct = (weight * ((X - centres[labels]) ** 2).sum(axis=1)).sum()
    total = (weight * (X**2).sum(axis=1)).sum()
    found = explained_inertia(total, centres, Sums(sums, mass))
    assert found == pytest.approx(direct, rel=1e-13)  # thirty terms, little cancels
    means = means_of(Sums(sums, mass))
    gradient = [-2 * (weight[labels == j, None] * (X[labels == j] - means[j])).sum(axis=0) for j in range(3)]
    np.testing.assert_allclose(gradient, np.zeros((3, 4)), atol=30 * 4 * EPS)  # thirty additions of numbers below 4


def test_an_empty_cluster_takes_the_farthest_point_on_paper():
    # centred on 4: rows -4, -3, 1, 6; all belong to the centre at 0, the last lies farthest from it
    points = lay_out(np.array([[0.0], [1.0], [5.0], [10.0]]), np.array([1.0, 1.0, 1.0, 2.0]))
    labels, centres = np.zeros(4, dtype=np.int64), np.array([[0.0], [100.0]])
    found = Sums(np.array([[6.0], [0.0]]), np.array([5.0, 0.0]))
    refill_empty(points, centres, labels, found)
    assert found.sums.tolist() == [[-6.0], [12.0]]
    assert found.mass.tolist() == [3.0, 2.0]
    assert means_of(found).tolist() == [[-2.0], [6.0]]


@pytest.mark.parametrize("kind", [np.int8, np.int16])
def test_points_that_moved_are_counted_and_labels_copied_in_one_pass(rng, kind):
    labels, previous = rng.integers(0, 5, size=(2, 1000))
    shown = np.empty(1000, kind)
    expected = (labels != previous).sum()
    assert expected == count_moved(labels, previous)
    assert expected == show_moved(labels, previous, shown)
    assert shown.tolist() == labels.tolist()


def test_nothing_is_refilled_where_all_points_lie_on_their_centres():
    points = lay_out(np.array([[0.0], [2.0]]))
    found = Sums(np.array([[-1.0], [1.0], [0.0]]), np.array([1.0, 1.0, 0.0]))
    refill_empty(points, np.array([[-1.0], [1.0], [1.0]]), np.array([0, 1]), found)
    assert found.mass.tolist() == [1.0, 1.0, 0.0]
    assert means_of(found).tolist() == [[-1.0], [1.0], [-1.0]]  # that of the heaviest, the first of two equals


def test_a_mass_rounded_below_zero_is_no_mass():
    left = 0.6 - 0.3 - 0.3 - 5e-17  # as after taking the points of a cluster away, one by one
    assert left < 0
    means = means_of(Sums(np.array([[4.0], [1e-17]]), np.array([2.0, left])))
    assert means.tolist() == [[2.0], [2.0]]


# ---- naive twin


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_agrees_with_the_naive_twin(seed, lost):
    rng = np.random.default_rng(seed)
    n, d, k = int(rng.integers(6, 60)), int(rng.integers(1, 15)), int(rng.integers(1, 6))
    X, centres, weight = rng.normal(size=(n, d)), rng.normal(size=(k, d)), rng.random(n)
    weight[1:3] = 0.0
    if lost:
        centres = np.vstack([centres, np.full(d, 50.0)])
    labels, means, inertia, iterations, assigned = naive.lloyd(X, centres, weight)
    path = path_of(X, centres, weight)
    found = path[-1]
    assert found.labels.tolist() == labels
    assert found.iteration == iterations
    np.testing.assert_allclose(found.centres, means, atol=1e-13)  # coordinates below 5, off and on the mean
    assert found.inertia == pytest.approx(inertia, rel=1e-12, abs=1e-26)
    total = float((weight * ((X - X.mean(axis=0)) ** 2).sum(axis=1)).sum())
    seen = [s.inertia for s in path if s.name == "assign"]
    np.testing.assert_allclose(seen, assigned, rtol=1e-12, atol=1e-12 * (total + 1))  # from sums: cancels


@pytest.mark.parametrize(("max_iter", "tol"), [(1, 0.0), (2, 0.0), (300, 5.0), (300, 1.0), (300, 1e9)])
def test_stops_where_the_naive_twin_stops(rng, max_iter, tol):
    X = rng.normal(size=(80, 2))
    labels, means, inertia, iterations, _ = naive.lloyd(X, X[:6], None, max_iter, tol)
    found = path_of(X, X[:6], None, max_iter, tol)[-1]
    assert (found.iteration, found.labels.tolist()) == (iterations, labels)
    np.testing.assert_allclose(found.centres, means, atol=1e-14)  # coordinates below 4
    assert found.inertia == pytest.approx(inertia, rel=1e-13)


# ---- outside reference


def test_reaches_the_code_book_of_scipy(rng):
    X = rng.normal(size=(500, 3))
    expected, labels = scipy.cluster.vq.kmeans2(X, X[:7], iter=200, minit="matrix")
    found = path_of(X, X[:7])[-1]
    assert found.labels.tolist() == labels.tolist()
    np.testing.assert_allclose(found.centres, expected, atol=1e-14)  # SciPy does not centre


# ---- laws

seeds = st.integers(0, 10**6)


@given(seeds, st.booleans())
def test_inertia_never_rises_whatever_clusters_are_lost(seed, duplicates):
    X, centres, weight = problem(seed, duplicates)
    path = path_of(X, centres, weight)
    inertia = [s.inertia for s in path if s.name in ("assign", "score")]
    total = float((weight * ((X - X.mean(axis=0)) ** 2).sum(axis=1)).sum())
    scale = max(total, inertia[0])  # what the sums cancel from
    assert all(b <= a + 1e-13 * scale for a, b in pairwise(inertia))


def test_more_centres_than_points_leave_some_clusters_empty():
    path = path_of(np.array([[0.0], [1.0]]), np.array([[0.5], [7.0], [8.0], [9.0]]), np.ones(2))
    assert path[-1].inertia == 0.0
    assert len(set(path[-1].labels.tolist())) == 2


@given(seeds)
def test_the_last_labels_belong_to_the_last_centres_even_when_stopped_early(seed):
    X, centres, weight = problem(seed)
    for max_iter in (1, 2):
        found = path_of(X, centres, weight, max_iter)[-1]
        away = ((X[:, None] - found.centres) ** 2).sum(axis=2)
        own = away[np.arange(len(X)), found.labels]
        assert (own <= away.min(axis=1) + 1e-13 * (1 + away.max())).all()  # a tie may be rounded either way
        assert found.inertia == pytest.approx((weight * own).sum(), rel=1e-12, abs=1e-24)


@given(seeds)
def test_a_run_from_its_own_end_moves_nothing(seed):
    X, centres, weight = problem(seed)
    last = path_of(X, centres, weight)[-1]
    again = path_of(X, last.centres, weight)
    assert again[-1].inertia <= last.inertia * (1 + 1e-12) + 1e-24  # room for rounding only
    assert again[-1].labels.tolist() == last.labels.tolist() or again[-1].inertia < last.inertia


# ---- edges


def test_steps_are_live_views_and_only_a_recorder_copies(rng):
    points = lay_out(rng.normal(size=(50, 2)))
    steps = list(lloyd(points, points.rows(slice(0, 4)), 300, 0.0))
    assert len({id(s.labels) for s in steps}) == 2  # two arrays take turns
    kept = [s.labels.tolist() for s in path_of(points.X, points.X[:4]) if s.name == "assign"]
    assert kept[0] != kept[-1]


def test_the_generator_returns_its_last_step_and_its_inertia(rng):
    points = lay_out(rng.normal(size=(20, 2)) * 1e-170)
    steps, seen = lloyd(points, points.rows(slice(0, 3)), 300, 0.0), []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            last, inertia = end.value
            break
    assert last is seen[-1]
    assert last.inertia == 0.0  # vanishes in the caller's units ...
    assert inertia > 0.01  # ... and not in the loops'
    assert np.ldexp(inertia, 2 * points.exponent) == last.inertia


def test_more_clusters_lost_than_there_are_points_to_spare():
    X = np.array([[0.0], [0.0], [4.0]])
    found = path_of(X, np.array([[1.0], [50.0], [60.0], [70.0]]))[-1]
    assert found.inertia == 0.0
    assert sorted(set(found.centres.ravel().tolist())) == [0.0, 4.0]


def test_a_refill_by_points_without_weight_changes_nothing():
    X, weight = np.array([[0.0], [1.0], [9.0]]), np.array([1.0, 1.0, 0.0])
    found = path_of(X, np.array([[0.0], [100.0]]), weight, max_iter=1)[-1]
    np.testing.assert_allclose(found.centres, [[0.5], [0.5]], rtol=8 * EPS)  # off and on the mean, 10 / 3
