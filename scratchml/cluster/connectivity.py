"""Connectivity: which rows may be merged at first, as a list of edges in one piece.

Idea
    A graph over the rows (pixels beside each other, nearest neighbours) says who may merge with whom. It may come as a
    matrix, as three arrays of a sparse matrix, or as a function of X. A graph in several pieces would end the tree
    early, so each two pieces are joined by their closest pair of rows, with a warning.
Maths
    i and j are joined where C[i, j] + C[j, i] is not 0, i != j.
Cost
    O(e log e) for e edges; n^2 d for a graph in pieces.
Differences
    None from scikit-learn in the result. Sparse matrices are known by their attributes; SciPy is not needed.
References
    Murtagh, A survey of algorithms for contiguity-constrained clustering and related problems, Computer Journal 28
    (1985) 82-88.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..core import check_array
from ..core.jit import kernel
from ..core.rules import check_rules, integer
from ..core.typing import Array, FloatArray, IntArray
from ..maths import all_distances, prepare
from ..maths.distances import finish_distances, measure_columns
from .merges import root_of

Metric = str | Callable[..., Any]
PIECE = 1 << 16  # edges measured at a time
GRID_RULES = dict.fromkeys(("n_x", "n_y", "n_z"), integer(1))


class Graph(NamedTuple):
    """A graph in the three arrays of a sparse matrix: row i's neighbours are indices[indptr[i] : indptr[i + 1]]."""

    indptr: IntArray  # (n + 1,)
    indices: IntArray  # (e,)
    shape: tuple[int, int]  # (n, n)


class Edges(NamedTuple):
    """Both directions of each edge, sorted by row and then by column."""

    rows: IntArray  # (2 e,)
    columns: IntArray  # (2 e,)


def grid_to_graph(n_x: int, n_y: int, n_z: int = 1) -> Graph:
    """Return the graph of a grid of pixels, in the order of ``image.ravel()``: each with those right beside it.

    Raises
    ------
    TypeError, ValueError
        If a number of pixels is not an integer of at least 1.

    >>> grid_to_graph(2, 2).indices.tolist()
    [1, 2, 0, 3, 0, 3, 1, 2]
    """
    sizes = {"n_x": n_x, "n_y": n_y, "n_z": n_z}
    check_rules("grid_to_graph", GRID_RULES, sizes)
    x, y, z = int(n_x), int(n_y), int(n_z)
    n, pairs = x * y * z, (x - 1) * y * z + x * (y - 1) * z + x * y * (z - 1)
    graph = Graph(np.empty(n + 1, dtype=np.int64), np.empty(2 * pairs, dtype=np.int64), (n, n))
    list_grid(x, y, z, graph.indptr, graph.indices)
    return graph


@kernel
def list_grid(n_x: int, n_y: int, n_z: int, indptr: Array, indices: Array) -> None:
    """List each pixel's neighbours in ascending order. indptr (n + 1,), indices (2 e,): overwritten."""
    i = e = 0
    indptr[0] = 0
    for x in range(n_x):
        for y in range(n_y):
            for z in range(n_z):
                for step, there in (
                    (-n_y * n_z, x > 0),
                    (-n_z, y > 0),
                    (-1, z > 0),
                    (1, z < n_z - 1),
                    (n_z, y < n_y - 1),
                    (n_y * n_z, x < n_x - 1),
                ):
                    if there:
                        indices[e] = i + step
                        e += 1
                i += 1
                indptr[i] = e


def both_ways(a: IntArray, b: IntArray, n: int) -> Edges:
    """Return the edges between a (e,) and b (e,), each once in either direction; loops are left out."""
    a, b = a[a != b].astype(np.int64), b[a != b].astype(np.int64)
    codes = np.concatenate([a * n + b, b * n + a])
    codes.sort()
    codes = codes[np.diff(codes, prepend=-1) > 0]
    rows = codes // n
    return Edges(rows, codes - rows * n)


