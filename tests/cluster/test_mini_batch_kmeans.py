"""MiniBatchKMeans: by hand, naive twin, outside reference, laws, edges and errors."""

import pickle
import warnings

import numpy as np
import pytest
import sklearn.cluster as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits, load_iris, make_blobs
from threadpoolctl import threadpool_limits

import tests.naive.cluster.mini_batch_kmeans as naive
from scratchml.cluster import KMeans, MiniBatchKMeans
from scratchml.cluster.assign import label_rows
from scratchml.cluster.mini_batches import Calm, Draws, MovingCentres, label_batch, move_towards, poor_centres
from scratchml.core import NotFittedError, listen, record

EPS = np.finfo(np.float64).eps


def fit_both(X, k, weight=None, **how):
    """Return our fit and scikit-learn's; theirs on one thread, because its sums depend on how many there are."""
    with threadpool_limits(1):
        return [
            module(k, **how).fit(X, sample_weight=weight) for module in (MiniBatchKMeans, reference.MiniBatchKMeans)
        ]


def check_same_fit(ours, theirs):
    """Assert that two models are the same: labels and steps exactly, numbers but for the last digits."""
    assert (ours.n_steps_, getattr(ours, "n_iter_", 0)) == (theirs.n_steps_, getattr(theirs, "n_iter_", 0))
    if hasattr(theirs, "labels_"):
        assert ours.labels_.tolist() == theirs.labels_.tolist()
    size = np.abs(theirs.cluster_centers_).max()
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=0, atol=8 * EPS * size)  # a mean
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-12, abs=1e-300)  # terms in another order


# ---- by hand


def test_a_batch_pulls_its_centres_on_paper():
    # centre 0 was given 2 so far: (2 * 0 + 3 + 6 * 2) / (2 + 1 + 2) = 3; centre 10 nothing: it becomes the row 8
    centres, mass = np.array([[0.0], [10.0], [50.0]]), np.array([2.0, 0.0, 1.0])
    rows, weight, labels = np.array([[3.0], [6.0], [8.0]]), np.array([1.0, 2.0, 1.0]), np.array([0, 0, 1])
    move_towards(rows, weight, labels, centres, mass)
    assert centres.ravel().tolist() == [pytest.approx(3.0, rel=4 * EPS), 8.0, 50.0]
    assert mass.tolist() == [5.0, 1.0, 1.0]


def test_poor_centres_on_paper():
    mass = np.array([100.0, 0.5, 30.0, 2.0])
    assert poor_centres(mass, 0.01, 5).tolist() == [False, True, False, False]
    assert poor_centres(mass, 0.5, 5).tolist() == [False, True, True, True]
    assert poor_centres(mass, 0.5, 2).tolist() == [False, True, False, True]  # the two poorest


def test_poor_centres_jump_onto_rows_and_forget_on_paper():
    moving, rows = MovingCentres(np.array([[0.0], [1.0], [2.0]]), 4), np.array([[7.0], [8.0], [9.0], [10.0]])
    moving.mass[:] = 100.0, 0.0, 40.0
    assert moving.reassign(rows, 0.01, np.random.RandomState(0))
    expected = rows[np.random.RandomState(0).choice(4, replace=False, size=1)[0], 0]
    assert moving.centres.ravel().tolist() == [0.0, expected, 2.0]
    assert moving.mass.tolist() == [100.0, 40.0, 40.0]  # the least of the others
    assert not moving.reassign(rows, 0.01, np.random.RandomState(0))


def test_reassignment_is_due_where_a_centre_is_empty_or_after_ten_k_rows():
    moving, rows, ones = MovingCentres(np.array([[0.0], [9.0]]), 8), np.arange(10.0)[:, None], np.ones(10)
    labels = (np.arange(10) > 4).astype(np.int64)
    # the first time, nothing was given yet; then 8 and 16 rows are below 20, 24 are not
    assert [moving.move(rows, ones, labels) for _ in range(5)] == [True, False, False, True, False]


def test_it_is_calm_when_the_smoothed_inertia_has_not_fallen_for_a_while_on_paper():
    calm = Calm(0.5, 0.0, 2)
    seen = [(calm.see(inertia, 1.0), calm.smoothed) for inertia in (8.0, 4.0, 8.0, 8.0)]
    assert seen == [(False, 8.0), (False, 6.0), (False, 7.0), (True, 7.5)]
    assert Calm(0.5, 1.0, None).see(3.0, 1.0)  # the centres moved by no more than tol
    assert not Calm(0.5, 1.0, None).see(3.0, 1.1)
    assert not Calm(0.5, 0.0, None).see(3.0, 0.0)  # tol=0 never stops


