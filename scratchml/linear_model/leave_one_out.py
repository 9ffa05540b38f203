"""What ridge regression would have predicted for each row, had it not seen that row: without fitting again.

Idea
----
To leave a row out and fit again, n times for each alpha, is dear. But the prediction for a row depends on that row's
own y in a known way: by a share h_i of it, the row's leverage. Take that share away, and what is left is the prediction
of the fit by the others. So one factorisation serves all rows, and one of X'X (or X X') all alphas.

Maths
-----
With s_i the weight of a row, x_i centred, and total the sum of weights (1 / total drops out without an intercept)::

    h_i = s_i (1 / total + x_i'(X'X + alpha I)^-1 x_i)
    e_i = (y_i - prediction_i) / (1 - h_i)                        the error for row i of the fit by the others

    X'X = V diag(lambda) V'  =>  x_i'(X'X + alpha I)^-1 x_i = sum_j (x_i'v_j)^2 / (lambda_j + alpha)      eigen
    [X; sqrt(alpha) I] B has columns at right angles of length 1  =>  the same is |x_i'B|^2                any factor

For n <= d rows 1 - h_i is small and would lose its digits; then, with X X' = U diag(lambda) U' in the space at right
angles to the direction of the intercept (1, or sqrt(s); it is given a value below 0, and left out)::

    c = U (U'y / (lambda + alpha)),   g_i = sum_j U_ij^2 / (lambda_j + alpha),   e_i = c_i / g_i

Cost
----
n > d: n d^2 operations once and 2 n d for each alpha; where X'X is ill-conditioned, n d^2 for each alpha.
n <= d: n^2 d + 9 n^3, and n^2 for each alpha. Memory: blocks of X, and a few matrices min(n, d)^2.

Differences
-----------
From scikit-learn: X is worked on in blocks, no n x d factor is stored; the direction of the intercept is taken out
before it can cancel.

References
----------
G. H. Golub, M. Heath, G. Wahba (1979), "Generalized cross-validation as a method for choosing a good ridge
parameter", Technometrics 21(2). R. Rifkin, R. Lippert (2007), "Notes on regularized least squares", MIT
CSAIL TR-2007-025. T. Hastie, R. Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, 7.64.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TypeAlias

import numpy as np

from ..core import map_chunks, one_blas_thread
from ..core.typing import Array, FloatArray
from .factorisations import EPS, varying_columns
from .few_rows import (
    intercept_direction,
    products_of,
    reflect_back,
    row_triangle,
    rows_of,
    sum_of_rows,
)
from .problem import Moments, Problem, blocks, centred_block, penalty_roots, row_chunks, workspace
from .ridge_factors import ridge_factor

SAFE = 1e-10  # by eigenvalues of X'X, where eps times the condition number is at most this

# Of centred rows X (m, d): their x'(X'X + alpha I)^-1 x, shape (m, A), and predictions of centred Y, (m, t, A)
Looker: TypeAlias = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


def leave_one_out(
    p: Problem, found: Moments, alphas: FloatArray, mode: str, keep: bool
) -> tuple[FloatArray, FloatArray | None]:
    """Return the weighted sums of squared errors (t, A), and with `keep` the errors themselves, (n, t, A).

    Both in units in which y was scaled (`p.shift_y`), weights likewise. mode: "auto", "eigen" or "svd".

    Raises
    ------
    ValueError
        If an error is not defined, since no row is left.
    """
    n, d = p.X.shape
    if p.centred and (n < 2 or (p.weight is not None and np.count_nonzero(p.weight) < 2)):
        raise ValueError(
            "Leaving one out needs at least two rows with a positive weight, and there is 1 sample; give more rows, or "
            "take Ridge with an alpha of your choice."
        )
    if n <= d:
        errors = dual_errors(p, found, alphas, mode)
        weight = np.ones(n) if p.weight is None else p.weight
        with np.errstate(over="ignore", invalid="ignore"):
            return np.einsum("i,ita->ta", weight, errors * errors), errors if keep else None
    look = by_eigenvalues(p, found, alphas) if mode != "svd" else None
    return primal_errors(p, found, look or by_factors(p, found, alphas, mode), len(alphas), keep)


def by_eigenvalues(p: Problem, found: Moments, alphas: FloatArray) -> Looker | None:
    """Return what looks at rows by the eigenvectors of X'X, one product for all alphas; None where that is unsafe."""
    columns, *_ = varying_columns(found)
    if p.shift_x.any() or not len(columns):
        return None
    with one_blas_thread():
        values, part = np.linalg.eigh(found.gram[np.ix_(columns, columns)])
    alpha = np.ldexp(alphas, -2 * p.shift_root)
    if not is_safe(values, alpha):
        return None
    V = np.zeros((p.X.shape[1], len(columns)))
    V[columns] = part
    inverse = 1.0 / (np.maximum(values, 0.0)[:, None] + alpha)  # (k, A)
    with one_blas_thread():
        z = V.T @ found.moment
    shares = (z[:, :, None] * inverse[:, None, :]).reshape(len(columns), -1)  # (k, t A)

    def look(X: FloatArray) -> tuple[FloatArray, FloatArray]:
        Z = X @ V
        predicted = (Z @ shares).reshape(len(X), -1, len(alphas))
        Z *= Z
        return Z @ inverse, predicted

    return look


