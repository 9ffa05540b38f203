"""L-BFGS as L-BFGS-B walks it where there are no bounds: the same path as SciPy's, for neural networks.

Idea
    Two L-BFGS methods with two line searches come to the same end only where there is one minimum. A network has many,
    so whoever wants another program's weights has to walk its path, step by step: first step, line search, which moves
    are remembered, when to end. This file takes these rules from L-BFGS-B, the method most programs use.
Maths
    The direction is that of `lbfgs.py` (two loops; L-BFGS-B writes the same matrix in a compact form). In addition::

        first try       a move of length 1 at the start; afterwards step 1 of the direction
        line search     `more_thuente.py`
        remember        s = w_next - w, y = gradient_next - gradient if s'y > EPS (-s'gradient)
        end             max |gradient| <= tol, or loss - loss_next <= loss_tol max(|loss|, |loss_next|, 1)

    If a line search fails, the memory is dropped and step 1 of the steepest way tried; fails that too, it is "stuck".
Cost
    4 m d operations and mostly one evaluation per iteration; 2 m vectors of memory.
Differences
    From L-BFGS-B: no bounds, so no Cauchy point and no subspace to search; a pair is not dropped with the whole memory
    where a factorisation of the compact form fails, as there is none. From `lbfgs.py`: the line search, no
    care for rounding, and the end by `loss_tol`, which is on as in SciPy.
References
    Byrd, Lu, Nocedal, Zhu (1995), "A limited memory algorithm for bound constrained optimization", SIAM J. Sci. Comput.
    16(5), sections 2, 5 and 6. Nocedal, Wright, algorithm 7.4. More, Thuente (1994), ACM TOMS 20(3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..core.typing import FloatArray, VectorLike
from .lbfgs import RULES, Memory
from .more_thuente import more_thuente
from .objective import (
    EPS,
    LossAndGradient,
    Objective,
    Step,
    check_method,
    inner,
    largest,
    length,
    slope_along,
    start_at,
)
from .wolfe import Point

LOSS_TOL = 1e7 * EPS


def lbfgs_more_thuente(
    loss_and_gradient: LossAndGradient,
    w: VectorLike,
    *,
    memory: int = 10,
    max_iter: int = 15000,
    tol: float = 1e-5,
    loss_tol: float = LOSS_TOL,
) -> Iterator[Step]:
    """Yield the steps of L-BFGS with the rules of L-BFGS-B: "start", then "update" after each iteration.

    Parameters
    ----------
    loss_and_gradient : function of w (d,), not to be changed, that returns (loss, gradient (d,))
    w : where to start, shape (d,); copied
    memory : the number m of pairs kept
    max_iter : most iterations
    tol : stop when no entry of |gradient| is above it
    loss_tol : stop, too, when an iteration lowers the loss by no more than this share of max(|loss|, 1)

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
    >>> from scratchml.optim import lbfgs_more_thuente, minimize
    >>> def banana(w):  # Rosenbrock's valley
    ...     a, b = 1 - w[0], w[1] - w[0] ** 2
    ...     return float(a**2 + 100 * b**2), np.array([-2 * a - 400 * w[0] * b, 200 * b])
    >>> minimize(lbfgs_more_thuente(banana, [-1.2, 1.0])).w.round(4).tolist()
    [1.0, 1.0]
    """
    check_method("lbfgs_more_thuente", RULES, memory=memory, max_iter=max_iter, tol=tol, loss_tol=loss_tol)
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
        # without a memory the direction is of length 1; after a fresh start the first try is the whole gradient
        first = length(gradient) if step.iteration and not memory.count else 1.0
        usable = math.isfinite(largest(direction))
        found = more_thuente(objective, step, direction, w_next, gradient_next, first) if usable else None
        if found is None and memory.count:
            memory.count = 0
            continue
        if found is None:
            yield step._replace(name="stuck", n_evaluations=objective.n_evaluations)
            return
        keep_pair(memory, direction, found, slope_along(step, direction), gradient, gradient_next)
        w, w_next, gradient, gradient_next = w_next, w, gradient_next, gradient
        fall, size = step.loss - found.loss, max(abs(step.loss), abs(found.loss), 1.0)
        step = objective.update("update", step, w, found.loss, gradient, found.step, tol)
        yield step._replace(converged=True) if fall <= loss_tol * size else step
        if fall <= loss_tol * size:
            return


def keep_pair(
    memory: Memory,
    direction: FloatArray,
    found: Point,
    slope: float,
    gradient: FloatArray,
    gradient_next: FloatArray,
) -> None:
    """Keep a move and the change of gradient, unless s'y has no curvature to show. Arrays (d,): read.

    slope : along the direction, where the move began
    """
    curvature = found.step * (found.slope - slope)  # s'y
    if not EPS * found.step * -slope < curvature:
        return
    i = (memory.newest + 1) % len(memory.rho)
    with np.errstate(all="ignore"):
        np.multiply(direction, found.step, out=memory.S[i])
        np.subtract(gradient_next, gradient, out=memory.Y[i])
    squared = inner(memory.Y[i], memory.Y[i])
    memory.rho[i], memory.scale = 1.0 / curvature, curvature / squared if squared else math.inf
    memory.newest, memory.count = i, min(memory.count + 1, len(memory.rho))
