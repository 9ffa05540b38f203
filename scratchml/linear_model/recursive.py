"""Least squares one row, or one block of rows, at a time: the weights are corrected, the rows forgotten.

Idea
----
A new row says: your prediction for me is off by so much. How far each weight should give way depends on how well it is
known already, and that is what the inverse of X'X tells. Both the weights and the inverse can be brought up to date
without any earlier row.

Maths
-----
P = (X'X)^-1 of the centred rows so far, Z (m, d) the new rows, centred about their own mean, and one row more for the
gap between the new mean and the old, sqrt(n_a n_b / (n_a + n_b)) (mean_b - mean_a)'; z likewise of y. Then X'X grows by
Z'Z (equation 1.5 of Chan, Golub and LeVeque), and (Woodbury; for one row: Sherman and Morrison) ::

    K = P Z'(I + Z P Z')^-1        the gain
    w <- w + K (z - Z w)           old weights, moved by what they miss
    P <- P - K Z P

X'X and X'y are carried along, too, and w is corrected once by P (X'y - X'X w), so that rounding does not pile up.

Until the columns are independent there is no P; then, and where they are nearly dependent (P knows squared condition
numbers only), the triangle R of a QR of all rows is updated in its place: R <- the triangle of [R; Z].

Cost
----
About 3 m d^2 operations for m rows, m at most d at a time; with the triangle 2 (m + d) d^2. Memory d^2.

Differences
-----------
From the textbook's recursive least squares: the intercept is carried by means, nothing is assumed at the start (so the
result is that of the batch, and the shortest w where several are best), no forgetting.

References
----------
J. Sherman, W. J. Morrison (1950), Ann. Math. Stat. 21(1). M. A. Woodbury (1950), Princeton memorandum report 42.
A. Bjorck (1996), "Numerical methods for least squares problems", SIAM: 3.1 and 3.2. Chan, Golub, LeVeque (1983).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core import one_blas_thread
from ..core.typing import FloatArray, IntArray
from .factorisations import (
    EPS,
    cholesky_triangle,
    invert_triangle,
    norm_bound,
    svd_factor,
    triangle_factor,
    triangle_of,
    varying_columns,
)
from .problem import Moments, Problem, blocks, find_moments, in_range, merge, squares

PLAIN = 200  # binary exponents whose squares can be added up
SAFE = 1e3  # a condition number whose square may be trusted to P
OUTGROWN = 1e6  # times the length a column had: what came before has no digits left in X'X
LOST = 1e7  # length of the inverse of a triangle of unit columns that was made of rounding
DRIFT = 1e-9  # a correction of w, beside w, that tells that P should be worked out anew


class Step(NamedTuple):
    """What is known after a block of rows: all that is left of them."""

    name: str  # "triangle" or "woodbury": how the block was taken in
    moments: Moments  # of all rows so far; gram is X'X
    triangle: FloatArray | None  # (k, d + t) of [X Y] centred; None once there is an inverse
    inverse: FloatArray | None  # (d, d) of X'X with columns divided by `length`
    length: FloatArray  # (d,) as it was when the inverse was begun; ones before
    w: FloatArray  # (d, t)
    intercept: FloatArray  # (t,)
    rank: int


def units_of(X: FloatArray, Y: FloatArray) -> tuple[IntArray, IntArray] | None:
    """Return exponents (d,) and (t,) of the powers of two in which to count X and Y; None where squares are safe.

    They are chosen by the first rows and stay: multiplying by a power of two rounds nothing off.
    """
    found = [np.frexp(np.abs(A).max(axis=0))[1].astype(np.int64) for A in (X, Y)]
    if all((np.abs(exponents) <= PLAIN).all() for exponents in found):
        return None
    return found[0], found[1]


def new_rows(p: Problem, rows: slice, part: Moments, before: Moments | None) -> FloatArray:
    """Return [Z z], (m + 1, d + t): rows about their own mean times roots of weights, and the gap between the means."""
    A = np.concatenate([p.X[rows] - part.mean_x, p.Y[rows] - part.mean_y], axis=1)
    if p.root is not None:
        A *= p.root[rows, None]
    if before is None or not p.centred:
        return A
    pull = np.sqrt(before.total * (part.total / (before.total + part.total)))
    gap_x = (part.mean_x - before.mean_x) + (part.rest_x - before.rest_x)
    gap_y = (part.mean_y - before.mean_y) + (part.rest_y - before.rest_y)
    return np.concatenate([A, pull * np.concatenate([gap_x, gap_y])[None, :]])


def woodbury(P: FloatArray, w: FloatArray, Z: FloatArray, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return P and w after the rows Z (m, d) with targets z (m, t) have been taken in. P (d, d), w (d, t): read."""
    ZP = Z @ P
    K = np.linalg.solve(np.eye(len(Z)) + ZP @ Z.T, ZP).T
    P = P - K @ ZP
    return 0.5 * (P + P.T), w + K @ (z - Z @ w)


