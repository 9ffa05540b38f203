"""Rows walk down a tree: by hand, naive twin, outside reference, laws, edges."""

import numpy as np
import pytest
import sklearn.tree as reference
from hypothesis import given, settings
from hypothesis import strategies as st

import tests.naive.tree.walk as naive
from scratchml.core.jit import plain_python
from scratchml.tree import DecisionTreeClassifier, DecisionTreeRegressor
from scratchml.tree.arrays import ROUTE
from scratchml.tree.walk import LANES, LEAF, ROWS, as_float32, find_largest, find_leaves, narrow_rows, next_node

seeds = st.integers(0, 2**32 - 1)
NAN = np.nan
NO_GAPS = None


def stump():
    """Return the nodes of: x0 <= 1? leaf 1 : (x1 <= 5? leaf 3 : leaf 4)."""
    nodes = [(0, 1.0, 1, 2), (-2, -2.0, LEAF, LEAF), (1, 5.0, 3, 4), (-2, -2.0, LEAF, LEAF), (-2, -2.0, LEAF, LEAF)]
    return np.array(nodes, dtype=ROUTE)


def random_tree(rng, n_inner, d):
    """Return (route, missing_left) of a tree of any shape: a leaf drawn at random is split, again and again."""
    route = np.zeros(2 * n_inner + 1, dtype=ROUTE)
    route["left"] = route["right"] = LEAF
    leaves, chain = [0], rng.random() < 0.3
    for k in range(n_inner):
        node = leaves.pop(-1 if chain else int(rng.integers(len(leaves))))
        route[node] = (rng.integers(d), np.float32(rng.normal()), 2 * k + 1, 2 * k + 2)
        leaves += [2 * k + 1, 2 * k + 2]
    return route, rng.integers(0, 2, size=len(route)).astype(np.uint8)


def leaves_of(X, route, missing):
    """Return the leaves that `find_leaves` writes."""
    leaf = np.full(len(X), -9, dtype=np.int64)
    find_leaves(X, route, missing, leaf)
    return leaf


def naive_leaves(X, route, missing_left):
    names = ("feature", "threshold", "left", "right")
    lists = [route[name].tolist() for name in names]
    return [naive.find_leaf(x, *lists, missing_left.tolist()) for x in X.tolist()]


# ---- by hand


def test_a_value_at_the_threshold_goes_left_and_a_leaf_is_never_left():
    X = np.array([[0.0], [1.0], [1.5], [NAN]], dtype=np.float32)
    missing = np.array([1, 0, 0, 0, 0], dtype=np.uint8)
    assert [next_node(X, i, stump(), np.int32(0), missing) for i in range(4)] == [1, 1, 2, 1]
    assert [next_node(X, i, stump(), np.int32(0), None) for i in range(4)] == [1, 1, 2, 2]
    assert [next_node(X, 0, stump(), np.int32(leaf), None) for leaf in (1, 3, 4)] == [1, 3, 4]


def test_three_rows_walk_down_a_tree_of_two_questions():
    X = np.array([[0.0, 9.0], [2.0, 5.0], [2.0, 6.0], [NAN, 1.0]], dtype=np.float32)
    assert leaves_of(X, stump(), np.zeros(5, dtype=np.uint8)).tolist() == [1, 3, 4, 3]
    assert leaves_of(X, stump(), np.ones(5, dtype=np.uint8)).tolist() == [1, 3, 4, 1]


def test_the_first_of_the_largest_shares_wins():
    value = np.array([[0.5, 0.5, 0.0], [0.2, 0.4, 0.4], [0.1, 0.2, 0.7]])
    assert find_largest(value, np.array([2, 1, 0, 2])).tolist() == [2, 1, 0, 2]  # more rows than nodes
    assert find_largest(value, np.array([1, 0])).tolist() == [1, 0]  # fewer
    two = np.array([[0.5, 0.5], [0.2, 0.8], [0.7, 0.3]])
    assert find_largest(two, np.array([1, 0, 2, 1])).tolist() == [1, 0, 0, 1]
    assert find_largest(two, np.array([1])).tolist() == [1]


def test_rows_become_float32_and_what_is_not_finite_there_is_told():
    for x, expected in ((0.1, True), (NAN, False), (-np.inf, False), (1e300, False), (3.4e38, True)):
        X, block = np.array([[0.1, x], [3e38, 3e38]]), np.empty((2, 2), dtype=np.float32)
        with np.errstate(over="ignore", invalid="ignore"):  # plain Python warns
            assert narrow_rows(X, block) == expected
        np.testing.assert_array_equal(block, as_float32(X))


# ---- naive twin


@settings(max_examples=60)
@given(seeds)
def test_each_row_ends_in_the_leaf_of_the_naive_walk(seed):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 4))
    route, missing_left = random_tree(rng, int(rng.integers(0, 60)), d)
    X = np.round(rng.normal(size=(int(rng.integers(1, 400)), d)), 1).astype(np.float32)
    expected = naive_leaves(X, route, missing_left)
    assert leaves_of(X, route, NO_GAPS).tolist() == expected
    X[rng.random(X.shape) < 0.2] = NAN
    assert leaves_of(X, route, missing_left).tolist() == naive_leaves(X, route, missing_left)


