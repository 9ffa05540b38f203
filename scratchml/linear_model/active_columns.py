"""The columns that are in play: what a working set knows of them, and the steps that can be taken inside it.

Idea
----
At the end most weights of a lasso are 0, so most columns never matter. Keep a small set of columns that do, work inside
it, and look at all the others only now and then, to see whether one of them wants to come in. Inside the set either all
products of its columns are at hand (G = A'A) and X is not needed at all, or only the columns themselves are.

With the signs of the weights known, the lasso is no search but a system of linear equations. So, when passes leave the
signs alone, solve that system. Where its solution changes a sign it went too far: stop at 0.

Maths
-----
On the support S (the columns with w_f != 0) the penalty is linear, and F a parabola with the gradient ``-p_S = l1
sign(w) - c + l2 w`` and the curvature ``H = G_SS + diag(l2)``. Its lowest point is ``w + step`` with ``H step = p``.
For any part of a step that keeps the signs: ``F(w + u) - F(w) = u'H u / 2 - p'u``.

Two parts are tried and the lower taken: the longest multiple t step (t <= 1) that changes no sign, which never rises,
and the whole step with every weight that would change its sign set to 0.

Cost
----
A system of s equations: 2 s^3 / 3, or s^3 / 6 where they are few (`few_signs.py`). Columns that come in: n m products
each. Memory m n + m^2, kept below n d.

Differences
-----------
A little of the diagonal (1e-13) is added to H, so that equal columns do not end it; the step stays one downhill. From
celer and skglm: these extrapolate from several passes (Anderson). Measured on the way to a gap of 1e-10, that took up
to 4 times fewer passes than plain ones; solving took fewer still, and on six of seven problems 1.2 to 1.9 times less
time than extrapolation.

References
----------
T. Hastie, R. Tibshirani, M. Wainwright (2015), "Statistical learning with sparsity", section 2.4 and 5.4. M. Massias,
A. Gramfort, J. Salmon (2018), "Celer: a fast solver for the lasso with dual extrapolation", ICML, section 4 (working
sets).
"""

from __future__ import annotations

from math import inf, isfinite

import numpy as np

from ..core import one_blas_thread, sum_of_squares
from ..core.typing import FloatArray, IntArray
from .columns import Columns, Penalties, Target
from .coordinate_passes import duality_gap, pass_by_gram, pass_by_residual
from .few_signs import BENT, FEW, JITTER, SUNK, UNSOLVED, solve_few

PASS_CALL, SOLVE_CALL = 6e4, 1e5  # what a call costs, in multiplications
SOLVE_GAIN = 6.0  # how many times faster a number is worked on in a system of equations than in a pass


