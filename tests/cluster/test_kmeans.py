"""KMeans: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import sklearn.cluster as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits, load_iris, load_wine, make_blobs
from threadpoolctl import threadpool_limits

import scratchml.cluster.points as points_module
import tests.naive.cluster.kmeans as naive
from scratchml.cluster import KMeans
from scratchml.cluster.kmeans import same_clustering
from scratchml.core import ConvergenceWarning, NotFittedError, listen, record
from tests.problems import name_of_case

EPS = np.finfo(np.float64).eps


def fit_both(X, k, weight=None, **how):
    """Return our fit and scikit-learn's; theirs on one thread, because its sums depend on how many there are."""
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [module(k, **how).fit(X, sample_weight=weight) for module in (KMeans, reference.KMeans)]


def check_same_fit(ours, theirs):
    """Assert that two models are the same: labels and iterations exactly, numbers but for the last digits."""
    assert ours.labels_.tolist() == theirs.labels_.tolist()
    assert ours.n_iter_ == theirs.n_iter_
    size = np.abs(theirs.cluster_centers_).max()
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=0, atol=8 * EPS * size)  # a mean
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-12, abs=1e-300)  # thousands of terms, another order


# ---- by hand


def test_two_clusters_with_weights_on_paper():
    # 0 (three times) and 4 are nearer to 0, so its centre moves to 4 / 4 = 1: inertia 3 * 1 + 9
    X, weight = np.array([[0.0], [4.0], [10.0]]), [3.0, 1.0, 1.0]
    found = KMeans(2, init=[[0.0], [10.0]]).fit(X, sample_weight=weight)
    assert found.labels_.tolist() == [0, 0, 1]
    np.testing.assert_allclose(found.cluster_centers_, [[1.0], [10.0]], rtol=4 * EPS)  # off and on the mean 14 / 3
    assert found.inertia_ == pytest.approx(12.0, rel=8 * EPS)
    assert found.n_iter_ == 2
    assert found.predict([[5.0], [6.0]]).tolist() == [0, 1]
    np.testing.assert_allclose(found.transform([[4.0]]), [[3.0, 6.0]], rtol=8 * EPS)
    assert found.score([[4.0], [12.0]], sample_weight=[2.0, 1.0]) == pytest.approx(-(2 * 9 + 4), rel=8 * EPS)


def test_the_certificate_on_paper():
    X = [[0.0], [2.0], [10.0]]
    model = KMeans(2, init=[[0.0], [10.0]]).fit(X)
    assert model.certify(X) == (0.0, 0.0)
    model.cluster_centers_ = np.array([[0.0], [10.0]])  # the centre at 0 would move to 1
    assert model.certify(X) == (1.0, 0.0)
    assert model.certify(X, sample_weight=[1.0, 3.0, 1.0]) == (1.5, 0.0)
    model.labels_ = np.array([0, 1, 1])  # 2 is nearer to 0 than to 10
    assert model.certify(X) == (1.0, 1 / 3)


def test_tol_is_a_share_of_the_mean_variance_on_paper():
    # variances 4 and 16, mean 10; the first update moves the one centre from (1, 1) to the mean (2, 4): 1 + 9 = 10
    X = np.array([[0.0, 0.0], [4.0, 8.0]])
    assert np.var(X, axis=0).tolist() == [4.0, 16.0]
    assert KMeans(1, init=[[1.0, 1.0]], tol=1.01).fit(X).n_iter_ == 1
    assert KMeans(1, init=[[1.0, 1.0]], tol=0.99).fit(X).n_iter_ == 2


def test_the_same_clusters_under_other_names_are_the_same():
    assert same_clustering(np.array([0, 0, 1, 2]), np.array([2, 2, 0, 1]), 3)
    assert not same_clustering(np.array([0, 0, 1, 2]), np.array([2, 1, 0, 1]), 3)


# ---- naive twin


@pytest.mark.parametrize("runs", [1, 3])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("d", [1, 3, 14])
def test_agrees_with_the_naive_twin(rng, d, weighted, runs):
    X = rng.normal(size=(60, d))
    weight = rng.random(60) if weighted else None
    for seed in range(4):
        labels, centres, inertia, iterations = naive.kmeans(X, 4, np.random.RandomState(seed), weight, runs)
        found = KMeans(4, n_init=runs, random_state=seed).fit(X, sample_weight=weight)
        assert found.labels_.tolist() == labels
        assert found.n_iter_ == iterations
        np.testing.assert_allclose(found.cluster_centers_, centres, atol=1e-14)  # coordinates below 4
        assert found.inertia_ == pytest.approx(inertia, rel=1e-13)