def test_compiled_and_plain_agree(rng):
    route, missing_left = random_tree(rng, 30, 2)
    X = rng.normal(size=(150, 2)).astype(np.float32)
    X[::9, 0] = NAN
    compiled = leaves_of(X, route, missing_left)
    with plain_python():
        np.testing.assert_array_equal(leaves_of(X, route, missing_left), compiled)


# ---- outside reference


def test_many_blocks_of_rows_end_in_scikit_learns_leaves(rng):
    X, y = rng.normal(size=(400, 3)), rng.normal(size=400)
    many = rng.normal(size=(2 * ROWS + 17, 3))
    ours = DecisionTreeRegressor(random_state=0).fit(X, y)
    theirs = reference.DecisionTreeRegressor(random_state=0).fit(X, y)
    np.testing.assert_array_equal(ours.apply(many), theirs.apply(many))
    many[rng.random(many.shape) < 0.1] = NAN
    X[::5, 1] = NAN
    X[::7, 0], X[::8, 2] = NAN, NAN  # each feature has gaps, so that both libraries take them when predicting
    ours.fit(X, y)
    theirs.fit(X, y)
    np.testing.assert_array_equal(ours.apply(many), theirs.apply(many))


# ---- laws


@given(seeds)
def test_a_row_ends_where_it_does_alone(seed):
    rng = np.random.default_rng(seed)
    route, _ = random_tree(rng, int(rng.integers(1, 40)), 2)
    X = rng.normal(size=(int(rng.integers(LANES, 20 * LANES)), 2)).astype(np.float32)
    together = leaves_of(X, route, NO_GAPS)
    order = rng.permutation(len(X))
    np.testing.assert_array_equal(leaves_of(X[order], route, NO_GAPS), together[order])
    assert [leaves_of(X[i : i + 1], route, NO_GAPS)[0] for i in range(5)] == together[:5].tolist()
    assert (route["left"][together] == LEAF).all()


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_threads_do_not_change_the_leaves(rng, n_jobs):
    tree = DecisionTreeClassifier(random_state=0).fit(rng.normal(size=(100, 2)), rng.integers(0, 2, size=100)).tree_
    X = rng.normal(size=(3 * ROWS, 2))
    np.testing.assert_array_equal(tree.apply(X, n_jobs=n_jobs), tree.apply(X))


# ---- edges and errors


@pytest.mark.parametrize("n", [0, 1, LANES - 1, LANES, LANES + 1])
def test_no_row_one_row_and_the_border_of_a_group(rng, n):
    route, missing_left = random_tree(rng, 20, 2)
    X = rng.normal(size=(n, 2)).astype(np.float32)
    assert leaves_of(X, route, NO_GAPS).tolist() == naive_leaves(X, route, missing_left)


def test_a_single_leaf_takes_all_rows():
    route = np.array([(-2, -2.0, LEAF, LEAF)], dtype=ROUTE)
    assert leaves_of(np.zeros((50, 1), dtype=np.float32), route, NO_GAPS).tolist() == [0] * 50


def chain(depth, deep_side):
    """Return (nodes, X, leaves): question k is whether x is at most a number; one side is a leaf, one the next."""
    route = np.zeros(2 * depth + 1, dtype=ROUTE)
    route["left"] = route["right"] = LEAF
    for k in range(depth):
        leaf, deeper = 2 * k + 1, 2 * k + 2
        route[2 * k] = (0, k, leaf, deeper) if deep_side == "right" else (0, depth - 1 - k, deeper, leaf)
    leaves = np.append(2 * np.arange(depth) + 1, 2 * depth)
    X = np.arange(depth + 1, dtype=np.float32)[:, None]
    return route, X, leaves if deep_side == "right" else leaves[::-1]


@pytest.mark.parametrize("deep_side", ["left", "right"])
def test_rows_walk_down_a_chain_of_thousands_of_nodes(deep_side):
    route, X, expected = chain(3000, deep_side)
    np.testing.assert_array_equal(leaves_of(X, route, NO_GAPS), expected)


def test_infinite_values_and_values_beyond_float32_go_to_their_side():
    assert as_float32(np.array([1e300, -1e300, NAN])).tolist()[:2] == [np.inf, -np.inf]
    X = np.array([[-np.inf, 0.0], [np.inf, np.inf], [np.inf, -np.inf]], dtype=np.float32)
    assert leaves_of(X, stump(), NO_GAPS).tolist() == [1, 4, 3]


@pytest.mark.parametrize("row", [0, ROWS + 5])
def test_an_infinity_in_any_block_is_an_error_that_says_where(rng, row):
    model = DecisionTreeClassifier(random_state=0).fit(rng.normal(size=(50, 2)), rng.integers(0, 2, size=50))
    X = rng.normal(size=(ROWS + 20, 2))
    X[row, 1] = -np.inf
    with pytest.raises(ValueError, match=f"row {row}, column 1"):
        model.predict(X)
    X[row, 1] = -1e300  # beyond float32: as good as minus infinity, and allowed
    assert len(model.predict(X)) == ROWS + 20
