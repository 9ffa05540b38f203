"""LinearSVC, LinearSVR, Pegasos: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.svm as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes, load_iris

import tests.naive.svm.linear as naive
from scratchml.core import ConvergenceWarning, finish, record
from scratchml.svm import SVC, LinearSVC, LinearSVR, pegasos
from scratchml.svm.dual_coordinate_descent import Rows
from scratchml.svm.finite_newton import SIZE, curvature, finite_newton
from tests.problems import check_same_bits

IRIS = load_iris(return_X_y=True)


def two_classes(rng, n=40, d=3):
    y = np.arange(n) % 2
    return rng.normal(size=(n, d)) + y[:, None], y


# ---- by hand


@pytest.mark.parametrize("dual", [True, False])
def test_two_points_on_paper(dual):
    # x = -1 and 1, no intercept: w^2 / 2 + 2 (1 - w)^2 is least where w = 4 (1 - w), so w = 4/5
    model = LinearSVC(fit_intercept=False, dual=dual, tol=1e-10, random_state=0).fit([[-1.0], [1.0]], [0, 1])
    np.testing.assert_allclose(model.coef_, [[0.8]], rtol=1e-9)  # tol
    assert model.intercept_ == 0.0


def test_the_hinge_on_paper():
    # w^2 / 2 + 2 (1 - w) falls until w = 1, the kink
    model = LinearSVC(loss="hinge", fit_intercept=False, tol=1e-10, random_state=0).fit([[-1.0], [1.0]], [0, 1])
    np.testing.assert_allclose(model.coef_, [[1.0]], rtol=1e-9)


def test_a_line_on_paper():
    # y = 2 x, squared misses, no intercept: w^2 / 2 + (2 - w)^2 is least where w = 2 (2 - w), so w = 4/3
    for dual in (True, False):
        model = LinearSVR(loss="squared_epsilon_insensitive", fit_intercept=False, dual=dual, tol=1e-10, random_state=0)
        np.testing.assert_allclose(model.fit([[1.0]], [2.0]).coef_, [4 / 3], rtol=1e-8)


def test_pegasos_on_paper():
    # lambda 1/4, x = 2, y = 1: eta = 4, w = 8, pulled back to 1 / sqrt(lambda) = 2; then margin 4, eta = 2: w = 1
    steps = record(pegasos([[2.0], [-2.0]], [1, 0], strength=0.25, max_iter=2, random_state=0))
    assert [s.margin for s in steps] == [0.0, 4.0]
    assert [s.w.tolist() for s in steps] == [[2.0], [1.0]]


# ---- naive twin


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_agrees_with_the_naive_twin(rng, loss):
    X, y = two_classes(rng, 16)
    z, squared = 2 * y - 1, loss == "squared_hinge"
    w = naive.dual_coordinate_descent(X.tolist(), z.tolist(), 0.5, squared)
    model = LinearSVC(loss=loss, C=0.5, fit_intercept=False, dual=True, tol=1e-9, max_iter=100_000, random_state=0)
    model.fit(X, y)
    np.testing.assert_allclose(model.coef_[0], w, atol=1e-7)  # both within tol of the only optimum
    assert model.certify(X, y).primal == pytest.approx(naive.objective(X, z, 0.5, squared, w), rel=1e-9)


def test_pegasos_agrees_with_the_naive_twin(rng):
    X, y = two_classes(rng, 20)
    steps = record(pegasos(X, y, strength=0.1, max_iter=50, random_state=3))
    w = naive.pegasos(X.tolist(), (2 * y - 1).tolist(), 0.1, [s.i for s in steps])
    np.testing.assert_allclose(steps[-1].w, w, rtol=1e-12, atol=1e-14)  # another order of roundings


# ---- outside reference

CLASSIFIERS = [
    {"dual": True},
    {"dual": True, "loss": "hinge"},
    {"dual": True, "class_weight": {1: 3.0}},
    {"dual": True, "fit_intercept": False},
    {"dual": True, "intercept_scaling": 10.0, "C": 0.1},
]


@pytest.mark.parametrize("how", CLASSIFIERS)
@pytest.mark.parametrize("classes", [2, 3])
def test_the_same_seed_takes_liblinears_path(rng, how, classes):
    X, y = (IRIS[0][50:], IRIS[1][50:]) if classes == 2 else IRIS
    weight = rng.random(len(X)) + 0.5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # neither converges in 50 sweeps; the path is compared
        ours, theirs = (
            m(max_iter=50, random_state=5, **how).fit(X, y, weight) for m in (LinearSVC, reference.LinearSVC)
        )
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-11)  # 5000 updates, each rounded
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-11)
    assert ours.n_iter_ == theirs.n_iter_
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=1e-10)
    assert (ours.predict(X) == theirs.predict(X)).all()


def test_the_primal_is_as_good_as_liblinears():
    ours, theirs = LinearSVC(dual=False).fit(*IRIS), reference.LinearSVC(dual=False, tol=1e-8).fit(*IRIS)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=5e-3)  # our default tol
    assert ours.certify(*IRIS).gap <= 1e-3
    exact = LinearSVC(dual=False, tol=1e-10).fit(*IRIS)
    np.testing.assert_allclose(exact.coef_, theirs.coef_, atol=1e-6)  # theirs
    assert abs(exact.certify(*IRIS).gap) <= 1e-10


@pytest.mark.parametrize(
    "how", [{}, {"epsilon": 20.0, "C": 10.0}, {"loss": "squared_epsilon_insensitive", "dual": True}]
)
def test_regression_takes_liblinears_path(how):
    X, y = load_diabetes(return_X_y=True)
    ours, theirs = (m(random_state=0, **how).fit(X, y) for m in (LinearSVR, reference.LinearSVR))
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-10)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-10)
    assert ours.n_iter_ == theirs.n_iter_


def test_regression_in_the_primal_reaches_the_same_optimum():
    X, y = load_diabetes(return_X_y=True)
    how = {"loss": "squared_epsilon_insensitive", "epsilon": 10.0, "tol": 1e-9}
    one = LinearSVR(dual=False, **how).fit(X, y)
    other = LinearSVR(dual=True, max_iter=100_000, random_state=0, **how).fit(X, y)
    np.testing.assert_allclose(one.coef_, other.coef_, rtol=1e-5)  # tol of a sum of slopes near 1e5
    assert one.certify(X, y).primal <= other.certify(X, y).primal * (1 + 1e-12)


# ---- laws


@given(st.integers(0, 10**6), st.booleans(), st.sampled_from(["hinge", "squared_hinge"]))
@settings(max_examples=20)
def test_the_gap_is_small_and_never_negative(seed, many, loss):
    rng = np.random.default_rng(seed)
    X, y = two_classes(rng, 30)
    y = rng.integers(3, size=30) if many else y
    model = LinearSVC(loss=loss, tol=1e-8, max_iter=100_000, random_state=0).fit(X, y)
    found = model.certify(X, y)
    assert found.gap >= -1e-9
    if loss == "squared_hinge":
        assert found.gap <= 1e-5 * found.primal  # first order in tol; the hinge's suggested dual is only a bound


def test_pegasos_comes_near_the_optimum(rng):
    X, y = two_classes(rng, 60)
    w = finish(pegasos(X, y, strength=0.1, max_iter=20_000, random_state=0)).w
    best = LinearSVC(loss="hinge", C=1 / (0.1 * 60), fit_intercept=False, tol=1e-8, max_iter=10**5, random_state=0).fit(
        X, y
    )
    z = 2 * y - 1
    ours, least = (0.05 * v @ v + np.maximum(1 - z * (X @ v), 0).mean() for v in (w, best.coef_[0]))
    assert least <= ours <= least * 1.01  # about 1 / (lambda t)


def test_without_intercept_it_is_svc_of_a_linear_kernel_on_mirrored_data(rng):
    X, y = two_classes(rng, 30)
    X, y = np.vstack([X, -X]), np.r_[y, 1 - y]  # so that the best intercept is 0
    kernel = SVC(kernel="linear", tol=1e-9).fit(X, y)
    linear = LinearSVC(loss="hinge", fit_intercept=False, tol=1e-9, max_iter=10**6, random_state=0).fit(X, y)
    np.testing.assert_allclose(linear.coef_, kernel.coef_, atol=1e-5)  # tol


@pytest.mark.parametrize("costs", [(1.0, 1.0), (1.0, 3.0)])
def test_a_curvature_known_from_another_class_changes_no_bit(rng, costs):
    X, y = two_classes(rng)
    begun = []
    for number, C in enumerate(costs):
        p = Rows(X, np.where(y == number, 1.0, -1.0), np.full(len(y), C), True, 0.0, True)
        together, alone = finish(finite_newton(p, 1e-6, 50, 0, begun)), finish(finite_newton(p, 1e-6, 50))
        np.testing.assert_array_equal(together.w, alone.w)
        assert begun[0].C[0] == C  # other costs begin anew


@pytest.mark.parametrize("n", [50, SIZE + 3])  # of one piece, of two
@pytest.mark.parametrize("share", [0.0, 0.1, 0.7])  # of the rows change sides: none, few, more than `FEW_CHANGES`
@pytest.mark.parametrize("classes", [True, False])
def test_a_curvature_brought_up_to_date_is_the_one_added_up(rng, n, share, classes):
    p = Rows(rng.normal(size=(n, 4)), np.where(rng.random(n) < 0.5, 1.0, -1.0), rng.random(n), True, 0.1, classes)
    before = np.where(rng.random(n) < 0.5, 1.0, 0.0)
    after = np.where(rng.random(n) < share, 1.0 - before, before)
    found, expected = curvature(p, after, curvature(p, before)), curvature(p, after)
    np.testing.assert_allclose(found.H, expected.H, rtol=1e-12, atol=1e-12 * expected.H.max())  # n roundings
    np.testing.assert_array_equal(found.amiss, after != 0.0)
    assert (found.taken > 0.0) == (share == 0.1)
    plain = np.eye(4) + sum(2.0 * p.C[i] * np.outer(p.X[i], p.X[i]) for i in np.flatnonzero(after))
    np.testing.assert_allclose(expected.H, plain, rtol=1e-12, atol=1e-12 * plain.max())


def test_a_curvature_is_added_up_anew_where_what_was_taken_is_a_thousand_times_what_is_left(rng):
    X = rng.normal(size=(30, 3))
    X[0] *= 1e4
    p = Rows(X, np.ones(30), np.ones(30), True, 0.0, True)
    over = np.ones(30)
    whole, over[0] = curvature(p, over), 0.0
    assert curvature(p, over, whole).taken == 0.0


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_slopes_end_below_the_goal_whatever_the_rows_lengths(rng, scale):
    X = rng.normal(size=(400, 6)) * np.where(rng.random((400, 1)) < 0.05, scale, 1.0)
    p = Rows(X, np.where(X[:, 0] + rng.normal(size=400) > 0, 1.0, -1.0), np.ones(400), True, 0.0, True)
    last = finish(finite_newton(p, 1e-7, 200))
    assert last.converged
    slope = last.w - 2.0 * (np.maximum(1.0 - p.z * (X @ last.w), 0.0) * p.z) @ X
    # stopped by the goal, or where rounding of the sum over 400 rows lets F fall no further
    assert np.linalg.norm(slope) <= max(last.goal, 1e-7 * np.abs(X).max() ** 2)


# ---- edges and errors


def test_what_is_not_supported_says_so(rng):
    X, y = two_classes(rng, 10)
    for how in ({"penalty": "l1"}, {"multi_class": "crammer_singer"}, {"loss": "hinge", "dual": False}):
        with pytest.raises(ValueError, match=r"not supported|Unsupported"):
            LinearSVC(**how).fit(X, y)
    with pytest.raises(ValueError, match="2 classes"):
        LinearSVC().fit(X, np.ones(10))
    with pytest.raises(ValueError, match="exactly two"):
        pegasos(X, np.arange(10))
    with pytest.raises(ValueError, match="strength"):
        pegasos(X, y, strength=0.0)


def test_too_few_sweeps_give_a_warning(rng):
    X, y = two_classes(rng)
    with pytest.warns(ConvergenceWarning, match="failed to converge"):
        LinearSVC(loss="hinge", max_iter=1, random_state=0).fit(X, y)


def test_fit_goes_the_way_that_steps_shows(rng):
    X, y = rng.normal(size=(60, 3)), np.arange(60) % 3  # a fit goes through many sweeps in one call
    X[:, 0] += y
    model = LinearSVC(loss="hinge", max_iter=5000, random_state=1).fit(X, y)
    steps = record(LinearSVC(loss="hinge", max_iter=5000, random_state=1).steps(X, y))
    ends = [[s for s in steps if s.problem == j][-1] for j in range(3)]
    check_same_bits(np.stack([s.w[:3] for s in ends]), model.coef_)
    assert max(s.iteration for s in ends) == model.n_iter_
    target = X[:, 0] + rng.normal(size=60)
    line = LinearSVR(random_state=1, max_iter=5000).fit(X, target)
    *_, last = LinearSVR(random_state=1, max_iter=5000).steps(X, target)
    check_same_bits(last.w[:3], line.coef_)
    assert last.iteration == line.n_iter_


def test_steps_tell_of_sweeps_and_newton(rng):
    X, y = two_classes(rng)
    newton = record(LinearSVC().steps(X, y))
    assert {s.name for s in newton} == {"newton"}
    assert newton[-1].converged
    sweeps = record(LinearSVC(dual=True, max_iter=10_000, random_state=0).steps(X, y))
    assert {s.name for s in sweeps} <= {"sweep", "widen"}
    np.testing.assert_allclose(sweeps[-1].w, newton[-1].w, atol=1e-3)  # tol
    np.testing.assert_allclose(np.c_[X, np.ones(40)].T @ record_b(sweeps[-1], y), sweeps[-1].w, atol=1e-12)


def record_b(step, y):
    """Return a step's coefficients in the caller's order of rows (the problem has them class by class)."""
    b = np.empty(len(y))
    b[np.argsort(y, kind="stable")] = step.b
    return b


@pytest.mark.filterwarnings("ignore")  # it does not come to an end
@pytest.mark.parametrize("size", [1e-150, 1e-154, 1e-155, 1e-160])
def test_rows_whose_squares_vanish_are_fitted_as_by_the_reference(rng, size):
    X, y = size * rng.normal(size=(20, 3)), rng.normal(size=20)
    how = {"epsilon": 0.0, "fit_intercept": False, "random_state": 0, "max_iter": 50}
    with np.errstate(all="raise"):
        ours = LinearSVR(**how).fit(X, y)
    theirs = reference.LinearSVR(**how).fit(X, y)
    np.testing.assert_allclose(ours.coef_ / size, theirs.coef_ / size, rtol=1e-9)  # rounding
