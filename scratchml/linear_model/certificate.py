"""How nearly weights are the best ones: told by the equations that the best satisfy, with no other fit to compare with.

Idea
----
At the least sum of squares no column can explain any more of what is missed: the residual is at right angles to every
column, but for what a ridge pulls back. So the cosine of the angle is a measure of what is still to be gained.

Maths
-----
With r = y - X w - b and the ridge's alpha (0 for least squares), the best w satisfies for every column f::

    x_f'r = alpha w_f       and, with an intercept, sum_i r_i = 0

Cost
----
Two passes over X with twice the digits, about 50 n d operations.

Differences
-----------
None.

References
----------
T. Hastie, R. Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, equations 3.4 and 3.43.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.typing import FloatArray
from .compensated import careful_gradient, careful_residual
from .factorisations import EPS
from .problem import Problem, binary_exponent, find_moments, penalty_roots, penalty_slope, scale_down, squares


class Certificate(NamedTuple):
    """How nearly a fit is the best one; all but `residual_norm` would be 0 without rounding."""

    gradient: float  # largest |x_f'r - alpha w_f| / (|x_f| |y|), x_f, y centred: what a column could still explain
    intercept: float  # |mean r| sqrt(n) / |y|
    multiplier: float  # with positive=True: the same as `gradient` for columns at 0 that would like to enter
    residual_norm: float  # |r|


def certificate(
    p: Problem, coef: FloatArray, intercept: FloatArray | float, positive: bool, alpha: FloatArray | None = None
) -> Certificate:
    """Return the certificate of weights (d,) or (t, d) and intercepts () or (t,) for a problem, alpha () or (t,)."""
    shift = binary_exponent(p.X)
    p = p._replace(X=scale_down(p.X, shift), shift_x=shift)
    w = np.ldexp(coef.reshape(-1, p.X.shape[1]).T, p.shift_x[:, None] - p.shift_y)
    b = np.ldexp(np.broadcast_to(intercept, (w.shape[1],)), -p.shift_y)
    found = find_moments(p, diagonal=True)
    residual, mean = careful_residual(p.X, p.Y, p.weight, (w, 0 * w), b, p.centred, p.n_jobs)
    g = careful_gradient(p.X, p.weight, residual, p.n_jobs)
    length = np.sqrt(np.maximum(squares(found), 0.0))[:, None]
    raw_length = np.hypot(length, np.sqrt(found.total) * np.abs(found.mean_x[:, None]))
    varies = length > 8 * EPS * raw_length
    if alpha is not None:
        roots = np.column_stack([penalty_roots(p, a) for a in np.broadcast_to(alpha, (w.shape[1],))])
        g = g - penalty_slope(p._replace(ridge=roots), w)
        length = np.hypot(length, roots)
    one = np.ones(len(p.X)) if p.root is None else p.root
    height = np.linalg.norm(one[:, None] * p.Y, axis=0)
    spread = np.linalg.norm(one[:, None] * (p.Y - found.mean_y), axis=0)
    height = np.where(spread > EPS * height, spread, np.where(height > 0.0, height, 1.0))
    cosine = np.where(varies, g / np.where(length > 0.0, length, 1.0), 0.0) / height
    stuck = (w == 0.0) & positive
    with np.errstate(over="ignore"):
        norms = np.linalg.norm(one[:, None] * (residual[0] + mean), axis=0)
        residual_norm = np.linalg.norm(np.ldexp(norms, p.shift_y + p.shift_root))
    return Certificate(
        gradient=float(np.abs(np.where(stuck, 0.0, cosine)).max()),
        intercept=float((np.abs(mean) * np.sqrt(found.total) / height).max()),
        multiplier=float(np.where(stuck, cosine, 0.0).max(initial=0.0)),
        residual_norm=float(residual_norm),
    )
