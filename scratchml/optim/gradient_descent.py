"""Gradient descent: step against the gradient, again and again.

Idea
    The gradient points up the steepest way; so walk the other way. Either every step has the same length factor, and
    is too short or too long for somebody, or a line search shortens each until the loss falls.
Maths
    w <- w - step_size * gradient(w)

    fixed: converges if step_size < 2 / L, L the largest curvature of the loss; beyond that it diverges.
    backtracking: Armijo's condition (`backtracking.py`), the first step tried being twice the last one taken.
    On a quadratic with curvatures between m and L, the best step shrinks the error by (L - m) / (L + m) each time.
Cost
    One evaluation per iteration when fixed, about two when backtracking; d numbers of memory beside w and gradient.
Differences
    None.
References
    Cauchy (1847), Comptes Rendus 25. Boyd, Vandenberghe, Convex Optimization, section 9.3.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..core.rules import either, none, real
from ..core.typing import FloatArray, VectorLike
from .backtracking import backtracking
from .objective import EPS, LossAndGradient, Objective, Step, check_method, length, move, start_at

RULES = {"step_size": either(none, real(0.0, open_low=True))}


def gradient_descent(
    loss_and_gradient: LossAndGradient,
    w: VectorLike,
    *,
    step_size: float | None = None,
    max_iter: int = 1000,
    tol: float = 1e-5,
) -> Iterator[Step]:
    """Yield the steps of gradient descent: "start", then "update" after each iteration.

    Parameters
    ----------
    loss_and_gradient : function of w (d,), not to be changed, that returns (loss, gradient (d,))
    w : where to start, shape (d,); copied
    step_size : the same for every iteration; None searches for one that lowers the loss
    max_iter : most iterations
    tol : stop when no entry of |gradient| is above it

    Returns
    -------
    Iterator[Step]
        The last step's `name` is "stuck" or "diverged" where the method could not go on.

    Raises
    ------
    TypeError, ValueError
        For a parameter that cannot be used, at once; for a loss that is not finite at the start, when it is taken.

    Examples
    --------
    >>> from scratchml.optim import gradient_descent
    >>> valley = lambda w: (float(w[0] ** 2 + 4 * w[1] ** 2), w * [2, 8])
    >>> [step.loss for step in gradient_descent(valley, [2.0, 1.0], step_size=0.125, max_iter=2)]
    [8.0, 2.25, 1.265625]
    """
    check_method("gradient_descent", RULES, step_size=step_size, max_iter=max_iter, tol=tol)
    objective, start = Objective(loss_and_gradient), start_at(w)
    if step_size is None:
        return _search(objective, start, max_iter, tol)
    return _walk(objective, start, float(step_size), max_iter, tol)


def _walk(objective: Objective, w: FloatArray, step_size: float, max_iter: int, tol: float) -> Iterator[Step]:
    gradient, w_next = np.empty_like(w), np.empty_like(w)
    step = objective.start(w, gradient, tol)
    yield step
    while not step.converged and step.iteration < max_iter and step.name != "diverged":
        move(w, -step_size, gradient, out=w_next)
        w, w_next = w_next, w
        step = objective.update("update", step, w, objective(w, gradient), gradient, step_size, tol)
        yield step


def _search(objective: Objective, w: FloatArray, max_iter: int, tol: float) -> Iterator[Step]:
    gradient, direction = np.empty_like(w), np.empty_like(w)
    w_next, gradient_next = np.empty_like(w), np.empty_like(w)
    step = objective.start(w, gradient, tol)
    yield step
    # A first move of length 1, or of a length that can be seen beside w, whatever the units of the loss.
    first = max(1.0, length(w) * np.sqrt(EPS)) / max(length(gradient), 1e-300)
    while not step.converged and step.iteration < max_iter:
        np.negative(gradient, out=direction)
        found = backtracking(objective, step, direction, w_next, gradient_next, first)
        if found is None:
            yield step._replace(name="stuck", n_evaluations=objective.n_evaluations)
            return
        w, w_next, gradient, gradient_next = w_next, w, gradient_next, gradient
        step = objective.update("update", step, w, found[1], gradient, found[0], tol)
        yield step
        first = 2.0 * found[0]
