"""SVC: by hand, naive twin, outside reference, laws, edges and errors."""

import tracemalloc
import warnings
from itertools import pairwise

import numpy as np
import pytest
import sklearn.svm as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.metrics.pairwise import pairwise_kernels
from sklearn.model_selection import GridSearchCV

import tests.naive.svm.smo as naive
from scratchml.core import ConvergenceWarning, NotFittedError, listen, record
from scratchml.svm import SVC
from tests.problems import check_same_bits

IRIS = load_iris(return_X_y=True)
EPS = np.finfo(np.float64).eps


def two_classes(rng, n=40, d=3, gap=1.0):
    y = np.arange(n) % 2
    return rng.normal(size=(n, d)) + gap * y[:, None], y


def dual_of(model, X, y):
    """Return a fitted two-class machine's dual objective with scikit-learn's rbf kernel."""
    K = pairwise_kernels(X, metric="rbf", gamma=1 / (X.shape[1] * X.var()))
    b = np.zeros(len(y))
    b[model.support_] = model.dual_coef_[0]
    return np.abs(b).sum() - 0.5 * b @ K @ b


# ---- by hand


def test_four_points_on_paper():
    # 0, 1 | 3, 4: the street runs from 1 to 3, so w = 1, intercept = -2; alpha = 1/2 for both kerbs: w = 3/2 - 1/2
    model = SVC(kernel="linear", C=10.0, tol=1e-10).fit([[0.0], [1.0], [3.0], [4.0]], [0, 0, 1, 1])
    np.testing.assert_allclose(model.coef_, [[1.0]], rtol=1e-9)  # tol
    np.testing.assert_allclose(model.intercept_, [-2.0], rtol=1e-9)
    np.testing.assert_allclose(model.dual_coef_, [[-0.5, 0.5]], rtol=1e-9)
    assert model.support_.tolist() == [1, 2]
    assert model.decision_function([[5.0]]) == pytest.approx(3.0)
    certificate = model.certify([[0.0], [1.0], [3.0], [4.0]], [0, 0, 1, 1])
    assert certificate.primal == pytest.approx(0.5)  # w^2 / 2
    assert certificate.dual == pytest.approx(0.5)


def test_the_first_step_on_paper():
    # the last point of each class is chosen: rise - fall = 1 - (-1) = 2; curvature 16 + 1 - 8 = 9; t = 2/9
    X, y = [[0.0], [1.0], [3.0], [4.0]], [0, 0, 1, 1]
    start, first, *_ = record(SVC(kernel="linear", C=10.0).steps(X, y))
    assert (start.name, start.iteration, start.active) == ("start", 0, 4)
    assert (first.name, first.i, first.violation, first.side) == ("move", 1, 2.0, "none")
    # of 3 and 4, curvatures 4 and 9, the first promises more: 2^2 / 4
    assert first.j == 2
    assert first.before.tolist() == [0.0, 0.0]
    assert first.after.tolist() == [0.5, -0.5]
    assert first.objective == 0.5 * 2.0 - 0.5**2 * 4.0 / 2


def test_a_step_clipped_at_a_border_says_whose():
    steps = record(SVC(kernel="linear", C=0.1).steps([[0.0], [1.0], [3.0], [4.0]], [0, 0, 1, 1]))
    assert (steps[1].side, steps[1].after.tolist()) == ("j", [0.1, -0.1])  # both are; j is looked at last
    assert steps[-1].name == "end"


def test_votes_and_confidences_of_the_docstring():
    X, y = IRIS
    ovo = SVC(decision_function_shape="ovo").fit(X, y).decision_function(X[50:53])
    ovr = SVC().fit(X, y).decision_function(X[50:53])
    count = np.stack([(ovo[:, :2] > 0).sum(1), (ovo[:, 0] <= 0) * 1.0 + (ovo[:, 2] > 0), (ovo[:, 1:] <= 0).sum(1)], 1)
    total = np.stack([ovo[:, 0] + ovo[:, 1], ovo[:, 2] - ovo[:, 0], -ovo[:, 1] - ovo[:, 2]], axis=1)
    np.testing.assert_allclose(ovr, count + total / (3 * (np.abs(total) + 1)), rtol=1e-14)


# ---- naive twin


