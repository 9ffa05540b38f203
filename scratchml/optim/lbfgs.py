"""L-BFGS: Newton's method from memory, the Hessian guessed from the last few moves.

Idea
    Each move shows how much the gradient changed along it, which is what the Hessian would have told. The last m moves
    and changes give a guess of its inverse that is never written down as a matrix: two passes over the memory turn a
    gradient into a direction.
Maths
    s = w_next - w, y = gradient_next - gradient, rho = 1 / y's. With q = gradient (algorithm 7.4)::

        newest to oldest:   alpha_i = rho_i s_i'q,   q <- q - alpha_i y_i
        q <- q (s'y / y'y) of the newest pair
        oldest to newest:   beta = rho_i y_i'q,      q <- q + (alpha_i - beta) s_i
        direction = -q

    The strong Wolfe conditions see to it that s'y > 0, so that the guess stays positive definite.
Cost
    4 m d operations and mostly one evaluation per iteration; 2 m vectors of memory.
Differences
    From L-BFGS-B: no bounds; the line search falls back on slopes where rounding hides the fall of the loss. If it
    fails, the memory is dropped and steepest descent tried once before the method gives up ("stuck").
References
    Liu, Nocedal (1989), Mathematical Programming 45. Nocedal, Wright, algorithms 7.4 and 7.5, equation 7.20.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..core.jit import kernel
from ..core.rules import integer, real
from ..core.typing import Array, FloatArray, VectorLike
from ..maths.sums import inner_product
from .objective import EPS, LossAndGradient, Objective, Step, check_method, inner, largest, length, start_at
from .wolfe import strong_wolfe

RULES = {"memory": integer(1), "loss_tol": real(0.0)}


@kernel
def run_two_loops(S: Array, Y: Array, rho: Array, alpha: Array, places: Array, scale: float, q: Array) -> None:
    """Turn q, minus the gradient, into the direction: algorithm 7.4. What overflows, the caller finds in q.

    S, Y (m, d), rho (m,), places (count,), rows of S from newest to oldest: read. alpha (m,), q (d,): overwritten.
    """
    for i in places:
        alpha[i] = rho[i] * inner_product(S[i], q)
        for f in range(q.shape[0]):
            q[f] -= alpha[i] * Y[i, f]
    for f in range(q.shape[0]):
        q[f] *= scale
    for i in places[::-1]:
        miss = alpha[i] - rho[i] * inner_product(Y[i], q)
        for f in range(q.shape[0]):
            q[f] += miss * S[i, f]


class Memory:
    """The last m pairs of move s and change of gradient y, in a ring."""

    def __init__(self, m: int, d: int) -> None:
        self.S, self.Y = np.empty((m, d)), np.empty((m, d))
        self.rho, self.alpha = np.empty(m), np.empty(m)
        self.newest, self.count, self.scale = -1, 0, 1.0

    def keep(self, w: FloatArray, w_next: FloatArray, gradient: FloatArray, gradient_next: FloatArray) -> None:
        """Keep the pair of a move, unless rounding has left it no curvature. All (d,): read."""
        i = (self.newest + 1) % len(self.rho)
        s, y = self.S[i], self.Y[i]
        with np.errstate(all="ignore"):
            np.subtract(w_next, w, out=s)
            np.subtract(gradient_next, gradient, out=y)
        curvature, squared = inner(s, y), inner(y, y)
        usable = curvature > EPS * abs(inner(s, gradient)) and 0.0 < squared < np.inf and 1.0 / curvature < np.inf
        if not usable:
            if self.count == len(self.rho):  # the oldest pair has just been written over
                self.count -= 1
            return
        self.rho[i], self.scale = 1.0 / curvature, curvature / squared
        self.newest, self.count = i, min(self.count + 1, len(self.rho))

    def find_direction(self, gradient: FloatArray, direction: FloatArray) -> None:
        """Turn gradient (d,), read, into the direction (d,), overwritten: the two loops."""
        if not self.count:  # the steepest way, a move of length 1
            np.divide(gradient, -length(gradient), out=direction)
            return
        np.negative(gradient, out=direction)
        places = (self.newest - np.arange(self.count)) % len(self.rho)
        run_two_loops(self.S, self.Y, self.rho, self.alpha, places, self.scale, direction)


def lbfgs(
    loss_and_gradient: LossAndGradient,
    w: VectorLike,
    *,
    memory: int = 10,
    max_iter: int = 1000,
    tol: float = 1e-5,
    loss_tol: float = 0.0,
) -> Iterator[Step]:
    """Yield the steps of L-BFGS: "start", then "update" after each iteration.

    Parameters
    ----------
    loss_and_gradient : function of w (d,), not to be changed, that returns (loss, gradient (d,))
    w : where to start, shape (d,); copied
    memory : the number m of pairs kept
    max_iter : most iterations
    tol : stop when no entry of |gradient| is above it
    loss_tol : stop, too, when an iteration lowers the loss by no more than this share of max(|loss|, 1); 0 never does

    Returns
    -------
    Iterator[Step]
        The last step's `name` is "stuck" where no lower point could be found, even after a fresh start.

    Raises
    ------
    TypeError, ValueError
        For a parameter that cannot be used, at once; for a loss that is not finite at the start, when it is taken.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.optim import lbfgs, minimize
    >>> def banana(w):  # Rosenbrock's valley
    ...     a, b = 1 - w[0], w[1] - w[0] ** 2
    ...     return float(a**2 + 100 * b**2), np.array([-2 * a - 400 * w[0] * b, 200 * b])
    >>> minimize(lbfgs(banana, [-1.2, 1.0])).w.round(4).tolist()
    [1.0, 1.0]
    """
    check_method("lbfgs", RULES, memory=memory, max_iter=max_iter, tol=tol, loss_tol=loss_tol)
    start = start_at(w)
    return _follow(Objective(loss_and_gradient), start, Memory(memory, start.size), max_iter, tol, loss_tol)


def _follow(
    objective: Objective, w: FloatArray, memory: Memory, max_iter: int, tol: float, loss_tol: float
) -> Iterator[Step]:
    gradient, direction = np.empty_like(w), np.empty_like(w)
    w_next, gradient_next = np.empty_like(w), np.empty_like(w)
    step = objective.start(w, gradient, tol)
    yield step
    while not step.converged and step.iteration < max_iter:
        memory.find_direction(gradient, direction)
        usable = math.isfinite(largest(direction))
        found = strong_wolfe(objective, step, direction, w_next, gradient_next) if usable else None
        if found is None and memory.count:
            memory.count = 0
            continue
        if found is None:
            yield step._replace(name="stuck", n_evaluations=objective.n_evaluations)
            return
        memory.keep(w, w_next, gradient, gradient_next)
        w, w_next, gradient, gradient_next = w_next, w, gradient_next, gradient
        fall = step.loss - found.loss
        step = objective.update("update", step, w, found.loss, gradient, found.step, tol)
        if loss_tol and fall <= loss_tol * max(abs(step.loss), 1.0):
            step = step._replace(converged=True)
        yield step
