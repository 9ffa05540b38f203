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
Cost
    A step: n d^2 for the rows that are amiss, d^3 for the system.
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
from ..core.typing import FloatArray
from .dual_coordinate_descent import LinearStep, Rows

SIZE = 4096  # rows of a block
SMALLEST_STEP = 1e-10


class Beginning(NamedTuple):
    """The curvature of a classification problem at w = 0, where every row costs: the same for all classes' problems."""

    X: FloatArray  # (n, d)
    C: FloatArray  # (n,)
    curvature: FloatArray  # (d, d)

    def fits(self, p: Rows) -> bool:
        """Say whether a problem has these rows and costs."""
        return p.classes and p.X is self.X and bool((p.C == self.C).all())


def evaluate(
    p: Rows, w: FloatArray, known: FloatArray | None = None, most: float = np.inf
) -> tuple[float, FloatArray, FloatArray]:
    """Return F, its slope (d,) and its curvature (d, d) at w, which may be `known`. For inside `one_blas_thread`.

    Where F is above `most`, the other two are of no use, and need not be right.
    """

    def work(piece: slice) -> tuple[float, FloatArray | float, FloatArray | float]:
        X, z, C = p.X[piece], p.z[piece], p.C[piece]
        missed = z - X @ w
        over = (
            np.maximum(z * missed, 0.0) * z
            if p.classes
            else (np.copysign(np.maximum(np.abs(missed) - p.epsilon, 0.0), missed))
        )
        (amiss,) = over.nonzero()
        costs, over = C[amiss], over[amiss]
        pull = costs * over
        square = float(pull @ over)
        if loss + square > most:
            return square, 0.0, 0.0
        rows = X.take(amiss, axis=0)
        slope = pull @ rows
        if known is not None:
            return square, slope, 0.0
        rows *= np.sqrt(2.0 * costs)[:, None]
        return square, slope, rows.T @ rows

    loss, slope, curvature = 0.5 * float(w @ w), w.copy(), np.eye(len(w)) if known is None else known
    for part in [work(slice(None))] if len(p.X) <= SIZE else map_chunks(work, chunks(len(p.X), SIZE)):
        loss, slope, curvature = loss + part[0], slope - 2.0 * part[1], curvature + part[2]
    return loss, slope, curvature


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


def finite_newton(
    p: Rows, tol: float, max_iter: int, number: int = 0, begun: list[Beginning] | None = None
) -> Iterator[LinearStep]:
    """Yield a LinearStep after each Newton step. begun: of an earlier problem, if any; overwritten by this one's."""
    w = np.zeros(p.X.shape[1])
    known = begun[0].curvature if begun and begun[0].fits(p) else None
    with one_blas_thread():
        loss, slope, curvature = evaluate(p, w, known)
    if begun is not None and known is None:
        begun[:] = [Beginning(p.X, p.C, curvature)]
    nothing, n = np.empty(0), len(p.z)
    norm = length_of(slope)
    goal = tol * share_of(p) * norm
    if norm <= goal:
        yield LinearStep("newton", number, 0, w, nothing, norm, goal, n, True)
        return
    for iteration in range(1, max_iter + 1):
        with one_blas_thread():
            direction = -solve_system(curvature, slope)
            promise, size = float(slope @ direction), 1.0
            while True:
                tried = w + size * direction
                enough = loss + 1e-4 * size * promise
                found = evaluate(p, tried, most=enough if size >= SMALLEST_STEP else np.inf)
                if found[0] <= enough or size < SMALLEST_STEP:
                    break
                size /= 2.0
        stuck = not found[0] < loss
        if not stuck:
            w, (loss, slope, curvature) = tried, found
        norm = length_of(slope)
        # where F can fall no further, float64 is at its end: that counts as converged
        yield LinearStep("newton", number, iteration, w, nothing, norm, goal, n, norm <= goal or stuck)
        if norm <= goal or stuck:
            return
