"""Number words: the distinct ones sorted, and each word's place among them.

Idea
    Sorting n words to find k distinct ones is wasteful where k is small, and so is asking a dictionary n times. The
    letters of a word are whole numbers already; together they make one number, its key (exact for two letters, one of
    2^64 for more). Where keys are few they are told apart one by one, each by one comparison with all rows. That two
    different words share a key is unlikely; it is seen at the end, when every word is compared with its class, and
    then the dictionary decides.
Cost
    n (letters + k) operations of whole arrays for up to FEW words; n look-ups in a dictionary otherwise. Words are
    looked at a piece at a time, so that little memory is taken beside the result.
References
    Knuth, The Art of Computer Programming, volume 3, section 6.4 (hashing by a polynomial of the letters).
"""

from __future__ import annotations

from itertools import count

import numpy as np

from .typing import Array, IntArray

PIECE = 2**14  # words looked at at a time: a string of Python takes some 60 bytes
FEW = 16  # distinct words told apart by comparing
SAMPLE = 256  # words that show whether there are few
BRIEF = 1024  # words for which a dictionary is as quick as ten calls of NumPy
FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, 2^64 over the golden ratio


def letters_of(words: Array) -> Array:
    """Return the words (n,), of kind U and native byte order, as numbers of letters, shape (n, longest), uint32."""
    longest = words.dtype.itemsize // 4
    return np.ascontiguousarray(words).view(np.uint32).reshape(len(words), longest)


def keys_of(letters: Array) -> Array:
    """Return one number for each row of letters (n, longest): ((l_1 F) + l_2) F + ... modulo 2^64."""
    keys = letters[:, 0].astype(np.uint64)
    for j in range(1, letters.shape[1]):
        keys *= FACTOR
        keys += letters[:, j]
    return keys


def number_few(words: Array) -> tuple[Array, IntArray] | None:
    """Return (distinct words in the order of coming, codes (n,)); None where a dictionary had better be asked.

    So it had for anything but an array (n,) of many words of kind U.
    """
    kind = words.dtype
    if len(words) <= BRIEF or kind.kind != "U" or kind.itemsize == 0 or not kind.isnative:
        return None
    if len(set(words[:SAMPLE].tolist())) > FEW:
        return None
    codes = np.zeros(len(words), dtype=np.int64)
    found: list[np.uint64] = []
    first: list[int] = []  # where each was met
    known = np.empty((0, words.dtype.itemsize // 4), dtype=np.uint32)
    for start in range(0, len(words), PIECE):
        letters = letters_of(words[start : start + PIECE])
        keys, places = keys_of(letters), codes[start : start + PIECE]
        new = np.ones(len(keys), dtype=bool)
        for place, key in enumerate(found):
            same = keys == key
            places[same] = place
            new ^= same
        while new.any():
            if len(found) == FEW:
                return None
            at = int(new.argmax())
            same = keys == keys[at]
            places[same] = len(found)
            new ^= same
            found.append(keys[at])
            first.append(start + at)
            known = letters_of(words[first])
        if (np.take(known, places, axis=0) != letters).any():  # two words of one key
            return None
    return words[first], codes


def number_many(words: Array) -> tuple[Array, IntArray]:
    """Return (distinct words in the order of coming within pieces, codes (n,)), by a dictionary."""
    place_of: dict[str, int] = {}
    codes = np.empty(len(words), dtype=np.int64)
    for start in range(0, len(words), PIECE):
        piece = words[start : start + PIECE].tolist()
        place_of.update(zip(set(piece).difference(place_of), count(len(place_of)), strict=False))
        codes[start : start + PIECE] = np.fromiter(map(place_of.__getitem__, piece), np.int64, len(piece))
    return np.array(list(place_of), dtype=words.dtype), codes


def look_up_words(words: Array) -> tuple[Array, IntArray]:
    """Return (distinct words, sorted; each word's place among them, int64) of words (n,) of kind U."""
    found, codes = number_few(words) or number_many(words)
    order = np.argsort(found)
    rank = np.empty(len(found), dtype=np.int64)
    rank[order] = np.arange(len(found))
    return found[order], np.take(rank, codes, out=codes, mode="clip")  # in place; none is out of range
