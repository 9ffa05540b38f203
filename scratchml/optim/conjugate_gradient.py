"""Conjugate gradients: go downhill so that no step undoes what an earlier one achieved.

Idea
    In a long valley each step of steepest descent spoils part of the last one's work. Choose the directions so that,
    for a quadratic loss, moving along one leaves the slope along all earlier ones at 0. Then d directions are
    enough for d dimensions, and a good answer is there much earlier if the curvatures cluster. For other losses use
    the same recipe with a line search.
Maths
    quadratic: loss(w) = w'Aw / 2 - b'w, gradient = A w - b, A symmetric positive definite. With z = M gradient
    (M the preconditioner, about the inverse of A; else z = gradient) and direction = -z at first (algorithm 5.3)::

        step = gradient'z / direction'A direction
        w <- w + step direction,                    gradient <- gradient + step A direction
        beta = gradient'z after / gradient'z before,     direction <- -z + beta direction

    any smooth loss: a strong Wolfe search with c2 = min(0.4, 0.02 d) finds step, and (Polak, Ribiere, "+")::

        beta = max(0, gradient_next'(gradient_next - gradient) / gradient'gradient)
Cost
    Quadratic: one product A v per iteration; four vectors. Otherwise mostly two evaluations; five vectors.
Differences
    The gradient carried along drifts from the true one by rounding; so convergence is checked with a fresh A w - b and
    the method starts anew from there if it fails ("restart"), until that gains less than half ("stuck").
References
    Hestenes, Stiefel (1952), J. Res. NBS 49. Nocedal, Wright, algorithms 5.2 to 5.4, equation 5.45.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray, VectorLike
from ..maths.sums import inner_product
from .objective import EPS, LossAndGradient, Objective, Step, check_method, inner, length, start_at
from .wolfe import strong_wolfe

Product = Callable[[FloatArray], FloatArray]

FURTHER = 2.0  # times the last step, at most, is the first trial of the next search
SMALL = 1e-280  # squares below it are not told from rounding
# Conjugate directions need a more exact search than L-BFGS. At 0.1, logistic losses of made-up data of five kinds take
# a sixth more evaluations than at 0.4, badly scaled ones (columns from 1 to 100) a tenth to a third fewer.
FLATNESS = 0.4
EXACT = 0.02  # times d, if that is less: by exact searches d steps are enough on a quadratic, which counts if d is few


def conjugate_gradient(
    product: Product,
    b: VectorLike,
    w: VectorLike | None = None,
    *,
    preconditioner: Product | None = None,
    max_iter: int = 1000,
    tol: float = 1e-5,
) -> Iterator[Step]:
    """Yield the steps towards the solution of A w = b: "start", then "update" after each iteration.

    Parameters
    ----------
    product : function of v (d,), not to be changed, that returns A v (d,); A symmetric, positive (semi)definite
    b : the right side, shape (d,)
    w : where to start, shape (d,); copied; zeros by default, where A w is known without a product
    preconditioner : function of v (d,) that returns M v, M positive definite and near the inverse of A
    max_iter : most iterations
    tol : stop when no entry of |A w - b| is above it

    Returns
    -------
    Iterator[Step]
        `loss` is w'Aw / 2 - b'w, `gradient` A w - b, `n_evaluations` the products taken.

    Raises
    ------
    TypeError, ValueError
        For a parameter that cannot be used, at once; for an A that is not positive definite, when that is seen.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.optim import conjugate_gradient, minimize
    >>> A = np.array([[4.0, 1.0], [1.0, 3.0]])
    >>> last = minimize(conjugate_gradient(lambda v: A @ v, [1.0, 2.0]))
    >>> last.iteration, (11 * last.w).round(9).tolist()
    (2, [1.0, 7.0])
    """
    check_method("conjugate_gradient", {}, max_iter=max_iter, tol=tol)
    for name, function in (("product", product), ("preconditioner", preconditioner)):
        if not callable(function) and (function is not None or name == "product"):
            raise TypeError(f"{name}={function!r} is not callable; give a function of v that returns a vector.")
    side = start_at(b, "b")
    start = np.zeros_like(side) if w is None else start_at(w)
    if start.shape != side.shape:
        raise ValueError(f"w has shape {start.shape} and b {side.shape}; the two must be equal.")
    return _solve(product, side, start, preconditioner, max_iter, tol)


def _times(name: str, function: Product, v: FloatArray) -> FloatArray:
    """Return what the caller's function `name` makes of v (d,), once it is seen to be a vector like v."""
    with np.errstate(all="ignore"):
        found: FloatArray = np.asarray(function(v), dtype=np.float64)
    if found.shape != v.shape:
        raise ValueError(f"{name} returned shape {found.shape} for v of shape {v.shape}; the two must be equal.")
    return found


