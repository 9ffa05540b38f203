"""One pass over the weights of an elastic net, in two forms, and the duality gap.

Idea
----
With all weights but one held, the best value of that one is known in closed form: what the column still explains of the
residual, pulled towards 0 by the penalty. A pass does this for one weight after the other. What changes with a weight
is either the residual (n numbers: good for few rows), or what every other column still explains (m numbers: good for
few columns, and free for a weight that stays where it is).

Maths
-----
``F(w) = |y - Xw|^2 / 2 + sum_f l1_f |w_f| + sum_f l2_f w_f^2 / 2``, r = y - Xw, c = X'r, a_f = x_f'x_f, G = X'X::

    w_f <- soft_threshold(c_f + a_f w_f, l1_f) / (a_f + l2_f)
    r   <- r - x_f change         or         c <- c - G_f change

Stack ``sqrt(l2)`` times the identity under X and zeros under y: the elastic net becomes a lasso, with ``b_f = c_f -
l2_f w_f`` in the place of c_f and ``R = r'r + sum_f l2_f w_f^2`` in the place of r'r. Every v with |x_f'v| <= l1_f
gives a lower bound of the least F: ``D(v) = y'v - v'v / 2``. Take v = s r with the largest s <= 1 that is allowed. Then
F - D is a sum of terms none of which is negative, so that no digits cancel where it is small::

    s = min(1, min_f l1_f / |b_f|)
    gap = (1 - s)^2 R / 2 + sum_f (l1_f |w_f| - s w_f b_f)

For l1 = 0 (ridge) no s > 0 is allowed, and the dual without that restriction gives ``gap = sum_f b_f^2 / (2 l2_f)``.

The true v* is near: |v* - v|^2 <= 2 gap. So a column for which ``s |b_f| + sqrt(2 gap (a_f + l2_f)) < l1_f`` has weight
0 in every best fit: it is *safe* to leave it out.

Cost
----
A pass over m columns: m n, or m for each weight that changes. The gap: m, once c is there.

References
----------
J. Friedman, T. Hastie, R. Tibshirani (2010), "Regularization paths for generalized linear models via coordinate
descent", J. Stat. Software 33(1), sections 2.1 and 2.2. E. Ndiaye, O. Fercoq, A. Gramfort, J. Salmon (2017), "Gap safe
screening rules for sparsity enforcing penalties", J. Mach. Learn. Res. 18(128). M. Massias, A. Gramfort, J. Salmon
(2018), "Celer: a fast solver for the lasso with dual extrapolation", ICML, equation 11 (the safe rule in this form).
"""

from __future__ import annotations

import math

from ..core.jit import kernel
from ..core.typing import Array
from ..maths.sums import inner_product

ROUNDING = 1e-10  # how far a column must be beyond doubt before it is left out, beside its price


@kernel
def soft_threshold(value: float, threshold: float, positive: bool) -> float:
    """Return `value` pulled towards 0 by `threshold`; 0 where it is nearer, or below 0 if `positive`.

    The formula of `soft_threshold` of `optim/penalties.py`, but that a NaN, an overflow's, makes a weight 0.
    """
    if value > threshold:
        return value - threshold
    if value < -threshold and not positive:
        return value + threshold
    return 0.0


@kernel
def sign_of(value: float) -> int:
    """Return -1, 0 or 1."""
    return (1 if value > 0.0 else 0) - (1 if value < 0.0 else 0)


@kernel
def pass_by_gram(
    G: Array, w: Array, c: Array, l1: Array, l2: Array, order: Array, positive: bool
) -> tuple[float, int, int]:
    """Improve w once at each place in `order`; return (largest change of F, signs changed, weights changed).

    G (at least m, m), l1, l2 (m,), order (k,): read. w (m,), c (m,) = X'(y - Xw): overwritten.
    """
    largest, signs, moved = 0.0, 0, 0
    for j in order:
        curvature = G[j, j] + l2[j]
        if curvature <= 0.0:
            continue
        best = soft_threshold(c[j] + G[j, j] * w[j], l1[j], positive) / curvature
        change = best - w[j]
        if change == 0.0:
            continue
        moved += 1
        signs += sign_of(best) != sign_of(w[j])
        largest = max(largest, curvature * change * change)
        w[j] = best
        for k in range(c.shape[0]):
            c[k] -= G[j, k] * change
    return largest, signs, moved