def test_the_certificate_agrees_with_the_naive_twin(rng):
    X, weight = rng.normal(size=(80, 3)), rng.random(80)
    model = KMeans(5, init=X[:5], max_iter=2).fit(X, sample_weight=weight)
    move, misplaced = naive.certificate(X, model.cluster_centers_, model.labels_, weight)
    found = model.certify(X, sample_weight=weight)
    assert move > 0.01
    assert found.largest_move == pytest.approx(move, rel=1e-12)  # a difference of numbers near 1
    assert found.misplaced == misplaced == 0.0
    model.labels_ = rng.integers(0, 5, size=80)
    assert model.certify(X).misplaced == naive.certificate(X, model.cluster_centers_, model.labels_)[1] > 0.5


# ---- outside reference

DATA = {
    "iris": lambda rng: load_iris().data,
    "wine": lambda rng: load_wine().data,
    "digits": lambda rng: load_digits().data,
    "blobs": lambda rng: make_blobs(600, 5, centers=6, random_state=3)[0],
    "blobs in 40 columns": lambda rng: make_blobs(600, 40, centers=6, random_state=3)[0],
    "duplicates": lambda rng: load_iris().data[rng.integers(0, 150, size=400)],
    "a grid": lambda rng: np.array([(i, j) for i in range(20) for j in range(20)], dtype=float),
    "small integers, wide": lambda rng: rng.integers(0, 3, size=(300, 70)).astype(float),
    "one column": lambda rng: rng.normal(size=(300, 1)),
}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("name", DATA)
def test_a_given_start_ends_where_scikit_learn_ends(rng, name, k, weighted):
    X = DATA[name](rng)
    weight = rng.integers(0, 4, size=len(X)) / 2 if weighted else None
    init = np.unique(X, axis=0)
    init = init[rng.choice(len(init), size=k, replace=False)]
    check_same_fit(*fit_both(X, k, weight, init=init, n_init=1))
    check_same_fit(*fit_both(X, k, weight, init=init, n_init=1, tol=0))
    check_same_fit(*fit_both(X, k, weight, init=init, n_init=1, max_iter=2))
    check_same_fit(*fit_both(X, k, weight, init=init, n_init=1, tol=0.5))


@pytest.mark.parametrize("how", [{}, {"n_init": 4}, {"init": "random"}, {"init": "random", "n_init": 1}], ids=str)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", DATA)
def test_the_same_seed_gives_scikit_learns_centres(rng, name, weighted, how):
    X = DATA[name](rng)[:700]
    weight = rng.integers(0, 4, size=len(X)) / 2 if weighted else None
    for seed in (0, 1):
        check_same_fit(*fit_both(X, 6, weight, random_state=seed, **how))


def test_a_random_state_is_drawn_from_as_by_scikit_learn():
    X = load_iris().data
    ours, theirs = np.random.RandomState(7), np.random.RandomState(7)
    for _ in range(2):  # the second fit goes on where the first has stopped
        check_same_fit(
            KMeans(4, n_init=3, random_state=ours).fit(X), reference.KMeans(4, n_init=3, random_state=theirs).fit(X)
        )
    assert ours.random_sample() == theirs.random_sample()


@pytest.mark.parametrize("n_init", ["auto", 3])
def test_a_function_as_init_is_called_as_by_scikit_learn(n_init):
    X, seen = load_wine().data, []

    def choose(rows, k, random_state):
        seen.append((rows.copy(), k))
        return rows[random_state.permutation(len(rows))[:k]]

    ours, theirs = fit_both(X, 4, init=choose, n_init=n_init, random_state=0)
    check_same_fit(ours, theirs)
    runs = 10 if n_init == "auto" else n_init
    assert len(seen) == 2 * runs
    for rows, k in seen:
        assert k == 4
        np.testing.assert_array_equal(rows, X - X.mean(axis=0))


