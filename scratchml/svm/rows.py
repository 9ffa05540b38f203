"""Kernel rows: worked out when they are asked for, and kept within a bound.

Idea
    An iteration of SMO asks for the kernel values of two points with all others. To keep them all takes n^2 numbers; so
    those are dropped that have waited longest. Most rows are asked for a few times within a short while and never
    again: the cache begins small, and takes more of the memory that it is allowed only as dropped rows return.
Cost
    A row: m d multiplications, and m exponentials for rbf. Memory: rows of 8 m bytes, within `cache_size`.
Differences
    libsvm's cache drops the same rows, but fills all of its memory first.
References
    Chang, Lin (2011), LIBSVM, section 5.2 (caching).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray
from .kernels import GIVEN, Similarity, similarity_row

NEVER, DROPPED = -1, -2  # instead of a slot: the row has not been there; it is not there any more
TIME, FILLED, OPEN, RETURNED = range(4)  # a cache's clock: requests; slots filled; that may be; rows worked out again


class Points(NamedTuple):
    """The active points of a problem; m of them."""

    places: IntArray  # GIVEN: (m,) where the points are in that matrix; of length 0 if it is theirs alone, in order
    columns: FloatArray  # (d, w) rows, `stand_upright`; or a matrix of kernel values where the code is GIVEN
    squares: FloatArray  # (w,) of the columns
    diagonal: FloatArray  # (m,) K_ii
    low: FloatArray  # (m,) least b
    high: FloatArray  # (m,) largest b
    epsilon: float


class Cache(NamedTuple):
    """Kernel rows kept. All arrays are overwritten."""

    rows: FloatArray  # (slots, m)
    slot_of: IntArray  # (m,) where point i's row is, or NEVER, or DROPPED
    owner: IntArray  # (slots,) whose row it is, -1 if free
    used: IntArray  # (slots,) when it was last asked for
    clock: IntArray  # (4,) see TIME and those beside it


def empty_cache(buffer: FloatArray, m: int, opened: int) -> Cache:
    """Return a cache for rows of m numbers within the buffer; `opened`: so many of its numbers may be used at once."""
    slots = max(2, min(m, len(buffer) // m))
    numbers = np.zeros(m + 2 * slots + 4, dtype=np.int64)  # one array: small fits feel four
    numbers[: m + slots] = NEVER
    slot_of, owner, used, clock = numbers[:m], numbers[m : m + slots], numbers[m + slots : -4], numbers[-4:]
    clock[OPEN] = max(2, min(slots, opened // m))
    return Cache(buffer[: slots * m].reshape(slots, m), slot_of, owner, used, clock)


def all_rows(K: FloatArray) -> Cache:
    """Return the cache that has every row of the kernel matrix K (m, m)."""
    everyone, used, clock = np.arange(len(K)), np.empty(len(K), dtype=np.int64), np.zeros(4, dtype=np.int64)
    return Cache(K, everyone, everyone, used, clock)


@lean_kernel
def work_out_row(s: Similarity, points: Points, i: int, row: Array) -> None:
    """Put K(x_i, .) into row (m,): overwritten."""
    if s.code == GIVEN:
        whole = points.columns[points.places[i]]
        for k in range(row.shape[0]):
            row[k] = whole[np.uint64(points.places[k])]  # unsigned: so that it can be vectorised
        return
    similarity_row(s, points.columns, points.squares, i, row)


@lean_kernel
def free_slot(cache: Cache, returns: bool) -> Any:
    """Return a slot for a row: a free one, or that of the row which has waited longest. `cache`: overwritten.

    returns: whether the row has been dropped before. Where as many did as there are slots, half as many are added.
    """
    clock, used = cache.clock, cache.used
    clock[RETURNED] += 1 if returns else 0
    if clock[RETURNED] >= clock[OPEN]:
        clock[OPEN], clock[RETURNED] = min(clock[OPEN] + clock[OPEN] // 2, used.shape[0]), 0
    if clock[FILLED] < clock[OPEN]:
        clock[FILLED] += 1
        return clock[FILLED] - 1
    slot = 0
    for k in range(1, clock[FILLED]):
        slot = k if used[k] < used[slot] else slot
    cache.slot_of[cache.owner[slot]] = DROPPED
    return slot


@lean_kernel
def fill_slot(s: Similarity, points: Points, cache: Cache, i: int) -> Any:
    """Work K(x_i, .) out, in a free slot or the one that has waited longest; return the slot."""
    slot = free_slot(cache, cache.slot_of[i] == DROPPED)
    cache.owner[slot], cache.slot_of[i] = i, slot
    work_out_row(s, points, i, cache.rows[slot])
    return slot


@lean_kernel
def note_use(used: Array, clock: Array, slot: int) -> None:
    """Note that a slot's row has been asked for. used (slots,), clock (4,): overwritten."""
    clock[TIME] += 1
    used[slot] = clock[TIME]


@lean_kernel
def compact_rows(rows: Array, m: int, keep: Array, slots: Array) -> None:
    """Move kept columns of kept rows to the front of the buffer, rows of keep.shape[0] numbers from then on.

    rows: flat, rows of m numbers, overwritten; keep: kept columns, rising; slots: kept rows, rising.
    """
    place = 0
    for slot in slots:
        first = slot * m
        for k in keep:
            rows[place] = rows[first + k]  # place never overtakes first + k
            place += 1
