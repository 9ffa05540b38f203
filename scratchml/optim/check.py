"""Is a gradient right? Compare it with the slope of the loss itself, a little to each side.

Idea
    A wrong sign, a forgotten 1/n, a penalised intercept: nearly every error in a gradient shows at once beside the
    difference of two losses.
Maths
    loss(w + h e_f) - loss(w - h e_f) = 2 h gradient[f] + O(h^3). Taking h and 2 h together cancels the h^3 term::

        gradient[f] ~ (8 (loss(w + h e_f) - loss(w - h e_f)) - (loss(w + 2h e_f) - loss(w - 2h e_f))) / (12 h)

    with error O(h^4) by the formula and eps |loss| / h by rounding; h = eps^(1/5) max(1, |w[f]|) balances the two, if
    w of about this size changes the loss as much as itself. If not (rows of X with entries of 100, a kink nearby), the
    slopes over 2 h and over 4 h are far apart: then h is quartered, up to seven times, until they are not, or rounding
    is all there is. If that does not come, the length is taken at which they were nearest.
Cost
    4 d evaluations, as many again for each shorter step: for tests and exercises, never for fitting.
Differences
    From `scipy.optimize.check_grad`: central instead of forward differences, relative instead of absolute deviation.
References
    Abramowitz, Stegun, Handbook of Mathematical Functions, 25.3.6. Nocedal, Wright, section 8.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.typing import FloatArray, VectorLike
from .objective import EPS, LossAndGradient, Objective, start_at

FAR_APART = 1e-5  # of the largest slope: where slopes over two lengths are so far apart, the step is shortened
LENGTHS = 8  # that are tried


def _central_differences(
    f: Callable[[FloatArray], Any], w: FloatArray, size: float = np.inf
) -> tuple[FloatArray, FloatArray]:
    """Return the slopes of f along each of the d coordinates, stacked (d, ...), and what rounding may have added.

    `size` is that of the largest slope: those over 2 h and 4 h may be `FAR_APART` as far apart.
    """
    slopes, noise = [], []
    for j in range(w.shape[0]):
        h, nearest = EPS**0.2 * max(1.0, abs(w[j])), np.inf
        for length in range(LENGTHS):
            values = []
            for shift in (h, -h, 2 * h, -2 * h):
                beside = w.copy()
                beside[j] += shift
                values.append(np.array(f(beside), dtype=np.float64))
            near, far = values[0] - values[1], values[2] - values[3]
            rounding, apart = 16 * EPS * np.max(np.abs(values), axis=0) / h, np.abs(2 * near - far) / (4 * h)
            if length == 0 or apart.max() < nearest:  # a NaN, where f leaves its domain, is no nearer
                slope, its_rounding = (8 * near - far) / (12 * h), rounding
                nearest = np.nan_to_num(apart.max(), nan=np.inf)
            if (apart <= np.maximum(FAR_APART * size, rounding)).all():
                break
            h /= 4
        slopes.append(slope)
        noise.append(its_rounding)
    return np.array(slopes), np.array(noise)


def _deviation(found: FloatArray, expected: FloatArray, noise: FloatArray) -> float:
    apart = np.maximum(np.abs(found - expected) - noise, 0.0).max()
    if apart == 0.0:
        return 0.0
    return float(apart / max(np.abs(found).max(), np.abs(expected).max()))


def check_gradient(loss_and_gradient: LossAndGradient, w: VectorLike) -> float:
    """Return how far a gradient is from central differences of its loss, as a share of its largest entry.

    About 1e-9 or less for a right gradient of a smooth loss, about 1 for a wrong one. Differences that rounding of the
    loss may have made are not counted. Keep away from kinks (hinge at margin 1), where there is no gradient.

    Parameters
    ----------
    loss_and_gradient : function of w that returns (loss, gradient)
    w : where to look, shape (d,)

    Returns
    -------
    float
        max_f |gradient[f] - difference[f]| / max_f max(|gradient[f]|, |difference[f]|)

    Raises
    ------
    TypeError, ValueError
        If w, or what the function returns, is not as described.

    Examples
    --------
    >>> from scratchml.optim import check_gradient
    >>> check_gradient(lambda w: (float(w @ w), 2 * w), [1.0, -3.0]) < 1e-9
    True
    >>> round(check_gradient(lambda w: (float(w @ w), w), [1.0, -3.0]), 6)  # the 2 is forgotten
    0.5
    """
    start = start_at(w)
    gradient = np.empty_like(start)
    Objective(loss_and_gradient)(start.copy(), gradient)
    size = float(np.abs(gradient).max())
    slopes, noise = _central_differences(lambda v: float(loss_and_gradient(v)[0]), start, size)
    return _deviation(gradient, slopes, noise)


def check_hessian(
    loss_and_gradient: LossAndGradient, hessian: Callable[[FloatArray], FloatArray], w: VectorLike
) -> float:
    """Return how far a Hessian is from central differences of the gradient, as a share of its largest entry.

    Parameters
    ----------
    loss_and_gradient : function of w that returns (loss, gradient)
    hessian : function of w that returns the second derivatives, shape (d, d)
    w : where to look, shape (d,)

    Raises
    ------
    TypeError, ValueError
        If w, or what a function returns, is not as described.
    """
    start = start_at(w)
    Objective(loss_and_gradient)(start.copy(), np.empty_like(start))
    if not callable(hessian):
        raise TypeError(f"hessian={hessian!r} is not callable; give a function of w that returns a (d, d) array.")
    found = np.array(hessian(start.copy()), dtype=np.float64)
    if found.shape != (start.size, start.size):
        raise ValueError(f"the Hessian has shape {found.shape}; w of shape {start.shape} wants {(start.size,) * 2}.")
    slopes, noise = _central_differences(lambda v: loss_and_gradient(v)[1], start, float(np.abs(found).max()))
    return _deviation(found, slopes.T, noise.T)
