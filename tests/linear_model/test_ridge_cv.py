"""RidgeCV: by hand, naive twin (fitting again n times, exact fractions), outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold

import tests.naive.linear_model.ridge as naive
from scratchml.core import record
from scratchml.linear_model import Ridge, RidgeCV

EPS = np.finfo(np.float64).eps
ALPHAS = (0.01, 1.0, 100.0)
SHAPES = [(12, 3), (4, 9), (6, 6), (3, 1), (2, 3)]
MODES = (None, "eigen", "svd")
seeds = st.integers(0, 10**6)


def errors_left_out(X, y, weight=None, **how):
    """Return RidgeCV's leave-one-out errors, (n, A), from the predictions it keeps with a scorer."""
    scoring = "neg_mean_squared_error"
    model = RidgeCV(ALPHAS, scoring=scoring, store_cv_results=True, **how).fit(X, y, weight)
    return y[:, None] - model.cv_results_


# ---- by hand


@pytest.mark.parametrize("mode", MODES)
def test_three_points_on_paper(mode):
    # x = -1, 0, 1 and y = 0, 0, 3. Without the last point: mean of x -1/2, of y 0, so the prediction is 0, the error 3.
    # Without the first: x = 0, 1 and y = 0, 3: X'X = 1/2, X'y = 3/2; alpha 1: w = 1, b = 1.5 - 0.5; at -1: 0, error 0
    X, y = np.array([[-1.0], [0.0], [1.0]]), np.array([0.0, 0.0, 3.0])
    # without the middle one: X'X = 2, X'y = 3: w = 1, b = 1.5; at 0: 1.5, error -1.5
    found = RidgeCV([1.0], store_cv_results=True, gcv_mode=mode).fit(X, y)
    np.testing.assert_allclose(found.cv_results_[:, 0], [0.0, 2.25, 9.0], rtol=1e-14, atol=1e-15)  # a few roundings
    assert found.best_score_ == pytest.approx(-11.25 / 3, rel=1e-14)
    np.testing.assert_allclose(found.coef_, [1.0], rtol=1e-15)  # 3 / (2 + 1)


# ---- naive twin


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_the_shortcut_is_what_fitting_again_gives(rng, n, d, mode, intercept):
    X, y = rng.normal(size=(n, d)) + 1, rng.normal(size=n)
    found = errors_left_out(X, y, gcv_mode=mode, fit_intercept=intercept)
    for a, alpha in enumerate(ALPHAS):
        expected = naive.leave_one_out(X, y, alpha, intercept=intercept)
        np.testing.assert_allclose(found[:, a], expected, rtol=1e-11, atol=1e-13)  # condition up to 1e3 at alpha 0.01


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("n", "d"), [(9, 3), (5, 8)])
def test_with_weights_too_even_where_they_are_zero(rng, n, d, mode):
    X, y, weight = rng.normal(size=(n, d)), rng.normal(size=n), rng.integers(1, 4, size=n).astype(float)
    weight[1] = 0.0
    found = errors_left_out(X, y, weight, gcv_mode=mode)
    for a, alpha in enumerate(ALPHAS):
        np.testing.assert_allclose(found[:, a], naive.leave_one_out(X, y, alpha, weight), rtol=1e-11, atol=1e-13)


def test_ill_conditioned_columns_are_left_to_qr(rng):
    X = np.arange(12.0)[:, None] ** np.arange(1, 6)
    y = np.sin(np.arange(12.0))
    found = RidgeCV([1e-3], scoring="r2", store_cv_results=True).fit(X, y)
    expected = naive.leave_one_out(X, y, 1e-3)
    np.testing.assert_allclose(y - found.cv_results_[:, 0], expected, rtol=1e-7)  # eigenvalues of X'X would give 1e-2


# ---- outside reference


@pytest.mark.parametrize("scoring", [None, "r2", "neg_mean_absolute_error"])
@pytest.mark.parametrize(("n", "d"), [(50, 5), (5, 50), (20, 20), (30, 1)])
def test_equals_scikit_learns(rng, n, d, scoring):
    X, Y, weight = rng.normal(size=(n, d)) + 3, rng.normal(size=(n, 2)) + 5, rng.random(n) + 0.1
    for y, counts in ((Y, None), (Y, weight), (Y[:, 0], weight), (Y[:, :1], None)):
        for per_target in (False, True) if y is Y else (False,):
            how = {"scoring": scoring, "store_cv_results": True, "alpha_per_target": per_target}
            ours, theirs = (m(ALPHAS, **how).fit(X, y, counts) for m in (RidgeCV, reference.RidgeCV))
            np.testing.assert_array_equal(ours.alpha_, theirs.alpha_)
            assert type(ours.alpha_) is float or per_target
            np.testing.assert_allclose(ours.best_score_, theirs.best_score_, rtol=1e-9)  # condition up to 1e4
            np.testing.assert_allclose(ours.cv_results_, theirs.cv_results_, rtol=1e-8, atol=1e-12)
            np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-8, atol=1e-12)
            np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-9)
            for name in ("cv_results_", "coef_", "intercept_", "alpha_", "best_score_"):
                assert np.shape(getattr(ours, name)) == np.shape(getattr(theirs, name)), name


