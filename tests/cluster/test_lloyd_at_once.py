"""Lloyd's iterations in one kernel: the same bits as `lloyd`, on every path that leads out of the kernel and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits, load_iris, make_blobs

import scratchml.cluster.kmeans as kmeans_module
import scratchml.cluster.lloyd_at_once as room
from scratchml.cluster import KMeans
from scratchml.cluster.lloyd import lloyd
from scratchml.cluster.lloyd_at_once import can_be_run, pays_for_threads, run_at_once
from scratchml.cluster.points import FEW, MANY, lay_out
from scratchml.core import listen, record
from scratchml.core.jit import plain_python


def check_same_run(X, centres, weight=None, max_iter=300, tol=0.0):
    """Assert that the run ends as Lloyd's does, bit for bit; return its last step."""
    points = lay_out(X, weight, also=centres, often=True, k=len(centres))
    assert can_be_run(points, len(centres))
    seeds = points.from_user(centres)
    before = seeds.copy()
    found, inertia = run_at_once(points, seeds, max_iter, tol, restart=3)
    *_, expected = record(lloyd(points, before, max_iter, tol, restart=3))
    assert seeds.tobytes() == before.tobytes()
    assert found.centres.tobytes() == expected.centres.tobytes()
    assert found.labels.tolist() == expected.labels.tolist()
    assert points.square_to_user(inertia) == found.inertia
    assert found._replace(centres=0, labels=0) == expected._replace(centres=0, labels=0)
    return found


UPRIGHT = [(300, 60, 40), (700, 300, 8), (257, 40, 45), (1797, 64, 50)]


class Visits:
    """Counts how often the run comes back out of its kernel for something."""

    def __init__(self, monkeypatch, name):
        self.count, inner = 0, getattr(room, name)

        def counted(*given):
            self.count += 1
            return inner(*given)

        monkeypatch.setattr(room, name, counted)


# ---- by hand


def test_two_pairs_by_hand():
    """From 0 and 1, the means are 0 and 22/3; 1 changes over: 1/2 and 21/2; nothing moves any more."""
    found = check_same_run(np.array([[0.0], [1.0], [10.0], [11.0]]), np.array([[0.0], [1.0]]))
    assert found.labels.tolist() == [0, 0, 1, 1]
    assert found.centres.tolist() == [[0.5], [10.5]]
    assert (found.iteration, found.inertia, found.moved, found.name) == (3, 1.0, 0, "score")


# ---- as `lloyd`


@pytest.mark.parametrize(
    ("n", "d", "k"), [(40, 1, 2), (300, 3, 7), (521, 5, 8), (1041, 12, 4), (700, 70, 3), (90, 11, 45), *UPRIGHT]
)
@pytest.mark.parametrize("weighted", [False, True])
def test_every_shape_ends_as_lloyd_does(rng, n, d, k, weighted):
    X = make_blobs(n, d, centers=k, cluster_std=4.0, random_state=1)[0]
    check_same_run(X, X[:k], rng.random(n) if weighted else None)


@pytest.mark.parametrize(("max_iter", "tol"), [(1, 0.0), (2, 0.0), (5, 0.0), (300, 0.1), (300, 1e9)])
def test_a_run_cut_short_is_lloyds_too(rng, max_iter, tol):
    X = rng.normal(size=(300, 3))
    assert check_same_run(X, X[:7], max_iter=max_iter, tol=tol).iteration <= max_iter


@pytest.mark.parametrize("max_iter", [1, 2, 300])
def test_ties_are_settled_outside(rng, monkeypatch, max_iter):
    X = rng.integers(0, 3, size=(600, 3)) / 2
    visits, centres = Visits(monkeypatch, "settle_ties"), np.unique(X, axis=0)
    check_same_run(X, centres[rng.choice(len(centres), 8, replace=False)], max_iter=max_iter)
    assert visits.count


def test_lost_clusters_are_refilled_outside(rng, monkeypatch):
    X, visits = rng.normal(size=(200, 2)), Visits(monkeypatch, "refill_empty")
    found = check_same_run(X, np.vstack([X[:3], [[40.0, 40.0], [50.0, 50.0]]]))
    assert visits.count > 0
    assert np.bincount(found.labels).min() > 0


def test_a_cluster_that_nothing_can_refill_stays_empty(monkeypatch):
    visits = Visits(monkeypatch, "refill_empty")
    found = check_same_run(np.array([[1.0], [1.0], [3.0], [3.0]]), np.array([[1.0], [3.0], [9.0]]))
    assert visits.count == found.iteration
    assert sorted(set(found.labels.tolist())) == [0, 1]


