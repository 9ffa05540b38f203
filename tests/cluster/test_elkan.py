"""Elkan's bounds: by hand, naive twin. Its laws stand beside Hamerly's, which are the same."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs

import tests.naive.cluster.elkan as naive
from scratchml import trace
from scratchml.cluster import KMeans
from scratchml.cluster.assign import make_ruler
from scratchml.cluster.bounds import error_of, find_products, gaps_between
from scratchml.cluster.elkan import ElkanBounds, elkan, elkan_when_calm, look_around, start_bounds
from scratchml.cluster.kmeans import HURRIED
from scratchml.cluster.lloyd import lloyd
from scratchml.cluster.points import lay_out
from scratchml.core import listen, record
from tests.problems import check_same_bits, learned

# ---- by hand


def line(*places):
    """Return Points at some places on a line, not centred."""
    return lay_out(np.array(places)[:, None], mean=np.zeros(1))


def look(x, a, centres, high, low):
    points, centres = line(x), np.array(centres)[:, None]
    halves, low = gaps_between(centres, None).halves, np.array(low)
    rows = points.X, points.shift, points.norms
    found = look_around(0, a, rows, centres, halves, np.zeros(len(centres)), error_of(1), high, low)
    return found, low


def test_only_centres_that_may_be_nearer_are_measured_on_paper():
    # the point 3 of centre 0 at 0, upper bound 3.5. Centre 20 is ruled out by half its distance (10), centre 8 by its
    # lower bound (4); 5 is not, so 0 is measured (3), then 5 (2), which wins
    (a, high, measured, tie), low = look(3.0, 0, [0.0, 20.0, 8.0, 5.0], 3.5, [0.0, 0.0, 4.0, 1.0])
    assert (a, measured, tie) == (3, 2, False)
    assert high == pytest.approx(2.0, rel=1e-6)  # the blur of a norm of 3: 3e-7
    np.testing.assert_allclose(low, [3.0, 0.0, 4.0, 2.0], rtol=1e-6)


def test_its_own_distance_may_be_all_that_is_measured_on_paper():
    # upper bound 3.5 is worn: the true distance is 3, below the lower bound 3.2 of the only rival
    (a, high, measured, tie), low = look(3.0, 0, [0.0, 6.5], 3.5, [0.0, 3.2])
    assert (a, measured, tie) == (0, 1, False)
    assert high == pytest.approx(3.0, rel=1e-6)
    assert low[1] == 3.2


def test_a_tie_is_left_to_others():
    (a, _, measured, tie), _ = look(3.0, 0, [0.0, 6.0], 3.5, [0.0, 0.0])
    assert (a, measured, tie) == (0, 2, True)


def test_the_first_bounds_are_all_distances():
    points, ruler = line(0.0, 3.0, 4.0), make_ruler(np.array([[0.0], [8.0]]))
    upper, lower, labels, tied = np.empty(3), np.empty((3, 2)), np.empty(3, dtype=np.int32), np.empty(3, dtype=np.int64)
    products = find_products(points, ruler, slice(0, 3))
    count = start_bounds(products, ruler.norms, points.norms, error_of(1), upper, lower, labels, tied)
    assert tied[:count].tolist() == [2]
    assert labels.tolist() == [0, 0, 0]
    np.testing.assert_allclose(lower, [[0.0, 8.0], [3.0, 5.0], [4.0, 4.0]], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(upper, [0.0, 3.0, np.inf], rtol=1e-6, atol=1e-9)


# ---- naive twin


@pytest.mark.parametrize(("d", "k"), [(1, 1), (2, 4), (3, 7), (14, 5)])
def test_agrees_with_the_naive_twin(d, k):
    X = make_blobs(80, d, centers=6, random_state=d)[0]
    labels, centres, inertia, iterations, counts = naive.elkan(X, X[:k])
    path = record(elkan(points := lay_out(X), points.from_user(X[:k]), 300, 0.0))
    assert path[-1].labels.tolist() == labels
    assert path[-1].iteration == iterations
    np.testing.assert_allclose(path[-1].centres, centres, atol=1e-13)  # coordinates below 20
    assert path[-1].inertia == pytest.approx(inertia, rel=1e-12, abs=1e-24)
    assert [s.measured for s in path if s.name == "assign"] == counts


# ---- laws


def test_bounds_enclose_the_distances_after_any_moves(rng):
    X = rng.normal(size=(60, 5))
    points, centres, labels = lay_out(X), rng.normal(size=(6, 5)), np.empty(60, dtype=np.int32)
    bounds = ElkanBounds(points, 6)
    for _ in range(8):
        bounds(centres, labels, 60)
        rows = points.rows(slice(None))
        away = np.sqrt(((rows[:, None] - centres) ** 2).sum(axis=2))
        assert (bounds.lower - bounds.way <= away).all()
        assert (bounds.upper >= away[np.arange(60), labels]).all()
        assert labels.tolist() == away.argmin(axis=1).tolist()
        centres = centres + 0.3 * rng.normal(size=centres.shape)


@pytest.mark.parametrize("d", [3, 14])
def test_bounds_taken_up_and_put_down_at_any_time_change_no_bit(rng, monkeypatch, d):
    """However calm it has to be, and however often bounds begin anew."""
    points = lay_out(rng.normal(size=(400, d)), often=True)
    seeds, began = points.rows(slice(0, 9)), []
    expected = record(lloyd(points, seeds, 300, 0.0))[-1]
    known = ElkanBounds._start
    monkeypatch.setattr(ElkanBounds, "_start", lambda *args: began.append(1) or known(*args))
    for name, value in {"ENOUGH": 1, "DEAR": 1, "CALM": 20, "DOUBTS": 0.01}.items():
        monkeypatch.setattr(f"scratchml.cluster.hamerly.{name}", value)
    found = record(elkan_when_calm(points, seeds, 300, 0.0))[-1]
    check_same_bits(found._asdict(), expected._replace(measured=found.measured)._asdict())
    assert len(began) > 1


def test_a_fit_hurries_unless_somebody_wants_to_see_the_textbooks_way_and_finds_the_same_bits(rng, monkeypatch):
    X, ran = rng.normal(size=(300, 4)), []
    monkeypatch.setitem(HURRIED, "elkan", lambda *args: ran.append(1) or elkan_when_calm(*args))
    unseen = KMeans(5, algorithm="elkan", random_state=0).fit(X)
    with listen(lambda step: None):
        seen = KMeans(5, algorithm="elkan", random_state=0).fit(X)
    assert ran == [1, 1]
    with trace.record(fine=True):
        fine = KMeans(5, algorithm="elkan", random_state=0).fit(X)
    assert ran == [1, 1]
    check_same_bits(learned(unseen), learned(seen))
    check_same_bits(learned(unseen), learned(fine))
