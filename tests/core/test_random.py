"""`random_state`: each form gives the draws it should."""

import copy
import pickle

import numpy as np
import pytest
import sklearn.utils

from scratchml.core import check_random_state, draw_seed
from scratchml.core.random import borrowed


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, np.int64(7)])
def test_an_int_gives_the_references_draws(seed):
    expected = sklearn.utils.check_random_state(int(seed)).randint(1 << 30, size=5)
    assert (check_random_state(seed).randint(1 << 30, size=5) == expected).all()


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**32 - 1])
def test_a_seed_gives_numpys_own_state_to_the_last_bit(seed):
    for copied in (lambda rng: rng, copy.deepcopy, lambda rng: pickle.loads(pickle.dumps(rng))):
        expected, found = np.random.RandomState(seed), copied(check_random_state(seed))
        for a, b in zip(expected.get_state(), found.get_state()):
            assert np.array_equal(a, b)
        assert expected.normal(size=3).tolist() == found.normal(size=3).tolist()
        assert expected.permutation(700).tolist() == found.permutation(700).tolist()  # past the first filling


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


def test_a_borrowed_generator_draws_what_a_new_one_does():
    for seed in (0, 7, 2**32 - 1):
        for draw in ("randint", "normal"):  # a normal number leaves a second one behind, which seeding forgets
            expected = getattr(np.random.RandomState(seed), draw)(3)
            assert getattr(borrowed(seed), draw)(3) == expected
