"""k-means by Hamerly's algorithm: Lloyd's iteration that measures only points whose label is in doubt.

Idea
    Lloyd measures every distance in every iteration, though after a few of them hardly a point changes its cluster.
    Hamerly keeps two numbers for each point: how far its own centre is at most, how far any other is at least. When
    the centres move, the two numbers give way by as much; while the first stays below the second, the point is safe and
    nothing is measured. If they meet, its own distance is measured; if that does not settle it, all k are.
Maths
    upper(i) >= d(x_i, c_a), a = label(i); lower(i) <= min_{j != a} d(x_i, c_j); half(a) = min_{j != a} d(c_a, c_j) / 2
    After a move: upper(i) += ||c_a' - c_a||, lower(i) -= max_{j != a} ||c_j' - c_j||.
    upper(i) < max(half(a), lower(i)) implies that label(i) stays (see `bounds` for why, and for rounding).
Cost
    n comparisons an iteration, and k d multiplications for each point in doubt; memory 2 n numbers beside Lloyd's. On
    clustered rows fewer than a tenth are in doubt after a few iterations; on structureless ones most are.
Differences
    From the paper: the distances of points in doubt are found by one matrix product for many points at a time, with a
    margin for rounding, and ties are settled as in `assign`; so labels, centres and iterations have Lloyd's bits.
References
    Hamerly, Making k-means even faster, SIAM International Conference on Data Mining 2010, 130-140, algorithm 1.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from math import sqrt
from typing import Protocol

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.parallel import map_chunks, one_blas_thread
from ..core.typing import Array, FloatArray, IntArray
from .assign import Ruler, Sums, assign, keep_nearer, make_ruler, settle_ties
from .bounds import (
    KEEP,
    KeptSums,
    blur_of,
    error_of,
    find_products,
    indices_of,
    moves_between,
    nearest_halves,
    pieces,
    squared_distance,
)
from .lloyd import Step, lloyd
from .points import Points

CALM = 256  # plain iterations end when fewer than one point in so many changes its cluster
DOUBTS = 0.15  # share of distances to measure from which bounds cost more than they save
ENOUGH = 1 << 18  # distances in an iteration below which bounds are not worth their calls
DEAR = 200  # k (d + 4), what measuring a point takes, below which bounds are not worth looking at


@lean_kernel
def doubt_points(
    labels: Array, own_move: Array, other_move: Array, half: Array, upper: Array, lower: Array, doubted: Array
) -> int:
    """Move the bounds along with the centres; return how many points are in doubt.

    labels (n,), own_move (k,), other_move (k,), the largest of another centre, half (k,): read. upper (n,), lower (n,):
    changed. doubted (n,): overwritten with the points in doubt.
    """
    count = 0
    for i in range(labels.shape[0]):
        a = labels[i]
        high, low = upper[i] + own_move[a], lower[i] - other_move[a]
        upper[i], lower[i] = high, low
        reach = KEEP * low
        reach = half[a] if half[a] > reach else reach
        doubted[count] = i  # overwritten by the next one, unless counted: faster than a branch
        count += high >= reach
    return count


@lean_kernel
def settle_by_own_distance(
    rows: tuple[Array, Array, Array],
    centres: Array,
    labels: Array,
    half: Array,
    error: float,
    upper: Array,
    lower: Array,
    doubted: Array,
) -> int:
    """Measure the points in doubt against their own centre; return how many are still in doubt.

    rows: X (n, d), shift (d,), norms (n,); centres (k, d), labels (n,), half (k,), lower (n,): read. upper (n,):
    changed. doubted (m,): overwritten with those still in doubt.
    """
    X, shift, norms = rows
    count = 0
    for i in doubted:
        a = labels[i]
        high = sqrt(squared_distance(X, i, shift, centres[a])) + 3.0 * blur_of(norms[i], error)
        upper[i] = high
        doubted[count] = i
        count += high >= half[a] and high >= KEEP * lower[i]
    return count


@kernel
def set_bounds(
    products: Array,
    norms: Array,
    point_norms: Array,
    errors: tuple[float, float],
    bounds: Array,
    labels: Array,
    tied: Array,
) -> int:
    """Label points by their nearest centre and set their bounds; return how many of them are tied.

    products (k, m), -2 x.c; norms (k,), k even; point_norms (m,); errors: e, relative width of a tie: read. bounds
    (2, m): overwritten with upper and lower; labels (m,), tied (m,): overwritten. Bounds of tied points say nothing.
    """
    upper, lower = bounds[0], bounds[1]
    upper[:] = np.inf
    lower[:] = np.inf
    for j in range(0, products.shape[0], 2):
        keep_nearer(j, norms, products[j], products[j + 1], upper, lower, labels)
    error, width = errors
    count = 0
    for i in range(labels.shape[0]):
        best, runner_up, norm = upper[i], lower[i], point_norms[i]
        if runner_up - best <= width * (norm + abs(best)):
            tied[count] = i
            count += 1
            upper[i], lower[i] = np.inf, 0.0
        else:
            blur = blur_of(norm, error)
            upper[i] = sqrt(max(best + norm, 0.0)) + 3.0 * blur
            lower[i] = sqrt(max(runner_up + norm, 0.0)) - blur
    return count


def largest_of_others(moves: FloatArray) -> FloatArray:
    """Return for each centre the largest move of another, shape (k,)."""
    if len(moves) == 1:
        return np.zeros(1)
    first, second = np.argsort(moves)[[-1, -2]]
    found = np.full(len(moves), moves[first])
    found[first] = moves[second]
    return found


class HamerlyBounds:
    """The assigning half of an iteration, by Hamerly's bounds. It remembers the points' bounds from call to call."""

    def __init__(self, points: Points, k: int) -> None:
        n, d = points.X.shape
        self.points, self.kept = points, KeptSums(points, k)
        self.bounds, self.norms = np.empty((2, n)), points.all_norms()
        self.error = error_of(d)
        self.labels: IntArray | None = None  # of the last assignment; None where no bound is known
        self.centres: FloatArray | None = None

    def __call__(self, centres: FloatArray, labels: IntArray, moved: int, add: bool = True) -> tuple[Sums, int]:
        """Overwrite labels (n,) with the nearest centres; return the sums of the clusters and the distances measured.

        `moved` is how many points changed their cluster last time: not used here.
        """
        if self.labels is None:
            labels[:] = 0  # any; all points are measured
            self.kept.changed[:] = True
        elif self.labels is not labels:
            labels[:] = self.labels
        ruler, fresh = make_ruler(centres), self.labels is None
        moves = moves_between(centres, self.centres)
        gaps = moves, largest_of_others(moves), nearest_halves(centres)

        def work(task: int) -> int:
            span = self.points.span(self.kept.tasks[task])
            where, measured = (
                (span, len(labels[span]) * len(centres))
                if fresh
                else self._doubt(span, ruler.centres, gaps, labels[span])
            )
            for some in pieces(where, max(centres.shape)):
                self._measure(task, ruler, some, labels)
            if add:
                self.kept.add(task, labels[span])
            return measured

        with one_blas_thread():
            measured = map_chunks(work, range(len(self.kept.tasks)))
        self.labels, self.centres = labels, centres
        return self.kept.total() if add else self.kept.parts[0], sum(measured)

    def _doubt(
        self, span: slice, centres: FloatArray, gaps: tuple[FloatArray, FloatArray, FloatArray], labels: IntArray
    ) -> tuple[IntArray, int]:
        """Return which points of a span are in doubt, and how many distances it takes to settle them.

        gaps: each centre's move, the largest move of another, `nearest_halves`; (k,) each.
        """
        points, (upper, lower), doubted = self.points, self.bounds[:, span], np.empty(len(labels), dtype=np.int64)
        count = doubt_points(labels, *gaps, upper, lower, doubted)
        rows = points.X[span], points.shift, self.norms[span]
        still = settle_by_own_distance(rows, centres, labels, gaps[2], self.error, upper, lower, doubted[:count])
        return doubted[:still] + span.start, count + still * len(centres)

    def _measure(self, task: int, ruler: Ruler, where: slice | IntArray, labels: IntArray) -> None:
        """Measure the points `where` of a task against all centres; set their labels and bounds."""
        points = self.points
        products, norms = find_products(points, ruler, where), self.norms[where]
        m = len(norms)
        bounds, found, tied = np.empty((2, m)), np.empty(m, dtype=np.int32), np.empty(m, dtype=np.int64)
        count = set_bounds(products, ruler.norms, norms, (self.error, ruler.tie), bounds, found, tied)
        before = labels[where].copy()
        labels[where] = found
        if count:
            settle_ties(points, ruler, 0, indices_of(where)[tied[:count]], labels)
        self.bounds[:, where] = bounds
        self.kept.note(task, before, labels[where])


class Bounds(Protocol):
    """An assigning half that keeps bounds, and begins anew where `labels` and `centres` are None."""

    labels: IntArray | None
    centres: FloatArray | None

    def __call__(self, centres: FloatArray, labels: IntArray, moved: int, add: bool = True) -> tuple[Sums, int]:
        """Overwrite labels (n,) with the nearest centres; return the sums of the clusters and what was measured."""


class BoundsWhenCalm:
    """The assigning half of an iteration: all distances while many points move, bounds of a kind once it is calm."""

    def __init__(self, points: Points, k: int, kind: Callable[[Points, int], Bounds] = HamerlyBounds) -> None:
        n, d = points.X.shape
        self.points, self.k, self.kind = points, k, kind
        self.pays = n * k >= ENOUGH and k * (d + 4) >= DEAR and k > 1
        self.bounds: Bounds | None = None
        self.pause, self.rest = 1, 0  # how many plain iterations follow when bounds were of no use; how many are left

    def __call__(self, centres: FloatArray, labels: IntArray, moved: int, add: bool = True) -> tuple[Sums, int]:
        """Overwrite labels (n,) with the nearest centres; return the sums of the clusters and what was measured."""
        n, k = len(self.points.X), self.k
        self.rest -= 1
        if moved * CALM > n or self.rest > 0 or not self.pays:
            if self.bounds is not None:
                self.bounds.labels = self.bounds.centres = None
            return assign(self.points, centres, labels, add=add), n * k
        self.bounds = self.bounds or self.kind(self.points, k)
        fresh = self.bounds.labels is None
        found, measured = self.bounds(centres, labels, moved, add)
        if not fresh and measured > DOUBTS * n * k:
            self.rest = self.pause = 2 * self.pause
        return found, measured


def hamerly(
    points: Points, centres: FloatArray, max_iter: int, tol: float, restart: int = 0
) -> Generator[Step, None, tuple[Step, float]]:
    """Yield the steps of `lloyd` from `centres` (k, d) on, with the same bits, but measure fewer distances."""
    return (yield from lloyd(points, centres, max_iter, tol, restart, HamerlyBounds(points, len(centres))))


def lloyd_or_bounds(
    points: Points, centres: FloatArray, max_iter: int, tol: float, restart: int = 0
) -> Generator[Step, None, tuple[Step, float]]:
    """Yield the steps of `lloyd` from `centres` (k, d) on, with the same bits, by bounds from where they pay."""
    return (yield from lloyd(points, centres, max_iter, tol, restart, BoundsWhenCalm(points, len(centres))))