def test_of_runs_with_the_same_clusters_the_first_is_kept_as_by_scikit_learn():
    # one iteration from -9 and 10.5 leaves the centres 0 and 22 / 3, from 0 and 10 the better 0.5 and 10.5; but the
    # points are grouped alike, so the first run is kept
    X, starts = np.array([[0.0], [1.0], [10.0], [11.0]]), [[[-9.5], [10.5]], [[0.0], [10.0]]]

    def one_by_one(rows, k, random_state):
        starts.append(starts.pop(0))
        return np.array(starts[-1]) - X.mean(axis=0)

    ours, theirs = fit_both(X, 2, init=one_by_one, n_init=2, max_iter=1)
    check_same_fit(ours, theirs)
    np.testing.assert_allclose(ours.cluster_centers_.ravel(), [0.0, 22 / 3], atol=1e-14)


@pytest.mark.parametrize("name", ["iris", "digits", "one column"])
def test_what_a_model_says_of_new_rows_is_scikit_learns(rng, name):
    X = DATA[name](rng)
    ours, theirs = fit_both(X[::2], 5, random_state=0)
    theirs.cluster_centers_ = ours.cluster_centers_  # the last digits may differ
    weight = rng.random(len(X))
    assert ours.predict(X).tolist() == theirs.predict(X).tolist()
    size = np.linalg.norm(X, axis=1).max()
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=1e-9, atol=1e-7 * size)  # theirs cancels
    assert ours.score(X) == pytest.approx(theirs.score(X), rel=1e-12)
    assert ours.score(X, sample_weight=weight) == pytest.approx(theirs.score(X, sample_weight=weight), rel=1e-12)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()


def test_distances_are_numpys(rng):
    X = rng.normal(size=(40, 6))
    model = KMeans(3, random_state=0).fit(X)
    expected = np.linalg.norm(X[:, None] - model.cluster_centers_, axis=2)
    np.testing.assert_allclose(model.transform(X), expected, rtol=1e-13)  # six squares


def test_fitting_and_predicting_at_once_is_the_same_as_one_after_the_other(rng):
    X, weight = rng.normal(size=(90, 4)), rng.random(90)
    model = KMeans(5, random_state=3).fit(X, sample_weight=weight)
    labels = KMeans(5, random_state=3).fit_predict(X, sample_weight=weight)
    assert labels.tolist() == model.labels_.tolist() == model.predict(X).tolist()
    away = KMeans(5, random_state=3).fit_transform(X, sample_weight=weight)
    assert away.tobytes() == model.transform(X).tobytes()
    assert away.argmin(axis=1).tolist() == labels.tolist()
    assert model.score(X, sample_weight=weight) == pytest.approx(-model.inertia_, rel=1e-13)  # not centred alike


def test_no_run_beats_the_best_partition_of_a_line_and_one_of_ten_finds_it(rng):
    # in one dimension clusters are intervals, so the best of all partitions into 3 is found by trying all cuts
    x = np.sort(rng.normal(size=25))
    cuts = [(a, b) for a in range(1, 24) for b in range(a + 1, 25)]
    best = min(sum(((part - part.mean()) ** 2).sum() for part in np.split(x, cut)) for cut in cuts)
    runs = [KMeans(3, init="random", n_init=1, random_state=s).fit(x[:, None]).inertia_ for s in range(10)]
    assert min(runs) == pytest.approx(best, rel=1e-12)
    assert all(inertia >= best * (1 - 1e-12) for inertia in runs)


# ---- laws

seeds = st.integers(0, 10**6)


def made(seed):
    """Return (X, k, init, rng): normal rows in a few dimensions and k of them."""
    rng = np.random.default_rng(seed)
    n, d, k = int(rng.integers(8, 80)), int(rng.integers(1, 15)), int(rng.integers(1, 8))
    X = rng.normal(size=(n, d))
    return X, k, X[:k] + 0.01 * rng.normal(size=(k, d)), rng


@given(seeds)
def test_inertia_never_rises(seed):
    X, k, init, _ = made(seed)
    path = [s.inertia for s in record(KMeans(k, init=init, tol=0).steps(X)) if s.name in ("assign", "score", "best")]
    assert all(b <= a * (1 + 1e-12) for a, b in pairwise(path) if b > 1e-9)  # room for rounding only


