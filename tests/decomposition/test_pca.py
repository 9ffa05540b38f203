"""PCA and IncrementalPCA: by hand, naive twin, outside reference, laws, edges and errors."""

import math

import numpy as np
import pytest
import sklearn.decomposition as reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.datasets import load_digits, load_iris

import tests.naive.decomposition.pca as naive
from scratchml.core import record
from scratchml.decomposition import PCA, IncrementalPCA
from scratchml.decomposition.incremental_pca import batches
from scratchml.decomposition.minka import choose_dimension, log_evidence
from scratchml.decomposition.projection import EPS, point_axes, project
from scratchml.decomposition.randomized_range import by_reflections, orthonormal

SOLVERS = ["full", "covariance_eigh", "randomized"]
FITTED = ["components_", "explained_variance_", "explained_variance_ratio_", "singular_values_", "mean_"]


def cloud(rng, n=80, d=6, far=0.0):
    """Correlated rows; their spreads differ, so that directions are well apart."""
    return rng.normal(size=(n, d)) * np.linspace(3, 0.5, d) @ np.linalg.qr(rng.normal(size=(d, d)))[0] + far


def check_same_model(ours, theirs, rtol):
    for name in [*FITTED, "noise_variance_"]:
        p, q = np.asarray(getattr(ours, name)), np.asarray(getattr(theirs, name))
        np.testing.assert_allclose(p, q, rtol=rtol, atol=rtol * max(np.abs(q).max(), 1e-3), err_msg=name)
    assert ours.n_components_ == theirs.n_components_


# ---- by hand


@pytest.mark.parametrize("solver", SOLVERS)
def test_four_points_on_a_cross(solver):
    # variance along (1, 1) / sqrt 2 is (8 + 8) / 3, along (1, -1) / sqrt 2 it is (2 + 2) / 3
    X = np.array([[7.0, 9.0], [3.0, 5.0], [6.0, 6.0], [4.0, 8.0]])  # (5, 7) and +-(2, 2), +-(1, -1)
    model = PCA(2, svd_solver=solver, random_state=0).fit(X)
    np.testing.assert_allclose(model.explained_variance_, [16 / 3, 4 / 3], rtol=1e-14)  # a few roundings
    np.testing.assert_allclose(np.abs(model.components_), math.sqrt(0.5), rtol=1e-14)
    assert model.components_[0].min() > 0
    np.testing.assert_allclose(model.mean_, [5.0, 7.0], rtol=1e-15)
    np.testing.assert_allclose(model.transform([[7.0, 9.0]]), [[math.sqrt(8), 0.0]], rtol=0, atol=1e-14)
    assert PCA(0.75).fit(X).n_components_ == 1  # 16 / 20 of the variance
    assert PCA(0.85).fit(X).n_components_ == 2
    noisy = PCA(1).fit(X)
    assert noisy.noise_variance_ == pytest.approx(4 / 3, rel=1e-14)


def test_minkas_evidence_is_the_docstrings_formula():
    v, k, n, d = np.array([5.0, 2.0, 0.5]), 1, 20, 3
    noise = 1.25
    log_p_u = -math.log(2) + math.lgamma(1.5) - 1.5 * math.log(math.pi)
    log_a = sum(math.log((v[0] - v[j]) * (1 / noise - 1 / v[0])) + math.log(n) for j in (1, 2))
    m = d * k - k * (k + 1) / 2
    expected = (
        log_p_u - n / 2 * math.log(5.0) - n * (d - k) / 2 * math.log(noise) + (m + k) / 2 * math.log(2 * math.pi)
    ) - (log_a / 2 + k / 2 * math.log(n))
    assert log_evidence(v, k, n) == pytest.approx(expected, rel=1e-14)


def test_batches_join_what_is_too_short():
    assert batches(10, 4, 0) == [slice(0, 4), slice(4, 8), slice(8, 10)]
    assert batches(10, 4, 3) == [slice(0, 4), slice(4, 10)]
    assert batches(3, 4, 3) == [slice(0, 3)]


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_largest_entry_points_up_and_of_equal_ones_the_first(order):
    axes = np.array([[0.6, -0.8], [-0.6, 0.8], [-0.5, 0.5], [0.5, -0.5], [0.0, 0.0]], order=order)
    point_axes(axes)
    assert axes.tolist() == [[-0.6, 0.8], [-0.6, 0.8], [0.5, -0.5], [0.5, -0.5], [0.0, 0.0]]


