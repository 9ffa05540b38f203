"""The penguins: words, numbers and holes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from scratchml.datasets import load_penguins

MEASURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]

# by hand


def test_the_first_bird_and_the_one_nobody_measured():
    penguins = load_penguins()
    assert penguins.data[0].tolist() == ["Torgersen", 39.1, 18.7, 181.0, 3750.0, "male", 2007.0]
    assert penguins.target_names[penguins.target[0]] == "Adelie"
    assert all(value != value for value in penguins.data[3, 1:6])


def test_counts_are_those_of_the_published_table():
    penguins = load_penguins(as_frame=True)  # Horst, Hill, Gorman (2020): 152, 68, 124; 2 unmeasured, 11 of unknown sex
    assert np.bincount(penguins.target).tolist() == [152, 68, 124]
    assert penguins.frame.isna().sum().tolist() == [0, 2, 2, 2, 2, 11, 0, 0]
    assert penguins.frame["sex"].value_counts().to_dict() == {"male": 168, "female": 165}
    assert penguins.frame["island"].value_counts().to_dict() == {"Biscoe": 168, "Dream": 124, "Torgersen": 52}


# outside reference


def test_a_reference_pipeline_digests_the_object_array_and_the_frame_alike():
    def numbers(X, words, measures):
        pipeline = make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(sparse_output=False)), words),
            (SimpleImputer(), measures),
        )
        return pipeline.fit_transform(X)

    penguins, framed = load_penguins(), load_penguins(as_frame=True)
    from_array = numbers(penguins.data, [0, 5], [1, 2, 3, 4])
    from_frame = numbers(framed.data, penguins.categorical_features, MEASURES)
    np.testing.assert_array_equal(np.asarray(from_array, dtype=float), from_frame)
    assert from_frame.shape == (344, 9)


# laws


def test_array_and_frame_hold_the_same():
    penguins, framed = load_penguins(), load_penguins(as_frame=True)
    assert framed.data.columns.tolist() == penguins.feature_names
    assert framed.frame.columns.tolist() == [*penguins.feature_names, "target"]
    for f, name in enumerate(penguins.feature_names):
        column = framed.data[name]
        missing = np.array([value != value for value in penguins.data[:, f]])
        assert column.isna().to_numpy().tolist() == missing.tolist()
        assert column[~missing].tolist() == penguins.data[~missing, f].tolist()
    np.testing.assert_array_equal(framed.target, penguins.target)


def test_frame_columns_have_fitting_types():
    framed = load_penguins(as_frame=True)
    assert all(isinstance(framed.frame[name].dtype, pd.CategoricalDtype) for name in framed.categorical_features)
    assert (framed.frame[MEASURES].dtypes == np.float64).all()
    assert framed.frame["year"].dtype == np.int64
    assert framed.categorical_features == ["island", "sex"]
    assert framed.numeric_features == [*MEASURES, "year"]


def test_numbers_come_out_as_floats():
    X = load_penguins().data
    assert X.dtype == object
    assert np.isnan(X[:, 1:5].astype(float)).sum() == 8


def test_each_call_returns_objects_of_its_own():
    first = load_penguins()
    first.data[...] = None
    first.categorical_features.clear()
    first.target_names[...] = ""
    second = load_penguins()
    assert second.data[0, 0] == "Torgersen"
    assert second.categorical_features == ["island", "sex"]
    assert second.target_names.tolist() == ["Adelie", "Chinstrap", "Gentoo"]


# edges and errors


def test_return_X_y_and_its_errors():
    X, y = load_penguins(return_X_y=True)
    assert X.shape == (344, 7)
    assert y.dtype == np.int64
    X, y = load_penguins(return_X_y=True, as_frame=True)
    assert isinstance(X, pd.DataFrame)
    assert isinstance(y, pd.Series)
    with pytest.raises(TypeError, match="load_penguins: as_frame='pandas'"):
        load_penguins(as_frame="pandas")
