"""KBinsDiscretizer: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.preprocessing as reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import scratchml.preprocessing
import tests.naive.preprocessing.reshaping as naive
from scratchml.preprocessing import KBinsDiscretizer

# ---- by hand


def test_three_equally_wide_bins_on_paper():
    model = KBinsDiscretizer(3, encode="ordinal", strategy="uniform").fit([[0.0], [9.0]])
    assert model.bin_edges_[0].tolist() == [0.0, 3.0, 6.0, 9.0]
    assert model.transform([[-1.0], [2.9], [3.0], [9.0]]).ravel().tolist() == [0, 0, 1, 2]
    assert model.inverse_transform([[0.0], [2.0]]).ravel().tolist() == [1.5, 7.5]


# ---- naive twin


def test_agrees_with_the_naive_twin(rng):
    x = rng.normal(size=50)
    found = KBinsDiscretizer(7, encode="ordinal", strategy="uniform").fit_transform(x[:, None]).ravel()
    assert found.tolist() == naive.uniform_bins(x.tolist(), 7)


def test_edges_compared_with_side_by_side_and_searched_one_by_one_give_the_same_bins(rng, monkeypatch):
    X = np.column_stack([rng.normal(size=(300, 4)), rng.integers(0, 6, 300), np.ones(300)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = [KBinsDiscretizer([2, 3, 9, 40, 6, 5], encode=encode).fit(X) for encode in ("ordinal", "onehot-dense")]
    beside = [model.transform(X) for model in models]
    monkeypatch.setattr("scratchml.preprocessing.k_bins_discretizer.FEW_EDGES", 0)
    for model, found in zip(models, beside):
        assert found.tolist() == model.transform(X).tolist()
        assert found.max() > 0


def test_columns_cut_together_and_one_by_one_have_the_same_edges(rng):
    X = rng.normal(size=(200, 7))
    X[:, 2], X[:, 4] = 3.0, np.where(rng.random(200) < 0.7, 0.0, X[:, 4])  # constant, and with bins too narrow
    with pytest.warns(UserWarning, match="Feature 2|feature 4"):
        expected = KBinsDiscretizer(6).fit(X).bin_edges_
    with pytest.warns(UserWarning, match="Feature 2|feature 4"):
        found = KBinsDiscretizer([6] * 6 + [5]).fit(X).bin_edges_
    for together, alone in zip(expected[:6], found[:6]):
        np.testing.assert_array_equal(alone, together)


# ---- outside reference


@pytest.mark.parametrize("strategy", ["uniform", "quantile", "kmeans"])
@pytest.mark.parametrize("encode", ["ordinal", "onehot-dense"])
@pytest.mark.parametrize("how", [{}, {"n_bins": [2, 3, 9]}, {"quantile_method": "linear"}, {"dtype": np.float32}])
def test_equals_scikit_learns(rng, strategy, encode, how):
    X = np.column_stack([rng.exponential(size=200), rng.integers(0, 4, 200), rng.normal(size=200) + 50])
    if strategy == "kmeans":  # with fewer values than bins ties decide, and rounding decides ties
        X[:, 1] += rng.random(200)
    how = {**how, "strategy": strategy, "encode": encode}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, expected = KBinsDiscretizer(**how).fit(X), reference.KBinsDiscretizer(**how).fit(X)
    for a, b in zip(found.bin_edges_, expected.bin_edges_):
        np.testing.assert_allclose(a, b, rtol=1e-12)  # means of k-means are sums in another order
    Z = found.transform(X)
    assert Z.dtype == expected.transform(X).dtype
    assert Z.tolist() == expected.transform(X).tolist()
    np.testing.assert_allclose(found.inverse_transform(Z), expected.inverse_transform(Z), rtol=1e-6)  # theirs: float32
    assert found.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()


@pytest.mark.parametrize("subsample", [None, 50])
@pytest.mark.parametrize("strategy", ["uniform", "quantile", "kmeans"])
def test_weights_count_as_in_scikit_learn(rng, strategy, subsample):
    X, weight = rng.normal(size=(200, 3)), rng.integers(0, 4, 200).astype(float)
    for method in ("inverted_cdf", "averaged_inverted_cdf"):
        how = {"strategy": strategy, "quantile_method": method, "subsample": subsample, "random_state": 1}
        found, expected = (
            m.KBinsDiscretizer(encode="ordinal", **how).fit(X, sample_weight=weight)
            for m in (scratchml.preprocessing, reference)
        )
        for a, b in zip(found.bin_edges_, expected.bin_edges_):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)  # means of k-means are sums in another order


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_a_weight_is_a_number_of_copies(rng, strategy):
    X, weight = rng.normal(size=(60, 1)), rng.integers(0, 4, 60)
    found = KBinsDiscretizer(4, strategy=strategy).fit(X, sample_weight=weight)
    expected = KBinsDiscretizer(4, strategy=strategy).fit(np.repeat(X, weight, axis=0))
    np.testing.assert_allclose(found.bin_edges_[0], expected.bin_edges_[0], rtol=1e-14)  # one rounding of a share
    with pytest.raises(ValueError, match="quantile_method should either be"):
        KBinsDiscretizer(quantile_method="linear").fit(X, sample_weight=weight)


def test_a_subsample_is_scikit_learns(rng):
    X = rng.normal(size=(300, 2))
    how = {"subsample": 50, "random_state": 4, "encode": "ordinal"}
    found, expected = KBinsDiscretizer(**how).fit(X), reference.KBinsDiscretizer(**how).fit(X)
    assert [e.tolist() for e in found.bin_edges_] == [e.tolist() for e in expected.bin_edges_]


# ---- laws

columns = arrays(np.float64, st.tuples(st.integers(2, 40), st.just(1)), elements=st.floats(-1e6, 1e6, width=32))


@given(columns, st.sampled_from(["uniform", "quantile", "kmeans"]))
@pytest.mark.filterwarnings("ignore")
def test_bins_keep_the_order_and_their_middles_lead_back_to_them(X, strategy):
    model = KBinsDiscretizer(4, encode="ordinal", strategy=strategy).fit(X)
    Z = model.transform(X)
    assert (np.diff(Z[np.argsort(X[:, 0]), 0]) >= 0).all()
    if np.isfinite(model.bin_edges_[0]).all():
        assert model.transform(model.inverse_transform(Z)).tolist() == Z.tolist()


# ---- edges and errors


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"encode": "onehot"}, "sparse matrix, which is not supported"),
        ({"n_bins": [3, 3]}, "scalar or array of shape"),
        ({"n_bins": [1.5]}, "invalid number of bins at indices 0"),
        ({"dtype": int}, "dtype"),
    ],
)
def test_wrong_values_are_value_errors(how, message):
    with pytest.raises(ValueError, match=message):
        KBinsDiscretizer(**how).fit([[1.0], [2.0]])


def test_constant_columns_and_narrow_bins_are_warned_of():
    with pytest.warns(UserWarning, match="Feature 0 is constant"):
        assert KBinsDiscretizer().fit([[1.0], [1.0]]).n_bins_.tolist() == [1]
    with pytest.warns(UserWarning, match="too small"):
        KBinsDiscretizer(5).fit([[0.0], [0.0], [0.0], [1.0]])
    with pytest.raises(ValueError, match="none of its"):
        KBinsDiscretizer(2, encode="ordinal").fit([[0.0], [1.0]]).inverse_transform([[2.0]])
