"""Fewer rows than columns: the shortest weights, found from the side of the rows, with no copy of X.

Idea
----
With fewer rows than columns many weights fit equally well, and the shortest of them is a sum of rows of X. So do not
ask for a weight for each column, ask for a share of each row: a small system. X is looked at in blocks of columns, and
no matrix of its size is ever made. Rows may depend on one another, too; then take those directions among the rows that
X really has, and ask for shares of these.

Maths
-----
With A the centred rows (weighted, in the user's units), U (n, r) directions with U'U = I, and alpha a ridge (or 0)::

    w = A'U u,      (U'A A'U + alpha I) u = U'y                 the shortest of all best w, for alpha = 0
    s = U'(y - A w) - alpha u,     u <- u + (U'A A'U + alpha I)^-1 s                          refinement

1. by Cholesky: U spans all that is at right angles to the intercept's direction (1, or the roots of the weights), which
   centred rows do not have; U'A A'U = T'T. Safe for condition numbers of A up to 1e5, as its square counts.
2. by singular values: R of (A D^-1)' = Q R, block after block, where columns are divided by their length D (so that
   units of measurement do not decide what counts as a direction); R' = U S V', of which what is nil is left out; and T
   of [A'U; sqrt(alpha) I] = Q T, again block after block. Q is never kept: T'T is the matrix of the small system
   to the accuracy of QR ("seminormal equations"), and A'(U u) is one more look at X.

Cost
----
n^2 d operations by Cholesky, 6 n^2 d by singular values. Memory: about eight matrices (n, n).

Differences
-----------
From scikit-learn, whose LAPACK routine gelsd overwrites a copy of X and holds another. Where columns of very different
units make A ill-conditioned (above 1e10) the seminormal equations do not serve, and `factorisations.py` takes over.

References
----------
J. Demmel, N. Higham (1993), "Improved error bounds for underdetermined system solvers", SIAM J. Matrix Anal. Appl.
14(1): the seminormal equations are as good as QR here. A. Bjorck (1996), "Numerical methods for least squares
problems", 1.1.4 (shortest solutions), 2.9 (refinement).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ..core import chunks, map_chunks, one_blas_thread
from ..core.steps import final
from ..core.typing import FloatArray
from .compensated import careful_residual
from .factorisations import EPS, ILL_CONDITIONED, invert_triangle, norm_bound, triangle_of, varying_columns
from .problem import BLOCK_NUMBERS, Moments, Problem
from .refinement import is_delicate, refine

NEAR = 4.0  # standard deviations from 0: up to here products lose 4 bits at most, and no block need be centred
LEAST_COLUMNS = 256  # of a block, so that products of blocks are worth adding up
SEMINORMAL = 1e10  # condition number of A up to which no Q is needed
S = TypeVar("S", bound=Any)  # a step with the fields name, factor, w, intercept, change, n_iter, solver


class Rows(NamedTuple):
    """The centred rows A (n, d) in the user's units divided by 2^top, given block by block."""

    p: Problem
    mean: FloatArray  # (d,)
    scale: FloatArray  # (d,) powers of two between the problem's units and these; 0 for constant columns
    top: int
    plain: bool  # means are so small beside the spread that they may be taken out of products


class RowFactor(NamedTuple):
    """A factorisation of the small system: U'A A'U + alpha I = T'T."""

    solver: str  # "cholesky" or "svd"
    directions: FloatArray  # (n, r) U
    triangle: FloatArray  # (r, r) T: without a ridge the singular values of A are those of T
    inverse: FloatArray  # (r, r) T^-1
    exponent: int
    condition: float  # of T
    noise: float  # the largest share of a centred column that rounding may have made

    @property
    def rank(self) -> int:
        """The number of directions that X has."""
        return int(self.directions.shape[1])


def rows_of(p: Problem, found: Moments) -> Rows:
    """Return the rows of a problem."""
    columns, mean, length, _ = varying_columns(found)
    top = int(p.shift_x.max())
    scale = np.zeros(len(found.mean_x))
    scale[columns] = np.ldexp(1.0, np.maximum(p.shift_x[columns] - top, -960))
    near = bool((np.abs(mean) * np.sqrt(found.total) <= NEAR * length).all())
    return Rows(p, found.mean_x, scale, top, near and bool((scale == 1.0).all()))


def block_of(rows: Rows, some: slice, length: FloatArray | None = None) -> FloatArray:
    """Return some columns of A, (n, m), divided by `length` (d,) where that is given."""
    A = rows.p.X[:, some] - rows.mean[some]
    scale = rows.scale[some] if length is None else np.where(rows.scale[some] > 0.0, 1.0 / length[some], 0.0)
    if (scale != 1.0).any():
        A *= scale
    if rows.p.root is not None:
        A *= rows.p.root[:, None]
    return A