@pytest.mark.parametrize("C", [0.1, 1.0, 100.0])
def test_agrees_with_the_naive_twin(rng, C):
    X, y = two_classes(rng, 24)
    K = pairwise_kernels(X, metric="rbf", gamma=0.5)
    z = np.where(y == 1, 1.0, -1.0)
    b, intercept = naive.smo(
        K.tolist(), z.tolist(), np.minimum(z * C, 0).tolist(), np.maximum(z * C, 0).tolist(), tol=1e-7
    )
    model = SVC(C=C, gamma=0.5, tol=1e-9).fit(X, y)
    f = K @ np.array(b) + intercept
    np.testing.assert_allclose(model.decision_function(X), f, atol=1e-6)  # the twin's tol, times a few
    found = model.certify(X, y)
    assert found.dual == pytest.approx(naive.objective(K, z, b), rel=1e-9)
    assert found.primal == pytest.approx(naive.primal(K, z, C, b, intercept), rel=1e-5)  # first order in tol


# ---- outside reference

SETTINGS = {
    "rbf": {},
    "linear": {"kernel": "linear"},
    "poly": {"kernel": "poly"},
    "poly with coef0": {"kernel": "poly", "degree": 2, "coef0": 1.0},
    "sigmoid": {"kernel": "sigmoid", "coef0": 0.1},
    "auto": {"gamma": "auto", "C": 10.0},
    "balanced": {"class_weight": "balanced", "gamma": 0.3},
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("data", ["iris", "cancer", "digits"])
def test_equals_scikit_learns(rng, name, data):
    X, y = {"iris": IRIS, "cancer": load_breast_cancer(return_X_y=True), "digits": load_digits(return_X_y=True)}[data]
    if data == "digits":
        X, y = X[:400] / 16.0, y[:400]
    elif data == "cancer":
        X = (X - X.mean(axis=0)) / X.std(axis=0)
    weight = rng.random(len(X)) + 0.5
    ours = SVC(tol=1e-6, **SETTINGS[name]).fit(X, y, weight)
    theirs = reference.SVC(tol=1e-6, **SETTINGS[name]).fit(X, y, weight)
    if SETTINGS[name].get("kernel") != "sigmoid":  # no inner product: several optima
        assert ours.support_.tolist() == theirs.support_.tolist()
        assert ours.n_support_.tolist() == theirs.n_support_.tolist()
        np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=2e-4)  # libsvm's rows are float32
        np.testing.assert_allclose(ours.support_vectors_, theirs.support_vectors_)
        ovo = [m.set_params(decision_function_shape="ovo").decision_function(X) for m in (ours, theirs)]
        np.testing.assert_allclose(*ovo, atol=2e-4)  # the same
        if name == "linear":
            np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
    assert (ours.predict(X) == theirs.predict(X)).mean() > 0.99
    assert ours.dual_coef_.shape == theirs.dual_coef_.shape or name == "sigmoid"
    assert ours.certify(X, y, weight).violation <= 1.01e-6  # rounding of a fresh look
    assert ours.class_weight_.tolist() == theirs.class_weight_.tolist()
    assert ours.shape_fit_ == theirs.shape_fit_
    assert ours.n_iter_.dtype == theirs.n_iter_.dtype
    assert ours.support_.dtype == theirs.support_.dtype


@pytest.mark.parametrize("how", [{"metric": "poly", "coef0": 1.0}, {"metric": "rbf"}])
@pytest.mark.parametrize("data", ["iris", "cancer"])
def test_the_decision_function_meets_libsvms_as_both_tolerances_shrink(how, data):
    # C = 30: at tol = 1e-3 they are up to 0.02 apart, each within its own tolerance of the optimum
    X, y = IRIS if data == "iris" else load_breast_cancer(return_X_y=True)
    K = pairwise_kernels((X - X.mean(axis=0)) / X.std(axis=0), gamma=0.1, **how)
    K = K.astype(np.float32).astype(np.float64)  # libsvm keeps its rows in float32: so both are given the same problem
    how = {"kernel": "precomputed", "C": 30.0, "tol": 1e-8, "decision_function_shape": "ovo"}
    ours, theirs = SVC(**how), reference.SVC(**how)
    expected, found = theirs.fit(K, y).decision_function(K), ours.fit(K, y).decision_function(K)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)  # tol times the condition of the free points
    assert ours.support_.tolist() == theirs.support_.tolist()