def read_graph(connectivity: Any, X: FloatArray) -> Edges:
    """Return the edges of a matrix (n, n), of an object with `indptr` and `indices`, or of a function from X to these.

    Raises
    ------
    TypeError, ValueError
        If it is none of these, or has not n rows and n columns.
    """
    n = len(X)
    given = connectivity(X) if callable(connectivity) else connectivity
    given = given.tocsr() if hasattr(given, "tocsr") else given
    sparse = hasattr(given, "indptr") and hasattr(given, "indices")
    matrix = None if sparse else check_array(given, name="connectivity")
    shape = tuple(getattr(given, "shape", (n, n))) if matrix is None else matrix.shape
    if shape != (n, n):
        raise ValueError(f"Wrong shape for connectivity matrix: {shape} when X is {X.shape}; give one of {(n, n)}.")
    if matrix is not None:
        rows, columns = np.nonzero(matrix)
        return both_ways(rows, columns, n)
    starts, columns = np.asarray(given.indptr), np.asarray(given.indices)
    if starts.shape != (n + 1,) or starts[0] != 0 or (np.diff(starts) < 0).any() or starts[-1] != len(columns):
        raise ValueError("connectivity.indptr does not say where rows begin; give that of a sparse matrix (CSR).")
    if len(columns) and (columns.min() < 0 or columns.max() >= n):
        raise ValueError(f"connectivity.indices names column {columns.max()}; there are 0 ... {n - 1}.")
    rows = np.repeat(np.arange(n), np.diff(starts))
    if hasattr(given, "data"):
        kept = np.asarray(given.data) != 0
        rows, columns = rows[kept], columns[kept]
    return both_ways(rows, columns, n)


@kernel
def find_pieces(rows: Array, columns: Array, parents: Array) -> None:
    """Find the connected pieces. rows, columns (e,): read. parents (n,), all -1: overwritten; -1 marks a root."""
    for e in range(rows.shape[0]):
        a, b = root_of(parents, rows[e]), root_of(parents, columns[e])
        if a != b:
            parents[max(a, b)] = min(a, b)


def pieces_of(edges: Edges, n: int) -> IntArray:
    """Return the number of the piece that each of n rows is in, counted from the lowest row on."""
    parents = np.full(n, -1, dtype=np.int64)
    find_pieces(*edges, parents)
    roots = [root_of(parents, i) for i in range(n)]
    pieces: IntArray = np.unique(roots, return_inverse=True)[1].reshape(-1)
    return pieces


def join_pieces(
    edges: Edges, X: FloatArray, distances: Callable[[IntArray, IntArray], FloatArray]
) -> tuple[Edges, int]:
    """Return edges in one piece, and in how many they were; each two pieces are joined by their closest rows.

    distances : from rows (a,) and rows (b,) to their distances (a, b)
    """
    n = len(X)
    pieces = pieces_of(edges, n)
    count = int(pieces.max()) + 1
    if count == 1:
        return edges, 1
    warnings.warn(
        f"the number of connected components of the connectivity matrix is {count} > 1. Completing it to avoid "
        "stopping the tree early.",
        UserWarning,
        stacklevel=4,
    )
    members = [np.flatnonzero(pieces == k) for k in range(count)]
    more = []
    for k in range(count):
        for m in range(k):
            i, j = np.divmod(distances(members[k], members[m]).argmin(), len(members[m]))
            more.append((members[k][i], members[m][j]))
    a, b = np.array(more).T
    return both_ways(np.concatenate([edges.rows, a]), np.concatenate([edges.columns, b]), n), count


def distances_between(X: FloatArray, metric: Metric) -> Callable[[IntArray, IntArray], FloatArray]:
    """Return the function from rows (a,) and rows (b,) of X to their distances (a, b).

    metric : a name, "precomputed" (X holds distances), or a function of two rows
    """
    if not isinstance(metric, str):
        return lambda a, b: np.array([[float(metric(X[i], X[j])) for j in b] for i in a])
    if metric == "precomputed":
        return lambda a, b: X[np.ix_(a, b)]
    return lambda a, b: all_distances(X[a], prepare(X[b], metric))


def lengths_of(edges: Edges, X: FloatArray, metric: Metric) -> FloatArray:
    """Return the distance along each edge, shape (2 e,). `metric` as in `distances_between`."""
    if not isinstance(metric, str):
        return np.array([float(metric(X[i], X[j])) for i, j in zip(*edges)])
    if metric == "precomputed":
        return X[edges.rows, edges.columns]
    reference, found = prepare(X, metric), np.empty(len(edges.rows))
    points = reference.points
    origin = np.zeros((1, points.shape[1]))
    for first in range(0, len(found), PIECE):  # every metric measures differences; the cosine, those of unit vectors
        part = slice(first, first + PIECE)
        columns = np.ascontiguousarray((points[edges.rows[part]] - points[edges.columns[part]]).T)
        measure_columns(origin, columns, reference, 0, found[None, part])
    return finish_distances(found, reference)