def is_safe(values: FloatArray, alpha: FloatArray) -> bool:
    """Say whether eigenvalues, ascending, with any alpha added have a condition number that rounding can bear."""
    return bool(EPS * (values[-1] + alpha.min()) <= SAFE * (max(values[0], 0.0) + alpha.min()))


def by_factors(p: Problem, found: Moments, alphas: FloatArray, mode: str) -> Looker:
    """Return what looks at rows by a factor for each alpha, whatever the condition of X."""
    factors = [
        ridge_factor(p._replace(ridge=penalty_roots(p, a)), found, "svd" if mode == "svd" else "auto") for a in alphas
    ]
    with one_blas_thread():
        shares = [f.basis.T @ found.moment for f in factors]

    def look(X: FloatArray) -> tuple[FloatArray, FloatArray]:
        Z = [X @ f.basis for f in factors]
        leverage = np.stack([np.einsum("ij,ij->i", z, z) for z in Z], axis=1)
        return leverage, np.stack([z @ share for z, share in zip(Z, shares)], axis=2)

    return look


def primal_errors(
    p: Problem, found: Moments, look: Looker, count: int, keep: bool
) -> tuple[FloatArray, FloatArray | None]:
    """Return the sums of squared errors (t, A), and with `keep` the errors (n, t, A), in one pass over the rows."""
    (n, d), t = p.X.shape, p.Y.shape[1]
    errors = np.empty((n, t, count)) if keep else None
    portions, size = row_chunks(n, d)
    plain = p._replace(root=None)

    def task(rows: slice) -> FloatArray:
        total, A = np.zeros((t, count)), workspace(p, size)
        for s in blocks(rows, size):
            block = centred_block(plain, s, found.mean_x, found.mean_y, A)
            weight = np.ones(len(block)) if p.weight is None else p.weight[s]
            leverage, predicted = look(block[:, :d])
            free = 1.0 - weight[:, None] * (leverage + (1.0 / found.total if p.centred else 0.0))
            with np.errstate(all="ignore"):
                e = (block[:, d:-1, None] - predicted) / np.maximum(free, EPS)[:, None, :]
                total += np.einsum("i,ita->ta", weight, e * e)
            if errors is not None:
                errors[s] = e
        return total

    with one_blas_thread():
        return reduce(np.add, map_chunks(task, portions, p.n_jobs)), errors


def dual_errors(p: Problem, found: Moments, alphas: FloatArray, mode: str) -> FloatArray:
    """Return the errors (n, t, A) for n <= d rows, by the eigenvalues of X X' or the singular values of X."""
    n, t, rows = len(p.X), p.Y.shape[1], rows_of(p, found)
    one = intercept_direction(p)
    Y = one[:, None] * (p.Y - found.mean_y)
    with one_blas_thread(), np.errstate(under="ignore", over="ignore"):
        alpha = np.maximum(np.ldexp(alphas, -2 * (p.shift_root + rows.top)), 1e-300)
        values = np.zeros(0)
        if mode != "svd":
            K = products_of(rows, found)
            if p.centred:  # the direction of the intercept: the only value below 0, so the first
                unit = one / np.linalg.norm(one)
                K -= np.outer(unit * max(float(np.trace(K)) / n, 1e-300), unit)
            values, U = np.linalg.eigh(K)
            values, U = values[int(p.centred) :], U[:, int(p.centred) :]
        if mode == "svd" or not is_safe(values, alpha):
            across = reflect_back(one, np.eye(n - 1)) if p.centred else None
            U, values, _ = np.linalg.svd(row_triangle(rows, across).T)
            U, values = U if across is None else across @ U, values * values
        values = np.maximum(values, 0.0)[:, None]
        z = U.T @ Y
        inverse = 1.0 / (values + alpha)  # (n, A)
        # plainly: c_ita = sum_j U_ij z_jt inverse_ja
        c = (U @ (z[:, :, None] * inverse[:, None, :]).reshape(len(z), -1)).reshape(n, t, -1)
        g = (U * U) @ inverse
    errors = np.asarray(c / g[:, None, :], dtype=np.float64)
    if p.root is None:
        return errors
    seen = p.root > 0.0
    errors[seen] /= p.root[seen, None, None]
    if not seen.all():  # rows that the fit did not see: nothing to leave out
        w = rows.scale[:, None] * sum_of_rows(rows, c.reshape(n, -1))
        errors[~seen] = unseen_errors(p, found, w.reshape(len(w), t, -1), ~seen)
    return errors


def unseen_errors(p: Problem, found: Moments, w: FloatArray, rows: Array) -> FloatArray:
    """Return y - prediction, (m, t, A), of the rows without weight, by the weights w (d, t, A)."""
    predicted = np.einsum("if,fta->ita", p.X[rows] - found.mean_x, w, optimize=True)
    return np.asarray((p.Y[rows] - found.mean_y)[:, :, None] - predicted, dtype=np.float64)