@pytest.mark.parametrize("cv", [2, 5, KFold(3, shuffle=True, random_state=0), "pairs"])
@pytest.mark.parametrize("scoring", [None, "neg_mean_squared_error"])
def test_folds_equal_scikit_learns(rng, cv, scoring):
    X, Y, weight = rng.normal(size=(23, 4)), rng.normal(size=(23, 2)), rng.random(23)
    pairs = [(np.arange(10), np.arange(10, 23)), (np.arange(10, 23), np.arange(10))]
    cv = pairs if cv == "pairs" else cv
    for counts in (None, weight):
        ours, theirs = (
            m((0.0, *ALPHAS), cv=cv, scoring=scoring).fit(X, Y, counts) for m in (RidgeCV, reference.RidgeCV)
        )
        assert ours.alpha_ == theirs.alpha_
        assert ours.best_score_ == pytest.approx(theirs.best_score_, rel=1e-12)
        np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-11)  # theirs are not refined


# ---- laws


@given(seeds)
def test_the_fit_is_ridges_own_for_the_alpha_chosen(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 20)), int(rng.integers(1, 12))
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    found = RidgeCV(ALPHAS).fit(X, y)
    assert found.coef_.tobytes() == Ridge(found.alpha_).fit(X, y).coef_.tobytes()


@given(seeds, st.sampled_from([1e-120, 1e-3, 1e3, 1e120]))
def test_units_of_y_do_not_change_the_choice(seed, unit):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(12, 3)), rng.normal(size=12)
    expected, found = RidgeCV(ALPHAS).fit(X, y), RidgeCV(ALPHAS).fit(X, y * unit)
    assert found.alpha_ == expected.alpha_
    np.testing.assert_allclose(found.best_score_ / unit / unit, expected.best_score_, rtol=1e-12)  # y unit is rounded


@given(seeds)
def test_the_score_is_the_mean_of_what_is_kept(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 20)), int(rng.integers(1, 12))
    X, Y, weight = rng.normal(size=(n, d)), rng.normal(size=(n, 2)), rng.random(n) + 0.1
    kept = RidgeCV(ALPHAS, store_cv_results=True).fit(X, Y, weight)
    assert kept.best_score_ == pytest.approx(-kept.cv_results_.mean(axis=(0, 1)).min(), rel=1e-12)  # order of sums
    plain = RidgeCV(ALPHAS).fit(X, Y, weight)
    assert plain.best_score_ == kept.best_score_
    assert not hasattr(plain, "cv_results_")


def test_threads_do_not_change_a_bit(rng, monkeypatch):
    X, y = rng.normal(size=(70_000, 6)), rng.normal(size=70_000)
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        model = RidgeCV(ALPHAS).fit(X, y)
        found.append((model.coef_.tobytes(), model.best_score_))
    assert found[0] == found[1] == found[2]


def test_each_alpha_is_a_step_and_the_best_comes_last(rng):
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    *scores, last = record(RidgeCV(ALPHAS).steps(X, y))
    assert [s.name for s in scores] == ["score"] * 3
    assert [float(s.alpha) for s in scores] == list(ALPHAS)
    assert last.score == max(s.score for s in scores)


# ---- edges and errors


def test_one_alpha_may_be_a_number(rng):
    assert RidgeCV(3.0).fit(rng.normal(size=(9, 2)), rng.normal(size=9)).alpha_ == 3.0


@pytest.mark.parametrize("mode", MODES)
def test_constant_and_copied_columns_change_no_choice(rng, mode):
    X, y = rng.normal(size=(15, 3)), rng.normal(size=15)
    expected = errors_left_out(X, y, gcv_mode=mode)
    found = errors_left_out(np.column_stack([X, np.full(15, 4.0)]), y, gcv_mode=mode)
    np.testing.assert_allclose(found, expected, rtol=1e-11)  # products of other widths
    twice = errors_left_out(np.column_stack([X, X]) * np.sqrt(0.5), y, gcv_mode=mode)  # the same X X'
    np.testing.assert_allclose(twice, expected, rtol=1e-9)


def test_a_single_row_cannot_be_left_out(rng):
    with pytest.raises(ValueError, match="1 sample"):
        RidgeCV().fit([[1.0, 2.0]], [3.0])
    with pytest.raises(ValueError, match="1 sample"):
        RidgeCV().fit(rng.normal(size=(4, 2)), np.ones(4), [0, 1, 0, 0])
    assert np.isfinite(RidgeCV(fit_intercept=False).fit([[1.0, 2.0]], [3.0]).coef_).all()  # without the row: 0


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ({"alphas": (0.0, 1.0)}, ValueError, "must be above 0"),
        ({"alphas": (1.0, -1.0), "cv": 3}, ValueError, "must be 0 or more"),
        ({"alphas": ()}, ValueError, "alphas"),
        ({"alphas": [[1.0], [2.0]]}, ValueError, "one dimension"),
        ({"cv": 3, "store_cv_results": True}, ValueError, "incompatible"),
        ({"cv": 3, "alpha_per_target": True}, ValueError, "incompatible"),
        ({"cv": 30}, ValueError, "n_splits=30"),
        ({"gcv_mode": "lu"}, ValueError, "gcv_mode"),
        ({"scoring": "nothing"}, ValueError, "not a valid scoring"),
    ],
)
def test_wrong_parameters_are_named(rng, how, kind, words):
    with pytest.raises(kind, match=words):
        RidgeCV(**how).fit(rng.normal(size=(9, 2)), rng.normal(size=9))


def test_no_warning_on_extreme_scales(rng):
    X, y = rng.normal(size=(20, 5)) * np.logspace(-150, 150, 5), 1e120 * rng.normal(size=20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for rows in (slice(None), slice(4)):
            assert np.isfinite(RidgeCV().fit(X[rows], y[rows]).coef_).all()
