"""The lasso with the signs of few weights known: the system of equations of `active_columns.py`, compiled.

Idea
----
For forty weights the equations take less time than calling a library to solve them, and the dozen small array
operations around. So for few weights all of it is one kernel.

Maths
-----
On the support S, ``H = G_SS + diag(l2)`` is positive definite: H = R'R (Cholesky), R'R step = p. With R at hand the
curvature along any u is a square, ``u'Hu = |Ru|^2``; and along the step itself, where H step = p::

    F(w + t step) - F(w) = (t / 2 - 1) t p'step          below 0 for every t in (0, 1]

Cost
----
s^3 / 6 multiplications for s weights, and s m to let the products of all m columns in play follow.

References
----------
G. H. Golub, C. F. Van Loan (2013), "Matrix computations", 4th edition, section 4.2 (Cholesky, by outer products).
"""

from __future__ import annotations

import math

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array

FEW = 80  # weights; for more a library's solver, made for large matrices, is quicker
JITTER = 1e-13  # of the diagonal, added to it, so that equal columns do not end the factorisation
UNSOLVED, STAYED, SUNK, BENT = range(4)  # not positive definite; no lower point; a lower one; and a sign changed


@kernel
def solve_by_cholesky(H: Array, x: Array) -> bool:
    """Solve H x = p; say whether H is positive definite. x (s,), p before: overwritten; H (s, s), above: by R.

    `solve_system` of `svm/face.py` is the same but for what x is divided by on the way down, which decides last bits.
    """
    s = x.shape[0]
    for i in range(s):
        if not H[i, i] > 0.0:
            return False
        root = math.sqrt(H[i, i])
        for k in range(i, s):
            H[i, k] /= root
        x[i] /= root
        for j in range(i + 1, s):
            for k in range(j, s):
                H[j, k] -= H[i, j] * H[i, k]
            x[j] -= H[i, j] * x[i]
    for i in range(s - 1, -1, -1):
        for k in range(i + 1, s):
            x[i] -= H[i, k] * x[k]
        x[i] /= H[i, i]
    return True


@kernel
def equations_of(G: Array, w: Array, c: Array, l1: Array, l2: Array, support: Array) -> tuple[Array, Array]:
    """Return H (s, s), its upper triangle, and p (s,) of the weights on the support (s,). All are read."""
    s = support.shape[0]
    H, p = np.empty((s, s)), np.empty(s)
    for i in range(s):
        j = support[i]
        p[i] = c[j] - l2[j] * w[j] - math.copysign(l1[j], w[j])
        H[i, i] = (G[j, j] + l2[j]) * (1.0 + JITTER)
        for k in range(i + 1, s):
            H[i, k] = G[j, support[k]]
    return H, p


@kernel
def rise_along(R: Array, p: Array, u: Array) -> float:
    """Return u'R'Ru / 2 - p'u, by which F changes along u. R (s, s), its upper triangle, p, u (s,): read."""
    rise = 0.0
    for i in range(u.shape[0]):
        along = 0.0
        for k in range(i, u.shape[0]):
            along += R[i, k] * u[k]
        rise += 0.5 * along * along - p[i] * u[i]
    return rise


@kernel
def choose_step(R: Array, p: Array, w: Array, step: Array) -> tuple[float, bool]:
    """Shorten step (s,), overwritten, where it changes signs of w (s,); return (how F changes, if any would change).

    The lower of two: the longest part that changes no sign, or all of it with weights that would cross 0 set to 0.
    """
    t, crossed, along = 1.0, False, 0.0
    clipped = np.empty(w.shape[0])
    for i in range(w.shape[0]):
        clipped[i] = step[i]
        along += p[i] * step[i]
        if (w[i] + step[i]) * math.copysign(1.0, w[i]) <= 0.0:
            crossed = True
            t = min(t, -w[i] / step[i])
            clipped[i] = -w[i]
    rise = (0.5 * t - 1.0) * t * along
    if crossed:
        other = rise_along(R, p, clipped)
        for i in range(w.shape[0]):
            part = -w[i] if clipped[i] == -w[i] and -w[i] / step[i] <= t else t * step[i]
            step[i] = clipped[i] if other < rise else part
        rise = min(rise, other)
    return rise, crossed


@kernel
def solve_few(G: Array, w: Array, c: Array, l1: Array, l2: Array, support: Array) -> int:
    """Go to the lowest point for these signs, or as far as they hold; return UNSOLVED, STAYED, SUNK or BENT.

    G (at least m, m), l1, l2 (m,), support (s,), where w is not 0: read. w (m,), c (m,) = X'(y - Xw): overwritten.
    """
    R, p = equations_of(G, w, c, l1, l2, support)
    step, old = np.empty(p.shape[0]), np.empty(p.shape[0])
    for i in range(p.shape[0]):
        step[i], old[i] = p[i], w[support[i]]
    if not solve_by_cholesky(R, step):
        return UNSOLVED
    rise, crossed = choose_step(R, p, old, step)
    if not -math.inf < rise < 0.0:  # NaN, too
        return STAYED
    for i in range(support.shape[0]):
        j = support[i]
        new = 0.0 if step[i] == -old[i] else old[i] + step[i]
        w[j] = new if new * math.copysign(1.0, old[i]) > 0.0 else 0.0
        change = w[j] - old[i]
        for k in range(c.shape[0]):
            c[k] -= G[j, k] * change
    return BENT if crossed else SUNK
