"""Clusterings judged by the data: silhouette, Davies-Bouldin, Calinski-Harabasz."""

import tracemalloc

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits, load_iris

from scratchml import metrics
from scratchml.core.jit import plain_python
from scratchml.core.parallel import THREADS_VARIABLE
from tests.naive.metrics import silhouette as naive


def blobs(rng, n=60, d=3, k=3):
    labels = np.arange(n) % k
    return rng.normal(size=(n, d)) + 3.0 * labels[:, None], labels


def longdouble_silhouettes(X, labels):
    """Return silhouettes by the direct formula in extended precision."""
    X = X.astype(np.longdouble)
    D = np.sqrt(((X[:, None] - X[None]) ** 2).sum(axis=2))
    sizes = np.bincount(labels)
    means = np.stack([D[:, labels == j].sum(axis=1) for j in range(len(sizes))], axis=1)
    at = np.arange(len(X)), labels
    a = means[at] / (sizes[labels] - 1)
    means[at] = np.inf
    b = (means / sizes).min(axis=1)
    return (b - a) / np.maximum(a, b)


# ---- by hand


def test_silhouettes_by_hand():
    found = metrics.silhouette_samples([[0.0], [1.0], [3.0], [4.0]], ["u", "u", "v", "v"])
    assert found.tolist() == [2.5 / 3.5, 1.5 / 2.5, 1.5 / 2.5, 2.5 / 3.5]
    assert metrics.silhouette_score([[0.0], [1.0], [3.0], [4.0]], [0, 0, 1, 1]) == pytest.approx(
        (2.5 / 3.5 + 1.5 / 2.5) / 2, rel=1e-15
    )  # one rounding of the mean


def test_a_sample_alone_in_its_cluster_has_silhouette_zero():
    assert metrics.silhouette_samples([[0.0], [1.0], [9.0]], [0, 0, 1])[2] == 0.0


def test_the_others_by_hand():
    X, labels = [[0.0], [2.0], [8.0], [10.0]], [0, 0, 1, 1]
    assert metrics.davies_bouldin_score(X, labels) == (1 + 1) / 8
    assert metrics.calinski_harabasz_score(X, labels) == (64 / 1) / (4 / 2)


# ---- naive twin


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 20))
def test_all_three_agree_with_their_naive_twins(seed, k, d):
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(k), rng.integers(0, k, size=12)])
    X = rng.normal(size=(len(labels), d))
    names = [f"c{label}" for label in labels]
    expected = naive.silhouette(X, names)
    assert np.allclose(expected, metrics.silhouette_samples(X, names), rtol=0, atol=1e-14)  # rounding of ratios <= 1
    assert metrics.davies_bouldin_score(X, names) == pytest.approx(naive.davies_bouldin(X, names), rel=1e-12)  # sums
    expected = naive.calinski_harabasz(X, names)
    assert metrics.calinski_harabasz_score(X, names) == pytest.approx(expected, rel=1e-12)  # sums of squares


# ---- outside reference


@pytest.mark.parametrize("load", [load_iris, load_digits])
@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "cosine", "chebyshev", "hamming"])
def test_silhouettes_of_real_data_agree_with_scikit_learn(load, metric):
    X, labels = load(return_X_y=True)
    expected = reference.silhouette_samples(X, labels, metric=metric)
    found = metrics.silhouette_samples(X, labels, metric=metric)
    assert np.allclose(expected, found, rtol=0, atol=1e-12)  # the bar
    score = reference.silhouette_score(X, labels, metric=metric, sample_size=100, random_state=3)
    found = metrics.silhouette_score(X, labels, metric=metric, sample_size=100, random_state=3)
    assert found == pytest.approx(score, abs=1e-12)  # the same


@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_the_others_on_real_data_agree_with_scikit_learn(load):
    X, labels = load(return_X_y=True)
    for name in ("davies_bouldin_score", "calinski_harabasz_score"):
        assert getattr(metrics, name)(X, labels) == pytest.approx(getattr(reference, name)(X, labels), rel=1e-13)
        # sums of squares of 1797 x 64 terms


def test_precomputed_and_callable_metrics_agree_with_the_named_one(rng):
    X, labels = blobs(rng)
    expected = metrics.silhouette_samples(X, labels, metric="manhattan")
    D = metrics.manhattan_distances(X)
    assert np.array_equal(expected, metrics.silhouette_samples(D, labels, metric="precomputed"))
    found = metrics.silhouette_samples(X, labels, metric=lambda x, y: np.abs(x - y).sum())
    assert np.allclose(expected, found, rtol=0, atol=1e-14)  # NumPy adds up in another order
    sampled = metrics.silhouette_score(D, labels, metric="precomputed", sample_size=30, random_state=0)
    assert sampled == metrics.silhouette_score(X, labels, metric="manhattan", sample_size=30, random_state=0)


def test_parameters_reach_the_metric(rng):
    X, labels = blobs(rng)
    expected = reference.silhouette_score(X, labels, metric="minkowski", p=3)
    assert metrics.silhouette_score(X, labels, metric="minkowski", p=3) == pytest.approx(expected, abs=1e-14)  # powers


# ---- laws


def test_silhouettes_far_from_the_origin_are_right_where_the_reference_is_not(rng):
    X, labels = blobs(rng, n=90, d=20)
    X = X * 1e-3 + 1e4
    truth = longdouble_silhouettes(X, labels)
    ours = np.abs(metrics.silhouette_samples(X, labels) - truth).max()
    theirs = np.abs(reference.silhouette_samples(X, labels) - truth).max()
    assert ours < 1e-13  # rounding of distances
    assert theirs > 1e6 * ours


