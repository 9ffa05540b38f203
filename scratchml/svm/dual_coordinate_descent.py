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

from ..core.jit import kernel
from ..core.typing import Array, FloatArray
from ..maths.sums import inner_product
from .draws import Draws

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


@kernel
def add_row(x: Array, amount: float, w: Array) -> None:
    """w += amount x. x (d,): read; w (d,): overwritten."""
    for f in range(x.shape[0]):
        w[f] += amount * x[f]


@kernel
def sweep_classes(X: Array, z: Array, curve: Array, upper: Array, w: Array, b: Array, order: Array, ends: Array) -> Any:
    """Set each active alpha_i = z_i b_i to its best value; return how many rows stay active.

    X (n, d), z (n,) +1 or -1, curve (2, n): H_i and D_i, upper (n,): read. w (d,), b (n,), order (active,) overwritten;
    ends (2,): the largest and smallest projected slope of the last sweep, overwritten by this one's.
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


@kernel
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


@kernel
def sweep_numbers(X: Array, z: Array, curve: Array, upper: Array, w: Array, b: Array, order: Array, ends: Array) -> Any:
    """Set each active b_i to its best value; return how many rows stay active.

    As `sweep_classes`, with z (n,) the targets; ends (3,): largest violation of the last sweep, sum of all, epsilon.
    """
    active, s, worst, total, epsilon = order.shape[0], 0, 0.0, 0.0, ends[2]
    while s < active:
        i = order[s]
        slope, height = inner_product(X[i], w) - z[i] + curve[1, i] * b[i], curve[0, i]
        plus, minus = slope + epsilon, slope - epsilon
        violation = violation_of(plus, minus, b[i], upper[i], ends[0])
        if violation < 0.0:
            active -= 1
            order[s], order[active] = order[active], order[s]
            continue
        worst, total = max(worst, violation), total + violation
        if plus < height * b[i]:
            move = -plus / height
        elif minus > height * b[i]:
            move = -minus / height
        else:
            move = -b[i]
        if abs(move) >= STILL:
            moved = min(max(b[i] + move, -upper[i]), upper[i])
            add_row(X[i], moved - b[i], w)
            b[i] = moved
        s += 1
    ends[0], ends[1] = worst, total
    return active


class Rows(NamedTuple):
    """A linear problem: rows, targets, costs."""

    X: FloatArray  # (n, d), a column of constants last where there is an intercept
    z: FloatArray  # (n,) +1 or -1, or the targets
    C: FloatArray  # (n,)
    squared: bool  # the square of the loss
    epsilon: float  # of regression
    classes: bool  # z are classes


def dual_coordinate_descent(p: Rows, tol: float, max_iter: int, draws: Draws, number: int = 0) -> Iterator[LinearStep]:
    """Yield a LinearStep after each sweep over the active rows."""
    n, d = p.X.shape
    diagonal = 0.5 / p.C if p.squared else np.zeros(n)
    upper = np.full(n, inf) if p.squared else p.C
    curve = np.stack([np.einsum("if,if->i", p.X, p.X) + diagonal, diagonal])
    curve[0, curve[0] == 0.0] = np.finfo(np.float64).tiny  # a row of zeros: any step goes to the border
    w, b, order, active = np.zeros(d), np.zeros(n), np.arange(n), n
    ends = np.array([inf, -inf]) if p.classes else np.array([inf, 0.0, p.epsilon])
    goal = tol
    for iteration in range(1, max_iter + 1):
        draws.shuffle(order[:active])
        sweep = sweep_classes if p.classes else sweep_numbers
        shown = active
        active = int(sweep(p.X, p.z, curve, upper, w, b, order[:active], ends))
        if not p.classes and iteration == 1:
            goal = tol * float(ends[1])
        violation = float(ends[0] - ends[1]) if p.classes else float(ends[1])
        small = active == 0 or violation <= goal
        done = small and active == n
        yield LinearStep(
            "widen" if small and not done else "sweep", number, iteration, w, b, violation, goal, shown, done
        )
        if done:
            return
        if small:
            active = n
            ends[:2] = (inf, -inf) if p.classes else (inf, 0.0)
        elif p.classes:
            ends[0] = inf if ends[0] <= 0.0 else ends[0]
            ends[1] = -inf if ends[1] >= 0.0 else ends[1]
