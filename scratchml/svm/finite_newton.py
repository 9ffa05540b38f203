"""Newton's method for the squared losses: the primal problem of a linear machine with many rows and few columns.

Idea
    The squared hinge has a slope everywhere and is a parabola on each side of its kink. With the rows that are amiss
    known, the best weights solve a linear system; solve it, see which rows are amiss now, and go on until they stay the
    same. That takes a handful of passes over the rows, however many there are.
Maths
    minimise  F(w) = ||w||^2 / 2 + sum_i C_i o_i^2,   o_i what row i is over: max(1 - y_i f_i, 0), or
    max(|y_i - f_i| - epsilon, 0), with its sign
    slope     w - 2 sum_i C_i o_i x_i
    curvature 1 + 2 sum_{o_i != 0} C_i x_i x_i'
    step      w <- w - s curvature^-1 slope, s halved until F falls by a 1e-4 of what the slope promises
    From step to step ever fewer rows come to be amiss or cease to be: the curvature is that of the step before, and
    what these add to it or take from it.
Cost
    A step: n d, and d^2 for each row that comes to be amiss or ceases to be; d^3 for the system.
Differences
    liblinear solves the system by conjugate gradients within a trust region; the optimum is the same. The same rule
    stops it: ||slope|| <= tol * (share of the rarer class) * ||slope at 0||.
References
    Keerthi, DeCoste (2005), A modified finite Newton method for fast solution of large scale linear SVMs, JMLR 6.
    Mangasarian (2002), A finite Newton method for classification, Optimization Methods and Software 17.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..core import chunks, map_chunks, one_blas_thread
from ..core.typing import Array, FloatArray, IntArray
from .dual_coordinate_descent import LinearStep, Rows

SIZE = 4096  # rows of a block
SMALLEST_STEP = 1e-10
FEW_CHANGES = 0.4  # of the rows: where more come to be amiss or cease to be, the curvature is added up anew
MOST_TAKEN = 1e3  # traces that may be taken from a curvature, in those of what is left: three digits


class Curve(NamedTuple):
    """The curvature, and where it is from."""

    H: FloatArray  # (d, d)
    amiss: Array  # (n,) bool: which rows it is made of
    taken: float  # the trace of what has been taken from it since it was added up: its rounding is still there


class Beginning(NamedTuple):
    """The curvature of a classification problem at w = 0, where every row costs: the same for all classes' problems."""

    X: FloatArray  # (n, d)
    C: FloatArray  # (n,)
    curve: Curve

    def fits(self, p: Rows) -> bool:
        """Say whether a problem has these rows and costs."""
        return p.classes and p.X is self.X and bool((p.C == self.C).all())


def pieces_of(p: Rows) -> list[slice]:
    """Return the blocks of rows that threads share."""
    return chunks(len(p.X), SIZE)


def evaluate(p: Rows, w: FloatArray, most: float = np.inf) -> tuple[float, FloatArray, FloatArray]:
    """Return F at w, its slope (d,), and what each row is over, (n,). For inside `one_blas_thread`.

    Where F is above `most`, the slope is of no use, and need not be right.
    """
    over, start = np.empty(len(p.X)), 0.5 * float(w @ w)

    def work(piece: slice) -> tuple[float, FloatArray | float]:
        X, z, mine = p.X[piece], p.z[piece], over[piece]
        missed = z - X @ w
        if p.classes:
            np.multiply(np.maximum(z * missed, 0.0), z, out=mine)
        else:
            np.copysign(np.maximum(np.abs(missed) - p.epsilon, 0.0), missed, out=mine)
        pull = p.C[piece] * mine
        square = float(pull @ mine)
        return square, 0.0 if start + square > most else pull @ X

    loss, slope = start, w.copy()
    for part in [work(slice(None))] if len(p.X) <= SIZE else map_chunks(work, pieces_of(p)):
        loss, slope = loss + part[0], slope - 2.0 * part[1]
    return loss, slope, over


def squares_of(p: Rows, rows: IntArray) -> FloatArray:
    """Return 2 sum C_i x_i x_i' over some rows, (d, d). For inside `one_blas_thread`."""
    X = p.X.take(rows, axis=0)
    X *= np.sqrt(2.0 * p.C[rows])[:, None]
    found: FloatArray = X.T @ X
    return found


