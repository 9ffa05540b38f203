"""Input checks: what comes out is what kernels trust; what is refused is named with its remedy."""

import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scratchml.core import (
    BaseEstimator,
    DataConversionWarning,
    NotFittedError,
    check_array,
    check_is_fitted,
    check_labels,
    check_same_length,
    check_sample_weight,
    check_targets,
    column_or_1d,
)
from scratchml.core.validation import rows_at
from tests.hostile import HOSTILE_X

# ---- by hand


def test_a_good_array_is_passed_on_without_a_copy():
    X = np.arange(6.0).reshape(3, 2)
    assert check_array(X) is X or np.shares_memory(check_array(X), X)


@pytest.mark.parametrize("kind", [np.int8, np.float16, np.float32, np.longdouble, bool, object, ">f8"])
def test_every_kind_of_number_becomes_float64(kind):
    found = check_array(np.array([[0, 1], [1, 0]], dtype=kind))
    assert found.dtype == np.float64
    assert found.dtype.isnative
    assert found.tolist() == [[0, 1], [1, 0]]


def test_kernels_get_a_contiguous_writeable_array():
    base = np.arange(24.0).reshape(4, 6)
    base.setflags(write=False)
    for X in (base, base.T, base[:, ::2], base[::-1]):
        found = check_array(X)
        assert found.flags.c_contiguous
        assert found.flags.writeable
        assert type(found) is np.ndarray
        np.testing.assert_array_equal(found, X)
    assert check_array(base, order="F").flags.f_contiguous


def test_copy_never_shares_memory():
    X = np.ones((2, 2))
    assert not np.shares_memory(check_array(X, copy=True), X)


def test_missing_values_of_a_frame_become_nan():
    frame = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [0.5, 1.5]})
    np.testing.assert_array_equal(check_array(frame, allow_nan=True), [[1, 0.5], [np.nan, 1.5]])
    with pytest.raises(ValueError, match=r"contains NaN, first at row 1, column 0"):
        check_array(frame)


def test_the_first_bad_value_is_located():
    X = np.zeros((5, 3))
    X[3, 1], X[4, 0] = np.inf, np.nan
    with pytest.raises(ValueError, match=r"infinity.*row 3, column 1"):
        check_array(X)
    with pytest.raises(ValueError, match=r"infinity.*row 3, column 1"):
        check_array(X, allow_nan=True)


def test_the_check_for_bad_values_can_be_left_to_the_caller():
    X = np.array([[np.nan, np.inf]])
    assert check_array(X, finite=False) is X
    with pytest.raises(ValueError, match="Expected 2D array"):  # all other checks are made
        check_array(X[0], finite=False)


def test_a_sum_that_overflows_is_no_infinity():
    X = np.full((4, 2), np.finfo(float).max)
    assert (check_array(X) == X).all()


@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        (scipy.sparse.csr_matrix((2, 2)), TypeError, "toarray"),
        ([1.0, 2.0], ValueError, "Expected 2D array, got 1D array.*\n.*\nReshape your data"),
        (3.0, ValueError, "Expected 2D array, got scalar"),
        (np.zeros((2, 2, 2)), ValueError, "dim 3"),
        (np.zeros((0, 2)), ValueError, r"0 sample\(s\) \(shape=\(0, 2\)\) while a minimum of 1"),
        (np.zeros((2, 0)), ValueError, r"0 feature\(s\) \(shape=\(2, 0\)\) while a minimum of 1"),
        (np.array([["a"]]), ValueError, "strings.*encode"),
        ([[1], [1, 2]], ValueError, "ragged"),
        ([[1j]], ValueError, "Complex data not supported"),
        (np.ma.masked_equal([[1.0, 2.0]], 2), TypeError, "masked"),
        ({"a": 1}, TypeError, "dict"),
        (None, ValueError, "X=None"),
    ],
)
def test_what_is_refused_is_named(X, error, words):
    with pytest.raises(error, match=f"(?s){words}"):
        check_array(X)


def test_labels_come_back_as_classes_and_codes():
    classes, codes = check_labels(["b", "a", "b"])
    assert classes.tolist() == ["a", "b"]
    assert codes.tolist() == [1, 0, 1]
    assert codes.dtype == np.int64


@pytest.mark.parametrize(
    ("y", "error", "words"),
    [
        ([0.5, 1.0], ValueError, "Unknown label type: continuous"),
        ([1.0, np.nan], ValueError, "NaN"),
        (["a", None], ValueError, "NaN or None"),
        (np.array(["a", 1], dtype=object), TypeError, "mixes labels of kinds int, str"),
        ([[1, 2]], ValueError, "1d array"),
        ([], ValueError, r"0 sample\(s\)"),
        (None, ValueError, "None"),
    ],
)
def test_bad_labels_are_named(y, error, words):
    with pytest.raises(error, match=words):
        check_labels(y)


def test_a_column_is_flattened_with_a_warning():
    with pytest.warns(DataConversionWarning, match="column-vector"):
        assert column_or_1d([[1], [2]], warn=True).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ([1, -1], "Negative"),
        ([0, 0], "all weights are zero"),
        ([1], "expected"),
        ([[1, 1]], "1D"),
        ([1, np.nan], "NaN"),
        (np.inf, "infinity"),
    ],
)
def test_bad_weights_are_named(weight, words):
    with pytest.raises(ValueError, match=words):
        check_sample_weight(weight, 2)


