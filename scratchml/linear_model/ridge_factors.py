"""The factorisations of ridge regression: those of least squares, with d more rows below X.

Idea
----
A penalty alpha |w|^2 is what d more samples would add that have y = 0 and a single column not nil, sqrt(alpha). So
ridge regression is least squares, and Cholesky, QR and singular values serve as they do there. The rows below make
columns independent that were not. With fewer rows than columns it is cheaper to ask, in place of a weight for each
column, for a share of each row: w is a sum of rows of X, and a small system (n, n) tells which.

Maths
-----
With X centred, c_f^2 = |x_f|^2 + alpha and C = diag(c), so that every column has length one with its row below::

    [X; sqrt(alpha) I] = Q R C      w = B (B'X'y),   B = C^-1 R^-1           (primal)
    R'R = C^-1 (X'X + alpha I) C^-1                      Cholesky, squares condition numbers
    w = X' u,   (X X' + alpha I) u = y                                       (dual)

Centred rows add up to 0, so X X' has the direction 1 (or that of sqrt(weight)) in its null space, and u has no part
in it. Adding any multiple of 1 1' changes nothing but the condition number.

Cost
----
Primal n d^2 + d^3 / 3, QR twice that, dual n^2 d + n^3 / 3 operations.

Differences
-----------
A direction that rounding may have made gets weight 0, however small alpha is; that is also the limit for alpha to 0.

References
----------
A. E. Hoerl, R. W. Kennard (1970), "Ridge regression", Technometrics 12(1). A. Bjorck (1996), "Numerical methods for
least squares problems", SIAM: 2.7.2 (regularisation by rows below). C. Saunders, A. Gammerman, V. Vovk (1998), "Ridge
regression learning algorithm in dual variables", ICML.
"""

from __future__ import annotations

import numpy as np

from ..core import one_blas_thread
from ..core.typing import Array, FloatArray
from ..optim.newton import solve_triangles
from .factorisations import (
    EPS,
    ILL_CONDITIONED,
    Factor,
    cholesky_triangle,
    for_all,
    graded_qr,
    gram_of,
    invert_triangle,
    kept_directions,
    norm_bound,
    qr_triangle,
    triangle_factor,
    triangle_of,
    unit_gram,
    varying_columns,
)
from .few_rows import intercept_direction, products_of, residual_of, rows_of, sum_of_rows
from .problem import FEW_TARGETS, Moments, Problem

MANY = 256  # columns from which on an inverse is worth avoiding


def ridge_factor(p: Problem, found: Moments, solver: str) -> Factor:
    """Return the factor of X with the ridge's rows below, by the first of Cholesky, QR and SVD that is safe.

    `solver` is "auto"; "cholesky", which is left only where it fails; "qr" likewise; or "svd".
    """
    n, d = p.X.shape
    columns, mean, length, noise = varying_columns(found)
    if not len(columns):
        return Factor("svd" if solver == "auto" else solver, np.zeros((d, 0)), np.zeros((0, 0)), 0, 1.0, 0.0)
    root = ridge_of(p)[columns]
    full = np.hypot(length, root)
    share = noise * (length / full)  # of a column with the ridge's row below
    cut = EPS * max(32, d, min(n, 1024))
    doubt = max(share.max(), cut * np.sqrt(d))
    part: Factor | None = None
    if solver in ("auto", "cholesky") and found.gram.ndim == 2:
        R = cholesky_triangle(gram_of(found, columns), full, root / full)
        worst = ILL_CONDITIONED if solver == "auto" else np.inf
        part = None if R is None else triangle_factor("cholesky", R, full, full, doubt, worst)
    if part is None and solver != "svd" and n > d:
        R = with_rows_below(qr_triangle(p, mean, full, columns), root / full)
        part = triangle_factor("qr", R, full, full, doubt, np.inf)
    if part is None:
        part = ridge_svd(p, qr_triangle(p, mean, length, columns), columns, length, noise, cut)
    return part._replace(basis=for_all(part.basis, columns, d), noise=float(share.max()))


def ridge_of(p: Problem) -> FloatArray:
    """Return the ridge's roots (d,); zeros where there is none."""
    return np.zeros(p.X.shape[1]) if p.ridge is None else p.ridge


def with_rows_below(R: FloatArray, root: FloatArray) -> FloatArray:
    """Return the triangle of R (m, k) with the rows diag(root) below it, root (k,)."""
    with one_blas_thread():
        return triangle_of(np.concatenate([R, np.diag(root)]))


