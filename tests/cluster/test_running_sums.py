"""Sums of clusters that follow the points that move: exact, so that past and order leave no trace."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.cluster import KMeans, running_sums
from scratchml.cluster.points import lay_out
from scratchml.cluster.running_sums import RunningSums, add_anew, add_in_parts, carry_moved, cut, grids_for
from scratchml.core.steps import record
from tests.naive.cluster.running_sums import exact_sums

NOWHERE = -1


def drawn(rng, n, d, k):
    """Return points of unequal scale and weight, and labels."""
    X = rng.normal(size=(n, d)) * 10.0 ** rng.integers(-3, 4, size=d)
    return lay_out(X, weight=rng.uniform(0.1, 3.0, size=n)), rng.integers(k, size=n)


def anew(points, labels, k):
    running = RunningSums(points, k)
    found = running.follow(np.full_like(labels, NOWHERE), labels, len(labels))
    assert running.exact
    return found


# ---- by hand


def test_a_value_is_cut_into_multiples_of_three_grids():
    magic = grids_for(1.0, 4)  # e = 1, L = 3: grids 2^-49, 2^-99, 2^-149
    np.testing.assert_array_equal(magic, [1.5 * 2.0**3, 1.5 * 2.0**-47, 1.5 * 2.0**-97])
    assert cut(0.5 + 2.0**-48 + 2.0**-52, *magic) == (0.5 + 2.0**-48, 2.0**-52, 0.0, False)
    assert cut(-(2.0**-149), *magic) == (0.0, 0.0, -(2.0**-149), False)
    assert cut(2.0**-151, *magic) == (0.0, 0.0, 0.0, True)  # too small for the finest grid


def test_a_point_that_moves_leaves_nothing_behind():
    grids = np.vstack([grids_for(1.0, 4), grids_for(1.0, 4)])
    value = 0.5 + 2.0**-48 + 2.0**-52
    rows, sums, mass = (np.array([[value]]), np.zeros(1), np.ones(1)), np.zeros((2, 3, 1)), np.zeros((2, 3))
    assert add_in_parts(rows, np.array([0]), grids, sums, mass) == 0
    carry_moved(rows, np.array([0]), np.array([1]), grids, sums, mass)
    assert sums.reshape(2, 3).tolist() == [[0.0, 0.0, 0.0], [0.5 + 2.0**-48, 2.0**-52, 0.0]]
    assert mass.tolist() == [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]


# ---- naive twin


def test_sums_are_those_of_fractions_rounded_at_the_end(rng):
    points, labels = drawn(rng, 300, 3, 4)
    expected, masses = exact_sums(points.rows(slice(None)), points.weight, labels, 4)
    found = anew(points, labels, 4)
    # two roundings when the parts are put together: one unit in the last place at most
    np.testing.assert_allclose(found.sums, np.array(expected, dtype=float), rtol=2.3e-16, atol=0)
    np.testing.assert_allclose(found.mass, np.array(masses, dtype=float), rtol=2.3e-16, atol=0)


# ---- outside reference


def test_sums_are_those_of_fsum(rng):
    points, labels = drawn(rng, 5000, 2, 3)
    rows = points.rows(slice(None)) * points.weight[:, None]
    expected = [[math.fsum(rows[labels == j, f]) for f in range(2)] for j in range(3)]
    found = anew(points, labels, 3)
    np.testing.assert_allclose(found.sums, expected, rtol=2.3e-16, atol=0)  # a unit in the last place, as above


# ---- laws


@given(st.integers(0, 2**32 - 1))
def test_following_moves_gives_the_bits_of_adding_anew_in_any_order(seed):
    rng = np.random.default_rng(seed)
    n, d, k = int(rng.integers(2, 60)), int(rng.integers(1, 6)), int(rng.integers(1, 5))
    points, labels = drawn(rng, n, d, k)
    running, before = RunningSums(points, k), np.full(n, NOWHERE)
    for share in (1.0, 0.1, 0.4, 0.9, 0.2):
        if before[0] != NOWHERE:
            labels = np.where(rng.random(n) < share, rng.integers(k, size=n), before)
        found = running.follow(before, labels, int(np.count_nonzero(before != labels)))
        before = labels
    order = rng.permutation(n)
    shuffled = points._replace(X=points.X[order], norms=points.norms[order], weight=points.weight[order])
    for expected in (anew(points, labels, k), anew(shuffled, labels[order], k)):
        np.testing.assert_array_equal(found.sums, expected.sums)
        np.testing.assert_array_equal(found.mass, expected.mass)


def test_one_weight_for_all_points_is_as_one_for_each(rng):
    X, before, found = rng.normal(size=(80, 3)), rng.integers(4, size=80), []
    labels = np.where(rng.random(80) < 0.3, rng.integers(4, size=80), before)
    for points in (lay_out(X), lay_out(X)._replace(weight=np.ones(1))):
        running = RunningSums(points, 4)
        running.follow(np.full(80, NOWHERE), before, 80)
        sums = running.follow(before, labels, int(np.count_nonzero(before != labels)))
        found.append((sums.sums.tobytes(), sums.mass.tobytes()))
    assert found[0] == found[1]


def test_all_algorithms_have_the_same_bits_in_every_step(rng, monkeypatch):
    monkeypatch.setattr(running_sums, "MANY", 0)
    X = np.concatenate([rng.normal(size=(80, 4)) + c for c in 4 * rng.normal(size=(6, 4))])
    weight = rng.uniform(0.5, 2.0, size=len(X))
    runs = [
        record(KMeans(8, init=X[::60], n_init=1, tol=0, algorithm=name).steps(X, sample_weight=weight))
        for name in ("lloyd", "hamerly", "elkan")
    ]
    for steps in zip(*runs, strict=True):
        for other in steps[1:]:
            np.testing.assert_array_equal(other.centres, steps[0].centres)
            np.testing.assert_array_equal(other.labels, steps[0].labels)
    assert 0 < runs[0][3].moved < 200  # some moved, and not so many that all were added anew


# ---- edges and errors


def test_where_digits_would_be_lost_points_are_added_anew_each_time(rng):
    X = np.concatenate([rng.normal(size=(20, 2)) * 1e-30, [[1.0, 1.0], [-1.0, -1.0]]])
    points, before, labels = lay_out(X, mean=np.zeros(2)), np.full(22, NOWHERE), rng.integers(3, size=22)
    running = RunningSums(points, 3)
    for moved in (22, 1):
        found, expected = running.follow(before, labels, moved), add_anew(points, labels, 3)
        assert not running.exact
        np.testing.assert_array_equal(found.sums, expected.sums)
        before, labels = labels, np.append((labels[0] + 1) % 3, labels[1:])


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_sums_stay_exact_at_any_scale_and_where_all_is_zero(rng, scale):
    X = rng.normal(size=(50, 3)) * scale
    assert np.isfinite(anew(lay_out(X, weight=np.full(50, 1e-80)), rng.integers(4, size=50), 4).sums).all()
    assert not anew(lay_out(np.zeros((50, 3))), rng.integers(4, size=50), 4).sums.any()


def test_what_the_caller_does_to_the_sums_is_not_remembered(rng):
    points, labels = drawn(rng, 50, 2, 3)
    running = RunningSums(points, 3)
    first = running.follow(np.full(50, NOWHERE), labels, 50)
    expected = first.sums.copy()
    first.sums[:] = 7.0
    np.testing.assert_array_equal(running.follow(labels, labels, 0).sums, expected)