def take_in(p: Problem, known: Step | None) -> Iterator[Step]:
    """Yield a step for each block of the rows of p, merged into what is known.

    Raises
    ------
    ValueError
        If squares overflow or vanish.
    """
    for rows in blocks(slice(0, len(p.X)), p.X.shape[1] + 2):  # enough to determine all weights
        part_of = p._replace(
            X=p.X[rows],
            Y=p.Y[rows],
            root=None if p.root is None else p.root[rows],
        )
        part = find_moments(part_of, False)
        if part.total == 0.0 and known is not None:
            continue
        with one_blas_thread(), np.errstate(all="ignore"):
            A = new_rows(p, rows, part, known.moments if known else None)
            moments = part if known is None else merge(copied(known.moments), part)
        if not (in_range(moments) or constant(moments)):
            raise ValueError(
                "The values of X are too large or too small for sums of squares over batches; bring the columns to a "
                "common scale, e.g. by StandardScaler."
            )
        with one_blas_thread():
            if known is None or known.inverse is None:
                known = by_triangle(moments, A, known)
            else:
                known = by_inverse(moments, A, known, known.inverse)
        yield known


def copied(m: Moments) -> Moments:
    """Return moments whose sums may be overwritten."""
    return m._replace(gram=m.gram.copy(), moment=m.moment.copy())


def constant(m: Moments) -> bool:
    """Say whether no column is too large, and those too small have not varied yet."""
    square = squares(m)
    return bool(((square < 1e200) & ((square > 1e-200) | (square == 0.0) | (np.abs(m.mean_x) > 1e-80))).all())


def by_triangle(m: Moments, A: FloatArray, known: Step | None) -> Step:
    """Return what is known after the rows A (k, d + t), by the triangle of all rows. m: the moments, A included."""
    d = len(m.mean_x)
    T = triangle_of(A if known is None or known.triangle is None else np.concatenate([known.triangle, A]))
    w, rank, inverse, unit = np.zeros_like(m.moment), 0, None, np.ones(d)
    columns, _, length, noise = varying_columns(m)
    if len(columns):
        rows, z = T[:, columns] / length, T[:, d:]
        R = triangle_of(rows)  # T itself is none yet where it has few rows, nor without its constant columns
        cut = EPS * max(32, d)
        factor = triangle_factor("qr", R, length, length, max(noise.max(), cut * np.sqrt(d)), np.inf)
        if factor is None:
            factor = svd_factor(R, length, length, noise, cut)
        B = factor.basis
        w[columns] = B @ ((rows @ (B * length[:, None])).T @ z)
        rank = B.shape[1]
        if rank == d and factor.condition <= SAFE:
            U = B * length[:, None]
            inverse, unit = U @ U.T, length
    b = m.mean_y - m.mean_x @ w
    return Step("triangle", m, T if inverse is None else None, inverse, unit, w, b, rank)


def by_inverse(m: Moments, A: FloatArray, known: Step, P: FloatArray) -> Step:
    """Return what is known after the rows A (k, d + t), by the inverse P (d, d). m: the moments, A included."""
    d, length = len(m.mean_x), known.length
    if (np.sqrt(squares(m)) > OUTGROWN * length).any():
        return begin_again(m)
    P, v = woodbury(P, known.w * length[:, None], A[:, :d] / length, A[:, d:])
    gram, moment = m.gram / length / length[:, None], m.moment / length[:, None]
    correction = P @ (moment - gram @ v)
    if np.linalg.norm(correction) > DRIFT * np.linalg.norm(v):
        R = cholesky_triangle(m.gram, length)
        inverse = None if R is None else invert_triangle(R)
        if inverse is not None:
            P = inverse @ inverse.T
            correction = P @ (moment - gram @ v)
    w = (v + correction) / length[:, None]
    return Step("woodbury", m, None, P, length, w, m.mean_y - m.mean_x @ w, d)


def begin_again(m: Moments) -> Step:
    """Return what is known by X'X alone, where earlier rows are so small beside later ones that P says nothing.

    Raises
    ------
    ValueError
        If the later rows do not determine the weights, as X'X has kept nothing of the earlier ones.
    """
    length = np.sqrt(squares(m))
    R = cholesky_triangle(m.gram, length) if length.all() else None
    inverse = None if R is None else invert_triangle(R)
    if inverse is None or norm_bound(inverse) > LOST:
        raise ValueError(
            f"These rows (or their sample_weight) are more than {OUTGROWN:.0e} times larger than all rows before, and "
            "nothing is left of those; bring the rows to a common scale, or give more of the large ones at once."
        )
    P = inverse @ inverse.T
    w = (P @ (m.moment / length[:, None])) / length[:, None]
    return Step("woodbury", m, None, P, length, w, m.mean_y - m.mean_x @ w, len(length))


def known_from_fit(last: Any) -> Step:
    """Return what there is to go on with after the last step of a fit by Cholesky, all columns independent."""
    m, w, length = last.moments, last.w.reshape(len(last.w), -1), np.sqrt(squares(last.moments))
    U = last.factor.basis * length[:, None]
    with one_blas_thread():
        P = U @ U.T
    return Step("fit", m, None, P, length, w, m.mean_y - m.mean_x @ w, len(w))
