"""Backtracking: try a step along a direction; while it does not go down enough, take a shorter one.

Idea
    A direction that points downhill is right for a short step only. So start with a long one and shorten it until the
    loss falls by a fair share of what the slope at the start promised.
Maths
    With slope = gradient' direction < 0, accept the first step of first, r first, r^2 first, ... with::

        loss(w + step direction) <= loss(w) + c1 step slope                        (Armijo's condition)

    The next step tried is the lowest point of the parabola through loss(w), slope and loss(w + step direction), kept
    within [0.1, 0.5] of the step that failed. Near a minimum the promised fall, c1 step |slope|, is below the
    rounding of the loss; there a step is accepted if the loss has not changed beyond rounding and the gradient is
    shorter, which for steps below 2 / curvature it is.
Cost
    One evaluation for each step tried.
Differences
    Textbooks compare losses as if they were exact; the rule for rounding is ours. A trial that overflows or is NaN is
    a step too long, shortened to a tenth. Where 20 trials were not enough, the first step was in quite other units
    than the loss; from there each is a thousandth of the last.
References
    Armijo (1966), Pacific J. Math. 16. Nocedal, Wright, algorithm 3.1 and equations 3.57, 3.58.
"""

from __future__ import annotations

import numpy as np

from ..core.typing import FloatArray
from .objective import ROUNDING, Objective, Step, largest, length, move, slope_along

SUFFICIENT = 1e-4  # c1, the share of the promised fall that is asked for
MAX_TRIALS = 130
PATIENCE = 20  # trials after which steps shrink to a thousandth each


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
    step = first
    for trial in range(MAX_TRIALS):
        move(start.w, step, direction, w)
        if trial >= PATIENCE and (w == start.w).all():
            return None  # the move cannot be seen any more
        loss = objective(w, gradient)
        if not (np.isfinite(loss) and np.isfinite(largest(gradient))):
            step *= 0.1 if trial < PATIENCE else 0.001
            continue
        promised = SUFFICIENT * step * -slope
        hidden = promised <= rounding and abs(loss - start.loss) <= rounding
        if hidden and length(gradient) < length(start.gradient):
            return step, loss
        if not hidden and loss <= start.loss - promised and loss < start.loss:
            return step, loss
        missed = loss - start.loss - slope * step  # how far the loss lies above its tangent
        share = -slope * step / (2.0 * missed) if 0.0 < missed < np.inf and not hidden else 0.5
        step *= min(max(share, 0.1), 0.5) if trial < PATIENCE else 0.001
    return None