def curvature(p: Rows, over: FloatArray, before: Curve | None = None) -> Curve:
    """Return the curvature where rows are `over` (n,), by what has changed since `before` where that is less work."""
    amiss = over != 0.0
    if before is not None:
        changed = np.flatnonzero(amiss != before.amiss)
        if len(changed) <= FEW_CHANGES * len(p.X):
            less = squares_of(p, changed[before.amiss[changed]])
            taken, H = before.taken + float(less.trace()), before.H + squares_of(p, changed[amiss[changed]]) - less
            if taken <= MOST_TAKEN * float(H.trace()):
                return Curve(H, amiss, taken)

    def work(piece: slice) -> FloatArray:
        return squares_of(p, np.flatnonzero(amiss[piece]) + (piece.start or 0))

    H = np.eye(p.X.shape[1])
    for part in [work(slice(None))] if len(p.X) <= SIZE else map_chunks(work, pieces_of(p)):
        H += part
    return Curve(H, amiss, 0.0)


def solve_system(curvature: FloatArray, slope: FloatArray) -> FloatArray:
    """Return curvature^-1 slope, columns scaled to length one; the shortest solution where rounding left no inverse.

    For inside `one_blas_thread`.
    """
    scale = 1.0 / np.sqrt(np.diagonal(curvature))
    H, g = curvature * scale[:, None] * scale, slope * scale
    try:
        found = np.asarray(np.linalg.solve(H, g), dtype=np.float64)
    except np.linalg.LinAlgError:
        found = np.asarray(np.linalg.lstsq(H, g, rcond=None)[0], dtype=np.float64)
    direction: FloatArray = scale * found
    return direction


def length_of(slope: FloatArray) -> float:
    """Return ||slope||, without overflow: the plain formula where that is safe."""
    square = float(slope @ slope)
    return square**0.5 if 1e-200 < square < 1e200 else float(np.linalg.norm(slope))


def share_of(p: Rows) -> float:
    """Return the share of the rarer class, by which the goal is lowered; 1 for regression."""
    if not p.classes:
        return 1.0
    first = int((p.z > 0).sum())
    return max(min(first, len(p.z) - first), 1) / len(p.z)


def search(
    p: Rows, w: FloatArray, loss: float, slope: FloatArray, H: FloatArray
) -> tuple[FloatArray, tuple[float, FloatArray, FloatArray]]:
    """Return w after a Newton step, halved until F falls enough, and what `evaluate` says of it."""
    with one_blas_thread():
        direction = -solve_system(H, slope)
        promise, size = float(slope @ direction), 1.0
        while True:
            tried = w + size * direction
            enough = loss + 1e-4 * size * promise
            found = evaluate(p, tried, enough if size >= SMALLEST_STEP else np.inf)
            if found[0] <= enough or size < SMALLEST_STEP:
                return tried, found
            size /= 2.0


def finite_newton(
    p: Rows, tol: float, max_iter: int, number: int = 0, begun: list[Beginning] | None = None
) -> Iterator[LinearStep]:
    """Yield a LinearStep after each Newton step. begun: of an earlier problem, if any; overwritten by this one's."""
    w = np.zeros(p.X.shape[1])
    with one_blas_thread():
        loss, slope, over = evaluate(p, w)
    nothing, n = np.empty(0), len(p.z)
    norm = length_of(slope)
    goal = tol * share_of(p) * norm
    if norm <= goal:
        yield LinearStep("newton", number, 0, w, nothing, norm, goal, n, True)
        return
    with one_blas_thread():
        curve = begun[0].curve if begun and begun[0].fits(p) else curvature(p, over)
    if begun is not None:
        begun[:] = [Beginning(p.X, p.C, curve)]
    for iteration in range(1, max_iter + 1):
        tried, found = search(p, w, loss, slope, curve.H)
        stuck = not found[0] < loss
        if stuck and curve.taken > 0.0:  # by the rounding of what was taken away, perhaps
            with one_blas_thread():
                curve = curvature(p, over)
            tried, found = search(p, w, loss, slope, curve.H)
            stuck = not found[0] < loss
        if not stuck:
            w, (loss, slope, over) = tried, found
        norm = length_of(slope)
        # where F can fall no further, float64 is at its end: that counts as converged
        yield LinearStep("newton", number, iteration, w, nothing, norm, goal, n, norm <= goal or stuck)
        if norm <= goal or stuck:
            return
        with one_blas_thread():
            curve = curvature(p, over, curve)
