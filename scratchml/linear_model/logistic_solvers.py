"""Four ways downhill for logistic regression: L-BFGS in good coordinates, Newton, gradient descent, SAGA.

Idea
----
The loss is a bowl, and there are several ways to its lowest point. Newton's method jumps to the bottom of the parabola
that fits the bowl where one stands, in a few steps that cost much; L-BFGS guesses that parabola from its last moves, in
coordinates in which the bowl is about round (`logistic_coordinates.py`); gradient descent takes the steepest way; SAGA
looks at one row at a time. The difficulty is the same for all: to know when one is there.

Maths
-----
L-BFGS knows by ``fall = |gradient in u|^2 / 2`` about how far the loss is above its least, u the coordinates; where
these are rough, by its last fall, if that is more. Newton's method estimates it from its last two falls a and b::

    fall = b^2 / (a - b)

Stop when no entry of |gradient|, in the user's coefficients, is above `tol`, and `fall` is below 1e-9 of the loss. The
second makes up for what `tol` cannot see: a long valley has small gradients far from its lowest point. Stop, too, where
float64 cannot tell a lower point.

Cost
----
L-BFGS: 4 n d k operations per evaluation, about 10 evaluations for two classes, 20 to 80 for ten, and the coordinates.
Newton: n (d k)^2 + (d k)^3 / 3 for each of about 5 steps. SAGA: 2 n d k per epoch.

Differences
-----------
scikit-learn's L-BFGS starts at 0 and works on the columns as they come; here intercepts start at the log-odds of the
classes. Its SAGA stops when weights change little; here by the gradient.

References
----------
J. Nocedal, S. Wright, "Numerical optimization", 2nd edition, section 7.2 (L-BFGS). A. Defazio, F. Bach, S.
Lacoste-Julien (2014), "SAGA", NeurIPS. T. P. Minka (2003), "A comparison of numerical
optimizers for logistic regression".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core.typing import FinalFloats, FloatArray, RandomStateLike
from ..optim import Penalty, gradient_descent, lbfgs, loss_named, newton, saga_linear
from ..optim.objective import largest
from .logistic_coordinates import Coordinates, choose_coordinates, steps_between
from .logistic_problem import (
    LogisticProblem,
    gradient_in_units,
    hessian,
    in_units,
    loss_and_gradient,
    separates,
)

ENOUGH = 1e-9  # share of the loss that may be left above its least
SAGA_ENOUGH = 1e-11  # the same for SAGA, whose estimate is cruder
ROUNDING = 1e-20  # share of the loss that cannot be told from 0, by gradients; losses end at 1e-16
LOSS_ROUNDING = 1e-13  # share of the loss whose fall may be rounding
STUCK_ENOUGH = 1e-8  # share that is good enough where no lower point can be told


class Step(NamedTuple):
    """What is known after a step."""

    name: str  # "start", "update", "epoch"; the last may be "stuck" (no lower point can be told) or "separable"
    iteration: int
    coef: FinalFloats  # (k, d), k = 1 for two classes
    intercept: FinalFloats  # (k,)
    loss: float  # mean loss + penalty / (C sum of weights)
    gradient_norm: float  # largest entry of |gradient| in coef and intercept; with l1 how far 0 is from the slopes
    fall: float  # estimate of what the loss is above its least; NaN where the solver gives none
    n_evaluations: int
    converged: bool


def show(p: LogisticProblem, name: str, iteration: int, W: FloatArray, G: FloatArray, rest: tuple[float, ...]) -> Step:
    """Return the Step at W, with gradient G there; rest: loss, fall, number of evaluations, tol, allowed fall."""
    loss, fall, n_evaluations, tol, allowed = rest
    norm = largest(gradient_in_units(p, G))
    done = (norm <= tol and not fall > allowed) or fall <= ROUNDING * loss
    coef, intercept = in_units(p, W)
    return Step(name, iteration, coef, intercept, loss, norm, fall, int(n_evaluations), done)


class Rounded:
    """The loss as a function of v, where W = origin + P (unit v), for L-BFGS; it keeps the gradient in W last seen."""

    def __init__(
        self, p: LogisticProblem, W: FloatArray, loss: float, G: FloatArray, before: Coordinates | None = None
    ) -> None:
        self.p, self.origin, self.G = p, W, G
        self.coordinates = choose_coordinates(p, W, before)
        slope = self.coordinates.to_slope(G)
        self.unit = float(np.sqrt((slope * slope).sum()))  # the first move has length 1: make that Newton's
        self.known: float | None = loss
        self.last = (np.zeros(W.size), W)  # v and its W, so that a step's W is not worked out again

    @property
    def fall(self) -> float:
        """Estimate of what the loss at the origin is above its least."""
        return 0.5 * self.unit**2

    def to_W(self, v: FloatArray) -> FloatArray:
        """Return W for v, flat."""
        if not (v == self.last[0]).all():
            self.last = v.copy(), self.origin + self.coordinates.to_W(self.unit * v.reshape(self.p.shape))
        return self.last[1]

    def __call__(self, v: FloatArray) -> tuple[float, FloatArray]:
        """Return loss and gradient at v, flat. The first call is for v = 0, where both are known."""
        loss, self.known = self.known, None
        if loss is None:
            loss, self.G = loss_and_gradient(self.p, self.to_W(v))
        return loss, self.unit * self.coordinates.to_slope(self.G).ravel()


def quasi_newton(p: LogisticProblem, W: FloatArray, max_iter: int, tol: float) -> Iterator[Step]:
    """Yield the steps of L-BFGS in coordinates that are chosen anew every `REFRESH` steps."""
    loss, G = loss_and_gradient(p, W)
    iteration, evaluations, stuck_at = 0, 1, -1
    function: Rounded | None = None
    while True:
        function = Rounded(p, W, loss, G, function.coordinates if function else None)
        step = show(p, "start", iteration, W, G, (loss, function.fall, evaluations, tol, ENOUGH * loss))
        if iteration == 0:
            yield step
        if step.converged or iteration >= max_iter or not 0.0 < function.unit < np.inf:
            break
        before = evaluations - 1
        most = min(steps_between(p, function.coordinates), max_iter - iteration)
        for inner in lbfgs(function, np.zeros(W.size), tol=0.0, max_iter=most):
            evaluations = before + inner.n_evaluations
            if inner.name != "update":
                continue
            W, iteration = function.to_W(inner.w), iteration + 1
            fall = 0.5 * float(inner.gradient @ inner.gradient) / function.unit**2
            if function.coordinates.rough:  # these know too little of the curvature
                fall = max(fall, loss - inner.loss)
            loss = inner.loss
            step = show(p, "update", iteration, W, function.G, (loss, fall, evaluations, tol, ENOUGH * loss))
            step = look_for_separation(p, step, W, tol)
            yield step
            if step.converged:
                return
        G = function.G
        if inner.name == "stuck":
            if stuck_at == iteration:  # in fresh coordinates, too
                break
            stuck_at, G = iteration, loss_and_gradient(p, W)[1]
    if not step.converged:
        yield from ending(p, step, W, tol, stuck=iteration < max_iter)


def look_for_separation(p: LogisticProblem, step: Step, W: FloatArray, tol: float) -> Step:
    """Return the step, ended where a gradient within `tol` is owed to classes that can be separated."""
    small = step.gradient_norm <= tol and step.fall <= 0.1 * tol
    if step.converged or not small or p.l2.max() > 0.0 or not separates(p, W):
        return step
    return step._replace(name="separable", converged=True)


def newton_cholesky(p: LogisticProblem, W: FloatArray, max_iter: int, tol: float) -> Iterator[Step]:
    """Yield the steps of Newton's method, each by a Cholesky factorisation of the whole Hessian."""

    def pinned(w: FloatArray) -> FloatArray:
        """Return the Hessian, made curved where adding one vector to all classes changes nothing."""
        H = hessian(p, w)
        if p.k > 1:
            (k, D), level = p.shape, H.diagonal().reshape(p.shape).mean(axis=0)
            free = np.concatenate([p.l2, [0.0]])[:D] <= 1e-6 * level
            H = H.reshape(k, D, k, D)
            H[:, range(D), :, range(D)] += (free * level / k)[:, None, None]
            H = H.reshape(k * D, k * D)
        return H

    losses: list[float] = []
    for inner in newton(lambda w: loss_and_gradient(p, w), W.ravel(), pinned, max_iter=max_iter, tol=0.0):
        losses.append(inner.loss)
        rest = (inner.loss, left_to_fall(losses[-3:]), inner.n_evaluations, tol, ENOUGH * inner.loss)
        step = show(p, "start" if not inner.iteration else "update", inner.iteration, inner.w, inner.gradient, rest)
        if inner.name == "stuck":
            break
        step = look_for_separation(p, step, inner.w, tol)
        yield step
        if step.converged:
            return
    yield from ending(p, step, inner.w, tol, stuck=inner.name == "stuck")


