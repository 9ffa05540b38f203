"""Newton's method for the squared losses in one call: for few rows, where a step takes less than the calls around it.

Idea
    A step over a hundred rows of twenty columns takes some microseconds, and `finite_newton` ten times as long to call
    for its parts. Here a kernel takes a step; where nobody looks on, it goes from the first to the last.
Maths
    That of `finite_newton.py`. Only half of the curvature is added up, and only once a step has been accepted.
Cost
    A step: n d^2 / 2 for the rows that are amiss, d^3 / 6 for the system.
Differences
    From `finite_newton`: the order of additions, so the last digits; and it gives up, for that to take over, where the
    curvature has no inverse in float64 or a slope has no square.
References
    As for `finite_newton.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array
from ..maths.sums import inner_product
from .dual_coordinate_descent import LinearStep, Rows
from .face import solve_system
from .finite_newton import SMALLEST_STEP, finite_newton, share_of

SAFE = 1e100  # slopes below, and above its inverse, have squares well within float64
FEW = 2**19  # n d^2 up to which it is faster (measured)


@kernel
def loss_of(X: Array, z: Array, C: Array, epsilon: float, classes: bool, w: Array, over: Array) -> float:
    """Return F at w (d,). X (n, d), z, C (n,): read. over (n,): overwritten."""
    total = 0.0
    for f in range(w.shape[0]):
        total += 0.5 * w[f] * w[f]
    for i in range(X.shape[0]):
        missed = z[i] - inner_product(X[i], w)
        size = max(z[i] * missed, 0.0) if classes else max(abs(missed) - epsilon, 0.0)
        over[i] = size * z[i] if classes else math.copysign(size, missed)
        total += C[i] * over[i] * over[i]
    return total


@kernel
def differentiate(X: Array, C: Array, over: Array, w: Array, slope: Array, H: Array) -> float:
    """Write the slope (d,) and the upper triangle of the curvature H (d, d) at w; return the slope's length."""
    d, square = X.shape[1], 0.0
    for f in range(d):
        slope[f] = w[f]
        for g in range(f, d):
            H[f, g] = 1.0 if f == g else 0.0
    for i in range(X.shape[0]):
        if over[i] != 0.0:
            x, cost = X[i], 2.0 * C[i]
            for f in range(d):
                slope[f] -= cost * over[i] * x[f]
                factor = cost * x[f]
                for g in range(f, d):
                    H[f, g] += factor * x[g]
    for f in range(d):
        square += slope[f] * slope[f]
    return math.sqrt(square)


@kernel
def find_direction(H: Array, slope: Array, scale: Array, direction: Array) -> bool:
    """Solve H direction = -slope, columns scaled to length one; say whether H has an inverse. H: overwritten."""
    d = slope.shape[0]
    for f in range(d):
        scale[f] = 1.0 / math.sqrt(H[f, f])
        direction[f] = -slope[f] * scale[f]
    for f in range(d):
        for g in range(f, d):
            H[f, g] *= scale[f] * scale[g]
    if not solve_system(H, direction):
        return False
    for f in range(d):
        direction[f] *= scale[f]
    return True


@kernel
def take_newton_steps(
    X: Array, z: Array, C: Array, epsilon: float, classes: bool, share: float, most: int, W: Array, H: Array,
    over: Array, ends: Array,
) -> int:  # fmt: skip
    """Take up to `most` steps, from w = 0 at first; return how many, -1 where it has to give up.

    X (n, d), z, C (n,): read. W (5, d), the weights first, H (d, d), over (2, n), ends (4,), zeros at first:
    overwritten, ends with the slope's length, the goal, `share` of the first slope's, 1 if it has converged, and F.
    """
    w, tried, slope, scale, direction = W[0], W[1], W[2], W[3], W[4]
    if ends[1] == 0.0:
        ends[3] = loss_of(X, z, C, epsilon, classes, w, over[0])
        ends[0] = differentiate(X, C, over[0], w, slope, H)
        if not 1.0 / SAFE < ends[0] < SAFE:
            return -1
        ends[1] = share * ends[0]
        ends[2] = ends[0] <= ends[1]
    taken, stuck = 0, False
    while taken < most and ends[2] == 0.0:
        if not find_direction(H, slope, scale, direction):
            return -1
        promise, size = 0.0, 1.0
        for f in range(w.shape[0]):
            promise += slope[f] * direction[f]
        while True:
            for f in range(w.shape[0]):
                tried[f] = w[f] + size * direction[f]
            found = loss_of(X, z, C, epsilon, classes, tried, over[1])
            if found <= ends[3] + 1e-4 * size * promise or size < SMALLEST_STEP:
                break
            size /= 2.0
        taken += 1
        stuck = not found < ends[3]
        if not stuck:
            ends[3] = found
            for f in range(w.shape[0]):
                w[f] = tried[f]
            ends[0] = differentiate(X, C, over[1], w, slope, H)
        if not ends[0] < np.inf:
            return -1
        ends[2] = ends[0] <= ends[1] or stuck  # where F can fall no further, float64 is at its end
    return taken


def is_small(p: Rows) -> bool:
    """Say whether a problem is one for `small_newton`."""
    n, d = p.X.shape
    return bool(n * d * d <= FEW)


def small_newton(p: Rows, tol: float, max_iter: int, number: int, pace: int) -> Iterator[LinearStep]:
    """Yield a LinearStep after every `pace` Newton steps; the path does not depend on it."""
    n, d = p.X.shape
    W, ends, nothing, iteration = np.zeros((5, d)), np.zeros(4), np.empty(0), 0
    given = p.X, p.z, p.C, float(p.epsilon), bool(p.classes), tol * share_of(p)
    room = W, np.empty((d, d)), np.empty((2, n)), ends
    while True:
        taken = take_newton_steps(*given, min(pace, max_iter - iteration), *room)
        if taken < 0:
            yield from finite_newton(p, tol, max_iter, number)
            return
        iteration += taken
        norm, goal, converged, _ = ends.tolist()
        yield LinearStep("newton", number, iteration, W[0], nothing, norm, goal, n, bool(converged))
        if converged or iteration >= max_iter:
            return
