"""What every method of this room shares: the step it shows, the loss it asks for, how it starts and how it ends.

Idea
    To go downhill you need to know, wherever you stand, how high you are and which way is up. That is all a method
    here is given: a function of w that returns the loss and its gradient. Methods differ in what they make of it.
Maths
    minimise loss(w), w of shape (d,), gradient[f] = d loss / d w[f]. At a minimum of a smooth loss the gradient is 0;
    a method has converged when its largest entry, max_f |gradient[f]|, is at most `tol`.
Cost
    One vector of length d for each of w and gradient, a second pair for the point tried next.
Differences
    Stopping looks at the gradient alone (as L-BFGS-B's projected gradient), never at the change of w, which is small
    too where a method merely creeps.
References
    Nocedal, Wright, Numerical Optimization, 2nd edition, chapter 2.

Ends of a generator, told by its last step
    ``converged``: the gradient is within `tol`. Otherwise ``name`` says why it stopped: "stuck" (no lower point can
    be told apart from this one in float64), "diverged" (loss or gradient overflowed, or became NaN: methods with a
    fixed step only), or any other name where `max_iter` ran out. Warning of it is the caller's business.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ..core import check_array, finish
from ..core.finite import FLOAT64
from ..core.rules import Rule, check_rules, integer, real
from ..core.typing import Array, FloatArray, VectorLike

LossAndGradient: TypeAlias = Callable[[FloatArray], tuple[float, FloatArray]]

EPS = float(np.finfo(np.float64).eps)
ROUNDING = 64.0 * EPS  # two losses closer than this share of their size cannot be told apart
BLOCK = 8192  # a BLAS keeps products as short as this on one thread, so that their rounding never changes

COMMON_RULES: Mapping[str, Rule] = {"max_iter": integer(0), "tol": real(0.0)}


class Step(NamedTuple):
    """What is known after a step. Arrays are live views: they change as the method goes on; recorders copy."""

    name: str  # "start" before the first iteration, then what was done; the last one may be "stuck" or "diverged"
    iteration: int
    w: FloatArray  # (d,), the point where loss and gradient were taken
    loss: float
    gradient: FloatArray  # (d,)
    gradient_norm: float  # largest entry of |gradient|; with a penalty, how far 0 is from the slopes at w
    step_size: float  # what the last move's direction was multiplied by
    n_evaluations: int  # of loss and gradient together, so far
    converged: bool


class Objective:
    """The caller's ``loss_and_gradient``, its answers checked and counted.

    Overflow inside it is no error here: it tells a line search that its step was too long.
    """

    def __init__(self, loss_and_gradient: LossAndGradient) -> None:
        if not callable(loss_and_gradient):
            raise TypeError(
                f"loss_and_gradient={loss_and_gradient!r} is not callable; give a function of w that returns "
                "(loss, gradient)."
            )
        self.function = loss_and_gradient
        self.n_evaluations = 0

    def __call__(self, w: FloatArray, gradient: FloatArray) -> float:
        """Return the loss at w (d,): read. gradient (d,): overwritten.

        Raises
        ------
        TypeError, ValueError
            If the function returns anything but a number and a gradient of w's shape.
        """
        self.n_evaluations += 1
        with np.errstate(all="ignore"):
            return read_answer("loss_and_gradient", self.function(w), gradient)

    def start(self, w: FloatArray, gradient: FloatArray, tol: float) -> Step:
        """Return the step "start" at w (d,): read. gradient (d,): overwritten.

        Raises
        ------
        ValueError
            If loss or gradient is not finite there: no method can tell the way down from such a place.
        """
        loss = self(w, gradient)
        norm = largest(gradient)
        if not np.isfinite(loss) or not np.isfinite(norm):
            what = f"loss={loss}" if not np.isfinite(loss) else f"largest gradient entry={norm}"
            raise ValueError(f"{what} at the start; start from another w, or scale the data.")
        return Step("start", 0, w, loss, gradient, norm, 0.0, self.n_evaluations, norm <= tol)

    def update(
        self, name: str, last: Step, w: FloatArray, loss: float, gradient: FloatArray, step_size: float, tol: float
    ) -> Step:
        """Return the step that follows `last`; its name is "diverged" where loss or gradient is not finite."""
        norm = largest(gradient)
        finite = math.isfinite(loss) and math.isfinite(norm)
        name, converged = (name, norm <= tol) if finite else ("diverged", False)
        return Step(name, last.iteration + 1, w, loss, gradient, norm, step_size, self.n_evaluations, converged)


def read_answer(name: str, answer: Any, gradient: FloatArray) -> float:
    """Return the loss out of what the caller's function `name` answered. gradient (d,): overwritten by the gradient.

    Raises
    ------
    TypeError, ValueError
        If the answer is anything but a number and a gradient of the wanted shape.
    """
    if type(answer) is tuple and len(answer) == 2 and type(answer[0]) is float and type(answer[1]) is np.ndarray:
        loss, found = answer
        if found.dtype == FLOAT64 and found.shape == gradient.shape:  # plainly: as below
            gradient[:] = found
            return float(loss)
    try:
        loss, found = answer
    except (TypeError, ValueError):
        raise TypeError(f"{name} returned a {type(answer).__name__}; return two things, (loss, gradient).") from None
    if np.shape(found) != gradient.shape:
        raise ValueError(
            f"{name} returned a gradient of shape {np.shape(found)} for w of shape {gradient.shape}; the two shapes "
            "must be equal."
        )
    try:
        if np.iscomplexobj(found):
            raise TypeError
        gradient[:] = found
        return float(loss)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} returned loss={loss!r} and a gradient of {type(found).__name__}; return a number and an array "
            "of real numbers."
        ) from None


def start_at(w: VectorLike, name: str = "w") -> FloatArray:
    """Return a float64 copy of the start w, shape (d,), or of another vector called `name`.

    Raises
    ------
    TypeError, ValueError
        If it is no finite vector of numbers.
    """
    found: FloatArray = check_array(w, name=name, ensure_2d=False, copy=True)
    if found.ndim != 1 or not found.size:
        raise ValueError(f"{name} has shape {found.shape}; give a vector of at least one number, e.g. {name}.ravel().")
    return found


def check_method(name: str, rules: Mapping[str, Rule], **values: Any) -> None:
    """Check a method's parameters by `rules` and the rules common to all methods (`max_iter`, `tol`)."""
    wanted = {**COMMON_RULES, **rules}
    check_rules(name, {key: wanted[key] for key in values}, values)


