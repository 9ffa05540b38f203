"""SMO: solve the support vector machine's quadratic program by moving two coefficients at a time.

Idea
    The coefficients must add up to zero, so one alone cannot move: the smallest step moves two, one up and the other
    down by the same amount, and for two the best amount is a formula. Choose the pair that promises most, move it,
    and go on until no pair is out of order. What never seems to move again is put aside for a while.
Maths
    maximise   z'b - epsilon sum_i |b_i| - b'Kb / 2   over b with sum_i b_i = 0, low_i <= b_i <= high_i
    Classification: z = +1 or -1, epsilon = 0, b_i = y_i alpha_i, between 0 and y_i C_i. Regression: z = y,
    -C_i <= b_i <= C_i. With the residual r = z - K b the slope of the objective in b_i is

        rise_i = r_i - epsilon (b_i >= 0) or r_i + epsilon (b_i < 0)     if b_i goes up, -inf where it may not
        fall_i = r_i - epsilon (b_i > 0)  or r_i + epsilon (b_i <= 0)    if it goes down, +inf where it may not

    optimal (KKT): max rise <= min fall; it stops when max rise - min fall <= tol, which is the pair's violation.
    select: i = argmax rise_i;  j = argmax (rise_i - fall_j)^2 / (K_ii + K_jj - 2 K_ij) among fall_j < rise_i
    move:   t = (rise_i - fall_j) / (K_ii + K_jj - 2 K_ij), clipped to the room of b_i and b_j (0 is a border where
            epsilon > 0: there the slope jumps);  b_i += t, b_j -= t, r -= t (K_i - K_j)
    gain of the objective: t (rise_i - fall_j) - t^2 (K_ii + K_jj - 2 K_ij) / 2, never negative
    shrink: b_i may rest if rise_i < min fall and fall_i > max rise
    intercept: the mean of r_i - epsilon sign(b_i) over free b_i (strictly between borders), which all agree up to tol;
    if none is free, midway between max rise and min fall.
Cost
    An iteration: 2 passes over the active points, and two kernel rows where the cache lacks them. Memory: the cache.
Differences
    libsvm keeps two alphas for each point in regression; here one signed b does (the same path at half the cost). It
    keeps a sum over bounded alphas to revive resting points; here that is worked out from what has changed meanwhile.
    Ties go to the last index, as there.
References
    Platt (1998), Fast training of support vector machines using sequential minimal optimization. Fan, Chen, Lin (2005),
    Working set selection using second order information, JMLR 6, 1889-1918 (WSS 2). Chang, Lin (2011), LIBSVM,
    sections 4.1 and 5.1.
"""

from __future__ import annotations

from math import inf
from typing import Any, NamedTuple

from ..core.jit import larger, lean_kernel
from ..core.typing import Array, FloatArray
from .kernels import Similarity
from .rows import Cache, Points, fill_slot, note_use

TINY = 1e-12  # stands for a curvature of 0
BLOCK = 64  # points whose largest rise and smallest fall are noted together
GOING_ON, CONVERGED, STUCK = range(3)
NO_SIDE, SIDE_I, SIDE_J = range(3)  # whose border stopped a step
EVENT = 10  # numbers in an event: see `Step` in `solver.py`


class State(NamedTuple):
    """Where the solver is. All arrays are overwritten."""

    b: FloatArray  # (m,)
    r: FloatArray  # (m,) z - K b
    up: FloatArray  # (m,) rise = r + up
    down: FloatArray  # (m,) fall = r + down
    ends: FloatArray  # (2, blocks) largest rise and smallest fall of each block
    scratch: FloatArray  # (BLOCK,) what is compared
    sums: FloatArray  # (6,) the objective; sum of |t|; when `iterate` returns: max rise, min fall, the intercept,
    # and the largest |K_ii|


# ---------------------------------------------------------------------------------------------------------------
# Select


@lean_kernel
def mark(points: Points, state: State, k: int) -> None:
    """Note what b_k's next move up or down would cost beside r_k. state.up, state.down: entry k overwritten."""
    b, epsilon = state.b[k], points.epsilon
    state.up[k] = -inf if b >= points.high[k] else epsilon if b < 0.0 else -epsilon
    state.down[k] = inf if b <= points.low[k] else -epsilon if b > 0.0 else epsilon


