"""Distances and kernels of all pairs, under the names users know."""

import numpy as np
import pytest
import sklearn.metrics.pairwise as reference
from sklearn.datasets import load_digits, load_iris

from scratchml import metrics
from scratchml.metrics.pairwise import raise_to_power
from tests.naive.maths import distances as naive

METRICS = ["euclidean", "l2", "sqeuclidean", "manhattan", "l1", "cityblock", "chebyshev", "cosine", "hamming"]
KERNELS = ["linear_kernel", "polynomial_kernel", "sigmoid_kernel", "rbf_kernel", "cosine_similarity"]


# ---- by hand


def test_distances_by_hand():
    X = [[0, 0], [3, 4]]
    assert metrics.pairwise_distances(X).tolist() == [[0, 5], [5, 0]]
    assert metrics.pairwise_distances(X, [[3, 0]], metric="manhattan").tolist() == [[3], [4]]
    assert metrics.euclidean_distances(X, squared=True).tolist() == [[0, 25], [25, 0]]
    assert metrics.manhattan_distances(X).tolist() == [[0, 7], [7, 0]]
    assert metrics.cosine_distances([[0, 0], [3, 4]]).tolist() == [[0, 1], [1, 0]]  # zeros: at right angles to all


def test_kernels_by_hand():
    X, Y = [[1.0, 2.0]], [[3.0, -1.0]]  # x.y = 1, ||x - y||^2 = 13
    assert metrics.linear_kernel(X, Y).tolist() == [[1.0]]
    assert metrics.polynomial_kernel(X, Y, degree=2, gamma=3.0, coef0=2.0).tolist() == [[25.0]]
    assert metrics.sigmoid_kernel(X, Y, gamma=0.5, coef0=0.25)[0, 0] == np.tanh(0.75)
    assert metrics.rbf_kernel(X, Y)[0, 0] == np.exp(-13 / 2)  # gamma is 1 / d
    assert metrics.cosine_similarity(X, Y)[0, 0] == pytest.approx(1 / np.sqrt(50), rel=1e-15)  # two roots
    assert metrics.cosine_similarity([[0.0, 0.0], [1.0, 0.0]]).tolist() == [[0.0, 0.0], [0.0, 1.0]]


def test_nearest_rows_by_hand():
    X, Y = [[0.0], [4.0], [2.0]], [[1.0], [5.0], [3.0]]
    indices, distances = metrics.pairwise_distances_argmin_min(X, Y)
    assert indices.tolist() == [0, 1, 0]  # the last is between 1 and 3: the lowest index
    assert distances.tolist() == [1.0, 1.0, 1.0]
    assert metrics.pairwise_distances_argmin(X, Y, axis=0).tolist() == [0, 1, 1]


# ---- naive twin


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "chebyshev", "cosine", "hamming", "nan_euclidean"])
def test_pairwise_distances_agree_with_the_naive_twin(rng, metric):
    X, Y = rng.normal(size=(7, 5)).round(1), rng.normal(size=(4, 5)).round(1)
    assert np.allclose(naive.distances(metric, X, Y), metrics.pairwise_distances(X, Y, metric), rtol=1e-14, atol=1e-15)
    # a few roundings


# ---- outside reference


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_distances_of_real_data_agree_with_scikit_learn(metric, load):
    X = load().data[:400]
    Y = X[:90] + 0.5  # a power of two: the sums of iris and digits keep their digits
    for second in (None, Y):
        expected = reference.pairwise_distances(X, second, metric)
        found = metrics.pairwise_distances(X, second, metric)
        near = 1e-6 if metric in ("euclidean", "l2") else 0  # its root of a difference that should be 0
        # rounding of the largest distance, besides
        assert np.abs(expected - found).max() <= 1e-12 * expected.max() + near