def largest(v: Array) -> float:
    """Return the largest entry of |v|, NaN if there is one."""
    return float(np.maximum.reduce(np.abs(v), axis=None))  # plainly: np.abs(v).max(), which takes longer to call


def length(v: Array) -> float:
    """Return the Euclidean length of v, squares of which may not fit into float64."""
    top = largest(v)
    if top == 0.0 or not np.isfinite(top):
        return top
    scaled = v / top
    return top * float(np.sqrt(inner(scaled, scaled)))


def inner(a: FloatArray, b: FloatArray) -> float:
    """Return the inner product of two vectors, with the same rounding on every machine's number of threads."""
    # vdot is dot, but it warns of no overflow, and silencing dot would take longer than a short product
    if a.shape[0] <= BLOCK:
        return float(np.vdot(a, b))
    with np.errstate(all="ignore"):
        return float(sum(np.vdot(a[i : i + BLOCK], b[i : i + BLOCK]) for i in range(0, a.shape[0], BLOCK)))


def move(w: FloatArray, step: float, direction: FloatArray, out: FloatArray) -> None:
    """Set out = w + step * direction, all of shape (d,), without a temporary array. out: overwritten."""
    with np.errstate(all="ignore"):  # overflow shows in the loss there
        np.multiply(direction, step, out=out)
        out += w


def slope_along(start: Step, direction: FloatArray) -> float:
    """Return gradient' direction, the slope of the loss along a direction (d,).

    Raises
    ------
    ValueError
        If it is beyond float64's range.
    """
    slope = inner(start.gradient, direction)
    if not math.isfinite(slope):
        raise ValueError(
            f"the slope at loss={start.loss:.3g} overflows, with gradient entries up to {start.gradient_norm:.3g}; "
            "divide the loss by a large number, or scale the data."
        )
    return slope


def minimize(steps: Iterable[Step], estimator: Any = None) -> Step:
    """Run a method to its end and return its last step.

    The same as `scratchml.core.finish`, listeners and progress bars included, but a diverged method is an error.

    Parameters
    ----------
    steps : what a method of this room returned
    estimator : told to listeners, where given

    Raises
    ------
    ValueError
        If the method diverged.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.optim import lbfgs, minimize
    >>> last = minimize(lbfgs(lambda w: (float(w @ w) - 2 * w[0], 2 * w - [2, 0]), np.zeros(2)))
    >>> last.converged, last.w.round(6).tolist(), round(last.loss, 6)
    (True, [1.0, 0.0], -1.0)
    """
    last = finish(steps, estimator)
    if last.name == "diverged":
        raise ValueError(
            f"diverged in iteration {last.iteration}: loss={last.loss}, largest gradient entry={last.gradient_norm}; "
            f"lower the step size (it was {last.step_size:.3g}), scale the data, or take a method with a line search."
        )
    return last
