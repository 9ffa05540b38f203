"""The loss of logistic regression over all rows: its value, gradient and Hessian, each in one pass over X.

Idea
----
A row's logits are Z = X w + b; what the loss makes of them needs no more of X; and the gradient is X' times the slopes.
Done for all rows at once, X is read twice. So cut the rows into blocks that fit the processor's cache, and finish with
one block (logits, losses and slopes, gradient) before the next is read.

Maths
-----
With weights s_i of sum S, labels y = -1 or +1 (k = 1) or class numbers (k classes), W = (w, b) of shape (k, d + 1)::

    loss(W) = 1 / S sum_i s_i l(w x_i + b, y_i) + 1/2 sum_cf l2_f w_cf^2
    l = log(1 + exp(-y z))   or   l = log(sum_c exp(z_c)) - z_y
    gradient = 1 / S sum_i s_i slope_i (x_i, 1)' + (l2 w, 0)
    hessian  = 1 / S sum_i s_i q_i (x_i, 1)(x_i, 1)' + diag(l2, 0),   q = p (1 - p)
               for classes c and e: block with q_i = p_c ([c = e] - p_e)

    a column is x = x~ 2^shift + centre;     w = w~ 2^-shift,   b = b~ - centre w,   l2~ = l2 2^(-2 shift)

Cost
----
Value and gradient: 4 n d k operations, X read once. Hessian: n (d k)^2. Memory: X is copied only where columns are
out of range (beyond 1e90) or so far from 0 (1e5 standard deviations) that x w would lose digits.

Differences
-----------
scikit-learn reads X twice per evaluation, and works on the columns as they come.

References
----------
Hastie, Tibshirani, Friedman, "The elements of statistical learning", 2nd edition, section 4.4.1, equations 4.20 to
4.25.
"""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

import numpy as np

from ..core import chunks, map_chunks, one_blas_thread
from ..core.jit import kernel
from ..core.steps import sealed
from ..core.typing import Array, FloatArray, IntArray
from ..optim.losses import LOG_LOSS, add_log_losses, list_curvatures
from ..optim.multinomial import add_cross_entropies, list_softmax
from .problem import binary_exponent, blocks, scale_down

BLOCK_NUMBERS = 2**16  # of X: what is worked on at a time should stay in the cache
PORTION_NUMBERS = 2**19  # what one thread is given at a time
MAX_PORTIONS = 64
FAR = 1e5  # standard deviations from 0: from here on a column is centred
MOST_PENALTY = 1e300
NO_WEIGHT = np.empty(0)


