"""The k-d tree: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

import tests.naive.maths.kd_tree as naive
from scratchml.core.jit import plain_python
from scratchml.maths import (
    build_tree,
    k_nearest,
    k_nearest_in_tree,
    prepare,
    within_radius,
    within_radius_in_tree,
    without_points,
)
from scratchml.maths import kd_tree as module
from scratchml.maths.kd_tree import FEW, box_distance, in_order_of_leaves, measure_leaf, search_squares, search_tree
from scratchml.maths.kd_tree_branch import part_numbers, widest_side
from scratchml.maths.kd_tree_build import BLOCK, bound_box, choose_pivot, part_at_median, part_rows, select_value
from scratchml.maths.kd_tree_within import apart, search_within_in_tree, sort_by_row
from scratchml.maths.nearest import empty_heaps
from scratchml.maths.selection import COUNTED, ranks_of_columns, select_between, value_of_rank
from tests.naive.neighbors.k_neighbors import named
from tests.problems import check_same_bits

METRICS = [("euclidean", 2.0), ("manhattan", 1.0), ("chebyshev", 1.0), ("minkowski", 3.0), ("minkowski", 1.5)]
METRICS += [("sqeuclidean", 2.0), ("minkowski", 20.0)]
every_metric = pytest.mark.parametrize(("metric", "p"), METRICS)


def check_same_as_brute_force(X, queries, k, leaf_size, radius=None, metric="euclidean", p=2.0, w=None):
    reference = prepare(X, metric, p, w)
    tree = build_tree(reference, leaf_size)
    pairs = [(k_nearest(queries, reference, k), k_nearest_in_tree(queries, reference, tree, k))]
    if radius is not None:
        brute = within_radius(queries, reference, radius)
        pairs.append((brute, within_radius_in_tree(queries, reference, tree, radius)))
    for expected, found in pairs:
        for one, other in zip(expected, found):
            assert one.dtype == other.dtype
            assert one.tobytes() == other.tobytes()


# ---- by hand


def test_the_tree_on_paper():
    X = np.array([[0.0, 0.0], [9.0, 1.0], [1.0, 5.0], [8.0, 4.0]])
    tree = build_tree(prepare(X), 1)
    assert tree.features.tolist() == [0, 1, 1]  # 9 wide, then 5 and 3 high
    assert tree.order.tolist() == [0, 2, 1, 3]
    assert tree.cuts.tolist() == [8.0, 5.0, 4.0]
    assert tree.boxes[:3].tolist() == [[[0, 0], [9, 5]], [[0, 0], [1, 5]], [[8, 1], [9, 4]]]
    assert list(zip(tree.starts, tree.stops)) == [(0, 4), (0, 2), (2, 4), (0, 1), (1, 2), (2, 3), (3, 4)]


def test_the_distance_to_a_box_on_paper():
    boxes, x = np.array([[[1.0, 1.0], [2.0, 5.0]]]), np.array([[-2.0, 9.0]])  # gaps 3 and 4
    steep = 4.0 * (1 + 0.75**20) ** (1 / 20)
    expected = [25.0, 7.0, 4.0, 91.0, steep]
    for kind, p in enumerate((2.0, 1.0, 1.0, 3.0, 20.0)):
        found = box_distance(x, 0, boxes, 0, kind, p)
        assert expected[kind] * (1 - 2e-12) < found <= expected[kind]  # powers are lowered by 1e-12
    assert box_distance(np.array([[1.5, 5.0]]), 0, boxes, 0, 0, 2.0) == 0.0  # inside


def test_a_leaf_is_measured_on_paper():
    columns, x = np.array([9.0, 0.0, 3.0, 0.0, 4.0]), np.array([[0.0, 0.0]])[:, :1]
    values = np.full(3, 7.0)
    measure_leaf(x, 0, columns, 1, 2, 1, 1.0, values)
    assert values.tolist() == [0.0, 3.0, 7.0]
    leaf = np.array([0.0, 3.0, 0.0, 4.0])  # the points (0, 0) and (3, 4)
    for kind, p, expected in ((0, 2.0, 25.0), (1, 1.0, 7.0), (2, 1.0, 4.0), (3, 3.0, 91.0)):
        measure_leaf(np.zeros((1, 2)), 0, leaf, 0, 2, kind, p, values)
        assert values[:2].tolist() == [0.0, expected]


def test_a_box_is_bound_on_paper():
    box = np.empty((2, 2))
    assert bound_box(np.array([[9.0, 9.0], [1.0, 5.0], [2.0, 1.0]]), 1, 3, 1, box) == 1
    assert box.tolist() == [[1.0, 1.0], [2.0, 5.0]]


@pytest.mark.parametrize("rows", [[7], [5, 3, 9, 3], [0, 10**9, 5, 10**9 - 1, 4, 3], list(range(50, 0, -1))])
def test_what_is_found_is_sorted_by_row_on_paper(rows):
    values, found = np.array(rows) / 7.0, (np.empty(len(rows)), np.empty(len(rows), dtype=np.int64))
    sort_by_row(values, np.array(rows), np.empty(2 * len(rows) + 2, dtype=np.int64), *found)
    assert found[1].tolist() == sorted(rows)
    assert (found[0] == found[1] / 7.0).all()


def test_rows_of_the_tree_are_left_out_of_their_own_neighbours(rng):
    X = np.repeat(rng.integers(6, size=(150, 2)), 2, axis=0).astype(float)  # each row twice
    reference = prepare(X)
    distances, indices, starts = within_radius_in_tree(X[40:], reference, build_tree(reference, 8), 1.0, first=40)
    for i in range(len(X) - 40):
        expected = [j for j in range(len(X)) if j != i + 40 and np.linalg.norm(X[j] - X[i + 40]) <= 1.0]
        assert indices[starts[i] : starts[i + 1]].tolist() == expected
    assert len(distances) == len(indices) == starts[-1]


# ---- naive twin


@every_metric
def test_it_agrees_with_its_naive_twin(rng, metric, p):
    X, queries = rng.integers(0, 6, size=(50, 3)).astype(float), rng.integers(0, 6, size=(9, 3)).astype(float)
    measure = named(metric, **({"p": p} if metric == "minkowski" else {}))
    tree = naive.grow(X, list(range(50)), 3)
    expected = [naive.nearest(tree, measure, X, x, 6) for x in queries]
    reference = prepare(X, metric, p)
    distances, indices = k_nearest_in_tree(queries, reference, build_tree(reference, 7), 6)
    np.testing.assert_allclose(distances, [[gap for gap, _ in row] for row in expected], rtol=1e-13)  # roots
    if metric != "minkowski":  # ties of roots of powers go by rounding
        assert indices.tolist() == [[j for _, j in row] for row in expected]


def test_selecting_agrees_with_sorting(rng):
    for size in (1, 2, 7, 64, 65, 100, 1000):
        for values in (
            rng.normal(size=size),
            rng.integers(0, 3, size=size).astype(float),
            np.arange(float(size)),
            np.where(rng.random(size) < 0.9, 0.0, rng.normal(size=size) * 1e300),
        ):
            for rank in {0, size // 3, size // 2, size - 1}:
                expected = np.sort(values)[rank]
                assert select_value(values.copy(), size, rank) == expected
                room = np.concatenate([values, np.zeros(COUNTED)])  # what stands behind the values is not looked at
                assert select_between(room.copy(), size, rank, np.empty(COUNTED)) == expected
                if size <= COUNTED:
                    assert value_of_rank(room.copy(), size, rank) == expected
                low, high = np.empty((2, 1))
                ranks_of_columns(values[None, :], rank, room, np.empty(COUNTED), low, high)
                assert (low[0], high[0]) == (expected, np.sort(values)[min(rank + 1, size - 1)])


# ---- outside reference


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, np.inf])
def test_it_agrees_with_scipys_tree(rng, p):
    X, queries = rng.normal(size=(3000, 3)), rng.normal(size=(400, 3))
    expected, rows = KDTree(X).query(queries, k=7, p=p)
    reference = prepare(X, "minkowski", p)
    distances, indices = k_nearest_in_tree(queries, reference, build_tree(reference, 30), 7)
    np.testing.assert_allclose(distances, expected, rtol=1e-14)  # three roundings and a root
    assert (indices == rows).all()


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(METRICS), st.integers(1, 4), st.integers(1, 40))
def test_it_is_brute_force_bit_for_bit(seed, how, d, leaf_size):
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(30, 200)), int(rng.integers(1, 30))
    X, queries = rng.normal(size=(n, d)), rng.normal(size=(20, d))
    if seed % 3 == 0:
        X, queries = X.round(), queries.round()  # ties, duplicates
    if seed % 3 == 1:
        X[: n // 2] = X[0]
        queries[::2] = X[:10]
    check_same_as_brute_force(X, queries, k, leaf_size, float(rng.random()) * 2, *how)


@pytest.mark.parametrize("kind", ["normal", "few"])
def test_a_tree_of_parted_rows_and_branches_is_brute_force_bit_for_bit(rng, monkeypatch, kind):
    monkeypatch.setattr(module, "CACHED", 300)
    X = rng.normal(size=(2000, 3)) if kind == "normal" else rng.integers(0, 4, size=(2000, 3)).astype(float)
    check_same_as_brute_force(X, X[:50] + 0.25, 7, 10, 0.5)


@every_metric
@pytest.mark.parametrize("scale", [1e-150, 1e-75, 1e75, 1e150])
def test_tiny_and_huge_numbers_are_no_different(rng, metric, p, scale):
    if metric == "sqeuclidean":
        scale = np.sqrt(scale)  # its distances are squares
    check_same_as_brute_force(rng.normal(size=(90, 3)) * scale, rng.normal(size=(9, 3)) * scale, 5, 8, scale, metric, p)


def test_weights_of_the_features_count(rng):
    w = np.array([0.5, 0.0, 2.0])
    check_same_as_brute_force(rng.normal(size=(90, 3)), rng.normal(size=(9, 3)), 5, 8, 1.0, "minkowski", 3.0, w)


@pytest.mark.parametrize("values", ["normal", "sorted", "same", "few"])
def test_the_median_parts_the_rows_and_nothing_is_lost(rng, values):
    for n in (1, 2, 3, 9, 10, 500, 5001):
        column = {"normal": rng.normal(size=n), "sorted": np.arange(float(n)), "same": np.ones(n)}.get(
            values, rng.integers(0, 3, size=n).astype(float)
        )
        before = np.column_stack([np.arange(float(n)), column])
        points, order = before.copy(), np.arange(n)
        cut = part_at_median(points, order, 1, 0, n, np.empty(64), np.empty((2, 4), dtype=np.int64))
        assert (points == before[order]).all()
        assert (points[: n // 2, 1] <= cut).all()
        assert (points[n // 2 :, 1] >= cut).all()
        assert cut == np.sort(column)[n // 2]
        assert (np.sort(order) == np.arange(n)).all()


@pytest.mark.parametrize("n", [0, 1, 5, 2 * BLOCK, 2 * BLOCK + 1, 5 * BLOCK + 3])
def test_rows_are_parted_at_a_value_and_nothing_is_lost(rng, n):
    for column in (rng.normal(size=n), rng.integers(0, 3, size=n).astype(float), np.arange(float(n))):
        for pivot in (-1.0, 0.0, 1.0, n / 3, n + 1.0):
            before = np.column_stack([column, np.arange(float(n))])
            points, order = before.copy(), np.arange(n)
            border = part_rows(points, order, 0, 0, n, pivot, np.empty((2, BLOCK), dtype=np.int64))
            assert border == (column < pivot).sum()
            assert (points[:border, 0] < pivot).all()
            assert (points[border:, 0] >= pivot).all()
            assert (points == before[order]).all()
            assert (np.sort(order) == np.arange(n)).all()


@pytest.mark.parametrize("kind", ["normal", "same", "few"])
def test_numbers_are_parted_at_the_median_and_keep_their_order(rng, kind):
    for n in (1, 2, 3, 50, 501):
        column = {"normal": rng.normal(size=n), "same": np.ones(n)}.get(kind, rng.integers(0, 3, n).astype(float))
        places = np.concatenate([[-7], rng.permutation(n), [-7]])  # those outside start and stop stay
        keys, before = column[places[1:-1]], places.copy()
        cut = np.sort(column)[n // 2]
        part_numbers(keys, places, 1, n + 1, cut, np.empty(n, dtype=np.int64))
        left, right = places[1 : 1 + n // 2], places[1 + n // 2 : -1]
        assert (column[left] <= cut).all()
        assert (column[right] >= cut).all()
        assert places[0] == places[-1] == -7
        stood = {int(place): t for t, place in enumerate(before)}
        for half in (left, right):
            assert [stood[int(place)] for place in half] == sorted(stood[int(place)] for place in half)
        assert sorted(places[1:-1].tolist()) == list(range(n))


def test_the_widest_side_is_that_in_which_the_rows_asked_reach_farthest():
    points = np.array([[7.0, 70.0], [0.0, 0.0], [5.0, -6.0], [9.0, 1.0]])  # the branch begins with the second
    assert widest_side(points, 1, np.array([0, 1, 2]), 0, 3, *np.empty((2, 2))) == 0
    assert widest_side(points, 1, np.array([0, 1, 2]), 0, 2, *np.empty((2, 2))) == 1


def test_a_branch_grown_by_numbers_is_the_one_grown_by_rows(rng, monkeypatch):
    X = rng.normal(size=(60, 3))  # so few that both look at all rows for the widest side
    by_numbers = build_tree(prepare(X), 4)
    monkeypatch.setattr(module, "CACHED", 1)  # a leaf alone is a branch
    by_rows = build_tree(prepare(X), 4)
    for name in ("features", "cuts", "boxes", "starts", "stops"):
        check_same_bits(getattr(by_rows, name), getattr(by_numbers, name))
    for node in range(len(by_rows.starts)):
        held = slice(by_rows.starts[node], by_rows.stops[node])
        assert set(by_rows.order[held]) == set(by_numbers.order[held])


def test_the_pivot_is_near_the_median(rng):
    points = rng.normal(size=(10_000, 1))
    pivot = choose_pivot(points, 0, 0, 9_999, 5_000, np.empty(256))
    assert 0.35 < (points < pivot).mean() < 0.65  # five standard errors of a median of 256


@pytest.mark.parametrize("cached", [1, 500, 2**14])  # numbers of a branch: of a leaf, of an inner node, of all
def test_boxes_hold_their_points_and_leaves_are_small(rng, monkeypatch, cached):
    monkeypatch.setattr(module, "CACHED", cached)
    X = rng.normal(size=(1000, 3))
    tree = build_tree(prepare(X), 30)
    inner = len(tree.features)
    sizes = (tree.stops - tree.starts)[inner:]
    assert sizes.max() <= 30
    assert sizes.max() - sizes.min() <= 1
    assert sizes.sum() == 1000
    for node in range(len(tree.starts)):
        held = X[tree.order[tree.starts[node] : tree.stops[node]]]
        assert (tree.boxes[node] == [held.min(axis=0), held.max(axis=0)]).all()


@pytest.mark.parametrize("cached", [1, 2**14])
@pytest.mark.parametrize("leaf_size", [1, 7, 500])  # 1: some leaves are empty
def test_the_rows_can_be_read_off_the_tree(rng, monkeypatch, leaf_size, cached):
    monkeypatch.setattr(module, "CACHED", cached)
    X = rng.normal(size=(300, 3))
    reference = prepare(X)
    tree = build_tree(reference, leaf_size)
    rows = without_points(reference, tree).points
    assert (len(rows), rows.shape) == (300, (300, 3))
    check_same_bits(X, rows[:])
    check_same_bits(X[5:200:7], rows[5:200:7])
    check_same_bits(X[[4, 4, 299]], rows[np.array([4, 4, 299])])
    check_same_bits(X[17], rows[17])


@pytest.mark.parametrize("leaf_size", [1, 10, 31, 90])  # 90: more than one stretch; 1: 12 of 512 leaves are empty
def test_the_written_out_search_is_the_plain_one(rng, leaf_size):
    X, queries = rng.normal(size=(500, 3)).round(1), rng.normal(size=(60, 3)).round(1)
    tree = build_tree(prepare(X), leaf_size)
    for k in (1, 5, 16, 64):
        plain, fast = empty_heaps(60, k, 500), empty_heaps(60, k, 500)
        turn, leaves = in_order_of_leaves(queries, tree)
        search_tree(queries, turn, tree, *plain)
        search_squares(queries, turn, leaves, tree, *fast, np.empty((3, FEW)), np.empty((2, FEW), dtype=np.int64))
        assert (plain[0] == fast[0]).all()
        assert (plain[1] == fast[1]).all()


@pytest.mark.parametrize("k", [FEW, FEW + 1])  # kept sorted, and in a heap
def test_many_neighbours_are_those_of_brute_force_bit_for_bit(rng, k):
    X, queries = rng.normal(size=(400, 3)).round(1), rng.normal(size=(30, 3)).round(1)
    check_same_as_brute_force(X, queries, k, 10, 1.0)


@pytest.mark.parametrize("k", [1, 5, 8])
@pytest.mark.parametrize("leaf_size", [1, 7, 30])
def test_of_many_equal_rows_the_lowest_are_found_bit_for_bit(rng, k, leaf_size):
    X = rng.integers(0, 3, size=(2000, 3)).astype(float)  # 27 places: leaves of one place are passed over by their rows
    reference, queries = prepare(X), np.vstack([X[:60], rng.normal(size=(40, 3))])
    found = k_nearest_in_tree(queries, reference, build_tree(reference, leaf_size), k)
    for ours, brute in zip(found, k_nearest(queries, reference, k), strict=True):
        assert ours.tobytes() == brute.tobytes()


@pytest.mark.parametrize("leaf_size", [1, 5, 40])
def test_the_least_row_of_each_node(rng, leaf_size):
    tree = build_tree(prepare(rng.normal(size=(101, 2))), leaf_size)
    for least, start, stop in zip(tree.least, tree.starts, tree.stops, strict=True):
        assert least == tree.order[start:stop].min(initial=101)


@pytest.mark.parametrize(("metric", "p"), [("euclidean", 2.0), ("manhattan", 1.0)])
def test_boxes_within_the_ball_are_brute_force_bit_for_bit(rng, metric, p):
    X = rng.integers(0, 20, size=(3000, 2)) / 10.0
    reference, queries = prepare(X, metric, p), X[:700]  # more than are looked at together: some tell what others find
    tree = build_tree(reference, 16)
    for radius in (0.0, 0.1, 0.5, 5.0):
        brute = within_radius(queries, reference, radius)
        for ours, theirs in zip(within_radius_in_tree(queries, reference, tree, radius), brute, strict=True):
            assert ours.tobytes() == theirs.tobytes()
        far, near = apart(search_within_in_tree(queries, reference, tree, radius))
        assert np.concatenate(far).tobytes() == brute[0].tobytes()
        assert np.concatenate(near).tobytes() == brute[1].tobytes()


def test_the_order_of_the_leaves_is_an_order_of_the_queries(rng):
    X = rng.normal(size=(200, 2))
    tree = build_tree(prepare(X), 10)
    turn, leaves = in_order_of_leaves(X, tree)
    assert (np.sort(turn) == np.arange(200)).all()
    assert (np.diff(leaves) >= 0).all()
    assert (in_order_of_leaves(X[tree.order], tree)[0] == np.arange(200)).all()  # no two are equal


@every_metric
def test_the_bits_do_not_depend_on_threads_or_on_compilation(rng, monkeypatch, metric, p):
    monkeypatch.setattr(module, "TOGETHER", 64)
    X, queries = rng.normal(size=(150, 3)), rng.normal(size=(200, 3))
    reference = prepare(X, metric, p)
    tree = build_tree(reference, 10)

    monkeypatch.setattr(module, "CACHED", 100)
    parted = build_tree(reference, 10)

    def answers(n_jobs, queries):
        found = k_nearest_in_tree(queries, reference, tree, 4, n_jobs)
        return [part.tobytes() for part in (*found, *within_radius_in_tree(queries, reference, tree, 0.5, n_jobs))]

    assert answers(1, queries) == answers(3, queries)
    few = answers(1, queries[:3])
    with plain_python():
        assert answers(1, queries[:3]) == few
        assert build_tree(reference, 10).columns.tobytes() == parted.columns.tobytes()
        monkeypatch.setattr(module, "CACHED", 2**14)
        assert build_tree(reference, 10).columns.tobytes() == tree.columns.tobytes()


# ---- edges and errors


def test_one_row_and_rows_that_are_all_equal(rng):
    check_same_as_brute_force(np.array([[3.0, 4.0]]), np.zeros((2, 2)), 1, 30, 5.0)
    check_same_as_brute_force(np.ones((50, 2)), rng.normal(size=(5, 2)), 50, 1, 2.0)


def test_more_is_found_than_there_is_room_at_first(rng):
    check_same_as_brute_force(rng.normal(size=(3000, 2)), rng.normal(size=(5, 2)), 3000, 30, 9.0)


def test_a_distance_too_large_is_named():
    reference = prepare(np.array([[1.0, 1.0]]))
    tree = build_tree(reference, 5)
    with pytest.raises(ValueError, match=r"X holds 1e\+200, so a euclidean distance is too large for float64"):
        k_nearest_in_tree(np.array([[1e200, 0.0]]), reference, tree, 1)
    with pytest.raises(ValueError, match="distance is too large for float64"):
        within_radius_in_tree(np.array([[1e200, 0.0]]), reference, tree, np.inf)
