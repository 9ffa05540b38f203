"""DropIncompleteRows: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest

import tests.naive.impute.drop_incomplete_rows as naive
from scratchml.impute import DropIncompleteRows, SimpleImputer
from scratchml.linear_model import LinearRegression
from scratchml.pipeline import make_pipeline

NAN = np.nan


def with_holes(rng, n=60, d=3):
    return np.where(rng.random((n, d)) < 0.2, NAN, rng.normal(size=(n, d)))


# ---- by hand


def test_three_rows_on_paper():
    X, y = DropIncompleteRows().fit_resample(np.array([[1.0, 2.0], [NAN, 3.0], [4.0, 5.0]]), np.array([7, 8, 9]))
    assert (X.tolist(), y.tolist()) == ([[1.0, 2.0], [4.0, 5.0]], [7, 9])


# ---- naive twin


def test_agrees_with_the_naive_twin(rng):
    X = with_holes(rng)
    assert DropIncompleteRows().fit(X).sample_indices_.tolist() == naive.complete(X.tolist())


# ---- outside reference


def test_a_frame_loses_the_rows_that_pandas_drops(rng):
    frame = pd.DataFrame(with_holes(rng), columns=list("abc"), index=range(100, 160))
    frame["word"] = pd.array(["x", "y", None] * 20, dtype="string")
    y = pd.Series(np.arange(60.0), index=frame.index)
    X_kept, y_kept = DropIncompleteRows().fit_resample(frame, y)
    pd.testing.assert_frame_equal(X_kept, frame.dropna())
    pd.testing.assert_series_equal(y_kept, y[frame.dropna().index])


# ---- laws


def test_what_stays_is_complete_and_in_order_and_dropping_again_changes_nothing(rng):
    X, y = with_holes(rng), np.arange(60)
    once = DropIncompleteRows().fit_resample(X, y)
    assert not np.isnan(once[0]).any()
    assert (np.diff(once[1]) > 0).all()
    np.testing.assert_array_equal(DropIncompleteRows().fit_resample(*once)[0], once[0])


def test_in_a_pipeline_rows_are_dropped_while_fitting_only(rng):
    X = with_holes(rng)
    y = np.nan_to_num(X) @ [1.0, 2.0, 3.0]
    model = make_pipeline(DropIncompleteRows(), SimpleImputer(), LinearRegression()).fit(X, y)
    complete = ~np.isnan(X).any(axis=1)
    expected = LinearRegression().fit(X[complete], y[complete]).coef_
    np.testing.assert_allclose(model[-1].coef_, expected, rtol=1e-12)  # the same rows, solved alike
    assert model.predict(X).shape == (60,)


# ---- edges and errors


def test_y_may_be_absent_or_have_several_columns(rng):
    X = with_holes(rng)
    assert DropIncompleteRows().fit_resample(X)[1] is None
    kept, y = DropIncompleteRows().fit_resample(X, np.column_stack([X, X]))
    np.testing.assert_array_equal(y[:, 3:], kept)


def test_no_complete_row_is_an_error_that_names_the_worst_column():
    with pytest.raises(ValueError, match=r"none would stay \(column 1 lacks 100%"):
        DropIncompleteRows().fit([[1.0, NAN], [NAN, NAN]])


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        DropIncompleteRows().fit_resample([[1.0], [2.0]], [1])
