"""Steps of all weights at once, mixed: for a lasso with many weights and many rows, whose columns are not alike.

Idea
----
Were the columns at right angles, the best value of a weight would not depend on the others: one step of all at once
would be the end. Where they nearly are, it is nearly the end, and the last few steps tell how what is missing shrinks
from one to the next. So mix them: take the shares with which the steps all but cancel. Each step is one look at X, and
a few looks take less time than all products of columns. Where columns are alike, they explain more of y one by one than
there is, or steps overshoot: the second one shows it, and `dense_rounds.py` takes over.

Maths
-----
From weights w, with c = X'r and a_f = x_f'x_f, the best value of each weight if all others stayed::

    g_f = soft_threshold(c_f + a_f w_f, l1_f) / (a_f + l2_f),        u_f = sqrt(a_f) (g_f - w_f)

While signs stay, u is linear in w. So of the last K steps the mixture is taken whose own would be the shortest::

    minimise |sum_k z_k u_k|  over  sum z = 1,   so   z ~ (U U')^-1 1,         w <- sum_k z_k g_k

and what is 0 in the last g stays 0. For n rows of d independent columns each u is about ``sqrt(d / n)`` as long as the
one before; the gap wants one some 2000 times shorter than the first.

Cost
----
2 n d for each look, at most 12 of them. Products cost n d^2 / 2, which a processor gets done about ten times as fast.
Memory: n + 2 K d.

Differences
-----------
From Anderson's method for smooth equations: signs may change from step to step, so nothing is promised. Rounds from
the last w that made steps shorter are the way out.

References
----------
H. F. Walker, P. Ni (2011), "Anderson acceleration for fixed-point iterations", SIAM J. Numer. Anal. 49(4), section 2.
V. V. Mai, M. Johansson (2020), "Anderson acceleration of proximal gradient methods", ICML, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np

from ..core import one_blas_thread
from ..core.typing import FloatArray
from .columns import Columns, Penalties, Target
from .dense_rounds import RIDGE, look_at_all

STEPS = 6  # K
WIDE = 200  # columns: the products of fewer take no longer than the looks
MOST_LOOKS = 12
SHORTER = 0.5  # of its length is left of a step, at most, after the next: else columns are alike


def may_be_mixed(columns: Columns, target: Target) -> bool:
    """Say whether looks are worth a try: X'X is not at hand, large, serves one target alone, and may be diagonal."""
    large = columns.gram is None and columns.d >= WIDE and columns.Y.shape[1] == 1
    return large and columns.p.root is None and not columns.say_the_same(target)


def best_of_each(columns: Columns, penalties: Penalties, w: FloatArray, c: FloatArray) -> FloatArray:
    """Return the best value of each weight (d,) if all others stayed; 0 for constant columns."""
    b = c + columns.a * w
    size = np.maximum((b if penalties.positive else np.abs(b)) - penalties.l1, 0.0)
    return np.asarray(np.copysign(size, b) / np.where(columns.flat, 1.0, columns.a + penalties.l2))


def shortest_mixture(steps: FloatArray) -> FloatArray:
    """Return the shares z (K,) that add up to 1 and make z @ steps, (K, d), the shortest."""
    H = steps @ steps.T
    H /= H.trace()
    H.flat[:: len(H) + 1] += RIDGE
    z = np.linalg.solve(H, np.ones(len(H)))
    return np.asarray(z / z.sum())


def mixed_steps(
    columns: Columns, target: Target, penalties: Penalties, w: FloatArray, c: FloatArray
) -> Iterator[tuple[FloatArray, FloatArray, float, FloatArray]]:
    """Yield (w, c = X'r, r'r, r) after each look, from w (d,) and its c, as long as steps become shorter."""
    root, ends, steps, last = np.sqrt(columns.a), np.empty((0, columns.d)), np.empty((0, columns.d)), inf
    look: tuple[FloatArray, float, FloatArray] | None = None
    for looks in range(MOST_LOOKS + 1):
        g = best_of_each(columns, penalties, w, c)
        u = root * (g - w)
        length = float(np.sqrt(u @ u))
        if not length <= SHORTER * last:  # NaN, too
            return
        if look is not None:
            yield w, *look
        if length == 0.0 or looks == MOST_LOOKS:
            return
        ends, steps, last = np.vstack([ends[1 - STEPS :], g]), np.vstack([steps[1 - STEPS :], u]), length
        with one_blas_thread():
            w = np.where(g == 0.0, 0.0, shortest_mixture(steps) @ ends)
        if penalties.positive:
            w = np.maximum(w, 0.0)
        look = look_at_all(columns, w, target)
        c = look[0]
