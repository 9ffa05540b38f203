"""The three classical factorisations of least squares: Cholesky of X'X, QR of X, singular values of its triangle.

Idea
----
Were the columns of X at right angles and of length one, least squares would need no solving at all: the best weights
would be ``w = X'y``. Each factorisation finds a `basis`, a matrix B of shape (d, r), such that the columns of X B are
like that. Then ``w = B (B' X'y)``, and the gradient ``g = X'(y - X w)`` that rounding leaves is answered by the
correction ``B (B' g)``. All three differ only in how they come by B: Cholesky is fastest, QR is safe for columns that
are nearly dependent, the singular values also for columns that are dependent.

Maths
-----
With X centred and each column divided by its length D_f (so that units of measurement do not matter)::

    X = Q R D            Q'Q = I, R upper triangular
    R'R = D^-1 X'X D^-1                    Cholesky: needs X'X only, sees condition numbers squared
    B   = D^-1 R^-1                        then X B = Q
    R   = U S V'                           few rows or dependent columns: r singular values are not nil
    B   = P T^-T S^-1, where D V = P T     then X B = Q U, and w = B(...) has the smallest length of all best w

Cost
----
Cholesky n d^2 operations (BLAS, half of them saved by symmetry), QR 2 n d^2, singular values 20 d^3 more.

Differences
-----------
A direction counts as absent if rounding of the data could have made it: its singular value is at most `tol` (or about
d times the rounding unit) of the largest, or at most 8 roundings of the raw columns it is made of.

References
----------
A. Bjorck (1996), "Numerical methods for least squares problems", SIAM: 2.2 (Cholesky), 2.4 (QR), 2.7.3 (rank
deficiency), 2.9.5 (fixed precision refinement). J. Demmel, L. Grigori, M. Hoemmen, J. Langou (2012),
"Communication-optimal parallel and sequential QR and LU factorizations", SIAM J. Sci. Comput. 34(1): the QR of rows
seen block by block.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..core import map_chunks, one_blas_thread
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray
from .problem import Moments, Problem, blocks, row_chunks, squares

EPS = float(np.finfo(np.float64).eps)
ROUNDINGS = 8.0  # what so many roundings of the data could have made is taken for nothing
SMALL = 32  # a triangle of this size is inverted at once
ILL_CONDITIONED = 1e5  # from here on Cholesky, which squares this number, is left for QR


class Factor(NamedTuple):
    """A factorisation: the columns of X @ basis are at right angles and have length one."""

    solver: str  # "cholesky", "qr" or "svd"
    basis: FloatArray  # (d, r), rows of constant columns are 0
    triangle: FloatArray  # (k, d) the singular values of the centred X are those of this matrix times 2^exponent
    exponent: int
    condition: float  # of the columns scaled to unit length, directions left out not counted
    noise: float  # the largest share of a centred column that rounding may have made

    @property
    def rank(self) -> int:
        """The number of directions that X has."""
        return int(self.basis.shape[1])


def factorise(p: Problem, found: Moments, solver: str, tol: float | None) -> Factor:
    """Return the factor by `solver`, where "auto" takes the first of Cholesky, QR and SVD that is safe.

    Raises
    ------
    ValueError
        If `solver` is "cholesky" or "qr" and the columns are dependent.
    """
    n, d = p.X.shape
    columns, mean, length, noise = varying_columns(found)
    if not len(columns):
        return Factor("svd" if solver == "auto" else solver, np.zeros((d, 0)), np.zeros((0, 0)), 0, 1.0, 0.0)
    top = int(p.shift_x.max())
    reach = np.maximum(np.ldexp(length, p.shift_x[columns] - top), 1e-290)  # in the user's units, divided by 2^top
    cut = EPS * max(32, d, min(n, 1024)) if tol is None else float(tol)
    doubt = max(noise.max(), cut * np.sqrt(d))
    part: Factor | None = None
    if solver in ("auto", "cholesky") and found.gram.ndim == 2:
        R = cholesky_triangle(gram_of(found, columns), length)
        worst = ILL_CONDITIONED if solver == "auto" else np.inf
        part = None if R is None else triangle_factor("cholesky", R, length, reach, doubt, worst)
    if part is None and solver != "cholesky":
        R = qr_triangle(p, mean, length, columns)
        part = None if solver == "svd" else triangle_factor("qr", R, length, reach, doubt, np.inf)
        if part is None and solver != "qr":
            part = svd_factor(R, length, reach, noise, cut)
    if part is None:
        raise ValueError(
            f"solver={solver!r} needs columns of X (centred) that are independent, and these are not, to working "
            "precision; use solver='svd', or 'auto', which chooses."
        )
    return part._replace(basis=for_all(part.basis, columns, d), exponent=top + p.shift_root, noise=float(noise.max()))


def varying_columns(found: Moments) -> tuple[Array, FloatArray, FloatArray, FloatArray]:
    """Return the indices of the columns that are not constant, their means, lengths when centred, and noise.

    The noise of a column is the share of its length that rounding of its values may have made.
    """
    length = np.sqrt(np.maximum(squares(found), 0.0))
    raw_length = np.hypot(length, np.sqrt(found.total) * np.abs(found.mean_x))
    columns = np.flatnonzero(length > ROUNDINGS * EPS * raw_length)
    noise = ROUNDINGS * EPS * raw_length[columns] / length[columns]
    return columns, found.mean_x[columns], length[columns], noise


def gram_of(found: Moments, columns: Array) -> FloatArray:
    """Return X'X (k, k) of the k `columns` alone; what was found itself where these are all."""
    return found.gram if len(columns) == len(found.gram) else found.gram[np.ix_(columns, columns)]


