"""Climbing on the face: the last mile of a hard problem, in one step instead of thousands.

Idea
    SMO soon finds which coefficients end at a border. Then it spends its time on the few that are free, two at a time,
    and where these pull at each other that takes thousands of tiny moves. The free ones alone have no borders: their
    best place solves a linear system. Go there, or as far as the first border on the way.
Maths
    Of b_i, i in F, free (rise_i = fall_i = s_i):  maximise  s'p - p'K_FF p / 2  over p with sum p = 0, that is
        K_FF p + c 1 = s,  1'p = 0;   t = min(s'p / p'K_FF p, room until the first border);   b_F += t p, r -= t K_F'p
    gain of the objective: t s'p - t^2 p'K_FF p / 2, never negative. A ridge of 1e-10 of K_FF's mean diagonal lets
    points that are alike share the way.
Cost
    |F| m kernel values and |F|^3 / 3 multiplications for each of up to `ROUNDS` steps; nothing where |F| is large.
References
    Nocedal, Wright, Numerical Optimization (2006), section 16.5 (active sets). Scheinberg (2006), An efficient
    implementation of an active set method for SVMs, JMLR 7, 2237-2257.
"""

from __future__ import annotations

import numpy as np

from ..core.parallel import one_blas_thread
from ..core.typing import FloatArray, IntArray
from .problem import Problem, kernel_rows
from .smo import Points, State

FACE, SHARE = 32, 16  # free points at most: 32 and one for 16 of the problem, whose moves cost more and more
VALUES = 1 << 17  # kernel values at most: 1 MB
ROUNDS = 24  # borders that may be met on the way
RIDGE = 1e-10


def uphill(K: FloatArray, slope: FloatArray) -> FloatArray:
    """Return p with sum 0 that solves K p + c 1 = slope. K (f, f) and slope (f,): read."""
    f = len(slope)
    system = np.ones((f + 1, f + 1))
    size = float(np.trace(K)) / f
    system[:f, :f] = K
    system.flat[: f * (f + 1) : f + 2] += RIDGE * size
    system[f, f] = 0.0
    with one_blas_thread():
        found: FloatArray = np.linalg.solve(system, np.append(slope - slope.mean(), 0.0))[:f]
    found -= found.mean()
    return found


def borders_of(points: Points, b: FloatArray, free: IntArray, up: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how far the free b may fall and rise; where epsilon > 0, zero is a border."""
    low, high, now = points.low[free], points.high[free], b[free]
    if points.epsilon[0] > 0.0:
        low, high = np.where(now > 0.0, 0.0, low), np.where(now < 0.0, 0.0, high)
    return low, high


def climb(problem: Problem, active: IntArray, points: Points, state: State) -> int:
    """Move the free coefficients to their best place or the first border, again while one is met; return how often.

    state: b, r and sums overwritten; up, down and ends are to be made anew.
    """
    free = np.flatnonzero(state.up == state.down)
    if not 2 <= len(free) <= min(FACE + len(problem.z) // SHARE, VALUES // len(active)):
        return 0
    rows = kernel_rows(problem, active[free], active)
    low, high = borders_of(points, state.b, free, state.up)
    marks = state.up[free]
    for done in range(ROUNDS):
        slope, K, b = state.r[free] + marks, rows[:, free], state.b[free]
        try:
            p = uphill(K, slope)
        except np.linalg.LinAlgError:
            return done
        with one_blas_thread(), np.errstate(all="ignore"):
            pull = p @ rows
            promise, curvature = float(slope @ p), float(pull[free] @ p)
            room = np.where(p == 0.0, np.inf, (np.where(p > 0.0, high, low) - b) / p)
        nearest = int(room.argmin())
        t = promise / curvature if curvature > 0.0 else np.inf
        clipped = t >= room[nearest]
        t = float(room[nearest]) if clipped else t
        if not (promise > 0.0 and 0.0 < t < np.inf and np.isfinite(pull).all()):
            return done
        b += t * p
        if clipped:
            b[nearest] = high[nearest] if p[nearest] > 0.0 else low[nearest]
        np.clip(b, low, high, out=b)
        state.b[free] = b
        state.r[:] -= t * pull
        state.sums[0] += t * (promise - 0.5 * t * curvature)
        state.sums[1] += t * float(np.abs(p).sum())
        inside = (b > low) & (b < high)
        if inside.all() or inside.sum() < 2:
            return done + 1
        free, rows, low, high, marks = free[inside], rows[inside], low[inside], high[inside], marks[inside]
    return ROUNDS
