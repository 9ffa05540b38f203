"""Newton's method: go to the lowest point of the parabola that fits the loss where you stand.

Idea
    The gradient tells the slope, the Hessian how the slope changes. Together they describe a bowl; jump to its bottom.
    Near a minimum every jump doubles the number of right digits. Where the bowl is no bowl (a saddle, a flat floor),
    bend it up until it is one; where the jump goes too far, shorten it.
Maths
    (hessian(w) + damping D) direction = -gradient(w),        w <- w + step_size * direction

    D is the diagonal of |hessian|, so that units of w do not matter. damping is 0 if Cholesky's factorisation
    hessian = L L' exists and its pivots stand clear of rounding. Else it is 1e-10, or, if that is more, minus twice the
    smallest eigenvalue of D^-1/2 hessian D^-1/2, which turns a curvature of -1 into 1; and 100 times as much until L is
    there.
    step_size is found by backtracking from 1; Newton's decrement gradient' direction < 0 is the slope it uses.
Cost
    d^3 / 3 operations for Cholesky, and the Hessian itself, per iteration; one d x d array beside it. Where it must be
    bent, its eigenvalues too, 4 d^3 / 3, and two arrays.
Differences
    Textbooks damp with a multiple of the identity (algorithm 3.3); a multiple of the diagonal, Marquardt's choice,
    gives the same steps whatever the units.
References
    Nocedal, Wright, sections 3.3 (convergence) and 3.4 (modified Hessians). Marquardt (1963), J. SIAM 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..core import chunks, one_blas_thread
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, VectorLike
from .backtracking import backtracking
from .objective import EPS, LossAndGradient, Objective, Step, check_method, largest, start_at

FIRST_DAMPING = 1e-10
MOST_DAMPING = 1e12
COLUMNS = 64  # that are factorised at a time


@kernel
def solve_triangles(L: Array, b: Array) -> None:
    """Solve L L' x = b by going down L and up its transpose. L (d, d), lower triangle: read. b (d,): becomes x."""
    d = b.shape[0]
    for i in range(d):
        for k in range(i):
            b[i] -= L[i, k] * b[k]
        b[i] /= L[i, i]
    for i in range(d - 1, -1, -1):
        b[i] /= L[i, i]
        for k in range(i):  # along row i of L, which is column i of L'
            b[k] -= L[i, k] * b[i]


@kernel
def solve_triangle(L: Array, B: Array) -> None:
    """Solve L X = B by going down L. L (b, b), lower triangle: read. B (b, m): becomes X."""
    for i in range(L.shape[0]):
        row = B[i]
        for k in range(i):
            times, above = L[i, k], B[k]
            for j in range(row.shape[0]):
                row[j] -= times * above[j]
        for j in range(row.shape[0]):
            row[j] /= L[i, i]


def factorise(A: FloatArray) -> bool:
    """Turn A (d, d), overwritten, into the lower triangle L of L L' = A; what is above it means nothing.

    Return False if A is not clearly positive definite.
    """
    # plainly: A[:] = np.linalg.cholesky(A), which takes three times the memory; here, some columns at a time
    with one_blas_thread(), np.errstate(all="ignore"):
        try:
            for block in chunks(len(A), COLUMNS):
                start, stop = block.start, block.stop
                if start > 0:
                    A[start:, block] -= A[start:, :start] @ A[block, :start].T
                A[block, block] = L = np.linalg.cholesky(A[block, block])
                if stop < len(A):
                    below = A[stop:, block].T.copy()
                    solve_triangle(L, below)
                    A[stop:, block] = below.T
        except np.linalg.LinAlgError:
            return False
    smallest_pivot = float(A.diagonal().min()) ** 2
    return smallest_pivot > len(A) * EPS


def scaled(hessian: FloatArray, unit: FloatArray) -> FloatArray:
    """Return the second derivatives (d, d) in units (d,): ones (or -1, or 0) are on the diagonal."""
    with np.errstate(over="ignore"):
        found: FloatArray = np.divide(hessian, unit[:, None], out=np.empty(hessian.shape))
        found /= unit
    return found


