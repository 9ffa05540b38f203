"""Which columns are meant."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.compose import make_column_selector as reference
from sklearn.utils._indexing import _determine_key_type, _get_column_indices

from scratchml.compose import make_column_selector
from scratchml.compose.selection import column_indices, is_empty, is_scalar, kind_of, take_columns

FRAME = pd.DataFrame(np.arange(8.0).reshape(2, 4), columns=list("abcd"))


# ---- by hand


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (2, [2]),
        (-1, [3]),
        ([0, -1], [0, 3]),
        ([1, 1], [1, 1]),
        ((0, 2), [0, 2]),
        (slice(1, 3), [1, 2]),
        (slice(None), [0, 1, 2, 3]),
        (slice(None, None, 2), [0, 2]),
        (slice(-2, None), [2, 3]),
        ([True, False, False, True], [0, 3]),
        (np.array([False, True, False, False]), [1]),
        ([], []),
        (np.int64(1), [1]),
        ("b", [1]),
        (["d", "a"], [3, 0]),
        (slice("b", "c"), [1, 2]),
        (slice("c", None), [2, 3]),
        (slice(None, "b"), [0, 1]),
        (pd.Index(["c"]), [2]),
        (pd.Series([True, False, True, False]), [0, 2]),
        (np.array(["a", "b"]), [0, 1]),
    ],
    ids=str,
)
def test_columns_come_down_to_positions(columns, expected):
    assert expected == column_indices(FRAME, columns, "t")
    if kind_of(columns) != "str":
        assert expected == column_indices(FRAME.to_numpy(), columns, "t")


def test_one_column_is_a_vector_and_a_list_of_one_a_matrix():
    for X in (FRAME, FRAME.to_numpy()):
        assert take_columns(X, [1], scalar=True).shape == (2,)
        assert take_columns(X, [1], scalar=False).shape == (2, 1)
        assert take_columns(X, [3, 0], scalar=False).shape == (2, 2)
    assert [is_scalar(c) for c in ("a", 1, np.int64(1), True, ["a"], slice(1))] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert [is_empty(c) for c in ([], [False], np.zeros(2, bool), [0], "a", slice(0, 0), 0)] == [True] * 3 + [False] * 4


# ---- outside reference


positions = st.integers(-4, 3)
names = st.sampled_from("abcd")
ends = st.one_of(
    st.tuples(st.integers(-6, 6) | st.none(), st.integers(-6, 6)),
    st.tuples(names | st.none(), names),
    st.tuples(names, st.none()),
)
selections = st.one_of(
    positions,
    names,
    st.lists(positions, max_size=5),
    st.lists(names, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    ends.map(lambda pair: slice(*pair)),
)


@given(selections)
def test_positions_are_scikit_learns(columns):
    assert _determine_key_type(columns) == kind_of(columns)
    assert [int(i) % 4 for i in _get_column_indices(FRAME, columns)] == column_indices(FRAME, columns, "t")


@pytest.mark.parametrize(
    "how",
    [
        {"dtype_include": np.number},
        {"dtype_exclude": np.number},
        {"dtype_include": ["int64", "category"]},
        {"pattern": "^h"},
        {"pattern": "ei", "dtype_include": np.number},
        {"dtype_include": np.number, "dtype_exclude": "int64"},
        {},
    ],
    ids=str,
)
def test_selectors_choose_as_scikit_learns(how):
    frame = pd.DataFrame(
        {"height": [1.5, 2], "weight": [60, 80], "hair": pd.Categorical(["r", "g"]), "name": ["x", "y"]}
    )
    assert reference(**how)(frame) == make_column_selector(**how)(frame)


# ---- edges and errors


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (4, r"asks for column 4 of n_features=4.*\[0, 3\]"),
        ([0, -5], "column -5"),
        ([True, False], "mask has 2 entries for 4 columns"),
        ("z", r"\['z'\]; it has \['a', 'b', 'c', 'd'\]"),
        (["z", "a", "y"], r"\['z', 'y'\]"),
        (slice("z", None), r"\['z'\]"),
        (slice("a", "c", 2), "has a step"),
        ([0, "a"], "No valid specification"),
        ([True, "a"], "No valid specification"),
        ([1.5], "No valid specification"),
        (1.5, "No valid specification"),
        (None, "No valid specification"),
        ([None], "No valid specification"),
        ({"a": 1}, "No valid specification"),
        (slice(0, "b"), "No valid specification"),
        (np.array([1.0]), "No valid specification"),
        (True, "mask has 1 entries"),
    ],
    ids=str,
)
def test_columns_that_are_not_there_are_named(columns, told):
    with pytest.raises(ValueError, match=told):
        column_indices(FRAME, columns, "t")


def test_names_need_a_data_frame_with_different_names():
    with pytest.raises(ValueError, match=r"'t' asks for columns by name.*only supported for dataframes"):
        column_indices(FRAME.to_numpy(), ["a"], "t")
    twice = FRAME.set_axis(["a", "a", "c", "d"], axis=1)
    with pytest.raises(ValueError, match="more than one column named 'a'"):
        column_indices(twice, ["a"], "t")
    assert column_indices(twice, ["c"], "t") == [2]
    assert column_indices(twice, [0, 1], "t") == [0, 1]


def test_a_selector_of_an_array_is_a_clear_error():
    with pytest.raises(TypeError, match="can only be applied to pandas dataframes, got ndarray"):
        make_column_selector("a")(FRAME.to_numpy())
    assert repr(make_column_selector("a")) == "make_column_selector(pattern='a')"
