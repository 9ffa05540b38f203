"""From a first solution to the last digits: work out what the equations still lack, and correct by it.

Idea
----
A solution w that rounding has spoiled leaves a gradient that is not quite zero. The factorisation that gave w also
tells which change of w would remove that gradient. So apply it, and look again. The correction is small, hence need not
be known well; what counts is that the gradient is. For ill-conditioned X it is worked out with twice the digits.

Maths
-----
With the gradient g of the centred data at w, the ridge's slope included, and B the factor's basis::

    g = X'(y - X w - b) - ridge^2 w           w <- w + B (B'g)

Each correction is about eps * condition (Cholesky: its square) times the one before, until only rounding is left.

Cost
----
One pass over X for each correction, 4 n d operations, or 50 n d with twice the digits.

Differences
-----------
Stops where the next correction would be below rounding, or where corrections no longer halve.

References
----------
A. Bjorck (1996), "Numerical methods for least squares problems", SIAM: 2.9.2 and 2.9.5 (iterative refinement).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, TypeVar

import numpy as np

from ..core import one_blas_thread
from ..core.steps import final
from ..core.typing import FloatArray
from .compensated import careful_gradient, careful_residual, two_sum
from .factorisations import EPS, ILL_CONDITIONED, Factor, scaled_triangle, triangle_of
from .nonnegative import lawson_hanson, passive_basis
from .problem import Moments, Problem, find_gradient, in_units, penalty_slope, squares

Scaled: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]
Correct: TypeAlias = Callable[[FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

MAX_REFINEMENTS = 20
S = TypeVar("S", bound=Any)  # a step with the fields name, w, intercept, change, n_iter


def lengths(p: Problem, found: Moments) -> FloatArray:
    """Return the lengths (d,) of the centred columns, the ridge's row below each included."""
    length = np.sqrt(np.maximum(squares(found), 0.0))
    return length if p.ridge is None else np.hypot(length, p.ridge)


def is_delicate(p: Problem, condition: float, noise: float) -> bool:
    """Say whether refinement needs twice the digits. The fewer the numbers, the less they cost, so the earlier."""
    return condition > min(ILL_CONDITIONED, 0.01 * p.X.size) or noise > np.sqrt(EPS)


def correct_by_basis(p: Problem, found: Moments, basis: FloatArray, careful: bool) -> Correct:
    """Return the correction B (B'g) of this file's maths as a function."""

    def correct(w: FloatArray, rest: FloatArray, intercept: FloatArray) -> tuple[FloatArray, FloatArray]:
        mean = np.zeros_like(intercept)
        if careful:
            residual, mean = careful_residual(p.X, p.Y, p.weight, (w, rest), intercept, p.centred, p.n_jobs)
            g = careful_gradient(p.X, p.weight, residual, p.n_jobs) - penalty_slope(p, w) - penalty_slope(p, rest)
        else:
            g = find_gradient(p, found, w)
        with one_blas_thread():
            return basis @ (basis.T @ g), mean

    return correct


def column_norms(A: FloatArray) -> FloatArray:
    """Return the lengths (t,) of the columns of A (d, t). plainly: np.linalg.norm(A, axis=0), to the same bits."""
    return np.asarray(np.sqrt(np.add.reduce(A * A, axis=0)))


def refine(
    p: Problem, found: Moments, step: S, w: FloatArray, length: FloatArray, correct: Correct, rate: float, careful: bool
) -> Iterator[S]:
    """Yield w (d, t) as solved, then after each correction, until the next one would be below rounding.

    length (d,): of the columns, in which changes of w are measured. correct(w, rest, intercept) returns what is to be
    added to w, and with `careful`, which doubles the digits, the mean of what is left of y (zeros otherwise). A
    correction is expected to be at most `rate` times the one before.
    """
    length = length[:, None]
    intercept = found.mean_y - found.mean_x @ w  # zeros where there is none: both means are 0 then
    rest = np.zeros_like(w)  # with twice the digits, w + rest is meant
    shown, shown_intercept = in_units(p, w, intercept)
    yield step._replace(name="solve", w=shown, intercept=shown_intercept)
    before = column_norms(length * w)
    for iteration in range(MAX_REFINEMENTS):
        correction, mean = correct(w, rest, intercept)
        if careful:
            w, rest = two_sum(w, rest + correction)
            intercept = intercept + mean - found.mean_x @ correction
        else:
            w = w + correction
            intercept = found.mean_y - found.mean_x @ w
        after, size = column_norms(length * correction), column_norms(length * w)
        change = float((after / np.where(size > 0.0, size, 1.0)).max())
        ratio = float((after / np.where(before > 0.0, before, 1.0)).max())
        settled = change * max(rate, ratio) <= EPS or (iteration > 0 and ratio > 0.5)
        if settled and careful:
            intercept = intercept + careful_residual(p.X, p.Y, p.weight, (w, 0 * w), intercept, p.centred, p.n_jobs)[1]
        shown, shown_intercept = in_units(p, w, intercept)
        yield step._replace(
            name="refine", w=shown, intercept=shown_intercept, change=change, n_iter=step.n_iter + iteration + 1
        )
        if settled:
            return
        before = after


