"""Dual coordinate descent: a linear support vector machine, one row at a time, with no kernel matrix.

Idea
    Without kernels the weights w = sum_i b_i x_i can be kept themselves. Then the slope of the dual in one coefficient
    costs one inner product, and the best value of that coefficient is a formula. Go through the rows in random order,
    again and again; rows whose coefficient sits firmly at a border are left out for a while.
Maths
    minimise  ||w||^2 / 2 + sum_i loss_i(w.x_i),    u_i = C_i for the hinge, infinite for its square
    D_i = 0 for the hinge and |r| - epsilon, 1 / (2 C_i) for their squares;   H_i = ||x_i||^2 + D_i
    classes:  G_i = y_i w.x_i - 1 + D_i alpha_i;   alpha_i <- clip(alpha_i - G_i / H_i, 0, u_i);   b_i = y_i alpha_i
    numbers:  G_i = w.x_i - y_i + D_i b_i;  b_i <- clip(b_i + d_i, -u_i, u_i),  d_i = -(G_i + epsilon) / H_i, or
              -(G_i - epsilon) / H_i, or -b_i, whichever has b_i + d_i on its side of 0
    it stops when the projected slopes of a whole sweep are small: their range for classes, their sum for numbers,
    compared with that of the first sweep.
Cost
    A sweep: 2 n d multiplications; memory n + d numbers beside X. The intercept is a column of constants.
Differences
    None from liblinear as scikit-learn ships it: the same seed goes through the rows in the same order.
References
    Hsieh, Chang, Lin, Keerthi, Sundararajan (2008), A dual coordinate descent method for large-scale linear SVM, ICML,
    algorithm 3. Ho, Lin (2012), Large-scale linear support vector regression, JMLR 13, algorithm 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any, NamedTuple

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray
from ..maths.sums import inner_product
from .draws import SPARE, Draws, shuffle

LARGE = 1e300  # a quotient is a product with 1 / H_i up to here
STILL = 1e-12  # a smaller slope, or move, changes nothing


class LinearStep(NamedTuple):
    """What is known after a sweep or a Newton step; w is a live view."""

    name: str  # "sweep", "widen" (a sweep after which all rows come back), "newton"
    problem: int  # which of several problems (classes against the rest)
    iteration: int
    w: FloatArray  # (d,), the intercept's weight last if there is one
    b: FloatArray  # (n,) signed dual coefficients; of length 0 for "newton"
    violation: float  # what is compared with `goal`
    goal: float
    active: int  # rows that take part
    converged: bool


@lean_kernel
def add_row(x: Array, amount: float, w: Array) -> None:
    """w += amount x. x (d,): read; w (d,): overwritten."""
    for f in range(x.shape[0]):
        w[f] += amount * x[f]


@lean_kernel
def add_row_by_fours(x: Array, amount: float, w: Array) -> None:
    """Do what `add_row` does in the pieces that `inner_product` reads.

    Where nearly each row moves w, the next one waits for it, and a processor hands on what it has just stored to who
    reads it as it was stored.
    """
    whole = x.shape[0] - x.shape[0] % 4
    for f in range(0, whole, 4):
        first, second = w[f] + amount * x[f], w[f + 1] + amount * x[f + 1]
        third, fourth = w[f + 2] + amount * x[f + 2], w[f + 3] + amount * x[f + 3]
        w[f], w[f + 1], w[f + 2], w[f + 3] = first, second, third, fourth
    for f in range(whole, x.shape[0]):
        w[f] += amount * x[f]


@lean_kernel
def sweep_classes(X: Array, z: Array, curve: Array, upper: Array, w: Array, b: Array, order: Array, ends: Array) -> Any:
    """Set each active alpha_i = z_i b_i to its best value; return how many rows stay active.

    X (n, d), z (n,) +1 or -1, curve (3, n): H_i and D_i first, upper (n,): read. w (d,), b (n,), order (active,):
    overwritten. ends (2,): the largest and smallest projected slope of the last sweep, overwritten by this one's.
    """
    active, s, top, bottom = order.shape[0], 0, -inf, inf
    while s < active:
        i = order[s]
        alpha = z[i] * b[i]
        slope = z[i] * inner_product(X[i], w) - 1.0 + alpha * curve[1, i]
        if (alpha <= 0.0 and slope > ends[0]) or (alpha >= upper[i] and slope < ends[1]):
            active -= 1
            order[s], order[active] = order[active], order[s]
            continue
        projected = slope
        if alpha <= 0.0:
            projected = min(slope, 0.0)
        elif alpha >= upper[i]:
            projected = max(slope, 0.0)
        top, bottom = max(top, projected), min(bottom, projected)
        if abs(projected) > STILL:
            moved = min(max(alpha - slope / curve[0, i], 0.0), upper[i])
            add_row(X[i], (moved - alpha) * z[i], w)
            b[i] = z[i] * moved
        s += 1
    ends[0], ends[1] = top, bottom
    return active


@lean_kernel
def violation_of(plus: float, minus: float, b: float, upper: float, worst: float) -> float:
    """Return how far b is from optimal, given its slopes up and down; -1 if firmly at rest. worst: last sweep's."""
    if b == 0.0:
        if plus < 0.0:
            return -plus
        if minus > 0.0:
            return minus
        return -1.0 if plus > worst and minus < -worst else 0.0
    if b >= upper:
        return plus if plus > 0.0 else -1.0 if plus < -worst else 0.0
    if b <= -upper:
        return -minus if minus < 0.0 else -1.0 if minus > worst else 0.0
    return abs(plus) if b > 0.0 else abs(minus)