# ---- naive twin


@pytest.mark.parametrize("solver", SOLVERS)
def test_agrees_with_the_naive_twin(rng, solver):
    X = cloud(rng, d=5)
    mean, variances, directions = naive.pca(X.tolist(), 3)
    model = PCA(3, svd_solver=solver, random_state=0).fit(X)
    np.testing.assert_allclose(model.mean_, mean, rtol=0, atol=1e-14)
    np.testing.assert_allclose(model.explained_variance_, variances, rtol=1e-12)  # 3000 rounds: to rounding
    np.testing.assert_allclose(model.components_, directions, rtol=0, atol=1e-10)  # a gap of the variances of a tenth


# ---- outside reference


@pytest.mark.parametrize("shape", [(80, 6), (30, 45)])
@pytest.mark.parametrize("k", [None, 2, 0.8, "mle"])
@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_gives_scikit_learns_numbers(rng, solver, k, shape):
    if (solver == "randomized" and not isinstance(k, int)) or (k == "mle" and shape[0] < shape[1]):
        return
    if k is None and solver == "covariance_eigh" and shape[0] < shape[1]:
        k = 20  # beyond the rank directions are arbitrary
    X = rng.normal(size=shape) @ np.diag(np.linspace(3, 0.5, shape[1])) + 2.0
    how = {"n_components": k, "svd_solver": solver, "random_state": 0}
    ours, theirs = PCA(**how).fit(X), reference.PCA(**how).fit(X)
    check_same_model(ours, theirs, 1e-10)  # randomized: QR and LU span the same space but to the gaps' rounding
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=0, atol=1e-10)
    Z = ours.transform(X)
    np.testing.assert_allclose(ours.inverse_transform(Z), theirs.inverse_transform(Z), rtol=0, atol=1e-10)
    covariance = ours.get_covariance()
    np.testing.assert_allclose(covariance, theirs.get_covariance(), rtol=0, atol=1e-12)
    for model in (ours, theirs):
        model.set_params(whiten=True)
    spread = np.sqrt(ours.explained_variance_.min())  # divides what was 1e-10 apart
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=0, atol=1e-10 / spread)
    np.testing.assert_allclose(
        ours.inverse_transform(Z), theirs.inverse_transform(Z), rtol=0, atol=1e-9
    )  # spreads < 10
    assert (ours.get_covariance() == covariance).all()


@pytest.mark.parametrize("shape", [(200, 12), (2000, 8), (600, 40), (40, 600)])
def test_the_choice_of_solver_and_the_digits_are_scikit_learns(rng, shape):
    X = cloud(rng, *shape, far=10.0)
    for k in (2, None):
        ours, theirs = (m.PCA(k, random_state=0).fit(X) for m in (OURS, reference))
        if k:
            check_same_model(ours, theirs, 1e-9)
        np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=1e-9, atol=1e-9)


class OURS:
    PCA, IncrementalPCA = PCA, IncrementalPCA


