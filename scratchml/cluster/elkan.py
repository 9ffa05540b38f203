"""k-means by Elkan's algorithm: Lloyd's iteration with a lower bound for each point and each centre.

Idea
    As `hamerly`, but with k lower bounds for a point in place of one: so a centre that moves far spoils only the bounds
    to itself, and a point in doubt measures only the centres that might be nearer. Fewest distances of all, at the
    price of n k numbers in memory, and of looking at them.
Maths
    upper(i) >= d(x_i, c_a), a = label(i); lower(i, j) <= d(x_i, c_j); halves(a, j) = d(c_a, c_j) / 2
    After a move: upper(i) += ||c_a' - c_a||, lower(i, j) -= ||c_j' - c_j||.
    Centre j is worth a look only if upper(i) >= lower(i, j) and upper(i) >= halves(a, j) (see `bounds`).
    The n k subtractions are not made: with worn(j) the way that centre j has come in all, lower(i, j) + worn(j) is kept
    from when it was measured, and worn(j) as of now is subtracted when it is looked at.
Cost
    k comparisons for each point in doubt and d operations for each distance that is left; memory n k numbers. It pays
    where distances are dear (many features) and points many to a cluster.
Differences
    From the paper: the subtractions are put off (above); a margin for rounding, and ties settled as in `assign`, so
    that labels, centres and iterations have Lloyd's bits. scikit-learn's Elkan may part from its Lloyd by rounding.
References
    Elkan, Using the triangle inequality to accelerate k-means, ICML 2003, 147-153, section 3.
"""

from __future__ import annotations

from collections.abc import Generator
from math import sqrt

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.parallel import map_chunks, one_blas_thread
from ..core.typing import Array, FloatArray, IntArray
from .assign import Ruler, Sums, make_ruler, settle_ties
from .bounds import (
    KEEP,
    Gaps,
    KeptSums,
    blur_of,
    error_of,
    find_products,
    gaps_between,
    indices_of,
    pieces,
    squared_distance,
)
from .hamerly import BoundsWhenCalm
from .lloyd import Step, lloyd
from .points import Points


@kernel
def start_bounds(
    products: Array,
    norms: Array,
    point_norms: Array,
    error: float,
    upper: Array,
    lower: Array,
    labels: Array,
    tied: Array,
) -> int:
    """Label points by their nearest centre and set all their bounds; return how many of them are tied.

    products (>= k, m), -2 x.c; norms (>= k,), point_norms (m,): read. upper (m,), lower (m, k), labels (m,), tied (m,):
    overwritten; the last with the tied points, whose upper bounds are infinite.
    """
    count = 0
    for i in range(labels.shape[0]):
        blur, best, runner_up = blur_of(point_norms[i], error), np.inf, np.inf
        for j in range(lower.shape[1]):
            away = sqrt(max(products[j, i] + norms[j] + point_norms[i], 0.0))
            lower[i, j] = away - blur
            if away < best:
                best, runner_up, labels[i] = away, best, j
            elif away < runner_up:
                runner_up = away
        upper[i] = best + 3.0 * blur
        if upper[i] >= KEEP * (runner_up - blur):
            tied[count], upper[i] = i, np.inf
            count += 1
    return count


@lean_kernel
def look_around(
    i: int,
    a: int,
    rows: tuple[Array, Array, Array],
    centres: Array,
    halves: Array,
    worn: Array,
    error: float,
    high: float,
    low: Array,
) -> tuple[int, float, int, bool]:
    """Find the nearest centre of point i, which belonged to a; return it, its upper bound, what was measured, a tie.

    rows: X (n, d), shift (d,), norms (n,); centres (k, d), halves (k, k), worn (k,), high, the upper bound: read.
    low (k,), lower bound + worn: overwritten where measured.
    """
    X, shift, norms = rows
    blur = blur_of(norms[i], error)
    measured, tie, fresh = 0, False, False
    for j in range(centres.shape[0]):
        if j == a or (high < KEEP * (low[j] - worn[j]) or high < KEEP * halves[a, j]):
            continue
        if not fresh:
            away = sqrt(squared_distance(X, i, shift, centres[a]))
            high, low[a], fresh = away + 3.0 * blur, away - blur + worn[a], True
            measured += 1
            if high < KEEP * (low[j] - worn[j]) or high < KEEP * halves[a, j]:
                continue
        away = sqrt(squared_distance(X, i, shift, centres[j]))
        measured += 1
        low[j] = away - blur + worn[j]
        if high < KEEP * (away - blur):
            continue
        if away + 3.0 * blur < KEEP * (low[a] - worn[a]):
            a, high = j, away + 3.0 * blur
        else:
            tie = True  # too close to call; later, a third centre may prove nearer than both, but that is rare
    return a, high, measured, tie


