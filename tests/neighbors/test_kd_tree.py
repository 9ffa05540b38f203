"""A query's steps through a k-d tree: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

import tests.naive.maths.kd_tree as naive
from scratchml.maths import build_tree, k_nearest, prepare
from scratchml.neighbors.kd_tree import search_by_steps
from tests.naive.neighbors.k_neighbors import named

# ---- by hand


def test_the_way_on_paper():
    X = np.array([[0.0, 0.0], [1.0, 0.0], [8.0, 0.0], [9.0, 0.0]])
    reference = prepare(X)
    path = list(search_by_steps(np.array([0.2, 0.0]), reference, build_tree(reference, 1), 1))
    # root, left half, its leaf (0); the leaf (1) is 0.8 away and the right half 7.8: farther than 0.2
    assert [(s.name, s.node) for s in path] == [
        ("descend", 0), ("descend", 1), ("measure", 3), ("prune", 4), ("prune", 2), ("done", 0),
    ]  # fmt: skip
    assert [s.worst for s in path] == [np.inf, np.inf, 0.2, 0.2, 0.2, 0.2]
    assert [round(s.bound, 12) for s in path] == [0.0, 0.0, 0.2, 0.8, 7.8, 0.0]


# ---- naive twin


def test_it_agrees_with_its_naive_twin(rng):
    X, x = rng.integers(0, 9, size=(60, 2)).astype(float), rng.integers(0, 9, size=2).astype(float)
    expected = naive.nearest(naive.grow(X, list(range(60)), 3), named("euclidean"), X, x, 5)
    reference = prepare(X)
    *_, last = search_by_steps(x, reference, build_tree(reference, 8), 5)
    assert [(gap, j) for gap, j in zip(last.distances, last.indices)] == expected


# ---- outside reference


def test_it_agrees_with_scipys_tree(rng):
    X, x = rng.normal(size=(500, 3)), rng.normal(size=3)
    reference = prepare(X)
    *_, last = search_by_steps(x, reference, build_tree(reference, 10), 6)
    expected, rows = KDTree(X).query(x, 6)
    np.testing.assert_allclose(last.distances, expected, rtol=1e-15)  # one rounding
    assert last.indices.tolist() == rows.tolist()


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(["euclidean", "manhattan", "chebyshev"]))
def test_the_steps_end_at_the_answer_and_pass_over_nothing_nearer(seed, metric):
    rng = np.random.default_rng(seed)
    X, x = rng.normal(size=(120, 2)), rng.normal(size=2)
    reference = prepare(X, metric)
    tree = build_tree(reference, 5)
    expected, rows = k_nearest(x[None], reference, 4)
    path = list(search_by_steps(x, reference, tree, 4))
    assert path[-1].distances.tobytes() == expected[0].tobytes()
    assert (path[-1].indices == rows[0]).all()
    worsts = [step.worst for step in path]
    assert worsts == sorted(worsts, reverse=True)
    seen = [step.node for step in path if step.name in ("measure", "prune")]
    held = np.concatenate([tree.order[tree.starts[node] : tree.stops[node]] for node in seen])
    assert (np.sort(held) == np.arange(120)).all()  # each point is measured or pruned, once


# ---- edges and errors


@pytest.mark.parametrize("k", [1, 4])
def test_a_tree_that_is_one_leaf_is_measured(k):
    reference = prepare(np.arange(4.0)[:, None])
    path = list(search_by_steps(np.array([2.2]), reference, build_tree(reference, 4), k))
    assert [step.name for step in path] == ["measure", "done"]
    assert path[-1].indices.tolist() == [2, 3, 1, 0][:k]
