"""MissingIndicator: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest
import sklearn.impute as reference

import tests.naive.impute.missing_indicator as naive
from scratchml.impute import MissingIndicator
from scratchml.impute.holes import find_holes, is_nan

NAN = np.nan


def with_holes(rng, n=40, d=6):
    X = np.where(rng.random((n, d)) < 0.2, NAN, rng.normal(size=(n, d)))
    X[:, 2] = 1.0
    return X


# ---- by hand


def test_two_rows_on_paper():
    assert MissingIndicator().fit_transform([[NAN, 1, 3], [4, 0, NAN]]).tolist() == [[True, False], [False, True]]


def test_holes_of_every_kind():
    cells = np.array([[1, NAN, None, pd.NA, "?"]], dtype=object)
    assert find_holes(cells, NAN).tolist() == [[False, True, False, True, False]]
    assert find_holes(cells, None).tolist() == [[False, False, True, False, False]]
    assert find_holes(cells, "?").tolist() == [[False, False, False, False, True]]
    assert find_holes(cells, 1).tolist() == [[True, False, False, False, False]]
    assert [is_nan(value) for value in (NAN, np.float32("nan"), pd.NA, None, "nan", 0)] == [True] * 3 + [False] * 3


@pytest.mark.parametrize("cell", [[1], {"a": 1}, (1, 2), np.inf])
def test_cells_that_are_neither_numbers_nor_words_are_refused(cell):
    X = np.array([["a", 1.0], ["b", 2.0]], dtype=object)
    X[1, 1] = cell
    with pytest.raises(ValueError, match=r"X (holds|contains)"):
        MissingIndicator().fit(X)


# ---- naive twin


@pytest.mark.parametrize("features", ["missing-only", "all"])
def test_agrees_with_the_naive_twin(rng, features):
    X = with_holes(rng)
    columns, expected = naive.mark(X.tolist(), features == "missing-only")
    model = MissingIndicator(features=features).fit(X)
    assert model.features_.tolist() == columns
    assert model.transform(X).tolist() == expected


# ---- outside reference


@pytest.mark.parametrize("features", ["missing-only", "all"])
def test_marks_and_names_are_scikit_learns(rng, features):
    frame = pd.DataFrame(with_holes(rng), columns=list("abcdef"))
    ours, theirs = (c(features=features).fit(frame) for c in (MissingIndicator, reference.MissingIndicator))
    np.testing.assert_array_equal(ours.transform(frame), theirs.transform(frame))
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()


# ---- laws


def test_there_are_as_many_marks_as_holes(rng):
    X = with_holes(rng)
    assert MissingIndicator().fit_transform(X).sum() == np.isnan(X).sum()


# ---- edges and errors


def test_holes_in_a_new_column_are_an_error_only_where_asked(rng):
    X = with_holes(rng)
    late = X.copy()
    late[0, 2] = NAN
    with pytest.raises(ValueError, match="no missing values in fit"):
        MissingIndicator().fit(X).transform(late)
    assert MissingIndicator(error_on_new=False).fit(X).transform(late).shape == (40, 5)


def test_no_holes_give_no_columns():
    assert MissingIndicator().fit_transform([[1.0], [2.0]]).shape == (2, 0)


def test_a_sparse_result_is_refused():
    with pytest.raises(ValueError, match="sparse=True"):
        MissingIndicator(sparse=True).fit([[1.0]])