def ridge_svd(p: Problem, R: FloatArray, columns: Array, length: FloatArray, noise: FloatArray, cut: float) -> Factor:
    """Return the factor by singular values: directions that rounding may have made are left out.

    R (m, k): the triangle of the k `columns` divided by their length (k,). noise (k,): what rounding may have made of
    each. What is left is M = S V' diag(reach) in the user's units (up to 2^top), of full rank r: M' = P T with P'P = I,
    so w = P v, where v is a ridge regression by the r columns of T'.
    """
    shift = p.shift_x[columns]
    top = int(p.shift_x.max())
    reach = np.maximum(np.ldexp(length, shift - top), 1e-290)
    root = float(ridge_of(p)[p.shift_x.argmax()])  # in the same units
    with one_blas_thread():
        S, V, condition = kept_directions(R, noise, cut)
        P, T = graded_qr(reach[:, None] * V, reach)
        below = with_rows_below(S[:, None] * T.T, np.full(len(S), root))
        inverse = invert_triangle(below) if len(S) else below
    if inverse is None:
        raise ValueError(
            "The columns of X have scales too far apart for a ridge penalty of this alpha; bring them to a common "
            "scale, e.g. by StandardScaler."
        )
    basis = (P @ inverse) * (reach / length)[:, None]
    return Factor("svd", basis, below, 0, condition, 0.0)


def dual_weights(p: Problem, found: Moments, enough: float) -> tuple[FloatArray, float] | None:
    """Return w (d, t) by the dual system for n <= d rows, and its relative error to be expected; None if singular.

    The error is looked at closely only where a first bound of it is above `enough`.
    """
    n, rows = len(p.X), rows_of(p, found)
    alpha = float(ridge_of(p)[p.shift_x.argmax()]) ** 2
    root = intercept_direction(p)
    Y = root[:, None] * (p.Y - found.mean_y)
    with one_blas_thread(), np.errstate(all="ignore"):
        K = products_of(rows, found)
        trace = float(np.trace(K))
        if p.centred:
            one = root / np.linalg.norm(root)
            K += np.outer(one * max(trace / n, alpha), one)
        K.flat[:: n + 1] += alpha
        try:
            L = np.asarray(np.linalg.cholesky(K), dtype=np.float64)
        except np.linalg.LinAlgError:
            return None
        if not alpha > 0.0:
            return None
        error = EPS * float(np.linalg.norm(K)) / alpha  # no eigenvalue of K is below alpha
        inverse = None
        if error > enough:  # a closer look, as dear as L
            if (inverse := invert_triangle(L.T)) is None:
                return None
            error = EPS * (norm_bound(L) * norm_bound(inverse)) ** 2
        u = solve_by_triangle(L, inverse, Y)
        rest = root[:, None] * residual_of(rows, found, rows.scale[:, None] * sum_of_rows(rows, u)) - alpha * u
        u += solve_by_triangle(L, inverse, rest)  # refined once: cheap beside K
        return rows.scale[:, None] * sum_of_rows(rows, u), error


def primal_weights(p: Problem, found: Moments, enough: float) -> tuple[FloatArray, float] | None:
    """Return w (d, t) by Cholesky, and its relative error at most; None where that is above `enough`.

    No eigenvalue of the unit matrix is below the least share of the ridge in a column, which bounds its condition.
    """
    columns, _, length, noise = varying_columns(found)
    if len(columns) < MANY or found.gram.ndim == 1 or found.moment.shape[1] > FEW_TARGETS:
        return None
    root = ridge_of(p)[columns]
    full = np.hypot(length, root)
    least = float((root / full).min())
    if least <= max((noise * (length / full)).max(), EPS * len(columns)):
        return None
    w = np.zeros(found.moment.shape)
    with one_blas_thread():
        unit = unit_gram(gram_of(found, columns), full, root / full)
        if (error := EPS * float(np.linalg.norm(unit)) / least**2) > enough:
            return None
        L = np.asarray(np.linalg.cholesky(unit), dtype=np.float64)
        w[columns] = solve_by_triangle(L, None, found.moment[columns] / full[:, None]) / full[:, None]
    return w, error


def solve_by_triangle(L: FloatArray, inverse: FloatArray | None, Y: FloatArray) -> FloatArray:
    """Return x (n, t) with L L' x = Y, by the inverse of L' where that is known. L (n, n), Y (n, t): read."""
    if inverse is None and Y.shape[1] > FEW_TARGETS:
        inverse = invert_triangle(L.T)
    if inverse is not None:
        return np.asarray(inverse @ (inverse.T @ Y), dtype=np.float64)
    found = np.array(Y.T, order="C")
    for row in found:
        solve_triangles(L, row)
    return found.T