def newton_direction(hessian: FloatArray, gradient: FloatArray, direction: FloatArray, damping: float) -> float:
    """Find the direction (d,), overwritten, to the bottom of the bowl; return the damping it took.

    hessian (d, d), gradient (d,): read. damping: the first one tried.
    """
    diagonal = np.sqrt(np.abs(hessian.diagonal()))
    unit = np.where(diagonal > 0.0, diagonal, 1.0)
    L = scaled(hessian, unit)
    L.flat[:: len(L) + 1] += damping
    while not (is_bowl := factorise(L)) and damping <= MOST_DAMPING:
        L = scaled(hessian, unit)
        with one_blas_thread():
            lowest = float(np.linalg.eigvalsh(L)[0]) if np.isfinite(L).all() else 0.0
        damping = max(100.0 * damping, FIRST_DAMPING, -2.0 * lowest)
        L.flat[:: len(L) + 1] += damping
    with np.errstate(all="ignore"):  # an overflow is no way down: `newton` takes the steepest instead
        np.divide(gradient, -unit, out=direction)
        if is_bowl:
            solve_triangles(L, direction)
        direction /= unit
    return damping


def newton(
    loss_and_gradient: LossAndGradient,
    w: VectorLike,
    hessian: Callable[[FloatArray], FloatArray],
    *,
    max_iter: int = 100,
    tol: float = 1e-5,
) -> Iterator[Step]:
    """Yield the steps of Newton's method with backtracking: "start", then "update" after each iteration.

    An iteration whose Hessian had to be bent to be positive definite is named "damped" instead of "update".

    Parameters
    ----------
    loss_and_gradient : function of w (d,), not to be changed, that returns (loss, gradient (d,))
    w : where to start, shape (d,); copied
    hessian : function of w that returns the symmetric second derivatives, shape (d, d)
    max_iter : most iterations
    tol : stop when no entry of |gradient| is above it

    Returns
    -------
    Iterator[Step]
        The last step's `name` is "stuck" where no lower point could be found.

    Raises
    ------
    TypeError, ValueError
        For a parameter that cannot be used, at once; for a loss that is not finite at the start, or a Hessian that is
        not finite or of another shape, when it is taken.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.optim import minimize, newton
    >>> bowl = lambda w: (float(w[0] ** 2 + 4 * (w[1] - 1) ** 2), np.array([2 * w[0], 8 * (w[1] - 1)]))
    >>> last = minimize(newton(bowl, [3.0, 3.0], lambda w: np.diag([2.0, 8.0])))
    >>> last.iteration, abs(last.w.round(9)).tolist()
    (1, [0.0, 1.0])
    """
    check_method("newton", {}, max_iter=max_iter, tol=tol)
    if not callable(hessian):
        raise TypeError(f"hessian={hessian!r} is not callable; give a function of w that returns a (d, d) array.")
    return _jump(Objective(loss_and_gradient), start_at(w), hessian, max_iter, tol)


def _jump(
    objective: Objective, w: FloatArray, hessian: Callable[[FloatArray], FloatArray], max_iter: int, tol: float
) -> Iterator[Step]:
    gradient, direction = np.empty_like(w), np.empty_like(w)
    w_next, gradient_next = np.empty_like(w), np.empty_like(w)
    step = objective.start(w, gradient, tol)
    yield step
    while not step.converged and step.iteration < max_iter:
        with np.errstate(all="ignore"):
            second = hessian(w)
        damping = newton_direction(_checked(second, w), gradient, direction, 0.0)
        usable = np.isfinite(largest(direction))
        found = backtracking(objective, step, direction, w_next, gradient_next) if usable else None
        if found is None:
            np.negative(gradient, out=direction)
            found = backtracking(objective, step, direction, w_next, gradient_next)
        if found is None:
            yield step._replace(name="stuck", n_evaluations=objective.n_evaluations)
            return
        w, w_next, gradient, gradient_next = w_next, w, gradient_next, gradient
        name = "damped" if damping else "update"
        step = objective.update(name, step, w, found[1], gradient, found[0], tol)
        yield step


def _checked(hessian: FloatArray, w: FloatArray) -> FloatArray:
    found: FloatArray = np.asarray(hessian, dtype=np.float64)
    if found.shape != (w.size, w.size):
        raise ValueError(f"hessian returned shape {found.shape} for w of shape {w.shape}; return {(w.size, w.size)}.")
    if not np.isfinite(found).all():
        raise ValueError("hessian returned NaN or infinity where the loss is finite; scale the data.")
    return found
