"""Words numbered by keys of their letters and by a dictionary: by hand, naive twin, laws, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core import words
from scratchml.core.words import BRIEF, FACTOR, FEW, PIECE, keys_of, letters_of, look_up_words, number_few, number_many

# ---- by hand


def test_letters_and_keys_of_two_words():
    letters = letters_of(np.array(["ab", "c"]))
    assert letters.tolist() == [[97, 98], [99, 0]]
    F = int(FACTOR)
    assert keys_of(letters).tolist() == [(97 * F + 98) % 2**64, (99 * F) % 2**64]


def test_few_words_are_numbered_as_they_come():
    found, codes = number_few(np.array(["b", "a", "b", "c"] * BRIEF))
    assert found.tolist() == ["b", "a", "c"]
    assert codes.tolist() == [0, 1, 0, 2] * BRIEF


# ---- naive twin


@pytest.mark.parametrize("kinds", [1, 2, FEW, FEW + 1, 500])
@pytest.mark.parametrize("n", [1, 3, BRIEF, BRIEF + 1, PIECE + 5, 3 * PIECE])
def test_looking_up_is_sorting(rng, kinds, n):
    labels = rng.choice(np.array([f"{'x' * (i % 7)}{i}é" for i in range(kinds)]), size=n)
    expected, places = np.unique(labels, return_inverse=True)
    found, codes = look_up_words(labels)
    assert found.dtype == labels.dtype
    assert codes.dtype == np.int64
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(codes, places)


def test_words_that_come_in_a_later_piece_are_numbered_as_if_known_before(monkeypatch):
    monkeypatch.setattr(words, "PIECE", 2)
    labels = np.array(["c", "b", "b", "a", "c", "d", "a"])
    for brief in (BRIEF, 0):  # by a dictionary, by comparing
        monkeypatch.setattr(words, "BRIEF", brief)
        found, codes = look_up_words(labels)
        assert (found.tolist(), codes.tolist()) == (["a", "b", "c", "d"], [2, 1, 1, 0, 2, 3, 0])


# ---- laws


@given(st.lists(st.text(max_size=4), min_size=1, max_size=20), st.integers(0, 10**6))
def test_codes_lead_back_to_the_words(vocabulary, seed):
    labels = np.random.default_rng(seed).choice(np.array(vocabulary, dtype="U4"), size=2 * BRIEF)
    for way in (number_few, number_many, look_up_words):
        told = way(labels)
        if told is not None:
            np.testing.assert_array_equal(told[0][told[1]], labels)
            assert len(set(told[0].tolist())) == len(told[0])


# ---- edges


def test_words_of_one_key_are_left_to_the_dictionary(monkeypatch):
    monkeypatch.setattr(words, "FACTOR", np.uint64(0))  # the last letter alone is the key
    labels = np.array(["ax", "bx", "ay"] * BRIEF)
    assert number_few(labels) is None
    found, codes = look_up_words(labels)
    assert found.tolist() == ["ax", "ay", "bx"]
    assert codes[:3].tolist() == [0, 2, 1]


def test_more_kinds_than_the_first_words_show(rng):
    labels = np.array(["a"] * PIECE + [f"w{i}" for i in range(FEW)])  # one more than FEW, the last ones late
    assert number_few(labels) is None
    assert number_few(labels[:-1]) is not None


@pytest.mark.parametrize(
    "labels",
    [
        np.array([""] * 2000),  # NumPy gives empty words one letter
        np.array(["b", "a"] * 2000, dtype=">U3"),
        np.array([["b", "a"], ["a", "c"]] * 2000)[:, 1],
        np.array(["a\0b", "a"] * 2000),
    ],
    ids=["empty", "other byte order", "strided", "zero letter"],
)
def test_odd_arrays_of_words(labels):
    expected, places = np.unique(labels, return_inverse=True)
    found, codes = look_up_words(labels)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(codes, places)