@pytest.mark.parametrize(
    "params", [{"p": 3}, {"p": 0.5}, {"p": 1}, {"p": 2}, {"p": np.inf}, {"p": 3, "w": True}], ids=str
)
def test_minkowski_agrees_with_scikit_learn(rng, params):
    X, Y = rng.normal(size=(20, 6)), rng.normal(size=(30, 6))
    params = {**params, **({"w": np.arange(6.0)} if "w" in params else {})}
    expected = reference.pairwise_distances(X, Y, "minkowski", **params)
    assert np.allclose(expected, metrics.pairwise_distances(X, Y, "minkowski", **params), rtol=1e-13, atol=0)  # powers


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_agree_with_scikit_learn(rng, kernel):
    X, Y = rng.normal(size=(150, 24)), rng.normal(size=(170, 24))
    for second in (None, Y):
        expected = getattr(reference, kernel)(X, second)
        found = getattr(metrics, kernel)(X, second)
        assert np.abs(expected - found).max() <= 1e-13 * np.abs(expected).max()  # rounding of the largest
    K = getattr(metrics, kernel)(X)
    assert (K == K.T).all()


def test_kernel_parameters_agree_with_scikit_learn(rng):
    X = rng.normal(size=(20, 4))
    for kernel, params in (
        ("polynomial_kernel", {"degree": 2, "gamma": 0.3, "coef0": -1}),
        ("sigmoid_kernel", {"gamma": 0.1, "coef0": 0.5}),
        ("rbf_kernel", {"gamma": 2.0}),
    ):
        expected = getattr(reference, kernel)(X, **params)
        assert np.allclose(expected, getattr(metrics, kernel)(X, **params), rtol=1e-13, atol=1e-14), kernel  # rounding


@pytest.mark.parametrize("degree", [1, 2, 3, 5, 7, 8, 9, 2.5])
def test_a_power_by_multiplying_is_right_to_as_many_roundings(rng, degree):
    x = rng.uniform(0.5, 2.0, size=(4, 5))
    expected, found = x.astype(np.longdouble) ** degree, x.copy()
    raise_to_power(found, degree)
    assert np.allclose(expected, found, rtol=degree * 2.0**-53, atol=0)  # degree - 1 roundings, and one to spare


@pytest.mark.parametrize("squared", [False, True])
def test_missing_values_agree_with_scikit_learn(rng, squared):
    X, Y = rng.normal(size=(40, 5)), rng.normal(size=(30, 5))
    for Z in (X, Y):
        Z[rng.random(Z.shape) < 0.4] = np.nan
    expected = reference.nan_euclidean_distances(X, Y, squared=squared)
    found = metrics.nan_euclidean_distances(X, Y, squared=squared)
    assert np.allclose(expected, found, rtol=1e-12, atol=1e-12, equal_nan=True)  # it subtracts squares; we do not
    marked = np.where(np.isnan(X), -1.0, X)
    assert np.array_equal(
        metrics.nan_euclidean_distances(X), metrics.nan_euclidean_distances(marked, missing_values=-1), equal_nan=True
    )


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("axis", [0, 1])
def test_nearest_rows_agree_with_the_whole_matrix(rng, metric, axis):
    X, Y = rng.normal(size=(300, 20)), rng.normal(size=(700, 20))
    D = metrics.pairwise_distances(X, Y, metric)
    indices, distances = metrics.pairwise_distances_argmin_min(X, Y, axis=axis, metric=metric)
    assert (D.argmin(axis=axis) == indices).all()
    assert np.allclose(D.min(axis=axis), distances, rtol=1e-13, atol=1e-15)  # product against direct formula


# ---- laws


def test_close_rows_are_measured_better_than_by_scikit_learn(rng):
    X = rng.normal(size=(50, 30))
    Y = X + 1e-7 * rng.normal(size=X.shape)
    truth = np.sqrt(((X.astype(np.longdouble) - Y) ** 2).sum(axis=1))
    ours = np.abs(metrics.euclidean_distances(X, Y).diagonal() / truth - 1).max()
    theirs = np.abs(reference.euclidean_distances(X, Y).diagonal() / truth - 1).max()
    assert ours < 1e-14  # 30 roundings
    assert theirs > 1e-6


