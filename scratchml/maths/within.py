"""All rows within a radius by exhaustive search: how many there are is part of the answer.

Idea
    Measure all rows block by block, as `nearest.py` does, and keep whatever is not farther than the radius. There is no
    worst neighbour kept so far that shrinks as the search goes on: the limit is the radius, from the first row on.
Maths
    A row belongs to the answer if the distance that is returned for it is <= radius. Kernels leave something less than
    distances (squares, p-th powers), so a row is kept first if that is not above the radius' own square or power, made
    larger by a few roundings; then the root is drawn and the decision made.
Cost
    n m d operations, for the Euclidean distance in a float32 product wherever that rules a row out; memory: blocks and
    what is found.
Differences
    scikit-learn compares squares. The two differ for distances within one rounding of the radius.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.jit import kernel, lean_kernel, lowest_bit
from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.typing import Array, FloatArray, IntArray
from .distances import FORMULAS, Reference, finish_distances, measure, ready_queries
from .nearest import COLUMNS, GROUP, QUERIES, candidates
from .ruler import room_for, rough_block, rough_queries

STEPS = 16  # from one number to the next, in search of the last whose distance is within the radius
Neighbourhoods = tuple[FloatArray, IntArray, IntArray]  # distances (z,), indices (z,), starts (m + 1,)


@kernel
def keep_measured(
    block: Array, most: Array, X: Array, Y: Array, limit: float, values: Array, columns: Array, counts: Array
) -> int:
    """Measure the pairs that the rough block cannot rule out, and keep those within the limit; return how many.

    block (a, b), most (a,), above which r rules out, X (a, d), Y (b, d): read. values (z,), columns (z,): overwritten
    with what is kept, row by row; counts (a,): with how many each row has.
    """
    kept, bar = 0, np.empty(1, block.dtype)
    for i in range(block.shape[0]):
        before = kept
        bar[0] = most[i] + 1e-6 * abs(most[i]) + 1e-37  # compared in the block's own precision; not below most[i]
        for start in range(0, block.shape[1], GROUP):
            bits = candidates(block[i], start, bar[0])
            while bits:
                j = start + lowest_bit(bits)
                bits &= bits - np.uint64(1)
                if block[i, j] > most[i]:
                    continue  # ruled out; a NaN is not
                square = 0.0
                for f in range(X.shape[1]):
                    difference = X[i, f] - Y[j, f]
                    square += difference * difference
                values[kept], columns[kept] = square, j
                kept += square <= limit
        counts[i] = kept - before
    return kept


@kernel
def lay_rows(values: Array, columns: Array, counts: Array, ends: Array, all_values: Array, all_columns: Array) -> None:
    """Put what a piece of the columns gave for each row behind what earlier pieces gave.

    values (z,), columns (z,), row by row, and counts (a,): read. ends (a,), where the next of each row belongs in
    all_values, all_columns: moved on. These two: overwritten there.
    """
    t = 0
    for i in range(counts.shape[0]):
        for _ in range(counts[i]):
            all_values[ends[i]], all_columns[ends[i]] = values[t], columns[t]
            ends[i] += 1
            t += 1


def generous_limit(radius: float, reference: Reference) -> float:
    """Return a number that no value of the metric's kernel exceeds whose distance is at most the radius."""
    lack, unit = FORMULAS[reference.metric][1], reference.unit
    with np.errstate(over="ignore", under="ignore"):
        limit = np.float64(radius) * unit
        if lack == "root":
            limit = limit * limit
        elif lack == "p-th root":
            limit = limit**reference.p
        elif lack == "half":
            limit = 2.0 * limit
        elif reference.metric == "sqeuclidean":
            limit = limit * unit
        if lack in ("", "root"):  # plainly: as below; with the last number that passes, nothing is to be dropped later
            for _ in range(STEPS):
                higher = np.nextafter(limit, np.inf)
                last, next_ = finish_distances(np.array([limit, higher]), reference)
                if last <= radius < next_:
                    return float(limit)
                limit = higher if next_ <= radius else np.nextafter(limit, 0.0)
        roundings = 1e-12 * max(reference.p, 1.0)
        return float(limit * (1.0 + roundings) + 1e-307)  # the last term is for what underflows


Kept = tuple[FloatArray, IntArray, IntArray]  # values (z,), columns (z,), both row by row; counts (a,) of each row