@lean_kernel
def move_residuals(row_i: Array, row_j: Array, t: float, r: Array, up: Array, down: Array, ends: Array) -> None:
    """r -= t (K_i - K_j); note each block's largest rise and smallest fall. row_i, row_j, up, down (m,): read.

    r (m,) and ends (2, blocks) are the state's: overwritten.
    """
    m = r.shape[0]
    for c in range(ends.shape[1]):
        first, last = c * BLOCK, min(c * BLOCK + BLOCK, m)
        i_c, j_c = row_i[first:last], row_j[first:last]
        r_c, up_c, down_c = r[first:last], up[first:last], down[first:last]
        top, bottom = -inf, -inf
        for k in range(last - first):
            r_c[k] -= t * (i_c[k] - j_c[k])
            top = larger(r_c[k] + up_c[k], top)
            bottom = larger(-(r_c[k] + down_c[k]), bottom)
        ends[0, c], ends[1, c] = top, -bottom


@lean_kernel
def last_at_least(values: Array, least: float) -> int:
    """Return the last place of a value that is `least` or more, -1 if there is none. values (m,): read."""
    place = -1
    for k in range(values.shape[0]):
        place = k if values[k] >= least else place
    return place


@lean_kernel
def worst_point(r: Array, up: Array, ends: Array, rises: Array) -> tuple[int, float]:
    """Return the last point whose rise is the largest, and the smallest fall. r, up (m,), ends (2, blocks): read.

    rises (BLOCK,): scratch.
    """
    c, bottom = 0, inf
    for block in range(ends.shape[1]):
        c = block if ends[0, block] >= ends[0, c] else c
        bottom = min(bottom, ends[1, block])
    first, last = c * BLOCK, min(c * BLOCK + BLOCK, r.shape[0])
    r_c, up_c = r[first:last], up[first:last]
    for k in range(last - first):
        rises[k] = r_c[k] + up_c[k]
    return first + max(last_at_least(rises[: last - first], ends[0, c]), 0), bottom


@lean_kernel
def best_partner(
    rise: float, k_ii: float, row: Array, diagonal: Array, r: Array, down: Array, ends: Array, gains: Array
) -> int:
    """Return the last point j with the largest gain (rise_i - fall_j)^2 / curvature, -1 if none.

    row (m,): K_i, diagonal, r, down (m,), ends (2, blocks): read. gains (BLOCK,): scratch.
    """
    m, best, j = r.shape[0], 0.0, -1
    for c in range(ends.shape[1]):
        if not ends[1, c] < rise:
            continue  # no point of this block is out of order with i: near the end that is most of them
        first, last = c * BLOCK, min(c * BLOCK + BLOCK, m)
        k_i, k_kk, r_c, down_c = row[first:last], diagonal[first:last], r[first:last], down[first:last]
        for k in range(last - first):
            curvature = (k_ii + k_kk[k]) - 2.0 * k_i[k]
            difference = rise - (r_c[k] + down_c[k])
            difference = difference if difference > 0.0 else 0.0
            gains[k] = difference * difference / (curvature if curvature > 0.0 else TINY)
        most = 0.0
        for k in range(last - first):  # a loop of its own, which the compiler turns into vector instructions
            most = larger(gains[k], most)
        if most > 0.0 and most >= best:
            best, j = most, first + last_at_least(gains[: last - first], most)
    return j


# ---------------------------------------------------------------------------------------------------------------
# Move


