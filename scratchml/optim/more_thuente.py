"""The line search of More and Thuente: close in on a step that is low and flat enough, by cubics and secants.

Idea
    Keep the best step so far, `low`, and (once the loss or the slope says that a good step has been passed) an end
    `high` beyond it. Each trial replaces one of them. Where to try next is asked of parabolas and cubics through what
    is known of both ends; of two answers the one is taken that is the more careful at this place.
Maths
    phi(step) = loss(w + step direction). Accept a step with::

        phi(step) <= phi(0) + c1 step phi'(0)      low enough, c1 = 0.001
        |phi'(step)| <= c2 |phi'(0)|               flat enough, c2 = 0.9

    Trial t, best step l; c the minimum of the cubic by values and slopes of both, q that of the parabola by both values
    and the slope at l, s where the straight line through both slopes is 0. The next step is, case by case::

        1  phi(t) > phi(l)          c if it is nearer to l than q, else halfway between c and q
        2  slopes of other signs    c or s, whichever is further from t
        3  the slope is flatter     c or s: the nearer to t between two ends, the further while stepping out
        4  it is not                c of t and high; while stepping out, as far as allowed

    As long as no step with psi(step) <= 0 and phi'(step) >= 0 has been seen, psi(step) = phi(step) - phi(0) - c1 step
    phi'(0) takes the place of phi where phi(t) is below phi(l) but not low enough. While stepping out, the next step
    is between 1.1 and 4 strides further; two ends that have not come a third closer in two trials are halved.
Cost
    One evaluation of loss and gradient per trial; mostly one trial, at most 20.
Differences
    From `wolfe.py`: no care for rounding, no search in far units, so that the trials are those of L-BFGS-B's search and
    paths can be compared. Where the ends are within a tenth of each other the best step is tried again and taken,
    flat or not. From the paper: a trial that is not finite is an end never to be reached; the next one is a tenth of
    the way.
References
    More, Thuente (1994), "Line search algorithms with guaranteed sufficient decrease", ACM TOMS 20(3), sections 2 to 4.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ..core.typing import FloatArray
from .objective import Objective, Step, slope_along
from .wolfe import Point, try_step

SUFFICIENT, FLATNESS = 1e-3, 0.9  # c1, c2
CLOSE = 0.1  # ends this share of the further one apart are near enough
LONGEST = 1e10
MAX_TRIALS = 20


class Ends(NamedTuple):
    """Where the search stands."""

    low: Point  # the best step
    high: Point  # the other end; without meaning while stepping out
    closed: bool  # whether a step to accept is between the two
    least: float  # the next step is not before
    most: float  # nor beyond


def more_thuente(
    objective: Objective, start: Step, direction: FloatArray, w: FloatArray, gradient: FloatArray, first: float = 1.0
) -> Point | None:
    """Return a step that satisfies both conditions, or the best one where the ends have met; None if 20 trials fail.

    Parameters
    ----------
    objective : the loss, counted
    start : where to start from; read
    direction : (d,), downhill, or None is returned; read
    w, gradient : (d,) each, overwritten: the point of the last trial and the gradient there
    first : the first step tried, above 0
    """
    origin = Point(0.0, start.loss, slope_along(start, direction))
    if not (origin.slope < 0.0 and 0.0 < first < math.inf):
        return None
    asked = SUFFICIENT * origin.slope
    step = min(first, LONGEST)
    ends, barrier, first_stage = Ends(origin, origin, False, 0.0, 5.0 * step), math.inf, True
    widths = [2.0 * LONGEST, LONGEST]  # between the ends, two trials ago and one trial ago
    for _ in range(MAX_TRIALS):
        trial = try_step(objective, start.w, step, direction, w, gradient)
        if not math.isfinite(trial.loss + trial.slope):
            barrier = step
            step = ends.low.step + 0.1 * (barrier - ends.low.step)
            continue
        above = trial.loss - (origin.loss + asked * step)  # the limit of what is low enough
        first_stage = first_stage and (above > 0.0 or trial.slope < 0.0)
        if is_end(trial, ends, origin, above):
            return trial
        tilt = asked if first_stage and above > 0.0 and trial.loss <= ends.low.loss else 0.0
        ends, step = close_in(ends, trial, tilt)
        if ends.closed:
            width = abs(ends.high.step - ends.low.step)
            if width >= 0.66 * widths[0]:
                step = ends.low.step + 0.5 * (ends.high.step - ends.low.step)
            widths = [widths[1], width]
        ends, step = set_limits(ends, step)
        if step >= barrier:
            step = ends.low.step + 0.1 * (barrier - ends.low.step)
    return None


def is_end(trial: Point, ends: Ends, origin: Point, above: float) -> bool:
    """Say whether the trial is to be taken: low and flat enough, or the ends have met, or it cannot go further."""
    if above <= 0.0 and abs(trial.slope) <= -FLATNESS * origin.slope:
        return True
    met = not ends.least < trial.step < ends.most or ends.most - ends.least <= CLOSE * ends.most
    furthest = trial.step == LONGEST and above <= 0.0 and trial.slope <= SUFFICIENT * origin.slope
    return (ends.closed and met) or furthest


def set_limits(ends: Ends, step: float) -> tuple[Ends, float]:
    """Return the ends with limits for the step after the next one, and the next step: the best one if none is left."""
    low, high = ends.low.step, ends.high.step
    if not ends.closed:
        stride = step - low
        return ends._replace(least=step + 1.1 * stride, most=step + 4.0 * stride), min(step, LONGEST)
    least, most = min(low, high), max(low, high)
    left = least < step < most and most - least > CLOSE * most
    return ends._replace(least=least, most=most), step if left else low


def close_in(ends: Ends, trial: Point, tilt: float) -> tuple[Ends, float]:
    """Return the ends with the trial in the place of one of them, and where to try next.

    tilt is taken off every slope, and with the step's length off every loss: 0, or psi is looked at.
    """
    low, high, t = (Point(p.step, p.loss - p.step * tilt, p.slope - tilt) for p in (ends.low, ends.high, trial))
    turned = t.slope * math.copysign(1.0, low.slope) < 0.0
    outwards = ends.most if t.step > low.step else ends.least
    if t.loss > low.loss:
        step, closed = careful_step(low, t), True
    elif turned:
        cubic, secant = cubic_between(t, low), secant_between(t, low)
        step, closed = cubic if abs(cubic - t.step) > abs(secant - t.step) else secant, True
    elif abs(t.slope) < abs(low.slope):
        step, closed = flatter_step(low, high, t, ends, outwards), ends.closed
    else:
        step, closed = cubic_between(t, high) if ends.closed else outwards, ends.closed
    if not math.isfinite(step):
        step = low.step + 0.5 * (t.step - low.step)
    # the ends are kept as they were found, not tilted
    if t.loss > low.loss:
        return ends._replace(high=trial, closed=closed), step
    return ends._replace(low=trial, high=ends.low if turned else ends.high, closed=closed), step


def careful_step(low: Point, t: Point) -> float:
    """Return the first case's step: the loss rose, the minimum has been passed."""
    cubic = cubic_between(low, t)
    stride = t.step - low.step
    parabola = low.step + low.slope / ((low.loss - t.loss) / stride + low.slope) / 2.0 * stride
    if abs(cubic - low.step) < abs(parabola - low.step):
        return cubic
    return cubic + (parabola - cubic) / 2.0


