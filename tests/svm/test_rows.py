"""The kernel rows that are kept: by hand, naive twin, laws."""

from collections import OrderedDict

import numpy as np
import pytest

from scratchml.svm import SVC, SVR, kernels, small_pairs, solver, svc
from scratchml.svm.problem import diagonal_of
from scratchml.svm.rows import DROPPED, NEVER, OPEN, RETURNED, Points, empty_cache, fill_slot, note_use
from tests.problems import check_same_bits


def points_of(X):
    """Return the points of rows X (n, d), for the linear kernel, and that kernel."""
    columns = kernels.stand_upright(X)
    nothing, places = np.empty(0), np.empty(0, dtype=np.int64)
    squares = kernels.squares_upright(columns)
    points = Points(places, columns, squares, nothing, nothing, nothing, 0.0)
    return points, kernels.Similarity(kernels.LINEAR, 0.0, 0.0, 0, 1.0)


def ask(similarity, points, cache, i):
    """Return the row of point i, as `smo.iterate` asks for it."""
    slot = cache.slot_of[i] if cache.slot_of[i] >= 0 else fill_slot(similarity, points, cache, i)
    note_use(cache.used, cache.clock, slot)
    return cache.rows[slot]


# ---- by hand


def test_the_row_that_has_waited_longest_is_dropped_and_the_cache_grows_as_rows_return():
    points, similarity = points_of(np.array([[1.0], [2.0], [3.0], [4.0]]))
    cache = empty_cache(np.empty(16), 4, 8)  # room for four rows; at first two
    assert ask(similarity, points, cache, 1).tolist() == [2.0, 4.0, 6.0, 8.0]
    for i in (0, 1, 2):
        ask(similarity, points, cache, i)
    assert cache.slot_of.tolist() == [DROPPED, 0, 1, NEVER]  # 0 had waited longest when 2 came
    ask(similarity, points, cache, 0)  # returns; 1 is dropped
    assert (cache.clock[RETURNED], cache.clock[OPEN]) == (1, 2)
    ask(similarity, points, cache, 1)  # the second to return, of two slots: there is a third from now on
    assert (cache.clock[RETURNED], cache.clock[OPEN]) == (0, 3)
    assert cache.slot_of.tolist() == [0, 2, 1, NEVER]


# ---- naive twin: a dictionary in the order of use


@pytest.mark.parametrize("opened", [2, 5, 12])
def test_the_same_rows_are_kept_as_in_a_dictionary_in_order_of_use(rng, opened):
    n, slots = 30, 12
    X = rng.normal(size=(n, 3))
    points, similarity = points_of(X)
    cache = empty_cache(np.empty(slots * n), n, opened * n)
    kept, gone, size, returned = OrderedDict(), set(), opened, 0
    for i in rng.integers(0, n, size=400):
        row = ask(similarity, points, cache, i)
        np.testing.assert_allclose(row, X @ X[i], rtol=1e-13, atol=1e-14)  # three products
        if i not in kept:
            returned += i in gone
            if returned >= size:
                size, returned = min(size + size // 2, slots), 0
            if len(kept) >= size:
                gone.add(kept.popitem(last=False)[0])
        kept[i] = True
        kept.move_to_end(i)
        assert set(np.flatnonzero(cache.slot_of >= 0)) == set(kept)
    assert size == slots == cache.clock[OPEN]


# ---- laws


def test_the_linear_kernel_without_the_compiled_one_is_the_same_to_the_bit(rng):
    similarity = kernels.Similarity(kernels.LINEAR, 0.0, 0.0, 0, 16.0)
    A, B = rng.normal(size=(5, 3)), rng.normal(size=(7, 3))
    a_squares, b_squares = kernels.squares_of(A), kernels.squares_of(B)
    expected, diagonal = A @ B.T, b_squares[None].copy()
    kernels.rows_to_similarities(similarity, a_squares, b_squares, expected)
    kernels.rows_to_similarities(similarity, np.zeros(1), b_squares, diagonal)
    check_same_bits(expected, kernels.similarities(similarity, A, a_squares, B, b_squares))
    check_same_bits(diagonal[0], diagonal_of(similarity, b_squares))


@pytest.mark.parametrize("shrinking", [False, True])
def test_growing_from_two_rows_does_not_change_a_bit(rng, monkeypatch, shrinking):
    X, y = rng.normal(size=(700, 3)), np.arange(700) % 2
    expected = SVC(C=2.0, shrinking=shrinking).fit(X, y)
    assert expected.n_iter_[0] > 300
    monkeypatch.setattr(solver, "OPENED", 1)
    found = SVC(C=2.0, shrinking=shrinking).fit(X, y)
    check_same_bits(expected.dual_coef_, found.dual_coef_)
    check_same_bits(expected.intercept_, found.intercept_)


@pytest.fixture
def held(monkeypatch):
    """Return the bytes of kernel values that fits keep: "most" at a time, and "shared" by all pairs of classes."""
    held, enter, matrix_of = {"most": 0, "shared": 0}, solver.Arena.enter, svc.matrix_of
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "1")  # each thread has its share of the cache

    def entering(arena, *arguments):
        enter(arena, *arguments)
        made = arena.problem.X.nbytes if arena.given and arena.problem.places is None else 0
        smaller = arena.cache.rows.nbytes if arena.complete and arena.cache.rows is not arena.problem.X else 0
        held["most"] = max(held["most"], held["shared"] + made + smaller + arena.buffer.nbytes)

    first_iterations = small_pairs.first_iterations

    def iterating(*arguments):
        held["most"] = max(held["most"], held["shared"] + arguments[-1].K.nbytes)
        first_iterations(*arguments)

    def sharing(*arguments):
        found = matrix_of(*arguments)
        held["shared"] += found.nbytes if len(found) == N else 0
        return found

    monkeypatch.setattr(solver.Arena, "enter", entering)
    monkeypatch.setattr(svc, "matrix_of", sharing)
    monkeypatch.setattr(small_pairs, "first_iterations", iterating)
    return held


N = 180
MACHINES = {
    "two classes": (SVC(tol=1e-7, C=3.0), 2),
    "three classes": (SVC(tol=1e-7), 3),
    "probability": (SVC(tol=1e-7, probability=True, random_state=0), 2),
    "regression": (SVR(tol=1e-7), 2),
}


@pytest.mark.filterwarnings("ignore:The `probability` parameter")
@pytest.mark.parametrize("megabytes", [0.001, 0.01, 0.3, 0.6])  # the whole matrix takes a quarter of a megabyte
@pytest.mark.parametrize("name", MACHINES)
def test_kernel_values_that_are_kept_stay_within_the_cache_and_answers_stay(rng, name, megabytes, held):
    model, classes = MACHINES[name]
    y = np.arange(N) % classes
    X = rng.normal(size=(N, 3)) + 0.7 * y[:, None]
    ask_of = "predict" if name == "regression" else "decision_function"
    expected = model.set_params(cache_size=200).fit(X, y)
    whole, support, n_iter = getattr(expected, ask_of)(X), expected.support_, expected.n_iter_
    assert held["most"] >= 8 * 120**2  # matrices
    held.update(most=0, shared=0)
    found = model.set_params(cache_size=megabytes).fit(X, y)
    assert 0 < held["most"] <= max(megabytes * 2**20, 2 * 8 * N)  # two rows in any case
    assert found.support_.tolist() == support.tolist()
    assert np.all(np.abs(found.n_iter_ - n_iter) <= 0.2 * n_iter + 5)  # the same path, up to ties
    np.testing.assert_allclose(getattr(found, ask_of)(X), whole, rtol=0, atol=1e-6)  # both within tol of optimal