@given(seeds)
def test_rows_in_another_order_get_the_same_labels(seed):
    X, k, init, rng = made(seed)
    order = rng.permutation(len(X))
    expected, found = KMeans(k, init=init).fit(X), KMeans(k, init=init).fit(X[order])
    assert found.labels_.tolist() == expected.labels_[order].tolist()
    np.testing.assert_allclose(found.cluster_centers_, expected.cluster_centers_, atol=1e-14)  # another order of sums


@given(seeds)
def test_centres_in_another_order_get_other_names(seed):
    X, k, init, rng = made(seed)
    order = rng.permutation(k)
    expected, found = KMeans(k, init=init).fit(X), KMeans(k, init=init[order]).fit(X)
    assert order[found.labels_].tolist() == expected.labels_.tolist()


@given(seeds, st.floats(-1e4, 1e4))
def test_moving_all_rows_moves_the_centres_along(seed, shift):
    X, k, init, _ = made(seed)
    expected, found = KMeans(k, init=init).fit(X), KMeans(k, init=init + shift).fit(X + shift)
    assert found.labels_.tolist() == expected.labels_.tolist()
    room = 4 * EPS * (abs(shift) + 4)  # X + shift is rounded
    np.testing.assert_allclose(found.cluster_centers_ - shift, expected.cluster_centers_, atol=room)
    assert found.inertia_ == pytest.approx(expected.inertia_, rel=1e-9, abs=1e-12)


@given(seeds)
def test_turning_all_rows_turns_the_centres_along(seed):
    X, k, init, rng = made(seed)
    turn, _ = np.linalg.qr(rng.normal(size=(X.shape[1], X.shape[1])))
    expected, found = KMeans(k, init=init).fit(X), KMeans(k, init=init @ turn).fit(X @ turn)
    assert found.labels_.tolist() == expected.labels_.tolist()
    np.testing.assert_allclose(found.cluster_centers_, expected.cluster_centers_ @ turn, atol=1e-13)  # fifteen products
    assert found.inertia_ == pytest.approx(expected.inertia_, rel=1e-12, abs=1e-24)


@given(seeds, st.integers(-450, 450))
def test_units_that_are_powers_of_two_change_nothing_else(seed, power):
    X, k, _, _ = made(seed)
    expected = KMeans(k, random_state=1).fit(X)
    found = KMeans(k, random_state=1).fit(np.ldexp(X, power))
    assert found.labels_.tolist() == expected.labels_.tolist()
    np.testing.assert_allclose(np.ldexp(found.cluster_centers_, -power), expected.cluster_centers_, atol=16 * EPS)
    assert np.ldexp(found.inertia_, -2 * power) == pytest.approx(expected.inertia_, rel=1e-12, abs=1e-24)


@given(seeds)
def test_a_whole_weight_counts_like_repeated_rows_from_a_given_start(seed):
    X, k, init, rng = made(seed)
    weight = rng.integers(1, 4, size=len(X))
    expected = KMeans(k, init=init, tol=0).fit(X.repeat(weight, axis=0))
    found = KMeans(k, init=init, tol=0).fit(X, sample_weight=weight)
    assert found.labels_.repeat(weight).tolist() == expected.labels_.tolist()
    np.testing.assert_allclose(found.cluster_centers_, expected.cluster_centers_, atol=1e-13)  # another mean to centre
    assert found.inertia_ == pytest.approx(expected.inertia_, rel=1e-12, abs=1e-24)
    assert found.n_iter_ == expected.n_iter_


@given(seeds)
def test_the_certificate_is_zero_at_a_fixed_point(seed):
    X, k, init, rng = made(seed)
    weight = rng.random(len(X)) + 0.1
    found = KMeans(k, init=init, tol=0).fit(X, sample_weight=weight).certify(X, sample_weight=weight)
    assert found.misplaced == 0.0
    assert found.largest_move <= 1e-14  # rounding of means of numbers below 4


@given(seeds)
def test_more_runs_are_never_worse(seed):
    X, k, _, _ = made(seed)
    inertia = [KMeans(k, init="random", n_init=runs, random_state=seed).fit(X).inertia_ for runs in (1, 2, 5)]
    assert all(b <= a * (1 + 1e-12) for a, b in pairwise(inertia))  # the same clusters may be rounded otherwise


