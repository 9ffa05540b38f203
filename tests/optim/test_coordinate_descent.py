"""Coordinate descent: by hand, naive twin (gradients anew), outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls
from sklearn.linear_model import ElasticNet

import tests.naive.optim.coordinate_descent as naive
from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.optim import Penalty, coordinate_descent, minimize
from scratchml.optim.coordinate_descent import sweep
from tests.optim.surfaces import random_bowl

EPS = np.finfo(np.float64).eps

penalties = st.builds(Penalty, st.sampled_from([0.0, 0.3, 2.0]), st.sampled_from([0.0, 0.5]), st.booleans())


# ---- by hand


def test_a_sweep_on_paper():
    # A = [[2, 1], [1, 2]], b = (4, 0), l1 = 1, from 0: w0 = (4 - 1) / 2 = 1.5; gradient of w1 is 1.5, pulled to 0.5
    path = record(coordinate_descent([[2.0, 1.0], [1.0, 2.0]], [4.0, 0.0], penalty=Penalty(l1=1.0), max_iter=1))
    assert path[1].w.tolist() == [1.5, -0.25]
    assert path[1].gradient.tolist() == [-1.25, 1.0]
    assert path[1].gradient_norm == 0.25  # |-1.25 + 1|
    assert path[1].loss == 0.5 * (2 * 2.25 + 2 / 16 - 2 * 0.375) - 6.0 + 1.75
    assert [s.name for s in path] == ["start", "sweep"]


def test_a_diagonal_matrix_needs_one_sweep():
    last = minimize(coordinate_descent(np.diag([2.0, 1.0]), [4.0, 0.5], penalty=Penalty(l1=1.0)))
    assert last.w.tolist() == [1.5, 0.0]
    assert (last.iteration, last.gradient_norm) == (1, 0.0)


# ---- naive twin


@given(seed=st.integers(0, 10**6), d=st.integers(1, 5), penalty=penalties)
def test_sweeps_are_those_with_gradients_worked_out_anew(seed, d, penalty):
    rng = np.random.default_rng(seed)
    _, A, b = random_bowl(rng, d)
    w = rng.normal(size=d)
    start = np.maximum(w, 0) if penalty.positive else w
    path = record(coordinate_descent(A, b, w, penalty=penalty, max_iter=4, tol=0.0))
    for s in path:
        expected = naive.coordinate_descent(A.tolist(), b.tolist(), start, *penalty, s.iteration)
        np.testing.assert_allclose(s.w, expected, rtol=1e-10, atol=1e-12)  # rounding


# ---- outside reference


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_the_end_is_scikit_learns_elastic_net(rng, positive, share):
    X = rng.normal(size=(50, 6))
    y = X @ [2.0, -1.0, 0.5, 0.0, 0.0, 0.0] + rng.normal(size=50)
    theirs = ElasticNet(alpha=0.2, l1_ratio=share, fit_intercept=False, positive=positive, tol=1e-14, max_iter=10**5)
    penalty = Penalty(0.2 * share, 0.2 * (1 - share), positive)
    last = minimize(coordinate_descent(X.T @ X / 50, X.T @ y / 50, penalty=penalty, tol=1e-12))
    assert last.converged
    expected = theirs.fit(X, y).coef_
    assert (last.w == 0).any()
    np.testing.assert_allclose(last.w, expected, atol=1e-7)  # theirs stops by the duality gap, a square
    assert ((last.w == 0) == (expected == 0)).all()


def test_without_a_penalty_it_solves_equations_and_with_positive_weights_it_is_scipys_nnls(rng):
    X, y = rng.normal(size=(30, 5)), rng.normal(size=30)
    A, b = X.T @ X, X.T @ y
    last = minimize(coordinate_descent(A, b, tol=1e-12))
    np.testing.assert_allclose(last.w, np.linalg.solve(A, b), rtol=1e-10)  # condition below 10
    last = minimize(coordinate_descent(A, b, penalty=Penalty(positive=True), tol=1e-12))
    np.testing.assert_allclose(last.w, nnls(X, y)[0], atol=1e-12)  # the same


# ---- laws


@given(seed=st.integers(0, 10**6), d=st.integers(1, 6), penalty=penalties)
def test_sweeps_never_raise_the_loss_and_end_stationary(seed, d, penalty):
    rng = np.random.default_rng(seed)
    _, A, b = random_bowl(rng, d)
    path = record(coordinate_descent(A, b, rng.normal(size=d), penalty=penalty, tol=1e-9))
    last = path[-1]
    assert last.converged
    for before, after in pairwise(path):
        assert after.loss <= before.loss + 16 * EPS * (1 + abs(before.loss))  # rounding
    assert penalty.stationarity(last.w, A @ last.w - b) <= 1e-9
    assert last.loss == pytest.approx(0.5 * last.w @ A @ last.w - b @ last.w + penalty.value(last.w), abs=1e-11)
    assert not penalty.positive or (last.w >= 0).all()


@given(seed=st.integers(0, 10**6), d=st.integers(2, 5), penalty=penalties)
def test_no_other_point_is_lower(seed, d, penalty):
    rng = np.random.default_rng(seed)
    _, A, b = random_bowl(rng, d)
    w = minimize(coordinate_descent(A, b, penalty=penalty, tol=1e-10)).w

    def loss(v):
        return 0.5 * v @ A @ v - b @ v + penalty.value(v)

    for v in w + rng.normal(size=(20, d)) * 10.0 ** rng.uniform(-4, 0, size=(20, 1)):
        assert loss(w) <= loss(v) + 1e-12  # rounding


@given(seed=st.integers(0, 10**6), powers=st.lists(st.integers(-40, 40), min_size=4, max_size=4))
def test_without_a_penalty_sweeps_follow_the_units_of_each_weight(seed, powers):
    rng = np.random.default_rng(seed)
    _, A, b = random_bowl(rng, 4)
    unit = 2.0 ** np.array(powers)
    here = record(coordinate_descent(A, b, max_iter=10, tol=0.0))
    there = record(coordinate_descent(A * unit * unit[:, None], b * unit, max_iter=10, tol=0.0))
    assert [s.name for s in here] == [s.name for s in there]
    for one, other in zip(here, there):
        assert (one.w == other.w * unit).all()  # powers of 2 are exact


@given(seed=st.integers(0, 10**6))
def test_a_stronger_l1_never_has_a_larger_penalty_term(seed):
    _, A, b = random_bowl(np.random.default_rng(seed), 5)
    sizes = [
        np.abs(minimize(coordinate_descent(A, b, penalty=Penalty(l1), tol=1e-10)).w).sum() for l1 in (0, 0.1, 0.5, 1)
    ]
    assert all(b <= a + 1e-9 for a, b in pairwise(sizes))  # tol
    top = np.abs(b).max()
    assert not minimize(coordinate_descent(A, b, penalty=Penalty(top))).w.any()  # nothing is worth its price


def test_compiled_and_plain_give_the_same_bits(rng):
    _, A, b = random_bowl(rng, 6)
    compiled = [np.zeros(6), -b]
    farthest = sweep(A, *compiled, 0.1, 0.2, False)
    plain = [np.zeros(6), -b]
    with plain_python():
        assert sweep(A, *plain, 0.1, 0.2, False) == farthest
    assert all(one.tobytes() == other.tobytes() for one, other in zip(compiled, plain))


# ---- edges and errors


def test_inputs_are_kept_and_may_be_lists_or_of_any_order(rng):
    _, A, b = random_bowl(rng, 3)
    w = rng.normal(size=3)
    before = A.copy(), b.copy(), w.copy()
    expected = minimize(coordinate_descent(A, b, w)).w
    assert (A == before[0]).all()
    assert (b == before[1]).all()
    assert (w == before[2]).all()
    for form in (np.asfortranarray(A), A.tolist(), np.repeat(A, 2, axis=1)[:, ::2]):
        assert minimize(coordinate_descent(form, b.tolist(), w)).w.tobytes() == expected.tobytes()


def test_a_flat_coordinate_becomes_0():
    A = np.diag([2.0, 0.0])
    last = minimize(coordinate_descent(A, [2.0, 0.0], [5.0, 7.0]))
    assert last.w.tolist() == [1.0, 0.0]
    last = minimize(coordinate_descent(A, [2.0, 0.9], [5.0, 7.0], penalty=Penalty(l1=1.0)))
    assert last.w.tolist() == [0.5, 0.0]
    last = minimize(coordinate_descent(A, [2.0, -3.0], penalty=Penalty(positive=True)))
    assert last.w.tolist() == [1.0, 0.0]
    last = minimize(coordinate_descent(A, [2.0, 3.0], penalty=Penalty(l2=1.0)))
    assert last.w == pytest.approx([2 / 3, 3.0], abs=1e-5)  # tol


@pytest.mark.parametrize(("b", "penalty"), [([2.0, 1.0], None), ([2.0, -1.0], None), ([2.0, 1.5], Penalty(l1=1.0))])
def test_a_loss_that_falls_for_ever_along_a_coordinate_is_named_at_once(b, penalty):
    with pytest.raises(ValueError, match="falls for ever along coordinate 1"):
        coordinate_descent(np.diag([2.0, 0.0]), b, penalty=penalty)


def test_a_matrix_that_is_not_positive_semidefinite_is_named():
    with pytest.raises(ValueError, match="not positive semidefinite"):
        coordinate_descent([[1.0, 0.0], [0.0, -1.0]], [1.0, 1.0])
    with pytest.raises(ValueError, match="not positive semidefinite"):
        coordinate_descent([[1.0, 2.0], [2.0, 0.0]], [1.0, 1.0])
    with pytest.raises(ValueError, match="falls for ever, for A is not positive semidefinite"):
        minimize(coordinate_descent([[1.0, 2.0], [2.0, 1.0]], [1.0, 0.0]))


def test_two_equal_columns_share_and_stop():
    A = np.ones((2, 2))
    last = minimize(coordinate_descent(A, [1.0, 1.0], penalty=Penalty(l1=0.25), tol=0.0))
    assert last.w.sum() == 0.75
    assert last.converged


def test_small_weights_beside_large_ones_are_not_given_up():
    # w0 is 1e10 at once; the others change by less than its rounding, 2e-6, long before they are right
    A = np.array([[1e-20, 0.0, 0.0], [0.0, 1.0, 0.9], [0.0, 0.9, 1.0]])
    last = minimize(coordinate_descent(A, [1e-10, 1.0, 2.0], tol=1e-13))
    assert last.converged
    np.testing.assert_allclose(last.w, [1e10, -0.8 / 0.19, 1.1 / 0.19], rtol=1e-11)  # tol times the condition, 19


def test_a_last_sweep_that_hardly_moves_but_arrives_is_no_failure():
    last = minimize(coordinate_descent([[1.0]], [1.0], [1.0 + EPS], tol=EPS / 2))
    assert (last.name, last.converged, last.w[0]) == ("sweep", True, 1.0)


@pytest.mark.parametrize("unit", [1e-300, 1e-150, 1e150, 1e300])
def test_sizes_far_from_1(unit):
    A, b = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([3.0, 1.0])
    last = minimize(coordinate_descent(unit * A, unit * b, penalty=Penalty(l1=0.5 * unit), tol=1e-9 * unit))
    expected = minimize(coordinate_descent(A, b, penalty=Penalty(l1=0.5), tol=1e-9))
    np.testing.assert_allclose(last.w, expected.w, atol=1e-8)  # tol
    with pytest.raises(ValueError, match=r"loss=(inf|nan) at the start"):
        minimize(coordinate_descent(1e300 * A, b, [1e100, 1.0]))


def test_rounding_that_lets_nothing_change_ends_stuck():
    A = np.array([[1.0, 0.3], [0.3, 1.0]]) / 3
    last = minimize(coordinate_descent(A, [0.1, 0.7], tol=0.0))
    assert last.name in ("sweep", "stuck")
    assert last.converged == (last.name == "sweep")
    assert last.gradient_norm <= 4 * EPS
    assert last.iteration < 200


@pytest.mark.parametrize(
    ("how", "kind", "word"),
    [
        ({"A": [[1.0, 0.0]]}, ValueError, r"wanted \(d, d\)"),
        ({"A": np.eye(3)}, ValueError, r"wanted \(d, d\)"),
        ({"w": [1.0]}, ValueError, r"wanted \(d, d\)"),
        ({"A": [[1.0, 0.5], [0.4, 1.0]]}, ValueError, "not symmetric"),
        ({"A": [[1.0, np.nan], [np.nan, 1.0]]}, ValueError, "NaN"),
        ({"b": [np.inf, 1.0]}, ValueError, "Input b contains infinity"),
        ({"b": [[1.0], [1.0]]}, ValueError, "shape"),
        ({"penalty": 0.5}, TypeError, "penalty"),
        ({"penalty": Penalty(l1=-1.0)}, ValueError, "l1"),
        ({"tol": np.nan}, ValueError, "tol"),
        ({"max_iter": "many"}, TypeError, "max_iter"),
    ],
)
def test_wrong_arguments_are_named_at_once(how, kind, word):
    with pytest.raises(kind, match=word):
        coordinate_descent(**{"A": np.eye(2), "b": [1.0, 1.0], **how})


def test_no_iteration_is_allowed():
    assert minimize(coordinate_descent(np.eye(2), [1.0, 1.0], max_iter=0)).name == "start"
