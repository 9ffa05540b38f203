"""The rough ruler: by hand, naive twin, laws, edges."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.maths import build_tree, k_nearest, k_nearest_in_tree, prepare, within_radius
from scratchml.maths.nearest import QUERIES
from scratchml.maths.ruler import (
    bound_kth,
    make_ruler,
    room_for,
    rough_block,
    rough_margin,
    rough_queries,
    with_rough_rows,
)
from scratchml.maths.scales import squared_norms

# ---- by hand


def test_the_ruler_on_paper():
    ruler = make_ruler(np.array([[0.0, 0.0], [8.0, 6.0]]))
    assert ruler.center.tolist() == [4.0, 3.0]
    assert ruler.scale == 1 / 8  # the least power of two above 4 is 8
    assert ruler.centered(slice(None)).tolist() == [[-0.5, -0.375], [0.5, 0.375]]
    assert ruler.norms.tolist() == [0.390625, 0.390625]
    queries = rough_queries(np.array([[4.0, 11.0]]), ruler)  # centred and scaled (0, 1)
    assert queries.left.tolist() == [[0.0, -2.0, 1.0]]
    margin = 4 * 2.0**-23 * 10
    assert rough_margin(2, np.float32) == margin
    # (1 - margin) 0.390625 -+ 2 * 0.375, in float32
    expected = np.float32(0.390625 * (1 - margin)) + np.array([0.75, -0.75], np.float32)
    for either in (ruler, with_rough_rows(ruler)):
        assert (rough_block(queries, either, slice(0, 2), room_for(queries, 2))[0] == expected).all()


# ---- laws


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@given(seed=st.integers(0, 10**6), offset=st.sampled_from([0.0, 1e3, 1e9]), scale=st.sampled_from([1e-9, 1.0, 1e9]))
def test_the_ruler_never_says_farther_than_it_is(precision, seed, offset, scale):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 40))
    Y, X = rng.normal(size=(30, d)) * scale + offset, rng.normal(size=(5, d)) * scale * 3 + offset
    ruler = make_ruler(Y)
    queries = rough_queries(X, ruler, precision)
    assert queries.left.dtype == precision
    bound = rough_block(queries, ruler, slice(0, 30), room_for(queries, 40)) + queries.least[:, None]
    squares = ((X[:, None] - Y) ** 2).sum(axis=2) * ruler.scale**2
    assert (bound <= squares * (1 + 1e-14)).all()  # the last roundings of this comparison
    for k in (1, 7, 30):
        limit = bound_kth(rough_block(queries, ruler, slice(0, 30), room_for(queries, 40)), queries, ruler, k)
        assert ((squares / ruler.scale**2 < limit[:, None]).sum(axis=1) >= k).all()


def test_far_outside_the_data_it_turns_to_float64():
    ruler = make_ruler(np.array([[0.0], [1.0]]))
    assert rough_queries(np.array([[1e14]]), ruler).left.dtype == np.float32
    assert rough_queries(np.array([[1e16]]), ruler).left.dtype == np.float64


def test_it_is_made_when_first_asked_for(rng):
    X = rng.normal(size=(50, 3))
    reference = prepare(X)
    k_nearest_in_tree(X, reference, build_tree(reference, 10), 2)
    assert "ruler" not in vars(reference)  # a tree needs none
    before = pickle.loads(pickle.dumps(reference))
    expected = k_nearest(X, reference, 2)
    assert "ruler" in vars(reference)
    for again in (before, pickle.loads(pickle.dumps(reference))):
        for one, other in zip(expected, k_nearest(X, again, 2)):
            assert (one == other).all()


def test_its_rough_rows_are_kept_as_soon_as_they_are_needed_again(rng):
    X = rng.normal(size=(QUERIES + 1, 3))
    for ask in (k_nearest, within_radius):
        few, many = prepare(X), prepare(X)
        answers = [ask(X[:9], few, 2), ask(X, many, 2)]
        assert few.ruler.rough is None  # one block of queries looks at each row once
        assert many.ruler.rough is not None
        answers += [ask(X[:9], few, 2), ask(X[:9], many, 2)]
        assert few.ruler.rough.tobytes() == many.ruler.rough.tobytes()
        for other in answers[2:]:
            for one, again in zip(answers[0], other):
                assert one.tobytes() == again.tobytes()


def test_a_second_thread_has_no_rough_rows_kept_for_queries_that_are_one_block(rng):
    X = rng.normal(size=(3000, 3))
    for count, kept in ((QUERIES, False), (QUERIES + 1, True)):
        reference = prepare(X)
        k_nearest(X[:count], reference, 2, n_jobs=2)
        assert (reference.ruler.rough is not None) == kept


def test_many_threads_may_ask_for_it_first(rng):
    X = rng.normal(size=(400, 20))
    expected = within_radius(X, prepare(X), 3.0)
    for _ in range(5):
        reference = prepare(X)
        with ThreadPoolExecutor(4) as pool:
            for answer in pool.map(within_radius, [X] * 4, [reference] * 4, [3.0] * 4):
                for one, other in zip(expected, answer):
                    assert (one == other).all()


# ---- edges


def test_one_row_and_rows_that_are_all_equal_have_a_ruler():
    for Y in (np.array([[7.0, 7.0]]), np.zeros((3, 2)), np.full((4, 1), 1e-300)):
        ruler = make_ruler(Y)
        assert not ruler.norms.any()
        assert np.isfinite(ruler.scale)


@pytest.mark.parametrize("d", [1, 7, 20])
def test_rows_are_centred_a_part_at_a_time_to_the_bits_of_the_plain_formula(rng, d):
    X = 3.0 + rng.normal(size=(300, d))
    ruler = make_ruler(X)
    expected = (X - X.mean(axis=0)) * ruler.scale
    assert 0.5 <= np.abs(expected).max() < 1.0
    assert (ruler.norms == squared_norms(expected)).all()
    assert (with_rough_rows(ruler).rough[:, :d] == expected.astype(np.float32)).all()
    assert (rough_queries(X, ruler).left[:, :d] == (-2.0 * expected).astype(np.float32)).all()