@lean_kernel
def move_pair(points: Points, state: State, i: int, j: int, k_ij: float) -> tuple[float, int]:
    """Move b_i up and b_j down by the best amount; return it and whose border clipped it. state: overwritten."""
    b_i, b_j = state.b[i], state.b[j]
    end_i = 0.0 if b_i < 0.0 else points.high[i]
    end_j = 0.0 if b_j > 0.0 else points.low[j]
    slope = (state.r[i] + state.up[i]) - (state.r[j] + state.down[j])
    curvature = (points.diagonal[i] + points.diagonal[j]) - 2.0 * k_ij
    curvature = curvature if curvature > 0.0 else TINY
    t, side = slope / curvature, NO_SIDE
    if t >= end_i - b_i:
        t, side = end_i - b_i, SIDE_I
    if t >= b_j - end_j:
        t, side = b_j - end_j, SIDE_J
    state.b[i], state.b[j] = b_i + t, b_j - t
    # a border that is reached up to rounding is reached: leftovers of 1e-17 are no support vectors
    if abs(state.b[i] - end_i) <= 4e-16 * abs(b_i - end_i):
        state.b[i] = end_i
    if abs(state.b[j] - end_j) <= 4e-16 * abs(b_j - end_j):
        state.b[j] = end_j
    state.sums[0] += t * (slope - 0.5 * t * curvature)
    state.sums[1] += t
    mark(points, state, i)
    mark(points, state, j)
    return t, side


@lean_kernel
def intercept_of(state: State, top: float, bottom: float) -> float:
    """Return the intercept: the mean over free points, or midway between largest rise and smallest fall."""
    total, free = 0.0, 0
    for k in range(state.b.shape[0]):
        if state.up[k] == state.down[k] and state.b[k] != 0.0:
            total += state.r[k] + state.up[k]
            free += 1
    return total / free if free > 0 else 0.5 * (top + bottom)


@lean_kernel
def iterate(
    s: Similarity | None, points: Points, cache: Cache, state: State, limit: int, tol: float, events: Array, begin: bool
) -> Any:
    """Take up to `limit` steps of SMO; return (status, steps taken). Overwrites `cache` and `state`.

    s: None if the cache has every row: then nothing that works rows out is compiled.
    events (e, EVENT): e = 0, or at least `limit`: row t is overwritten by (i, j, violation, b_i and b_j before, b_i and
    b_j after, side, t, gain). begin: whether up, down and ends are to be made from b and r first.
    """
    r, up, down, ends, scratch = state.r, state.up, state.down, state.ends, state.scratch
    rows, slot_of, used, clock, diagonal = cache.rows, cache.slot_of, cache.used, cache.clock, points.diagonal
    row_i, row_j, t, status, taken = r, r, 0.0, GOING_ON, 0
    if begin:
        for k in range(r.shape[0]):
            mark(points, state, k)
            state.sums[5] = max(state.sums[5], abs(diagonal[k]))
    while True:
        if begin or taken > 0:
            move_residuals(row_i, row_j, t, r, up, down, ends)
        i, bottom = worst_point(r, up, ends, scratch)
        top = r[i] + up[i]
        if not top - bottom > tol:
            status = CONVERGED
        if status != GOING_ON or taken == limit:
            break
        slot_i = slot_of[i]
        if s is not None:
            slot_i = slot_i if slot_i >= 0 else fill_slot(s, points, cache, i)
        note_use(used, clock, slot_i)
        row_i = rows[slot_i]
        j = best_partner(top, diagonal[i], row_i, diagonal, r, down, ends, scratch)
        if j < 0:
            status = STUCK
            break
        slot_j = slot_of[j]
        if s is not None:
            slot_j = slot_j if slot_j >= 0 else fill_slot(s, points, cache, j)
        note_use(used, clock, slot_j)
        row_j = rows[slot_j]
        b_i, b_j, objective = state.b[i], state.b[j], state.sums[0]
        t, side = move_pair(points, state, i, j, row_i[j])
        if events.shape[0] > 0:
            e = events[taken]
            e[0], e[1], e[2], e[3], e[4] = i, j, top - bottom, b_i, b_j
            e[5], e[6], e[7], e[8], e[9] = state.b[i], state.b[j], side, t, state.sums[0] - objective
        if state.b[i] == b_i and state.b[j] == b_j:
            status = STUCK
            break
        taken += 1
    state.sums[2], state.sums[3], state.sums[4] = top, bottom, intercept_of(state, top, bottom)
    return status, taken


@lean_kernel
def resting(state: State, top: float, bottom: float, rests: Array) -> int:
    """Say which points may rest: rests (m,) is overwritten by 1 or 0. Return how many."""
    count = 0
    for k in range(rests.shape[0]):
        rise, fall = state.r[k] + state.up[k], state.r[k] + state.down[k]
        rests[k] = 1 if rise < bottom and fall > top else 0
        count += rests[k]
    return count
