"""k-means++: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest
import sklearn.cluster as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits, load_iris, load_wine, make_blobs

import tests.naive.cluster.kmeans_plusplus as naive
from scratchml.cluster import KMeans, kmeans_plusplus
from scratchml.cluster.kmeans_plusplus import BLOCKS, choose_seeds, draw, try_candidates
from scratchml.cluster.points import BLOCK, MANY, WIDE, lay_out, left_upright


class Told:
    """A source of draws that says what it is told to, in order."""

    def __init__(self, first, *draws):
        self.first, self.draws = first, iter(draws)

    def choice(self, n, p):
        self.shares = p
        return self.first

    def uniform(self, size):
        return np.array(next(self.draws))


# ---- by hand


def test_the_second_seed_on_paper():
    # from point 0 the points 0, 1, 3, 4 have D^2 = 0, 1, 9, 16, cumulated 0, 1, 10, 26: u = 0.3 reaches 7.8, which is
    # point 3; u = 0.9 reaches 23.4, which is point 4. What they leave: 0 + 1 + 0 + 1 = 2, and 0 + 1 + 1 + 0 = 2
    points = lay_out(np.array([[0.0], [1.0], [3.0], [4.0]]))
    assert choose_seeds(points, 2, Told(0, [0.3]), trials=1).tolist() == [0, 2]
    assert choose_seeds(points, 2, Told(0, [0.9]), trials=1).tolist() == [0, 3]
    # u = 0.01 reaches 0.26, which is point 1 and leaves 4 + 9 = 13: the greedy choice takes the other
    assert choose_seeds(points, 2, Told(0, [0.01, 0.9]), trials=2).tolist() == [0, 3]


def test_weights_count_in_the_draws_on_paper():
    # weights 1, 4, 1: the first is drawn with 1/6, 4/6, 1/6; then w D^2 = 0, 4, 4, so u = 0.4 reaches point 1
    told = Told(0, [0.4])
    points = lay_out(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 4.0, 1.0]))
    assert choose_seeds(points, 2, told, trials=1).tolist() == [0, 1]
    np.testing.assert_allclose(told.shares, [1 / 6, 4 / 6, 1 / 6], rtol=1e-15)


def test_the_largest_draw_takes_the_last_point():
    points = lay_out(np.array([[0.0], [1.0], [3.0]]))
    assert choose_seeds(points, 2, Told(0, [np.nextafter(1.0, 0.0)]), trials=1).tolist() == [0, 2]


@pytest.mark.parametrize("n", [30, BLOCK, BLOCKS * BLOCK - 7])
def test_a_point_is_drawn_where_the_cumulated_sum_reaches_the_draw(rng, n):
    # whole numbers, whose sums are exact in any order; the last points of a block and many others have no weight
    nearest, weight = rng.integers(0, 4, n).astype(float), rng.integers(0, 3, n).astype(float)
    points, uniform = lay_out(rng.normal(size=(n, 2)), weight), np.append(rng.random(200), [0.0, 1.0])
    size = points.blocks.shape[2]
    sums = np.add.reduceat(weight * nearest, np.arange(0, n, size))
    expected = np.searchsorted(np.cumsum(weight * nearest), uniform * sums.sum())
    assert draw(points, nearest, sums, uniform).tolist() == expected.tolist()


@pytest.mark.parametrize("d", [2, WIDE])
def test_what_candidates_leave_is_measured_directly_too(rng, d):
    X, weight = rng.normal(size=(700, d)), rng.random(700)
    points, nearest = lay_out(X, weight), rng.random(700)
    squares, potentials = try_candidates(points, points.rows(slice(0, 3)), nearest)
    expected = np.minimum(((X[:, None] - X[:3]) ** 2).sum(axis=2), nearest[:, None])
    found = squares.transpose(0, 2, 1).reshape(-1, 3)[:700]
    np.testing.assert_allclose(found, expected, atol=1e-13)  # from norms near 2 d: a few roundings of those
    np.testing.assert_allclose(potentials.sum(axis=0), weight @ expected, rtol=1e-13)


@pytest.mark.parametrize("d", [1, 2, WIDE])
def test_rows_that_are_left_upright_are_the_same_points(rng, d):
    X, weight, nearest = rng.normal(size=(MANY + 5, d)), rng.random(MANY + 5), rng.random(MANY + 5)
    expected, found = lay_out(X, weight, np.zeros(d)), left_upright(X, weight, np.zeros(d))
    assert found.X is X
    assert len(found.blocks) == 0
    assert expected.norms.tobytes() == found.norms.tobytes()
    for points in (expected, found):
        squares, potentials = try_candidates(points, points.rows(slice(0, 3)), nearest)
        square = np.minimum(((X[:, None] - X[:3]) ** 2).sum(axis=2), nearest[:, None])
        np.testing.assert_allclose(squares.transpose(0, 2, 1).reshape(-1, 3)[: len(X)], square, atol=1e-13)  # as above
        size = points.blocks.shape[2]
        sums = np.add.reduceat(weight[:, None] * square, np.arange(0, len(X), size))
        np.testing.assert_allclose(potentials, sums, rtol=1e-12)


def test_rows_that_something_has_to_be_done_to_are_laid_out(rng):
    X, weight = rng.normal(size=(MANY, 2)), np.ones(MANY)
    for rows, w, mean in (
        (X[1:], weight[1:], np.zeros(2)),
        (np.asfortranarray(X), weight, np.zeros(2)),
        (X * 1e160, weight, np.zeros(2)),
        (X, weight * 1e-200, np.zeros(2)),
        (X, weight, np.ones(2)),
    ):
        assert len(left_upright(rows, w, mean).blocks) > 0


@pytest.mark.parametrize("d", [2, WIDE])
def test_no_square_is_negative_by_rounding(rng, d):
    points = lay_out(rng.normal(size=(300, d)) + 3, mean=np.zeros(d))
    squares, _ = try_candidates(points, points.rows(slice(0, 300)), np.full(300, np.inf))
    assert squares.min() == 0.0
    norms, rows = points.norms, points.rows(slice(None))
    assert (norms[:, None] - 2.0 * rows @ rows.T + norms).min() < 0  # so there was something to clip


# ---- naive twin


@pytest.mark.parametrize("trials", [None, 1, 4])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("d", [1, 3, WIDE])
def test_chooses_the_rows_of_the_naive_twin(rng, d, weighted, trials):
    X = rng.normal(size=(50, d))
    weight = rng.random(50) * (rng.random(50) > 0.2) if weighted else None
    for seed in range(10):
        expected = naive.kmeans_plusplus(X, 7, np.random.RandomState(seed), weight, trials)
        centres, found = kmeans_plusplus(X, 7, sample_weight=weight, random_state=seed, n_local_trials=trials)
        assert found.tolist() == expected
        assert centres.tobytes() == X[found].tobytes()


# ---- outside reference

REAL = {
    "iris": lambda: load_iris().data,
    "wine": lambda: load_wine().data,
    "digits": lambda: load_digits().data,
    "blobs": lambda: make_blobs(500, 6, centers=7, random_state=1)[0],
    "whole numbers in a column": lambda: np.random.default_rng(0).integers(0, 10, size=(200, 1)).astype(float),
    "two equal rows of each": lambda: np.repeat(load_iris().data, 2, axis=0),
}


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("weighted", [False, True])
def test_the_same_seed_chooses_scikit_learns_rows(rng, name, weighted):
    X = REAL[name]()
    weight = rng.integers(0, 4, size=len(X)).astype(float) if weighted else None
    for seed in range(15):
        expected = reference.kmeans_plusplus(X, 8, sample_weight=weight, random_state=seed)
        found = kmeans_plusplus(X, 8, sample_weight=weight, random_state=seed)
        assert found[1].tolist() == expected[1].tolist()
        assert found[0].tobytes() == expected[0].tobytes()


def test_trials_are_scikit_learns_too():
    X = load_wine().data
    for trials in (1, 3, 9):
        expected = reference.kmeans_plusplus(X, 5, random_state=2, n_local_trials=trials)[1]
        assert kmeans_plusplus(X, 5, random_state=2, n_local_trials=trials)[1].tolist() == expected.tolist()


def test_a_generator_and_a_random_state_are_welcome():
    X = load_iris().data
    expected = kmeans_plusplus(X, 4, random_state=5)[1]
    assert kmeans_plusplus(X, 4, random_state=np.random.RandomState(5))[1].tolist() == expected.tolist()
    first, second = (kmeans_plusplus(X, 4, random_state=np.random.default_rng(5))[1] for _ in range(2))
    assert first.tolist() == second.tolist()


# ---- laws

seeds = st.integers(0, 10**6)


@given(seeds)
def test_seeds_are_distinct_while_there_are_distinct_rows(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 30)), int(rng.integers(1, 15))
    X = rng.normal(size=(n, d))
    _, found = kmeans_plusplus(X, n, random_state=seed)
    assert sorted(found.tolist()) == list(range(n))


@given(seeds, st.integers(-500, 500))
def test_units_that_are_powers_of_two_choose_the_same_rows(seed, power):
    X = np.random.default_rng(seed).normal(size=(25, 3))
    expected = kmeans_plusplus(X, 5, random_state=seed)[1]
    assert kmeans_plusplus(np.ldexp(X, power), 5, random_state=seed)[1].tolist() == expected.tolist()


def test_the_expected_inertia_keeps_the_papers_bound(rng):
    X = make_blobs(300, 2, centers=5, random_state=0)[0]
    least = KMeans(5, n_init=10, random_state=0).fit(X).inertia_
    found = []
    for seed in range(60):
        centres, _ = kmeans_plusplus(X, 5, random_state=seed, n_local_trials=1)
        found.append(((X[:, None] - centres) ** 2).sum(axis=2).min(axis=1).sum())
    assert np.mean(found) <= 8 * (np.log(5) + 2) * least
    greedy = [kmeans_plusplus(X, 5, random_state=seed)[0] for seed in range(60)]
    left = [((X[:, None] - centres) ** 2).sum(axis=2).min(axis=1).sum() for centres in greedy]
    assert np.mean(left) < np.mean(found)


def test_far_points_are_drawn_as_often_as_their_squared_distance_says():
    # from point 0 on: D^2 = 0, 1, 4, 9, so the second seed is drawn with 1/14, 4/14, 9/14
    X = np.array([[0.0], [1.0], [2.0], [3.0]])
    points, counts = lay_out(X), np.zeros(4)
    draws = np.random.default_rng(0).random(4000)
    for u in draws:
        counts[choose_seeds(points, 2, Told(0, [u]), trials=1)[1]] += 1
    np.testing.assert_allclose(counts / 4000, np.array([0, 1, 4, 9]) / 14, atol=0.03)  # four standard deviations


@pytest.mark.parametrize("d", [4, 20])
def test_threads_do_not_change_a_bit(rng, monkeypatch, d):
    X = rng.normal(size=(30_000, d))
    found = []
    for threads in ("1", "3"):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        points = lay_out(X)
        squares, potentials = try_candidates(points, points.rows(slice(0, 4)), np.ones(30_000))
        found.append((squares.tobytes(), potentials.tobytes(), kmeans_plusplus(X, 6, random_state=0)[1].tolist()))
    assert found[0] == found[1]


# ---- edges and errors


def test_only_duplicates_and_a_single_row():
    centres, found = kmeans_plusplus(np.ones((4, 2)), 3, random_state=0)
    assert centres.tolist() == [[1.0, 1.0]] * 3
    assert ((found >= 0) & (found < 4)).all()
    assert kmeans_plusplus([[2.0]], 1)[1].tolist() == [0]


@pytest.mark.parametrize("scale", [5e-324, 1e-150, 1e150, 1e300])
def test_any_scale_is_seeded(scale):
    X = np.array([[0.0], [0.0], [1.0], [1.0]]) * scale
    for seed in range(5):
        assert len(set(kmeans_plusplus(X, 2, random_state=seed)[0].ravel())) == 2


def test_rows_without_weight_are_never_the_first():
    weight = [0.0, 0.0, 1.0, 0.0]
    for seed in range(20):
        assert kmeans_plusplus([[0.0], [1.0], [2.0], [3.0]], 1, sample_weight=weight, random_state=seed)[1] == [2]


def test_frames_and_lists_are_welcome_and_stay_as_they_are(rng):
    X = rng.normal(size=(12, 2))
    before = X.copy()
    expected = kmeans_plusplus(X, 3, random_state=1)[1].tolist()
    assert kmeans_plusplus(X.tolist(), 3, random_state=1)[1].tolist() == expected
    assert kmeans_plusplus(pd.DataFrame(X), 3, random_state=1)[1].tolist() == expected
    assert kmeans_plusplus(X, 3, random_state=1, x_squared_norms=(X**2).sum(axis=1))[1].tolist() == expected
    assert X.tobytes() == before.tobytes()


@pytest.mark.parametrize(
    ("k", "how", "kind", "message"),
    [
        (0, {}, ValueError, "n_clusters"),
        (2.0, {}, TypeError, "n_clusters"),
        (4, {}, ValueError, "n_samples=3 should be >= n_clusters=4"),
        (2, {"n_local_trials": 0}, ValueError, "n_local_trials"),
        (2, {"x_squared_norms": [1.0]}, ValueError, "x_squared_norms"),
        (2, {"sample_weight": [1.0, 2.0]}, ValueError, "sample_weight"),
        (2, {"sample_weight": [1.0, -2.0, 1.0]}, ValueError, "Negative"),
        (2, {"random_state": "seed"}, (TypeError, ValueError), "random_state|seed"),
    ],
)
def test_wrong_arguments_are_named(k, how, kind, message):
    with pytest.raises(kind, match=message):
        kmeans_plusplus([[0.0], [1.0], [2.0]], k, **how)


def test_nan_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        kmeans_plusplus([[0.0], [np.nan]], 1)