@given(seeds)
def test_narrow_and_wide_layouts_end_alike(seed):
    X, k, init, _ = made(seed)
    found = []
    for wide in (10**9, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(points_module, "WIDE", wide)
            patch.setattr(points_module, "FEW", 0)
            assert points_module.lay_out(X, k=k).wide == (wide == 1)
            found.append(KMeans(k, init=init).fit(X))
    check_same_fit(*found)


@pytest.mark.parametrize("d", [4, 20])
def test_threads_do_not_change_a_bit(rng, monkeypatch, d):
    X = rng.normal(size=(50_000, d))
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        model = KMeans(30, random_state=0, max_iter=3).fit(X)
        found.append((model.cluster_centers_.tobytes(), model.labels_.tobytes(), model.inertia_, model.score(X)))
    assert found[0] == found[1] == found[2]


# ---- steps


def test_steps_of_all_runs_come_in_order_and_the_best_comes_last(rng):
    X = rng.normal(size=(70, 2))
    path = record(KMeans(6, init="random", n_init=4, random_state=0).steps(X))
    assert [s.restart for s in path[:-1]] == sorted(s.restart for s in path[:-1])
    ends = [s for s in path if s.name == "score"]
    assert [s.restart for s in ends] == [0, 1, 2, 3]
    assert path[-1].name == "best"
    assert path[-1].inertia == pytest.approx(min(s.inertia for s in ends), rel=1e-12)
    model = KMeans(6, init="random", n_init=4, random_state=0).fit(X)
    assert model.inertia_ == path[-1].inertia
    assert model.n_iter_ == path[-1].iteration


@pytest.mark.parametrize("name", ["seed", "assign", "update", "score"])
def test_a_fit_stopped_early_is_a_model_of_where_it_was(rng, name):
    X, weight = rng.normal(size=(50, 2)), rng.random(50)
    with listen(lambda step: step.name == name):
        model = KMeans(4, random_state=0, n_init=2).fit(X, sample_weight=weight)
    assert model.labels_.tolist() == model.predict(X).tolist()
    assert model.inertia_ == pytest.approx(-model.score(X, sample_weight=weight), rel=1e-13)  # not centred alike
    assert (model.n_iter_ == 0) == (name == "seed")


def test_input_is_checked_before_the_first_step():
    with pytest.raises(ValueError, match="NaN"):
        KMeans(2).steps([[1.0], [np.nan]])


# ---- edges and errors


def test_as_many_clusters_as_rows_leave_nothing(rng):
    for d in (1, 2, 13):
        X = rng.normal(size=(9, d))
        found = KMeans(9, random_state=0).fit(X)
        assert sorted(found.labels_.tolist()) == list(range(9))
        np.testing.assert_allclose(found.cluster_centers_[found.labels_], X, atol=8 * EPS)  # off and on the mean
        assert found.inertia_ <= 1e-28
        assert found.certify(X).misplaced == 0.0


@pytest.mark.parametrize("d", [1, 3, 13])
@pytest.mark.parametrize("init", ["k-means++", "random", "given"])
def test_more_clusters_than_distinct_rows_warn_as_scikit_learn_does(rng, init, d):
    X = rng.normal(size=(3, d))[np.arange(20) % 3]
    init = X[:5] if init == "given" else init
    with pytest.warns(ConvergenceWarning, match=r"distinct clusters \(3\) found smaller than n_clusters \(5\)"):
        found = KMeans(5, init=init, n_init=1, random_state=0).fit(X)
    assert found.inertia_ <= 1e-28
    assert len(np.unique(found.labels_)) == 3
    assert found.cluster_centers_.shape == (5, d)
    assert np.isfinite(found.cluster_centers_).all()
    distinct = np.unique(X, axis=0)
    away = np.linalg.norm(found.cluster_centers_[:, None] - distinct, axis=2).min(axis=1)
    assert away.max() <= 1e-14  # a centre that has lost all rows lies on another one, not between them


def test_rows_that_are_all_the_same():
    with pytest.warns(ConvergenceWarning, match=r"clusters \(1\) found smaller"):
        found = KMeans(3, random_state=0).fit(np.full((6, 2), 7.0))
    assert found.cluster_centers_.tolist() == [[7.0, 7.0]] * 3
    assert found.inertia_ == 0.0
    assert found.labels_.tolist() == [0] * 6


def test_one_row_is_its_own_cluster():
    found = KMeans(1, random_state=0).fit([[3.0, -4.0]])
    assert found.cluster_centers_.tolist() == [[3.0, -4.0]]
    assert (found.labels_.tolist(), found.inertia_) == ([0], 0.0)
    assert found.transform([[0.0, 0.0]]).tolist() == [[5.0]]


def test_a_lost_cluster_is_refilled_as_by_scikit_learn(rng):
    X = rng.normal(size=(200, 2))
    init = np.vstack([X[:3], [[40.0, 40.0]]])
    ours, theirs = fit_both(X, 4, init=init, n_init=1)
    check_same_fit(ours, theirs)
    assert np.bincount(ours.labels_).min() > 0
    first = next(s for s in record(KMeans(4, init=init).steps(X)) if s.name == "assign")
    assert 3 not in first.labels


@pytest.mark.parametrize("seed", range(12))
def test_several_lost_clusters_are_refilled_as_by_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    X, k = rng.normal(size=(150, int(rng.integers(1, 15)))), int(rng.integers(2, 9))
    init, lost = X[:k].copy(), int(rng.integers(1, k))
    init[:lost] += 60.0 * rng.normal(size=(lost, X.shape[1]))
    weight = rng.integers(1, 4, size=150).astype(float) if seed % 2 else None
    check_same_fit(*fit_both(X, k, weight, init=init, n_init=1, tol=0))


@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1e-150, 1e-100, 1e100, 1e150])
@pytest.mark.parametrize("init", ["k-means++", "random", "given", "function"])
def test_any_scale_gives_the_same_clusters(rng, scale, init):
    X = make_blobs(80, 3, centers=4, random_state=5)[0]
    start = {"given": X[:4], "function": lambda rows, k, random_state: rows[:k]}.get(init, init)
    expected = KMeans(4, init=start, n_init=2 if init == "random" else 1, random_state=0).fit(X)
    start = X[:4] * scale if init == "given" else start
    found = KMeans(4, init=start, n_init=2 if init == "random" else 1, random_state=0).fit(X * scale)
    assert found.labels_.tolist() == expected.labels_.tolist()
    assert found.n_iter_ == expected.n_iter_
    np.testing.assert_allclose(found.cluster_centers_ / scale, expected.cluster_centers_, rtol=1e-12)
    assert found.inertia_ == pytest.approx(expected.inertia_ * scale * scale, rel=1e-12, abs=1e-320)
    np.testing.assert_allclose(found.transform(X * scale) / scale, expected.transform(X), rtol=1e-10)
    assert found.predict(X * scale).tolist() == found.labels_.tolist()
    assert found.certify(X * scale).largest_move <= 1e-13 * scale * 40


