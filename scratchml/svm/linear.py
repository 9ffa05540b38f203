"""What LinearSVC and LinearSVR share: the column of the intercept, the choice of a method, predictions.

Idea
    The intercept is the weight of one more column, which holds the same number in every row. So it is penalised like
    any weight; a larger `intercept_scaling` makes that matter less.
Maths
    X = [X, s],  w = [coef, v],  intercept = s v. dual="auto": coordinate descent in the dual where n < d or the loss is
    not squared; otherwise Newton's method in the primal. Both minimise the same function.
Cost
    See `dual_coordinate_descent.py` and `finite_newton.py`. A prediction is one product, X w: every number of X is read
    once and meets one multiplication for each class. So does every other package's; nothing can read X less than once,
    and a machine without kernels predicts no faster than another.
References
    Fan, Chang, Hsieh, Wang, Lin (2008), LIBLINEAR: a library for large linear classification, JMLR 9, 1871-1874.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..core import ConvergenceWarning, both, one_blas_thread, pace
from ..core.typing import FloatArray
from .draws import Draws
from .dual_coordinate_descent import LinearStep, Rows, dual_coordinate_descent
from .finite_newton import Beginning, finite_newton
from .small_newton import is_small, small_newton

NUMBERS = 1 << 20  # of X that are read for a step, at least
LARGEST = 1e140  # rows of larger numbers have squares beyond float64


class LinearCertificate(NamedTuple):
    """How nearly a linear machine is the best one, over all its problems."""

    primal: float  # ||w||^2 / 2 + sum of losses
    dual: float  # of the coefficients found on the way, or of those that the losses' slopes suggest
    gap: float  # primal - dual: no solution is better than this one by more than that


def with_constant(X: FloatArray, fit_intercept: bool, scaling: float) -> FloatArray:
    """Return X with the intercept's column."""
    if np.abs(X).max() > LARGEST:
        raise ValueError("X holds values above 1e140, whose squares leave float64; scale X down (a StandardScaler).")
    if not fit_intercept:
        return X
    if not scaling > 0.0:
        raise ValueError(
            f"Intercept scaling is {scaling} but needs to be greater than 0. To disable fitting an intercept, set "
            "fit_intercept=False."
        )
    return np.column_stack([X, np.full(len(X), float(scaling))])


def uses_dual(dual: bool | str, squared: bool, n: int, d: int) -> bool:
    """Say whether the dual is solved; `d` without the intercept's column."""
    if dual == "auto":
        return n < d or not squared
    if not dual and not squared:
        raise ValueError("Unsupported set of arguments: this loss has no slope at its kink; set dual=True or 'auto'.")
    return bool(dual)


def solve_all(
    problems: Sequence[Rows], dual: bool, tol: float, max_iter: int, draws: Draws, ends: list[LinearStep] | None
) -> Iterator[LinearStep]:
    """Yield the steps of each problem in turn; append each one's last step to `ends`.

    Where `ends` is given, only they are wanted: small problems then go through several sweeps for a step.
    """
    begun = list[Beginning]()
    sweeps = 1 if ends is None else pace(max(1, NUMBERS // problems[0].X.size))
    newton_steps = 1 if ends is None else pace(max_iter)
    for number, p in enumerate(problems):
        if dual:
            steps = dual_coordinate_descent(p, tol, max_iter, draws, number, sweeps)
        elif is_small(p):  # plainly: as below
            steps = small_newton(p, tol, max_iter, number, newton_steps)
        else:
            steps = finite_newton(p, tol, max_iter, number, begun)
        for step in steps:
            yield step
        if ends is not None:
            ends.append(step)


def check_ends(ends: Sequence[LinearStep], wanted: int, max_iter: int) -> FloatArray:
    """Return the weights (problems, d); warn if one has not converged."""
    if len(ends) < wanted:
        raise RuntimeError("The fit was stopped before its end; let it run on to the last problem's last step.")
    W = np.stack([end.w for end in ends])
    if not np.isfinite(W).all():
        raise ValueError("A weight is not finite: X or C is too large; scale X down (a StandardScaler, perhaps).")
    if not all(end.converged for end in ends):
        worst = max(ends, key=lambda end: end.violation / max(end.goal, 1e-300))
        warnings.warn(
            f"Liblinear failed to converge, increase the number of iterations (max_iter={max_iter}; the violation is "
            f"{worst.violation:.2g}, the goal {worst.goal:.2g}), or scale X.",
            both(ConvergenceWarning),
            stacklevel=3,
        )
    return W


def certificate_of(problems: Sequence[Rows], ends: Sequence[FloatArray]) -> LinearCertificate:
    """Return the certificate of weights w (d,) for each problem; the dual point is scaled best along its ray.

    The slopes of the losses at w suggest b_i (for squared losses exactly: 2 C_i o_i); w(b) = X'b gives a dual value.
    """
    primal = dual = 0.0
    for p, w in zip(problems, ends):
        with one_blas_thread():
            missed = p.z - p.X @ w
            if p.classes:
                over = np.maximum(p.z * missed, 0.0) * p.z
            else:
                over = np.copysign(np.maximum(np.abs(missed) - p.epsilon, 0.0), missed)
            primal += 0.5 * float(w @ w) + float((p.C * (over**2 if p.squared else np.abs(over))).sum())
            b = 2.0 * p.C * over if p.squared else p.C * np.sign(over)
            u = p.X.T @ b
        gain = float(p.z @ b) - (0.0 if p.classes else p.epsilon * float(np.abs(b).sum()))
        curve = float(u @ u) + (float((b**2 / (2.0 * p.C)).sum()) if p.squared else 0.0)
        scale = gain / curve if curve > 0.0 else 0.0
        scale = max(scale, 0.0) if p.squared else min(max(scale, 0.0), 1.0)
        dual += scale * gain - 0.5 * scale**2 * curve
    return LinearCertificate(primal, dual, primal - dual)
