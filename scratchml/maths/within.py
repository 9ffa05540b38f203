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

import numpy as np

from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.typing import Array, FloatArray, IntArray
from .distances import COLUMNS, FORMULAS, Reference, finish_distances, measure, ready_queries
from .nearest import QUERIES
from .ruler import rough_block, rough_queries

Neighbourhoods = tuple[FloatArray, IntArray, IntArray]  # distances (z,), indices (z,), starts (m + 1,)


@kernel
def square_pairs(X: Array, Y: Array, rows: Array, columns: Array, squares: Array) -> None:
    """Measure some pairs of rows.

    X (a, d), Y (b, d), rows (z,), columns (z,): read. squares (z,): overwritten with ||X[rows] - Y[columns]||^2.
    """
    for t in range(rows.shape[0]):
        i, j = rows[t], columns[t]
        square = 0.0
        for f in range(X.shape[1]):
            difference = X[i, f] - Y[j, f]
            square += difference * difference
        squares[t] = square


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
        roundings = 1e-12 * max(reference.p, 1.0)
        return float(limit * (1.0 + roundings) + 1e-307)  # the last term is for what underflows


def pairs_roughly(X: FloatArray, reference: Reference, limit: float) -> list[tuple[Array, Array, Array]]:
    """Return (rows, columns, squares) of what is within the limit, for squared Euclidean distances."""
    ruler, found = reference.ruler, []
    queries = rough_queries(X, ruler)
    most = limit * ruler.scale**2 - queries.least
    for piece in chunks(len(reference.points), COLUMNS):
        block = rough_block(queries, ruler, piece)
        rows, columns = np.nonzero(~(block > most[:, None]))  # a NaN is not ruled out
        squares = np.empty(len(rows))
        square_pairs(X, reference.points[piece], rows, columns, squares)
        near = squares <= limit
        found.append((rows[near], columns[near] + piece.start, squares[near]))
    return found


def pairs_exactly(X: FloatArray, reference: Reference, limit: float) -> list[tuple[Array, Array, Array]]:
    """Return (rows, columns, values) of what is within the limit, by the metric's own kernel."""
    found = []
    for piece in chunks(len(reference.points), COLUMNS):
        block = np.empty((len(X), piece.stop - piece.start))
        measure(X, reference.points[piece], reference, 0, block)
        rows, columns = np.nonzero(block <= limit)
        found.append((rows, columns + piece.start, block[rows, columns]))
    return found


def gather(parts: list[tuple[Array, Array, Array]], n: int) -> tuple[FloatArray, IntArray, IntArray]:
    """Return (values, columns, counts) of pairs, sorted by row and then as they came; counts (n,) by row."""
    rows, columns, values = (np.concatenate([part[t] for part in parts]) for t in range(3))
    order = np.argsort(rows, kind="stable")
    return values[order], columns[order].astype(np.int64), np.bincount(rows, minlength=n)


def join(parts: list[tuple[FloatArray, IntArray, IntArray]]) -> Neighbourhoods:
    """Return the neighbourhoods of consecutive chunks of queries, each (distances, indices, counts), as one."""
    distances, indices, counts = (np.concatenate([part[t] for part in parts]) for t in range(3))
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return distances, indices, starts


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
    if not np.isfinite(values).all():
        raise ValueError(
            f"X holds rows so far from each other that a {reference.metric} distance is too large for float64; scale "
            "the features down or lower radius."
        )
    near = values <= radius
    if near.all():
        return values, indices, counts
    rows = np.repeat(np.arange(len(counts)), counts)
    return values[near], indices[near], np.bincount(rows[near], minlength=len(counts))


def within_radius(X: FloatArray, reference: Reference, radius: float, n_jobs: int | None = None) -> Neighbourhoods:
    """Return (distances, indices, starts): the rows of the reference at most `radius` from each row of X (n, d).

    Those of query i are indices[starts[i] : starts[i + 1]], in rising order. Threads share fixed blocks of queries.

    Raises
    ------
    ValueError
        If a distance that is within an infinite radius is too large for float64.
    """
    queries = ready_queries(X, reference)
    limit = generous_limit(radius, reference)
    if reference.squares:
        reference.ruler  # noqa: B018  worked out here, not in every thread
    search = pairs_roughly if reference.squares else pairs_exactly

    def search_rows(rows: slice) -> tuple[FloatArray, IntArray, IntArray]:
        with np.errstate(over="ignore", invalid="ignore"):
            found = gather(search(queries[rows], reference, limit), rows.stop - rows.start)
        return keep_within(*found, radius, reference)

    with one_blas_thread():
        return join(map_chunks(search_rows, chunks(len(X), QUERIES), n_jobs))


def within_of_rows(D: FloatArray, radius: float) -> Neighbourhoods:
    """Return (distances, indices, starts) of what is at most `radius` in each row of the distances D (n, m)."""
    rows, columns = np.nonzero(radius >= D)
    return join([(D[rows, columns], columns.astype(np.int64), np.bincount(rows, minlength=len(D)))])