def test_runs_are_compared_even_where_every_inertia_vanishes_in_the_callers_units():
    X = make_blobs(80, 2, centers=6, random_state=5)[0]
    for seed in range(6):
        expected = KMeans(6, init="random", n_init=6, random_state=seed).fit(X)
        found = KMeans(6, init="random", n_init=6, random_state=seed).fit(X * 2.0**-700)
        assert found.inertia_ == 0.0
        assert found.labels_.tolist() == expected.labels_.tolist()


def test_a_function_as_init_sees_the_callers_units():
    X, seen = np.array([[1.0], [2.0], [6.0]]) * 1e-160, []

    def look(rows, k, random_state):
        seen.append(rows.copy())
        rows *= 0.0  # and may do with them as it likes
        return np.array([[-2e-160], [3e-160]])

    found = KMeans(2, init=look, n_init=1).fit(X)
    np.testing.assert_allclose(seen[0].ravel(), [-2e-160, -1e-160, 3e-160], rtol=1e-15)
    np.testing.assert_allclose(found.cluster_centers_.ravel(), [1.5e-160, 6e-160], rtol=1e-15)


def test_rows_far_from_the_origin_keep_their_clusters(rng):
    X = make_blobs(100, 2, centers=3, random_state=2)[0]
    far = X + 2.0**30
    expected, found = KMeans(3, init=X[:3]).fit(far - 2.0**30), KMeans(3, init=far[:3]).fit(far)
    assert found.labels_.tolist() == expected.labels_.tolist() == found.predict(far).tolist()
    assert found.inertia_ == pytest.approx(expected.inertia_, rel=1e-6)  # the rows are rounded to 1e-7


