"""The k nearest rows by exhaustive search: every query against every row, and yet no n x m array.

Idea
    Measure all rows, block by block, and keep the k nearest of each query in a bounded heap. For the Euclidean (and the
    cosine) distance most rows need no exact measuring: a rough ruler (a matrix product, mostly in float32) says how
    near a row can be at the least, and only the few that may still be among the k nearest are measured exactly.
Maths
    Rough ruler: see `ruler.py`. ``r_j > worst - (1 - margin) ||x||^2`` proves that row j is farther than the worst of
    the k kept; it is passed over. The rest are measured by sum_f (x_f - y_f)^2. So the answer is that of the plain
    formula, ties to the lowest index, with the same bits on any machine, however rough the ruler.
Cost
    n m products of length d in float32, about k (1 + ln(m / COLUMNS)) exact measurements for each query, since the
    ruler's k-th least value of the first block bounds all that follows; memory: blocks.
    If the ruler proves too rough (tight clusters far apart), the rest of that block of queries is done in float64.
Differences
    scikit-learn ranks by ||x||^2 - 2 x.y + ||y||^2 in float64, with that formula's rounding errors in the ranking.
References
    Knuth, The Art of Computer Programming 3, section 5.2.3 (selection; heaps).
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel, lowest_bit
from ..core.lanes import not_above
from ..core.parallel import chunks, map_chunks, one_blas_thread, worker_count
from ..core.typing import Array, FloatArray, IntArray, Whole
from .distances import Reference, finish_distances, measure, ready_queries
from .heap import offer, sort_heap
from .ruler import bound_kth, room_for, rough_block, rough_queries

# of a block: long products, and at 512 KB it stays in a cache
QUERIES, COLUMNS = 512, 256
LONGER = 4  # times as many queries to a block, at most, where there are few rows
FEW_ROWS = 2048  # rows up to which several threads may each have a large block in hand
SHORT = 1 << 24  # multiplications, for one neighbour each, below which a second thread costs more than it gains
GROUP = 64  # rows looked at together: several go to an instruction, and what it says of each is a bit of a number


@kernel
def keep_nearest(block: Array, first: int, values: Array, indices: Array) -> None:
    """Offer each block[i, j], the distance of query i to row first + j, to query i's heap.

    block (a, b): read. values (a, k), indices (a, k): the heaps, overwritten.
    """
    for i in range(block.shape[0]):
        for j in range(block.shape[1]):
            if block[i, j] < values[i, 0]:  # rows come in order, so an equal one has the higher index
                offer(values[i], indices[i], block[i, j], first + j)


@kernel
def candidates(row: Array, start: int, bar: float) -> Whole:
    """Return which of the GROUP numbers of a row from start on are not above the bar, as bits; a NaN is not above.

    row (b,): read; it may end before the group does. The bar is of the row's own precision.
    """
    if start + GROUP <= row.shape[0]:
        return not_above(row, start, bar)
    bits: Whole = np.uint64(0)
    for j in range(start, row.shape[0]):
        bits |= np.uint64(not row[j] > bar) << np.uint64(j - start)
    return bits


@kernel
def keep_nearest_measured(
    block: Array, first: int, least: Array, square_scale: float, X: Array, Y: Array, values: Array, indices: Array
) -> int:
    """Measure the rows that the rough block cannot rule out, and offer them to the heaps; return how many.

    block (a, b): the rough ruler r, read. least (a,): (1 - margin) ||x||^2, read. X (a, d), Y (b, d): read.
    values (a, k), indices (a, k): the heaps of squared distances, overwritten.
    """
    measured, bar = 0, np.empty(1, block.dtype)
    for i in range(block.shape[0]):
        if values[i, 0] == 0.0:
            continue  # k rows at distance 0 are kept: none is nearer, and a later one loses the tie
        limit = values[i, 0] * square_scale - least[i]
        for start in range(0, block.shape[1], GROUP):
            bar[0] = limit + 1e-6 * abs(limit) + 1e-37  # compared in the block's own precision; not below the limit
            bits = candidates(block[i], start, bar[0])
            while bits:
                j = start + lowest_bit(bits)
                bits &= bits - np.uint64(1)
                if block[i, j] > limit:
                    continue  # ruled out; a NaN is not
                measured += 1
                square = 0.0
                for f in range(X.shape[1]):
                    difference = X[i, f] - Y[j, f]
                    square += difference * difference
                if square < values[i, 0]:
                    offer(values[i], indices[i], square, first + j)
                    limit = values[i, 0] * square_scale - least[i]
    return measured


@kernel
def sort_heaps(values: Array, indices: Array) -> None:
    """Sort each row's heap, nearest first. values (a, k), indices (a, k): overwritten."""
    for i in range(values.shape[0] if values.shape[1] > 1 else 0):
        sort_heap(values[i], indices[i])