@kernel
def turn(direction: Array, gradient: Array, z: Array, unit: float, gz_before: float) -> float:
    """Set direction = beta direction - unit z, beta = gz / gz_before; return gz, gradient'(unit z).

    direction (d,): overwritten. gradient, z (d,): read.
    """
    gz = 0.0
    for f in range(z.shape[0]):
        gz += gradient[f] * (unit * z[f])
    beta = gz / gz_before
    for f in range(z.shape[0]):
        direction[f] = beta * direction[f] - unit * z[f]
    return gz


@kernel
def bend(direction: Array, along: Array) -> tuple[float, float, float]:
    """Return direction'along and the squared lengths of the two (d,): read."""
    return inner_product(direction, along), inner_product(direction, direction), inner_product(along, along)


@kernel
def measure(w: Array, gradient: Array, b: Array) -> tuple[float, float]:
    """Return the largest entry of |gradient|, NaN if there is one, and the loss. All (d,): read."""
    norm, loss = 0.0, 0.0
    for f in range(w.shape[0]):
        size = abs(gradient[f])
        if size > norm or size != size:
            norm = size
        loss += w[f] * (gradient[f] - b[f])
    return norm, 0.5 * loss


@kernel
def advance(w: Array, gradient: Array, direction: Array, along: Array, step: float, b: Array) -> tuple[float, float]:
    """Move w along the direction, and the gradient with it; return what `measure` finds there.

    w, gradient (d,): overwritten. direction, along, b (d,): read.
    """
    for f in range(w.shape[0]):
        w[f] += step * direction[f]
        gradient[f] += step * along[f]
    return measure(w, gradient, b)


def _solve(
    product: Product, b: FloatArray, w: FloatArray, preconditioner: Product | None, max_iter: int, tol: float
) -> Iterator[Step]:
    at_zero = not w.any()
    gradient = -b if at_zero else _times("product", product, w) - b
    norm, loss = measure(w, gradient, b)
    if not np.isfinite(norm):
        raise ValueError(f"largest entry of A w - b={norm} at the start; start from another w, or scale the data.")
    direction, gz, norm_at_restart = np.zeros_like(w), math.inf, math.inf
    # Directions are counted in units of the first gradient, so that products of three numbers stay in range.
    unit = 0.5 ** min(max(math.frexp(norm)[1], -1000), 1000)
    step = Step("start", 0, w, loss, gradient, norm, 0.0, 0 if at_zero else 1, norm <= tol)
    yield step
    while not step.converged and step.iteration < max_iter and step.name != "stuck":
        z = gradient if preconditioner is None else _times("preconditioner", preconditioner, gradient)
        gz = turn(direction, gradient, z, unit, gz)  # beta is 0 at the start and after a restart, where gz is inf
        along = _times("product", product, direction)
        curvature, squared, squared_along = bend(direction, along)
        products, name = step.n_evaluations + 1, "update"
        rounding = len(w) * EPS * math.sqrt(squared) * math.sqrt(squared_along)
        if not (SMALL < squared < math.inf and SMALL < squared_along < math.inf):  # lengths are in range, squares not
            rounding = len(w) * EPS * length(direction) * length(along)
        if not (gz > 0.0 and curvature > rounding):
            _check_definite(gz, curvature, rounding)
            yield step._replace(name="stuck", n_evaluations=products)
            return
        size = gz / curvature
        norm, loss = advance(w, gradient, direction, along, size, b)
        if not norm > tol:
            np.subtract(_times("product", product, w), b, out=gradient)
            products += 1
            norm, loss = measure(w, gradient, b)
            if norm > tol:
                name = "restart" if norm < 0.5 * norm_at_restart else "stuck"
                gz, norm_at_restart = math.inf, norm
        if not math.isfinite(norm + loss):
            raise ValueError("A w - b, or the loss, is beyond the range of float64; scale the data.")
        step = Step(name, step.iteration + 1, w, loss, gradient, norm, size * unit, products, norm <= tol)
        yield step


