"""make_classification: the pieces by loops, the whole against the reference."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets as reference
from sklearn.utils.random import sample_without_replacement

from scratchml.datasets import Bunch, make_classification
from scratchml.datasets.classification import (
    class_shares,
    cluster_sizes,
    draw_clusters,
    draw_corners,
    draw_without_replacement,
)
from tests.naive.datasets import classification as naive

HARD = [
    {},
    {"n_samples": 300, "n_features": 50, "n_informative": 35, "n_classes": 5, "n_clusters_per_class": 3},
    {"n_informative": 1, "n_redundant": 0, "n_clusters_per_class": 1},
    {"n_redundant": 5, "n_repeated": 4, "weights": [0.2], "flip_y": 0},
    {"n_informative": 10, "n_classes": 3, "weights": [0.1, 0.2], "shift": None, "scale": None, "hypercube": False},
    {"n_informative": 12, "shuffle": False, "shift": np.arange(20.0), "scale": 3, "class_sep": 0.3},
    {"n_informative": 7, "n_classes": 3, "n_clusters_per_class": 42, "n_samples": 500, "flip_y": 1.0},
    {"n_informative": 3, "n_classes": 7, "n_clusters_per_class": 1, "weights": [0, 0, 0, 0.5, 0.5, 0, 0]},
]

# by hand


def test_eleven_samples_fall_to_four_clusters_of_two_classes():
    assert cluster_sizes(11, [0.5, 0.5], 2) == [3, 3, 3, 2]


def test_the_last_share_is_what_the_others_leave():
    assert class_shares([0.25, 0.5], 3) == [0.25, 0.5, 0.25]
    assert class_shares(None, 4) == [0.25] * 4


def test_nothing_but_clusters_on_the_corners_of_a_square():
    X, y = make_classification(
        n_samples=400, n_features=2, n_redundant=0, class_sep=50.0, flip_y=0, n_clusters_per_class=1, random_state=0
    )
    corners = [np.round(X[y == j].mean(axis=0) / 50) for j in (0, 1)]
    assert all(set(np.abs(corner)) == {1.0} for corner in corners)
    assert corners[0].tolist() != corners[1].tolist()


# naive twin


@given(m=st.integers(1, 6), seed=st.integers(0, 1000))
def test_all_corners_are_drawn_when_all_are_asked_for(m, seed):
    found = draw_corners(2**m, m, np.random.RandomState(seed))
    assert found.tolist() == naive.corners(m)


@given(
    n=st.integers(1, 200),
    raw=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    n_clusters_per_class=st.integers(1, 4),
)
def test_cluster_sizes_are_the_naive_ones(n, raw, n_clusters_per_class):
    shares = [r / sum(raw) for r in raw]
    assert cluster_sizes(n, shares, n_clusters_per_class) == naive.cluster_sizes(n, shares, n_clusters_per_class)


@given(sizes=st.lists(st.integers(0, 6), min_size=4, max_size=4).filter(any), seed=st.integers(0, 1000))
def test_clusters_are_the_naive_ones(sizes, seed):
    corners = np.array([[1.0, 1, 1], [-1, 1, 1], [1, -1, 1], [-1, -1, -1]])
    n = sum(sizes)
    points, labels = naive.draw_clusters(corners.tolist(), sizes, 2, n, np.random.RandomState(seed))
    X = np.zeros((n, 3))
    y = draw_clusters(X, corners, sizes, 2, np.random.RandomState(seed))
    np.testing.assert_allclose(X, points, atol=1e-13)  # three products summed in another order
    assert y.tolist() == labels


# outside reference


@pytest.mark.parametrize("how", HARD, ids=lambda how: "-".join(how) or "default")
@pytest.mark.parametrize("seed", [0, 1, 42])
def test_problems_are_the_references(how, seed):
    expected = reference.make_classification(random_state=seed, **how)
    found = make_classification(random_state=seed, **how)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-12, atol=1e-12)  # BLAS products in other memory layouts
    np.testing.assert_array_equal(found[1], expected[1])
    assert found[1].dtype == expected[1].dtype


@pytest.mark.parametrize("shuffle", [True, False])
def test_the_bunch_is_the_references(shuffle):
    how = {"n_features": 9, "n_repeated": 2, "shift": None, "return_X_y": False, "shuffle": shuffle, "random_state": 4}
    expected, found = reference.make_classification(**how), make_classification(**how)
    assert isinstance(found, Bunch)
    assert set(found) == set(expected)
    assert found.feature_info == expected.feature_info
    assert set(found.parameters) == set(expected.parameters)
    np.testing.assert_allclose(found.parameters["shift"], expected.parameters["shift"], rtol=1e-15)  # one rounding
    np.testing.assert_allclose(found.X, expected.X, rtol=1e-12, atol=1e-12)  # BLAS products


@pytest.mark.parametrize(
    ("population", "size"), [(2**14, 5), (500, 4), (64, 32), (8, 8), (256, 254), (128, 127), (1, 1)]
)
def test_draws_without_replacement_are_the_references(population, size):
    for seed in range(5):
        expected = sample_without_replacement(population, size, random_state=np.random.RandomState(seed))
        found = draw_without_replacement(population, size, np.random.RandomState(seed))
        np.testing.assert_array_equal(found, expected)


# laws


@given(m=st.integers(1, 40), share=st.floats(0, 1), seed=st.integers(0, 1000))
def test_corners_are_different_corners(m, share, seed):
    n = max(1, int(share * min(2**m, 50)))
    corners = draw_corners(n, m, np.random.RandomState(seed))
    assert corners.shape == (n, m)
    assert set(corners.ravel()) <= {0.0, 1.0}
    assert len({tuple(corner) for corner in corners}) == n


def test_redundant_and_repeated_features_add_no_rank():
    X, _ = make_classification(n_features=9, n_informative=4, n_redundant=3, n_repeated=2, random_state=0)
    assert np.linalg.matrix_rank(X) == 4


def test_feature_info_says_which_features_are_copies():
    made = make_classification(
        n_features=8, n_informative=3, n_redundant=0, n_repeated=3, random_state=1, return_X_y=False
    )
    for f, kind in enumerate(made.feature_info):
        twins = [g for g in range(8) if g != f and np.array_equal(made.X[:, f], made.X[:, g])]
        assert bool(twins) or kind != "repeated"
        assert not twins or kind != "random"


def test_class_shares_and_flips_are_as_asked():
    _, y = make_classification(n_samples=1000, weights=[0.9, 0.1], flip_y=0, random_state=0)
    assert np.bincount(y).tolist() == [900, 100]
    _, flipped = make_classification(n_samples=20000, weights=[1.0, 0.0], flip_y=0.4, random_state=0)
    assert flipped.mean() == pytest.approx(0.2, abs=0.015)  # half of 40 %; five standard errors


def test_weights_that_are_given_are_left_alone():
    weights = [0.2]
    make_classification(weights=weights)
    assert weights == [0.2]


# edges and errors


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"n_samples": 0}, ValueError, "n_samples=0"),
        ({"n_samples": 1.5}, TypeError, "n_samples=1.5"),
        ({"n_features": 3}, ValueError, "n_informative=2, n_redundant=2 and n_repeated=0 sum to more"),
        ({"n_informative": 0}, ValueError, "n_informative=0"),
        ({"n_classes": 3}, ValueError, "n_classes .* raise n_informative=2"),
        ({"weights": [0.1, 0.2, 0.3]}, ValueError, "weights=.*has 3 entries"),
        ({"weights": [-0.5, 1.5]}, ValueError, "weights=.*at least 0"),
        ({"weights": [1.5]}, ValueError, "weights="),
        ({"weights": [0.5, 0.6]}, ValueError, "weights=.*sum to 1"),
        ({"weights": [np.nan]}, ValueError, "weights=.*NaN"),
        ({"weights": 0.5}, TypeError, "weights=0.5"),
        ({"flip_y": 1.1}, ValueError, "flip_y=1.1"),
        ({"flip_y": -0.1}, ValueError, "flip_y=-0.1"),
        ({"class_sep": 0}, ValueError, "class_sep=0"),
        ({"class_sep": np.inf}, ValueError, "class_sep=inf"),
        ({"scale": 0.0}, ValueError, "scale=0"),
        ({"scale": [1, 2]}, ValueError, "scale has shape"),
        ({"shift": "up"}, TypeError, "shift='up'"),
        ({"shift": [1.0]}, ValueError, "shift has shape"),
        ({"hypercube": 1}, TypeError, "hypercube=1"),
        ({"return_X_y": None}, TypeError, "return_X_y=None"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(how, error, words):
    with pytest.raises(error, match=words):
        make_classification(**how)


def test_one_class_alone_is_allowed():
    for m, k in itertools.product((2, 3), (1, 2)):
        _, y = make_classification(n_classes=1, n_informative=m, n_clusters_per_class=k, random_state=0)
        assert not y.any()