@lean_kernel
def assign_in_doubt(
    rows: tuple[Array, Array, Array],
    centres: Array,
    gaps: tuple[Array, Array, Array],
    worn: Array,
    error: float,
    upper: Array,
    lower: Array,
    labels: Array,
    tied: Array,
) -> tuple[int, int]:
    """Label the points by their nearest centre; return how many are tied and how many distances were measured.

    rows: X (n, d), shift (d,), norms (n,); centres (k, d); gaps: moves (k,), halves (k, k), nearest_half (k,);
    worn (k,): read. upper (n,), lower (n, k), labels (n,): changed. tied (n,): overwritten with the tied points.
    """
    moves, halves, nearest_half = gaps
    count, measured = 0, 0
    for i in range(labels.shape[0]):
        a = labels[i]
        high = upper[i] + moves[a]
        upper[i] = high
        if high < nearest_half[a]:
            continue
        candidates = 0
        for j in range(centres.shape[0]):
            low = lower[i, j] - worn[j]
            low = halves[a, j] if halves[a, j] > low else low
            candidates += high >= KEEP * low
        if candidates == 0:
            continue
        a, high, looks, tie = look_around(i, a, rows, centres, halves, worn, error, high, lower[i])
        labels[i], upper[i] = a, high
        measured += looks
        if tie:
            tied[count] = i
            upper[i] = np.inf  # the tie may be settled for another centre
            count += 1
    return count, measured


class ElkanBounds:
    """The assigning half of an iteration, by Elkan's bounds. It remembers the points' bounds from call to call."""

    def __init__(self, points: Points, k: int) -> None:
        n, d = points.X.shape
        self.points, self.kept = points, KeptSums(points, k)
        self.upper, self.lower, self.norms = np.empty(n), np.empty((n, k)), points.all_norms()
        self.way = np.zeros(k)  # how far each centre has come in all
        self.calls = 0
        self.error = error_of(d)
        self.labels: IntArray | None = None  # of the last assignment
        self.centres: FloatArray | None = None

    def __call__(self, centres: FloatArray, labels: IntArray, moved: int, add: bool = True) -> tuple[Sums, int]:
        """Overwrite labels (n,) with the nearest centres; return the sums of the clusters and the distances measured.

        `moved` is how many points changed their cluster last time: not used here.
        """
        fresh = self.labels is None
        if self.labels is None:
            self.way[:], self.calls, self.kept.changed[:] = 0.0, 0, True
        elif self.labels is not labels:
            labels[:] = self.labels
        gaps, ruler = gaps_between(centres, self.centres), make_ruler(centres)
        self.way += gaps.moves
        self.calls += 1
        worn = self.way * (1.0 + 8 * self.calls * np.finfo(np.float64).eps)  # never too little, whatever was rounded

        def work(task: int) -> int:
            if fresh:
                return self._start(task, ruler, labels)
            return self._work(task, ruler, gaps, worn, labels, add)

        with one_blas_thread():
            measured = map_chunks(work, range(len(self.kept.tasks)))
        self.labels, self.centres = labels, centres
        return self.kept.total() if add else self.kept.parts[0], sum(measured)

    def _work(self, task: int, ruler: Ruler, gaps: Gaps, worn: FloatArray, labels: IntArray, add: bool) -> int:
        """Label the points of a task, and add them to their clusters; return how many distances were measured."""
        points = self.points
        span = points.span(self.kept.tasks[task])
        mine, tied = labels[span], np.empty(span.stop - span.start, dtype=np.int64)
        before = mine.copy()
        rows = points.X[span], points.shift, self.norms[span]
        count, measured = assign_in_doubt(
            rows, ruler.centres, gaps, worn, self.error, self.upper[span], self.lower[span], mine, tied
        )
        # the indices are those of all points, because ties are settled by whole chunks of them
        settle_ties(points, ruler, 0, tied[:count] + span.start, labels)
        if add:
            self.kept.note(task, before, mine)
            self.kept.add(task, mine)
        return measured

    def _start(self, task: int, ruler: Ruler, labels: IntArray) -> int:
        """As `_work`, for the first time: all distances are measured."""
        points, k = self.points, len(ruler.centres)
        span = points.span(self.kept.tasks[task])
        for some in pieces(span, max(ruler.centres.shape)):
            products, tied = find_products(points, ruler, some), np.empty(len(labels[some]), dtype=np.int64)
            lower, upper, norms = self.lower[some], self.upper[some], self.norms[some]
            count = start_bounds(products, ruler.norms, norms, self.error, upper, lower, labels[some], tied)
            settle_ties(points, ruler, 0, indices_of(some)[tied[:count]], labels)
        self.kept.add(task, labels[span])
        return len(labels[span]) * k


def elkan(
    points: Points, centres: FloatArray, max_iter: int, tol: float, restart: int = 0
) -> Generator[Step, None, tuple[Step, float]]:
    """Yield the steps of `lloyd` from `centres` (k, d) on, with the same bits, but measure far fewer distances."""
    return (yield from lloyd(points, centres, max_iter, tol, restart, ElkanBounds(points, len(centres))))


def elkan_when_calm(
    points: Points, centres: FloatArray, max_iter: int, tol: float, restart: int = 0
) -> Generator[Step, None, tuple[Step, float]]:
    """As `elkan`, but without bounds while many points move: then to measure all distances, roughly, is cheaper."""
    assigner = BoundsWhenCalm(points, len(centres), ElkanBounds)
    return (yield from lloyd(points, centres, max_iter, tol, restart, assigner))