def solve_by(p: Problem, found: Moments, step: S, factor: Factor, enough: float = 0.0) -> Iterator[S]:
    """Yield the steps from a factorisation on: "factor", "solve", "refine".

    Where Cholesky's error, eps times the squared condition number, is at most `enough`, nothing is refined.
    """
    step = step._replace(factor=factor._replace(basis=final(factor.basis), triangle=final(factor.triangle)))
    yield step._replace(name="factor")
    with one_blas_thread():
        w = factor.basis @ (factor.basis.T @ found.moment)
    rate = EPS * factor.condition ** (2 if factor.solver == "cholesky" else 1)
    careful = is_delicate(p, factor.condition, factor.noise)
    steps = refine(
        p, found, step, w, lengths(p, found), correct_by_basis(p, found, factor.basis, careful), rate, careful
    )
    yield from itertools.islice(steps, 1) if rate <= enough else steps


def ridge_below(R: FloatArray, Z: FloatArray, length: FloatArray, root: FloatArray) -> Scaled:
    """Return the triangle R (k, k), Q'Y (k, t) and lengths (k,) of the columns with the ridge's rows below them.

    R (m, k): of columns divided by length (k,). Z (m, t). root (k,): what the ridge puts below each column.
    """
    k, full = R.shape[1], np.hypot(length, root)
    below = np.concatenate([np.diag(root / full), np.zeros((k, Z.shape[1]))], axis=1)
    together = np.concatenate([np.concatenate([R * (length / full), Z], axis=1), below])
    with one_blas_thread():
        T = triangle_of(together)
    return T[:, :k], T[:, k:], full


def nonnegative(p: Problem, found: Moments, step: S) -> Iterator[S]:
    """Yield the steps of the best fit with no weight below zero, one target after the other."""
    R, Z, columns, length, noise = scaled_triangle(p, found)
    if p.ridge is not None:
        R, Z, length = ridge_below(R, Z, length, p.ridge[columns])
    yield step._replace(name="factor")
    w, intercept = np.zeros((p.X.shape[1], p.Y.shape[1])), found.mean_y.copy()
    for k in range(p.Y.shape[1]):
        only = [k]
        for count, exchange in enumerate(lawson_hanson(R, Z[:, k])):
            w[columns, k] = exchange.w / length
            intercept[only] = found.mean_y[only] - found.mean_x @ w[:, only]
            shown, shown_intercept = in_units(p, w, intercept)
            step = step._replace(n_iter=max(step.n_iter, count))
            yield step._replace(name="exchange", w=shown, intercept=shown_intercept)
        part, condition = passive_basis(R, exchange.passive)
        basis = np.zeros((len(w), part.shape[1]))
        basis[columns] = part / length[:, None]
        p_k = p._replace(Y=p.Y[:, only], shift_x=0 * p.shift_x, shift_y=0 * p.shift_y[only], one_target=False)
        found_k = found._replace(mean_y=found.mean_y[only])
        delicate = is_delicate(p, condition, noise)
        correct = correct_by_basis(p_k, found_k, basis, delicate)
        *_, last = refine(p_k, found_k, step, w[:, only], lengths(p, found), correct, EPS * condition, delicate)
        w[:, only], intercept[only] = np.maximum(np.asarray(last.w), 0.0), last.intercept
        shown, shown_intercept = in_units(p, w, intercept)
        yield last._replace(w=shown, intercept=shown_intercept, n_iter=step.n_iter)
