"""Strong Wolfe line search: a step that goes down enough and leaves the slope flat enough.

Idea
    Armijo's condition alone lets steps be too short, and then the change of the gradient says nothing about curvature,
    which L-BFGS and conjugate gradients live on. So ask too that the slope along the line has become flatter. Search
    as one looks for a place in a book: step out until the place is passed, then close in between two bookmarks, with
    a cubic through both to guess where it is.
Maths
    phi(step) = loss(w + step direction), phi'(step) = gradient(w + step direction)' direction. Accept a step with::

        phi(step) <= phi(0) + c1 step phi'(0)      enough down (Armijo)
        |phi'(step)| <= c2 |phi'(0)|               flat enough (curvature)

    `low` is the best step seen that satisfies the first, `high` the other end; the interval between them holds a step
    to accept, because phi' at `low` points into it. Each trial replaces one of the two::

        d1 = phi'_a + phi'_b - 3 (phi_a - phi_b) / (a - b),     d2 = sign(b - a) sqrt(d1^2 - phi'_a phi'_b)
        cubic's minimum = b - (b - a) (phi'_b + d2 - d1) / (phi'_b - phi'_a + 2 d2)
Cost
    One evaluation of loss and gradient per trial; mostly one trial in all.
Differences
    From the textbook's algorithms 3.5 and 3.6: both are one loop here, `high` being absent while stepping out; an
    interval that shrinks slowly is halved, as More and Thuente do; where rounding of the loss hides the fall asked
    for, slopes decide alone (the idea of Hager and Zhang's approximate conditions); a trial that overflows or is NaN
    becomes `high`. Where 20 trials were not enough, the first step was in quite other units than the loss; from there
    steps grow or shrink a thousandfold.
References
    Nocedal, Wright, section 3.5, algorithms 3.5 and 3.6, equation 3.59. More, Thuente (1994), ACM TOMS 20(3). Hager,
    Zhang (2005), SIAM J. Optim. 16(1), section 4.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ..core.typing import FloatArray
from .objective import EPS, ROUNDING, Objective, Step, inner, largest, move, slope_along

SUFFICIENT = 1e-4  # c1
MAX_TRIALS = 130
PATIENCE = 20  # trials after which steps shrink to a thousandth each, or grow a thousandfold


class Point(NamedTuple):
    """A step tried along the line."""

    step: float
    loss: float  # phi(step)
    slope: float  # phi'(step)


def strong_wolfe(
    objective: Objective,
    start: Step,
    direction: FloatArray,
    w: FloatArray,
    gradient: FloatArray,
    first: float = 1.0,
    flatness: float = 0.9,
) -> Point | None:
    """Return a step that satisfies both conditions, or None where none could be found.

    If trials run out, the best step that goes down is returned, flat enough or not.

    Parameters
    ----------
    objective : the loss, counted
    start : where to start from; read
    direction : (d,), downhill; read
    w, gradient : (d,) each, overwritten: the point found and the gradient there
    first : the first step tried
    flatness : c2, the share of the slope that may be left
    """
    origin = Point(0.0, start.loss, slope_along(start, direction))
    if origin.slope >= 0.0 or not 0.0 < first < math.inf:
        return None
    low, high, before = origin, None, None
    widths = [math.inf, math.inf]  # of the interval, two trials ago and one trial ago
    step = first
    for count in range(MAX_TRIALS):
        trial = try_step(objective, start.w, step, direction, w, gradient)
        asked, rounding = -SUFFICIENT * step * origin.slope, ROUNDING * abs(origin.loss)
        most = origin.loss - asked if asked > rounding else origin.loss + rounding
        low_enough = -math.inf < trial.loss <= most and math.isfinite(trial.slope)
        if not low_enough or (trial.loss >= low.loss and not alike(trial, low)):
            high = trial
        elif abs(trial.slope) <= -flatness * origin.slope:
            return trial
        else:
            if trial.slope * (math.inf if high is None else high.step - low.step) >= 0.0:
                high = low
            before, low = low, trial
        if high is None:
            step = step_out(before or origin, low, growth=4.0 if count < PATIENCE else 1000.0)
        elif low.step == 0.0 and count >= PATIENCE:
            step = 0.001 * high.step
            if largest(direction) * step <= EPS * EPS * largest(start.w):
                break  # far below what can be seen beside w
        else:
            width = abs(high.step - low.step)
            step = close_in(low, high, halve=width > 0.66 * widths[0])
            widths = [widths[1], width]
        if not math.isfinite(step) or step in (low.step, high.step if high else low.step):
            break  # no number between the two is left
    if low.step == 0.0 or low.loss >= origin.loss:
        return None
    return try_step(objective, start.w, low.step, direction, w, gradient)


def try_step(
    objective: Objective, start: FloatArray, step: float, direction: FloatArray, w: FloatArray, gradient: FloatArray
) -> Point:
    """Return loss and slope at w = start + step direction. w, gradient (d,): overwritten."""
    move(start, step, direction, w)
    loss = objective(w, gradient)
    return Point(step, loss, inner(gradient, direction))


def alike(a: Point, b: Point) -> bool:
    """Say whether rounding makes two losses indistinguishable."""
    return abs(a.loss - b.loss) <= ROUNDING * max(abs(a.loss), abs(b.loss))


def step_out(before: Point, now: Point, growth: float) -> float:
    """Return the next step further out: the lowest guess, at least 1.1 and at most `growth` times the last stride."""
    stride = now.step - before.step
    guess = guess_minimum(before, now)
    furthest = now.step + growth * stride
    return min(max(guess, now.step + 1.1 * stride), furthest) if math.isfinite(guess) else furthest


def close_in(low: Point, high: Point, halve: bool) -> float:
    """Return the next step between two points: the lowest guess, at least a tenth of the way from either."""
    width = high.step - low.step
    if not math.isfinite(high.loss + high.slope):
        return low.step + 0.1 * width
    if halve:
        return low.step + 0.5 * width
    share = (guess_minimum(low, high) - low.step) / width
    return low.step + width * (min(max(share, 0.1), 0.9) if math.isfinite(share) else 0.5)


def guess_minimum(a: Point, b: Point) -> float:
    """Return where the loss may be lowest by two points, NaN where they do not say."""
    if not alike(a, b):
        return cubic_minimum(a, b)
    rise = b.slope - a.slope  # the secant through the two slopes
    return a.step - a.slope * (b.step - a.step) / rise if abs(rise) > EPS * abs(a.slope) else math.nan


def cubic_minimum(a: Point, b: Point) -> float:
    """Return where the cubic with the losses and slopes of two points has its minimum, NaN if nowhere."""
    d1 = a.slope + b.slope - 3.0 * (a.loss - b.loss) / (a.step - b.step)
    size = max(abs(d1), abs(a.slope), abs(b.slope))
    if not 0.0 < size < math.inf:
        return math.nan
    # plainly: square = d1 * d1 - a.slope * b.slope, which may be beyond float64's range
    square = (d1 / size) ** 2 - (a.slope / size) * (b.slope / size)
    if square < 0.0:
        return math.nan
    d2 = math.copysign(size * math.sqrt(square), b.step - a.step)
    divisor = b.slope - a.slope + 2.0 * d2
    return b.step - (b.step - a.step) * (b.slope + d2 - d1) / divisor if divisor else math.nan
