"""Momentum: a ball that rolls downhill keeps some of its speed.

Idea
    In a long narrow valley gradient descent bounces from wall to wall and creeps along the floor. A ball with inertia
    averages the bounces away and gathers speed along the floor. Nesterov's ball looks ahead: it takes the slope where
    its speed is about to carry it, so that it brakes before it has overshot.
Maths
    heavy ball (Polak, Polyak 1964)      v <- momentum v - step_size gradient(w)
                                         w <- w + v
    Nesterov (1983)                      u <- w - step_size gradient(w)          u: where plain descent would go
                                         w <- u + beta_t (u - u_before)          w: the look-ahead point

    beta_t is `momentum`, or with momentum=None Nesterov's own: t_0 = 1, t_{k+1} = (1 + sqrt(1 + 4 t_k^2)) / 2,
    beta_k = (t_k - 1) / t_{k+1}, for which loss - minimum falls as 2 |w_0 - w*|^2 / (step_size (k + 1)^2), a convex
    loss of curvature at most 1 / step_size provided. On a quadratic with curvatures in [m, L] the heavy ball with
    step_size = 4 / (sqrt L + sqrt m)^2, momentum = ((sqrt L - sqrt m) / (sqrt L + sqrt m))^2 shrinks the error by
    sqrt(momentum) an iteration: for L = 100 m by 0.82, plain descent by 0.98.
Cost
    One evaluation per iteration; one more vector than gradient descent. The loss may rise on the way.
Differences
    Nesterov's steps show the look-ahead point, for that is where loss and gradient are known; it has the same limit.
References
    Polyak (1964), USSR Comput. Math. Math. Phys. 4(5). Nesterov (1983), Soviet Math. Doklady 27. Beck, Teboulle
    (2009), SIAM J. Imaging Sci. 2(1), theorem 4.4. Sutskever et al. (2013), ICML.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..core.rules import either, none, real
from ..core.typing import FloatArray, VectorLike
from .objective import LossAndGradient, Objective, Step, check_method, start_at

SHARE = real(0.0, 1.0, open_high=True)
POSITIVE = real(0.0, open_low=True)


def heavy_ball(
    loss_and_gradient: LossAndGradient,
    w: VectorLike,
    *,
    step_size: float,
    momentum: float = 0.9,
    max_iter: int = 1000,
    tol: float = 1e-5,
) -> Iterator[Step]:
    """Yield the steps of gradient descent with momentum: "start", then "update" after each iteration.

    Parameters
    ----------
    loss_and_gradient : function of w (d,), not to be changed, that returns (loss, gradient (d,))
    w : where to start, shape (d,); copied
    step_size : what the gradient is multiplied by
    momentum : the share of its speed that the ball keeps, in [0, 1); 0 is gradient descent
    max_iter : most iterations
    tol : stop when no entry of |gradient| is above it

    Returns
    -------
    Iterator[Step]
        The last step's `name` is "diverged" where the method could not go on.

    Raises
    ------
    TypeError, ValueError
        For a parameter that cannot be used, at once; for a loss that is not finite at the start, when it is taken.
    """
    check_method(
        "heavy_ball",
        {"step_size": POSITIVE, "momentum": SHARE},
        step_size=step_size,
        momentum=momentum,
        max_iter=max_iter,
        tol=tol,
    )
    return _roll(Objective(loss_and_gradient), start_at(w), float(step_size), float(momentum), max_iter, tol)


def _roll(
    objective: Objective, w: FloatArray, step_size: float, momentum: float, max_iter: int, tol: float
) -> Iterator[Step]:
    gradient, velocity = np.empty_like(w), np.zeros_like(w)
    step = objective.start(w, gradient, tol)
    yield step
    while not step.converged and step.iteration < max_iter and step.name != "diverged":
        with np.errstate(all="ignore"):  # overflow shows in the loss there
            velocity *= momentum
            velocity -= step_size * gradient
            w += velocity
        step = objective.update("update", step, w, objective(w, gradient), gradient, step_size, tol)
        yield step


def nesterov(
    loss_and_gradient: LossAndGradient,
    w: VectorLike,
    *,
    step_size: float,
    momentum: float | None = None,
    max_iter: int = 1000,
    tol: float = 1e-5,
) -> Iterator[Step]:
    """Yield the steps of Nesterov's accelerated gradient method: "start", then "update" after each iteration.

    Parameters
    ----------
    loss_and_gradient, w, step_size, max_iter, tol : as for `heavy_ball`; step_size at most 1 / largest curvature
    momentum : the same for every iteration, in [0, 1); None grows it towards 1 by Nesterov's sequence

    Returns
    -------
    Iterator[Step]
        The last step's `name` is "diverged" where the method could not go on.

    Raises
    ------
    TypeError, ValueError
        As for `heavy_ball`.
    """
    check_method(
        "nesterov",
        {"step_size": POSITIVE, "momentum": either(none, SHARE)},
        step_size=step_size,
        momentum=momentum,
        max_iter=max_iter,
        tol=tol,
    )
    return _look_ahead(Objective(loss_and_gradient), start_at(w), float(step_size), momentum, max_iter, tol)


def _look_ahead(
    objective: Objective, w: FloatArray, step_size: float, momentum: float | None, max_iter: int, tol: float
) -> Iterator[Step]:
    gradient, u, u_before = np.empty_like(w), np.empty_like(w), w.copy()
    t = 1.0
    step = objective.start(w, gradient, tol)
    yield step
    while not step.converged and step.iteration < max_iter and step.name != "diverged":
        t_next = (1.0 + np.sqrt(1.0 + 4.0 * t * t)) / 2.0
        beta = (t - 1.0) / t_next if momentum is None else momentum
        with np.errstate(all="ignore"):
            np.subtract(w, step_size * gradient, out=u)
            np.subtract(u, u_before, out=w)
            w *= beta
            w += u
        u, u_before, t = u_before, u, t_next
        step = objective.update("update", step, w, objective(w, gradient), gradient, step_size, tol)
        yield step