def for_all(basis: FloatArray, columns: Array, d: int) -> FloatArray:
    """Return a basis (k, r) of the k `columns` with rows of zeros for the others of d; itself where there are none."""
    if len(columns) == d:
        return np.ascontiguousarray(basis)
    full = np.zeros((d, basis.shape[1]))
    full[columns] = basis
    return full


def scaled_triangle(p: Problem, found: Moments) -> tuple[FloatArray, FloatArray, Array, FloatArray, float]:
    """Return R (m, k), Q'Y (m, t), the indices (k,) of the columns that are not constant, lengths, noise."""
    columns, mean, length, noise = varying_columns(found)
    k = len(columns)
    R = qr_triangle(p, mean, length, columns, found.mean_y)
    return R[:, :k], R[:, k:], columns, length, noise.max(initial=0.0)


def unit_gram(gram: FloatArray, length: FloatArray, below: FloatArray | None) -> FloatArray:
    """Return D^-1 X'X D^-1 (d, d), the squares of `below` (d,) added to its diagonal; see `cholesky_triangle`."""
    unit = gram / length
    unit /= length[:, None]
    if below is not None:
        unit.flat[:: len(unit) + 1] += below * below
    return np.asarray(unit, dtype=np.float64)


def cholesky_triangle(gram: FloatArray, length: FloatArray, below: FloatArray | None = None) -> FloatArray | None:
    """Return the upper triangle R with R'R = D^-1 X'X D^-1, or None if rounding has made that indefinite.

    gram (d, d), length (d,): read. below (d,): what a ridge's row below each column holds, divided by its length.
    """
    unit = unit_gram(gram, length, below)
    with one_blas_thread():
        try:
            R = np.linalg.cholesky(unit).T
        except np.linalg.LinAlgError:
            return None
    return np.asarray(R, dtype=np.float64)


def qr_triangle(
    p: Problem, mean: FloatArray, length: FloatArray, columns: Array, mean_y: FloatArray | None = None
) -> FloatArray:
    """Return the triangle R (min(n, k), k) of the k `columns` of X (n, d), centred and scaled, block after block.

    mean, length (k,): read. With mean_y (t,) the targets, centred by it, stand beside them as t more columns.
    """
    width = len(columns) + (0 if mean_y is None else len(mean_y))
    portions, block = row_chunks(*p.X.shape)

    def task(rows: slice) -> FloatArray:
        R = np.empty((0, width))
        for s in blocks(rows, block):
            A = (p.X[s] if len(columns) == p.X.shape[1] else p.X[s, columns]) - mean
            A /= length
            if mean_y is not None:
                A = np.concatenate([A, p.Y[s] - mean_y], axis=1)
            if p.root is not None:
                A *= p.root[s, None]
            R = triangle_of(np.concatenate([R, A]))
        return R

    with one_blas_thread():
        first, *others = map_chunks(task, portions, p.n_jobs)
        for R in others:
            first = triangle_of(np.concatenate([first, R]))
    return first


def triangle_of(A: FloatArray) -> FloatArray:
    """Return the triangle R of A = Q R; A itself, which serves as well, where it has fewer rows than columns."""
    return A if A.shape[0] < A.shape[1] else np.asarray(np.linalg.qr(A, mode="r"), dtype=np.float64)


def invert_triangle(R: FloatArray) -> FloatArray | None:
    """Return the inverse of an upper triangle R (d, d), or None if there is none within float64's range."""
    if R.shape[0] != R.shape[1] or not R.diagonal().all():
        return None
    with one_blas_thread(), np.errstate(all="ignore"):
        inverse = invert_by_halves(R)
    return inverse if np.isfinite(inverse).all() else None


@lean_kernel
def invert_upwards(R: Array, inverse: Array) -> None:
    """Invert an upper triangle, from the last row up. R (d, d): read. inverse (d, d): overwritten, zeros at first."""
    d = R.shape[0]
    for i in range(d - 1, -1, -1):
        inverse[i, i] = 1.0
        for k in range(i + 1, d):
            # plainly: inverse[i] -= R[i, k] * inverse[k], whose entries before k are 0
            for f in range(k, d):
                inverse[i, f] -= R[i, k] * inverse[k, f]
        for f in range(i, d):
            inverse[i, f] /= R[i, i]