def pairs_roughly(X: FloatArray, reference: Reference, limit: float) -> list[Kept]:
    """Return what is within the limit for squared Euclidean distances, for each piece of the columns."""
    ruler, found = reference.ruler, []
    queries = rough_queries(X, ruler)
    most = limit * ruler.scale**2 - queries.least
    room = room_for(queries, min(COLUMNS, len(reference.points)))
    # one more than the block: for what is not kept. What is not needed of them takes no memory
    values, columns = np.empty(len(room) + 1), np.empty(len(room) + 1, dtype=np.int64)
    for piece in chunks(len(reference.points), COLUMNS):
        block, counts = rough_block(queries, ruler, piece, room), np.empty(len(X), dtype=np.int64)
        kept = keep_measured(block, most, X, reference.points[piece], limit, values, columns, counts)
        found.append((values[:kept].copy(), columns[:kept] + piece.start, counts))
    return found


def pairs_exactly(X: FloatArray, reference: Reference, limit: float) -> list[Kept]:
    """Return what is within the limit by the metric's own kernel, for each piece of the columns."""
    found, room = [], np.empty(len(X) * min(COLUMNS, len(reference.points)))
    for piece in chunks(len(reference.points), COLUMNS):
        size = piece.stop - piece.start
        block = room[: len(X) * size].reshape(len(X), size)
        measure(X, reference.points[piece], reference, 0, block)
        near = block <= limit
        columns = np.nonzero(near)[1].astype(np.int64) + piece.start
        found.append((block[near], columns, np.count_nonzero(near, axis=1).astype(np.int64)))
    return found


def gather(parts: list[Kept]) -> Kept:
    """Return what the pieces of the columns gave as one: row by row, and in a row by column."""
    if len(parts) == 1:
        return parts[0]
    counts = np.sum([part[2] for part in parts], axis=0)
    ends = np.cumsum(counts) - counts
    values, columns = np.empty(counts.sum()), np.empty(counts.sum(), dtype=np.int64)
    for part in parts:
        lay_rows(*part, ends, values, columns)
    return values, columns, counts


def join(parts: list[tuple[FloatArray, IntArray, IntArray]]) -> Neighbourhoods:
    """Return the neighbourhoods of consecutive chunks of queries, each (distances, indices, counts), as one."""
    distances, indices, counts = (np.concatenate([part[t] for part in parts]) for t in range(3))
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return distances, indices, starts


@lean_kernel
def drop_far(values: Array, indices: Array, counts: Array, radius: float) -> int:
    """Drop what is farther than the radius; return how many are left, which now stand first.

    values (z,), indices (z,), counts (m,), how many there are of each query: overwritten.
    """
    kept = read = 0
    for i in range(counts.shape[0]):
        before = kept
        for _ in range(counts[i]):
            value, index = values[read], indices[read]
            values[kept], indices[kept] = value, index
            kept += value <= radius  # without a jump
            read += 1
        counts[i] = kept - before
    return kept


def keep_within(
    values: FloatArray, indices: IntArray, counts: IntArray, radius: float, reference: Reference
) -> tuple[FloatArray, IntArray, IntArray]:
    """Turn what kernels left into distances and drop those above the radius.

    Raises
    ------
    ValueError
        If a distance is too large for float64.
    """
    with np.errstate(over="ignore"):
        finish_distances(values, reference)
    if values.max(initial=0.0) <= radius < math.inf:  # plainly: as below; nothing is to be dropped
        return values, indices, counts
    if not np.isfinite(values).all():
        raise ValueError(
            f"X holds rows so far from each other that a {reference.metric} distance is too large for float64; scale "
            "the features down or lower radius."
        )
    # plainly: near = values <= radius, and of each of the three what is near
    z = drop_far(values, indices, counts, radius)
    return values[:z], indices[:z], counts


def within_radius(X: FloatArray, reference: Reference, radius: float, n_jobs: int | None = None) -> Neighbourhoods:
    """Return (distances, indices, starts): the rows of the reference at most `radius` from each row of X (n, d).

    Those of query i are indices[starts[i] : starts[i + 1]], in rising order. Threads share fixed blocks of queries.

    Raises
    ------
    ValueError
        If a distance that is within an infinite radius is too large for float64.
    """
    queries, blocks = ready_queries(X, reference), chunks(len(X), QUERIES)
    limit = generous_limit(radius, reference)
    if reference.squares:
        reference.ready_ruler(len(blocks))  # here, not in every thread
    search = pairs_roughly if reference.squares else pairs_exactly

    def search_rows(rows: slice) -> tuple[FloatArray, IntArray, IntArray]:
        with np.errstate(over="ignore", invalid="ignore"):
            found = gather(search(queries[rows], reference, limit))
        return keep_within(*found, radius, reference)

    with one_blas_thread():
        return join(map_chunks(search_rows, blocks, n_jobs))


def within_of_rows(D: FloatArray, radius: float) -> Neighbourhoods:
    """Return (distances, indices, starts) of what is at most `radius` in each row of the distances D (n, m)."""
    rows, columns = np.nonzero(radius >= D)
    return join([(D[rows, columns], columns.astype(np.int64), np.bincount(rows, minlength=len(D)))])
