"""Backtracking: try a step along a direction; while it does not go down enough, take a shorter one.

Idea
    A direction that points downhill is right for a short step only. So start with a long one and shorten it until the
    loss falls by a fair share of what the slope at the start promised.
Maths
    With slope = gradient' direction < 0, accept the first step of first, r first, r^2 first, ... with::

        loss(w + step direction) <= loss(w) + c1 step slope                        (Armijo's condition)

    The second step tried is the lowest point of the parabola through loss(w), slope and loss(w + step direction); every
    later one that of the cubic through the last two losses, kept within [0.1, 0.5] of the step that failed. With t the
    share of that step, and loss, bend and twist in units of the fall that the slope promised for it::

        loss(w + t step direction) = loss(w) - t + bend t^2 + twist t^3, lowest at t = 1 / (bend + root), which is
        (root - bend) / (3 twist), with root^2 = bend^2 + 3 twist; of the parabola, twist is 0 and t is 1 / (2 bend)

    A trial from which the next step had to be cut to a tenth was too far away for its loss to tell anything.
    Near a minimum the promised fall, c1 step |slope|, is below the rounding of the loss; there a step is accepted if
    the loss has not changed beyond rounding and the gradient is shorter, which for steps below 2 / curvature it is.
Cost
    One evaluation for each step tried.
Differences
    Textbooks compare losses as if they were exact; the rule for rounding is ours. A trial that overflows or is NaN is
    a step too long, shortened to a tenth. Where 20 trials were not enough, the first step was in quite other units
    than the loss; from there each is a thousandth of the last.
References
    Armijo (1966), Pacific J. Math. 16. Nocedal, Wright, algorithm 3.1, section 3.5 and equations 3.57 to 3.59.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.typing import FloatArray
from .objective import ROUNDING, Objective, Step, inner, largest, length, slope_along

SUFFICIENT = 1e-4  # c1, the share of the promised fall that is asked for
MAX_TRIALS = 130
PATIENCE = 20  # trials after which steps shrink to a thousandth each


def lowest_share(missed: float, before: tuple[float, float] | None) -> float:
    """Return at which share of the step tried the parabola or cubic is lowest; infinity where it only falls.

    missed: how far the loss lies above the tangent. before: None, or the step of the trial before, in units of this
    one, and how far the loss lay above the tangent there. Both in units of the fall that the slope promised.
    """
    if before is None:
        return 0.5 / missed if missed > 0.0 else math.inf
    step, earlier = before
    twist = (earlier / step / step - missed) / (step - 1.0)
    bend = missed - twist
    square = bend * bend + 3.0 * twist
    if not 0.0 <= square < math.inf:
        return math.inf
    root = math.sqrt(square)
    if bend > 0.0:
        return 1.0 / (bend + root)
    return (root - bend) / (3.0 * twist) if twist > 0.0 else math.inf


def all_finite(v: FloatArray) -> bool:
    """Say whether all of v (d,) is finite: by its squares, unless these are too large."""
    return math.isfinite(inner(v, v)) or math.isfinite(largest(v))


def backtracking(
    objective: Objective,
    start: Step,
    direction: FloatArray,
    w: FloatArray,
    gradient: FloatArray,
    first: float = 1.0,
) -> tuple[float, float] | None:
    """Return (step, loss) of the first step short enough, or None where no step goes down.

    Parameters
    ----------
    objective : the loss, counted
    start : where to start from; read
    direction : (d,), downhill; read
    w, gradient : (d,) each, overwritten: the point found and the gradient there
    first : the first step tried
    """
    slope = slope_along(start, direction)
    if slope >= 0.0 or not 0.0 < first < np.inf:
        return None
    rounding = ROUNDING * abs(start.loss)
    step, before = float(first), None
    with np.errstate(all="ignore"):  # overflow shows in the loss
        for trial in range(MAX_TRIALS):
            np.multiply(direction, step, out=w)
            w += start.w
            if trial >= PATIENCE and (w == start.w).all():
                return None  # the move cannot be seen any more
            loss = objective(w, gradient)
            if not (math.isfinite(loss) and all_finite(gradient)):
                step *= 0.1 if trial < PATIENCE else 0.001
                continue
            fall = step * -slope
            promised = SUFFICIENT * fall
            hidden = promised <= rounding and abs(loss - start.loss) <= rounding
            if hidden and length(gradient) < length(start.gradient):
                return step, loss
            if not hidden and loss <= start.loss - promised and loss < start.loss:
                return step, loss
            share, missed = 0.5, loss - start.loss + fall  # how far the loss lies above its tangent
            if not hidden and fall > 0.0:
                known = None if before is None else (before[0] / step, before[1] / fall)
                share = min(max(lowest_share(missed / fall, known), 0.1), 0.5)
            before = (step, missed) if share > 0.1 else None
            step *= share if trial < PATIENCE else 0.001
    return None