def column_blocks(n: int, d: int, least: int = LEAST_COLUMNS) -> list[slice]:
    """Cut d columns into blocks to be looked at one after the other."""
    return chunks(d, max(BLOCK_NUMBERS // n, least))


def row_products(rows: Rows) -> FloatArray:
    """Return A A', (n, n)."""
    n, d = rows.p.X.shape
    K = np.zeros((n, n))
    with one_blas_thread():
        if rows.plain and rows.p.root is None:
            np.matmul(rows.p.X, rows.p.X.T, out=K)
            if rows.p.centred:
                K -= K.mean(axis=0)
                K -= K.mean(axis=1)[:, None]
            return K
        for some in column_blocks(n, d):
            A = block_of(rows, some)
            K += A @ A.T
    return K


def products_of(rows: Rows, found: Moments) -> FloatArray:
    """Return A A', (n, n), where it is known already a copy."""
    return row_products(rows) if found.row_gram is None else found.row_gram.copy()


def sum_of_rows(rows: Rows, u: FloatArray) -> FloatArray:
    """Return A'u, (d, t), for u (n, t)."""
    n, d = rows.p.X.shape
    with one_blas_thread():
        if rows.plain:
            u = u if rows.p.root is None else rows.p.root[:, None] * u
            return np.asarray(rows.p.X.T @ u - rows.mean[:, None] * u.sum(axis=0))
        return np.concatenate([block_of(rows, some).T @ u for some in column_blocks(n, d)])


def row_triangle(rows: Rows, U: FloatArray | None, length: FloatArray | None = None) -> FloatArray:
    """Return the triangle R (r, r) of (A D^-1)'U = Q R, for U (n, r), None for I, and D = `length`, None for 1."""
    n, d = rows.p.X.shape
    r = n if U is None else U.shape[1]
    R = np.empty((0, r))
    with one_blas_thread():
        for some in column_blocks(n, d, least=max(32, n)):
            A = block_of(rows, some, length).T
            A = np.concatenate([R, A if U is None else A @ U])  # the block itself may go
            R = triangle_of(A)
    return R


def residual_of(rows: Rows, found: Moments, w: FloatArray) -> FloatArray:
    """Return Y - X w of the centred data, (n, t), for w (d, t) in the problem's units; rows not weighted."""
    p = rows.p
    if rows.plain:
        with one_blas_thread():
            return np.asarray((p.Y - found.mean_y) - (p.X @ w - rows.mean @ w))

    def task(some: slice) -> FloatArray:
        return np.asarray((p.Y[some] - found.mean_y) - (p.X[some] - found.mean_x) @ w)

    with one_blas_thread():
        return np.concatenate(map_chunks(task, chunks(len(p.X), max(1, BLOCK_NUMBERS // p.X.shape[1])), p.n_jobs))


# ---------------------------------------------------------------------------------------------------------------
# The small system


def reflect(v: FloatArray, A: FloatArray) -> FloatArray:
    """Return the rows of H A but the first, for the reflection H that turns v (n,) into the first axis. A (n, k)."""
    u = v / np.linalg.norm(v)
    u[0] += np.copysign(1.0, u[0])
    turned = np.outer(u, (u @ A) / np.abs(u[0]))
    return np.asarray(np.subtract(A, turned, out=turned)[1:], dtype=np.float64)


def reflect_back(v: FloatArray, U: FloatArray) -> FloatArray:
    """Return H [0; U], (n, k), for U (n - 1, k) and the reflection H of `reflect`."""
    u = v / np.linalg.norm(v)
    u[0] += np.copysign(1.0, u[0])
    whole = np.concatenate([np.zeros((1, U.shape[1])), U])
    return np.asarray(whole - np.outer(u, (u @ whole) / np.abs(u[0])), dtype=np.float64)


def intercept_direction(p: Problem) -> FloatArray:
    """Return the direction (n,) that centred rows do not have: 1, or the roots of the weights."""
    return np.ones(len(p.X)) if p.root is None else p.root


def by_cholesky(rows: Rows, found: Moments, alpha: float) -> RowFactor | None:
    """Return the factor by the products of rows; None where that is not safe."""
    p, one = rows.p, intercept_direction(rows.p)
    _, _, _, noise = varying_columns(found)
    n = len(p.X)
    if n - p.centred < 1 or noise.max(initial=0.0) > 1e-3 / ILL_CONDITIONED:
        return None
    K, eye = products_of(rows, found), np.eye(n - p.centred)
    with one_blas_thread(), np.errstate(all="ignore"):
        if p.centred:
            K = reflect(one, reflect(one, K).T)
        K.flat[:: len(K) + 1] += alpha
        try:
            T = np.asarray(np.linalg.cholesky(K), dtype=np.float64).T
        except np.linalg.LinAlgError:
            return None
        if (inverse := invert_triangle(T)) is None:
            return None
        condition = norm_bound(T) * norm_bound(inverse)
        if not condition <= ILL_CONDITIONED:
            return None
        U = reflect_back(one, eye) if p.centred else eye
    return RowFactor("cholesky", U, T, inverse, rows.top + p.shift_root, condition, float(noise.max()))


def by_singular_values(rows: Rows, found: Moments, alpha: float, tol: float) -> RowFactor | None:
    """Return the factor by QR of blocks; None where columns of very different units do not allow that."""
    columns, _, length, noise = varying_columns(found)
    full_length, full_noise = np.ones(len(rows.scale)), np.zeros(len(rows.scale))
    full_length[columns], full_noise[columns] = length, noise
    R = row_triangle(rows, None, full_length)
    with one_blas_thread(), np.errstate(all="ignore"):
        U, size, _ = np.linalg.svd(R.T)
        # plainly: keep size > tol size[0] and size > |noise_f V_fj| over f, with V = (A D^-1)'U / size
        kept = np.flatnonzero(size > tol * size[0])
        doubt = np.zeros(len(kept))
        if noise.max() > tol * size[0]:  # else all of them are above that
            for some in column_blocks(*rows.p.X.shape):
                V = block_of(rows, some, full_length).T @ (U[:, kept] / size[kept])
                doubt += np.einsum("fj,fj->j", V, V * (full_noise[some] ** 2)[:, None])
        kept = kept[size[kept] > np.sqrt(doubt)]
        if not len(kept):
            return None
        U = np.ascontiguousarray(U[:, kept])
        T = row_triangle(rows, U)
        if alpha > 0.0:
            T = triangle_of(np.concatenate([T, np.sqrt(alpha) * np.eye(len(kept))]))
        inverse = invert_triangle(T)
        if inverse is None or not (condition := norm_bound(T) * norm_bound(inverse)) <= SEMINORMAL:
            return None
    condition = max(condition, float(size[0] / size[kept[-1]]))
    return RowFactor("svd", U, T, inverse, rows.top + rows.p.shift_root, condition, float(noise.max()))


def row_factor(p: Problem, found: Moments, solver: str, tol: float | None = None) -> RowFactor | None:
    """Return the factor of the small system by the first of Cholesky ("auto") and singular values that is safe.

    None where neither is, or where another way is wanted: for more rows than columns, and for independent columns.
    """
    n, d = p.X.shape
    if n > d or (n == d and not p.centred) or solver == "qr":
        return None
    rows = rows_of(p, found)
    if not rows.scale.any():
        return None
    alpha = 0.0 if p.ridge is None else float(p.ridge[p.shift_x.argmax()]) ** 2
    factor = by_cholesky(rows, found, alpha) if solver in ("auto", "cholesky") and tol is None else None
    cut = EPS * max(32, d, min(n, 1024)) if tol is None else float(tol)
    return factor or by_singular_values(rows, found, alpha, cut)


def solve_by_rows(p: Problem, found: Moments, step: S, factor: RowFactor, enough: float = 0.0) -> Iterator[S]:
    """Yield the steps "factor", "solve", and "refine" until the next correction would be below rounding.

    Where the error of the first solution is at most `enough`, nothing is refined.
    """
    U, R, T = final(factor.directions), final(factor.triangle), final(factor.inverse)
    shown = factor._replace(directions=U, triangle=R, inverse=T)
    step = step._replace(factor=shown, solver=factor.solver)
    yield step._replace(name="factor")
    rows = rows_of(p, found)
    alpha = 0.0 if p.ridge is None else float(p.ridge[p.shift_x.argmax()]) ** 2
    root, scale = intercept_direction(p)[:, None], rows.scale[:, None]
    length = np.sqrt(found.gram if found.gram.ndim == 1 else found.gram.diagonal())

    def answer(s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return u (r, t) that solves the small system for s (r, t), and the weights (d, t) it stands for."""
        with one_blas_thread():
            u = T @ (T.T @ s)
            return u, scale * sum_of_rows(rows, U @ u)

    with one_blas_thread():
        u, w = answer(U.T @ (root * (p.Y - found.mean_y)))
    careful = is_delicate(p, factor.condition, factor.noise)

    def correct(w: FloatArray, rest: FloatArray, intercept: FloatArray) -> tuple[FloatArray, FloatArray]:
        nonlocal u
        mean = np.zeros_like(intercept)
        if careful:
            pair, mean = careful_residual(p.X, p.Y, p.weight, (w, rest), intercept, p.centred, p.n_jobs)
            residual = pair[0] + pair[1]
        else:
            residual = residual_of(rows, found, w)
        with one_blas_thread():
            more, correction = answer(U.T @ (root * residual) - alpha * u)
        u = u + more
        return correction, mean

    rate = EPS * factor.condition ** (2 if factor.solver == "cholesky" else 1)
    steps = refine(p, found, step, w, length, correct, rate, careful)
    yield from itertools.islice(steps, 1) if rate <= enough else steps