@pytest.mark.parametrize("n", [300, 1500])
def test_the_dual_is_no_worse_than_libsvms_at_the_same_tolerance(rng, n):
    X, y = two_classes(rng, n, 5, 0.7)
    ours, theirs = SVC().fit(X, y), reference.SVC().fit(X, y)
    expected, found = dual_of(theirs, X, y), dual_of(ours, X, y)
    assert found >= expected - 1e-6 * abs(expected)  # the bound; float32 rows leave libsvm 1e-8 off
    assert abs(len(ours.support_) - len(theirs.support_)) <= 2


@pytest.mark.parametrize("kernel", ["linear", "poly", "rbf"])
@pytest.mark.parametrize("C", [0.01, 1.0, 10.0])
def test_the_dual_of_every_pair_of_classes_is_no_worse_than_libsvms(rng, kernel, C):
    X, y = rng.normal(size=(120, 4)), np.arange(120) % 3
    X[:, 0] += y
    K = (
        pairwise_kernels(X, metric=kernel, gamma=0.3, **({"coef0": 0.0, "degree": 3} if kernel == "poly" else {}))
        if (kernel != "linear")
        else X @ X.T
    )
    duals = []
    for cls in (SVC, reference.SVC):
        model = cls(kernel="precomputed", C=C).fit(K, y)
        begin, total = np.r_[0, np.cumsum(model.n_support_)], []
        for i, j in ((0, 1), (0, 2), (1, 2)):
            mine, other = slice(begin[i], begin[i + 1]), slice(begin[j], begin[j + 1])
            b = np.r_[model.dual_coef_[j - 1, mine], model.dual_coef_[i, other]]
            at = np.r_[model.support_[mine], model.support_[other]]
            total.append(np.abs(b).sum() - 0.5 * b @ K[np.ix_(at, at)] @ b)
        duals.append(np.array(total))
    assert (duals[0] >= duals[1] - 1e-6 * np.abs(duals[1])).all()  # the bound, at the same tol of 1e-3


def test_ties_are_broken_as_by_scikit_learn(rng):
    X, y = rng.normal(size=(60, 2)), rng.integers(4, size=60)
    for how in ({}, {"break_ties": True}):
        ours, theirs = SVC(**how).fit(X, y), reference.SVC(**how).fit(X, y)
        grid = 3 * rng.normal(size=(500, 2))
        assert (ours.predict(grid) == theirs.predict(grid)).mean() > 0.99
        np.testing.assert_allclose(ours.decision_function(grid), theirs.decision_function(grid), atol=1.01, rtol=0)
        assert np.median(np.abs(ours.decision_function(grid) - theirs.decision_function(grid))) < 1e-3  # tol


def test_works_inside_scikit_learns_grid_search():
    search = GridSearchCV(SVC(), {"C": [1e-3, 1.0]}, cv=3).fit(*IRIS)
    assert search.best_params_ == {"C": 1.0}


# ---- laws

seeds = st.integers(0, 10**6)


@given(seeds, st.sampled_from(["linear", "rbf", "poly"]), st.sampled_from([0.01, 1.0, 1000.0]))
def test_the_certificate_holds(seed, kernel, C):
    rng = np.random.default_rng(seed)
    X, y = two_classes(rng, int(rng.integers(4, 40)), 2)
    found = SVC(kernel=kernel, C=C, tol=1e-4).fit(X, y).certify(X, y)
    assert found.violation <= 1.001e-4
    assert found.balance <= 1e-13 * C * len(X)  # rounding of sums
    assert found.outside == 0.0
    assert -1e-9 * found.primal <= found.gap <= 1e-4 * C * len(X) + 1e-9 * found.primal


@given(seeds)
@settings(max_examples=15)
def test_the_dual_never_falls_and_every_move_keeps_sum_and_box(seed):
    rng = np.random.default_rng(seed)
    X, y = two_classes(rng, 30, 2, 0.5)
    steps = record(SVC(C=2.0).steps(X, y))
    path = [s.objective for s in steps]
    assert all(b >= a for a, b in pairwise(path))
    for s in steps:
        assert abs(s.b.sum()) <= 1e-13
        assert (np.abs(s.b) <= 2.0).all()