def test_rows_without_weight_do_not_count_and_get_a_label(rng):
    X = rng.normal(size=(40, 2))
    weight = (np.arange(40) < 30).astype(float)
    expected = KMeans(3, init=X[:3], tol=0).fit(X[:30])
    found = KMeans(3, init=X[:3], tol=0).fit(X, sample_weight=weight)
    np.testing.assert_allclose(found.cluster_centers_, expected.cluster_centers_, atol=1e-14)  # another mean to centre
    assert found.labels_.tolist() == expected.predict(X).tolist()


def test_weights_of_any_size_are_shares(rng):
    X, weight = rng.normal(size=(50, 2)), rng.random(50)
    expected = KMeans(4, random_state=0).fit(X, sample_weight=weight)
    for power in (-900, 900):
        found = KMeans(4, random_state=0).fit(X, sample_weight=np.ldexp(weight, power))
        assert found.cluster_centers_.tobytes() == expected.cluster_centers_.tobytes()
        assert np.ldexp(found.inertia_, -power) == pytest.approx(expected.inertia_, rel=1e-14)


def test_inputs_stay_as_they_are(rng):
    X, weight = rng.normal(size=(30, 2)), rng.random(30)
    init = X[:3].copy()
    before = X.copy(), weight.copy(), init.copy()
    model = KMeans(3, init=init, copy_x=False).fit(X, sample_weight=weight)
    for array, kept in zip((X, weight, init), before):
        assert array.tobytes() == kept.tobytes()
    model.cluster_centers_[:] = 0
    assert init.tobytes() == before[2].tobytes()


def test_data_frames_lists_and_float32_are_welcome(rng):
    X = rng.normal(size=(20, 2)).astype(np.float32)
    expected = KMeans(3, random_state=0).fit(X.astype(np.float64))
    for given_as in (X, X.tolist(), pd.DataFrame(X, columns=["a", "b"])):
        found = KMeans(3, random_state=0).fit(given_as)
        assert found.cluster_centers_.tobytes() == expected.cluster_centers_.tobytes()
    assert found.feature_names_in_.tolist() == ["a", "b"]
    assert KMeans(3, init=pd.DataFrame(X[:3])).fit(X).cluster_centers_.dtype == np.float64


def test_a_second_fit_forgets_the_first(rng):
    X = rng.normal(size=(30, 4))
    model = KMeans(5, random_state=0).fit(X)
    model.set_params(n_clusters=2).fit(X[:, :2])
    assert model.cluster_centers_.shape == (2, 2)
    assert model.get_feature_names_out().tolist() == ["kmeans0", "kmeans1"]
    expected = KMeans(2, random_state=0).fit(X[:, :2])
    assert model.cluster_centers_.tobytes() == expected.cluster_centers_.tobytes()


def test_several_runs_from_one_given_start_are_one_with_a_warning(rng):
    X = rng.normal(size=(20, 2))
    with pytest.warns(RuntimeWarning, match="performing only one init in KMeans instead of n_init=3") as caught:
        found = KMeans(2, init=X[:2], n_init=3).fit(X)
    assert caught[0].filename == __file__
    assert found.labels_.tolist() == KMeans(2, init=X[:2]).fit(X).labels_.tolist()


X3 = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]


