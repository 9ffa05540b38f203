"""GaussianMixture: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.datasets import load_iris
from sklearn.mixture import GaussianMixture as Reference
from threadpoolctl import threadpool_limits

import tests.naive.mixture.gaussian_mixture as naive
from scratchml.core import ConvergenceWarning, record
from scratchml.mixture import GaussianMixture
from scratchml.mixture.gaussians import SHAPES, Gaussians, factor_given, factor_precisions, log_densities, precisions_of

LEARNED = ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_", "lower_bound_", "lower_bounds_")
every_shape = pytest.mark.parametrize("shape", SHAPES)


def check_same_fit(ours, theirs, rtol=1e-8):
    """Assert that two mixtures are the same: iterations exactly, numbers up to what iterating does to rounding."""
    assert ours.n_iter_ == theirs.n_iter_
    assert ours.converged_ == theirs.converged_
    for name in LEARNED:
        expected = np.asarray(getattr(theirs, name))
        atol = rtol * np.abs(expected).max(initial=0)
        np.testing.assert_allclose(getattr(ours, name), expected, rtol=0, atol=atol, err_msg=name)


def fit_both(X, k, **how):
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return [cls(k, **how).fit(X) for cls in (GaussianMixture, Reference)]


# ---- by hand


def test_one_component_is_the_mean_and_the_covariance():
    X = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [2.0, 4.0]])
    model = GaussianMixture(1, reg_covar=0.0).fit(X)
    np.testing.assert_allclose(model.means_, [[1.0, 2.0]], rtol=1e-14, atol=0)  # mass is off by 10 eps
    np.testing.assert_allclose(model.covariances_, [[[1.0, 0.0], [0.0, 4.0]]], rtol=1e-14, atol=1e-14)  # the same
    assert model.score_samples([[1.0, 2.0]])[0] == pytest.approx(-np.log(2 * np.pi * 2.0), rel=1e-14)  # root of 1 * 4
    assert model.aic(X) == pytest.approx(-2 * 4 * model.score(X) + 2 * 5, rel=1e-14)  # 2 means, 3 covariances
    assert model.bic(X) == pytest.approx(-2 * 4 * model.score(X) + 5 * np.log(4), rel=1e-14)


# ---- naive twin


def test_three_iterations_agree_with_the_naive_twin(rng):
    X = rng.normal(size=(40, 2))
    weights, means, variances = [0.3, 0.7], [[-1.0, 0.0], [1.0, 0.5]], [1.0, 2.0]
    how = {"weights_init": weights, "means_init": means, "precisions_init": 1 / np.array(variances)}
    with pytest.warns(ConvergenceWarning):
        model = GaussianMixture(2, covariance_type="spherical", max_iter=3, tol=0.0, **how).fit(X)
    bounds = []
    for _ in range(3):
        bound, weights, means, variances = naive.iterate(X.tolist(), weights, means, variances, 1e-6)
        bounds.append(bound)
    np.testing.assert_allclose(model.lower_bounds_, bounds, rtol=1e-12, atol=0)  # sums of 40 terms
    for found, expected in ((model.weights_, weights), (model.means_, means), (model.covariances_, variances)):
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=0)  # the same, three times


# ---- outside reference


@every_shape
@pytest.mark.parametrize("init", ["kmeans", "random", "k-means++", "random_from_data"])
def test_the_same_seed_gives_scikit_learns_numbers(shape, init):
    X = load_iris().data
    # where a component begins on one row, scikit-learn's diagonal variances begin as rounding errors plus reg_covar
    rtol = 1e-8 if init in ("kmeans", "random") or shape in ("full", "tied") else 1e-3
    ours, theirs = fit_both(X, 3, covariance_type=shape, init_params=init, random_state=0)
    check_same_fit(ours, theirs, rtol)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=0, atol=10 * rtol)  # the same
    if rtol == 1e-8:
        assert ours.predict(X).tolist() == theirs.predict(X).tolist()
        assert ours.bic(X) == pytest.approx(theirs.bic(X), rel=1e-9)  # of sums that agree
        assert ours.aic(X) == pytest.approx(theirs.aic(X), rel=1e-9)  # of sums that agree
        drawn, expected = ours.sample(30), theirs.sample(30)
        assert drawn[1].tolist() == expected[1].tolist()
        np.testing.assert_allclose(drawn[0], expected[0], rtol=0, atol=1e-6)  # roots of the covariances


@every_shape
def test_log_densities_are_scipys(rng, shape):
    root = rng.normal(size=(2, 3, 3))
    full = root @ root.transpose(0, 2, 1) + np.eye(3)
    covariances = {"full": full, "tied": full[0], "diag": full[:, [0, 1, 2], [0, 1, 2]], "spherical": full[:, 0, 0]}[
        shape
    ]
    means, X = rng.normal(size=(2, 3)), rng.normal(size=(20, 3))
    found = Gaussians(np.ones(2) / 2, means, covariances, factor_precisions(covariances, shape))
    for j, densities in enumerate(log_densities(X, found, shape).T):
        each = covariances if shape == "tied" else covariances[j]
        matrix = each if shape in ("full", "tied") else np.eye(3) * each
        np.testing.assert_allclose(
            densities, multivariate_normal(means[j], matrix).logpdf(X), rtol=1e-12, atol=0
        )  # sums


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(SHAPES))
def test_the_bound_never_falls(seed, shape):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(40, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = GaussianMixture(2, covariance_type=shape, reg_covar=0.0, max_iter=15, tol=0, random_state=0).fit(X)
    assert (np.diff(model.lower_bounds_) >= -1e-12).all()  # room for rounding only
    assert model.certify(X).gain >= -1e-12  # room for rounding only


@every_shape
def test_factors_of_precisions_and_of_covariances_are_the_same(rng, shape):
    root = rng.normal(size=(2, 3, 3))
    full = root @ root.transpose(0, 2, 1) + np.eye(3)
    covariances = {"full": full, "tied": full[0], "diag": full[:, 0] ** 2 + 1, "spherical": full[:, 0, 0]}[shape]
    factors = factor_precisions(covariances, shape)
    np.testing.assert_allclose(
        factor_given(precisions_of(factors, shape), shape), factors, rtol=0, atol=1e-12
    )  # a root


def test_moving_the_rows_moves_the_means_alone(rng):
    X = rng.normal(size=(60, 2))
    one, other = (GaussianMixture(2, random_state=0).fit(rows) for rows in (X, X + 1e6))
    np.testing.assert_allclose(other.covariances_, one.covariances_, rtol=0, atol=1e-6)  # rows are rounded to 1e-10
    np.testing.assert_allclose(other.means_, one.means_ + 1e6, rtol=1e-12, atol=0)  # the same


@given(st.integers(0, 10**6), st.sampled_from(["full", "tied", "spherical"]))  # "diag" knows the axes
def test_turned_rows_in_another_order_give_the_turned_mixture_and_permuted_labels(seed, shape):
    rng = np.random.default_rng(seed)
    X, order, (turn, _) = rng.normal(size=(40, 3)), rng.permutation(40), np.linalg.qr(rng.normal(size=(3, 3)))
    precisions = {"full": np.stack([np.eye(3)] * 2), "tied": np.eye(3), "spherical": np.ones(2)}[shape]
    how = {"covariance_type": shape, "weights_init": [0.4, 0.6], "precisions_init": precisions, "max_iter": 4, "tol": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        expected = GaussianMixture(2, means_init=X[:2], **how).fit(X)
        found = GaussianMixture(2, means_init=X[:2] @ turn, **how).fit(X[order] @ turn)
    np.testing.assert_allclose(found.lower_bounds_, expected.lower_bounds_, rtol=1e-9, atol=1e-9)  # other sums
    np.testing.assert_allclose(found.means_, expected.means_ @ turn, rtol=0, atol=1e-9)  # the same
    shares = found.predict_proba(X[order] @ turn)
    np.testing.assert_allclose(shares, expected.predict_proba(X)[order], rtol=0, atol=1e-8)  # the same


def test_a_run_is_expect_and_maximise_in_turn(rng):
    steps = record(GaussianMixture(2, random_state=0, n_init=2).steps(rng.normal(size=(30, 2))))
    names = [s.name for s in steps]
    assert names[:3] == ["start", "expect", "maximise"]
    assert names.count("start") == 2
    assert names[-1] == "best"


# ---- edges and errors


def test_warm_start_goes_on(rng):
    X = rng.normal(size=(50, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = GaussianMixture(2, random_state=0, warm_start=True, max_iter=2, tol=0).fit(X)
        first = model.lower_bound_
        assert model.fit(X).lower_bound_ > first


@pytest.mark.parametrize(
    ("how", "match"),
    [
        ({"n_components": 9}, "n_components"),
        ({"means_init": np.ones((2, 3))}, "means"),
        ({"weights_init": [0.5, 0.6]}, "weights_init"),
        ({"precisions_init": -np.ones((2, 2, 2))}, "positive-definite"),
        ({"covariance_type": "diag", "precisions_init": -np.ones((2, 2))}, "positive"),
        ({"covariance_type": "round"}, "covariance_type"),
        ({"tol": -1.0}, "tol"),
    ],
)
def test_wrong_parameters_are_named(rng, how, match):
    with pytest.raises(ValueError, match=match):
        GaussianMixture(**{"n_components": 2, **how}).fit(rng.normal(size=(8, 2)))


@every_shape
def test_a_component_that_collapses_is_a_clear_error(shape):
    with pytest.raises(ValueError, match="ill-defined"):
        GaussianMixture(1, covariance_type=shape, reg_covar=0.0).fit(np.ones((5, 2)))


def test_a_row_beyond_all_densities_is_a_clear_error(rng):
    model = GaussianMixture(2, random_state=0).fit(rng.normal(size=(20, 2)))
    for method in (model.predict, model.predict_proba, model.score_samples):
        with pytest.raises(ValueError, match="so far from all components"):
            method([[1e200, 0.0]])


@every_shape
@pytest.mark.parametrize("case", ["as many as rows", "duplicates", "one column", "a constant column"])
def test_odd_rows_give_scikit_learns_mixture(rng, shape, case):
    X = rng.normal(size=(40, 3)) + rng.integers(0, 2, size=(40, 1)) * 4.0
    rows, k = {
        "as many as rows": (X[:4], 4),
        "duplicates": (np.repeat(X[:3], 5, axis=0), 3),
        "one column": (X[:, :1], 2),
        "a constant column": (np.column_stack([X, np.ones(40)]), 2),
    }[case]
    ours, theirs = fit_both(rows, k, covariance_type=shape, random_state=0)
    assert ours.n_iter_ == theirs.n_iter_
    np.testing.assert_allclose(ours.lower_bound_, theirs.lower_bound_, rtol=1e-7, atol=0)  # variances near reg_covar
    np.testing.assert_allclose(ours.means_, theirs.means_, rtol=1e-7, atol=1e-7)  # the same


@every_shape
@pytest.mark.parametrize("scale", [1e-150, 1e-8, 1e8, 1e150])
def test_rows_of_any_scale_are_clustered(rng, shape, scale):
    X = rng.normal(size=(60, 2)) + rng.integers(0, 2, size=(60, 1)) * 9.0
    expected = GaussianMixture(2, covariance_type=shape, random_state=0, reg_covar=0.0).fit_predict(X)
    model = GaussianMixture(2, covariance_type=shape, random_state=0, reg_covar=0.0)
    assert model.fit_predict(X * scale).tolist() == expected.tolist()
    assert np.isfinite(model.covariances_).all()


def test_no_sample_is_an_error(rng):
    with pytest.raises(ValueError, match="n_samples=0"):
        GaussianMixture(1).fit(rng.normal(size=(8, 2))).sample(0)