@given(st.integers(0, 10**6))
def test_scores_do_not_care_where_the_data_lie_or_how_labels_are_called(seed):
    rng = np.random.default_rng(seed)
    X, labels = blobs(rng, n=40)
    moved, renamed = 4.0 * X[::-1] + 1024.0, 7 - labels[::-1]
    for name in ("silhouette_score", "davies_bouldin_score", "calinski_harabasz_score"):
        score = getattr(metrics, name)
        assert score(X, labels) == pytest.approx(score(moved, renamed), rel=1e-10), name  # 1024 takes three digits


def test_the_true_clusters_are_judged_better_than_random_ones(rng):
    X, labels = blobs(rng, n=90)
    wrong = rng.permutation(labels)
    assert metrics.silhouette_score(X, labels) > metrics.silhouette_score(X, wrong) + 0.2
    assert metrics.calinski_harabasz_score(X, labels) > 10 * metrics.calinski_harabasz_score(X, wrong)
    assert metrics.davies_bouldin_score(X, labels) < metrics.davies_bouldin_score(X, wrong)


def test_no_square_array_is_held(rng):
    X, labels = blobs(rng, n=4000)
    metrics.silhouette_samples(X[:300], labels[:300])  # compiled before memory is measured
    tracemalloc.start()
    metrics.silhouette_samples(X, labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.25 * 8 * 4000**2  # a few blocks of 128 rows to a thread


def test_threads_do_not_change_a_bit(rng, monkeypatch):
    X, labels = blobs(rng, n=500, d=20)
    monkeypatch.setenv(THREADS_VARIABLE, "1")
    expected = metrics.silhouette_samples(X, labels)
    monkeypatch.setenv(THREADS_VARIABLE, "3")
    assert expected.tobytes() == metrics.silhouette_samples(X, labels).tobytes()


# ---- edges and errors


def test_plain_python_gives_the_same_bits(rng):
    X, labels = blobs(rng, n=20)
    expected = metrics.silhouette_samples(X, labels)
    with plain_python():
        assert expected.tobytes() == metrics.silhouette_samples(X, labels).tobytes()


@pytest.mark.parametrize("name", ["silhouette_score", "davies_bouldin_score", "calinski_harabasz_score"])
def test_too_few_or_too_many_clusters_are_errors(rng, name):
    X = rng.normal(size=(5, 2))
    for labels in ([0] * 5, [0, 1, 2, 3, 4]):
        with pytest.raises(ValueError, match=r"Valid values are 2 to n_samples - 1 \(inclusive\), here 4"):
            getattr(metrics, name)(X, labels)
    with pytest.raises(ValueError, match="labels has 3"):
        getattr(metrics, name)(X, [0, 1, 1])


def test_degenerate_clusters_agree_with_scikit_learn():
    same, labels = np.ones((6, 2)), [0, 0, 1, 1, 2, 2]
    points = np.repeat([[0.0], [1.0], [5.0]], 2, axis=0)
    for X in (same, points):
        for name in ("silhouette_score", "davies_bouldin_score", "calinski_harabasz_score"):
            assert getattr(metrics, name)(X, labels) == getattr(reference, name)(X, labels), name


def test_a_precomputed_matrix_is_checked(rng):
    D = metrics.pairwise_distances(rng.normal(size=(4, 2)))
    with pytest.raises(ValueError, match="non-zero elements on the diagonal"):
        metrics.silhouette_score(D + 1.0, [0, 0, 1, 1], metric="precomputed")
    with pytest.raises(ValueError, match="Precomputed metric requires shape"):
        metrics.silhouette_score(D[:, :3], [0, 0, 1, 1], metric="precomputed")
    with pytest.raises(ValueError, match="sample_size=0 is not accepted"):
        metrics.silhouette_score(D, [0, 0, 1, 1], sample_size=0)
    with pytest.raises(ValueError, match="two rows of X share no feature"):
        metrics.silhouette_score([[0, np.nan], [np.nan, 1], [1, 1]], [0, 0, 1], metric="nan_euclidean")


@pytest.mark.parametrize("offset", [0.0, 0.1, -7.3e5])
def test_centroids_that_coincide_but_for_rounding_leave_their_pair_out(offset):
    X, labels = np.array([[0.0], [-1.0], [-1.0], [-1.0], [1.0]]) + offset, [1, 0, 2, 0, 2]  # two centroids at 0
    # clusters 0 and 1 have no spread, 2 has 1; 0 and 2 are 1 apart, 1 and 2 coincide: (1/1 + 0 + 1/1) / 3
    assert metrics.davies_bouldin_score(X, labels) == pytest.approx(2 / 3, rel=1e-9)  # the offset costs 6 digits


def test_close_centroids_are_not_taken_for_the_same():
    X = np.array([[0.0, 1e9], [2e-9, 1e9], [4e-9, 1e9], [6e-9, 1e9]])  # the second column, constant, is large
    scaled = np.array([[0.0], [2.0], [4.0], [6.0]])
    expected = metrics.davies_bouldin_score(scaled * 1e-9 * 1e3, [0, 0, 1, 1])
    assert expected == metrics.davies_bouldin_score(scaled, [0, 0, 1, 1]) == 0.5
    assert metrics.davies_bouldin_score(X * 1e3, [0, 0, 1, 1]) == pytest.approx(0.5, rel=1e-9)  # rounding