@pytest.mark.parametrize("data", [load_iris().data, load_digits().data[:600]])
def test_likelihoods_on_real_data_are_scikit_learns(data):
    ours, theirs = (m.PCA(3, random_state=0).fit(data) for m in (OURS, reference))
    np.testing.assert_allclose(ours.score_samples(data), theirs.score_samples(data), rtol=1e-10)
    assert ours.score(data) == pytest.approx(theirs.score(data), rel=1e-12)
    np.testing.assert_allclose(ours.get_precision(), theirs.get_precision(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("k", [None, 3])
@pytest.mark.parametrize("size", [None, 50, 7])
def test_batches_give_scikit_learns_numbers(rng, k, size):
    X = cloud(rng, n=123, far=4.0)
    ours, theirs = (m.IncrementalPCA(k, batch_size=size).fit(X) for m in (OURS, reference))
    check_same_model(ours, theirs, 1e-11)  # a few roundings for each of 18 batches
    np.testing.assert_allclose(ours.var_, theirs.var_, rtol=1e-12)
    assert ours.n_samples_seen_ == theirs.n_samples_seen_ == 123
    more = cloud(rng, n=30)
    check_same_model(ours.partial_fit(more), theirs.partial_fit(more), 1e-11)


@pytest.mark.parametrize("n", [30, 400])
def test_minkas_choice_is_scikit_learns(rng, n):
    spectrum = np.sort(rng.random(12))[::-1] * np.r_[np.full(4, 5.0), np.full(8, 0.3)]
    assert choose_dimension(spectrum, n) == reference._pca._infer_dimension(spectrum, n)


# ---- laws


@pytest.mark.parametrize("solver", SOLVERS)
@given(seed=st.integers(0, 10**6), k=st.integers(1, 4))
def test_what_is_lost_equals_the_eigenvalues_dropped(solver, seed, k):
    X = cloud(np.random.default_rng(seed), d=5)
    n = len(X)
    model = PCA(k, svd_solver=solver, random_state=0).fit(X)
    lost = ((X - model.inverse_transform(model.transform(X))) ** 2).sum() / n
    dropped = PCA(svd_solver="full").fit(X).explained_variance_[k:].sum() * (n - 1) / n
    assert lost == pytest.approx(dropped, rel=1e-10)  # randomized with 5 columns and 10 more vectors spans everything


@pytest.mark.parametrize("solver", SOLVERS)
@given(seed=st.integers(0, 10**6))
def test_components_are_certified_and_projections_uncorrelated(solver, seed):
    X = cloud(np.random.default_rng(seed))
    model = PCA(3, svd_solver=solver, whiten=True, random_state=0).fit(X)
    proof = model.certify(X)
    assert proof.obliqueness < 1e-12
    # the covariance's eigenvectors: to rounding; random vectors: to what four rounds leave
    assert proof.residual < 1e-7
    np.testing.assert_allclose(np.cov(model.transform(X).T), np.eye(3), rtol=0, atol=1e-8)  # as the residual
    assert (np.diff(model.explained_variance_) <= 0).all()


def test_turning_moving_and_scaling_the_data(rng):
    X = cloud(rng)
    turn, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    model, turned = PCA(2).fit(X), PCA(2).fit(X @ turn * 8.0 + 3.0)
    np.testing.assert_allclose(turned.explained_variance_, model.explained_variance_ * 64.0, rtol=1e-12)
    np.testing.assert_allclose(np.abs(np.sum(turned.components_ * (model.components_ @ turn), axis=1)), 1, rtol=1e-12)


@pytest.mark.parametrize("far", [0.0, 0.5, 2.0, 1e6])
@pytest.mark.parametrize("near", [True, False])
def test_a_projection_is_exact_where_the_mean_is_near_and_centred_where_it_is_far(rng, far, near):
    X = cloud(rng, n=9000, far=far)  # more than one chunk
    model = PCA(3).fit(X)
    spread = model.explained_variance_.sum() + 3 * model.noise_variance_
    assert (model.mean_ @ model.mean_ <= spread) == (far <= 0.5)  # both ways are taken by transform
    V = model.components_.astype(np.longdouble)
    expected = (X - model.mean_.astype(np.longdouble)) @ V.T
    found, safe = project(X, model.mean_, model.components_, near)
    assert safe
    away = np.abs(X - model.mean_) @ np.abs(V).T
    longest = away + (np.abs(X) @ np.abs(V).T + np.abs(model.mean_) @ np.abs(V).T if near else 0)
    # d + 2 roundings, each of a sum no longer than these; x - m rounds once more in units of x
    assert (np.abs(found - expected) <= 8 * EPS * longest + (EPS * np.abs(X) @ np.abs(V).T if not near else 0)).all()
    chosen = model.transform(X)
    np.testing.assert_array_equal(chosen, project(X, model.mean_, model.components_, far <= 0.5)[0])


@pytest.mark.parametrize("exponent", [-480, -560, -640])
def test_tiny_rows_far_from_0_keep_their_digits(rng, exponent):
    X = 1024.0 + np.ldexp(rng.integers(-8, 8, size=(50, 3)).astype(float), -20)  # squares of X 2^exponent vanish
    expected = PCA().fit_transform(X)
    found = PCA().fit(np.ldexp(X, exponent)).transform(np.ldexp(X, exponent))
    np.testing.assert_allclose(np.ldexp(found, -exponent), expected, rtol=0, atol=1e-9 * np.abs(expected).max())


def test_all_components_lose_nothing_and_the_model_is_a_gaussian(rng):
    X = cloud(rng)
    model = PCA(whiten=True).fit(X)
    np.testing.assert_allclose(model.inverse_transform(model.transform(X)), X, rtol=0, atol=1e-13)
    np.testing.assert_allclose(model.get_covariance(), np.cov(X.T), rtol=1e-12, atol=1e-12)
    expected = multivariate_normal(X.mean(axis=0), np.cov(X.T)).logpdf(X)
    np.testing.assert_allclose(model.score_samples(X), expected, rtol=1e-10)
    part = PCA(2).fit(X)
    np.testing.assert_allclose(part.get_precision() @ part.get_covariance(), np.eye(6), rtol=0, atol=1e-12)


def test_one_batch_is_pca_and_many_are_near(rng):
    X = cloud(rng, n=400)
    whole, batch = PCA(3, svd_solver="full").fit(X), IncrementalPCA(3, batch_size=400).fit(X)
    np.testing.assert_allclose(batch.components_, whole.components_, rtol=0, atol=1e-12)
    every = IncrementalPCA(batch_size=37).fit(X)  # nothing is dropped between batches
    np.testing.assert_allclose(every.explained_variance_, PCA().fit(X).explained_variance_, rtol=1e-12)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_model_holds_the_components_it_was_asked_for_alone(rng, solver):
    model = PCA(2, svd_solver=solver, random_state=0).fit(cloud(rng, d=30))
    assert model.components_.base is None
    assert model.components_.flags.c_contiguous


def test_the_steps_tell_the_story(rng):
    X = cloud(rng)
    assert [s.name for s in PCA(2).steps(X)] == ["centre", "covariance", "decompose", "choose"]
    assert [s.name for s in PCA(2).steps(X[:60])][1] == "covariance"  # n = 10 d
    assert [s.name for s in PCA(2).steps(X[:59])][1] == "decompose"
    assert [s.name for s in PCA(2, svd_solver="full").steps(X)] == ["centre", "decompose", "choose"]
    rounds = [s for s in record(PCA(2, svd_solver="randomized", random_state=0).steps(X)) if s.name == "range"]
    assert [s.iteration for s in rounds] == [1, 2, 3, 4, 5]
    assert [s.rows_seen for s in IncrementalPCA(batch_size=30).steps(X)] == [30, 60, 80]


# ---- edges and errors


def test_a_share_must_be_exceeded_not_met():
    X = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 2.0], [0.0, -2.0]])  # half of the variance along each axis
    ours, theirs = (m.PCA(0.5, svd_solver="full").fit(X) for m in (OURS, reference))
    assert ours.n_components_ == theirs.n_components_ == 2


