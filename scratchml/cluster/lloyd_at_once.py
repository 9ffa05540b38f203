"""Lloyd's algorithm with hardly a step of Python between: for a fit of few points that nobody looks at.

Idea
    Of a thousand points an iteration takes some twenty microseconds, and as long again goes by between the kernels that
    `lloyd` calls one after another. Here one kernel calls them all, iteration after iteration, and comes back only for
    ties, which BLAS settles, and for clusters that have lost all their points. Of rows that stay upright BLAS finds the
    scores; then the kernel does the rest of each iteration. Other runs of the fit go on meanwhile, on other threads.
Maths
    That of `lloyd`, with the same bits: the same kernels in the same order. (Centres' norms may be rounded otherwise;
    that could decide only between centres so close that BLAS settles them anyway.)
Cost
    n k d multiplications an iteration; memory 2 n + k d numbers, and some products of upright rows and centres.
References
    Lloyd (1982); see `lloyd`.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.parallel import one_blas_thread
from ..core.scratch import copy_of
from ..core.typing import Array, FloatArray, IntArray
from .assign import (
    Sums,
    add_points,
    assign_blocks,
    fixed_tasks,
    inertia_of,
    label_wide,
    make_ruler,
    pieces_of,
    settle_ties,
)
from .hamerly import ENOUGH
from .lloyd import Step, count_moved, divide_sums, refill_empty, squared_moves
from .points import MANY, Points

LONG = 1 << 17  # multiplications in an iteration from which another thread for another run pays
ENDLESS = 1 << 62  # iterations, as many as a kernel's integers can count
STAGE, ITERATION, MOVED, TIED, LAST = range(5)  # places in the clock
LABEL, ADD, MOVE, END = range(4)  # stages: what comes next


@kernel
def measure_centres(centres: Array, double: Array, norms: Array) -> None:
    """Make centres ready to score points against. centres (k, d): read. double, norms: overwritten, as in `Ruler`."""
    for j in range(centres.shape[0]):
        norms[j] = 0.0
        for f in range(centres.shape[1]):
            double[j, f] = -2.0 * centres[j, f]
            norms[j] += centres[j, f] * centres[j, f]


@kernel
def has_empty(mass: Array) -> bool:
    """Say whether a cluster has no mass. mass (k,): read."""
    found = False
    for j in range(mass.shape[0]):
        found |= mass[j] == 0.0
    return found


@kernel
def iterate(
    rows: tuple[Array, Array, Array, Array, Array],
    ends: tuple[float, float, int, bool],
    ruler: tuple[Array, Array],
    room: tuple[Array, Array, Array, Array],
    centres: Array,
    labels: Array,
    sums: Array,
    mass: Array,
    clock: Array,
) -> float:
    """Go on with Lloyd's iterations to the end, or until something is to be done elsewhere; return the last shift.

    That is where points are tied or a cluster is empty, and, of upright rows, where all points are to be labelled.
    rows: blocks, norms, X, shift and weight of `Points`; ends: relative width of a tie, tol, max_iter, upright: read.
    ruler: double and norms of `Ruler`; room: scratch (4, B), tied (n,), previous (n,), means (k, d): overwritten.
    centres (k, d), labels (n,), sums (k, d), mass (k,), clock (5,): the state of the run, overwritten.
    """
    blocks, point_norms, X, shift, weight = rows
    tie, tol, max_iter, upright = ends
    double, norms = ruler
    scratch, tied, previous, means = room
    moves = 0.0
    while clock[STAGE] != END:
        if clock[STAGE] == LABEL:
            if upright:
                return moves
            measure_centres(centres, double, norms)
            copy_of(labels, previous)
            clock[TIED] = assign_blocks(blocks, point_norms, double, norms, tie, scratch, labels, tied)
            clock[STAGE] = END if clock[LAST] else ADD
            if clock[TIED]:
                return moves
        elif clock[STAGE] == ADD:
            clock[MOVED] = count_moved(labels, previous)
            sums[:] = 0.0
            mass[:] = 0.0
            add_points(X, shift, weight, labels, sums, mass)
            clock[TIED], clock[STAGE] = 0, MOVE
            if has_empty(mass):
                return moves
        else:
            divide_sums(sums, mass, means)
            moves = squared_moves(centres, means)
            for j in range(mass.shape[0]):
                copy_of(means[j], centres[j])
            clock[ITERATION] += 1
            clock[LAST] = clock[MOVED] == 0 or moves <= tol or clock[ITERATION] == max_iter
            clock[STAGE] = LABEL if clock[MOVED] else END
    return moves


def can_be_run(points: Points, k: int) -> bool:
    """Say whether `run_at_once` is for such data: few points, in one task, and too few distances for bounds to pay.

    And in arrays that kernels are compiled for.
    """
    plain = all(array.flags.c_contiguous and array.flags.writeable for array in (points.X, points.weight))
    few = len(points.X) < MANY and len(points.X) * k < ENOUGH
    return few and plain and points.rough is None and len(fixed_tasks(points, k)) == 1


def pays_for_threads(points: Points, k: int) -> bool:
    """Say whether a run takes so long that the next one had better begin on another thread."""
    n, d = points.X.shape
    return bool(n * k * (d + 8) >= LONG)


def run_at_once(points: Points, seeds: FloatArray, max_iter: int, tol: float, restart: int = 0) -> tuple[Step, float]:
    """Return what `lloyd` returns: its last step, from the centres `seeds` (k, d) on, and its inertia."""
    centres: FloatArray = np.array(seeds, order="C")
    ruler, upright = make_ruler(centres), points.wide
    n, (k, d), size = len(points.X), centres.shape, points.blocks.shape[2]
    labels: IntArray = np.full(n, -1, dtype=np.int32)
    scratch, tied, previous = np.empty((4, size)), np.empty(0 if upright else n, dtype=np.int64), np.empty_like(labels)
    found, clock, moves = Sums(np.empty((k, d)), np.empty(k)), np.zeros(5, dtype=np.int64), 0.0
    blocks = np.empty((0, d, size)) if upright else points.blocks  # the kernel is compiled for one kind of array
    rows = blocks, points.norms, points.X, points.shift, points.weight
    pieces = pieces_of(points, slice(0, len(points.blocks)), k)
    room = scratch, tied, previous, np.empty_like(centres)
    ends = ruler.tie, tol, min(max_iter, ENDLESS), upright
    with one_blas_thread():
        while clock[STAGE] != END:
            if upright and clock[STAGE] == LABEL:
                previous[:], ruler = labels, make_ruler(centres)
                for piece in pieces:
                    label_wide(points, ruler, piece, labels[points.span(piece)])
                clock[STAGE] = END if clock[LAST] else ADD
                continue
            moves = iterate(rows, ends, (ruler.double, ruler.norms), room, centres, labels, *found, clock)
            if clock[TIED]:
                settle_ties(points, make_ruler(centres), 0, tied[: clock[TIED]], labels)
            if clock[STAGE] == MOVE:
                refill_empty(points, centres, labels, found)
    inertia = inertia_of(points, centres, labels)
    told, way = points.square_to_user(inertia), points.square_to_user(moves, weighted=False)
    moved, iteration = int(clock[MOVED]), int(clock[ITERATION])
    return Step("score", restart, iteration, points.to_user(centres), labels, told, way, moved, n * k), inertia