@lean_kernel
def sweep_numbers(X: Array, z: Array, curve: Array, upper: Array, w: Array, b: Array, order: Array, ends: Array) -> Any:
    """Set each active b_i to its best value; return how many rows stay active.

    As `sweep_classes`, with z (n,) the targets, and curve (3, n): H_i, D_i and 1 / H_i; ends (3,): largest violation of
    the last sweep, sum of all, epsilon.
    """
    active, s, worst, total, epsilon, inverse = order.shape[0], 0, 0.0, 0.0, ends[2], curve[2]
    while s < active:
        i = np.uint64(order[s])  # unsigned: no test for a place counted from the end
        slope, height = inner_product(X[i], w) + (curve[1, i] * b[i] - z[i]), curve[0, i]
        plus, minus = slope + epsilon, slope - epsilon
        violation = violation_of(plus, minus, b[i], upper[i], ends[0])
        if violation < 0.0:
            active -= 1
            order[s], order[active] = order[active], order[s]
            continue
        worst, total = max(worst, violation), total + violation
        # plainly: d = -plus / height, -minus / height or -b_i; d = clip(b_i + d, -u_i, u_i) - b_i; b_i += d; w += d x
        # As it stands, choices that fall out either way need no jumps, which a processor would guess wrongly, and
        # little is left to do between one row's w and the next one's: what is known of b_i alone is ready before
        low, high = -upper[i] - b[i], upper[i] - b[i]
        is_up, is_down = plus < height * b[i], minus > height * b[i]
        end = plus if is_up else minus
        quotient = end * inverse[i] if inverse[i] < LARGE else end / height
        move = -quotient if is_up | is_down else -b[i]
        move = move if abs(move) >= STILL else 0.0
        change = high if move > high else low if move < low else move
        if abs(b[i]) < upper[i] or change != 0.0:  # a row at its border mostly stays there
            add_row_by_fours(X[i], change, w)
            b[i] = upper[i] if move > high else -upper[i] if move < low else b[i] + move
        s += 1
    ends[0], ends[1] = worst, total
    return active


@lean_kernel
def sweeps(X: Array, sides: Array, w: Array, b: Array, order: Array, bits: Array, ends: Array, counts: Array) -> bool:
    """Shuffle and sweep up to counts[1] times, until the end, or until random bits run short; say whether it ended.

    X (n, d), sides (5, n): z, H_i, D_i, 1 / H_i and upper: read. bits: read. w (d,), b (n,), order (n,) overwritten.
    ends (6,): of the last sweep (2), epsilon, tol, goal (below 0 before the first sweep) and violation: overwritten.
    counts (7,): active rows (overwritten); sweeps wanted; overwritten: sweeps done, bits used, rows of the last sweep,
    whether that was small enough; 1 for classes.
    """
    n, z, curve, upper, classes = X.shape[0], sides[0], sides[1:4], sides[4], counts[6] > 0
    counts[2], counts[3] = 0, 0
    while counts[2] < counts[1] and bits.shape[0] - counts[3] >= counts[0] + SPARE:
        active = counts[0]
        counts[2], counts[4] = counts[2] + 1, active
        counts[3] += shuffle(order[:active], bits[counts[3] :])
        if classes:
            active = sweep_classes(X, z, curve, upper, w, b, order[:active], ends)
            violation = ends[0] - ends[1]
        else:
            active = sweep_numbers(X, z, curve, upper, w, b, order[:active], ends)
            violation = ends[1]
            ends[4] = ends[3] * violation if ends[4] < 0.0 else ends[4]
        small = active == 0 or violation <= ends[4]
        counts[0], counts[5] = active, 1 if small else 0
        ends[5] = violation
        if small and active == n:
            return True
        if small:
            counts[0], ends[0], ends[1] = n, inf, -inf if classes else 0.0
        elif classes:
            ends[0] = inf if ends[0] <= 0.0 else ends[0]
            ends[1] = -inf if ends[1] >= 0.0 else ends[1]
    return False


class Rows(NamedTuple):
    """A linear problem: rows, targets, costs."""

    X: FloatArray  # (n, d), a column of constants last where there is an intercept
    z: FloatArray  # (n,) +1 or -1, or the targets
    C: FloatArray  # (n,)
    squared: bool  # the square of the loss
    epsilon: float  # of regression
    classes: bool  # z are classes


def dual_coordinate_descent(
    p: Rows, tol: float, max_iter: int, draws: Draws, number: int = 0, pace: int = 1
) -> Iterator[LinearStep]:
    """Yield a LinearStep after every `pace` sweeps over the active rows; the path does not depend on it."""
    n, d = p.X.shape
    diagonal = 0.5 / p.C if p.squared else np.zeros(n)
    height = np.einsum("if,if->i", p.X, p.X) + diagonal
    height[height == 0.0] = np.finfo(np.float64).tiny  # a row of zeros: any step goes to the border
    with np.errstate(over="ignore"):
        sides = np.stack([p.z, height, diagonal, 1.0 / height, np.full(n, inf) if p.squared else p.C])
    w, b, order = np.zeros(d), np.zeros(n), np.arange(n)
    ends = np.array([inf, -inf if p.classes else 0.0, p.epsilon, tol, tol if p.classes else -1.0, inf])
    counts = np.array([n, 0, 0, 0, n, 0, int(p.classes)])
    iteration, done = 0, False
    while iteration < max_iter and not done:
        counts[1] = min(pace, max_iter - iteration)
        done = sweeps(p.X, sides, w, b, order, draws.at_least(int(counts[0]) + SPARE, int(counts[1])), ends, counts)
        draws.used(int(counts[3]))
        iteration += int(counts[2])
        name = "widen" if counts[5] and not done else "sweep"
        yield LinearStep(name, number, iteration, w, b, float(ends[5]), float(ends[4]), int(counts[4]), bool(done))
