"""The yeast proteins: a really imbalanced problem."""

import numpy as np
import pytest

from scratchml.datasets import load_yeast

# class sizes as the literature reports them for the UCI file (ME2 against the rest is known as yeast_me2 and yeast4)
SIZES = {
    "CYT": 463,
    "ERL": 5,
    "EXC": 35,
    "ME1": 44,
    "ME2": 51,
    "ME3": 163,
    "MIT": 244,
    "NUC": 429,
    "POX": 20,
    "VAC": 30,
}

# by hand


def test_the_first_protein_works_in_the_mitochondria():
    yeast = load_yeast(positive=None)
    assert yeast.data[0].tolist() == [0.58, 0.61, 0.47, 0.13, 0.5, 0.0, 0.48, 0.22]
    assert yeast.target_names[yeast.target[0]] == "MIT"


@pytest.mark.parametrize("site", sorted(SIZES))
def test_the_positive_class_has_the_published_size(site):
    yeast = load_yeast(positive=site)
    assert int(yeast.target.sum()) == SIZES[site]
    assert yeast.target_names.tolist() == ["other", site]


def test_by_default_one_in_29_is_positive():
    X, y = load_yeast(return_X_y=True)
    assert X.shape == (1484, 8)
    assert np.bincount(y).tolist() == [1433, 51]


# laws


def test_ten_classes_agree_with_each_class_against_the_rest():
    every = load_yeast(positive=None)
    assert np.bincount(every.target).tolist() == [SIZES[site] for site in every.target_names]
    for j, site in enumerate(every.target_names.tolist()):
        np.testing.assert_array_equal(load_yeast(positive=site).target, every.target == j)


def test_scores_are_shares_and_frames_hold_the_same():
    X, y = load_yeast(return_X_y=True)
    assert X.dtype == np.float64
    assert ((X >= 0) & (X <= 1)).all()
    framed = load_yeast(as_frame=True)
    np.testing.assert_array_equal(framed.data.to_numpy(), X)
    np.testing.assert_array_equal(framed.target, y)
    assert framed.frame.columns.tolist() == ["mcg", "gvh", "alm", "mit", "erl", "pox", "vac", "nuc", "target"]


def test_each_call_returns_arrays_of_its_own():
    load_yeast().data[...] = -1
    assert load_yeast().data.min() == 0


# edges and errors


def test_an_unknown_site_is_a_value_error_that_lists_the_ten():
    with pytest.raises(ValueError, match=r"load_yeast: positive='ME4' .*'CYT'.*'VAC'"):
        load_yeast(positive="ME4")
    with pytest.raises(TypeError, match="positive=4"):
        load_yeast(positive=4)
    with pytest.raises(TypeError, match="return_X_y"):
        load_yeast(return_X_y=1)