class LogisticProblem(NamedTuple):
    """What is minimised; the columns of X may have been centred and powers of two taken out of them."""

    X: FloatArray  # (n, d)
    target: Array  # (n,) labels -1.0 and +1.0 where k is 1, else class numbers, int64
    weight: FloatArray  # (n,) of mean 1, or (0,) for ones
    k: int  # 1 for two classes, else the number of classes
    l2: FloatArray  # (d,)
    shift: IntArray  # (d,) the user's column is X 2^shift + centre
    centre: FloatArray  # (d,)
    variance: FloatArray  # (d,) of the columns of X, about 0 where there is no intercept
    centred: bool  # with an intercept b, which no penalty touches
    n_jobs: int | None
    plain: bool = False  # no column has been shifted or centred: the problem's units are the user's

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of W: one row for each class, intercepts last."""
        return self.k, self.X.shape[1] + self.centred


class Columns(NamedTuple):
    """What one pass learns of each column."""

    mean: FloatArray  # (d,)
    variance: FloatArray  # (d,)
    peak: FloatArray  # (d,) largest size


@kernel
def add_columns(X: Array, first: Array, total: Array, square: Array, peak: Array) -> None:
    """Add up each column's distances from a first row, their squares, and find the largest size.

    X (n, d), first (d,): read. total, square, peak (d,): changed.
    """
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            away = X[i, f] - first[f]
            total[f] += away
            square[f] += away * away
            peak[f] = max(peak[f], abs(X[i, f]))


def portions(n: int, d: int) -> list[slice]:
    """Cut n rows into what threads are given at a time; the borders depend on n and d only."""
    rows = max(1, PORTION_NUMBERS // d)
    return chunks(n, max(rows, -(-n // MAX_PORTIONS)))


def look_at_columns(X: FloatArray, n_jobs: int | None) -> Columns:
    """Return mean, variance and largest size of the columns of X (n, d); inf where a square overflows."""
    (n, d), first = X.shape, X[0].copy()

    def task(rows: slice) -> FloatArray:
        found = np.zeros((3, d))
        add_columns(X[rows], first, found[0], found[1], found[2])
        return found

    with np.errstate(all="ignore"):
        parts = map_chunks(task, portions(n, d), n_jobs)
        peak = reduce(np.maximum, (part[2] for part in parts))
        total, square = reduce(np.add, (part[:2] for part in parts)) / n
        return Columns(first + total, np.maximum(square - total * total, 0.0), peak)


def make_problem(
    X: FloatArray,
    target: Array,
    weight: FloatArray | None,
    k: int,
    l2: float,
    centred: bool,
    n_jobs: int | None,
    keep_units: bool = False,
) -> LogisticProblem:
    """Return the problem for X (n, d), left alone, and weights (n,) of any sum above 0; `l2` joins the mean loss.

    With `keep_units` no powers of two are taken out of columns, and all are centred: what SAGA wants.
    """
    if weight is None:
        weight = NO_WEIGHT
    else:
        weight = weight / weight.max()
        weight = weight / weight.mean()
    columns = look_at_columns(X, n_jobs)
    shift = np.zeros(X.shape[1], dtype=np.int64)
    if not keep_units and ((columns.peak > 1e90) | ((columns.peak < 1e-90) & (columns.peak > 0.0))).any():
        shift = binary_exponent(X).astype(np.int64)
        X = scale_down(X, shift)
        columns = look_at_columns(X, n_jobs)
    centre = np.zeros(X.shape[1])
    far = 0.1 if keep_units else FAR
    spread = np.where(columns.variance > 0.0, np.sqrt(columns.variance), 1.0)
    if centred and (np.abs(columns.mean) > far * spread).any():
        centre = np.ldexp(columns.mean, shift)
        X = np.subtract(X, columns.mean, out=X if shift.any() else None)  # never more than one copy
        columns = look_at_columns(X, n_jobs)
    variance = columns.variance if centred else columns.variance + columns.mean**2
    plain = not (shift.any() or centre.any())
    p = LogisticProblem(X, target, weight, k, np.zeros(X.shape[1]), shift, centre, variance, centred, n_jobs, plain)
    return with_penalty(p, l2)


def with_penalty(p: LogisticProblem, l2: float) -> LogisticProblem:
    """Return the problem with another l2, in the user's units."""
    with np.errstate(over="ignore"):
        return p._replace(l2=np.minimum(np.ldexp(l2, -2 * p.shift), MOST_PENALTY))


# ---------------------------------------------------------------------------------------------------------------
# Passes over the rows


def logits_of(p: LogisticProblem, w: FloatArray, b: FloatArray, rows: slice) -> FloatArray:
    """Return w x + b for some rows: (m,) where k is 1, else (m, k). w (d, k) and b (k,): read."""
    if p.k == 1:
        z = p.X[rows] @ w[:, 0]
        z += b[0]
        return np.asarray(z)
    Z = p.X[rows] @ w
    Z += b
    return np.asarray(Z)