@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_real_rows_end_as_lloyd_does(load):
    X = np.ascontiguousarray(load().data)
    for k in (2, 3, 10):
        check_same_run(X, X[:: len(X) // k][:k])


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e100, 1e300])
def test_any_scale_ends_as_lloyd_does(rng, scale):
    X = rng.normal(size=(60, 3)) * scale
    check_same_run(X, X[:4])


@given(st.integers(0, 2**32 - 1))
def test_any_rows_end_as_lloyd_does(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 60)), int(rng.integers(1, 6))
    k = int(rng.integers(1, n + 1))
    X = rng.integers(0, 4, size=(n, d)) * 1.0 if rng.random() < 0.5 else rng.normal(size=(n, d))
    check_same_run(X, X[rng.integers(n, size=k)], rng.integers(0, 3, n) + 0.5 if rng.random() < 0.5 else None)


def test_plain_python_ends_alike(rng):
    X = rng.normal(size=(50, 3))
    points = lay_out(X, k=4)
    expected = run_at_once(points, points.X[:4], 20, 0.0)
    with plain_python():
        found = run_at_once(points, points.X[:4], 20, 0.0)
    assert found[0].labels.tolist() == expected[0].labels.tolist()
    assert found[1] == expected[1]


@pytest.mark.parametrize(("n", "d", "k"), UPRIGHT)
def test_upright_rows_end_as_lloyd_does(rng, monkeypatch, n, d, k):
    X = rng.normal(size=(n, d))
    assert lay_out(X, k=k).wide
    for max_iter in (1, 2, 300):
        check_same_run(X, X[:k], max_iter=max_iter)
    visits = Visits(monkeypatch, "refill_empty")
    check_same_run(X, np.vstack([X[: k - 1], X[:1] + 1e3]))
    assert visits.count > 0
    X = rng.integers(0, 2, size=(n, d)) * 1.0
    check_same_run(X, X[rng.integers(n, size=k)], rng.integers(0, 2, n) * 1.0)


def test_points_without_weight_end_as_lloyd_has_them(rng):
    X, weight = rng.normal(size=(200, 3)), rng.integers(0, 2, size=200) * 1.0
    check_same_run(X, X[:20], weight)


# ---- when


def test_only_few_points_that_lie_plainly_in_one_task_are_run_so(rng):
    few = lay_out(rng.normal(size=(100, 3)), k=4)
    assert KMeans(4, max_iter=10**20, random_state=0).fit(few.X).n_iter_ < 100
    assert can_be_run(few, 4)
    assert not can_be_run(few, 1 << 17)  # bounds are worth looking at
    assert not can_be_run(lay_out(rng.normal(size=(MANY, 3)), k=4), 4)  # sums are kept
    assert can_be_run(lay_out(rng.normal(size=(100, 50)), k=FEW), FEW)  # upright
    assert not can_be_run(lay_out(rng.normal(size=(3500, 60)), k=60), 60)  # two threads share it
    fixed = rng.normal(size=(100, 3))
    fixed -= fixed.mean(axis=0)
    for X in (np.asfortranarray(fixed), fixed[::-1], fixed):
        points = lay_out(X, k=4)
        assert can_be_run(points, 4) == points.X.flags.c_contiguous
    fixed.setflags(write=False)
    assert not can_be_run(lay_out(fixed, k=4), 4)


@pytest.mark.parametrize("n_init", [1, 2, 7])
@pytest.mark.parametrize("threads", ["1", "2", "3"])
def test_a_fit_has_the_same_bits_seen_or_unseen_on_any_number_of_threads(rng, monkeypatch, n_init, threads):
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
    X = rng.normal(size=(1500, 4))
    assert pays_for_threads(lay_out(X, k=9), 9)
    found = [KMeans(9, n_init=n_init, random_state=0).fit(X)]
    with listen(lambda step: None):
        found.append(KMeans(9, n_init=n_init, random_state=0).fit(X))
    a, b = ((m.cluster_centers_.tobytes(), m.labels_.tobytes(), m.inertia_, m.n_iter_) for m in found)
    assert a == b


def test_a_fit_that_somebody_sees_takes_the_textbooks_way(rng, monkeypatch, capsys):
    def never(*given):
        raise AssertionError("not to be called")

    X = rng.normal(size=(100, 3))
    monkeypatch.setattr(kmeans_module, "best_at_once", never)
    with pytest.raises(AssertionError, match="not to be called"):
        KMeans(3, random_state=0).fit(X)
    KMeans(3, random_state=0, verbose=1).fit(X)
    KMeans(3, random_state=0, algorithm="hamerly").fit(X)
    assert len(record(KMeans(3, random_state=0).steps(X))) > 3
    with listen(lambda step: None):
        KMeans(3, random_state=0).fit(X)
