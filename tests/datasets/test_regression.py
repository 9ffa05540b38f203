"""Regression problems whose truth is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets as reference

from scratchml import datasets
from scratchml.datasets import make_friedman1, make_low_rank_matrix, make_regression, make_sparse_uncorrelated

VARIANTS = [
    ("make_regression", {"coef": True}),
    ("make_regression", {"n_samples": 50, "n_features": 7, "coef": True, "noise": 3.0, "bias": 2}),
    ("make_regression", {"n_targets": 3, "coef": True, "shuffle": False}),
    ("make_regression", {"n_features": 1, "coef": True}),
    ("make_regression", {"n_informative": 0}),
    ("make_regression", {"effective_rank": 5, "coef": True}),
    ("make_regression", {"n_samples": 20, "n_features": 60, "effective_rank": 3, "tail_strength": 0.1}),
    ("make_low_rank_matrix", {"n_samples": 30, "n_features": 20, "effective_rank": 3}),
    ("make_low_rank_matrix", {"n_samples": 20, "n_features": 30, "tail_strength": 0.0}),
    ("make_friedman1", {"n_samples": 50, "n_features": 7, "noise": 0.5}),
    ("make_sparse_uncorrelated", {"n_samples": 30, "n_features": 6}),
]

# by hand


def test_friedmans_formula_on_the_first_sample():
    X, y = make_friedman1(3, 5, random_state=0)
    a, b, c, d, e = X[0].tolist()
    expected = 10 * math.sin(math.pi * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e
    assert float(y[0]) == pytest.approx(expected, rel=1e-14)  # the sine's last bit


def test_no_informative_feature_leaves_the_bias():
    _, y, w = make_regression(4, 3, n_informative=0, bias=7.0, coef=True, random_state=0)
    assert y.tolist() == [7.0] * 4
    assert w.tolist() == [0.0] * 3


def test_singular_values_are_those_of_the_formula():
    X = make_low_rank_matrix(40, 5, effective_rank=2, tail_strength=0.25, random_state=0)
    expected = [0.75 * math.exp(-((i / 2) ** 2)) + 0.25 * math.exp(-0.1 * i / 2) for i in range(5)]
    np.testing.assert_allclose(np.linalg.svd(X, compute_uv=False), expected, rtol=1e-12)  # two factorisations


# outside reference


@pytest.mark.parametrize(("name", "how"), VARIANTS, ids=str)
@pytest.mark.parametrize("seed", [0, 42])
def test_problems_are_the_references(name, how, seed):
    expected = getattr(reference, name)(random_state=seed, **how)
    found = getattr(datasets, name)(random_state=seed, **how)
    if name == "make_low_rank_matrix":
        expected, found = (expected,), (found,)
    assert len(found) == len(expected)
    for e, f in zip(expected, found):
        # BLAS products; QR comes from NumPy's LAPACK here and from SciPy's there
        np.testing.assert_allclose(f, e, rtol=1e-10, atol=1e-10)
        assert f.shape == e.shape


# laws


@given(
    n=st.integers(1, 20),
    d=st.integers(1, 8),
    t=st.integers(1, 3),
    bias=st.floats(-5, 5),
    seed=st.integers(0, 2**32 - 1),
)
def test_without_noise_the_coefficients_explain_everything(n, d, t, bias, seed):
    X, y, w = make_regression(n, d, n_targets=t, bias=bias, coef=True, random_state=seed)
    assert X.shape == (n, d)
    assert y.shape == ((n,) if t == 1 else (n, t))
    explained = X @ np.reshape(w, (d, t)) + bias
    np.testing.assert_allclose(explained, np.reshape(y, (n, t)), atol=1e-9)  # sums of eight products up to 500


def test_as_many_coefficients_count_as_asked_for():
    for shuffle in (True, False):
        _, _, w = make_regression(10, 30, n_informative=4, shuffle=shuffle, coef=True, random_state=0)
        assert (w != 0).sum() == 4
        assert shuffle or (w[:4] > 0).all()


def test_noise_has_the_standard_deviation_asked_for():
    X, y, w = make_regression(5000, 5, noise=20.0, coef=True, random_state=0)
    assert (y - X @ w).std() == pytest.approx(20.0, rel=0.05)  # the error's standard deviation is 1 %
    X, y = make_sparse_uncorrelated(5000, random_state=0)
    assert (y - X[:, :4] @ [1, 2, -2, -1.5]).std() == pytest.approx(1.0, rel=0.05)  # as above
    _, clean = make_friedman1(5000, random_state=0)
    _, noisy = make_friedman1(5000, noise=2.0, random_state=0)
    assert (noisy - clean).std() == pytest.approx(2.0, rel=0.05)  # as above


# edges and errors


def test_a_single_sample_has_a_target_array_of_one():
    _, y = make_regression(1, 3, random_state=0)
    assert y.shape == (1,)


@pytest.mark.parametrize(
    ("name", "how", "error"),
    [
        ("make_regression", {"n_samples": 0}, ValueError),
        ("make_regression", {"n_features": 2.0}, TypeError),
        ("make_regression", {"n_informative": -1}, ValueError),
        ("make_regression", {"n_targets": 0}, ValueError),
        ("make_regression", {"noise": -1.0}, ValueError),
        ("make_regression", {"noise": None}, TypeError),
        ("make_regression", {"bias": math.inf}, ValueError),
        ("make_regression", {"bias": math.nan}, ValueError),
        ("make_regression", {"effective_rank": 0}, ValueError),
        ("make_regression", {"tail_strength": 1.5}, ValueError),
        ("make_regression", {"coef": "yes"}, TypeError),
        ("make_regression", {"shuffle": 0}, TypeError),
        ("make_low_rank_matrix", {"effective_rank": None}, TypeError),
        ("make_low_rank_matrix", {"tail_strength": -0.5}, ValueError),
        ("make_friedman1", {"n_features": 4}, ValueError),
        ("make_friedman1", {"noise": math.nan}, ValueError),
        ("make_sparse_uncorrelated", {"n_features": 3}, ValueError),
        ("make_sparse_uncorrelated", {"n_samples": "many"}, TypeError),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(name, how, error):
    with pytest.raises(error, match=rf"{name}: {next(iter(how))}="):
        getattr(datasets, name)(**how)
