"""Blobs and Gaussian shells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets as reference

from scratchml import datasets
from scratchml.datasets import make_blobs, make_gaussian_quantiles
from tests.naive.datasets import blobs as naive

CENTERS = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [9.0, 9.0, 9.0]]
seeds = st.integers(0, 2**32 - 1)

# by hand


def test_blobs_without_spread_are_their_centres():
    X, y, centers = make_blobs([2, 0, 1], centers=CENTERS, cluster_std=0.0, shuffle=False, return_centers=True)
    assert X.tolist() == [CENTERS[0], CENTERS[0], CENTERS[2]]
    assert y.tolist() == [0, 0, 2]
    assert centers.tolist() == CENTERS


def test_seven_points_fall_to_three_blobs_as_three_two_two():
    _, y = make_blobs(7, random_state=0)
    assert np.bincount(y).tolist() == [3, 2, 2]


def test_ten_points_fall_into_four_shells_as_two_two_two_four():
    _, y = make_gaussian_quantiles(n_samples=10, n_classes=4, random_state=0)
    assert np.bincount(y).tolist() == [2, 2, 2, 4]


# naive twin


@given(sizes=st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any), seed=seeds)
def test_blobs_are_the_naive_ones(sizes, seed):
    stds = [0.0, 0.5, 2.0]
    points, labels = naive.make_blobs(sizes, CENTERS, stds, np.random.RandomState(seed))
    X, y = make_blobs(sizes, centers=CENTERS, cluster_std=stds, shuffle=False, random_state=seed)
    np.testing.assert_array_equal(X, points)
    assert y.tolist() == labels


@given(n=st.integers(4, 40), n_classes=st.integers(1, 4), seed=seeds)
def test_shells_are_the_naive_ones(n, n_classes, seed):
    cloud = np.random.RandomState(seed).multivariate_normal([1, 2], 3 * np.identity(2), n)
    points, labels = naive.shells(cloud.tolist(), [1, 2], n_classes)
    X, y = make_gaussian_quantiles(
        mean=[1, 2], cov=3.0, n_samples=n, n_classes=n_classes, shuffle=False, random_state=seed
    )
    np.testing.assert_array_equal(X, points)
    assert y.tolist() == labels


# outside reference


SIZES = [1, 10, 100, [3, 4, 5], (0, 5, 2), np.array([2, 2, 2])]
SIZES_AND_CENTERS = [(n, c) for n in SIZES for c in (None, 3, CENTERS) if c != 3 or isinstance(n, int)]


@pytest.mark.parametrize(("n_samples", "centers"), SIZES_AND_CENTERS, ids=str)
@pytest.mark.parametrize("cluster_std", [1.0, 2, [1, 0.5, 0]], ids=str)
def test_blobs_are_the_references_bit_for_bit(n_samples, centers, cluster_std):
    for how in ({}, {"shuffle": False, "center_box": (1, 2), "n_features": 5}):
        given = {"centers": centers, "cluster_std": cluster_std, "random_state": 3, "return_centers": True, **how}
        for e, f in zip(reference.make_blobs(n_samples, **given), make_blobs(n_samples, **given)):
            np.testing.assert_array_equal(f, e)
            assert f.dtype == e.dtype


@pytest.mark.parametrize(
    "how",
    [{}, {"mean": [1, 2], "cov": 3.0}, {"n_samples": 50, "n_classes": 7, "shuffle": False}, {"n_features": 5}],
    ids=str,
)
def test_shells_are_the_references(how):
    expected = reference.make_gaussian_quantiles(random_state=5, **how)
    found = make_gaussian_quantiles(random_state=5, **how)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-12)  # the draw factorises the covariance with LAPACK
    np.testing.assert_array_equal(found[1], expected[1])


# laws


def test_blobs_have_the_centres_and_spreads_asked_for():
    X, y, centers = make_blobs([5000, 5000], cluster_std=[0.5, 3.0], random_state=0, return_centers=True)
    for j, std in enumerate((0.5, 3.0)):
        assert X[y == j].std(axis=0) == pytest.approx([std] * 2, rel=0.05)  # the error's deviation is 1 %
        assert X[y == j].mean(axis=0) == pytest.approx(centers[j], abs=5 * std / 5000**0.5)  # five standard errors


@given(seed=seeds)
def test_shells_are_nested(seed):
    X, y = make_gaussian_quantiles(n_samples=30, n_features=3, random_state=seed)
    radius = (X**2).sum(axis=1)
    assert radius[y == 0].max() <= radius[y == 1].min()
    assert radius[y == 1].max() <= radius[y == 2].min()


def test_given_centres_are_copied():
    centers = np.array(CENTERS)
    *_, found = make_blobs(9, centers=centers, return_centers=True, random_state=0)
    found[...] = -1
    np.testing.assert_array_equal(centers, CENTERS)


# edges and errors


def test_a_number_of_centres_contradicts_a_list_of_sizes():
    with pytest.raises(ValueError, match="centers=3 with a list of n_samples"):
        make_blobs([1, 2, 3], centers=3)
    with pytest.raises(ValueError, match="array-like"):
        reference.make_blobs([1, 2, 3], centers=3)


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"n_samples": 0}, ValueError, "n_samples=0"),
        ({"n_samples": 2.5}, TypeError, "n_samples=2.5"),
        ({"n_samples": [1, -1]}, ValueError, "n_samples=.*-1"),
        ({"n_samples": [1, 2.0]}, TypeError, "n_samples=.*2.0"),
        ({"n_samples": [0, 0]}, ValueError, "n_samples=.*no points"),
        ({"n_samples": []}, ValueError, "n_samples"),
        ({"n_samples": [1, 2], "centers": CENTERS}, ValueError, "n_samples lists 2 blobs and centers 3"),
        ({"n_samples": np.array(5)}, TypeError, "n_samples="),
        ({"n_features": 0}, ValueError, "n_features=0"),
        ({"centers": 0}, ValueError, "centers=0"),
        ({"centers": "three"}, TypeError, "centers='three'"),
        ({"centers": [[1, np.nan]]}, ValueError, "centers contains NaN"),
        ({"cluster_std": -1}, ValueError, "cluster_std=-1"),
        ({"cluster_std": [1, 1]}, ValueError, "cluster_std has shape"),
        ({"cluster_std": [1, -1, 1]}, ValueError, "cluster_std=.*negative"),
        ({"cluster_std": ["a", 1, 1]}, ValueError, "cluster_std"),
        ({"center_box": (5, 1)}, ValueError, "center_box=.*upside down"),
        ({"center_box": (1, 2, 3)}, ValueError, "center_box has shape"),
        ({"center_box": (0, np.inf)}, ValueError, "center_box=.*infinity"),
        ({"center_box": "big"}, TypeError, "center_box='big'"),
        ({"shuffle": 1}, TypeError, "shuffle=1"),
        ({"return_centers": "no"}, TypeError, "return_centers='no'"),
        ({"random_state": 1.5}, TypeError, "random_state=1.5"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_arguments_of_blobs_are_named(how, error, words):
    with pytest.raises(error, match=words):
        make_blobs(**how)


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"n_samples": 2}, ValueError, "n_samples=2 is less than n_classes=3"),
        ({"mean": [1, 2, 3]}, ValueError, r"mean has shape \(3,\)"),
        ({"mean": [np.nan, 1]}, ValueError, "mean=.*NaN"),
        ({"cov": -1.0}, ValueError, "cov=-1"),
        ({"n_classes": 0}, ValueError, "n_classes=0"),
        ({"n_features": 2.0}, TypeError, "n_features=2.0"),
    ],
    ids=str,
)
def test_wrong_arguments_of_shells_are_named(how, error, words):
    with pytest.raises(error, match=words):
        make_gaussian_quantiles(**how)


def test_a_wide_box_of_no_width_puts_all_centres_on_one_spot():
    *_, centers = datasets.make_blobs(6, center_box=(2, 2), return_centers=True, random_state=0)
    assert (centers == 2).all()
