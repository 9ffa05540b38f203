"""What is known of distances that nobody measures: how Elkan's and Hamerly's bounds outlive a move of the centres.

Idea
    If a centre moves by 1, no distance to it changes by more than 1. So once a point is known to be much nearer to its
    own centre than to any other, small moves cannot change its label, and nothing has to be measured to know it. An
    *upper* bound says how far the point's own centre is at most, a *lower* bound how far another one is at least.
Maths
    Triangle inequality: |d(x, c') - d(x, c)| <= d(c, c'). So upper += move of the own centre, lower -= move of the
    other.
    And d(x, c_j) >= d(c_a, c_j) - d(x, c_a): where d(x, c_a) < d(c_a, c_j) / 2, centre j is farther away than centre a.
    Rounding: the scores of `assign` err by at most e (||x||^2 + d(x, c)^2) each, e = 8 (d + 4) eps. With
    blur = sqrt(e) ||x||, upper = measured + 3 blur, lower = measured - blur, the test upper < (1 - 1e-7) lower
    implies that the score of the own centre is the lower one *as rounded*. So a label that is kept is the label that
    `assign` would have found: bounds change no bit of the answer. The 1e-7 also swallows the rounding of a million
    moves.
Cost
    Sums over the points of a cluster are found anew only where a point has come or gone since, task by task.
References
    Elkan, Using the triangle inequality to accelerate k-means, ICML 2003, lemmas 1 and 2.
    Higham, Accuracy and Stability of Numerical Algorithms, section 3.1 (the error of an inner product).
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.parallel import chunks, map_chunks
from ..core.typing import Array, FloatArray, IntArray
from ..maths import all_distances, prepare
from .assign import Ruler, Sums, add_up, fixed_tasks, score_two
from .points import CACHE, Points

KEEP = 1.0 - 1e-7  # how much of a lower bound counts, so that rounding never decides
TOGETHER = 64  # centres whose distances to all others are held at a time
PIECE = CACHE // 2  # numbers worked out at a time: with what is read for them they stay in the cache
VANISHING = 1e-300  # squares below this may have lost digits by underflow


@lean_kernel
def squared_distance(X: Array, i: int, shift: Array, c: Array) -> float:
    """Return ||X[i] - shift - c||^2. X (n, d), shift (d,), c (d,): read."""
    d = c.shape[0]
    in_fours = d - d % 4
    s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
    # plainly: sum over f of (X[i, f] - shift[f] - c[f]) ** 2
    for f in range(0, in_fours, 4):
        e0, e1 = X[i, f] - shift[f] - c[f], X[i, f + 1] - shift[f + 1] - c[f + 1]
        e2, e3 = X[i, f + 2] - shift[f + 2] - c[f + 2], X[i, f + 3] - shift[f + 3] - c[f + 3]
        s0, s1, s2, s3 = s0 + e0 * e0, s1 + e1 * e1, s2 + e2 * e2, s3 + e3 * e3
    for f in range(in_fours, d):
        e0 = X[i, f] - shift[f] - c[f]
        s0 += e0 * e0
    return (s0 + s1) + (s2 + s3)


@lean_kernel
def blur_of(norm: float, error: float) -> float:
    """Return by how much a distance from a point of squared norm `norm` may be wrong, `error` being e."""
    return sqrt(error * norm + VANISHING)


@kernel
def score_rows(x: Array, double: Array, products: Array) -> None:
    """Find -2 x.c of each point and centre. x (d, m), double (k, d), k even: read. products (k, m): overwritten."""
    for j in range(0, double.shape[0], 2):
        score_two(x, x.shape[1], double, j, products[j], products[j + 1])


@kernel
def add_changed(
    X: Array, shift: Array, weight: Array, labels: Array, changed: Array, which: Array, sums: Array, mass: Array
) -> None:
    """Add up anew the clusters j with changed[j].

    X (n, d), shift (d,), weight (n,) or (1,), labels (n,), changed (k,): read. sums (k, d), mass (k,): overwritten
    there. which (n,): scratch.
    """
    last = weight.shape[0] - 1
    for j in range(changed.shape[0]):
        if changed[j]:
            sums[j] = 0.0
            mass[j] = 0.0
    count = 0
    for i in range(X.shape[0]):
        which[count] = i  # overwritten by the next one, unless counted: faster than a branch
        count += changed[labels[i]]
    for i in which[:count]:
        j, w = labels[i], weight[min(i, last)]
        mass[j] += w
        for f in range(X.shape[1]):
            sums[j, f] += w * (X[i, f] - shift[f])


def error_of(d: int) -> float:
    """Return e: the relative error that the scores of rows of d features may have."""
    return 8 * (d + 4) * float(np.finfo(np.float64).eps)


def pieces(where: slice | IntArray, numbers: int) -> list[slice | IntArray]:
    """Return points cut into pieces, so small that `numbers` for each point of one stay in the cache."""
    step = max(1, PIECE // numbers)
    if isinstance(where, slice):
        return [slice(a, min(a + step, where.stop)) for a in range(where.start, where.stop, step)]
    return [where[a : a + step] for a in range(0, len(where), step)]


def indices_of(where: slice | IntArray) -> IntArray:
    """Return the indices of some points."""
    return np.arange(where.start, where.stop) if isinstance(where, slice) else where


def find_products(points: Points, ruler: Ruler, where: slice | IntArray) -> FloatArray:
    """Return -2 x.c of each centre and some points, shape (k or k + 1, m), rounded in any way."""
    rows = points.X[where] if isinstance(where, slice) else np.take(points.X, where, axis=0)
    products = np.empty((len(ruler.double), len(rows)))
    if points.wide:
        if points.rough is not None:
            rows = rows - points.shift
        k = len(ruler.centres)
        products[k:] = 0.0
        np.dot(ruler.double[:k], rows.T, out=products[:k])
    else:
        score_rows(np.ascontiguousarray((rows - points.shift).T), ruler.double, products)
    return products


class Gaps(NamedTuple):
    """How the centres lie to each other, and how far they have moved: what all points share."""

    moves: FloatArray  # (k,) how far each centre has moved
    halves: FloatArray  # (k, k) half the distances between centres, infinite from each to itself
    nearest_half: FloatArray  # (k,) the least of each row, times KEEP


def gaps_between(centres: FloatArray, before: FloatArray | None) -> Gaps:
    """Return the gaps between centres (k, d) that were `before` (k, d), or nowhere."""
    halves = all_distances(centres, prepare(centres))
    halves *= 0.5
    np.fill_diagonal(halves, np.inf)
    return Gaps(moves_between(centres, before), halves, KEEP * halves.min(axis=1))


def moves_between(centres: FloatArray, before: FloatArray | None) -> FloatArray:
    """Return how far each of the centres (k, d) has moved since it was at `before` (k, d), or nowhere; (k,)."""
    return np.zeros(len(centres)) if before is None else np.sqrt(((centres - before) ** 2).sum(axis=1))


def nearest_halves(centres: FloatArray) -> FloatArray:
    """Return `nearest_half` of `gaps_between` (k,), holding only some rows of `halves` at a time."""
    reference, found = prepare(centres), np.empty(len(centres))

    def work(rows: slice) -> None:
        halves = all_distances(centres[rows], reference, 1)
        halves *= 0.5
        halves[np.arange(len(halves)), np.arange(rows.start, rows.stop)] = np.inf
        found[rows] = KEEP * halves.min(axis=1)

    map_chunks(work, chunks(len(centres), TOGETHER))
    return found


class KeptSums:
    """The sums of the clusters, task by task as `assign` adds them, kept from one assignment to the next."""

    def __init__(self, points: Points, k: int) -> None:
        self.points = points
        self.tasks = fixed_tasks(points, k)
        d = points.X.shape[1]
        self.parts = [Sums(np.zeros((k, d)), np.zeros(k)) for _ in self.tasks]
        self.changed = np.ones((len(self.tasks), k), dtype=np.bool_)  # clusters whose kept sums are out of date

    def note(self, task: int, before: IntArray, after: IntArray) -> None:
        """Learn that points of a task have come from the clusters `before` to the clusters `after`, shape (m,) each."""
        differ = before != after
        if differ.any():
            self.changed[task, before[differ]] = True
            self.changed[task, after[differ]] = True

    def add(self, task: int, labels: IntArray) -> None:
        """Bring the sums of a task up to date; labels (m,) are those of its points."""
        changed = self.changed[task]
        if changed.any():
            span, points = self.points.span(self.tasks[task]), self.points
            which = np.empty(len(labels), dtype=np.int64)
            add_changed(points.X[span], points.shift, points.weights(span), labels, changed, which, *self.parts[task])
            changed[:] = False

    def total(self) -> Sums:
        """Return the sums over all tasks, added in the order of the tasks: a new array."""
        first, *others = self.parts
        return add_up([Sums(first.sums.copy(), first.mass.copy()), *others])