@given(seeds)
@settings(max_examples=15)
def test_the_order_of_rows_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    X, y = two_classes(rng, 50, 2)
    order = rng.permutation(50)
    one, other = SVC(tol=1e-8).fit(X, y), SVC(tol=1e-8).fit(X[order], y[order])
    assert one.certify(X, y).dual == pytest.approx(other.certify(X[order], y[order]).dual, rel=1e-9)
    np.testing.assert_allclose(one.decision_function(X), other.decision_function(X), atol=1e-6)  # tol


@pytest.mark.parametrize("n", [60, 700])
def test_steps_and_fit_give_the_same_model_bit_for_bit(rng, n):
    X, y = two_classes(rng, n, 3, 0.6)  # 700 rows: kernel rows on demand, and points that rest
    model = SVC(C=5.0, cache_size=0.5).fit(X, y)
    *_, last = (s for s in SVC(C=5.0, cache_size=0.5).steps(X, y))
    by_class = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)]
    b = np.zeros(n)
    b[by_class] = last.b
    check_same_bits(-b[model.support_], model.dual_coef_[0])
    check_same_bits(-last.intercept, float(model.intercept_[0]))
    assert last.iteration == model.n_iter_[0]
    assert last.violation <= 1e-3


def test_steps_and_fit_agree_over_several_periods_with_points_at_rest(rng):
    X = rng.normal(size=(200, 10))
    y = (X @ rng.normal(size=10) + 2 * rng.normal(size=200) > 0).astype(int)
    model = SVC(kernel="linear", C=30.0).fit(X, y)
    steps = record(SVC(kernel="linear", C=30.0).steps(X, y))
    assert model.n_iter_[0] > 2 * 400  # a period is 2 n iterations
    assert {"rest", "climb", "revive"} <= {s.name for s in steps}
    assert all(b.objective >= a.objective for a, b in pairwise(steps))
    by_class, b = np.argsort(y, kind="stable"), np.zeros(200)
    b[by_class] = steps[-1].b
    check_same_bits(-b[model.support_], model.dual_coef_[0])
    check_same_bits(-steps[-1].intercept, float(model.intercept_[0]))


def test_steps_and_fit_agree_for_each_pair_of_three_classes(rng):
    X, y = rng.normal(size=(90, 3)), np.arange(90) % 3
    model = SVC().fit(X, y)
    ends = [s for s in record(SVC().steps(X, y)) if s.name == "end"]
    check_same_bits(np.array([s.intercept for s in ends]), model.intercept_)
    assert [s.iteration for s in ends] == model.n_iter_.tolist()


@pytest.mark.parametrize(("classes", "megabytes"), [(2, 4), (3, 8)])
def test_memory_stays_within_the_cache_and_a_few_blocks(rng, classes, megabytes):
    n = 2500  # a whole kernel matrix would be 48 MB
    y = np.arange(n) % classes
    X = rng.normal(size=(n, 4)) + 0.5 * y[:, None]
    model = SVC(cache_size=megabytes)
    tracemalloc.start()
    model.fit(X, y)
    fitting = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    model.predict(X)
    predicting = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert fitting <= (0.9 * megabytes + 2.7) * 2**20  # rows; blocks of products, copies of X and of b
    assert predicting <= 3 * 2**20  # a block for each thread


