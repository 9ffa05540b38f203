"""The classic data sets are the reference's, value by value and name by name."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets as reference

from scratchml import datasets
from scratchml.datasets.classic import unit_length
from scratchml.datasets.files import read_text

LOADERS = ["load_iris", "load_wine", "load_breast_cancer", "load_digits", "load_diabetes"]
VARIANTS = [(name, {}) for name in LOADERS]
VARIANTS += [("load_digits", {"n_class": n}) for n in (1, 2, 5, 9, 10)] + [("load_diabetes", {"scaled": False})]
SHA256 = {  # of the unpacked text, taken when the files were made and found equal to scikit-learn 1.9.1's arrays
    "iris.csv": "b9455ef311be450e7800226dd6993280bedd0ddb522d912b97bba6b535be6b37",
    "wine.csv": "546a846b5fce7a9b41bcfc524abdb869bdf964b3a958ddcb4e8be5e30057702f",
    "breast_cancer.csv": "7dd8e4f78b55cb5fa3cba00b0e61fa6046cbadcdaaa60ca5e48827b536723906",
    "digits.csv.gz": "9f7fca3251c178a06039990b75e3023f8b888151d2e2d4579c3ba0d2744a1d00",
    "diabetes.csv": "3b271426c1bd56aebb217e16eb31a4b0f5a5669fe59258d6c6c65411a115cd22",
    "penguins.csv": "0321e8cdd3a19c9eff8f813792328797c465d8b041fafb5820cc7430d919007e",
    "yeast.csv.gz": "1b4889487bde83f0f397a4535309622c9aa7c9f09e55561424d8ea045bd96572",
}


# by hand


def test_the_first_iris_and_its_species():
    iris = datasets.load_iris()
    assert iris.data[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert iris.target_names[iris.target[0]] == "setosa"
    assert np.bincount(iris.target).tolist() == [50, 50, 50]


def test_the_first_digit_is_a_zero_drawn_in_sixteenths():
    digits = datasets.load_digits()
    assert digits.target[0] == 0
    assert digits.images[0, 0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert digits.data.min() == 0
    assert digits.data.max() == 16


def test_unit_length_centres_and_scales_each_column():
    found = unit_length(np.array([[1.0, 10.0], [3.0, 30.0]]))
    root = 0.5**0.5
    np.testing.assert_allclose(found, [[-root, -root], [root, root]], rtol=1e-15)  # two divisions' rounding


@pytest.mark.parametrize("name", sorted(SHA256))
def test_no_file_has_changed_by_accident(name):
    assert hashlib.sha256(read_text(name).encode()).hexdigest() == SHA256[name]


# outside reference


@pytest.mark.parametrize(("name", "how"), VARIANTS, ids=str)
def test_arrays_names_and_keys_are_the_references(name, how):
    expected, found = getattr(reference, name)(**how), getattr(datasets, name)(**how)
    assert set(found) == set(expected)
    for key in ("data", "target", "images", "target_names"):
        if key in expected:
            np.testing.assert_array_equal(found[key], expected[key])
            assert found[key].dtype == expected[key].dtype
    assert type(found.feature_names) is type(expected.feature_names)
    assert list(found.feature_names) == list(expected.feature_names)
    assert found.frame is None


@pytest.mark.parametrize(("name", "how"), VARIANTS, ids=str)
def test_frames_are_the_references(name, how):
    expected, found = getattr(reference, name)(as_frame=True, **how), getattr(datasets, name)(as_frame=True, **how)
    pd.testing.assert_frame_equal(found.frame, expected.frame)
    pd.testing.assert_frame_equal(found.data, expected.data)
    pd.testing.assert_series_equal(found.target, expected.target)
    X, y = getattr(datasets, name)(as_frame=True, return_X_y=True, **how)
    pd.testing.assert_frame_equal(X, expected.data)
    pd.testing.assert_series_equal(y, expected.target)


# laws


@pytest.mark.parametrize("name", LOADERS)
def test_return_X_y_is_data_and_target(name):
    X, y = getattr(datasets, name)(return_X_y=True)
    bunch = getattr(datasets, name)()
    np.testing.assert_array_equal(X, bunch.data)
    np.testing.assert_array_equal(y, bunch.target)


@pytest.mark.parametrize("name", LOADERS)
def test_each_call_returns_arrays_of_its_own_that_may_be_overwritten(name):
    first = getattr(datasets, name)()
    before = first.data.copy()
    for key, value in first.items():
        if isinstance(value, np.ndarray) and value.dtype.kind in "if":
            assert value.flags.writeable, key
            value[...] = -1
        elif isinstance(value, list):
            value.clear()
    second = getattr(datasets, name)()
    np.testing.assert_array_equal(second.data, before)
    assert len(second.feature_names) == before.shape[1]
    assert second.data.flags.c_contiguous
    assert second.target.min() >= 0


def test_images_and_data_of_the_digits_share_no_memory():
    digits = datasets.load_digits()
    digits.data[...] = -1
    assert digits.images.min() == 0


def test_scaled_diabetes_has_columns_of_mean_0_and_length_1():
    X = datasets.load_diabetes().data
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-15)  # rounding of 442 numbers below 0.2
    np.testing.assert_allclose((X**2).sum(axis=0), 1, rtol=1e-14)  # rounding of a sum of 442


@pytest.mark.parametrize("name", LOADERS)
def test_the_description_names_source_and_licence(name):
    text = getattr(datasets, name)().DESCR
    assert text.startswith("# ")
    assert "Source: " in text
    assert "Licence: " in text


# edges and errors


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("switch", ["return_X_y", "as_frame"])
@pytest.mark.parametrize("value", ["yes", 1, None])
def test_a_switch_that_is_no_truth_value_is_a_type_error(name, switch, value):
    with pytest.raises(TypeError, match=rf"{name}: {switch}=.*True or False"):
        getattr(datasets, name)(**{switch: value})


def test_n_class_and_scaled_are_checked():
    with pytest.raises(ValueError, match=r"load_digits: n_class=11 .* at most 10"):
        datasets.load_digits(n_class=11)
    with pytest.raises(ValueError, match="n_class=0"):
        datasets.load_digits(n_class=0)
    with pytest.raises(TypeError, match=r"n_class=2\.0"):
        datasets.load_digits(n_class=2.0)
    with pytest.raises(TypeError, match="load_diabetes: scaled='no'"):
        datasets.load_diabetes(scaled="no")


def test_loaders_take_keywords_only():
    with pytest.raises(TypeError, match="positional"):
        datasets.load_iris(True)
