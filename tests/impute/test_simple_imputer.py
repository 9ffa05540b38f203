"""SimpleImputer: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest
import sklearn.impute as reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tests.naive.impute.simple_imputer as naive
from scratchml.core.jit import plain_python
from scratchml.impute import SimpleImputer
from scratchml.impute.holes import FEW_WORDS, tell_apart
from scratchml.impute.simple_imputer import column_means, fill_holes, median, most_frequent, sum_columns

NAN = np.nan
STRATEGIES = ["mean", "median", "most_frequent", "constant"]


def with_holes(rng, n=80, d=5, share=0.2):
    X = rng.integers(0, 9, size=(n, d)) + rng.choice([0.0, 0.25], size=(n, d))
    return np.where(rng.random((n, d)) < share, NAN, X)


def check_like_the_reference(X, new=None, **params):
    """Assert equal statistics, rows, names and kinds."""
    new = X if new is None else new
    ours, theirs = SimpleImputer(**params).fit(X), reference.SimpleImputer(**params).fit(X)
    expected, found = theirs.transform(new), ours.transform(new)
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    if found.dtype.kind == "f":
        np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-14)  # sums in another order
        np.testing.assert_allclose(
            ours.statistics_.astype(float), theirs.statistics_.astype(float), rtol=1e-14, atol=1e-14
        )
    else:
        assert found.tolist() == expected.tolist()
        assert ours.statistics_.tolist() == theirs.statistics_.tolist()


# ---- by hand


@pytest.mark.parametrize(("strategy", "expected"), [("mean", 3.0), ("median", 2.0), ("most_frequent", 1.0)])
def test_one_column_on_paper(strategy, expected):
    X = [[1.0], [NAN], [1.0], [3.0], [7.0]]
    assert SimpleImputer(strategy=strategy).fit(X).statistics_.tolist() == [expected]


def test_the_formulas_of_the_docstring():
    x = np.array([4.0, 1.0, 2.0, 9.0])
    c = x.sum() / 4
    assert c + (x - c).sum() / 4 == column_means(x[:, None])[0] == 4.0
    ordered, h = np.sort(x), (4 + 1) // 2
    assert (ordered[h - 1] + ordered[4 + 1 - h - 1]) / 2 == median(x) == 3.0
    assert most_frequent(np.array([2.0, 5.0, 5.0, 2.0, 7.0])) == 2.0  # a tie: the smallest


def test_the_kernels_pass_over_holes():
    X, total, count, filled = np.array([[1.0, NAN], [3.0, 5.0]]), np.empty(2), np.empty(2), np.empty((2, 2))
    sum_columns(X, np.array([1.0, 0.0]), total, count)
    assert (total.tolist(), count.tolist()) == ([2.0, 5.0], [2.0, 1.0])
    fill_holes(X, np.array([8.0, 9.0]), filled)
    assert filled.tolist() == [[1.0, 9.0], [3.0, 5.0]]


def test_objects_are_told_apart_on_paper():
    a, nan, word = float("1.5"), float("nan"), "".join(["wo", "rd"])
    words = tell_apart(np.array([["word", a], [nan, "word"], [word, a]], dtype=object))
    assert words.codes.tolist() == [[0, 1], [2, 0], [3, 1]]  # a second copy of a word is another object
    assert [x is y for x, y in zip(words.distinct, ["word", a, nan, word])] == [True] * 4
    with plain_python():
        again = tell_apart(np.array([["word", a], [nan, "word"], [word, a]], dtype=object))
    np.testing.assert_array_equal(again.codes, words.codes)


# ---- naive twin


@pytest.mark.parametrize("strategy", STRATEGIES[:3])
def test_agrees_with_the_naive_twin(rng, strategy):
    X = with_holes(rng)
    found = SimpleImputer(strategy=strategy).fit_transform(X)
    np.testing.assert_allclose(found, naive.fill(X.tolist(), strategy), rtol=1e-15, atol=0)  # one rounding more


# ---- outside reference


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("more", [{}, {"add_indicator": True}])
def test_numbers_are_scikit_learns(rng, strategy, more):
    check_like_the_reference(with_holes(rng), with_holes(rng), strategy=strategy, **more)


@pytest.mark.filterwarnings("ignore:Skipping features")
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("keep", [False, True])
def test_an_empty_column_is_treated_as_in_scikit_learn(rng, strategy, keep):
    X = with_holes(rng)
    X[:, 2] = NAN
    check_like_the_reference(X, strategy=strategy, keep_empty_features=keep, add_indicator=True)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_number_may_mark_the_holes(rng, strategy):
    X = np.nan_to_num(with_holes(rng), nan=-1.0)
    check_like_the_reference(X, strategy=strategy, missing_values=-1, add_indicator=True)


@pytest.mark.parametrize("strategy", ["most_frequent", "constant"])
@pytest.mark.parametrize("missing", [NAN, None, "?"])
def test_words_are_filled_as_in_scikit_learn(strategy, missing):
    X = np.array([["a", "x"], [missing, "y"], ["b", missing], ["b", "y"], ["a", "x"]], dtype=object)
    check_like_the_reference(X, strategy=strategy, missing_values=missing, add_indicator=True)


@pytest.mark.parametrize("strategy", ["most_frequent", "constant"])
def test_integers_stay_integers(rng, strategy):
    check_like_the_reference(rng.integers(0, 4, size=(40, 3)), strategy=strategy, missing_values=0, fill_value=7)


def test_a_function_may_be_the_strategy(rng):
    check_like_the_reference(with_holes(rng), strategy=np.min)


def test_pandas_missing_values_and_frames(rng):
    frame = pd.DataFrame({"a": pd.array([1, pd.NA, 4], dtype="Int64"), "b": [NAN, 2.0, 4.0]})
    ours = SimpleImputer(missing_values=pd.NA, add_indicator=True).fit(frame)
    theirs = reference.SimpleImputer(missing_values=pd.NA, add_indicator=True).fit(frame)
    assert ours.transform(frame).tolist() == theirs.transform(frame).tolist()
    assert ours.get_feature_names_out().tolist() == ["a", "b", "missingindicator_a", "missingindicator_b"]


# ---- laws


@given(arrays(np.float64, (7, 3), elements=st.one_of(st.just(NAN), st.floats(-1e150, 1e150))))
def test_values_that_are_there_stay_and_nothing_is_missing(X):
    for strategy in STRATEGIES:
        found = SimpleImputer(strategy=strategy, keep_empty_features=True).fit_transform(X)
        assert np.isfinite(found).all()
        assert (found[~np.isnan(X)] == X[~np.isnan(X)]).all()


@given(arrays(np.float64, (7, 3), elements=st.one_of(st.just(NAN), st.floats(-1e6, 1e6))))
@pytest.mark.filterwarnings("ignore:Skipping features")
def test_the_inverse_gives_back_what_was_there(X):
    model = SimpleImputer(add_indicator=True).fit(X)
    np.testing.assert_array_equal(model.inverse_transform(model.transform(X)), X)


def test_filling_in_the_mean_keeps_the_mean(rng):
    X = with_holes(rng)
    model = SimpleImputer().fit(X)
    np.testing.assert_allclose(model.transform(X).mean(axis=0), model.statistics_, rtol=1e-14)  # 80 additions


# ---- edges and errors


def test_sums_that_overflow_still_have_a_mean_and_a_median():
    X = np.array([[1.5e308], [NAN], [1.7e308]])
    expected = 1.6e308
    for strategy in ("mean", "median"):
        found = SimpleImputer(strategy=strategy).fit(X).statistics_[0]
        assert found == pytest.approx(expected, rel=1e-15)  # a rounding of the halves


def test_a_large_mean_keeps_its_digits(rng):
    X = 1e9 + rng.normal(size=(50_000, 1))
    assert column_means(X)[0] == pytest.approx(naive.column_value(X[:, 0].tolist(), "mean"), rel=1e-16 * 2)  # 1 ulp


def test_copy_false_fills_in_place_and_copy_true_does_not():
    X = np.array([[1.0], [NAN]])
    SimpleImputer().fit(X).transform(X)
    assert np.isnan(X[1, 0])
    assert SimpleImputer(copy=False).fit(X).transform(X) is X
    assert X[1, 0] == 1.0


def test_a_dropped_column_is_announced_by_name():
    frame = pd.DataFrame({"full": [1.0, 2.0], "empty": [NAN, NAN]})
    with pytest.warns(UserWarning, match=r"Skipping features without any observed values: \['empty'\]"):
        SimpleImputer().fit_transform(frame)


def test_words_of_several_kinds_that_tie_do_not_break_it():
    X = np.array([["a"], [1], [NAN]], dtype=object)
    assert SimpleImputer(strategy="most_frequent").fit(X).statistics_.tolist() == [1]  # int before str


@pytest.mark.parametrize(
    ("params", "X", "message"),
    [
        ({"strategy": "mean"}, [["a"], ["b"]], "strings"),
        ({"strategy": "mode"}, [[1.0]], "strategy='mode'"),
        ({"strategy": "constant", "fill_value": "x"}, [[1.0], [NAN]], "cannot be cast"),
        ({"strategy": "constant", "fill_value": 1.5}, [[1], [2]], "cannot be cast"),
        ({"missing_values": "?"}, [[1.0]], "expected to be both numerical"),
        ({"missing_values": 0}, [[NAN]], "NaN"),
        ({"strategy": "most_frequent"}, np.array([["a"]]), "does not support data with dtype"),
        ({"strategy": lambda column: column}, [[1.0], [2.0]], "one number for a column"),
    ],
)
def test_a_wrong_call_is_explained(params, X, message):
    with pytest.raises(ValueError, match=message):
        SimpleImputer(**params).fit(X)


@pytest.mark.parametrize("strategy", ["most_frequent", "constant"])
def test_many_words_and_copies_of_words_are_filled_as_in_scikit_learn(rng, strategy):
    drawn = rng.integers(0, 20, size=(FEW_WORDS, 2))
    X = np.array([[f"word {i}" for i in row] for row in drawn], dtype=object)  # a new object for each cell
    X[rng.random(X.shape) < 0.1] = float("nan")
    assert tell_apart(X) is None
    for part in (X, X[:30]):
        check_like_the_reference(part, strategy=strategy)


def test_thousands_of_words_are_told_apart_where_they_repeat(rng):
    named = np.array([f"word {i}" for i in range(3 * FEW_WORDS)], dtype=object)
    X = named[rng.integers(0, len(named), size=(20 * FEW_WORDS, 2))]
    words = tell_apart(X)
    assert len(words.distinct) == len(set(words.distinct)) > FEW_WORDS
    assert (words.distinct[words.codes] == X).all()


def test_the_inverse_needs_the_indicator_and_the_right_columns():
    X = [[1.0], [NAN]]
    with pytest.raises(ValueError, match="add_indicator=True"):
        SimpleImputer().fit(X).inverse_transform(X)
    with pytest.raises(ValueError, match="1 columns and 1 indicators"):
        SimpleImputer(add_indicator=True).fit(X).inverse_transform(X)
