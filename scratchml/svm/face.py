"""Climbing on the face: the last mile of a hard problem, in one step instead of thousands.

Idea
    SMO soon finds which coefficients end at a border. Then it spends its time on the few that are free, two at a time,
    and where these pull at each other that takes thousands of tiny moves. The free ones alone have no borders: their
    best place solves a linear system. Go there, or as far as the first border on the way.
Maths
    Of b_i, i in F, free (rise_i = fall_i = s_i):  maximise  s'p - p'K_FF p / 2  over p with sum p = 0, that is
        K_FF p + c 1 = s,  1'p = 0;   t = min(s'p / p'K_FF p, room until the first border);   b_F += t p, r -= t K_F'p
    With P = I - 1 1'/f, which takes the mean away, and any a > 0:  (P K_FF P + a 1 1'/f) p = P s,  which is positive
    definite: by Cholesky. a is K_FF's mean diagonal, and a ridge of 1e-10 of it lets points that are alike share the
    way.
    gain of the objective: t s'p - t^2 p'K_FF p / 2, never negative.
Cost
    |F| m kernel values and |F|^3 / 3 multiplications for each of up to `ROUNDS` steps; nothing where |F| is large.
References
    Nocedal, Wright, Numerical Optimization (2006), section 16.5 (active sets). Scheinberg (2006), An efficient
    implementation of an active set method for SVMs, JMLR 7, 2237-2257.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray
from .problem import Problem, kernel_rows
from .rows import Points
from .smo import State

FACE, SHARE = 32, 16  # free points at most: 32 and one for 16 of the problem, whose moves cost more and more
VALUES = 1 << 17  # kernel values at most: 1 MB
ROUNDS = 24  # borders that may be met on the way
RIDGE = 1e-10


@lean_kernel
def take_mean_away(p: Array) -> float:
    """Take the mean of p (f,) away: overwritten; twice, as the first leaves rounding of it. Return the mean."""
    taken = 0.0
    for _ in range(2):
        mean = 0.0
        for i in range(p.shape[0]):
            mean += p[i] / p.shape[0]
        for i in range(p.shape[0]):
            p[i] -= mean
        taken += mean
    return taken


@lean_kernel
def centre(K: Array, means: Array) -> None:
    """Put P K P + a 1 1'/f and the ridge into the first f rows and columns of K: overwritten. means (f,): scratch."""
    f, size, whole = means.shape[0], 0.0, 0.0
    for i in range(f):
        means[i] = 0.0
        for j in range(f):
            means[i] += K[i, j]
        means[i] /= f
        size, whole = size + K[i, i] / f, whole + means[i] / f
    for i in range(f):
        for j in range(f):
            K[i, j] = ((K[i, j] - means[i]) - means[j]) + (whole + size / f)
        K[i, i] += RIDGE * size


@lean_kernel
def solve_system(K: Array, p: Array) -> bool:
    """Put K^-1 p into p (f,) by Cholesky, K = U'U; say whether K is positive definite. Overwrites both.

    Only the first f rows of K's upper triangle are read. `solve_by_cholesky` of `linear_model/few_signs.py` is the same
    but for what p is divided by on the way down, which decides last bits: neither can take the other's.
    """
    f = p.shape[0]
    for k in range(f):
        if not K[k, k] > 0.0:
            return False
        root = sqrt(K[k, k])
        for j in range(k, f):
            K[k, j] /= root
        p[k] /= K[k, k]
        for i in range(k + 1, f):
            factor = K[k, i]
            p[i] -= factor * p[k]
            for j in range(i, f):
                K[i, j] -= factor * K[k, j]
    for k in range(f - 1, -1, -1):
        for j in range(k + 1, f):
            p[k] -= K[k, j] * p[j]
        p[k] /= K[k, k]
    return True


@lean_kernel
def uphill(K: Array, p: Array, means: Array) -> bool:
    """Put the p with sum 0 that solves K p + c 1 = slope into p, the slope (f,); say whether there is one.

    K (f or more, f or more), p and means (f,), scratch: overwritten.
    """
    take_mean_away(p)
    centre(K, means)
    if not solve_system(K, p):
        return False
    take_mean_away(p)
    return True


@lean_kernel
def pull_of(rows: Array, which: Array, p: Array, pull: Array) -> bool:
    """Put the sum of p_a times row which[a] of rows (f, m) into pull (m,): overwritten. Say whether it is finite."""
    pull[:] = 0.0
    for a in range(p.shape[0]):
        row, factor = rows[which[a]], p[a]
        for k in range(pull.shape[0]):
            pull[k] += factor * row[k]
    total = 0.0
    for k in range(pull.shape[0]):
        total += abs(pull[k])
    return total < inf