def flatter_step(low: Point, high: Point, t: Point, ends: Ends, outwards: float) -> float:
    """Return the third case's step: lower, still going down, but flatter; the cubic may have no minimum beyond t."""
    share, root = cubic_share(t, low)
    cubic = t.step + share * (low.step - t.step) if share < 0.0 and root != 0.0 else outwards
    secant = secant_between(t, low)
    nearer = abs(cubic - t.step) < abs(secant - t.step)
    if not ends.closed:  # stepping out: the further one, within the limits
        step = cubic if abs(cubic - t.step) > abs(secant - t.step) else secant
        return max(ends.least, min(ends.most, step))
    step = cubic if nearer else secant
    bound = t.step + 0.66 * (high.step - t.step)  # leaves a third of the way to the other end
    return min(bound, step) if t.step > low.step else max(bound, step)


def cubic_between(a: Point, b: Point) -> float:
    """Return where the cubic with losses and slopes of two points has its minimum, NaN if nowhere."""
    return a.step + cubic_share(a, b)[0] * (b.step - a.step)


def cubic_share(a: Point, b: Point) -> tuple[float, float]:
    """Return how far from a to b the cubic's minimum is, as a share of the way, and the root in the formula."""
    d1 = 3.0 * (a.loss - b.loss) / (b.step - a.step) + a.slope + b.slope
    size = max(abs(d1), abs(a.slope), abs(b.slope))
    if not 0.0 < size < math.inf:
        return math.nan, 0.0
    # plainly: root = sqrt(d1 * d1 - a.slope * b.slope), 0 where rounding leaves less than that
    root = size * math.sqrt(max(0.0, (d1 / size) ** 2 - (a.slope / size) * (b.slope / size)))
    root = math.copysign(root, b.step - a.step)
    divisor = 2.0 * root - a.slope + b.slope
    return ((root - a.slope + d1) / divisor if divisor else math.nan), root


def secant_between(a: Point, b: Point) -> float:
    """Return where the straight line through the slopes of two points, which differ, is 0."""
    return a.step + a.slope / (a.slope - b.slope) * (b.step - a.step)
