"""SVR: by hand, naive twin, outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
import sklearn.svm as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes
from sklearn.metrics.pairwise import pairwise_kernels

import tests.naive.svm.smo as naive
from scratchml.core import ConvergenceWarning, record
from scratchml.svm import SVR
from tests.problems import check_same_bits


def wave(rng, n=50, d=2):
    X = rng.normal(size=(n, d))
    return X, np.sin(X[:, 0]) + 0.2 * rng.normal(size=n)


# ---- by hand


def test_three_points_on_paper():
    # (0, 0), (1, 2), (2, 4), tube 1/2: the flattest line inside goes from (0, 1/2) to (2, 7/2)
    model = SVR(kernel="linear", C=10.0, epsilon=0.5, tol=1e-10).fit([[0.0], [1.0], [2.0]], [0.0, 2.0, 4.0])
    np.testing.assert_allclose(model.coef_, [[1.5]], rtol=1e-9)  # tol
    np.testing.assert_allclose(model.intercept_, [0.5], rtol=1e-9)
    np.testing.assert_allclose(model.dual_coef_, [[-0.75, 0.75]], rtol=1e-9)  # w = 2 * 0.75
    assert model.support_.tolist() == [0, 2]
    assert model.n_support_.tolist() == [2]
    assert model.predict([[4.0]]) == pytest.approx([6.5])


def test_targets_inside_one_tube_need_no_support_vector():
    model = SVR(epsilon=1.0).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 0.5])
    assert model.support_.tolist() == []
    assert model.predict([[7.0]]).tolist() == [0.5]  # midway between what the tubes allow: -0 and 1


# ---- naive twin


@pytest.mark.parametrize(("C", "epsilon"), [(0.1, 0.1), (1.0, 0.0), (10.0, 0.3)])
def test_agrees_with_the_naive_twin(rng, C, epsilon):
    X, y = wave(rng, 20)
    K = pairwise_kernels(X, metric="rbf", gamma=0.5)
    b, intercept = naive.smo(K.tolist(), y.tolist(), [-C] * 20, [C] * 20, epsilon, tol=1e-6)
    model = SVR(C=C, gamma=0.5, epsilon=epsilon, tol=1e-9).fit(X, y)
    np.testing.assert_allclose(model.predict(X), K @ np.array(b) + intercept, atol=2e-5)  # the twin's tol
    found = model.certify(X, y)
    assert found.dual == pytest.approx(naive.objective(K, y, b, epsilon), rel=1e-8)
    assert found.primal == pytest.approx(naive.primal(K, y, C, b, intercept, epsilon), rel=1e-4)  # first order in tol


# ---- outside reference


@pytest.mark.parametrize(
    "how", [{}, {"kernel": "linear", "C": 3.0}, {"kernel": "poly", "coef0": 1.0}, {"epsilon": 0.0}]
)
def test_equals_scikit_learns(rng, how):
    X, y = load_diabetes(return_X_y=True)
    y, weight = (y - y.mean()) / y.std(), rng.random(len(X)) + 0.5
    ours, theirs = (module(tol=1e-6, **how).fit(X, y, weight) for module in (SVR, reference.SVR))
    assert ours.support_.tolist() == theirs.support_.tolist()
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-4)  # libsvm's rows are float32
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-4)
    assert ours.dual_coef_.shape == theirs.dual_coef_.shape
    assert ours.n_support_.tolist() == theirs.n_support_.tolist()
    assert type(ours.n_iter_) is type(theirs.n_iter_) is int
    assert ours.certify(X, y, weight).violation <= 1.01e-6


@pytest.mark.parametrize("how", [{}, {"C": 20.0, "epsilon": 0.0}, {"C": 0.01}])
def test_the_dual_is_no_worse_than_libsvms_at_the_same_tolerance(rng, how):
    X, y = wave(rng, 400)
    K, duals = pairwise_kernels(X, metric="rbf", gamma=0.5), []
    for cls in (SVR, reference.SVR):
        model = cls(gamma=0.5, **how).fit(X, y)
        b = np.zeros(400)
        b[model.support_] = model.dual_coef_[0]
        duals.append(y @ b - model.epsilon * np.abs(b).sum() - 0.5 * b @ K @ b)
    assert duals[0] >= duals[1] - 1e-6 * abs(duals[1])  # the bound


@pytest.mark.parametrize("seed", [29, 36])
def test_the_dual_of_a_hard_linear_problem_is_no_worse_than_libsvms(seed):
    rng = np.random.default_rng(seed)  # moves of pairs alone stop 6e-6 short with the first of these
    X, w, _ = rng.normal(size=(60, 4)), rng.normal(size=4), rng.normal(size=60)
    y = X @ w + rng.normal(size=60)
    K, duals = X @ X.T, []
    for model in (SVR(kernel="precomputed").fit(K, y), reference.SVR(kernel="precomputed").fit(K, y)):
        b = np.zeros(60)
        b[model.support_] = model.dual_coef_[0]
        duals.append(y @ b - 0.1 * np.abs(b).sum() - 0.5 * b @ K @ b)
    assert duals[0] >= duals[1] - 1e-6 * abs(duals[1])  # the bound, at the same tol of 1e-3


def test_the_dual_objective_is_libsvms_where_few_coefficients_are_free():
    # diabetes, C = 0.01: without the climb at the end it was 1.1e-6 of itself below libsvm's
    X, y = load_diabetes(return_X_y=True)
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()
    dual = []
    for model in (SVR(kernel="linear", C=0.01).fit(X, y), reference.SVR(kernel="linear", C=0.01).fit(X, y)):
        b, w = model.dual_coef_[0], model.coef_[0]
        dual.append(y[model.support_] @ b - 0.1 * np.abs(b).sum() - 0.5 * w @ w)
    assert dual[0] >= dual[1] * (1.0 - 1e-6)  # the bar


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.1, 1.0]), st.sampled_from([0.01, 1.0, 100.0]))
def test_the_certificate_holds(seed, epsilon, C):
    rng = np.random.default_rng(seed)
    X, y = wave(rng, int(rng.integers(1, 40)))
    found = SVR(C=C, epsilon=epsilon, tol=1e-4).fit(X, y).certify(X, y)
    assert found.violation <= 1.001e-4
    assert found.balance <= 1e-13 * C * len(X)  # rounding of sums
    assert found.outside == 0.0
    assert -1e-9 * (1 + found.primal) <= found.gap <= 2e-4 * C * len(X) + 1e-9


def test_the_dual_never_falls(rng):
    path = [s.objective for s in record(SVR(C=5.0).steps(*wave(rng)))]
    assert all(b >= a for a, b in pairwise(path))


@pytest.mark.parametrize("n", [60, 900])
def test_steps_and_fit_give_the_same_model_bit_for_bit(rng, n):
    X, y = wave(rng, n)
    model = SVR(C=5.0).fit(X, y)
    *_, last = SVR(C=5.0).steps(X, y)
    check_same_bits(last.b[model.support_], model.dual_coef_[0])
    check_same_bits(last.intercept, float(model.intercept_[0]))


def test_the_order_of_rows_does_not_matter(rng):
    X, y = wave(rng)
    order = rng.permutation(50)
    one, other = SVR(tol=1e-8).fit(X, y), SVR(tol=1e-8).fit(X[order], y[order])
    assert one.certify(X, y).dual == pytest.approx(other.certify(X[order], y[order]).dual, rel=1e-9)
    np.testing.assert_allclose(one.predict(X), other.predict(X), rtol=0, atol=1e-6)  # tol


def test_weights_multiply_C_and_rows_without_weight_do_not_count(rng):
    X, y = wave(rng)
    expected = SVR(C=3.0, gamma=0.5, tol=1e-8).fit(X, y)
    found = SVR(gamma=0.5, tol=1e-8).fit(X, y, np.full(50, 3.0))
    np.testing.assert_allclose(found.predict(X), expected.predict(X), rtol=0, atol=1e-6)  # tol
    part = SVR(gamma=0.5, tol=1e-8).fit(X[10:], y[10:])
    whole = SVR(gamma=0.5, tol=1e-8).fit(X, y, np.r_[np.zeros(10), np.ones(40)])
    np.testing.assert_allclose(whole.predict(X), part.predict(X), rtol=0, atol=1e-6)
    assert (whole.support_ >= 10).all()


def test_a_kernel_matrix_and_a_callable_give_what_the_kernel_gives(rng):
    X, y = wave(rng)
    new = rng.normal(size=(7, 2))
    expected = SVR(gamma=0.3, tol=1e-9).fit(X, y)
    K, K_new = (pairwise_kernels(A, X, metric="rbf", gamma=0.3) for A in (X, new))
    given_ = SVR(kernel="precomputed", tol=1e-9).fit(K, y)
    called = SVR(kernel=lambda A, B: pairwise_kernels(A, B, metric="rbf", gamma=0.3), tol=1e-9).fit(X, y)
    for model, at in ((given_, K_new), (called, new)):
        np.testing.assert_allclose(model.predict(at), expected.predict(new), rtol=0, atol=1e-7)  # tol
        assert model.support_.tolist() == expected.support_.tolist()


def test_shifting_y_shifts_the_intercept_alone(rng):
    X, y = wave(rng)
    one, other = SVR(tol=1e-9).fit(X, y), SVR(tol=1e-9).fit(X, y + 64.0)
    np.testing.assert_allclose(other.predict(X) - 64.0, one.predict(X), atol=1e-7)  # tol


# ---- edges and errors


def test_one_row_and_a_limit_of_iterations(rng):
    assert SVR().fit([[1.0]], [3.0]).predict([[5.0]]).tolist() == [3.0]
    with pytest.warns(ConvergenceWarning, match="max_iter=2"):
        SVR(max_iter=2).fit(*wave(rng))


@pytest.mark.parametrize("C", [1e-6, 1e6])
def test_extreme_C_ends_with_a_certificate(rng, C):
    X, y = wave(rng, 15)  # 50 rows take libsvm and us millions of iterations
    found = SVR(C=C).fit(X, y).certify(X, y)
    assert found.violation <= 1.01e-3
    assert found.gap >= -1e-9 * max(found.primal, 1.0)


def test_equal_rows_with_different_targets_meet_at_their_middle():
    model = SVR(epsilon=0.0, C=10.0).fit([[1.0], [1.0], [1.0]], [0.0, 2.0, 1.0])
    assert model.predict([[1.0]]) == pytest.approx([1.0])  # the median costs least


def test_huge_targets_give_a_finite_model(rng):
    X, y = wave(rng)
    assert np.isfinite(SVR().fit(X, y * 1e150).predict(X)).all()