def descend(p: LogisticProblem, W: FloatArray, max_iter: int, tol: float) -> Iterator[Step]:
    """Yield the steps of gradient descent, as the textbook has it: in the user's coordinates."""
    for inner in gradient_descent(lambda w: loss_and_gradient(p, w), W.ravel(), max_iter=max_iter, tol=0.0):
        rest = (inner.loss, np.nan, inner.n_evaluations, tol, np.inf)
        step = show(p, "start" if not inner.iteration else "update", inner.iteration, inner.w, inner.gradient, rest)
        if inner.name == "stuck":
            break
        yield step
        if step.converged:
            return
    yield from ending(p, step, inner.w, tol, stuck=inner.name == "stuck")


def stochastic(
    p: LogisticProblem,
    W: FloatArray,
    max_iter: int,
    tol: float,
    penalty: Penalty,
    random_state: RandomStateLike,
    slower: float = 1.0,
) -> Iterator[Step]:
    """Yield the epochs of SAGA; it would bear a penalty with l1 in it, too, for which `proximal_newton.py` is quicker.

    L takes the curvature for 1/4 in every class and the longest row for all. Steps are 1.5 times scikit-learn's, whose
    first epoch is quicker (it divides by the rows seen so far). If that goes wrong, and the loss rises by a tenth or
    leaves float64's range, it starts anew with steps 8 times shorter.
    """
    loss = loss_named("log_loss" if p.k == 1 else "multinomial")
    weight = p.weight if p.weight.size else np.ones(len(p.X))
    with np.errstate(over="ignore"):
        steepest = 0.25 * float((weight * (np.einsum("if,if->i", p.X, p.X) + p.centred)).max()) + penalty.l2
        size = 1.0 / (2.0 * steepest + min(2.0 * len(p.X) * penalty.l2, steepest)) if steepest > 0.0 else 1.0
        size *= 1.5 / slower
    if not size > 0.0:
        raise ValueError("squares of X overflow, which saga needs; scale X, e.g. with StandardScaler.")
    how: dict[str, Any] = {"sample_weight": weight, "fit_intercept": p.centred, "penalty": penalty, "step_size": size}
    losses: list[float] = []
    for inner in saga_linear(p.X, p.target, loss, W, **how, max_iter=max_iter, tol=0.0, random_state=random_state):
        wrong = inner.name == "diverged" or (losses and inner.loss > 1.1 * losses[0])
        if wrong and slower == 1.0:
            yield from stochastic(p, W, max_iter, tol, penalty, random_state, slower=8.0)
            return
        losses.append(inner.loss)
        fall, norm = left_to_fall(losses), inner.gradient_norm
        done = norm <= tol and (fall <= SAGA_ENOUGH * inner.loss or norm == 0.0)
        coef, intercept = in_units(p, inner.w)
        yield Step(inner.name, inner.iteration, coef, intercept, inner.loss, norm, fall, inner.n_evaluations, done)
        if done:
            return