@lean_kernel
def first_border(p: Array, borders: Array, free: Array, b: Array) -> tuple[int, float]:
    """Return who meets a border first on the way along p (f,), and after how many p. All are read."""
    nearest, least = 0, inf
    for a in range(p.shape[0]):
        if p[a] != 0.0:
            room = ((borders[1, a] if p[a] > 0.0 else borders[0, a]) - b[free[a]]) / p[a]
            if room < least:
                nearest, least = a, room
    return nearest, least


@lean_kernel
def move_free(p: Array, t: float, at: int, borders: Array, who: Array, b: Array) -> int:
    """b += t p for the free; the point `at` reaches its border. Return how many stay free: the first of `who`.

    borders (3, f), who (2, f), b (m,): overwritten.
    """
    inside = 0
    for a in range(p.shape[0]):
        k, low, high, mark = who[0, a], borders[0, a], borders[1, a], borders[2, a]
        b[k] = min(max(b[k] + t * p[a], low), high)
        if a == at:
            b[k] = high if p[a] > 0.0 else low
        if low < b[k] < high:
            who[0, inside], who[1, inside] = k, who[1, a]
            borders[0, inside], borders[1, inside], borders[2, inside] = low, high, mark
            inside += 1
    return inside


@lean_kernel
def climb_rows(
    rows: Array, who: Array, borders: Array, b: Array, r: Array, sums: Array, K: Array, scratch: Array
) -> int:
    """Go to the best place or the first border, again while one is met; return how often.

    rows (f, m): the free points' kernel values: read. who (2, f): their places among the m, and in rows, borders
    (3, f): how far each may fall and rise, and its `up`, b, r (m,), sums (2,), K (f, f), scratch (3, m): overwritten.
    """
    f, pull = who.shape[1], scratch[0]
    for done in range(ROUNDS):
        p, free, which = scratch[1, :f], who[0, :f], who[1, :f]
        for a in range(f):
            p[a] = r[free[a]] + borders[2, a]
            for c in range(f):
                K[a, c] = rows[which[a], free[c]]
        level = take_mean_away(p)
        if not uphill(K, p, scratch[2, :f]) or not pull_of(rows, which, p, pull):
            return done
        promise, curvature, length = 0.0, 0.0, 0.0
        for a in range(f):
            promise += (r[free[a]] + borders[2, a] - level) * p[a]
            curvature += pull[free[a]] * p[a]
            length += abs(p[a])
        nearest, room = first_border(p, borders, free, b)
        t = promise / curvature if curvature > 0.0 else inf
        nearest = nearest if t >= room else -1
        t = min(t, room)
        if not (promise > 0.0 and 0.0 < t < inf):
            return done
        inside = move_free(p, t, nearest, borders, who, b)
        for k in range(r.shape[0]):
            r[k] -= t * pull[k]
        sums[0] += t * (promise - 0.5 * t * curvature)
        sums[1] += t * length
        if inside == f or inside < 2:
            return done + 1
        f = inside
    return ROUNDS


def borders_of(points: Points, b: FloatArray, free: IntArray, up: FloatArray) -> FloatArray:
    """Return how far the free b may fall and rise, and `up`, shape (3, f); where epsilon > 0, zero is a border."""
    now, found = b[free], np.empty((3, len(free)))
    found[0], found[1], found[2] = points.low[free], points.high[free], up[free]
    if points.epsilon > 0.0:
        found[0, now > 0.0], found[1, now < 0.0] = 0.0, 0.0
    return found


def climb(problem: Problem, active: IntArray, points: Points, state: State) -> int:
    """Move the free coefficients to their best place or the first border, again while one is met; return how often.

    state: b, r and sums overwritten; up, down and ends are to be made anew.
    """
    free = np.flatnonzero(state.up == state.down)
    f, m = len(free), len(active)
    if not 2 <= f <= min(FACE + len(problem.z) // SHARE, VALUES // m):
        return 0
    rows = kernel_rows(problem, active[free], active)
    who, borders = np.stack([free, np.arange(f)]), borders_of(points, state.b, free, state.up)
    return int(climb_rows(rows, who, borders, state.b, state.r, state.sums, np.empty((f, f)), np.empty((3, m))))
