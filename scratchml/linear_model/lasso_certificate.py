"""How nearly given weights are the best of an elastic net: the duality gap and the optimality conditions, afresh.

Idea
----
No other fit is needed for comparison. The weights themselves give a bound of what any others could gain, and at the
best ones each column explains just what its weight costs.

Maths
-----
The gap is that of `coordinate_passes.py`; the conditions are those of `lasso.py`: ``b_f = l1 sign(w_f)`` where w_f !=
0, ``|b_f| <= l1`` (with positive weights ``b_f <= l1``) where w_f = 0.

Cost
----
Two passes over X.

References
----------
T. Hastie, R. Tibshirani, M. Wainwright (2015), "Statistical learning with sparsity", equation 2.6.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.typing import FloatArray
from .columns import Columns, to_scale
from .coordinate_passes import duality_gap


class Certificate(NamedTuple):
    """How nearly a fit is the best one, worked out afresh; all of it would be 0 without rounding and with tol=0."""

    gap: float  # the duality gap: F is at most so far above the least possible (largest of all targets)
    gap_share: float  # gap / (|y|^2 / n), y centred: this is compared with tol
    violation: float  # largest difference from the optimality conditions, beside the largest |x_f'y| / n at w = 0
    intercept: float  # |intercept - (mean y - mean x'w)| / (|y| / sqrt(n))


def certify_columns(
    columns: Columns, coef: FloatArray, intercept: FloatArray, alpha: float, l1_ratio: float, positive: bool
) -> Certificate:
    """Return the certificate of weights coef (t, d) and intercepts (t,)."""
    worst = np.zeros(4)
    for k, w_user in enumerate(coef):
        target, penalties = columns.target(k), columns.penalties(alpha, l1_ratio, positive, k)
        w = to_scale(columns.p, w_user, k)
        fresh = np.setdiff1d(np.flatnonzero(w), columns.features)
        if len(fresh):
            columns.take_in(fresh)
        c, square, _ = columns.look(w, target)
        gap = duality_gap(w, c, penalties.l1, penalties.l2, target.noise, np.arange(columns.d), square, positive)[1]
        b = c - penalties.l2 * w
        away = np.where(w != 0.0, np.abs(b - penalties.l1 * np.sign(w)), np.abs(b) - penalties.l1)
        if positive:
            away = np.where((w == 0.0) & (b < 0.0), 0.0, away)
        if alpha == 0.0:
            gap = float(b @ b)
        height = target.total if target.total > 0.0 else 1.0
        level = float(np.abs(target.moment).max(initial=0.0))
        with np.errstate(over="ignore", under="ignore"):
            per_row = float(np.ldexp(gap / columns.weight_total, 2 * int(columns.p.shift_y[k])))
            off = np.ldexp(intercept[k], -int(columns.p.shift_y[k])) - (columns.mean_y[k] - columns.mean_x @ w)
        found = [
            min(per_row, float(np.finfo(float).max)),
            gap / height,
            max(float(away.max(initial=0.0)), 0.0) / (level if level > 0.0 else 1.0),
            abs(float(off)) * np.sqrt(columns.weight_total / height),
        ]
        worst = np.maximum(worst, found)
    return Certificate(*(float(value) for value in worst))