def left_to_fall(losses: list[float]) -> float:
    """Return what is left of a loss that falls by the same share each time, from where it was 2 s and s steps ago.

    With falls a, then b, the series b^2 / a + b^3 / a^2 + ... is left, b^2 / (a - b).
    """
    if len(losses) < 3:
        return float("inf")
    s = min(3, (len(losses) - 1) // 2)
    a, b = losses[-1 - 2 * s] - losses[-1 - s], losses[-1 - s] - losses[-1]
    rounding = LOSS_ROUNDING * abs(losses[-1])
    if abs(b) <= rounding:
        return 0.0 if abs(a) <= rounding else abs(b)
    return b * b / (a - b) if a > b > 0.0 else float("inf")


def ending(p: LogisticProblem, step: Step, W: FloatArray, tol: float, stuck: bool) -> Iterator[Step]:
    """Yield the step of a solver that cannot go on (`stuck`), or may not, once more where it can be told better.

    Is it good enough; and if not, why?
    """
    if p.l2.max() == 0.0 and separates(p, W):
        yield step._replace(name="separable")
    elif stuck:
        enough = step.gradient_norm <= tol or step.fall <= STUCK_ENOUGH * step.loss
        yield step._replace(name="stuck", converged=enough)
    elif step.gradient_norm <= tol:
        yield step._replace(converged=True)