def _check_definite(gz: float, curvature: float, rounding: float) -> None:
    if not np.isfinite(gz + curvature):
        raise ValueError(
            "product or preconditioner returned NaN or infinity, or values whose products overflow; scale the data."
        )
    if curvature < -rounding:
        raise ValueError(f"v'A v = {curvature:.3g} for a direction v: A is not positive definite; add a ridge to it.")
    if gz < 0.0:
        raise ValueError(f"v'M v = {gz:.3g} for a gradient v: the preconditioner is not positive definite.")


def nonlinear_conjugate_gradient(
    loss_and_gradient: LossAndGradient, w: VectorLike, *, max_iter: int = 1000, tol: float = 1e-5
) -> Iterator[Step]:
    """Yield the steps of Polak and Ribiere's method: "start", then "update" after each iteration.

    An iteration that had to begin anew along the gradient is named "restart".

    Parameters
    ----------
    loss_and_gradient : function of w (d,), not to be changed, that returns (loss, gradient (d,))
    w : where to start, shape (d,); copied
    max_iter : most iterations
    tol : stop when no entry of |gradient| is above it

    Returns
    -------
    Iterator[Step]
        The last step's `name` is "stuck" where no lower point could be found.

    Raises
    ------
    TypeError, ValueError
        For a parameter that cannot be used, at once; for a loss that is not finite at the start, when it is taken.
    """
    check_method("nonlinear_conjugate_gradient", {}, max_iter=max_iter, tol=tol)
    return _follow(Objective(loss_and_gradient), start_at(w), max_iter, tol)


def _follow(objective: Objective, w: FloatArray, max_iter: int, tol: float) -> Iterator[Step]:
    gradient, w_next, gradient_next = np.empty_like(w), np.empty_like(w), np.empty_like(w)
    step = objective.start(w, gradient, tol)
    direction = -gradient
    yield step
    slope, first, fresh = inner(gradient, direction), 1.0 / max(length(gradient), 1e-300), True
    flatness = min(FLATNESS, EXACT * len(w))
    while not step.converged and step.iteration < max_iter:
        name = "restart" if fresh and step.iteration else "update"
        found = strong_wolfe(objective, step, direction, w_next, gradient_next, first, flatness)
        if found is None and not fresh:
            np.negative(gradient, out=direction)
            slope, first, fresh = inner(gradient, direction), 1.0 / max(length(gradient), 1e-300), True
            continue
        if found is None:
            yield step._replace(name="stuck", n_evaluations=objective.n_evaluations)
            return
        change = inner(gradient_next, gradient_next) - inner(gradient_next, gradient)
        squared = inner(gradient, gradient)
        beta = max(0.0, change / squared) if squared > 0.0 else 0.0
        w, w_next, gradient, gradient_next = w_next, w, gradient_next, gradient
        with np.errstate(all="ignore"):
            direction *= beta
            direction -= gradient
        slope_before, slope = slope, inner(gradient, direction)
        fresh = beta == 0.0 or not -np.inf < slope < 0.0
        if fresh:
            np.negative(gradient, out=direction)
            slope = inner(gradient, direction)
        step = objective.update(name, step, w, found.loss, gradient, found.step, tol)
        yield step
        # the same fall to first order (3.60), but where the slope fell to a thousandth, there is no such fall left
        first = found.step * min(slope_before / slope, FURTHER) if slope < 0.0 else 1.0
