"""Coordinate descent: find the best value of one weight, the others held; then of the next one; round and round.

Idea
    With all weights but one held, a quadratic loss is a parabola, and a parabola with a penalty on one weight has its
    minimum in closed form. No step size, no line search. Where the penalty is separable (a sum over the weights), a
    point that no single weight can improve is the minimum.
Maths
    minimise w'Aw / 2 - b'w + l1 sum_f |w_f| + l2 / 2 sum_f w_f^2,     A symmetric, positive semidefinite

    for f = 0 ... d-1:      gradient = A w - b
        w_f <- soft_threshold(A_ff w_f - gradient_f, l1) / (A_ff + l2)
        gradient <- gradient + A[f] (change of w_f)                       so that it need not be worked out anew

    Lasso: A = X'X / n, b = X'y / n, l1 = alpha. Without a penalty this is the method of Gauss and Seidel.
Cost
    d operations for a weight that changes, none for one that stays: at most d^2 per sweep. Memory A and three vectors.
Differences
    The lasso of `linear_model` works on X itself and leaves out weights that are surely 0: this is the same step in its
    plainest form. Each sweep ends with a fresh A w - b, so that rounding does not pile up.
References
    Tseng (2001), J. Optim. Theory Appl. 109. Friedman, Hastie, Hofling, Tibshirani (2007), Ann. Appl. Stat. 1(2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..core import check_array
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .objective import EPS, Step, check_method, largest, start_at
from .penalties import Penalty, checked_penalty, distance_from_slopes, soft_threshold

TILE = 32


@kernel
def sweep(A: Array, w: Array, gradient: Array, l1: float, l2: float, positive: bool) -> tuple[float, float]:
    """Improve each weight once, in order; return the largest change and the largest weight.

    Both are in units that the weights share: w_f times the root of its curvature. A (d, d): read. w (d,), gradient
    (d,) = A w - b: overwritten.
    """
    farthest, largest_weight = 0.0, 0.0
    for f in range(w.shape[0]):
        if w[f] == 0.0 and -gradient[f] <= l1 and (positive or gradient[f] <= l1):
            continue  # plainly: as below; the best weight is still 0
        curvature = A[f, f] + l2
        if curvature <= 0.0:
            continue  # a flat coordinate, see `flat_coordinates`
        best = soft_threshold(A[f, f] * w[f] - gradient[f], l1, positive) / curvature
        change = best - w[f]
        if change != 0.0:
            w[f] = best
            for k in range(w.shape[0]):
                gradient[k] += A[f, k] * change
        unit = math.sqrt(curvature)
        farthest, largest_weight = max(farthest, abs(change) * unit), max(largest_weight, abs(w[f]) * unit)
    return farthest, largest_weight


@kernel
def appraise(
    A: Array, b: Array, w: Array, gradient: Array, l1: float, l2: float, positive: bool
) -> tuple[float, float]:
    """Return loss + penalty, and how far 0 is from their slopes; work the gradient out anew.

    A (d, d), b (d,), w (d,): read. gradient (d,): overwritten by A w - b.
    """
    loss, absolute, squares, away = 0.0, 0.0, 0.0, 0.0
    gradient[:] = -b
    for f in range(w.shape[0]):
        if w[f] != 0.0:
            for k in range(w.shape[0]):
                gradient[k] += A[f, k] * w[f]
    for f in range(w.shape[0]):
        loss += 0.5 * w[f] * (gradient[f] - b[f])
        absolute += abs(w[f])
        squares += w[f] * w[f]
        distance = distance_from_slopes(w[f], gradient[f], l1, l2, positive)
        if distance > away or math.isnan(distance):
            away = distance
    loss += l1 * absolute if l1 > 0.0 else 0.0  # 0 even where the sum overflows
    return loss + (0.5 * l2 * squares if l2 > 0.0 else 0.0), away


@kernel
def go_once(
    A: Array, b: Array, w: Array, gradient: Array, l1: float, l2: float, positive: bool
) -> tuple[float, float, float, float]:
    """Return what `sweep` and then `appraise` return: one call for both."""
    change, size = sweep(A, w, gradient, l1, l2, positive)
    loss, away = appraise(A, b, w, gradient, l1, l2, positive)
    return change, size, loss, away


@kernel
def asymmetry(A: Array) -> tuple[float, float]:
    """Return the largest |A[i, j] - A[j, i]| and |A[i, j]|, A (d, d): read, in tiles that the cache holds."""
    d, worst, most = A.shape[0], 0.0, 0.0
    for top in range(0, d, TILE):
        for left in range(0, top + 1, TILE):
            for i in range(top, min(top + TILE, d)):
                for j in range(left, min(left + TILE, i + 1)):
                    apart, size = abs(A[i, j] - A[j, i]), max(abs(A[i, j]), abs(A[j, i]))
                    worst, most = max(worst, apart), max(most, size)
    return worst, most


def coordinate_descent(
    A: MatrixLike,
    b: VectorLike,
    w: VectorLike | None = None,
    *,
    penalty: Penalty | None = None,
    max_iter: int = 1000,
    tol: float = 1e-5,
) -> Iterator[Step]:
    """Yield the steps of cyclic coordinate descent: "start", then "sweep" after each round over all weights.

    Parameters
    ----------
    A : symmetric, positive semidefinite, shape (d, d)
    b : shape (d,)
    w : where to start, shape (d,); copied; zeros by default
    penalty : what is added to w'Aw / 2 - b'w; nothing by default
    max_iter : most sweeps
    tol : stop when 0 is no further than this from the slopes of loss + penalty, in any coordinate

    Returns
    -------
    Iterator[Step]
        `loss` is that of loss + penalty, `gradient` A w - b, `gradient_norm` the distance compared with `tol`,
        `n_evaluations` the fresh gradients taken. The last step's `name` is "stuck" where rounding lets no weight
        change any more.

    Raises
    ------
    TypeError, ValueError
        For a parameter that cannot be used; for an A that is not symmetric or has a negative diagonal entry; for a
        loss without a minimum because it falls for ever: along a coordinate, at once; otherwise when that is seen.

    Examples
    --------
    >>> from scratchml.optim import Penalty, coordinate_descent, minimize
    >>> minimize(coordinate_descent([[2.0, 0.0], [0.0, 1.0]], [4.0, 0.5], penalty=Penalty(l1=1.0))).w.tolist()
    [1.5, 0.0]
    """
    check_method("coordinate_descent", {}, max_iter=max_iter, tol=tol)
    chosen = checked_penalty(penalty)
    matrix, side = check_array(A, name="A"), start_at(b, "b")
    start = np.zeros_like(side) if w is None else start_at(w)
    if matrix.shape != (side.size, side.size) or start.shape != side.shape:
        raise ValueError(f"A has shape {matrix.shape}, b {side.shape}, w {start.shape}; wanted (d, d), (d,) and (d,).")
    # plainly: np.abs(matrix - matrix.T).max() > 1e-10 * np.abs(matrix).max()
    apart, most = asymmetry(matrix)
    if apart > 1e-10 * most:
        raise ValueError("A is not symmetric; give (A + A.T) / 2, which makes the same loss.")
    if chosen.positive:
        np.maximum(start, 0.0, out=start)
    flat_coordinates(matrix, side, start, chosen)
    return _go_round(matrix, side, start, chosen, max_iter, tol)


def flat_coordinates(A: FloatArray, b: FloatArray, w: FloatArray, penalty: Penalty) -> None:
    """Set to 0 the weights that the loss does not depend on. A (d, d), b (d,): read. w (d,): overwritten.

    Raises
    ------
    ValueError
        If the loss is not convex along a coordinate, or falls along it for ever.
    """
    for f in range(w.shape[0]):
        if A[f, f] + penalty.l2 > 0.0 and A[f, f] >= 0.0:
            continue
        if A[f, f] < 0.0 or largest(A[f]) > 0.0:
            raise ValueError(f"A[{f}, {f}]={A[f, f]} with other entries in its row: A is not positive semidefinite.")
        if b[f] > penalty.l1 or (-b[f] > penalty.l1 and not penalty.positive):
            raise ValueError(
                f"the loss falls for ever along coordinate {f}, where A is 0 and |b|={abs(b[f])} is above l1; give an "
                "l2 penalty."
            )
        w[f] = 0.0


def _go_round(
    A: FloatArray, b: FloatArray, w: FloatArray, penalty: Penalty, max_iter: int, tol: float
) -> Iterator[Step]:
    gradient = np.empty_like(w)
    with np.errstate(all="ignore"):
        loss, away = appraise(A, b, w, gradient, *penalty)
    if not np.isfinite(loss + away):
        raise ValueError(f"loss={loss} at the start; start from another w, or scale the data.")
    step = Step("start", 0, w, loss, gradient, away, 1.0, 1, away <= tol)
    yield step
    while not step.converged and step.iteration < max_iter and step.name != "stuck":
        with np.errstate(all="ignore"):
            change, size, loss, away = go_once(A, b, w, gradient, *penalty)
        taken = step.iteration + 1
        if not math.isfinite(loss + away):
            raise ValueError(
                f"loss={loss} in sweep {taken}: it falls for ever, for A is not positive semidefinite or b not in its "
                "range; give an l2 penalty."
            )
        name = "stuck" if change <= EPS * size and not away <= tol else "sweep"
        step = Step(name, taken, w, loss, gradient, away, 1.0, taken + 1, away <= tol)
        yield step