def test_minkas_choice_depends_on_the_unit_as_scikit_learns_does(rng):
    X = cloud(rng) * 1e-120  # every variance is below what counts as one
    ours, theirs = (m.PCA("mle", svd_solver="full").fit(X) for m in (OURS, reference))
    assert ours.n_components_ == theirs.n_components_ == 0


def test_a_mean_far_away_costs_no_digits(rng):
    X = cloud(rng, n=5000)
    near, far = PCA(3, svd_solver="covariance_eigh").fit(X), PCA(3, svd_solver="covariance_eigh").fit(X + 1e7)
    # the rows themselves lose 9 digits when 1e7 is added; the variances no more than that
    np.testing.assert_allclose(far.explained_variance_, near.explained_variance_, rtol=1e-8)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_scales_from_tiny_to_huge(rng, solver, scale):
    X = cloud(rng)
    model, plain = (PCA(2, svd_solver=solver, random_state=0).fit(Z) for Z in (X * scale, X))
    np.testing.assert_allclose(model.components_, plain.components_, rtol=0, atol=1e-12)
    np.testing.assert_allclose(model.explained_variance_ / scale / scale, plain.explained_variance_, rtol=1e-12)
    np.testing.assert_allclose(model.transform(X * scale), plain.transform(X) * scale, rtol=1e-9, atol=1e-12 * scale)


def test_variances_that_overflow_are_a_clear_error(rng):
    for model in (PCA(), PCA(svd_solver="full"), IncrementalPCA()):
        with pytest.raises(ValueError, match="divide X by a constant"):
            model.fit(cloud(rng) * 1e200)
    with pytest.raises(ValueError, match="scale X down"):
        PCA(2, whiten=True).fit(cloud(rng) * 1e-150).transform(np.full((1, 6), 1e200))


