"""The scalers, Normalizer, FunctionTransformer: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import sklearn.preprocessing as reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tests.naive.preprocessing.scalers as naive
from scratchml import preprocessing as ours
from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.maths.normal import normal_share, normal_value, normal_values
from scratchml.preprocessing.columns import CHUNK_ROWS, FEW, LONG, map_columns, rows_at_once
from scratchml.preprocessing.function_transformer import PIECE
from scratchml.preprocessing.quantiles import quantiles
from scratchml.preprocessing.standard_scaler import standardise

CASES = [
    ("MinMaxScaler", {}),
    ("MinMaxScaler", {"feature_range": (-3, 5), "clip": True}),
    ("MaxAbsScaler", {}),
    ("MaxAbsScaler", {"clip": True}),
    ("RobustScaler", {}),
    ("RobustScaler", {"quantile_range": (10.0, 95.5), "unit_variance": True}),
    ("RobustScaler", {"with_centering": False}),
    ("RobustScaler", {"with_scaling": False}),
    ("Normalizer", {}),
    ("Normalizer", {"norm": "l1"}),
    ("Normalizer", {"norm": "max"}),
]
every_case = pytest.mark.parametrize(("name", "how"), CASES)


def table(rng, n=201, d=5, missing=False):
    X = rng.normal(size=(n, d)) * np.logspace(-2, 3, d) + np.linspace(0, 100, d)
    X[:, 1] = 7.0
    if missing:
        X[rng.random(X.shape) < 0.1] = np.nan
    return X


# ---- by hand


def test_min_max_on_paper():
    found = ours.MinMaxScaler((0, 10)).fit([[2.0], [4.0], [6.0]])
    assert (found.scale_[0], found.min_[0]) == (10 / 4, 0 - 2 * 10 / 4)
    assert found.transform([[5.0]])[0, 0] == 5 * 2.5 - 5


def test_max_abs_on_paper():
    assert ours.MaxAbsScaler().fit_transform([[-8.0, 0.0], [4.0, 0.0]]).tolist() == [[-1.0, 0.0], [0.5, 0.0]]


def test_robust_on_paper():
    found = ours.RobustScaler().fit([[0.0], [1.0], [2.0], [3.0]])
    assert (found.center_[0], found.scale_[0]) == (1.5, 2.25 - 0.75)


def test_row_lengths_on_paper():
    x = [[3.0, -4.0]]
    assert ours.Normalizer("l2").transform(x).tolist() == [[3 / 5, -4 / 5]]
    assert ours.Normalizer("l1").transform(x).tolist() == [[3 / 7, -4 / 7]]
    assert ours.Normalizer("max").transform(x).tolist() == [[3 / 4, -1.0]]


# ---- naive twin


@every_case
def test_agrees_with_the_naive_twin(rng, name, how):
    X = table(rng, n=23)
    found = getattr(ours, name)(**how).fit_transform(X)
    np.testing.assert_allclose(
        found, getattr(naive, name)(X.tolist(), **how), rtol=1e-12, atol=1e-13
    )  # a few roundings


# ---- outside reference


@every_case
@pytest.mark.parametrize("missing", [False, True])
def test_equals_scikit_learns(rng, name, how, missing):
    if name == "Normalizer" and missing:
        return
    X, new = table(rng, missing=missing), table(rng, n=50)
    found, expected = (getattr(room, name)(**how).fit(X) for room in (ours, reference))
    for attribute in (
        "scale_",
        "min_",
        "data_min_",
        "data_max_",
        "data_range_",
        "max_abs_",
        "center_",
        "n_samples_seen_",
    ):
        if hasattr(expected, attribute):
            if getattr(expected, attribute) is None:
                assert getattr(found, attribute) is None
                continue
            wanted = getattr(expected, attribute)
            np.testing.assert_allclose(getattr(found, attribute), wanted, rtol=1e-13, atol=0)  # the same formulas
    # a product and a sum may be one fused instruction in ours
    np.testing.assert_allclose(found.transform(new), expected.transform(new), rtol=1e-12, atol=1e-13)
    if hasattr(expected, "inverse_transform"):
        back = found.inverse_transform(new)
        np.testing.assert_allclose(back, expected.inverse_transform(new), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["MinMaxScaler", "MaxAbsScaler"])
@pytest.mark.parametrize("missing", [False, True])
def test_batches_equal_scikit_learns(rng, name, missing):
    found, expected = getattr(ours, name)(), getattr(reference, name)()
    for n in (5, 40, 3):
        X = table(rng, n, missing=missing)
        found.partial_fit(X)
        expected.partial_fit(X)
        assert found.scale_.tolist() == expected.scale_.tolist()
        assert found.n_samples_seen_ == expected.n_samples_seen_


def test_the_normal_distribution_is_scipys():
    p = np.concatenate([np.logspace(-300, -1, 200), np.linspace(0.001, 0.999, 999)])
    values = np.empty_like(p)
    normal_values(p, values)
    np.testing.assert_allclose(values, scipy.stats.norm.ppf(p), rtol=1e-13, atol=1e-16)  # AS 241 promises 1e-16
    x = np.linspace(-30, 9, 500)
    found = [normal_share(v) for v in x]
    np.testing.assert_allclose(found, scipy.stats.norm.cdf(x), rtol=2e-13)  # erfc of a rounded argument, far out
    assert (normal_value(0.0), normal_value(1.0)) == (-np.inf, np.inf)
    assert np.isnan([normal_value(np.nan), normal_value(-0.1), normal_value(1.1)]).all()


@pytest.mark.parametrize("n", [1, 2, 7, 100])
@pytest.mark.parametrize("many", [3, 40])
def test_quantiles_are_numpys(rng, n, many):
    column, shares = rng.normal(size=n), np.linspace(0, 1, many)
    np.testing.assert_allclose(quantiles(column.copy(), shares), np.quantile(column, shares), rtol=1e-15, atol=1e-16)


# ---- laws

tables = arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 5)), elements=st.floats(-1e6, 1e6, width=32))


@given(tables)
def test_min_max_ends_are_reached_and_inverse_undoes_it(X):
    model = ours.MinMaxScaler().fit(X)
    Z = model.transform(X)
    size = np.abs(X).max(axis=0) * model.scale_
    assert (np.abs(Z.min(axis=0)) <= 1e-15 * (1 + size)).all()  # one rounding of shift and product
    assert (np.abs(model.inverse_transform(Z) - X) <= 4e-15 * (np.abs(X) + np.abs(model.min_ / model.scale_))).all()


@given(tables)
def test_rows_come_out_with_length_one_or_zero(X):
    lengths = np.linalg.norm(ours.Normalizer().fit_transform(X), axis=1)
    long = np.linalg.norm(X, axis=1) > 1e-14
    np.testing.assert_allclose(lengths[long], 1.0, rtol=1e-14)  # d squares


@given(tables)
def test_half_of_the_robust_values_are_not_above_zero(X):
    Z = ours.RobustScaler().fit_transform(X)
    assert ((Z <= 0).sum(axis=0) * 2 >= len(X)).all()
    assert ((Z >= 0).sum(axis=0) * 2 >= len(X)).all()


@every_case
def test_threads_and_plain_python_do_not_change_a_bit(rng, name, how, monkeypatch):
    X = rng.normal(size=(CHUNK_ROWS + 5, 2))
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "1")
    expected = getattr(ours, name)(**how).fit_transform(X)
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "3")
    assert getattr(ours, name)(**how).fit_transform(X).tobytes() == expected.tobytes()
    small = X[:40]
    expected = getattr(ours, name)(**how).fit_transform(small)
    with plain_python():
        found = getattr(ours, name)(**how).fit_transform(small)
    assert found.tobytes() == expected.tobytes()


# ---- edges and errors


def test_steps_are_chunks_or_columns(rng):
    X = rng.normal(size=(CHUNK_ROWS + 1, 2))
    assert [s.name for s in record(ours.MinMaxScaler().steps(X))] == ["widen", "widen"]
    path = record(ours.RobustScaler().steps(X))
    assert [s.column for s in path] == [0, 1]
    assert np.isnan(path[0].quantiles[:, 1]).all()


@every_case
def test_copy_false_overwrites_and_the_default_does_not(rng, name, how):
    X = table(rng, 10)
    before = X.copy()
    model = getattr(ours, name)(**how).fit(X)
    expected = model.transform(X)
    assert X.tobytes() == before.tobytes()
    assert model.set_params(copy=False).transform(X) is X
    assert X.tobytes() == expected.tobytes()


@pytest.mark.parametrize("d", [1, 3, 20, LONG, LONG + 1])
def test_rows_taken_together_give_the_same_bits(rng, d):
    n = max(2 * CHUNK_ROWS, 2 * FEW // d) + 7
    X, shift, scale = rng.normal(size=(n, d)), rng.normal(size=d), rng.random(d) + 0.5
    assert rows_at_once(X) == max(1, LONG // d)
    np.testing.assert_array_equal((X - shift) / scale, map_columns(standardise, X, shift, scale, np.empty_like(X)))


@pytest.mark.parametrize("copy", [True, False])
@pytest.mark.parametrize("name", ["StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler"])
@pytest.mark.parametrize("method", ["transform", "inverse_transform"])
def test_infinity_in_the_last_chunk_is_an_error_and_changes_nothing(rng, name, copy, method):
    X = rng.normal(size=(2 * CHUNK_ROWS + 3, 3))
    model = getattr(ours, name)(copy=copy).fit(X.copy())
    X[-1, 2] = np.inf
    before = X.copy()
    with pytest.raises(ValueError, match=f"infinity.*first at row {len(X) - 1}, column 2"):
        getattr(model, method)(X)
    np.testing.assert_array_equal(before, X)


@pytest.mark.parametrize("name", ["MinMaxScaler", "MaxAbsScaler", "RobustScaler"])
def test_a_column_never_seen_is_an_error_and_missing_stays_missing(name):
    model = getattr(ours, name)().fit([[1.0, np.nan], [2.0, np.nan], [np.nan, np.nan]])
    assert np.isnan(model.scale_).tolist() == [False, True]
    assert np.isnan(model.transform([[np.nan, np.nan]])).all()
    with pytest.raises(ValueError, match="Column 1 held only NaN"):
        model.transform([[1.0, 1.0]])


@pytest.mark.parametrize("factor", [1e-300, 1e-150, 1e150, 1e300])
def test_huge_and_tiny_values_are_scaled(factor):
    X = np.array([[1.0], [2.0], [4.0]]) * factor
    for name in ("MinMaxScaler", "MaxAbsScaler", "RobustScaler"):
        assert np.isfinite(getattr(ours, name)().fit_transform(X)).all()
    row = ours.Normalizer().fit_transform(np.array([[3.0, 4.0]]) * factor)
    if factor > 1:
        np.testing.assert_allclose(row, [[0.6, 0.8]], rtol=1e-14)  # roundings of the scaling


def test_ranges_beyond_float64_are_clear_errors():
    X = np.array([[-1.5e308], [1.5e308], [0.0], [-1.5e308], [1.5e308]])
    with pytest.raises(ValueError, match="range of column 0 is beyond"):
        ours.MinMaxScaler().fit(X)
    with pytest.raises(ValueError, match="column 0 are too far apart"):
        ours.RobustScaler().fit(X)
    np.testing.assert_allclose(ours.Normalizer().transform(X[:2].T), [[-(0.5**0.5), 0.5**0.5]], rtol=1e-15)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (ours.MinMaxScaler((2, 1)), "feature_range"),
        (ours.MinMaxScaler((0, np.inf)), "feature_range"),
        (ours.MinMaxScaler((0, 1, 2)), "feature_range"),
        (ours.RobustScaler(quantile_range=(90, 10)), "Invalid quantile range"),
        (ours.RobustScaler(quantile_range=("a", 10)), "quantile_range"),
        (ours.RobustScaler(quantile_range=(0, 100), unit_variance=True), "normal distribution"),
        (ours.Normalizer("l3"), "norm='l3'"),
    ],
)
def test_wrong_values_are_value_errors(model, message):
    with pytest.raises(ValueError, match=message):
        model.fit([[1.0], [2.0]])


def test_inverse_transform_wants_as_many_columns():
    for name in ("MinMaxScaler", "MaxAbsScaler", "RobustScaler"):
        with pytest.raises(ValueError, match=f"3 features, but {name} is expecting 2"):
            getattr(ours, name)().fit([[1.0, 2.0], [3.0, 5.0]]).inverse_transform([[1.0, 2.0, 3.0]])


def test_names_of_a_frame_are_kept(rng):
    X = pd.DataFrame(rng.normal(size=(5, 2)), columns=["a", "b"])
    for name in ("MinMaxScaler", "MaxAbsScaler", "RobustScaler", "Normalizer"):
        assert getattr(ours, name)().fit(X).get_feature_names_out().tolist() == ["a", "b"]


# ---- FunctionTransformer


def times(X, by):
    return X * by


def over(X, by):
    return X / by


def test_a_function_and_its_inverse_are_applied_with_their_arguments(rng):
    X = np.abs(rng.normal(size=(4, 2)))
    model = ours.FunctionTransformer(times, over, kw_args={"by": 4.0}, inv_kw_args={"by": 4.0}).fit(X)
    assert model.transform(X).tolist() == (X * 4).tolist()
    assert model.inverse_transform(X * 4).tolist() == X.tolist()


@pytest.mark.parametrize("function", [np.log1p, np.isfinite, np.frompyfunc(lambda x: x + 1, 1, 1)])
def test_a_function_of_numpys_gives_the_same_piece_by_piece(rng, function):
    X = np.abs(rng.normal(size=(PIECE // 4 + 1, 5)))
    found = ours.FunctionTransformer(function, validate=True).fit_transform(X)
    assert (found.dtype, found.shape) == (function(X).dtype, X.shape)
    np.testing.assert_array_equal(found, function(X))
    X[-1, -1] = np.inf
    with pytest.raises(ValueError, match=f"infinity.* row {len(X) - 1}, column 4"):
        ours.FunctionTransformer(function, validate=True).transform(X)


def test_pieces_are_worked_on_under_the_callers_rules_for_errors(rng):
    X = rng.normal(size=(PIECE, 2))
    with np.errstate(all="ignore"):
        assert np.isnan(ours.FunctionTransformer(np.log).fit_transform(X)).any()
    with np.errstate(invalid="raise"), pytest.raises(FloatingPointError):
        ours.FunctionTransformer(np.log).fit_transform(X)


def test_a_warning_of_the_function_is_given_once_and_not_before_x_is_seen_to_be_finite(rng):
    X = np.abs(rng.normal(size=(PIECE, 3)))
    X[[0, PIECE // 2, -1], 0] = 0.0  # in three pieces
    with pytest.warns(RuntimeWarning, match="divide by zero") as given_out:
        found = ours.FunctionTransformer(np.log, validate=True).transform(X)
    assert len(given_out) == 1
    assert (np.flatnonzero(np.isneginf(found[:, 0])) == [0, PIECE // 2, PIECE - 1]).all()
    X[-1, -1] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="NaN"):
            ours.FunctionTransformer(np.log, validate=True).transform(X)


def test_functions_that_do_not_undo_each_other_are_warned_of():
    with pytest.warns(UserWarning, match="not strictly inverse"):
        ours.FunctionTransformer(np.exp, np.sqrt).fit(np.ones((3, 1)))
    with pytest.raises(ValueError, match="check_inverse"):
        ours.FunctionTransformer(np.exp, np.log).fit(np.array([["a"]], dtype=object))


def test_a_frame_goes_through_and_names_come_out():
    X = pd.DataFrame({"a": [1.0, 4.0], "b": [9.0, 16.0]})
    model = ours.FunctionTransformer(np.sqrt, feature_names_out="one-to-one").fit(X)
    assert model.transform(X)["b"].tolist() == [3.0, 4.0]
    assert model.get_feature_names_out().tolist() == ["a", "b"]
    renamed = ours.FunctionTransformer(np.sqrt, feature_names_out=lambda _, names: [f"root_{n}" for n in names]).fit(X)
    assert list(renamed.transform(X).columns) == ["root_a", "root_b"]
    other = ours.FunctionTransformer(lambda X: X.rename(columns={"a": "c"}), feature_names_out="one-to-one").fit(X)
    with pytest.raises(ValueError, match="different column names"):
        other.transform(X)


def test_without_names_there_is_no_method_for_them():
    assert not hasattr(ours.FunctionTransformer(), "get_feature_names_out")
    assert ours.FunctionTransformer().transform([[1]]) == [[1]]
