"""Labelling rows that are seen once: by hand, naive twin, outside reference, laws, edges."""

import numpy as np
import pytest
from sklearn.cluster import KMeans as Reference

import tests.naive.cluster.assign as naive
from scratchml.cluster.assign import label_rows
from scratchml.cluster.label_once import label_once
from scratchml.cluster.points import REFERENCE

# ---- by hand


def test_four_points_on_paper():
    assert label_once(np.array([[0.0], [2.0], [9.0], [4.0]]), np.array([[1.0], [8.0], [3.5]])).tolist() == [0, 0, 1, 2]


# ---- naive twin


@pytest.mark.parametrize(("d", "k"), [(1, 2), (3, 5), (13, 4)])
def test_labels_agree_with_the_naive_twin(rng, d, k):
    X, centres = rng.normal(size=(40, d)), rng.normal(size=(k, d))
    assert label_once(X, centres).tolist() == [near[0] for near in naive.nearest(X, centres)]


# ---- outside reference


@pytest.mark.parametrize("n", [7, 255, 256, 700])
@pytest.mark.parametrize("d", [1, 2, 3, 5, 8, 12, 20])
def test_ties_are_settled_as_the_reference_does(rng, n, d):
    X = np.round(rng.normal(size=(n, d)), 1)  # tenths: many rows halfway between centres, up to rounding
    centres = np.round(rng.normal(size=(6, d)), 1)
    model = Reference(6, init=centres, n_init=1, max_iter=1).fit(np.vstack([X, centres]))
    model.cluster_centers_ = centres
    np.testing.assert_array_equal(label_once(X, centres), model.predict(X))


# ---- laws


@pytest.mark.parametrize("n", [1, REFERENCE - 1, 2 * REFERENCE, 5 * REFERENCE + 3])
@pytest.mark.parametrize("d", [1, 4, 30])
def test_labels_are_those_of_rows_laid_out_with_care(rng, n, d):
    X, centres = rng.integers(0, 4, size=(n, d)).astype(float), rng.integers(0, 4, size=(5, d)).astype(float)
    np.testing.assert_array_equal(label_once(X, centres), label_rows(X, centres)[0])


def test_threads_do_not_change_a_label(rng, monkeypatch):
    X, centres = rng.normal(size=(1 << 17, 9)), rng.normal(size=(4, 9))  # more than one task
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "1")
    expected = label_once(X, centres)
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "3")
    np.testing.assert_array_equal(label_once(X, centres), expected)


# ---- edges


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e160])
@pytest.mark.parametrize("place", [(0, 0), (299, 2)])
def test_numbers_that_are_not_finite_or_too_large_are_left_to_others(rng, bad, place):
    X = rng.normal(size=(300, 3))
    X[place] = bad
    assert label_once(X, X[1:4].copy()) is None


def test_rows_of_extreme_scale_or_far_from_the_origin_are_left_to_others(rng):
    X = rng.normal(size=(300, 3))
    assert label_once(X * 1e-150, X[:2] * 1e-150) is None
    assert label_once(X * 1e150, X[:2] * 1e150) is None
    assert label_once(X + 1e9, X[:2] + 1e9) is None
    assert label_once(np.zeros((4, 2)), np.zeros((1, 2))) is None
