"""The data of a least squares problem, and the passes over its rows: means, X'X and X'y, gradient.

Idea
----
Every pass cuts the rows into blocks that fit the processor's cache and does its arithmetic there, by matrix products.
The results of blocks are merged in a fixed order, so they have the same bits for any number of threads. Numbers whose
squares would overflow or vanish are first brought into range by powers of two, which rounds nothing.

Maths
-----
Two parts a, b of the rows with means m_a, m_b and squares S = sum (x - m)(x - m)' about them make together::

    n = n_a + n_b      gap = m_b - m_a      m = m_a + gap n_b / n      S = S_a + S_b + gap gap' n_a n_b / n

so a mean that is large beside the spread costs no digits. Within a part, squares are summed about a shift c near the
mean: ``S = sum (x - c)(x - c)' - n r r'`` with r the mean of x - c.

Cost
----
Moments n d^2 operations (half of a product, by symmetry), gradient 4 n d. Memory: one block of rows for each thread.

Differences
-----------
From the textbook's formula ``X'X - n m m'``, which loses all digits where the mean is large.

References
----------
T. F. Chan, G. H. Golub, R. J. LeVeque (1983), "Algorithms for computing the sample variance: analysis and
recommendations", The American Statistician 37(3): equation 1.5 (merge, here for two columns), section 3 (a shift).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from typing import NamedTuple

import numpy as np

from ..core import check_finite, chunks, merge_chunks, one_blas_thread, rows_apart
from ..core.jit import kernel
from ..core.typing import Array, FloatArray
from .compensated import two_sum
from .rows_as_they_stand import add_standing, may_stand, near_mean, stood_well

BLOCK_NUMBERS = 2**15  # of X: what is worked on at a time should stay in the cache
PATCH = 16  # blocks that share one shift; more would lose more digits, fewer are merged more often
PLACES = 4  # in a patch where rows are looked at to choose it
FEW_TARGETS = 8  # so many columns of Y may stand beside X in one product
MAX_CHUNKS = 64  # the portions of threads: enough for 64 of them, few enough to hold a d x d matrix for each
Room = Callable[[], FloatArray]  # makes room for a block for who asks first


class Problem(NamedTuple):
    """Minimise ``sum_i weight_i |y_i - w'x_i - b|^2``; powers of two may have been taken out of the columns."""

    X: FloatArray  # (n, d)
    Y: FloatArray  # (n, t)
    root: FloatArray | None  # (n,) square roots of the weights
    weight: FloatArray | None  # (n,)
    shift_x: Array  # (d,) the user's X is X 2^shift_x
    shift_y: Array  # (t,) the user's Y is Y 2^shift_y
    shift_root: int  # the user's root is root 2^shift_root
    centred: bool  # with an intercept b
    one_target: bool  # y was given as (n,)
    n_jobs: int | None
    ridge: FloatArray | None = None  # (d,) square roots of the penalties on w^2 (see penalty_roots); None for none


class Moments(NamedTuple):
    """What the first pass over the rows learns."""

    total: float  # number of rows, or sum of their weights
    mean_x: FloatArray  # (d,) zeros where there is no intercept
    mean_y: FloatArray  # (t,)
    rest_x: FloatArray  # (d,) what rounding took from the mean: mean_x + rest_x is meant
    rest_y: FloatArray  # (t,)
    gram: FloatArray  # (d, d) X'X of the centred data, or its diagonal (d,) alone
    moment: FloatArray  # (d, t) X'Y of the centred data
    row_gram: FloatArray | None = None  # (n, n) products of rows, where they have been asked for (few_rows.py)


# ---------------------------------------------------------------------------------------------------------------
# Range