def test_every_row_is_at_distance_zero_from_itself_and_the_matrix_symmetric(rng):
    X = rng.normal(size=(200, 30))
    X[3] = 0.0
    for metric in METRICS:
        D = metrics.pairwise_distances(X, metric=metric)
        assert not D.diagonal().any(), metric
        assert (D == D.T).all(), metric


def test_a_callable_gives_what_its_formula_gives(rng):
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(5, 3))

    def largest(x, y, factor=1.0):
        return factor * np.abs(x - y).max()

    expected = metrics.pairwise_distances(X, Y, "chebyshev")
    assert (2 * expected == metrics.pairwise_distances(X, Y, largest, factor=2.0)).all()
    assert (metrics.pairwise_distances(X, metric=largest) == metrics.pairwise_distances(X, metric="chebyshev")).all()
    indices, distances = metrics.pairwise_distances_argmin_min(X, Y, metric=largest, metric_kwargs={"factor": 2.0})
    assert (indices == expected.argmin(axis=1)).all()
    assert (distances == 2 * expected.min(axis=1)).all()


def test_data_frames_lists_and_integers_are_welcome(rng):
    import pandas as pd

    X = rng.integers(0, 9, size=(5, 3))
    expected = metrics.pairwise_distances(X.astype(float))
    for given in (X, X.tolist(), pd.DataFrame(X), X.astype(np.float32)):
        assert (expected == metrics.pairwise_distances(given)).all()


# ---- edges and errors


def test_precomputed_distances_are_passed_through_and_checked(rng):
    D = metrics.pairwise_distances(rng.normal(size=(4, 2)))
    assert (metrics.pairwise_distances(D, metric="precomputed") == D).all()
    with pytest.raises(ValueError, match="Precomputed metric requires shape"):
        metrics.pairwise_distances(D[:, :2], metric="precomputed")
    with pytest.raises(ValueError, match="Negative values in data passed"):
        metrics.pairwise_distances(-D, metric="precomputed")


def test_wrong_input_is_named(rng):
    X = rng.normal(size=(4, 2))
    with pytest.raises(ValueError, match="Incompatible dimension for X and Y"):
        metrics.pairwise_distances(X, X[:, :1])
    with pytest.raises(ValueError, match="metric='euclid' is not known"):
        metrics.pairwise_distances(X, metric="euclid")
    with pytest.raises(TypeError, match="metric=3 is of type int"):
        metrics.pairwise_distances(X, metric=3)
    with pytest.raises(TypeError, match="takes no parameter 'p'"):
        metrics.pairwise_distances(X, metric="manhattan", p=2)
    with pytest.raises(ValueError, match="p=0 is not accepted"):
        metrics.pairwise_distances(X, metric="minkowski", p=0)
    with pytest.raises(ValueError, match="one weight of 0 or more a feature"):
        metrics.pairwise_distances(X, metric="minkowski", w=[1.0])
    with pytest.raises(TypeError, match="must return one number"):
        metrics.pairwise_distances(X, metric=lambda x, y: "far")
    with pytest.raises(ValueError, match="contains NaN"):
        metrics.pairwise_distances([[np.nan]])
    with pytest.raises(ValueError, match="axis=2 is not accepted"):
        metrics.pairwise_distances_argmin(X, X, axis=2)
    with pytest.raises(ValueError, match="impute first"):
        metrics.pairwise_distances_argmin(X, X, metric="nan_euclidean")
    with pytest.raises(ValueError, match="gamma=-1"):
        metrics.rbf_kernel(X, gamma=-1)
    with pytest.raises(ValueError, match="degree=0"):
        metrics.polynomial_kernel(X, degree=0)
