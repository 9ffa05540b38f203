"""lasso_path and enet_path: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning

import tests.naive.linear_model.lasso as naive
from scratchml.linear_model import Lasso, enet_path, lasso_path

seeds = st.integers(0, 10**6)


def objectives(X, y, alphas, coefs, l1_ratio=1.0):
    """Return the objective at each alpha."""
    miss = np.mean((y[:, None] - X @ coefs) ** 2, axis=0) / 2
    return miss + alphas * (l1_ratio * np.abs(coefs).sum(axis=0) + (1 - l1_ratio) / 2 * np.square(coefs).sum(axis=0))


def made(rng, n, d):
    """Return centred X and y made by a third of its columns."""
    X = rng.normal(size=(n, d)) @ (np.eye(d) + rng.normal(size=(d, d)) / d)
    y = X @ np.where(rng.random(d) < 0.3, rng.normal(size=d), 0.0) + rng.normal(size=n)
    return X - X.mean(axis=0), y - y.mean()


# ---- by hand


def test_the_path_of_one_column_is_a_line():
    # x'y / n = 2, x'x / n = 1: w = 2 - alpha
    X, y = np.array([[1.0], [-1.0]]), np.array([2.0, -2.0])
    alphas, coefs, gaps = lasso_path(X, y, alphas=[0.5, 2.0, 1.0])
    assert alphas.tolist() == [2.0, 1.0, 0.5]
    assert_allclose(coefs, [[0.0, 1.0, 1.5]], atol=1e-15)
    assert (gaps <= 1e-15).all()


def test_the_grid_begins_where_all_weights_are_zero():
    X, y = np.array([[1.0, 2.0], [-1.0, 0.0]]), np.array([2.0, -1.0])  # X'y / n = (1.5, 2)
    alphas, coefs, _ = lasso_path(X, y, alphas=3, eps=0.01)
    assert_allclose(alphas, [2.0, 0.2, 0.02], rtol=1e-15)
    assert coefs[:, 0].tolist() == [0.0, 0.0]
    assert_allclose(enet_path(X, y, alphas=3, eps=0.01)[0], [4.0, 0.4, 0.04], rtol=1e-15)
    assert_allclose(lasso_path(X, -y, alphas=3, positive=True)[0], [1e-15] * 3)  # nothing may come in


# ---- naive twin


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_agrees_with_the_naive_twin(rng, l1_ratio):
    X, y = made(rng, 12, 3)
    alphas, coefs, _ = enet_path(X, y, l1_ratio=l1_ratio, alphas=4, eps=0.05)
    expected = [w for w, _ in naive.lasso_path(X, y, alphas, l1_ratio, passes=300)]
    assert_allclose(coefs.T, expected, atol=1e-6)  # the objective is right to 1e-10, weights to its root


# ---- outside reference


@pytest.mark.parametrize("how", [{}, {"positive": True}, {"precompute": False}, {"precompute": True}], ids=str)
@pytest.mark.parametrize("shape", [(60, 8), (200, 110), (40, 150)])
def test_no_objective_is_above_scikit_learns(rng, shape, how):
    X, y = made(rng, *shape)
    for ratio in (1.0, 0.5):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # scikit-learn may not converge so far
            theirs = reference.enet_path(X, y, l1_ratio=ratio, eps=0.02, alphas=20, tol=1e-8, **how)
        ours = enet_path(X, y, l1_ratio=ratio, eps=0.02, alphas=20, **how)
        assert_allclose(ours[0], theirs[0], rtol=1e-12)  # of sums in another order
        found, expected = objectives(X, y, ours[0], ours[1], ratio), objectives(X, y, theirs[0], theirs[1], ratio)
        assert (found <= expected * (1 + 1e-8)).all()
        assert_allclose(ours[1], theirs[1], atol=2e-3 * np.abs(theirs[1]).max())  # tol=1e-8 leaves its root to theirs


def test_diabetes_and_the_shapes_of_results():
    X, y = load_diabetes(return_X_y=True)
    y = y - y.mean()
    theirs = reference.lasso_path(X, y, return_n_iter=True, tol=1e-10)
    ours = lasso_path(X, y, return_n_iter=True)
    for mine, other in zip(ours, theirs):
        assert np.shape(mine) == np.shape(other)
    assert_allclose(ours[1], theirs[1], atol=1e-4 * np.abs(theirs[1]).max())
    assert lasso_path(X, y[:, None])[1].shape == reference.lasso_path(X, y[:, None])[1].shape


def test_outdated_arguments_warn_as_in_scikit_learn(rng):
    X, y = made(rng, 20, 3)
    for path in (lasso_path, reference.lasso_path):
        with pytest.warns(FutureWarning, match="'n_alphas' was deprecated in 1.9"):
            assert len(path(X, y, n_alphas=7)[0]) == 7
        with pytest.warns(FutureWarning, match="'alphas=None' is deprecated"):
            assert len(path(X, y, alphas=None)[0]) == 100
        with pytest.warns(FutureWarning, match="deprecated"):
            assert len(path(X, y, alphas=None, n_alphas=4)[0]) == 4


# ---- laws


@settings(max_examples=15)
@given(seeds)
def test_each_point_of_the_path_is_the_lasso_of_its_alpha(seed):
    rng = np.random.default_rng(seed)
    X, y = made(rng, 30, int(rng.choice([4, 60])))
    alphas, coefs, gaps = lasso_path(X, y, alphas=6, eps=0.05)
    level = objectives(X, y, alphas, coefs)
    for alpha, gap, found in zip(alphas, gaps, level):
        w = Lasso(alpha, fit_intercept=False).fit(X, y).coef_
        expected = objectives(X, y, alpha, w[:, None])[0]
        assert found == pytest.approx(expected, rel=1e-9)  # each is within 1e-10
        assert 0.0 <= gap <= 1e-9 * found
    assert (np.diff(np.abs(coefs).sum(axis=0)) >= -1e-6).all()  # the sum of sizes grows while the price falls
    assert (np.diff(level) <= 1e-12).all()  # and what has to be paid falls


def test_a_path_may_begin_anywhere(rng):
    X, y = made(rng, 40, 130)
    expected = lasso_path(X, y, alphas=[0.2, 0.1])
    found = lasso_path(X, y, alphas=[0.2, 0.1], coef_init=expected[1][:, 1], return_n_iter=True)
    assert_allclose(objectives(X, y, *found[:2]), objectives(X, y, *expected[:2]), rtol=1e-9)


# ---- edges and errors


def test_the_price_may_fall_to_nothing(rng):
    X, y = made(rng, 20, 3)
    _, coefs, _ = lasso_path(X, y, alphas=[0.1, 0.0])
    assert_allclose(coefs[:, 1], np.linalg.lstsq(X, y)[0], rtol=1e-9)


def test_too_few_passes_are_told_once_with_the_worst_gap(rng):
    X, y = made(rng, 30, 20)
    with pytest.warns(ConvergenceWarning, match="at .* of 5 alphas. The worst is alpha=.*the duality gap is") as told:
        lasso_path(X, y, alphas=5, max_iter=1, tol=1e-12)
    assert len(told) == 1


def test_a_sign_of_life_for_each_alpha(rng, capsys):
    X, y = made(rng, 20, 3)
    lasso_path(X, y, alphas=4, verbose=True)
    assert capsys.readouterr().err == "...."
    lasso_path(X, y, alphas=2, verbose=2)
    assert capsys.readouterr().out == "Path: 000 out of 002\nPath: 001 out of 002\n"


@pytest.mark.parametrize(
    ("how", "error", "match"),
    [
        ({"eps": 0.0}, ValueError, "eps=0.0"),
        ({"alphas": 0}, ValueError, "alphas=0"),
        ({"alphas": []}, ValueError, "0 sample"),
        ({"alphas": [-1.0]}, ValueError, r"alphas\[0\] == -1.0, must be >= 0.0"),
        ({"alphas": [[1.0]]}, ValueError, "give a list of numbers"),
        ({"alphas": "many"}, ValueError, "alphas='many'"),
        ({"precompute": "maybe"}, ValueError, "precompute='maybe'"),
        ({"precompute": np.eye(7)}, ValueError, "shape"),
        ({"coef_init": [1.0]}, ValueError, "one for each of the 3 columns"),
        ({"sample_weight": np.ones(20)}, ValueError, "roots"),
        ({"speed": 3}, ValueError, "Unexpected parameters in params: speed"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(rng, how, error, match):
    X, y = made(rng, 20, 3)
    with pytest.raises(error, match=match):
        lasso_path(X, y, **how)


def test_no_grid_without_a_price_on_absolute_values_and_no_multi_task_lasso(rng):
    X, y = made(rng, 20, 3)
    with pytest.raises(ValueError, match="l1_ratio=0"):
        enet_path(X, y, l1_ratio=0.0)
    assert enet_path(X, y, l1_ratio=0.0, alphas=[1.0])[1].shape == (3, 1)
    with pytest.raises(ValueError, match="multi-task"):
        lasso_path(X, np.column_stack([y, y]))
