"""All rows within a radius where they are many: look at every row, one after another.

Idea
    A tree saves looking at rows. Where a tenth of all rows belongs to the answer there is little to save, and what a
    tree finds has to be sorted. So every row is measured, in the order of its index, and nothing is left to sort. How
    many will belong is guessed from a few queries and a few rows.
Maths
    share = (pairs of the sample whose value is at most the limit) / (pairs of the sample); see `within.py` for both.
Cost
    n m d operations, which run along columns at vector speed. The guess: SAMPLED_QUERIES * SAMPLED_ROWS * d.
References
    Bentley, A survey of techniques for fixed radius near neighbor searching, SLAC report 186 (1975), section 2.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks
from ..core.typing import Array, FloatArray, IntArray
from .by_product import COLUMNS
from .distances import FORMULAS, Reference, measure, ready_queries
from .kd_tree import KINDS, measure_leaf
from .kd_tree_within import double_room
from .within import Neighbourhoods, generous_limit, join, keep_within

CROWDED = 0.1  # a share of rows above which scanning is faster than a tree or a product (measured for d of 2 to 10)
FEWEST_PAIRS = 100_000  # below this many pairs a guess takes longer than it saves
SAMPLED_QUERIES, SAMPLED_ROWS = 16, 256
SCANNED_TOGETHER = 64  # queries to a chunk


@kernel
def scan_rows(
    X: Array, columns: Array, n: int, limit: float, kind: int, p: float, near: Array, counts: Array
) -> tuple[Array, Array]:
    """Return (values, rows) of all points whose value is at most the limit, query by query, in rising order.

    X (m, d), columns (n d,), in blocks of as many points as `near` (b,) has places, each laid out as `measure_leaf`
    reads it, n of them: read. near: overwritten. counts (m,), how many each query has: overwritten.
    """
    room, z = n + X.shape[0] * n // 4, 0
    values, rows = np.empty(room), np.empty(room, dtype=np.int64)
    for i in range(X.shape[0]):
        first = z
        if z + n > values.shape[0]:  # which is n at least, so twice as much is enough
            values, rows = double_room(values, rows)
        for start in range(0, n, near.shape[0]):
            size = min(near.shape[0], n - start)
            measure_leaf(X, i, columns, start, size, kind, p, near)
            for j in range(size):
                values[z], rows[z] = near[j], start + j
                z += near[j] <= limit
        counts[i] = z - first
    return values[:z], rows[:z]


def is_crowded(X: FloatArray, reference: Reference, radius: float) -> bool:
    """Say whether about a tenth of the rows or more will be within the radius of the queries X (m, d)."""
    m, n = len(X), len(reference.points)
    if m * n < FEWEST_PAIRS or FORMULAS[reference.metric][0] not in KINDS:
        return False
    queries = ready_queries(X[:: -(-m // SAMPLED_QUERIES)], reference)
    points = reference.points[:: -(-n // SAMPLED_ROWS)]
    values = np.empty((len(queries), len(points)))
    with np.errstate(over="ignore", invalid="ignore"):
        measure(queries, points, reference, 0, values)
    return bool(np.mean(values <= generous_limit(radius, reference)) > CROWDED)


def within_crowded_radius(
    X: FloatArray, reference: Reference, radius: float, n_jobs: int | None = None
) -> Neighbourhoods:
    """Return (distances, indices, starts): bit for bit what `within_radius` returns.

    The metric must be one of a tree, or the cosine.

    Raises
    ------
    ValueError
        If a distance that is within an infinite radius is too large for float64.
    """
    queries, limit, n = ready_queries(X, reference), generous_limit(radius, reference), len(reference.points)
    points = reference.points[:]
    columns = np.concatenate([points[rows].T.ravel() for rows in chunks(n, COLUMNS)])
    kind = KINDS[FORMULAS[reference.metric][0]]

    def search_rows(rows: slice) -> tuple[FloatArray, IntArray, IntArray]:
        counts = np.empty(rows.stop - rows.start, dtype=np.int64)
        values, indices = scan_rows(
            queries[rows], columns, n, limit, kind, float(reference.p), np.empty(COLUMNS), counts
        )
        return keep_within(values, indices, counts, radius, reference)

    return join(map_chunks(search_rows, chunks(len(X), SCANNED_TOGETHER), n_jobs))
