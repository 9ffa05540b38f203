"""QuantileTransformer: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.preprocessing as reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tests.naive.preprocessing.reshaping as naive
from scratchml.preprocessing import QuantileTransformer


def table(rng, n=300, missing=False):
    X = np.column_stack([rng.exponential(size=n), rng.integers(0, 5, n), np.full(n, 3.0), rng.normal(size=n) * 1e5])
    if missing:
        X[rng.random(X.shape) < 0.1] = np.nan
    return X


# ---- by hand


def test_three_quantiles_on_paper():
    model = QuantileTransformer(n_quantiles=3).fit([[0.0], [4.0], [10.0]])
    assert model.transform([[-1.0], [0.0], [2.0], [4.0], [7.0], [11.0]]).ravel().tolist() == [0, 0, 0.25, 0.5, 0.75, 1]
    assert model.inverse_transform([[0.25], [0.75]]).ravel().tolist() == [2.0, 7.0]


# ---- naive twin


def test_agrees_with_the_naive_twin(rng):
    X = np.round(rng.normal(size=(40, 1)), 1)
    found = QuantileTransformer(n_quantiles=9).fit_transform(X).ravel()
    np.testing.assert_allclose(found, naive.spread_evenly(X.ravel().tolist(), 9), atol=1e-14)  # shares are below 1


# ---- outside reference


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("shape", ["uniform", "normal"])
@pytest.mark.parametrize("how", [{"n_quantiles": 300}, {"n_quantiles": 50}, {"n_quantiles": 20, "subsample": 100}])
def test_equals_scikit_learns(rng, how, shape, missing):
    X, new = table(rng, missing=missing), table(rng, 40)
    how = {**how, "output_distribution": shape, "random_state": 3}
    found, expected = QuantileTransformer(**how).fit(X), reference.QuantileTransformer(**how).fit(X)
    np.testing.assert_allclose(found.quantiles_, expected.quantiles_, rtol=1e-14)  # rounding of a mixture
    Z = found.transform(new)
    # the normal value is steep near its ends, where a share is known to 1e-16 of 1e-7
    np.testing.assert_allclose(Z, expected.transform(new), rtol=1e-8 if shape == "normal" else 1e-12, atol=1e-12)
    back = expected.inverse_transform(Z.copy())
    np.testing.assert_allclose(found.inverse_transform(Z), back, rtol=1e-11)  # a share of a normal value, times 1e5


# ---- laws

tables = arrays(np.float64, st.tuples(st.integers(2, 40), st.integers(1, 3)), elements=st.floats(-1e6, 1e6, width=32))


@given(tables)
def test_order_is_kept_and_shares_lie_between_0_and_1(X):
    Z = QuantileTransformer(n_quantiles=2).fit_transform(X)
    assert ((Z >= 0) & (Z <= 1)).all()
    for f in range(X.shape[1]):
        assert (np.diff(Z[np.argsort(X[:, f], kind="stable"), f]) >= -1e-15).all()  # rounding of a share


@given(tables)
def test_ranks_alone_decide_where_every_value_is_a_quantile(X):
    with np.errstate(all="ignore"):
        first = QuantileTransformer(n_quantiles=len(X)).fit_transform(X)
        second = QuantileTransformer(n_quantiles=len(X)).fit_transform(np.arctan(X / 1e6) * 8)
    distinct = [len(np.unique(X[:, f])) == len(np.unique(np.arctan(X[:, f] / 1e6))) for f in range(X.shape[1])]
    np.testing.assert_allclose(first[:, distinct], second[:, distinct], atol=1e-6)  # quantiles between near values


# ---- edges and errors


@pytest.mark.parametrize("factor", [1e-310, 1e-150, 1e150, 1e308])
def test_huge_and_tiny_values_have_finite_shares(factor):
    X = np.array([[-1.5], [0.1], [0.7], [1.5]]) * factor
    model = QuantileTransformer(n_quantiles=4).fit(X)
    np.testing.assert_allclose(model.transform(X).ravel(), [0, 1 / 3, 2 / 3, 1], rtol=1e-9)  # coarse numbers
    assert np.isfinite(model.transform(X * 0.9)).all()
    assert np.isfinite(model.inverse_transform([[0.2], [0.5]])).all()


def test_wrong_use_is_a_clear_error():
    with pytest.raises(ValueError, match="cannot be greater than the number of samples used"):
        QuantileTransformer(n_quantiles=10, subsample=5).fit([[1.0]])
    with pytest.warns(UserWarning, match="greater than the total number of samples"):
        model = QuantileTransformer().fit([[1.0, np.nan], [2.0, np.nan]])
    with pytest.raises(ValueError, match="Column 1 held only NaN"):
        model.transform([[1.0, 1.0]])
    with pytest.raises(ValueError, match="expecting 2"):
        model.inverse_transform([[1.0]])
