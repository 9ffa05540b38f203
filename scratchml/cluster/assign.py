"""Assign each point to its nearest centre: the half of an iteration that takes nearly all the time of k-means.

Idea
    ||x - c||^2 = ||x||^2 - 2 x.c + ||c||^2, and ||x||^2 is the same for every centre: so the least *score*
    ||c||^2 - 2 x.c tells the nearest. The scores of a block of points grow together, feature by feature, for two
    centres at a time; a second kernel keeps for each point the least score, the runner-up and the centre it is of.
    With many features the scores of a block are one BLAS product, and a kernel keeps the least; many rows that are
    labelled again and again are scored in float32, and only those in doubt in float64 (see `rough`).
    While a block is in the cache, its points are added to their clusters, which is what the update needs next (where
    there are many points, `running_sums` follows those that moved instead).
Maths
    Two ways to add up the same score differ by rounding, at most (d + 3) eps (||c||^2 + 2 ||x|| ||c||), and that is
    at most 5 (d + 3) eps (||x||^2 + ||x - c||^2). Where best and runner-up are farther apart than both ways can err,
    every way of adding gives the same label. Where they are not, it is a *tie*: the order of additions would decide.
    Ties are real (a point halfway between two rows of measurements in tenths of a millimetre) and are settled by the
    scores of a BLAS product, which is how the reference adds. How BLAS adds depends on the shape of the product, so
    the product is that of the reference too: 256 rows by k centres. So labels are the reference's, to a point.
Cost
    n k d multiplications; no array of n k distances is ever held. Threads share fixed tasks and their sums are added
    in the order of the tasks, so that results have the same bits for any number of threads.
Differences
    scikit-learn finds all scores by BLAS products, of 256 rows at a time. So does this file with many features
    (`points.is_wide`); with few, or few centres, the kernel is up to twice as fast, because products of narrow matrices
    leave BLAS little to win.
    From about 400 features on, BLAS cuts the sums, and a tie may be settled otherwise than there; so it may where rows
    stay upright, if BLAS adds a product and its transpose up in different orders, as OpenBLAS's kernels for Haswell do.
References
    Higham, Accuracy and Stability of Numerical Algorithms, section 3.1 (the error of an inner product).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.scratch import at_hand
from ..core.typing import Array, FloatArray, IntArray
from ..maths import squared_norms
from .points import CACHE, REFERENCE, Points, as_they_lie, far_mean, lay_out
from .rough import RoughRuler, assign_roughly, rough_ruler

EPS = float(np.finfo(np.float64).eps)
DOUBTS = 0.25  # share of the points in doubt from which rough scores cost more than they save
TASK, TASKS = 1 << 22, 32  # multiplications that make a task for a thread worth while; most tasks there are

# ---------------------------------------------------------------------------------------------------------------
# Kernels. A block x (d, B) holds feature f of its points in row f; only its first m points count.


@kernel
def score_two(x: Array, m: int, double: Array, j: int, first: Array, second: Array) -> None:
    """Score the points of a block against two centres: -2 x.c for the centres j and j + 1.

    x (d, B), double (k, d), which is -2 times the centres: read. first (B,), second (B,): overwritten up to m.
    """
    first[:m] = 0.0
    second[:m] = 0.0
    in_fours = x.shape[0] - x.shape[0] % 4
    # plainly: for f in range(d): for i in range(m): first[i] += double[j, f] * x[f, i]
    for f in range(0, in_fours, 4):
        a0, a1, a2, a3 = double[j, f], double[j, f + 1], double[j, f + 2], double[j, f + 3]
        b0, b1, b2, b3 = double[j + 1, f], double[j + 1, f + 1], double[j + 1, f + 2], double[j + 1, f + 3]
        for i in range(m):
            x0, x1, x2, x3 = x[f, i], x[f + 1, i], x[f + 2, i], x[f + 3, i]
            first[i] += (a0 * x0 + a1 * x1) + (a2 * x2 + a3 * x3)
            second[i] += (b0 * x0 + b1 * x1) + (b2 * x2 + b3 * x3)
    for f in range(in_fours, x.shape[0]):
        a0, b0 = double[j, f], double[j + 1, f]
        for i in range(m):
            first[i] += a0 * x[f, i]
            second[i] += b0 * x[f, i]


@kernel
def keep_nearer(
    j: int, norms: Array, first: Array, second: Array, best: Array, runner_up: Array, labels: Array
) -> None:
    """Let the centres j and j + 1 compete with the best so far; on equal scores the earlier centre stays.

    norms (k,) of the centres, first (>= m,), second (>= m,), their -2 x.c: read. best (>= m,), runner_up (>= m,),
    labels (m,), int32: overwritten.
    """
    for i in range(labels.shape[0]):
        least, next_least, label = best[i], runner_up[i], labels[i]
        score = norms[j] + first[i]
        loser = least if score < least else score
        next_least = loser if loser < next_least else next_least
        label = j if score < least else label
        least = score if score < least else least
        score = norms[j + 1] + second[i]
        loser = least if score < least else score
        next_least = loser if loser < next_least else next_least
        label = j + 1 if score < least else label
        least = score if score < least else least
        best[i], runner_up[i], labels[i] = least, next_least, label


@kernel
def assign_blocks(
    blocks: Array,
    point_norms: Array,
    double: Array,
    norms: Array,
    tie: float,
    scratch: Array,
    labels: Array,
    tied: Array,
) -> int:
    """Label the points of some blocks by their nearest centre; return how many of them are tied.

    blocks (b, d, B), point_norms (n,), double (k, d), norms (k,), k even: read. tie: relative width of a tie.
    scratch (4, B), labels (n,): overwritten. tied (>= n,): overwritten with the indices of tied points.
    """
    n, size = labels.shape[0], blocks.shape[2]
    first, second, best, runner_up = scratch[0], scratch[1], scratch[2], scratch[3]
    count = 0
    for b in range(blocks.shape[0]):
        start = b * size
        m = min(size, n - start)
        best[:] = np.inf
        runner_up[:] = np.inf
        for j in range(0, double.shape[0], 2):
            score_two(blocks[b], m, double, j, first, second)
            keep_nearer(j, norms, first, second, best, runner_up, labels[start : start + m])
        for i in range(m):
            if runner_up[i] - best[i] <= tie * (point_norms[start + i] + abs(best[i])):
                tied[count] = start + i
                count += 1
    return count


@kernel
def assign_by_products(products: Array, norms: Array, best: Array, labels: Array) -> None:
    """Label points by their nearest centre, the products being there; on equal scores the earlier centre stays.

    products (b, k, B), -2 x.c for b blocks of B points, norms (k,), k even: read. best (B,), labels (n,): overwritten.
    """
    n, size = labels.shape[0], products.shape[2]
    for b in range(products.shape[0]):
        mine = labels[b * size : min(b * size + size, n)]
        best[:] = np.inf
        for j in range(0, products.shape[1], 2):  # by twos, so that best and labels are loaded half as often
            first, second = products[b, j], products[b, j + 1]
            for i in range(mine.shape[0]):
                least, label = best[i], mine[i]
                score = norms[j] + first[i]
                label = j if score < least else label
                least = score if score < least else least
                score = norms[j + 1] + second[i]
                label = j + 1 if score < least else label
                least = score if score < least else least
                best[i], mine[i] = least, label


@kernel
def label_columns(
    products: Array, norms: Array, point_norms: Array, tie: float, scratch: Array, labels: Array, tied: Array
) -> int:
    """Label points by their nearest centre, the products being there; return how many of them are tied.

    products (k, m), -2 x.c, norms (k,), k even, point_norms (m,): read. tie: relative width of a tie. scratch (2, m),
    labels (m,): overwritten. tied (m,): overwritten with the tied points.
    """
    best, runner_up, count = scratch[0], scratch[1], 0
    best[:] = np.inf
    runner_up[:] = np.inf
    for j in range(0, products.shape[0], 2):
        keep_nearer(j, norms, products[j], products[j + 1], best, runner_up, labels)
    for i in range(labels.shape[0]):
        tied[count] = i
        count += runner_up[i] - best[i] <= tie * (point_norms[i] + abs(best[i]))
    return count


@kernel
def add_points(X: Array, shift: Array, weight: Array, labels: Array, sums: Array, mass: Array) -> None:
    """Add each point to its cluster.

    X (n, d), shift (d,), weight (n,) or (1,), labels (n,): read. sums (k, d), mass (k,): added to.
    """
    last = weight.shape[0] - 1
    for i in range(X.shape[0]):
        j, w = labels[i], weight[min(i, last)]
        mass[j] += w
        for f in range(X.shape[1]):
            sums[j, f] += w * (X[i, f] - shift[f])


@kernel
def add_squared_errors(X: Array, shift: Array, weight: Array, centres: Array, labels: Array) -> float:
    """Return sum_i w_i ||x_i - c_label||^2. X (n, d), shift (d,), weight (n,) or (1,), centres (k, d), labels: read."""
    total, d, last = 0.0, X.shape[1], weight.shape[0] - 1
    in_fours = d - d % 4
    for i in range(X.shape[0]):
        c = centres[labels[i]]
        square = 0.0
        # plainly: square = sum over f of (X[i, f] - shift[f] - c[f]) ** 2
        for f in range(0, in_fours, 4):
            e0, e1 = X[i, f] - shift[f] - c[f], X[i, f + 1] - shift[f + 1] - c[f + 1]
            e2, e3 = X[i, f + 2] - shift[f + 2] - c[f + 2], X[i, f + 3] - shift[f + 3] - c[f + 3]
            square += e0 * e0 + e1 * e1 + e2 * e2 + e3 * e3
        for f in range(in_fours, d):
            e0 = X[i, f] - shift[f] - c[f]
            square += e0 * e0
        total += square * weight[min(i, last)]
    return total


# ---------------------------------------------------------------------------------------------------------------
# Passes over all points.


class Sums(NamedTuple):
    """What the points of each cluster add up to."""

    sums: FloatArray  # (k, d) weighted sum of the points
    mass: FloatArray  # (k,) sum of the weights


def add_up(parts: list[Sums]) -> Sums:
    """Return what the sums of several tasks add up to, in their order; the first of them is overwritten with it."""
    total, *others = parts
    for part in others:
        total.sums[:] += part.sums
        total.mass[:] += part.mass
    return total


class Ruler(NamedTuple):
    """The centres made ready to score points against, an even number of them: one more, infinitely far, if need be."""

    centres: FloatArray  # (k, d)
    double: FloatArray  # (k or k + 1, d) -2 times the centres
    norms: FloatArray  # (k or k + 1,) squared norms
    tie: float  # best and runner-up closer than this, relative to ||x||^2 + |best|, are tied


def make_ruler(centres: FloatArray) -> Ruler:
    """Return the centres (k, d) ready to score points against."""
    double, norms = -2.0 * centres, squared_norms(centres)
    if len(centres) % 2:
        double, norms = np.vstack([double, np.zeros_like(double[:1])]), np.append(norms, np.inf)
    return Ruler(centres, double, norms, 20 * (centres.shape[1] + 4) * EPS)


def fixed_tasks(points: Points, k: int) -> list[slice]:
    """Return the tasks for threads, slices of blocks. They depend on the shape of data and centres only."""
    n, d = points.X.shape
    most = min(TASKS, n * k * (d + 8) // TASK, n // (4 * k))  # the sums of all tasks take at most n d / 4 numbers
    if most <= 1:
        return [slice(0, len(points.blocks))]
    return chunks(len(points.blocks), -(-len(points.blocks) // (most - most % 2)))  # mostly an even number


def label_blocks(points: Points, ruler: Ruler, blocks: slice, labels: IntArray) -> None:
    """Overwrite labels (m,) with the nearest centre of each of the m points in some narrow blocks."""
    span, size = points.span(blocks), points.blocks.shape[2]
    space = at_hand(4 * size + len(labels))
    scratch, tied = space[: 4 * size].reshape(4, size), space[4 * size :].view(np.int64)
    count = assign_blocks(
        points.blocks[blocks], points.norms[span], ruler.double, ruler.norms, ruler.tie, scratch, labels, tied
    )
    settle_ties(points, ruler, span.start, tied[:count], labels)


def reference_products(rows: FloatArray, centres: FloatArray) -> FloatArray:
    """Return -2 x.c (m, k) of rows (m, d) and centres (k, d), rounded as by the reference if the rows are its chunk."""
    twice = np.repeat(rows, 2, axis=0) if len(rows) == 1 else rows  # NumPy calls another BLAS routine for one row
    found: FloatArray = -2.0 * np.dot(twice, centres.T)
    return found[: len(rows)]


def settle_ties(points: Points, ruler: Ruler, start: int, tied: IntArray, labels: IntArray) -> None:
    """Label anew the tied points `start + tied`, tied in rising order, by the products that the reference finds."""
    chunk_of = (start + tied) // REFERENCE
    for which in np.split(tied, np.flatnonzero(np.diff(chunk_of)) + 1) if len(tied) else []:
        first = (start + int(which[0])) // REFERENCE * REFERENCE
        products = reference_products(points.rows(slice(first, first + REFERENCE)), ruler.centres)
        scores = ruler.norms[: len(ruler.centres)] + products
        labels[which] = scores[start + which - first].argmin(axis=1)


def label_wide(points: Points, ruler: Ruler, piece: slice, labels: IntArray) -> None:
    """Overwrite labels (m,) with the nearest centre of each of the m points in some upright blocks."""
    blocks, k = points.exact_blocks(piece), len(ruler.centres)
    products = np.empty((len(blocks), len(ruler.double), blocks.shape[2]))
    if k % 2:
        products[:, k:] = 0.0
    short = len(labels) % REFERENCE
    whole = len(blocks) - (short > 0)
    np.matmul(ruler.double[:k], blocks[:whole], out=products[:whole, :k])
    if short:  # the last block has no more rows than the reference multiplies
        products[-1, :k, :short] = reference_products(blocks[-1].T[:short], ruler.centres).T
    assign_by_products(products, ruler.norms, np.empty(blocks.shape[2]), labels)


def label_roughly(rough: RoughRuler, piece: slice, labels: IntArray) -> IntArray:
    """Overwrite labels (m,) by rough scores of the m points in some upright blocks; return which are in doubt."""
    blocks, lengths = rough.rows.blocks[piece], rough.rows.lengths[piece]
    scratch, doubted = np.empty((2, blocks.shape[2]), dtype=np.float32), np.empty(len(labels), dtype=np.int64)
    products = np.matmul(rough.double, blocks)
    count = assign_roughly(products, rough.norms, lengths, rough.slack, scratch, labels, doubted)
    return doubted[:count]


def settle_doubts(points: Points, ruler: Ruler, which: IntArray, labels: IntArray) -> None:
    """Label anew the points `which`, rising, of upright blocks by exact scores. labels (n,) are those of all points."""
    k, m = len(ruler.centres), len(which)
    products, rows = np.zeros((len(ruler.double), m)), points.rows(which)
    np.dot(ruler.double[:k], rows.T, out=products[:k])
    norms, found, tied = points.norms_of(which, rows), np.empty(m, dtype=np.int32), np.empty(m, dtype=np.int64)
    ties = label_columns(products, ruler.norms, norms, ruler.tie, np.empty((2, m)), found, tied)
    labels[which] = found
    settle_ties(points, ruler, 0, which[tied[:ties]], labels)


def pieces_of(points: Points, task: slice, k: int) -> list[slice]:
    """Return a task cut into slices of blocks, each small enough to stay in the cache."""
    d, size = points.blocks.shape[1:]
    numbers = CACHE if points.rough is None else 2 * CACHE  # of half the size
    step = max(1, numbers // ((max(d, k) if points.wide else d) * size))
    return [slice(b, min(b + step, task.stop)) for b in range(task.start, task.stop, step)]


def assign(points: Points, centres: FloatArray, labels: IntArray, *, add: bool = True) -> Sums:
    """Overwrite labels (n,) with the index of each point's nearest centre; return the new sums of the clusters.

    With ``add=False`` the sums stay zero: for when only the labels are wanted.
    """
    k, d = centres.shape
    ruler = make_ruler(centres)
    rough = None if points.rough is None else rough_ruler(ruler.double, ruler.norms, points.rough)
    in_doubt: dict[int, IntArray] = {}  # by the first block of each task
    nothing = Sums(np.zeros((k, d)), np.zeros(k))

    def work(task: slice) -> Sums:
        found, pays, doubted = Sums(np.zeros((k, d)), np.zeros(k)) if add else nothing, True, []
        for piece in pieces_of(points, task, k):
            span = points.span(piece)
            if rough is not None and pays:
                some = label_roughly(rough, piece, labels[span])
                pays = len(some) <= DOUBTS * (span.stop - span.start)
                doubted.append(span.start + some)
            elif points.wide:
                label_wide(points, ruler, piece, labels[span])
            else:
                label_blocks(points, ruler, piece, labels[span])
            if add and rough is None:
                add_points(points.X[span], points.shift, points.weights(span), labels[span], *found)
        if rough is not None:
            in_doubt[task.start] = np.concatenate(doubted)
            if add:
                settle_doubts(points, ruler, in_doubt.pop(task.start), labels)
                span = points.span(task)
                add_points(points.X[span], points.shift, points.weights(span), labels[span], *found)
        return found

    tasks = fixed_tasks(points, k)
    with one_blas_thread():
        parts = map_chunks(work, tasks)
        if in_doubt:  # mostly few: a call for each task takes longer
            which, many = np.concatenate([in_doubt[task.start] for task in tasks]), 16 * CACHE // k + 1
            for a in range(0, len(which), many):
                settle_doubts(points, ruler, which[a : a + many], labels)
    return add_up(parts)


def inertia_of(points: Points, centres: FloatArray, labels: IntArray) -> float:
    """Return sum_i w_i ||x_i - c_label||^2, added up directly, in the units of the loops."""

    def work(task: slice) -> float:
        span = points.span(task)
        return add_squared_errors(points.X[span], points.shift, points.weights(span), centres, labels[span])

    return float(sum(map_chunks(work, fixed_tasks(points, 1))))


def label_rows(X: FloatArray, centres: FloatArray, weight: FloatArray | None = None) -> tuple[IntArray, float]:
    """Return the nearest centre of each row of X, shape (n,), and sum_i w_i ||x_i - c_label||^2 if weights are given.

    In the caller's coordinates; holds only some rows at a time. Without weights the second result is 0.
    """
    labels = np.empty(len(X), dtype=np.int64)
    mean = far_mean(centres)

    def work(rows: slice) -> float:
        nearest: Array = np.empty(rows.stop - rows.start, dtype=np.int32)
        w = np.ones(len(nearest)) if weight is None else weight[rows]
        points = as_they_lie(X[rows], w, mean, centres) or lay_out(X[rows], w, mean, centres)
        places = points.from_user(centres)
        assign(points, places, nearest, add=False)
        labels[rows] = nearest
        return 0.0 if weight is None else points.square_to_user(inertia_of(points, places, nearest))

    size = max(1, 4 * CACHE // X.shape[1] // REFERENCE) * REFERENCE
    return labels, float(sum(map_chunks(work, chunks(len(X), size))))