def split(p: LogisticProblem, W: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return w (d, k), contiguous, and b (k,) of W, flat or of shape (k, d + 1)."""
    W, d = W.reshape(p.shape), p.X.shape[1]
    return np.ascontiguousarray(W[:, :d].T), W[:, d].copy() if p.centred else np.zeros(p.k)


def loss_and_gradient(p: LogisticProblem, W: FloatArray) -> tuple[float, FloatArray]:
    """Return mean loss + penalty at W, flat or (k, d + 1), and its gradient in W's shape."""
    (n, d), (w, b) = p.X.shape, split(p, W)
    size = max(1, BLOCK_NUMBERS // d)
    add = add_log_losses if p.k == 1 else add_cross_entropies

    def task(rows: slice) -> tuple[float, FloatArray]:
        total, G = 0.0, np.zeros((p.k, d + 1))
        for s in blocks(rows, size):
            Z = logits_of(p, w, b, s)
            total += add(Z, p.target[s], p.weight[s] if p.weight.size else NO_WEIGHT, slope := np.empty_like(Z))
            G[:, :d] += slope.T @ p.X[s]
            G[:, d] += sums_of_columns(slope)
        return total, G

    with one_blas_thread(), np.errstate(all="ignore"):
        if n <= size:  # plainly: total, G = task(slice(0, n))
            Z = logits_of(p, w, b, slice(0, n))
            total = add(Z, p.target, p.weight, slope := np.empty_like(Z))
            G = np.empty((p.k, d + 1))
            G[:, :d] = slope.T @ p.X
            G[:, d] = sums_of_columns(slope)
        else:
            total, G = reduce(lambda a, c: (a[0] + c[0], a[1] + c[1]), map_chunks(task, portions(n, d), p.n_jobs))
        G /= n
        pull = p.l2[:, None] * w
        G[:, :d] += pull.T
        loss = total / n + 0.5 * float((pull * w).sum())
    return float(loss), np.ascontiguousarray(G[:, : p.shape[1]]).reshape(W.shape)


def sums_of_columns(slope: FloatArray) -> FloatArray | float:
    """Return the sums (k,) of slopes (n, k), or their sum where k is 1 and slopes are (n,)."""
    # plainly: slope.sum(axis=0), which takes as long as the product with X where columns are few
    return np.asarray(np.ones(len(slope)) @ slope) if slope.ndim == 2 else float(slope.sum())


def curvatures(p: LogisticProblem, Z: FloatArray) -> FloatArray:
    """Return q (k, k, m): the second derivatives of each row's loss in its logits Z, (m,) or (m, k)."""
    if p.k == 1:
        list_curvatures(LOG_LOSS, 0.0, Z, Z, q := np.empty_like(Z))
        return q[None, None]
    list_softmax(Z, share := np.empty_like(Z))
    share = share.T
    Q = -share[:, None] * share[None]
    # plainly: Q[c, c] = share[c] * (1 - share[c]), which has no digits left where a share is nearly 1
    diagonal = np.einsum("ccm->cm", Q)
    diagonal[...] = 0.0
    diagonal[...] = -Q.sum(axis=0)
    return Q


def hessian(p: LogisticProblem, W: FloatArray) -> FloatArray:
    """Return the second derivatives at W, flat: a square matrix over all its entries."""
    (n, d), (w, b), (k, D) = p.X.shape, split(p, W), p.shape
    size = max(1, BLOCK_NUMBERS // (d * k))

    def task(rows: slice) -> FloatArray:
        H = np.zeros((k, D, k, D))
        for s in blocks(rows, size):
            A = np.column_stack([p.X[s], np.ones(s.stop - s.start)])[:, :D]
            q = curvatures(p, logits_of(p, w, b, s))
            if p.weight.size:
                q = q * p.weight[s]
            for c in range(k):
                for e in range(c + 1):
                    H[c, :, e, :] += (A * q[c, e][:, None]).T @ A
        return H

    with one_blas_thread(), np.errstate(all="ignore"):
        H = reduce(np.add, map_chunks(task, portions(n, d), p.n_jobs)) / n
    for c in range(k):
        for e in range(c):
            H[e, :, c, :] = H[c, :, e, :].T
        H[c, range(d), c, range(d)] += p.l2
    return np.asarray(H.reshape(k * D, k * D), dtype=np.float64)


def separates(p: LogisticProblem, W: FloatArray) -> bool:
    """Say whether W puts no row on the wrong side of a border between classes, and some row clear of one.

    Then the loss falls for ever along W: without a penalty there is no best fit.
    """
    (n, d), (w, b) = p.X.shape, split(p, W)

    def task(rows: slice) -> tuple[float, float]:
        Z = logits_of(p, w, b, rows)
        if p.k == 1:
            lead = p.target[rows] * Z
        else:
            own = np.take_along_axis(Z, p.target[rows, None], axis=1)
            lead = own - Z
            np.put_along_axis(lead, p.target[rows, None], np.inf, axis=1)  # a class does not compete with itself
        lead = lead[p.weight[rows] > 0.0] if p.weight.size else lead
        lead = lead[np.isfinite(lead)]
        return float(lead.min(initial=np.inf)), float(lead.max(initial=-np.inf))

    with one_blas_thread(), np.errstate(all="ignore"):
        found = map_chunks(task, chunks(n, max(1, BLOCK_NUMBERS // d)), p.n_jobs)
    least, most = min(low for low, _ in found), max(high for _, high in found)
    return most > 0.0 and least >= -1e-9 * most


# ---------------------------------------------------------------------------------------------------------------
# Between the problem's units and the user's


def in_units(p: LogisticProblem, W: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return coefficients (k, d) and intercepts (k,) in the units of the user's columns, arrays that are sealed."""
    if p.plain:
        W, d = W.reshape(p.shape), p.X.shape[1]
        return sealed(W[:, :d].copy()), sealed(W[:, d].copy() if p.centred else np.zeros(p.k))
    w, b = split(p, W)
    with np.errstate(over="ignore", under="ignore"):
        w = np.ldexp(w, -p.shift[:, None]) if p.shift.any() else w
        return sealed(w.T.copy()), sealed(b - p.centre @ w)


def from_units(p: LogisticProblem, coef: FloatArray, intercept: FloatArray) -> FloatArray:
    """Return W (k, d + 1) for coefficients (k, d) and intercepts (k,) in the user's units."""
    W = np.ldexp(coef, p.shift)
    return np.column_stack([W, intercept + coef @ p.centre]) if p.centred else W


def gradient_in_units(p: LogisticProblem, G: FloatArray) -> FloatArray:
    """Return the gradient (k, d + 1) in the user's coefficients and intercepts, from that in W."""
    if p.plain:
        return G.reshape(p.shape)
    G, d = G.reshape(p.shape).copy(), p.X.shape[1]
    with np.errstate(over="ignore"):
        G[:, :d] = np.ldexp(G[:, :d], p.shift)
        if p.centre.any():
            G[:, :d] += G[:, d:] * p.centre
    return G


def class_totals(p: LogisticProblem) -> Array:
    """Return the sum of the rows' weights in each class, shape (2,) where k is 1, else (k,)."""
    codes = p.target > 0.0 if p.k == 1 else p.target
    if p.weight.size:
        return np.bincount(codes, p.weight, max(p.k, 2))
    if p.k == 1:  # plainly: as below, which turns codes of one byte into codes of eight
        many = np.count_nonzero(codes)
        return np.array([len(codes) - many, many])
    return np.bincount(codes, minlength=p.k)


def prior_start(p: LogisticProblem) -> FloatArray:
    """Return W (k, d + 1) with w = 0 and the best intercepts for that, the log-odds of the classes."""
    W = np.zeros(p.shape)
    if p.centred:
        share = class_totals(p)
        level = np.log(np.maximum(share, 1e-12 * share.max()))  # a class without rows is not infinitely rare
        W[:, -1] = level[1] - level[0] if p.k == 1 else level - level.mean()
    return W