def invert_by_halves(R: FloatArray) -> FloatArray:
    """Return the inverse of [[A, B], [0, C]], which is [[A^-1, -A^-1 B C^-1], [0, C^-1]]: products, mostly."""
    d, half = len(R), len(R) // 2
    inverse = np.zeros((d, d))
    if d <= SMALL:
        # plainly: return np.linalg.solve(R, np.eye(d)), which does not see that half of R is nil
        invert_upwards(np.ascontiguousarray(R), inverse)
        return inverse
    inverse[:half, :half], inverse[half:, half:] = invert_by_halves(R[:half, :half]), invert_by_halves(R[half:, half:])
    inverse[:half, half:] = -inverse[:half, :half] @ (R[:half, half:] @ inverse[half:, half:])
    return inverse


def norm_bound(A: FloatArray) -> float:
    """Return an upper bound of the largest singular value: Frobenius' norm, or that of largest sums, if smaller."""
    size = np.abs(A)
    rows, columns, flat = np.add.reduce(size, axis=1), np.add.reduce(size, axis=0), size.ravel(order="K")
    # plainly: min(np.linalg.norm(A), ...), which takes longer to call
    return min(math.sqrt(np.vdot(flat, flat)), math.sqrt(np.maximum.reduce(columns) * np.maximum.reduce(rows)))


def triangle_factor(
    solver: str, R: FloatArray, length: FloatArray, reach: FloatArray, doubt: float, worst: float
) -> Factor | None:
    """Return the factor that a triangle R (d, d) gives, and overwrite it; or None if its columns may be dependent.

    length (d,): of the columns, and reach (d,): the same in the user's units (up to one common factor).
    `doubt` is the share of a unit column that rounding may have made; `worst` the largest condition number allowed.
    """
    inverse = invert_triangle(R)
    if inverse is None:
        return None
    smallest = 1.0 / norm_bound(inverse)  # a lower bound of the smallest singular value of R
    condition = norm_bound(R) / smallest
    if smallest <= doubt or condition > worst:
        return None
    inverse /= length[:, None]
    R *= reach
    return Factor(solver, inverse, R, 0, condition, 0.0)


def kept_directions(R: FloatArray, noise: FloatArray, tol: float) -> tuple[FloatArray, FloatArray, float]:
    """Return the singular values (r,) of R (k, d) that are not nil, their vectors V (d, r), and the condition number.

    noise (d,): the share of each unit column that rounding may have made.
    """
    # plainly: _, S, Vt = np.linalg.svd(R, full_matrices=False)
    wide = R.shape[0] < R.shape[1]
    Q, L = np.linalg.qr(R.T) if wide else (np.eye(0), R.T)  # R = L'Q': the values of the small L' are those of R
    _, S, Vt = np.linalg.svd(L.T, full_matrices=False)
    V = Q @ Vt.T if wide else Vt.T
    keep = (S > tol * S[0]) & (S > np.linalg.norm(noise[:, None] * V, axis=0))
    largest, S, V = S[0], S[keep], V[:, keep]
    return S, V, float(largest / S[-1]) if len(S) else 1.0


def graded_qr(A: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Q and R of A (d, r) whose rows have very different `size` (d,): exact row by row, large rows first."""
    order = np.argsort(-size, kind="stable")
    Q = np.empty_like(A)
    Q[order], R = np.linalg.qr(A[order])
    return Q, R


def svd_factor(R: FloatArray, length: FloatArray, reach: FloatArray, noise: FloatArray, tol: float) -> Factor:
    """Return the factor that gives the shortest w, whatever the rank.

    R (k, d), length (d,): read. reach (d,): the lengths in the user's units (up to one common factor), in which
    "shortest" is meant. noise (d,): the share of each unit column that rounding may have made.
    """
    with one_blas_thread():
        S, V, condition = kept_directions(R, noise, tol)
        if len(S) == R.shape[1]:
            return Factor("svd", V / S / length[:, None], R * reach, 0, condition, 0.0)
        P, T = graded_qr(reach[:, None] * V, reach)
        basis = np.linalg.solve(T, P.T).T / S if len(S) else P
        basis *= (reach / length)[:, None]
    return Factor("svd", basis, S[:, None] * T.T, 0, condition, 0.0)


def singular_values(triangle: FloatArray, exponent: int, count: int) -> FloatArray:
    """Return `count` singular values of ``triangle * 2^exponent``, largest first, 0 for directions it lacks."""
    found = np.zeros(count)
    if triangle.size:
        with one_blas_thread():
            values = np.linalg.svd(triangle, compute_uv=False)[:count]
        with np.errstate(over="ignore"):
            found[: len(values)] = np.ldexp(values, exponent)
    return found