def search_roughly(X: FloatArray, reference: Reference, values: FloatArray, indices: IntArray) -> None:
    """Fill the heaps of X (a, d) for a metric that is, up to `finish_distances`, the squared Euclidean."""
    a, k, ruler, measured = len(X), values.shape[1], reference.ruler, 0
    m, queries = len(reference.points), rough_queries(X, ruler)
    room = room_for(queries, min(COLUMNS, m))
    for columns in chunks(m, COLUMNS):
        block, rows = rough_block(queries, ruler, columns, room), reference.points[columns]
        if columns.start == 0 and k <= block.shape[1]:
            values[:] = bound_kth(block, queries, ruler, k)[:, None]  # in place of infinity: k rows are below it
        measured += keep_nearest_measured(block, columns.start, queries.least, ruler.scale**2, X, rows, values, indices)
        if measured > a * (8 * k + columns.stop // 16) and queries.left.dtype == np.float32:
            queries = rough_queries(X, ruler, np.float64)
            room = room_for(queries, min(COLUMNS, m))


def search_exactly(X: FloatArray, reference: Reference, values: FloatArray, indices: IntArray) -> None:
    """Fill the heaps of X (a, d) by the metric's own kernel."""
    room = np.empty(len(X) * min(COLUMNS, len(reference.points)))
    for columns in chunks(len(reference.points), COLUMNS):
        size = columns.stop - columns.start
        block = room[: len(X) * size].reshape(len(X), size)
        measure(X, reference.points[columns], reference, 0, block)
        keep_nearest(block, columns.start, values, indices)


def blocks_of_queries(n: int, m: int, k: int, n_jobs: int | None) -> list[slice]:
    """Cut n queries for k of m rows into blocks: of half the size where several threads each have a large one in hand.

    And where one neighbour is wanted of few rows, so that the block is not larger than they are. Of very few rows they
    are longer, as long as all threads have one. Where the borders are changes no answer: each query is answered by
    itself.
    """
    threads = worker_count(n_jobs)
    if n > QUERIES and m > FEW_ROWS and threads > 1:
        return chunks(n, QUERIES // 2)
    size = QUERIES // 2 if k == 1 and m <= FEW_ROWS else QUERIES
    return chunks(n, max(size, min(LONGER * size, size * COLUMNS // m, -(-n // threads))))


def empty_heaps(n: int, k: int, m: int) -> tuple[FloatArray, IntArray]:
    """Return n heaps of k places, (values, indices), into which anything finite of index below m is accepted."""
    return np.full((n, k), np.inf), np.full((n, k), m, dtype=np.int64)


def k_nearest(X: FloatArray, reference: Reference, k: int, n_jobs: int | None = None) -> tuple[FloatArray, IntArray]:
    """Return (distances, indices), both (n, k): the k rows of the reference nearest to each row of X, nearest first.

    Rows at equal distance come in the order of their indices. k must be from 1 to the number of rows. Threads share
    the blocks of queries.

    Raises
    ------
    ValueError
        If a distance is too large for float64.
    """
    n_jobs = 1 if k == 1 and len(X) * reference.points.size < SHORT else n_jobs
    queries, blocks = ready_queries(X, reference), blocks_of_queries(len(X), len(reference.points), k, n_jobs)
    values, indices = empty_heaps(len(X), k, len(reference.points))
    if reference.squares:
        reference.ready_ruler(len(blocks))  # here, not in every thread
    search = search_roughly if reference.squares else search_exactly

    def search_rows(rows: slice) -> None:
        with np.errstate(over="ignore", invalid="ignore"):
            search(queries[rows], reference, values[rows], indices[rows])
            sort_heaps(values[rows], indices[rows])
            finish_distances(values[rows], reference)

    with one_blas_thread():
        map_chunks(search_rows, blocks, n_jobs)
    if not np.isfinite(values).all():
        raise ValueError(
            f"X holds {np.abs(X).max():.3g}, so a {reference.metric} distance is too large for float64; scale the "
            "features down."
        )
    return values, indices


def smallest_of_rows(D: FloatArray, k: int, n_jobs: int | None = None) -> tuple[FloatArray, IntArray]:
    """Return the k smallest of each row of D (n, m), smallest first, ties by index, and their columns; both (n, k).

    Raises
    ------
    ValueError
        If a row has fewer than k finite numbers; NaN and infinity are never among the smallest.
    """
    values, indices = empty_heaps(len(D), k, D.shape[1])

    def keep(rows: slice) -> None:
        keep_nearest(D[rows], 0, values[rows], indices[rows])
        sort_heaps(values[rows], indices[rows])

    map_chunks(keep, chunks(len(D), QUERIES), n_jobs)
    if not np.isfinite(values).all():
        i = int(np.argmin(np.isfinite(values).all(axis=1)))
        raise ValueError(f"row {i} of the distances has fewer than {k} finite numbers; remove NaN and infinity.")
    return values, indices
