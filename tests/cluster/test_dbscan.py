"""DBSCAN and its grid: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.cluster as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_moons
from sklearn.metrics import pairwise_distances

import scratchml.cluster.dbscan as dbscan_module
import tests.naive.cluster.dbscan as naive
from scratchml.cluster import DBSCAN
from scratchml.cluster.dbscan import neighbours_by_tree
from scratchml.cluster.fixed_grid import CODES, lay_grid, neighbours_by_grid
from scratchml.cluster.near_by_products import near_by_products
from scratchml.core import record
from scratchml.maths import prepare


def check_same_fit(ours, theirs):
    """Assert that two models are the same, to the bit."""
    assert ours.labels_.tolist() == theirs.labels_.tolist()
    assert ours.core_sample_indices_.tolist() == theirs.core_sample_indices_.tolist()
    assert ours.components_.tolist() == theirs.components_.tolist()


def fit_both(X, weight=None, **how):
    return [module.DBSCAN(**how).fit(X, sample_weight=weight) for module in (dbscan_module, reference)]


# ---- by hand


def test_a_border_point_between_two_clusters_belongs_to_the_first():
    # 0, 1, 2 and 4, 5, 6 are crowded; 3 is within 1 of 2 and of 4, but has only three neighbours with itself
    X = np.array([[4.0], [4.5], [5.0], [5.0], [3.0], [2.0], [1.5], [1.0], [1.0], [9.0]])
    model = DBSCAN(eps=1.0, min_samples=4).fit(X)
    assert model.labels_.tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1, -1]
    assert model.core_sample_indices_.tolist() == [0, 1, 2, 3, 5, 6, 7, 8]
    other = DBSCAN(eps=1.0, min_samples=4).fit(X[::-1])
    assert other.labels_.tolist() == [-1, 0, 0, 0, 0, 0, 1, 1, 1, 1]  # the other cluster is first now


def test_weights_make_core_points_and_unmake_them():
    X = np.array([[0.0], [1.0], [9.0]])
    assert DBSCAN(1.0, min_samples=3).fit(X).labels_.tolist() == [-1, -1, -1]
    assert DBSCAN(1.0, min_samples=3).fit(X, sample_weight=[1, 2, 3]).labels_.tolist() == [0, 0, 1]
    assert DBSCAN(1.0, min_samples=3).fit(X, sample_weight=[4, -2, 1]).labels_.tolist() == [-1, -1, -1]


# ---- naive twin


@pytest.mark.parametrize("d", [1, 2, 4, 9])
def test_agrees_with_the_naive_twin(rng, d):
    X, weight = rng.normal(size=(60, d)), rng.random(60) * 2
    eps = 0.2 + 0.25 * d
    labels, core = naive.dbscan(X.tolist(), eps, 4, weight.tolist())
    found = DBSCAN(eps, min_samples=4).fit(X, sample_weight=weight)
    assert found.labels_.tolist() == labels
    assert found.core_sample_indices_.tolist() == core


@pytest.mark.parametrize("metric", list(CODES))
@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_the_grid_finds_all_neighbours(rng, metric, d):
    X = rng.integers(0, 12, size=(150, d)) * 0.25
    order, starts, members = neighbours_by_grid(lay_grid(X, 0.5), 0.5, metric)
    near = pairwise_distances(X, metric=metric) <= 0.5  # quarters: distances of half are exact
    found = np.zeros_like(near)
    for place, row in enumerate(order):
        found[row, order[members[starts[place] : starts[place + 1]]]] = True
    assert (found == near).all()
    assert starts[-1] == near.sum()


@pytest.mark.parametrize("metric", list(CODES))
@pytest.mark.parametrize(("d", "scale"), [(1, 1.0), (3, 1.0), (3, 1e149), (3, 1e-149)])
def test_the_tree_finds_those_of_the_grid_ties_at_the_radius_included(rng, metric, d, scale):
    X = scale * np.round(rng.standard_t(1, size=(3000, d)), 1)  # tenths: many at the radius, but for rounding
    pairs = []
    for order, starts, members in (
        neighbours_by_grid(lay_grid(X, 0.3 * scale), 0.3 * scale, metric),
        neighbours_by_tree(X, 0.3 * scale, metric),
    ):
        rows = np.repeat(order, np.diff(starts))
        pairs.append(np.sort(rows * len(X) + order[members]))
    np.testing.assert_array_equal(*pairs)
    assert len(pairs[0]) > 1.5 * len(X)  # not only itself


@pytest.mark.parametrize("n", [400, 3000])
def test_rows_far_out_change_no_label(rng, n):
    X = np.vstack([rng.normal(size=(n, 2)), [[1e7, -1e7], [-1e8, 1e5]]])  # the grid's cells become wide
    near, far = DBSCAN(0.15).fit(X[:n]).labels_, DBSCAN(0.15).fit(X).labels_
    np.testing.assert_array_equal(far[:n], near)
    assert far[n:].tolist() == [-1, -1]


@pytest.mark.parametrize(("d", "scale"), [(1, 1.0), (3, 1.0), (40, 1.0), (5, 1e150), (5, 1e-150)])
def test_products_find_all_neighbours_ties_at_the_radius_included(rng, d, scale):
    X = rng.integers(0, 4, size=(300, d)) * 0.25 + 64.0  # far from the origin; squares of quarters are exact
    eps = float(np.sqrt(d * 0.125))
    eps = float(np.sqrt(np.round(16 * eps * eps) / 16))  # a distance that occurs
    starts, members = near_by_products(prepare(X * scale), eps * scale)
    near = np.sqrt(((X[:, None] - X) ** 2).sum(axis=2)) <= eps
    if scale == 1.0:
        assert members.tolist() == np.nonzero(near)[1].tolist()
        assert np.diff(starts).tolist() == near.sum(axis=1).tolist()
    else:  # scaling rounds, so ties may go either way
        inside = ((X[:, None] - X) ** 2).sum(axis=2) < eps * eps * (1 - 1e-9)
        rows = np.repeat(np.arange(300), np.diff(starts))
        assert set(zip(*np.nonzero(inside))) <= set(zip(rows.tolist(), members.tolist()))


# ---- outside reference


@pytest.mark.parametrize("metric", ["euclidean", "l2", "manhattan", "chebyshev", "cosine", "minkowski"])
@pytest.mark.parametrize(("n", "d"), [(200, 1), (300, 2), (200, 6), (150, 20)])
def test_the_fit_is_scikit_learns(rng, metric, n, d):
    X, weight = rng.normal(size=(n, d)), rng.integers(0, 3, size=n).astype(float)
    p = 3.0 if metric == "minkowski" else None
    X = X + 3.0 * (metric == "cosine" and d == 1)  # one feature has two directions only: all at distance 0
    away = pairwise_distances(X[:50], metric=metric)[np.triu_indices(50, 1)]
    for eps in np.quantile(away, [0.01, 0.1, 0.4]) + 1e-6:  # no distance is eps to the last digits
        for w in (None, weight):
            check_same_fit(*fit_both(X, w, eps=eps, metric=metric, p=p))


def test_rows_on_a_lattice_with_ties_at_eps_are_scikit_learns(rng):
    X = rng.integers(0, 9, size=(400, 2)) * 0.5
    for eps in (0.5, 1.0):
        check_same_fit(*fit_both(X, eps=eps, min_samples=16))


def test_distances_given_and_real_shapes_are_scikit_learns():
    X = make_moons(300, noise=0.08, random_state=0)[0]
    check_same_fit(*fit_both(X, eps=0.15))
    check_same_fit(*fit_both(pairwise_distances(X), eps=0.15, metric="precomputed"))


# ---- laws


@given(st.integers(0, 10**6))
def test_order_and_place_of_the_rows_do_not_matter_to_core_points(seed):
    rng = np.random.default_rng(seed)
    X, order = rng.normal(size=(50, 2)), rng.permutation(50)
    one = DBSCAN(0.4, min_samples=3).fit(X)
    other = DBSCAN(0.4, min_samples=3).fit(X[order] + 8.0)  # eps is no distance of these rows, nor next to one
    assert sorted(order[other.core_sample_indices_].tolist()) == one.core_sample_indices_.tolist()
    core = np.isin(order, one.core_sample_indices_)
    pairs = set(zip(one.labels_[order][core].tolist(), other.labels_[core].tolist()))
    assert len(pairs) == one.labels_.max() + 1 == other.labels_.max() + 1


@given(st.integers(0, 10**6))
def test_turned_rows_are_clustered_alike(seed):
    rng = np.random.default_rng(seed)
    X, (turn, _) = rng.normal(size=(50, 3)), np.linalg.qr(rng.normal(size=(3, 3)))
    found = DBSCAN(0.9, min_samples=3).fit(X @ turn)  # eps is no distance of these rows, nor next to one
    assert found.labels_.tolist() == DBSCAN(0.9, min_samples=3).fit_predict(X).tolist()


@given(st.integers(0, 10**6))
def test_grid_and_blocks_give_the_same_clusters(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(80, int(rng.integers(1, 7)))) * rng.choice([0.01, 1.0, 100.0])
    eps = float(rng.choice([0.05, 0.5, 5.0]))
    expected = DBSCAN(eps, min_samples=3).fit(X)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbscan_module, "FEW", 0)
        check_same_fit(DBSCAN(eps, min_samples=3).fit(X), expected)


def test_there_is_a_step_for_the_search_and_for_each_cluster(rng):
    X = np.concatenate([rng.normal(size=(20, 2)), rng.normal(size=(20, 2)) + 50])
    steps = record(DBSCAN(20.0).steps(X))
    assert [s.name for s in steps] == ["neighbours", "cluster", "cluster"]
    assert [s.n_clusters for s in steps] == [0, 1, 2]
    assert [int((s.labels >= 0).sum()) for s in steps] == [0, 20, 40]


# ---- edges and errors


def test_noise_alone_has_no_components():
    model = DBSCAN(0.1).fit([[0.0, 0.0], [1.0, 1.0]])
    assert model.labels_.tolist() == [-1, -1]
    assert model.components_.shape == (0, 2)


@pytest.mark.parametrize("eps", [5e-324, 1e-300, 1e300, 1.7e308])
def test_a_radius_next_to_nothing_or_beyond_everything_is_scikit_learns(rng, eps):
    X = rng.normal(size=(40, 2))[np.r_[:40, :3]]  # three rows twice, which are within any radius
    check_same_fit(*fit_both(X, eps=eps, min_samples=2))
    check_same_fit(*fit_both(X[:1], eps=eps, min_samples=1))
    check_same_fit(*fit_both([[0.0], [1e-320], [1e300]], eps=eps, min_samples=2))


def test_points_at_one_place_are_one_cluster():
    assert DBSCAN(1e-9).fit(np.ones((50, 3))).labels_.tolist() == [0] * 50


@pytest.mark.parametrize("scale", [1e-200, 1e-150, 1e150, 1e200])
def test_rows_of_any_scale_are_clustered(rng, scale):
    X = rng.normal(size=(100, 2))
    expected = DBSCAN(0.3).fit(X)
    found = DBSCAN(0.3 * scale).fit(X * scale)
    assert found.labels_.tolist() == expected.labels_.tolist()


def test_a_grid_is_never_much_larger_than_the_points(rng):
    X = rng.normal(size=(500, 3)) * [1e9, 1.0, 1e-9]
    grid = lay_grid(X, 1e-6)
    assert grid.shape.prod() <= 10 * 500
    assert grid.begins[-1] == 500


@pytest.mark.parametrize(
    ("how", "match"),
    [
        ({"eps": 0.0}, "eps"),
        ({"min_samples": 0}, "min_samples"),
        ({"metric": "far"}, "metric"),
        ({"metric": "precomputed"}, "n, n"),
        ({"p": -1.0, "metric": "minkowski"}, "p=-1"),
    ],
)
def test_wrong_parameters_are_named(rng, how, match):
    with pytest.raises(ValueError, match=match):
        DBSCAN(**how).fit(rng.normal(size=(6, 2)))


def test_negative_distances_are_refused():
    with pytest.raises(ValueError, match="Negative"):
        DBSCAN(metric="precomputed").fit([[0.0, -1.0], [-1.0, 0.0]])