def test_draws_are_those_of_numpys_choice(rng):
    weight = rng.integers(0, 3, size=40).astype(float)
    draws, choice = Draws(weight, np.random.RandomState(3)), np.random.RandomState(3)
    for size in (1, 7, 100):
        expected = choice.choice(40, size, p=weight / weight.sum(), replace=True)
        assert draws.rows(size).tolist() == expected.tolist()


# ---- naive twin


@pytest.mark.parametrize("d", [1, 3, 14])
def test_agrees_with_the_naive_twin(rng, d):
    X = make_blobs(300, d, centers=5, random_state=d)[0]
    model = MiniBatchKMeans(5, init=X[:5], batch_size=40, reassignment_ratio=0.0, max_iter=1, random_state=0)
    path = record(model.steps(X))
    batches = [X[s.batch] for s in path if s.name == "assign"]
    assert len(batches) == 7
    centres, seen, labels = naive.mini_batch_kmeans(batches, X[:5])
    last = path[-1]
    np.testing.assert_allclose(last.centres, centres, atol=1e-13)  # coordinates below 20, a mean another way
    assert last.mass.tolist() == seen
    assert [s for s in path if s.name == "assign"][-1].labels.tolist() == labels


# ---- outside reference

SETTINGS = [
    {},
    {"batch_size": 30},
    {"batch_size": 30, "init": "random"},
    {"batch_size": 40, "init_size": 20, "n_init": 3},
    {"batch_size": 50, "tol": 0.01},
    {"batch_size": 50, "max_no_improvement": None, "max_iter": 3},
    {"batch_size": 30, "compute_labels": False},
    {"batch_size": 25, "reassignment_ratio": 0.5},
    {"batch_size": 25, "reassignment_ratio": 0.0},
]


@pytest.mark.parametrize("how", SETTINGS, ids=str)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_the_same_seed_gives_scikit_learns_centres(rng, load, weighted, how):
    X = load().data[:600]
    weight = rng.integers(0, 4, size=len(X)) / 2 if weighted else None
    for seed in (0, 1):
        check_same_fit(*fit_both(X, 9, weight, random_state=seed, **how))


def test_given_and_made_starts_are_scikit_learns():
    X = load_iris().data
    for init in (X[::20], lambda rows, k, random_state: rows[random_state.permutation(len(rows))[:k]]):
        check_same_fit(*fit_both(X, 8, init=init, batch_size=20, random_state=0, n_init=1))


def test_partial_fits_are_scikit_learns(rng):
    X, weight = load_digits().data, rng.random(1797)
    ours, theirs = (module(12, random_state=4) for module in (MiniBatchKMeans, reference.MiniBatchKMeans))
    for start in range(0, 1797, 150):
        some = slice(start, start + 150)
        with threadpool_limits(1):
            ours.partial_fit(X[some], sample_weight=weight[some])
            theirs.partial_fit(X[some], sample_weight=weight[some])
        check_same_fit(ours, theirs)


def test_a_partial_fit_goes_on_from_a_fit_as_in_scikit_learn():
    X = load_iris().data
    ours, theirs = fit_both(X, 5, batch_size=30, random_state=0)
    for start in (0, 60):
        check_same_fit(ours.partial_fit(X[start : start + 60]), theirs.partial_fit(X[start : start + 60]))


# ---- laws

seeds = st.integers(0, 10**6)


@given(seeds)
def test_it_never_beats_lloyd_from_where_it_ends(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(int(rng.integers(20, 200)), int(rng.integers(1, 8))))
    found = MiniBatchKMeans(4, batch_size=16, random_state=seed % 100).fit(X)
    assert found.labels_.tolist() == found.predict(X).tolist()
    assert found.inertia_ == pytest.approx(-found.score(X), rel=1e-12)
    best = KMeans(4, init=found.cluster_centers_, tol=0).fit(X)
    assert best.inertia_ <= found.inertia_ * (1 + 1e-12)


@given(seeds)
def test_a_small_batch_is_labelled_as_label_rows_does(seed):
    rng = np.random.default_rng(seed)
    m, d, k = int(rng.integers(1, 600)), int(rng.integers(1, 20)), int(rng.integers(1, 10))
    X, centres = rng.normal(size=(m, d)), rng.normal(size=(k, d))
    if seed % 2:
        X, centres = np.round(X), np.round(centres)  # ties
    labels, inertia = label_batch(X, centres)
    expected, total = label_rows(X, centres, np.ones(m))
    assert labels.tolist() == expected.tolist()
    assert inertia == pytest.approx(total, rel=1e-12, abs=1e-12)  # sums in another order


