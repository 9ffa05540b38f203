"""A grid of cells as wide as the radius: who is near is in the same cell or in one beside it.

Idea
    Sort the points by the cell they lie in. All points within the radius of a point are in the 3^g cells around its
    own, and cells beside each other along the last axis lie side by side in the sorted order: 3^(g - 1) stretches to
    look through, whatever n is. The grid is laid over the g features that spread most, g at most 3.
Maths
    cell_f(x) = floor((x_f - min_f) / width_f), width_f at least the radius: |x_f - y_f| <= radius puts x and y at most
    one cell apart. The last axis counts fastest in a cell's number.
Cost
    O(n) to build; a query looks at the points of 3^g cells. Memory n d numbers and as many cells as points, or so.
Differences
    scikit-learn finds neighbours by a tree, in another order; the neighbours are the same.
References
    Bentley, Stanat, Williams, The complexity of finding fixed-radius near neighbors, Information Processing Letters 6
    (1977) 209-212.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks
from ..core.typing import Array, FloatArray, IntArray

AXES = 3  # features that the grid is laid over
POINTS = 512  # queries to a task, at most
CANDIDATES = 2**17  # of a task's queries
CODES = {"euclidean": 0, "manhattan": 1, "chebyshev": 2}
ROOM = 1 + 1e-9  # a cell is wider than the radius by this, so that rounding puts no neighbour two cells away


class Neighbourhoods(NamedTuple):
    """For each point, those within the radius. Points are numbered by their place in `order`."""

    order: IntArray  # (n,) the caller's row at each place
    starts: IntArray  # (n + 1,) the neighbours of place i are members[starts[i] : starts[i + 1]]
    members: IntArray  # places


class Grid(NamedTuple):
    """Points sorted by their cells."""

    order: IntArray  # (n,) the caller's row at each place
    points: FloatArray  # (n, d) in that order
    cells: IntArray  # (n,) the cell of each place
    begins: IntArray  # (number of cells + 1,) the first place of each cell
    shape: IntArray  # (3,) cells along each axis; 1 along axes that are not there
    excess: float  # how many times as large as it need be a cell is, where there would be too many


@kernel
def within(points: Array, i: int, j: int, code: int, limit: float) -> bool:
    """Say whether the places i and j are within the limit: a square for code 0. points (n, d): read."""
    total = 0.0
    for f in range(points.shape[1]):
        difference = abs(points[i, f] - points[j, f])
        if code == 0:
            total += difference * difference
        elif code == 1:
            total += difference
        else:
            total = max(total, difference)
    return total <= limit


@kernel
def stretches_of(cell: int, shape: Array, begins: Array, stretches: Array) -> int:
    """List the stretches of places in the cells around a cell; return how many there are.

    shape (3,), begins (number of cells + 1,): read. stretches (9, 2), first and last + 1: overwritten.
    """
    layers, rows, columns = shape[0], shape[1], shape[2]
    layer, row, column = cell // (rows * columns), cell // columns % rows, cell % columns
    left, right = max(column - 1, 0), min(column + 1, columns - 1)
    count = 0
    for a in range(max(layer - 1, 0), min(layer + 1, layers - 1) + 1):
        for b in range(max(row - 1, 0), min(row + 1, rows - 1) + 1):
            line = (a * rows + b) * columns
            stretches[count, 0], stretches[count, 1] = begins[line + left], begins[line + right + 1]
            count += 1
    return count


@kernel
def count_candidates(cells: Array, shape: Array, begins: Array) -> int:
    """Return how many pairs the queries in some cells have to look at. cells (m,), shape (3,), begins: read."""
    stretches = np.empty((9, 2), dtype=np.int64)
    total, own, last = 0, 0, -1
    for i in range(cells.shape[0]):
        if cells[i] != last:
            last, own = cells[i], 0
            for s in range(stretches_of(last, shape, begins, stretches)):
                own += stretches[s, 1] - stretches[s, 0]
        total += own
    return total


@kernel
def find_neighbours(
    first: int, points: Array, grid: tuple[Array, Array, Array], code: int, limit: float, sizes: Array, members: Array
) -> int:
    """List the neighbours of the places from `first` on; return how many there are.

    points (n, d), grid: cells (n,), shape (3,), begins: read. sizes (m,), one for each query: overwritten. members: as
    long as `count_candidates` says, overwritten from the start.
    """
    cells, shape, begins = grid
    stretches = np.empty((9, 2), dtype=np.int64)
    count, n_stretches, last = 0, 0, -1
    for q in range(sizes.shape[0]):
        i, before = first + q, count
        if cells[i] != last:
            last = cells[i]
            n_stretches = stretches_of(last, shape, begins, stretches)
        for s in range(n_stretches):
            for j in range(stretches[s, 0], stretches[s, 1]):
                members[count] = j  # stays if j is near, and is overwritten otherwise: no branch to guess
                count += 1 if within(points, i, j, code, limit) else 0
        sizes[q] = count - before
    return count


def lay_grid(X: FloatArray, radius: float) -> Grid:
    """Return the grid for points X (n, d) and a radius."""
    n = len(X)
    low, spread = X.min(axis=0), np.ptp(X, axis=0)
    axes = np.sort(np.argsort(-spread, kind="stable")[:AXES])
    most = max(1, int(2 * n ** (1 / len(axes))))  # cells along an axis: no more cells than a few times the points
    shape, cells, excess = np.ones(AXES, dtype=np.int64), np.zeros(n, dtype=np.int64), 1.0
    for a, f in enumerate(axes, start=AXES - len(axes)):
        width = max(radius * ROOM, spread[f] / most)
        excess *= float(width) / (radius * ROOM)
        steps = np.floor((X[:, f] - low[f]) / width).astype(np.int64)
        shape[a] = steps.max() + 1
        cells = cells * shape[a] + steps
    order = np.argsort(cells, kind="stable")
    cells = cells[order]
    begins = np.searchsorted(cells, np.arange(int(shape.prod()) + 1))
    return Grid(order, np.ascontiguousarray(X[order]), cells, begins, shape, excess)


def neighbours_by_grid(grid: Grid, radius: float, metric: str) -> Neighbourhoods:
    """Return which points of a grid for this radius are within it of each. `metric`: a key of CODES."""
    limit, parts = (radius * radius if metric == "euclidean" else radius), (grid.cells, grid.shape, grid.begins)
    code = CODES[metric]

    n = len(grid.points)
    pairs = count_candidates(grid.cells, grid.shape, grid.begins)
    points = min(POINTS, max(1, CANDIDATES * n // pairs))  # of which a task's candidates have room in the cache

    def work(rows: slice) -> tuple[IntArray, IntArray]:
        sizes = np.empty(rows.stop - rows.start, dtype=np.int64)
        candidates = count_candidates(grid.cells[rows], grid.shape, grid.begins)
        members: IntArray = np.empty(candidates + 1, dtype=place_type(n))
        count = find_neighbours(rows.start, grid.points, parts, code, limit, sizes, members)
        return sizes, members[:count].copy()

    return Neighbourhoods(grid.order, *list_all(n, map_chunks(work, chunks(n, points))))


def place_type(n: int) -> Any:
    """Return the type of whole numbers that n places are told by: 32 bits while they do, for the lists may be long."""
    return np.int32 if n < 2**31 else np.int64


def list_all(n: int, found: list[tuple[IntArray, IntArray]]) -> tuple[IntArray, IntArray]:
    """Return (starts, members) of n points, of whom some after the other have (sizes, members); found: used up."""
    starts = np.concatenate([[0], *(sizes for sizes, _ in found)]).cumsum()
    end = int(starts[-1])
    members: IntArray = np.empty(end, dtype=place_type(n))
    while found:  # from the last on, so that each is let go of as soon as it is copied
        part = found.pop()[1]
        members[end - len(part) : end] = part
        end -= len(part)
    return starts, members