class ActiveColumns:
    """The columns in play: their weights, and how well they explain y. Either `gram` or `residual` is there."""

    def __init__(self, columns: Columns, target: Target, penalties: Penalties) -> None:
        self.columns, self.target, self.positive = columns, target, penalties.positive
        self.moment, self.noise, self.a = target.moment, target.noise, columns.a
        self.l1, self.l2 = penalties.l1, penalties.l2
        self.rows: FloatArray | None = None
        if columns.gram is not None:  # all of them
            self.whole: IntArray = np.arange(columns.d)
            self.gram: FloatArray | None = columns.gram
        else:
            self.whole, self.gram = columns.features, columns.pairs if columns.paired else None
            self.rows = columns.rows[: len(self.whole)]
            self.moment, self.noise = self.moment[self.whole], self.noise[self.whole]
            self.a = self.a[self.whole]
            self.l1, self.l2 = self.l1[self.whole], self.l2[self.whole]
        self.residual: FloatArray | None = None

    def start(self, w: FloatArray, c: FloatArray | None, residual: FloatArray | None) -> None:
        """Begin from w (d,), with c = X'r (d,) and r where they are known."""
        self.w = w[self.whole]
        if self.gram is None:
            assert self.rows is not None
            with one_blas_thread():
                self.residual = self.target.y - self.w @ self.rows if residual is None else residual
        if c is not None:
            self.c = c[self.whole]
        elif self.gram is None:
            self.c = np.empty_like(self.w)
            self.refresh()
        else:
            m, support = len(self.w), np.flatnonzero(self.w)
            with one_blas_thread():
                self.c = self.moment - self.w[support] @ self.gram[support, :m]

    def sweep(self, order: IntArray) -> tuple[float, int, int]:
        """Take one pass in this order; return (largest change of F, signs changed, weights changed)."""
        if self.gram is not None:
            return pass_by_gram(self.gram, self.w, self.c, self.l1, self.l2, order, self.positive)
        assert self.rows is not None
        assert self.residual is not None
        found = pass_by_residual(self.rows, self.a, self.w, self.residual, self.l1, self.l2, order, self.positive)
        self.refresh()
        return found

    def refresh(self) -> None:
        """Work out c anew from the residual."""
        assert self.rows is not None
        assert self.residual is not None
        with one_blas_thread():
            np.dot(self.rows, self.residual, out=self.c)

    def gap(self, order: IntArray) -> tuple[float, float]:
        """Return (F, gap) of the problem that has these columns only."""
        if self.residual is not None:
            square = sum_of_squares(self.residual)
        else:
            square = max(self.target.total - float(self.w @ (self.moment + self.c)), 0.0)
        return duality_gap(self.w, self.c, self.l1, self.l2, self.noise, order, square, self.positive)[:2]

    def pass_cost(self, moved: int) -> float:
        """Return about how many multiplications a pass takes in which so many weights changed."""
        m = len(self.w)
        return PASS_CALL + (moved * m if self.residual is None else (m + moved) * len(self.residual))

    def solve_cost(self) -> float:
        """Return the same for `solve_support`, in multiplications of a pass; infinite where it can do nothing."""
        s = int(np.count_nonzero(self.w))
        if s == 0:
            return inf
        if self.residual is None:
            return SOLVE_CALL + s**3 / SOLVE_GAIN
        n = len(self.residual)
        return SOLVE_CALL + min(s, n) ** 2 * (s + n) / SOLVE_GAIN if s <= n or self.l2.all() else inf

    # ---- with the signs known: a system of equations

    def newton_step(self, support: IntArray, p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the step (s,) with H step = p, and H (s, s), or the columns (s, n) it is made of if n < s."""
        l2, s = self.l2[support], len(support)
        if self.gram is not None:
            H = self.gram[support[:, None], support]
        else:
            assert self.rows is not None
            part = self.rows[support]
            if s > part.shape[1]:  # (L + PP')^-1 p = L^-1 (p - P (I + P'L^-1 P)^-1 P'L^-1 p)
                ratio = part / l2[:, None]
                small = ratio.T @ part
                small.flat[:: len(small) + 1] += 1.0
                inner = np.asarray(np.linalg.solve(small, ratio.T @ p), dtype=np.float64)
                return (p - part @ inner) / l2, part
            H = part @ part.T
        H.flat[:: s + 1] = (H.diagonal() + l2) * (1.0 + JITTER)
        return np.asarray(np.linalg.solve(H, p)), H

    def bend(self, support: IntArray, u: FloatArray, H: FloatArray) -> float:
        """Return u'Hu for a step u (s,), where H may be given by its columns."""
        if self.gram is not None or len(support) <= H.shape[1]:
            return float(u @ (H @ u))
        along = u @ H
        return float(along @ along + (self.l2[support] * u) @ u)

    def solve_support(self) -> tuple[bool, bool]:
        """Go to the lowest point for these signs, or as far as they hold; say if F has sunk, and if a sign changed."""
        support = self.w.nonzero()[0]
        if self.gram is not None and len(support) <= FEW:  # plainly: as below, for few weights in one kernel
            found = solve_few(self.gram, self.w, self.c, self.l1, self.l2, support)
            if found != UNSOLVED:
                return found >= SUNK, found == BENT
        w, sign = self.w[support], np.sign(self.w[support])
        p = self.c[support] - self.l2[support] * w - self.l1[support] * sign
        with one_blas_thread(), np.errstate(all="ignore"):
            try:
                step, H = self.newton_step(support, p)
            except np.linalg.LinAlgError:
                return False, False
            if not isfinite(step.sum()):  # of NaN and infinities the sum is none the better
                return False, False
            crossed = (w + step) * sign <= 0.0
            choices = [step]
            if crossed.any():
                ratio = np.where(crossed, -w / step, inf)
                t = float(ratio.min())
                choices = [np.where(ratio <= t, -w, t * step), np.where(crossed, -w, step)]
            rises = [0.5 * self.bend(support, u, H) - float(p @ u) for u in choices]
            best = rises.index(min(rises))
            if not rises[best] < 0.0:
                return False, False
            new = np.where(choices[best] == -w, 0.0, w + choices[best])
            new[new * sign < 0.0] = 0.0
            self.move(support, new - w)
            self.w[support] = new
        return True, bool(crossed.any())

    def move(self, support: IntArray, step: FloatArray) -> None:
        """Let c, or r and c, follow a step (s,) of the weights on the support."""
        if self.gram is not None:
            self.c -= step @ self.gram[support, : len(self.c)]
        else:
            assert self.rows is not None
            assert self.residual is not None
            self.residual -= step @ self.rows[support]
            self.refresh()