def test_means_are_those_of_all_rows_given(rng):
    X = rng.normal(size=(500, 3))
    path = record(MiniBatchKMeans(4, batch_size=50, reassignment_ratio=0.0, random_state=0).steps(X))
    seen = [(s.batch, s.labels) for s in path if s.name == "assign"]
    batch, labels = (np.concatenate(part) for part in zip(*seen))
    for j in range(4):
        np.testing.assert_allclose(path[-1].centres[j], X[batch[labels == j]].mean(axis=0), atol=1e-13)
        assert path[-1].mass[j] == (labels == j).sum()


# ---- edges and errors


def test_the_steps_are_assign_and_update_in_turn():
    X = make_blobs(200, 2, centers=3, random_state=0)[0]
    path = record(MiniBatchKMeans(3, batch_size=50, max_iter=1, random_state=0).steps(X))
    names = [s.name for s in path if s.name != "reassign"]
    assert names == ["seed", *["assign", "update"] * 4, "end", "labels"]
    assert path[-1].labels.shape == (200,)
    assert path[1].smoothed == np.inf


def test_a_lost_centre_is_put_elsewhere(rng):
    X = rng.normal(size=(300, 2))
    start = np.vstack([X[:3], [[500.0, 500.0]]])
    kept = MiniBatchKMeans(4, init=start, batch_size=60, reassignment_ratio=0.0, random_state=0).fit(X)
    moved = MiniBatchKMeans(4, init=start, batch_size=60, random_state=0).fit(X)
    assert kept.cluster_centers_[3].tolist() == [500.0, 500.0]
    assert np.abs(moved.cluster_centers_).max() < 5.0
    assert np.bincount(moved.labels_).min() > 0


@pytest.mark.parametrize("scale", [1e-150, 1e-100, 1e100, 1e150])
def test_any_scale_gives_the_same_clusters(scale):
    X = make_blobs(200, 3, centers=4, random_state=5)[0]
    expected = MiniBatchKMeans(4, batch_size=50, random_state=0).fit(X)
    found = MiniBatchKMeans(4, batch_size=50, random_state=0).fit(X * scale)
    assert found.labels_.tolist() == expected.labels_.tolist()
    np.testing.assert_allclose(found.cluster_centers_ / scale, expected.cluster_centers_, rtol=1e-12)


def test_rows_far_from_the_origin_keep_their_clusters():
    X = make_blobs(300, 2, centers=3, random_state=2)[0]
    start = X[:3].copy()
    near = MiniBatchKMeans(3, init=start, batch_size=60, random_state=0).fit(X)
    far = MiniBatchKMeans(3, init=start + 2.0**30, batch_size=60, random_state=0).fit(X + 2.0**30)
    assert far.labels_.tolist() == near.labels_.tolist()


@pytest.mark.parametrize("power", [-900, 900])
def test_weights_of_any_size_are_shares(rng, power):
    X, weight = rng.normal(size=(80, 2)), rng.random(80)
    for init in ("k-means++", "random"):
        expected = MiniBatchKMeans(4, init=init, batch_size=30, random_state=0).fit(X, sample_weight=weight)
        scaled = np.ldexp(weight, power)
        found = MiniBatchKMeans(4, init=init, batch_size=30, random_state=0).fit(X, sample_weight=scaled)
        assert found.cluster_centers_.tobytes() == expected.cluster_centers_.tobytes()
        assert np.ldexp(found.inertia_, -power) == pytest.approx(expected.inertia_, rel=1e-12)


def test_every_row_may_be_its_own_centre_and_rows_may_be_equal():
    X = np.arange(6.0)[:, None]
    assert MiniBatchKMeans(6, random_state=0, reassignment_ratio=0.0).fit(X).inertia_ == 0.0
    twins = MiniBatchKMeans(3, random_state=0).fit(np.full((6, 2), 7.0))
    assert twins.cluster_centers_.tolist() == [[7.0, 7.0]] * 3
    one = MiniBatchKMeans(1, random_state=0).fit([[3.0, -4.0]])
    assert one.cluster_centers_.tolist() == [[3.0, -4.0]]
    assert MiniBatchKMeans(2, reassignment_ratio=5.0, random_state=0).fit(X).labels_.max() == 1