@kernel
def pass_by_residual(
    A: Array, a: Array, w: Array, r: Array, l1: Array, l2: Array, order: Array, positive: bool
) -> tuple[float, int, int]:
    """Improve w once at each place in `order`; return (largest change of F, signs changed, weights changed).

    A (m, n) the columns as rows, a (m,) their squares, l1, l2 (m,), order (k,): read. w (m,), r (n,): overwritten.
    """
    largest, signs, moved = 0.0, 0, 0
    for j in order:
        curvature = a[j] + l2[j]
        if curvature <= 0.0:
            continue
        best = soft_threshold(inner_product(A[j], r) + a[j] * w[j], l1[j], positive) / curvature
        change = best - w[j]
        if change == 0.0:
            continue
        moved += 1
        signs += sign_of(best) != sign_of(w[j])
        largest = max(largest, curvature * change * change)
        w[j] = best
        for i in range(r.shape[0]):
            r[i] -= A[j, i] * change
    return largest, signs, moved


@kernel
def shrinking(w: Array, c: Array, l1: Array, l2: Array, noise: Array, order: Array, positive: bool) -> float:
    """Return s, the factor that makes the residual a point of the dual, but for `noise`. All (m,), order (k,): read."""
    s = 1.0
    for j in order:
        b = c[j] - l2[j] * w[j]
        b = b if positive else abs(b)
        if b > l1[j] + noise[j]:
            s = min(s, l1[j] / b)
    return s


@kernel
def duality_gap(
    w: Array, c: Array, l1: Array, l2: Array, noise: Array, order: Array, square: float, positive: bool
) -> tuple[float, float, float]:
    """Return (F, gap, s) of the problem whose columns are those in `order`, all other weights being 0.

    w, c = X'r, l1, l2, noise (m,), order (k,), square = r'r: read. What c is beyond l1 by `noise` is held for rounding.
    """
    ridge, lasso, slack, free = 0.0, 0.0, 0.0, 0.0
    s = shrinking(w, c, l1, l2, noise, order, positive)
    for j in order:
        b = c[j] - l2[j] * w[j]
        ridge += l2[j] * w[j] * w[j]
        lasso += l1[j] * abs(w[j])
        if w[j] != 0.0:
            slack += max(l1[j] * abs(w[j]) - s * w[j] * b, 0.0)  # below 0 by rounding only
        b = max(b, 0.0) if positive and w[j] == 0.0 else b
        if l1[j] == 0.0 and b != 0.0:
            free += b * b / (2.0 * l2[j]) if l2[j] > 0.0 else math.inf
    primal = 0.5 * (square + ridge) + lasso
    gap = 0.5 * (1.0 - s) * (1.0 - s) * (square + ridge) + slack
    return primal, min(gap, free) if free > 0.0 else gap, s


@kernel
def room_left(w: Array, c: Array, a: Array, l1: Array, l2: Array, s: float, positive: bool, room: Array) -> None:
    """Find for each column how far v = s r is from the border where the column may get a weight; below 0 is beyond.

    w, c = X'r, a = squares of the columns, l1, l2 (d,): read. room (d,): overwritten; infinite for constant columns.
    """
    for f in range(w.shape[0]):
        b = c[f] - l2[f] * w[f]
        b = b if positive else abs(b)
        room[f] = ((1.0 - ROUNDING) * l1[f] - s * b) / math.sqrt(a[f] + l2[f]) if a[f] > 0.0 else math.inf
