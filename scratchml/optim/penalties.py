"""Penalties on the size of w, and the one thing a method needs of a penalty with a kink: its proximal step.

Idea
    A penalty keeps weights small (l2) or switches them off (l1). The absolute value has no gradient at 0, so do not
    take one: first step as if there were no penalty, then go to the point that best trades the penalty against
    staying near. For l1 that is: pull towards 0 by the same amount everywhere, and stop at 0.
Maths
    penalty(w) = l1 sum_f |w_f| + l2 / 2 sum_f w_f^2, and infinite for w_f < 0 if positive

    prox(v) = argmin_w  penalty(w) + |w - v|^2 / (2 step)
            = soft_threshold(v, step l1) / (1 + step l2)
    soft_threshold(v, t) = sign(v) max(|v| - t, 0),     and max(v - t, 0) if positive

    w is a minimum of loss + penalty exactly if 0 lies among the slopes there. Its distance from them, per coordinate::

        w_f != 0:   |gradient_f + l2 w_f + l1 sign(w_f)|
        w_f == 0:   max(|gradient_f| - l1, 0),     and max(-gradient_f - l1, 0) if positive
Cost
    d operations each.
Differences
    scikit-learn's alpha and l1_ratio are l1 = alpha l1_ratio and l2 = alpha (1 - l1_ratio).
References
    Parikh, Boyd (2014), Proximal Algorithms, sections 2.1, 6.5.2. Hastie, Tibshirani, Wainwright, Statistical Learning
    with Sparsity, section 2.4.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Self

import numpy as np

from ..core.jit import kernel
from ..core.rules import boolean, check_rules, real
from ..core.typing import Array, FloatArray


@kernel
def soft_threshold(v: float, threshold: float, positive: bool) -> float:
    """Return the number v pulled towards 0 by `threshold`; 0 for what is nearer, or is below 0 if `positive`."""
    if v > threshold:
        return v - threshold
    if v < -threshold and not positive:
        return v + threshold
    return v if math.isnan(v) else 0.0


@kernel
def prox(w: Array, step: float, l1: float, l2: float, positive: bool) -> None:
    """Take the proximal step of the penalty from w (k, d) or any 2-d shape, overwritten."""
    for i in range(w.shape[0]):
        for f in range(w.shape[1]):
            w[i, f] = soft_threshold(w[i, f], step * l1, positive) / (1.0 + step * l2)


@kernel
def distance_from_slopes(w: float, gradient: float, l1: float, l2: float, positive: bool) -> float:
    """Return how far 0 is from the slopes of loss + penalty in one coordinate; NaN where an argument is."""
    slope = gradient + l2 * w
    if w > 0.0:
        return abs(slope + l1)
    if w < 0.0 and not positive:
        return abs(slope - l1)
    if w < 0.0:
        return math.inf  # not allowed at all
    low = -slope - l1  # above 0: the loss falls if w grows
    high = slope - l1  # above 0: the loss falls if w sinks
    if low > 0.0 or math.isnan(low):
        return low
    return high if high > 0.0 and not positive else 0.0


@kernel
def stationarity(w: Array, gradient: Array, l1: float, l2: float, positive: bool) -> float:
    """Return the largest distance over all coordinates. w, gradient (k, d), of the loss alone: read."""
    worst = 0.0
    for i in range(w.shape[0]):
        for f in range(w.shape[1]):
            distance = distance_from_slopes(w[i, f], gradient[i, f], l1, l2, positive)
            if distance > worst or math.isnan(distance):
                worst = distance
    return worst


class Penalty(NamedTuple):
    """``l1 sum |w_f| + l2 / 2 sum w_f^2``, with `positive` only for w_f >= 0. All 0 by default: no penalty.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.optim import Penalty
    >>> Penalty(l1=1.0).prox(np.array([3.0, -0.5, -2.0]), step=1.0).tolist()
    [2.0, 0.0, -1.0]
    """

    l1: float = 0.0
    l2: float = 0.0
    positive: bool = False

    def checked(self) -> Self:
        """Return the penalty with plain numbers in it, once they are seen to be finite and not negative.

        Raises
        ------
        TypeError, ValueError
            If they are not.
        """
        number = real(0.0, math.inf, open_high=True)
        check_rules("Penalty", {"l1": number, "l2": number, "positive": boolean}, self._asdict())
        return type(self)(float(self.l1), float(self.l2), bool(self.positive))

    def value(self, w: FloatArray) -> float:
        """Return the penalty of w, of any shape."""
        if self.positive and (w < 0).any():
            return math.inf
        with np.errstate(over="ignore"):
            value = float(self.l1 * np.abs(w).sum()) if self.l1 else 0.0  # 0 even where the sum overflows
            return value + float(0.5 * self.l2 * np.square(w).sum()) if self.l2 else value

    def prox(self, v: FloatArray, step: float = 1.0) -> FloatArray:
        """Return the proximal step of length `step` from v, of any shape.

        Raises
        ------
        ValueError
            If `step` is negative or not finite.
        """
        if not 0.0 <= step < math.inf:
            raise ValueError(f"step={step} of the proximal step must be a finite number of at least 0.")
        w = np.array(v, dtype=np.float64, order="C")  # or the line below would work on a copy
        prox(w.reshape(1, -1), float(step), float(self.l1), float(self.l2), bool(self.positive))
        return w

    def stationarity(self, w: FloatArray, gradient: FloatArray) -> float:
        """Return how far 0 is from the slopes of loss + penalty at w: 0 at the minimum, and only there if convex.

        w and gradient, the loss's alone, have the same shape. Without a penalty it is the largest |gradient_f|.
        """
        rows = np.ascontiguousarray(w, dtype=np.float64).reshape(1, -1)
        slopes = np.ascontiguousarray(gradient, dtype=np.float64).reshape(1, -1)
        return float(stationarity(rows, slopes, float(self.l1), float(self.l2), bool(self.positive)))


def checked_penalty(penalty: Penalty | None) -> Penalty:
    """Return the penalty a method was given, checked; None stands for none.

    Raises
    ------
    TypeError, ValueError
        If it is no Penalty, or its numbers are negative or not finite.
    """
    if penalty is None:
        return Penalty()
    if not isinstance(penalty, Penalty):
        raise TypeError(f"penalty={penalty!r} is no Penalty; give Penalty(l1=..., l2=...), or None.")
    return penalty.checked()