def binary_exponent(A: FloatArray) -> Array:
    """Return for each column of A the exponent of its largest value where that is far from 1, else 0."""
    few = chunks(len(A), max(1, BLOCK_NUMBERS // 4 // A.shape[1]))  # plainly: top = np.abs(A).max(axis=0)
    top = reduce(np.maximum, (np.abs(A[s]).max(axis=0) for s in few))
    far = ((top < 1e-90) | (top > 1e90)) & (top > 0.0)
    return np.where(far, np.maximum(np.frexp(top)[1], -1020), 0)


def scale_down(A: FloatArray, shift: Array) -> FloatArray:
    """Return A 2^-shift, exactly; A itself where there is nothing to do."""
    return np.ldexp(A, -shift) if shift.any() else A


def make_problem(X: FloatArray, y: FloatArray, weight: FloatArray | None, centred: bool, jobs: int | None) -> Problem:
    """Return the problem with y, (n,) or (n, t), and the weights in range; X (n, d) is left as it is: a pass saved."""
    Y = y.reshape(len(y), -1)
    shift_y, shift_root, root = binary_exponent(Y), 0, None
    if weight is not None:
        shift_root = (int(np.frexp(weight.max())[1]) + 1) // 2
        weight = np.ldexp(weight, -2 * shift_root)
        root = np.sqrt(weight)
    no_shift = np.zeros(X.shape[1], dtype=np.int64)
    return Problem(X, scale_down(Y, shift_y), root, weight, no_shift, shift_y, shift_root, centred, y.ndim == 1, jobs)


def in_units(p: Problem, w: FloatArray, intercept: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return weights (d, t) and intercepts (t,) in the units of the data; (d,) and () where y was given as (n,)."""
    if not (p.shift_x.any() or p.shift_y.any()):  # plainly: as below
        return (w[:, 0], intercept.copy().reshape(())) if p.one_target else (w, intercept.copy())
    shift = p.shift_y - p.shift_x[:, None]
    with np.errstate(over="ignore", under="ignore"):
        w, intercept = np.ldexp(w, shift) if shift.any() else w, np.ldexp(intercept, p.shift_y)
    return (w[:, 0], intercept.reshape(())) if p.one_target else (w, intercept)


def squares(found: Moments) -> FloatArray:
    """Return the diagonal of X'X, (d,)."""
    return found.gram if found.gram.ndim == 1 else found.gram.diagonal()


def in_range(found: Moments) -> bool:
    """Say whether no square has overflowed or vanished."""
    square, far_from_zero = squares(found), np.abs(found.mean_x) > 1e-80  # there, small deviations are none at all
    return bool(((square < 1e200) & ((square > 1e-200) | far_from_zero)).all())


# ---------------------------------------------------------------------------------------------------------------
# Passes over the rows


def row_chunks(n: int, d: int, products: bool = True) -> tuple[list[slice], int]:
    """Return the portions of rows for threads, and how many rows to work on at a time inside one.

    With `products` of columns to be added up, at least 2 d rows, so that adding costs little beside the products.
    """
    block = rows_apart(max(BLOCK_NUMBERS // d, 2 * d)) if products else max(BLOCK_NUMBERS // d, 1)
    return chunks(n, PATCH * block * max(1, -(-n // (PATCH * block * MAX_CHUNKS)))), block


def blocks(rows: slice, size: int) -> list[slice]:
    """Cut rows into blocks."""
    return [slice(start, min(start + size, rows.stop)) for start in range(rows.start, rows.stop, size)]


@kernel
def centre_rows(X: Array, Y: Array, root: Array, shift_x: Array, shift_y: Array, A: Array) -> None:
    """Write the rows (x - shift_x, y - shift_y, 1) into A, each times its root.

    X (m, d), Y (m, t), root (m,) or (0,) for ones, shift_x (d,), shift_y (t,): read. A (m, d + t + 1): overwritten.
    """
    d, t = X.shape[1], Y.shape[1]
    for i in range(X.shape[0]):
        for f in range(d):
            A[i, f] = X[i, f] - shift_x[f]
        for k in range(t):
            A[i, d + k] = Y[i, k] - shift_y[k]
        A[i, d + t] = 1.0
        if root.shape[0]:
            for f in range(d + t + 1):
                A[i, f] *= root[i]


def centred_block(p: Problem, rows: slice, shift_x: FloatArray, shift_y: FloatArray, A: FloatArray) -> FloatArray:
    """Return the first rows of A, (m, d + t + 1), overwritten by `centre_rows`."""
    root = np.empty(0) if p.root is None else p.root[rows]
    A = A[: rows.stop - rows.start]
    centre_rows(p.X[rows], p.Y[rows], root, shift_x, shift_y, A)
    return A


@kernel
def add_squares(X: Array, Y: Array, root: Array, shift_x: Array, shift_y: Array, square: Array, cross: Array) -> None:
    """Add to square (d,) those of the columns of X, and to cross (t + 1, d) the products with those of Y and 1.

    X (m, d), Y (m, t), root (m,) or (0,), shift_x (d,), shift_y (t,): read, as in `centre_rows`, but nothing is copied.
    """
    d, t = X.shape[1], Y.shape[1]
    for i in range(X.shape[0]):
        v = root[i] if root.shape[0] else 1.0
        for f in range(d):
            away = (X[i, f] - shift_x[f]) * v
            square[f] += away * away
            cross[t, f] += away * v
        for k in range(t):
            pull = (Y[i, k] - shift_y[k]) * v
            for f in range(d):
                cross[k, f] += (X[i, f] - shift_x[f]) * v * pull


def add_products(A: FloatArray, d: int, gram: FloatArray, cross: FloatArray) -> None:
    """Add X'X to gram, (d, d) or its diagonal (d,), and X'[Y 1] to cross (d, t + 1), for the block A = [X Y 1]."""
    if gram.ndim == 2 and A.shape[1] - d <= FEW_TARGETS:
        # plainly: gram += X.T @ X; cross += X.T @ Y1  (a product A'A is half of one, as BLAS sees its symmetry)
        product = A.T @ A
        gram += product[:d, :d]
        cross += product[:d, d:]
        return
    X = A[:, :d]
    gram += X.T @ X if gram.ndim == 2 else np.einsum("if,if->f", X, X)
    cross += X.T @ A[:, d:]


def find_shift(p: Problem, rows: slice, size: int, total: float) -> tuple[FloatArray, FloatArray]:
    """Return numbers (d,), (t,) near the means of a patch, whose rows or weights add up to `total`."""
    if p.root is not None:
        share = p.root[rows] ** 2 / (total if total > 0.0 else 1.0)
        return share @ p.X[rows], share @ p.Y[rows]
    cut = blocks(rows, size)
    cut = cut[:: max(1, len(cut) // PLACES)]
    few = -(-size // len(cut))
    first = [slice(s.start, min(s.start + few, s.stop)) for s in cut]
    share = np.full(few, 1.0 / sum(s.stop - s.start for s in first))
    shift_x, shift_y = np.zeros(p.X.shape[1]), np.zeros(p.Y.shape[1])
    for s in first:  # added up where they stand: a copy would take longer
        shift_x += share[: s.stop - s.start] @ p.X[s]
        shift_y += share[: s.stop - s.start] @ p.Y[s]
    return shift_x, shift_y


def patch_moments(p: Problem, rows: slice, size: int, diagonal: bool, room: Room, copying: bool = False) -> Moments:
    """Return the moments of a patch of a few blocks of rows. room() (size, d + t + 1), where it is wanted: overwritten.

    Where all means are small, and not `copying`, rows are not centred beforehand (`rows_as_they_stand.py`).

    Squares are summed about a shift, and in the end moved to the mean. The shift is the mean of some rows from several
    places (with weights: of the patch), about sqrt(PATCH - 1) standard deviations off at most: four bits could be lost,
    and as a rule, sorted rows included, none is.
    """
    d, t = p.X.shape[1], p.Y.shape[1]
    total = float(rows.stop - rows.start if p.root is None else p.root[rows] @ p.root[rows])
    large = rows.stop - rows.start > size and t <= FEW_TARGETS and not diagonal and p.root is None and not copying
    standing = large and (not p.centred or may_stand(p.X[rows]))
    shift_x, shift_y = np.zeros(d), np.zeros(t)
    if p.centred:
        shift_x, shift_y = (shift_x, near_mean(p.Y[rows])) if standing else find_shift(p, rows, size, total)
    gram, cross, rest_y = np.zeros(d if diagonal else (d, d)), np.zeros((d, t + 1)), np.zeros(t)
    if standing:
        rest_y += add_standing(p.X[rows], p.Y[rows], shift_y, size, gram, cross)
    for s in [] if standing else blocks(rows, size):
        if diagonal and t <= FEW_TARGETS:
            root, part = np.empty(0) if p.root is None else p.root[s], np.zeros((t + 1, d))
            add_squares(p.X[s], p.Y[s], root, shift_x, shift_y, gram, part)
            away = p.Y[s] - shift_y
            cross += part.T
            rest_y += away.sum(axis=0) if p.root is None else p.root[s] ** 2 @ away
            continue
        block = centred_block(p, s, shift_x, shift_y, room())
        add_products(block, d, gram, cross)
        rest_y += block[:, -1] @ block[:, d:-1]
    moment, rest_x = cross[:, :t], cross[:, t].copy()
    if not p.centred:
        return Moments(total, shift_x, shift_y, np.zeros(d), np.zeros(t), gram, moment)
    if total > 0.0:
        rest_x /= total
        rest_y /= total
    gram -= total * (rest_x * rest_x if diagonal else outer(rest_x, rest_x))
    moment -= total * outer(rest_x, rest_y)
    if standing and not stood_well(gram.diagonal(), rest_x, total):
        return patch_moments(p, rows, size, diagonal, room, copying=True)
    mean_x, rest_x = two_sum(shift_x, rest_x)
    mean_y, rest_y = two_sum(shift_y, rest_y)
    return Moments(total, mean_x, mean_y, rest_x, rest_y, gram, moment)


def outer(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a b' (d, t), no zero of it -0. plainly: np.outer(a, b), whose buffers are twice as large as the result."""
    return np.asarray(np.dot(a[:, None], b[None, :]))


def merge(a: Moments, b: Moments) -> Moments:
    """Return the moments of both sets of rows together (equation 1.5); the arrays of `a` are overwritten."""
    if a.total == 0.0:
        return b
    total = a.total + b.total
    share = b.total / total
    gap_x = (b.mean_x - a.mean_x) + (b.rest_x - a.rest_x)
    gap_y = (b.mean_y - a.mean_y) + (b.rest_y - a.rest_y)
    pull = gap_x * (a.total * share)
    gram, moment = a.gram, a.moment
    gram += b.gram
    gram += pull * gap_x if gram.ndim == 1 else outer(pull, gap_x)
    moment += b.moment
    moment += outer(pull, gap_y)
    mean_x, lost_x = two_sum(a.mean_x, gap_x * share)
    mean_y, lost_y = two_sum(a.mean_y, gap_y * share)
    return Moments(total, mean_x, mean_y, a.rest_x + lost_x, a.rest_y + lost_y, gram, moment)


def find_moments(p: Problem, diagonal: bool) -> Moments:
    """Return the moments of all rows; only the diagonal of X'X with `diagonal`. May overflow: see `in_range`."""
    portions, size = row_chunks(*p.X.shape)

    def task(rows: slice) -> Moments:
        room = cache(lambda: workspace(p, size))  # made by who wants it first: as a rule nothing is copied
        with np.errstate(all="ignore"):
            return reduce(merge, (patch_moments(p, s, size, diagonal, room) for s in blocks(rows, PATCH * size)))

    with one_blas_thread(), np.errstate(all="ignore"):
        return merge_chunks(merge, task, portions, p.n_jobs)


def learn_moments(p: Problem, diagonal: bool) -> tuple[Problem, Moments]:
    """Return the problem and its moments; powers of two are taken out of X where squares would leave the range.

    Raises
    ------
    ValueError
        If X has NaN or infinity.
    """
    found = find_moments(p, diagonal)
    if in_range(found):
        return p, found
    check_finite(p.X)  # every NaN and infinity is in some square
    if not (shift := binary_exponent(p.X)).any():
        return p, found
    p = p._replace(X=scale_down(p.X, shift), shift_x=shift)
    return p, find_moments(p, diagonal)


def workspace(p: Problem, size: int) -> FloatArray:
    """Return room for a block of `size` rows as `centre_rows` writes it."""
    return np.empty((min(size, len(p.X)), p.X.shape[1] + p.Y.shape[1] + 1))


def find_gradient(p: Problem, found: Moments, w: FloatArray) -> FloatArray:
    """Return X'(Y - X w) of the centred data, minus ridge^2 w where there is a penalty, shape (d, t)."""
    portions, size = row_chunks(len(p.X), len(w), False)
    if is_near_zero(found):
        return gradient_of_rows(p, found, w, portions, size) - penalty_slope(p, w)

    def task(rows: slice) -> FloatArray:
        g, A, d = np.zeros_like(w), workspace(p, size), len(w)
        for s in blocks(rows, size):
            block = centred_block(p, s, found.mean_x, found.mean_y, A)
            g += block[:, :d].T @ (block[:, d:-1] - block[:, :d] @ w)
        return g

    with one_blas_thread():
        return np.asarray(merge_chunks(np.add, task, portions, p.n_jobs) - penalty_slope(p, w))


def is_near_zero(found: Moments) -> bool:
    """Say whether no column's mean is larger than its standard deviation: then rows need no centring beforehand."""
    return bool((np.square(found.mean_x) * found.total <= squares(found)).all())


def gradient_of_rows(p: Problem, found: Moments, w: FloatArray, portions: list[slice], size: int) -> FloatArray:
    """Return X'(Y - X w) of the centred data without centring them: X'r - mean_x sum(r), r the residuals."""
    intercept = found.mean_y - found.mean_x @ w

    def task(rows: slice) -> FloatArray:
        sums = np.zeros((len(w) + 1, w.shape[1]))  # X'r, and below it the sum of r
        for s in blocks(rows, size):
            r = p.Y[s] - p.X[s] @ w
            r -= intercept
            if p.root is not None:
                r *= np.square(p.root[s])[:, None]
            sums[:-1] += p.X[s].T @ r
            sums[-1] += r.sum(axis=0)
        return sums

    with one_blas_thread():
        sums = merge_chunks(np.add, task, portions, p.n_jobs)
    return np.asarray(sums[:-1] - outer(found.mean_x, sums[-1]))


def times_gram(p: Problem, found: Moments, v: FloatArray) -> FloatArray:
    """Return (X'X + ridge^2) v of the centred data, for v (d, 1)."""
    portions, size = row_chunks(len(p.X), len(v), False)

    def task(rows: slice) -> FloatArray:
        product, A = np.zeros_like(v), workspace(p, size)
        for s in blocks(rows, size):
            X = centred_block(p, s, found.mean_x, found.mean_y, A)[:, : len(v)]
            product += X.T @ (X @ v)
        return product

    with one_blas_thread():
        return np.asarray(merge_chunks(np.add, task, portions, p.n_jobs) + penalty_slope(p, v))


def penalty_slope(p: Problem, w: FloatArray) -> FloatArray | float:
    """Return ridge^2 w, (d, t), half the slope of the penalty; 0 where there is none."""
    if p.ridge is None:
        return 0.0
    root = p.ridge.reshape(len(w), -1)  # a certificate has penalties of its own for each target
    return root * (root * w)  # not root^2 w: the square may overflow where the product does not


def penalty_roots(p: Problem, alpha: float) -> FloatArray:
    """Return for each column the root (d,) of a penalty alpha |w|^2 on the user's weights, in the problem's units."""
    with np.errstate(over="ignore", under="ignore"):
        root = np.ldexp(np.full(p.X.shape[1], np.sqrt(alpha)), -p.shift_x - p.shift_root)
    return np.asarray(np.minimum(root, 1e300), dtype=np.float64)