def test_memory_of_many_classes_is_what_the_docstring_says(monkeypatch):
    (X, y), k, megabytes = load_digits(return_X_y=True), 10, 0.2
    X = np.ascontiguousarray(X)  # not copied, then
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "1")
    model = SVC(cache_size=megabytes).fit(X, y)
    tracemalloc.start()
    model.fit(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (n, d), s = X.shape, len(model.support_)
    kept, solving = 8 * s * (d + k - 1), 8 * 2 * n * d // k + megabytes * 2**20
    expected = 8 * n * (k + 4) + max(kept, solving)
    assert 0.9 * expected <= peak <= 1.1 * expected  # lists, and what is made in passing
    assert model.support_vectors_.nbytes + model.dual_coef_.nbytes == kept


def test_a_kernel_matrix_and_a_callable_give_what_the_kernel_gives(rng):
    X, y = two_classes(rng, 50)
    new = rng.normal(size=(7, 3))
    expected = SVC(gamma=0.3, tol=1e-9).fit(X, y)
    K, K_new = (pairwise_kernels(A, X, metric="rbf", gamma=0.3) for A in (X, new))
    given_ = SVC(kernel="precomputed", tol=1e-9).fit(K, y)
    called = SVC(kernel=lambda A, B: pairwise_kernels(A, B, metric="rbf", gamma=0.3), tol=1e-9).fit(X, y)
    for model, at in ((given_, K_new), (called, new)):
        np.testing.assert_allclose(model.decision_function(at), expected.decision_function(new), atol=1e-7)  # tol
        assert model.support_.tolist() == expected.support_.tolist()
        assert model.support_vectors_.shape == (0, 0)


def test_weights_multiply_C_and_rows_without_weight_do_not_count(rng):
    X, y = two_classes(rng, 40)
    expected = SVC(C=3.0, tol=1e-8).fit(X, y)
    np.testing.assert_allclose(
        SVC(tol=1e-8).fit(X, y, np.full(40, 3.0)).decision_function(X), expected.decision_function(X), atol=1e-6
    )  # tol
    weight = np.r_[np.zeros(10), np.ones(30)]
    part = SVC(gamma=0.5, tol=1e-8).fit(X[10:], y[10:])
    whole = SVC(gamma=0.5, tol=1e-8).fit(X, y, weight)
    np.testing.assert_allclose(whole.decision_function(X), part.decision_function(X), atol=1e-6)
    assert (whole.support_ >= 10).all()


@pytest.mark.parametrize("megabytes", [0.02, 0.2, 200])
def test_the_size_of_the_cache_does_not_change_a_bit(rng, megabytes):
    X, y = two_classes(rng, 800, 3, 0.6)
    expected, found = SVC(shrinking=False).fit(X, y), SVC(shrinking=False, cache_size=megabytes).fit(X, y)
    check_same_bits(expected.dual_coef_, found.dual_coef_)


@pytest.mark.parametrize("kernel", ["rbf", "linear", "poly"])
def test_one_matrix_for_all_pairs_of_few_rows_changes_rounding_only(kernel, monkeypatch):
    X, y = IRIS
    small = SVC(kernel=kernel, tol=1e-9).fit(X, y)
    monkeypatch.setattr("scratchml.svm.svc.WHOLE", 0)
    large = SVC(kernel=kernel, tol=1e-9).fit(X, y)
    assert small.support_.tolist() == large.support_.tolist()
    decisions = [m.set_params(decision_function_shape="ovo").decision_function(X) for m in (small, large)]
    np.testing.assert_allclose(*decisions, rtol=0, atol=1e-7)  # both within 1e-9 of optimal


def test_shrinking_changes_the_result_within_the_tolerance_only(rng):
    X, y = two_classes(rng, 3000, 4, 0.8)
    one, other = SVC(C=10.0).fit(X, y), SVC(C=10.0, shrinking=False).fit(X, y)
    assert "rest" in {s.name for s in record(SVC(C=10.0).steps(X, y), every=1)}
    assert one.certify(X, y).violation <= 1.001e-3
    assert one.certify(X, y).dual == pytest.approx(other.certify(X, y).dual, rel=1e-6)


# ---- edges and errors


@pytest.mark.parametrize("C", [1e-6, 1e6])
def test_extreme_C_ends_with_a_certificate(rng, C):
    X, y = two_classes(rng, 40, 2)
    found = SVC(C=C).fit(X, y).certify(X, y)
    assert found.violation <= 1.01e-3
    assert found.gap >= -1e-9 * found.primal


def test_duplicate_points_with_opposite_labels_end_at_their_border():
    X, y = [[0.0], [0.0], [1.0], [1.0]], [0, 1, 0, 1]
    model = SVC(kernel="linear").fit(X, y)
    assert np.abs(model.dual_coef_).tolist() == [[1.0] * 4]
    assert model.decision_function(X).tolist() == [0.0] * 4


def test_identical_points_and_two_points(rng):
    model = SVC().fit(np.ones((10, 2)), [0, 1] * 5)
    assert np.isfinite(model.decision_function(np.ones((3, 2)))).all()
    two = SVC(kernel="linear", C=100.0).fit([[0.0], [2.0]], ["a", "b"])
    assert two.predict([[0.9], [1.1]]).tolist() == ["a", "b"]
    np.testing.assert_allclose(two.intercept_, [-1.0])


def test_one_class_is_a_clear_error():
    with pytest.raises(ValueError, match="greater than one"):
        SVC().fit([[0.0], [1.0]], [3, 3])
    with pytest.raises(ValueError, match="weight 0"):
        SVC().fit([[0.0], [1.0], [2.0]], [0, 0, 1], [1.0, 1.0, 0.0])


def test_unscaled_features_with_max_iter_end_with_a_warning(rng):
    X, y = two_classes(rng, 60)
    with pytest.warns(ConvergenceWarning, match="max_iter=5.*StandardScaler"):
        model = SVC(kernel="linear", max_iter=5).fit(X * [1.0, 1e4, 1e8], y)
    assert model.fit_status_ == 1
    assert model.n_iter_.tolist() == [5]


def test_unscaled_features_without_a_limit_end_too(rng):
    X, y = load_breast_cancer(return_X_y=True)  # columns from 1e-3 to 4e3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = SVC(kernel="linear", C=0.01).fit(X, y)
    assert model.score(X, y) > 0.9
    assert model.n_iter_[0] < 10_000_000  # before the limit of "no limit"


def test_where_rounding_forbids_the_tolerance_it_stops_and_says_so(rng):
    X, y = two_classes(rng, 30)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = SVC(kernel="linear", C=1e6, tol=1e-14, max_iter=100_000).fit(X * 1e3, y)
    assert model.fit_status_ in (0, 1)
    assert np.isfinite(model.dual_coef_).all()


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_gamma_scale_makes_units_irrelevant(rng, scale):
    X, y = two_classes(rng, 40)
    np.testing.assert_allclose(
        SVC(tol=1e-9).fit(X * scale, y).decision_function(X * scale),
        SVC(tol=1e-9).fit(X, y).decision_function(X),
        atol=1e-7,
    )  # tol, and X * scale is rounded


def test_kernel_values_beyond_float64_are_refused(rng):
    X, y = two_classes(rng, 10)
    with pytest.raises(ValueError, match="scale X down"):
        SVC(kernel="linear").fit(X * 1e150, y)
    with pytest.raises(ValueError, match="square matrix"):
        SVC(kernel="precomputed").fit(X, y)
    with pytest.raises(ValueError, match="kernel returned"):
        SVC(kernel=lambda A, B: np.ones((len(A), 2))).fit(X, y)


def test_attributes_that_are_not_there_say_why(rng):
    X, y = two_classes(rng, 10)
    with pytest.raises(AttributeError, match="linear kernel"):
        _ = SVC().fit(X, y).coef_
    with pytest.raises(AttributeError, match="probability=False"):
        _ = SVC().fit(X, y).predict_proba
    with pytest.raises(ValueError, match="break_ties"):
        SVC(break_ties=True, decision_function_shape="ovo").fit(X, y).predict(X)
    with pytest.raises(NotFittedError):
        SVC().certify(X, y)


def test_a_listener_that_ends_the_fit_is_told_that_there_is_no_model(rng):
    X, y = two_classes(rng, 20)
    with listen(lambda step: True), pytest.raises(RuntimeError, match="stopped before its end"):
        SVC().fit(X, y)


def test_a_refit_that_stops_leaves_the_coefficients_of_the_last_one(rng):
    X, y = rng.normal(size=(30, 2)), np.arange(30) % 3
    model = SVC().fit(X, y)
    expected = model._coefficients()
    next(iter(model.steps(X, y % 2)))
    np.testing.assert_array_equal(model._coefficients(), expected)
    with pytest.raises(ValueError, match="greater than one"):
        model.fit(X, np.zeros(30))
    np.testing.assert_array_equal(model._coefficients(), expected)
    for p, (first, second) in enumerate([(0, 1), (0, 2), (1, 2)]):  # a vector of neither class has no say
        classes = y[model.support_]
        assert (expected[(classes != first) & (classes != second), p] == 0.0).all()
        assert (expected[classes == first, p] > 0.0).any()