@pytest.mark.parametrize(
    ("how", "kind", "message"),
    [
        ({"n_clusters": 0}, ValueError, "n_clusters"),
        ({"n_clusters": 2.0}, TypeError, "n_clusters"),
        ({"n_clusters": 4}, ValueError, "n_samples=3 should be >= n_clusters=4"),
        ({"init": "kmeans"}, ValueError, "init"),
        ({"init": 3}, TypeError, "init"),
        ({"init": [[1.0, 2.0]]}, ValueError, r"\(1, 2\) does not match the number of clusters 2"),
        ({"init": [[1.0], [2.0]]}, ValueError, r"\(2, 1\) does not match the number of features of the data 2"),
        ({"init": [[1.0, np.nan], [0.0, 0.0]]}, ValueError, "init.*NaN"),
        ({"init": [[1.0, np.inf], [0.0, 0.0]]}, ValueError, "init.*inf"),
        ({"init": [[0.0, 0.0], [1e300, 0.0]]}, ValueError, "init holds 1e.300, so far from X"),
        ({"init": lambda X, k, random_state: X[:1]}, ValueError, "number of clusters 2; what init returned"),
        ({"init": lambda X, k, random_state: X[:2] * np.nan}, ValueError, "what init returned.*NaN"),
        ({"init": lambda X, k, random_state: X[:2] * 1e180}, ValueError, "init returned centres so far away"),
        ({"init": lambda X, k, random_state: None}, (TypeError, ValueError), "what init returned"),
        ({"n_init": 0}, ValueError, "n_init"),
        ({"n_init": "many"}, ValueError, "n_init"),
        ({"max_iter": 0}, ValueError, "max_iter"),
        ({"tol": -1e-4}, ValueError, "tol"),
        ({"tol": np.nan}, ValueError, "tol"),
        ({"verbose": "yes"}, TypeError, "verbose"),
        ({"random_state": "seed"}, (TypeError, ValueError), "random_state"),
        ({"copy_x": 1}, TypeError, "copy_x"),
        ({"algorithm": "auto"}, ValueError, "algorithm"),
    ],
    ids=name_of_case,
)
def test_wrong_parameters_are_named(how, kind, message):
    with pytest.raises(kind, match=message):
        KMeans(**{"n_clusters": 2, **how}).fit(X3)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1.0, -1.0, 1.0], "Negative"),
        ([1.0], "sample_weight"),
        ([1.0, np.nan, 1.0], "NaN"),
        ([0.0] * 3, "sample_weight|weights"),
    ],
)
def test_wrong_weights_are_named(weight, message):
    with pytest.raises(ValueError, match=message):
        KMeans(2).fit(X3, sample_weight=weight)


@pytest.mark.parametrize("weight", [[1.0, 0.0, 0.0], [1e300, 5e-324, 5e-324]])
def test_random_seeds_need_as_many_rows_with_weight(weight):
    with pytest.raises(ValueError, match="only 1 have a sample_weight above 0"):
        KMeans(2, init="random").fit(X3, sample_weight=weight)


def test_an_inertia_beyond_the_range_of_floats_is_a_clear_error():
    X = np.array([[-1e160], [0.0], [1e160]])
    with pytest.raises(ValueError, match="sum of squared distances overflows float64; divide X"):
        KMeans(1).fit(X)
    model = KMeans(2, random_state=0).fit([[0.0], [1.0]])
    with pytest.raises(ValueError, match="inertia overflows"):
        model.score([[1e200]])
    with pytest.raises(ValueError, match="too far from the centres"):
        KMeans(1).fit([[-1.7e308]]).transform([[1.7e308]])


def test_distances_whose_squares_overflow_are_found_and_leave_the_others_as_they_are():
    model = KMeans(2, init=[[0.0, 0.0], [1.0, 1.0]]).fit([[0.0, 0.0], [1.0, 1.0]])
    found = model.transform([[3e200, 4e200], [0.0, 2.0], [-1e-300, 0.0], [1.7e308, 0.0]])
    np.testing.assert_allclose(found[[0, 1, 3]], [[5e200, 5e200], [2.0, 2**0.5], [1.7e308, 1.7e308]], rtol=4 * EPS)
    np.testing.assert_allclose(found[2], [0.0, 2**0.5], rtol=4 * EPS, atol=1e-300)  # beside 1, its square vanishes


def test_distances_are_found_however_far_apart_rows_and_centres_are():
    model = KMeans(1).fit([[-1e-160, 0.0], [3e-160, 0.0]])
    found = model.transform([[3e-100, 4e-100], [3e300, 4e300], [1e-160, 2e-160]])
    np.testing.assert_allclose(found.ravel(), [5e-100, 5e300, 2e-160], rtol=4 * EPS)


def test_nothing_is_said_before_fitting():
    for ask in ("predict", "transform", "score", "certify"):
        with pytest.raises(NotFittedError):
            getattr(KMeans(2), ask)(X3)


def test_the_certificate_needs_the_rows_of_the_fit():
    model = KMeans(2, random_state=0).fit(X3)
    with pytest.raises(ValueError, match="X has 2 rows, but KMeans was fitted to 3"):
        model.certify(X3[:2])
    with pytest.raises(ValueError, match="2 features"):
        model.certify([[1.0], [2.0], [3.0]])
