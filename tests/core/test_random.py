"""`random_state`: each form gives the draws it should."""

import pickle

import numpy as np
import pytest
import sklearn.utils

from scratchml.core import check_random_state, draw_seed


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, np.int64(7)])
def test_an_int_gives_the_references_draws(seed):
    expected = sklearn.utils.check_random_state(int(seed)).randint(1 << 30, size=5)
    assert (check_random_state(seed).randint(1 << 30, size=5) == expected).all()


def test_a_seeded_state_is_numpys_own_and_can_be_kept():
    ours, numpys = check_random_state(5), np.random.RandomState(5)
    kept = pickle.loads(pickle.dumps(ours))
    expected = numpys.normal(size=700).tolist()
    assert expected == ours.normal(size=700).tolist() == kept.normal(size=700).tolist()


def test_zero_is_a_seed_like_any_other():
    assert check_random_state(0).rand() == check_random_state(0).rand()


def test_a_random_state_is_used_as_it_is():
    rng = np.random.RandomState(1)
    assert check_random_state(rng) is rng


def test_a_generator_moves_on_when_drawn_from():
    draws = [check_random_state(np.random.default_rng(5)).rand() for _ in range(2)]
    assert draws[0] == draws[1]
    shared = np.random.default_rng(5)
    assert check_random_state(shared).rand() != check_random_state(shared).rand()


def test_none_is_numpys_global_state():
    np.random.seed(4)
    first = check_random_state(None).rand()
    np.random.seed(4)
    assert check_random_state(None).rand() == first


@pytest.mark.parametrize(("bad", "error"), [(-1, ValueError), (2**32, ValueError), ("a", TypeError), (True, TypeError)])
def test_a_bad_seed_is_named(bad, error):
    with pytest.raises(error, match="random_state="):
        check_random_state(bad)


def test_draw_seed_is_the_references_draw():
    expected = np.random.RandomState(3).randint(np.iinfo(np.int32).max)
    assert draw_seed(np.random.RandomState(3)) == expected