def test_weights_default_to_ones_and_a_number_is_repeated():
    assert check_sample_weight(None, 3).tolist() == [1, 1, 1]
    assert check_sample_weight(2, 3).tolist() == [2, 2, 2]
    assert check_sample_weight([0, 1], 2).tolist() == [0, 1]


def test_lengths_that_differ_are_told_with_their_names():
    with pytest.raises(ValueError, match="X has 2, y has 3"):
        check_same_length(X=[1, 2], y=[1, 2, 3], sample_weight=None)


def test_targets_may_have_several_columns_only_where_asked_for():
    assert check_targets(np.ones((3, 2)), multi_output=True).shape == (3, 2)
    with pytest.raises(ValueError, match=r"1d array"):
        check_targets(np.ones((3, 2)))


def test_check_is_fitted():
    class Model(BaseEstimator):
        pass

    with pytest.raises(NotFittedError, match="Model instance is not fitted yet"):
        check_is_fitted(Model())
    model = Model()
    model.coef_ = 1
    check_is_fitted(model)
    check_is_fitted(model, "coef_")
    with pytest.raises(NotFittedError):
        check_is_fitted(model, ["coef_", "labels_"])
    with pytest.raises(TypeError, match="give an instance"):
        check_is_fitted(Model)


# ---- laws


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=4)))
def test_any_float_matrix_is_passed_on_unchanged_or_refused(X):
    before = X.copy()
    if np.isfinite(X).all():
        np.testing.assert_array_equal(check_array(X), before)
    else:
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            check_array(X)
    np.testing.assert_array_equal(X, before)


@given(
    hnp.arrays(
        st.sampled_from([np.int8, np.uint8, np.int64, np.uint64]),
        st.integers(1, 30),
        elements=st.sampled_from([0, 1, 2, 3, 7, 100, 127]),
    ),
    st.sampled_from([0, -(2**63), 2**63 - 128]),
)
def test_labels_that_are_counted_are_those_that_are_sorted(y, shift):
    y = y.astype(np.int64) + shift if shift and y.dtype == np.int64 else y
    expected, places = np.unique(y, return_inverse=True)
    classes, codes = check_labels(y)
    assert classes.dtype == expected.dtype
    assert codes.dtype == np.int64
    assert classes.tolist() == expected.tolist()
    assert codes.tolist() == places.tolist()


def test_a_copy_is_checked_piece_by_piece():
    X = np.arange(3.0 * (1 << 15)).reshape(-1, 3)
    found = check_array(X, copy=True)
    assert (found == X).all()
    assert not np.may_share_memory(found, X)
    assert check_array(X[::2], copy=True).flags.c_contiguous
    X[-1, 1] = np.nan
    for given_ in (X, X[:, ::-1]):
        with pytest.raises(ValueError, match=r"Input X contains NaN, first at row 32767, column 1"):
            check_array(given_, copy=True)
    assert np.isnan(check_array(X, copy=True, allow_nan=True)[-1, 1])
    X[0, 0] = np.inf
    with pytest.raises(ValueError, match="infinity"):
        check_array(X, copy=True, allow_nan=True)
    assert (check_array(np.full((40_000, 2), 1.7e308), copy=True) == 1.7e308).all()  # a sum that overflows is no fault


@given(st.lists(st.text(max_size=3), min_size=1).map(np.array), st.sampled_from("<>"))
def test_words_looked_up_in_a_table_are_those_that_are_sorted(y, byte_order):
    y = y.astype(y.dtype.newbyteorder(byte_order))
    expected, places = np.unique(y, return_inverse=True)
    classes, codes = check_labels(y)
    assert (classes.dtype, codes.dtype) == (expected.dtype, np.int64)
    assert (classes.tolist(), codes.tolist()) == (expected.tolist(), places.tolist())
    assert (classes[codes] == y).all()


# ---- edges and errors


@pytest.mark.parametrize("name", sorted(HOSTILE_X))
def test_hostile_input_gives_a_trusted_array_or_a_clear_error(name, rng):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        X = HOSTILE_X[name](rng.normal(size=(20, 3)))
    try:
        found = check_array(X)
    except (TypeError, ValueError) as error:
        assert len(str(error).split()) > 3  # noqa: PT017 (either outcome is right)
    else:
        assert found.dtype == np.float64
        assert found.ndim == 2
        assert np.isfinite(found).all()
        assert found.flags.c_contiguous
        assert found.flags.writeable


@pytest.mark.parametrize("chosen", [[2, 0, -1, 2], [], [True, False, True, False]])
@pytest.mark.parametrize("shape", [(4,), (4, 3), (4, 2, 2)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_are_those_of_an_index(chosen, shape, order):
    given = np.array(np.arange(np.prod(shape)).reshape(shape), order=order)
    chosen = np.array(chosen, dtype=bool if True in chosen else np.intp)
    found = rows_at(given, chosen)
    np.testing.assert_array_equal(found, given[chosen], strict=True)
    assert not np.shares_memory(found, given)
    with pytest.raises(IndexError):
        rows_at(given, np.array([4]))