def test_without_labels_inertia_is_an_estimate(rng):
    X = rng.normal(size=(400, 2))
    found = MiniBatchKMeans(3, compute_labels=False, batch_size=100, random_state=0).fit(X)
    assert not hasattr(found, "labels_")
    assert found.inertia_ == pytest.approx(-found.score(X), rel=0.2)  # of some batches, not of all rows
    again = MiniBatchKMeans(3, batch_size=100, random_state=0).fit(X)
    assert not hasattr(again.set_params(compute_labels=False).fit(X), "labels_")


def test_a_fit_may_be_ended_early(rng):
    X = rng.normal(size=(200, 2))
    with listen(lambda step: step.iteration == 2):
        found = MiniBatchKMeans(3, batch_size=20, random_state=0).fit(X)
    assert found.n_steps_ == 2
    assert found.labels_.tolist() == found.predict(X).tolist()
    assert found.inertia_ == pytest.approx(-found.score(X), rel=1e-12)


def test_a_half_fitted_model_survives_pickling(rng):
    X = rng.normal(size=(200, 2))
    model = MiniBatchKMeans(3, random_state=0).partial_fit(X[:100])
    copy = pickle.loads(pickle.dumps(model))
    expected, found = (m.partial_fit(X[100:]).cluster_centers_ for m in (model, copy))
    assert found.tobytes() == expected.tobytes()


def test_inputs_stay_as_they_are(rng):
    X, init = rng.normal(size=(60, 2)), rng.normal(size=(3, 2))
    before = X.copy(), init.copy()
    MiniBatchKMeans(3, init=init, batch_size=20, random_state=0).fit(X).partial_fit(X)
    MiniBatchKMeans(3, init=init).partial_fit(X)
    assert (X.tobytes(), init.tobytes()) == (before[0].tobytes(), before[1].tobytes())


def test_an_init_size_below_k_is_raised_with_a_warning(rng):
    X = rng.normal(size=(60, 2))
    with pytest.warns(RuntimeWarning, match="init_size=2 should be larger than n_clusters=4") as caught:
        found = MiniBatchKMeans(4, init_size=2, random_state=0).fit(X)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_same_fit(found, reference.MiniBatchKMeans(4, init_size=2, random_state=0).fit(X))


@pytest.mark.parametrize(
    ("how", "kind", "message"),
    [
        ({"n_clusters": 4}, ValueError, "n_samples=3 should be >= n_clusters=4"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"batch_size": 1.5}, TypeError, "batch_size"),
        ({"max_no_improvement": -1}, ValueError, "max_no_improvement"),
        ({"init_size": 0}, ValueError, "init_size"),
        ({"reassignment_ratio": -0.1}, ValueError, "reassignment_ratio"),
        ({"compute_labels": "yes"}, TypeError, "compute_labels"),
        ({"init": [[1.0, 2.0]]}, ValueError, "number of clusters 2"),
        ({"init": "best"}, ValueError, "init"),
    ],
    ids=str,
)
def test_wrong_parameters_are_named(how, kind, message):
    X3 = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]
    for fit in ("fit", "partial_fit"):
        with pytest.raises(kind, match=message):
            getattr(MiniBatchKMeans(**{"n_clusters": 2, **how}), fit)(X3)


def test_what_cannot_be_is_a_clear_error():
    for X, weight in (([[-1e160], [0.0], [1e160]], None), ([[0.0], [1.0]], [1e300, 1e300])):
        with pytest.raises(ValueError, match="overflow float64; divide X or the weights"):
            MiniBatchKMeans(1, random_state=0).partial_fit(X, sample_weight=weight)
    with pytest.raises(ValueError, match="overflow float64; divide X or the weights"):
        MiniBatchKMeans(1, random_state=0).fit([[-1e160], [0.0], [1e160]])
    with pytest.raises(ValueError, match="overflow float64"):
        MiniBatchKMeans(1, init=[[1e200]]).fit([[0.0], [1.0]])
    with pytest.raises(ValueError, match="overflows float64; divide X"):
        MiniBatchKMeans(1, random_state=0).fit(np.full((3, 1), 1e150), sample_weight=[1e300] * 3).score([[1e200]])
    with pytest.raises(ValueError, match="have a sample_weight above 0"):
        MiniBatchKMeans(2, init="random", random_state=0).fit([[0.0], [1.0], [2.0]], sample_weight=[1.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="1 features"):
        MiniBatchKMeans(1).partial_fit([[1.0], [2.0]]).partial_fit([[1.0, 2.0]])
    for ask in ("predict", "transform", "score", "certify"):
        with pytest.raises(NotFittedError):
            getattr(MiniBatchKMeans(2), ask)([[1.0]])