@pytest.mark.parametrize("solver", SOLVERS)
def test_constant_and_rank_deficient_data(solver):
    if solver != "randomized":  # which wants a number of components
        assert PCA(0.9, svd_solver=solver).fit(np.ones((9, 3))).n_components_ == 1  # scikit-learn's, too
    same = PCA(2, svd_solver=solver, random_state=0).fit(np.ones((5, 3)))
    assert same.explained_variance_.tolist() == [0.0, 0.0]
    assert same.explained_variance_ratio_.tolist() == [0.0, 0.0]
    white = PCA(2, whiten=True, svd_solver=solver, random_state=0)
    assert (white.fit_transform(np.ones((5, 3))) == 0).all()  # no 0 / 0
    line = np.outer(np.arange(6.0), [1.0, 2.0, 2.0])
    model = PCA(2, svd_solver=solver, random_state=0).fit(line)
    np.testing.assert_allclose(model.components_[0], [1 / 3, 2 / 3, 2 / 3], rtol=1e-14)
    assert model.explained_variance_[1] < 1e-14 * model.explained_variance_[0]
    assert np.isfinite(PCA(2, whiten=True, svd_solver=solver, random_state=0).fit_transform(line)).all()
    assert np.isfinite(PCA(3).fit(line).score(line))  # a direction without variance counts as rounding's
    with pytest.raises(ValueError, match="no variance at all"):
        same.score(line)


def test_no_components_at_all_is_allowed():
    model = PCA(0).fit(load_iris().data)
    assert model.transform(load_iris().data).shape == (150, 0)
    assert (model.inverse_transform(np.empty((2, 0))) == model.mean_).all()  # all that is known is the middle
    assert model.score(load_iris().data) == pytest.approx(
        multivariate_normal(model.mean_, np.eye(4) * model.noise_variance_).logpdf(load_iris().data).mean(), rel=1e-12
    )


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"n_components": 7}, "must be between 0 and min"),
        ({"n_components": 0, "svd_solver": "randomized"}, "must be between 1 and min"),
        ({"n_components": "mle", "svd_solver": "randomized"}, "cannot be a string"),
        ({"n_components": 1.5}, "n_components=1.5"),
        ({"svd_solver": "arpack"}, "svd_solver='arpack'"),
    ],
)
def test_wrong_parameters_are_a_clear_error(rng, how, message):
    with pytest.raises((TypeError, ValueError), match=message):
        PCA(**how).fit(cloud(rng))


def test_wrong_shapes_are_a_clear_error(rng):
    X = cloud(rng)
    with pytest.raises(ValueError, match="only supported if n_samples >= n_features"):
        PCA("mle").fit(X[:4])
    with pytest.raises(ValueError, match="minimum of 2"):
        PCA().fit(X[:1])
    with pytest.raises(ValueError, match="found 2 components; give what transform returned"):
        PCA(2).fit(X).inverse_transform(X)
    with pytest.raises(ValueError, match="n_components=8 invalid for n_features=6"):
        IncrementalPCA(8).fit(X)
    with pytest.raises(ValueError, match="n_components=5 must be less or equal to the batch number of samples 4"):
        IncrementalPCA(5).partial_fit(X[:4])
    model = IncrementalPCA(2).fit(X)
    model.n_components = 3
    with pytest.raises(ValueError, match="2 components have been learnt"):
        model.partial_fit(X)


def test_columns_that_are_nearly_one_are_made_orthonormal_all_the_same(rng):
    Q = rng.normal(size=(100, 3))
    near = Q.copy()
    near[:, 2] = Q[:, 0] + 1e-4 * Q[:, 2]  # far enough apart for products, which must be taken twice
    Q[:, 2] = Q[:, 0] * (1 + 1e-13)
    for basis in (orthonormal(Q), orthonormal(near), orthonormal(rng.normal(size=(100, 3))), by_reflections(Q)):
        np.testing.assert_allclose(basis.T @ basis, np.eye(3), rtol=0, atol=1e-14)  # sums of 100 products
    assert orthonormal(np.zeros((100, 2))).shape == (100, 2)
