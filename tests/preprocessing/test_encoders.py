"""OrdinalEncoder and OneHotEncoder: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.preprocessing as reference
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.preprocessing.encoders as naive
from scratchml.preprocessing import OneHotEncoder, OrdinalEncoder
from scratchml.preprocessing.categories import distinct_values, find_codes


def words(rng, n=60, k=5):
    return rng.choice([f"w{j}" for j in range(k)], size=(n, 2)).astype(object)


def sklearn_one_hot(**how):
    return reference.OneHotEncoder(sparse_output=False, **how)


def check_equal(found, expected):
    """Assert that two arrays hold the same values, NaN where there is NaN."""
    assert found.shape == expected.shape
    for a, b in zip(found.ravel().tolist(), expected.ravel().tolist()):
        assert a == b or (a != a and b != b), (a, b)


# ---- by hand


def test_ordinal_on_paper():
    found = OrdinalEncoder().fit_transform([["b", 3], ["a", 1], ["b", 2]])
    assert found.tolist() == [[1.0, 2.0], [0.0, 0.0], [1.0, 1.0]]


def test_one_hot_on_paper():
    coder = OneHotEncoder(drop="if_binary").fit([["b", 3], ["a", 1], ["b", 2]])
    assert coder.transform([["b", 3], ["a", 1]]).tolist() == [[1, 0, 0, 1], [0, 1, 0, 0]]
    assert coder.get_feature_names_out().tolist() == ["x0_b", "x1_1", "x1_2", "x1_3"]


# ---- naive twin


def test_agrees_with_the_naive_twins(rng):
    X = words(rng)
    assert OrdinalEncoder().fit_transform(X).tolist() == naive.OrdinalEncoder(X.tolist())
    assert OneHotEncoder().fit_transform(X).tolist() == naive.OneHotEncoder(X.tolist())


@pytest.mark.parametrize("kind", ["int64", "float64", "<U5", "object", "words and numbers", "missing"])
def test_categories_come_back_alike_at_once_and_column_by_column(kind, monkeypatch, rng):
    X = rng.integers(0, 5, size=(40, 3)).astype(object if " " in kind or kind == "missing" else kind)
    if kind == "words and numbers":
        X = pd.DataFrame({"a": X[:, 0].astype(str), "b": X[:, 1].astype(int), "c": X[:, 2]})
    if kind == "missing":
        X = np.where(X == 2, np.nan, X).astype(np.float64)
    model = OrdinalEncoder().fit(X)
    codes = model.transform(X)
    at_once = model.inverse_transform(codes)
    with pytest.raises(ValueError, match="in column 1 is no code"):
        model.inverse_transform(np.where(np.arange(codes.shape[1]) == 1, 0.5, codes))
    monkeypatch.setattr(OrdinalEncoder, "_values_at_once", lambda self, Z, kind: None)
    by_column = model.inverse_transform(codes)
    assert at_once.dtype == by_column.dtype
    check_equal(at_once, by_column)


# ---- outside reference

TABLES = {
    "words": words,
    "numbers": lambda rng: rng.integers(0, 5, size=(60, 3)),
    "floats with nan": lambda rng: np.where(rng.random((60, 2)) < 0.2, np.nan, rng.integers(0, 4, size=(60, 2))),
    "text array": lambda rng: words(rng).astype(str),
    "words, None and nan": lambda rng: np.where(
        rng.random((60, 2)) < 0.2, None, np.where(rng.random((60, 2)) < 0.2, np.nan, words(rng))
    ),
    "frame": lambda rng: pd.DataFrame(
        {"w": words(rng)[:, 0], "i": rng.integers(0, 3, 60), "c": pd.Categorical(words(rng)[:, 1])}
    ),
    "booleans": lambda rng: rng.random((60, 2)) < 0.3,
}
ONE_HOT = [
    {},
    {"drop": "first"},
    {"drop": "if_binary"},
    {"min_frequency": 12},
    {"min_frequency": 0.22, "handle_unknown": "infrequent_if_exist"},
    {"max_categories": 3, "drop": "first"},
    {"max_categories": 2, "handle_unknown": "ignore"},
    {"max_categories": 1, "handle_unknown": "infrequent_if_exist"},
    {"dtype": np.int32},
]
ORDINAL = [
    {},
    {"handle_unknown": "use_encoded_value", "unknown_value": -1},
    {"handle_unknown": "use_encoded_value", "unknown_value": np.nan, "min_frequency": 12},
    {"encoded_missing_value": -7, "dtype": np.int64},
    {"max_categories": 2},
    {"max_categories": 1, "encoded_missing_value": -2},
]


@pytest.mark.parametrize("how", ONE_HOT)
@pytest.mark.parametrize("name", TABLES)
def test_one_hot_equals_scikit_learns(rng, name, how):
    X = TABLES[name](rng)
    found, expected = OneHotEncoder(**how).fit(X), sklearn_one_hot(**how).fit(X)
    Z = found.transform(X)
    assert Z.dtype == expected.transform(X).dtype
    assert Z.tolist() == expected.transform(X).tolist()
    assert found.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()
    for a, b in zip(found.categories_, expected.categories_):
        assert a.dtype == b.dtype
        check_equal(a, b)
    assert np.array_equal(found.drop_idx_, expected.drop_idx_)
    if name != "text array":  # scikit-learn cuts "infrequent_sklearn" short there
        check_equal(found.inverse_transform(Z), expected.inverse_transform(Z))


@pytest.mark.parametrize("how", ORDINAL)
@pytest.mark.parametrize("name", TABLES)
def test_ordinal_equals_scikit_learns(rng, name, how):
    X = TABLES[name](rng)
    found, expected = OrdinalEncoder(**how).fit(X), reference.OrdinalEncoder(**how).fit(X)
    Z = found.transform(X)
    assert Z.dtype == expected.transform(X).dtype
    check_equal(Z, expected.transform(X))
    shifted = "nan" in name and "max_categories" in how  # scikit-learn's inverse counts NaN among the frequent ones
    if not shifted and how.get("max_categories") != 1 and "unknown_value" not in how:
        check_equal(found.inverse_transform(Z), expected.inverse_transform(Z.copy()))
    if "max_categories" in how:
        for a, b in zip(found.infrequent_categories_, expected.infrequent_categories_):
            assert (a is None) == (b is None)
            if a is not None:
                check_equal(a, b)


@pytest.mark.parametrize(
    "how",
    [
        {"handle_unknown": "ignore"},
        {"handle_unknown": "ignore", "drop": "first"},
        {"handle_unknown": "infrequent_if_exist", "max_categories": 3},
        {"handle_unknown": "infrequent_if_exist", "max_categories": 3, "drop": "first"},
        {"handle_unknown": "warn", "min_frequency": 12},
        {"handle_unknown": "ignore", "max_categories": 3},
    ],
)
def test_unknown_categories_become_what_they_become_in_scikit_learn(rng, how):
    X, new = words(rng), words(rng, k=8)
    found, expected = OneHotEncoder(**how).fit(X), sklearn_one_hot(**how).fit(X)
    with warnings.catch_warnings(record=True) as ours:
        warnings.simplefilter("always")
        Z = found.transform(new)
    with warnings.catch_warnings(record=True) as theirs:
        warnings.simplefilter("always")
        wanted = expected.transform(new)
    assert len(ours) == len(theirs)
    assert Z.tolist() == wanted.tolist()
    check_equal(found.inverse_transform(Z), expected.inverse_transform(Z))


def test_given_categories_and_drops_equal_scikit_learns(rng):
    X = words(rng)
    lists = [["w4", "w0", "w1", "w2", "w3", "w9"]] * 2
    for how in ({"categories": lists}, {"categories": lists, "drop": ["w0", "w9"]}):
        found, expected = OneHotEncoder(**how).fit(X), sklearn_one_hot(**how).fit(X)
        assert found.transform(X).tolist() == expected.transform(X).tolist()
        assert found.inverse_transform(found.transform(X)).tolist() == X.tolist()
    ordinal = OrdinalEncoder(categories=lists).fit_transform(X)
    assert ordinal.tolist() == reference.OrdinalEncoder(categories=lists).fit_transform(X).tolist()


# ---- laws

tables = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-3, 3)), min_size=1, max_size=30)


@given(tables)
def test_inverse_undoes_transform(rows):
    X = np.array(rows, dtype=object)
    for coder in (OrdinalEncoder(), OneHotEncoder(), OneHotEncoder(drop="first")):
        assert coder.fit(X).inverse_transform(coder.transform(X)).tolist() == X.tolist()


@given(tables)
def test_each_column_makes_one_one_in_each_row(rows):
    Z = OneHotEncoder().fit_transform(np.array(rows, dtype=object))
    assert (Z.sum(axis=1) == 2).all()


@given(st.lists(st.one_of(st.none(), st.just(float("nan")), st.sampled_from("abc")), min_size=1, max_size=20))
def test_codes_lead_back_to_the_values(values):
    column = np.empty(len(values), dtype=object)
    column[:] = values
    found = distinct_values(column)
    check_equal(found[find_codes(column, found)], column)


def test_the_inverse_of_zeros_is_the_dropped_category_beside_rare_ones():
    X = [[2], [2], [2], [0], [3], [3]]  # 0 is rare, so 2 is the first column, and dropped
    model = OneHotEncoder(drop="first", min_frequency=2, handle_unknown="ignore")
    assert model.inverse_transform(model.fit_transform(X))[:3].tolist() == [[2], [2], [2]]


# ---- edges and errors


@pytest.mark.parametrize(
    ("coder", "X", "error", "message"),
    [
        (OneHotEncoder(sparse_output=True), [["a"]], ValueError, "sparse_output=True is not supported"),
        (OneHotEncoder(drop=["z"]), [["a"]], ValueError, "supposed to be dropped"),
        (OneHotEncoder(drop=["a", "b"]), [["a"]], ValueError, "length equal"),
        (OneHotEncoder(drop=["b"], min_frequency=2), [["a"], ["a"], ["b"]], ValueError, "infrequent"),
        (OneHotEncoder(categories=[["a"], ["b"]]), [["a"]], ValueError, "Shape mismatch"),
        (OneHotEncoder(categories=[["a", "a"]]), [["a"]], ValueError, "duplicate"),
        (OneHotEncoder(categories=[[2, 1]]), [[1]], ValueError, "Unsorted"),
        (OneHotEncoder(categories=[["b"]]), [["a"]], ValueError, r"unknown categories \['a'\] in column 0 during fit"),
        (OneHotEncoder(min_frequency=1.5), [["a"]], ValueError, "min_frequency"),
        (OneHotEncoder(dtype="rubbish"), [["a"]], TypeError, "dtype"),
        (OrdinalEncoder(), [["a", 1], [2, 1]], TypeError, "uniformly strings or numbers"),
        (OrdinalEncoder(unknown_value=3), [["a"]], TypeError, "unknown_value should only be set"),
        (OrdinalEncoder(handle_unknown="use_encoded_value"), [["a"]], TypeError, "should be an integer or np.nan"),
        (
            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=0),
            [["a"]],
            ValueError,
            "already used for encoding",
        ),
        (OrdinalEncoder(dtype=int), [[1.0], [np.nan]], ValueError, "missing values in features"),
        (OrdinalEncoder(encoded_missing_value=0), [[1.0], [np.nan]], ValueError, "already used to encode"),
        (OrdinalEncoder(encoded_missing_value="x"), [["a"]], TypeError, "encoded_missing_value"),
    ],
)
def test_what_cannot_be_encoded_is_a_clear_error(coder, X, error, message):
    with pytest.raises(error, match=message):
        coder.fit(np.array(X, dtype=object) if isinstance(X[0][0], str) else X)


def test_an_unknown_category_is_named():
    for coder in (OneHotEncoder(), OrdinalEncoder()):
        with pytest.raises(ValueError, match=r"unknown categories \['c'\] in column 0 during transform"):
            coder.fit([["a"], ["b"]]).transform([["c"]])


def test_rows_that_say_nothing_are_named():
    with pytest.raises(ValueError, match=r"Samples \[0\] can not be inverted"):
        OneHotEncoder().fit([["a"], ["b"]]).inverse_transform([[0.0, 0.0]])
    with pytest.raises(ValueError, match="is no code"):
        OrdinalEncoder().fit([["a"], ["b"]]).inverse_transform([[2.0]])
    with pytest.raises(AttributeError, match="needs min_frequency"):
        OneHotEncoder().fit([["a"]]).infrequent_categories_  # noqa: B018


def test_names_may_be_made_by_a_function():
    coder = OneHotEncoder(feature_name_combiner=lambda name, value: f"{name}={value}").fit([["a"]])
    assert coder.get_feature_names_out(["c"]).tolist() == ["c=a"]
    with pytest.raises(TypeError, match="return a Python string"):
        coder.set_params(feature_name_combiner=lambda name, value: 1).get_feature_names_out()
