"""Coordinates in which the loss of logistic regression is about round, for L-BFGS.

Idea
----
L-BFGS needs many steps where the bowl is a long valley, that is where columns are correlated or of different size. So
choose new coordinates in which the bowl is about round. The Hessian at the start would give them exactly, and costs as
much as d evaluations; some of the rows give them well enough, since only the number of steps depends on it, not the
answer. A handful of steps is then enough whatever the columns are like.

Maths
-----
W = (w, b) with one row per class, u its new coordinates, m mean and R covariance of rows weighted by their curvature q,
columns scaled to variance 1 by D, and `curvature` the mean q::

    L L' = curvature R + D^-1 diag(l2) D^-1,            w = D^-1 L^-T u_w,         b = u_b / sqrt(curvature) - m w
    Hessian in u ~ identity,   so that   fall = |gradient in u|^2 / 2   estimates how far the loss is above its least

Where several classes share a border, q = (1 - sum_c p_c^2) / (k - 1) stands in for their k x k curvatures; where W is
small the whole Hessian is taken (joint coordinates), so that the first step is Newton's: with the shares p of a row,
diag(p) - p p' for its classes times x x' for its columns, which at the start, where all shares are alike, falls apart
into one system of equations for each class. Where coordinates are cheap beside an evaluation, they are chosen anew
every few steps: a way between Newton's and L-BFGS.

Cost
----
n d^2 + 4 d^3 operations; (n + d k) (d k)^2 for joint ones, taken for d k up to 256. Diagonal ones, 4 n d, where d is so
large that others would cost more than they save.

Differences
-----------
scikit-learn works on the columns as they come.

References
----------
J. Nocedal, S. Wright, "Numerical optimization", 2nd edition, section 5.1 (preconditioning). R. Byrd, G. Chin, W.
Neveitt, J. Nocedal (2011), "On the use of stochastic Hessian information in optimization methods for machine learning",
SIAM J. Optim. 21(3): a Hessian of some rows serves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core import one_blas_thread
from ..core.jit import kernel
from ..core.typing import Array, FloatArray
from ..optim.multinomial import list_softmax
from ..optim.objective import EPS
from .factorisations import invert_by_halves
from .logistic_problem import LogisticProblem, curvatures, logits_of, split

SAMPLE_ROWS = 2048  # that choose the coordinates, or 4 d
AFFORDABLE = 5e8  # operations that may always be spent on coordinates
REFRESH, REFRESH_FAST = 50, 3  # steps after which coordinates are chosen anew; where they are cheap and good
REFRESH_JOINT = 6
FEW_NUMBERS = 128  # in W, whose coordinates cost little
JOINT_SIZE = 256  # numbers in W up to which several classes are given joint coordinates
JOINT_RIDGE = 1e-13  # the same for joint coordinates, which also tell when to stop
RARE = 4.0  # a column's length in the rows chosen is believed if it is within this factor of that in all rows
RIDGE = 1e-10  # added to the unit diagonal of R, so that dependent columns have coordinates, too


class StandardRows(NamedTuple):
    """The rows that choose joint coordinates."""

    rows: slice  # which they are
    A: FloatArray  # (m, D) columns centred and of variance 1, a constant one nil; ones below the intercepts
    weight: FloatArray  # (m,) which add up to about 1
    mean: FloatArray  # (d,)
    size: FloatArray  # (d,) by which columns were divided


class Coordinates(NamedTuple):
    """The change of variables W = P u."""

    inverse: (
        FloatArray  # (d, d) D^-1 L^-T, transposed; or its diagonal (d,) alone, where d is large; or, joint, of all W
    )
    mean: FloatArray  # (d,)
    root: float  # sqrt(curvature); 1 for joint ones
    joint: bool = False  # of all classes together
    shared: bool = False  # of several classes, the same for each
    rows: StandardRows | None = None  # of joint ones

    @property
    def rough(self) -> bool:
        """Whether the curvature is known by the diagonal only, or for all classes alike."""
        return self.inverse.ndim == 1 or self.shared

    def to_W(self, U: FloatArray) -> FloatArray:
        """Return W (k, d + 1) for coordinates U (k, d + 1); without intercepts (k, d) for (k, d)."""
        d = len(self.mean)
        if self.joint:
            W = (U.ravel() @ self.inverse).reshape(U.shape)
            W[:, d:] -= (W[:, :d] @ self.mean)[:, None]
            return W
        W = np.empty_like(U)
        W[:, :d] = U[:, :d] * self.inverse if self.inverse.ndim == 1 else U[:, :d] @ self.inverse
        W[:, d:] = U[:, d:] / self.root - (W[:, :d] @ self.mean)[:, None]
        return W

    def to_slope(self, G: FloatArray) -> FloatArray:
        """Return the gradient in U from the gradient G in W."""
        d = len(self.mean)
        S, g = np.empty_like(G), G[:, :d] - G[:, d:] * self.mean if G.shape[1] > d else G
        if self.joint:
            return np.asarray(np.column_stack([g, G[:, d:]]).ravel() @ self.inverse.T).reshape(G.shape)
        S[:, :d] = g * self.inverse if self.inverse.ndim == 1 else g @ self.inverse.T
        S[:, d:] = G[:, d:] / self.root
        return S


def sample_size(p: LogisticProblem) -> int:
    """Return how many rows choose the coordinates."""
    n, d = p.X.shape
    return int(min(n, max(SAMPLE_ROWS, 4 * d)))


def joint_hessian(A: FloatArray, share: FloatArray, weight: FloatArray) -> FloatArray:
    """Return sum_i weight_i q_i a_i a_i' (k, D, k, D), for rows A (m, D), shares p (m, k)."""
    (m, k), D = share.shape, A.shape[1]
    B = (share[:, :, None] * (A * np.sqrt(weight)[:, None])[:, None]).reshape(m, k * D)
    H = (B.T @ B).reshape(k, D, k, D)  # a product B'B is half of one, by symmetry
    np.negative(H, out=H)
    # plainly: H[c, :, c, :] = (A * (own[:, c] * weight)[:, None]).T @ A, with own = share * (1 - share); but
    # 1 - share is the sum of the other classes' shares, so what is wanted is minus the sum of the other blocks
    for c in range(k):
        H[c, :, c, :] = 0.0
        np.negative(np.add.reduce(H[c], axis=1), out=H[c, :, c, :])
    return H


def inverse_root(H: FloatArray) -> FloatArray:
    """Return L^-1 for L L' = H (m, m), overwritten."""
    unit = np.sqrt(H.diagonal())
    H /= unit[:, None]
    H /= unit
    H.flat[:: len(H) + 1] += len(H) * EPS
    L: FloatArray = np.asarray(np.linalg.cholesky(H), dtype=np.float64)
    return np.asarray(invert_by_halves(L.T).T / unit)


def inverse_by_classes(
    R: FloatArray, share: FloatArray, price: FloatArray, free: FloatArray, rest: float
) -> FloatArray:
    """Return `inverse_root` of the Hessian where all rows have the same shares (k,), R (D, D) being the mean of a a'.

    It is Q x R + 1 x diag(price + rest) + 11' x diag(free) / k, Q = diag(share) - share share': for each of Q's axes a
    matrix (D, D).
    """
    k, D = len(share), len(R)
    # Q 1 = 0, as shares add up to 1; that axis is given the level 1, all others have at most 1/2, so it is the last
    level, axes = np.linalg.eigh(np.diag(share) - np.outer(share, share) + 1.0 / k)
    level[-1] = 0.0
    H = level[:, None, None] * R
    diagonal = np.einsum("jff->jf", H)  # a view
    diagonal += price + rest
    diagonal[-1] += free
    unit = np.sqrt(diagonal)
    H /= unit[:, :, None] * unit[:, None]
    diagonal += k * D * EPS
    inverse = np.stack([invert_by_halves(L.T).T for L in np.linalg.cholesky(H)]) / unit[:, None]
    return np.ascontiguousarray((inverse[:, :, None] * axes.T[:, None, :, None]).reshape(k * D, k * D))


def standard_rows(p: LogisticProblem) -> StandardRows:
    """Return the rows that choose joint coordinates, wherever W is."""
    (n, d), D = p.X.shape, p.shape[1]
    rows = slice(0, None, max(1, n // sample_size(p)))
    X = p.X[rows]
    weight = p.weight[rows] if p.weight.size else np.ones(len(X))
    size = np.sqrt(p.variance)
    mean = X.mean(axis=0) if p.centred else np.zeros(d)
    dead = size <= 8.0 * EPS * np.abs(mean)  # constant: what is there is rounding
    size[dead] = 1.0
    A = np.ones((len(X), D))
    np.subtract(X, mean, out=A[:, :d])
    A[:, :d] /= size
    A[:, :d][:, dead] = 0.0
    return StandardRows(rows, A, weight / len(X), mean, size)


def choose_joint_coordinates(p: LogisticProblem, W: FloatArray, standard: StandardRows | None) -> Coordinates:
    """Return coordinates in which the loss is round near W (k, d + 1), from the Hessian of some rows over all of W.

    So the first step from W is Newton's.
    """
    (k, D), d = p.shape, p.X.shape[1]
    w, b = split(p, W)
    start = not w.any()
    with one_blas_thread(), np.errstate(all="ignore"):
        rows, A, weight, mean, size = standard = standard or standard_rows(p)
        Z = b[None] if start else logits_of(p, w, b, rows)  # at the start all rows are alike
        list_softmax(Z, share := np.empty_like(Z))
        # plainly: own = share * (1 - share), which has no digits left where a share is nearly 1
        own = share * (share @ (1.0 - np.eye(k)))
        curvature = max(float((weight * own.sum(axis=1)).sum()) / (k - 1), 1e-12)
        price = np.zeros(D)
        price[:d] = p.l2 / size**2
        rest = curvature * JOINT_RIDGE
        free = rest + np.where(
            price <= 1e-6 * curvature, curvature, 0.0
        )  # adding one vector to all classes changes no loss
        if start:  # plainly: as below, in k small systems of equations
            inverse = inverse_by_classes((A * weight[:, None]).T @ A, share[0], price, free, rest)
        else:
            H = joint_hessian(A, share, weight)
            np.einsum("cfcf->cf", H)[...] += price + rest  # a view of the diagonal
            np.einsum("cfef->cef", H)[...] += free / k
            inverse = inverse_root(H.reshape(k * D, k * D))
        scale = np.ones(D)
        scale[:d] = size
        inverse /= np.tile(scale, k)
    return Coordinates(inverse, mean, 1.0, joint=True, rows=standard)


@kernel
def list_traces(share: Array, trace: Array) -> None:
    """Put sum_c p_c (1 - p_c) of each row into trace (m,): overwritten. share p (m, k): read.

    As 2 sum_{b < c} p_b p_c, which keeps its digits where a share is nearly 1.
    """
    for i in range(share.shape[0]):
        before = pairs = 0.0
        for c in range(share.shape[1]):
            pairs += before * share[i, c]
            before += share[i, c]
        trace[i] = 2.0 * pairs


def shared_curvatures(p: LogisticProblem, Z: FloatArray) -> FloatArray:
    """Return q (m,), which stands in for each row's k x k curvatures, from the logits Z (m, k): overwritten."""
    # plainly: np.einsum("ccm->m", curvatures(p, Z)) / (p.k - 1), which takes k times as much memory as Z
    list_softmax(Z, Z)
    list_traces(Z, trace := np.empty(len(Z)))
    return np.asarray(trace / (p.k - 1))


def choose_coordinates(p: LogisticProblem, W: FloatArray, before: Coordinates | None = None) -> Coordinates:
    """Return coordinates in which the loss is about round near W (k, d + 1); before: those chosen last for `p`."""
    n, d = p.X.shape
    many = sample_size(p)
    if p.k > 1 and W.size <= JOINT_SIZE:
        return choose_joint_coordinates(p, W, before.rows if before else None)
    rows = slice(0, None, max(1, n // many))
    w, b = split(p, W)
    with one_blas_thread(), np.errstate(all="ignore"):
        Z = logits_of(p, w, b, rows)
        q = curvatures(p, Z)[0, 0] if p.k == 1 else shared_curvatures(p, Z)
        q = q * p.weight[rows] if p.weight.size else q
        curvature = max(float(q.mean()), 1e-12)
        A = p.X[rows]
        share = q / q.sum() if q.sum() > 0.0 else np.full(len(A), 1.0 / len(A))
        mean = share @ A if p.centred else np.zeros(d)
        if (many + 2 * d) * d * d > max(AFFORDABLE, 80 * n * d * p.k):  # a matrix would cost more than it saves
            return Coordinates(1.0 / np.sqrt(curvature * p.variance + p.l2 + 1e-300), mean, np.sqrt(curvature))
        A = A - mean  # plainly: (A - mean) * np.sqrt(share)[:, None]
        A *= np.sqrt(share)[:, None]
        R = A.T @ A
        size = np.sqrt(R.diagonal())
        dead = size <= 8.0 * EPS * np.abs(mean)  # constant: what is there is rounding
        R[dead], R[:, dead], size[dead] = 0.0, 0.0, 1.0
        R = R / size[:, None] / size
        if len(A) < n:  # lengths of rare columns are better known from all rows; others fit what depends on them
            full = np.sqrt(p.variance)
            full = np.where(full > 8.0 * EPS * np.abs(mean), full, 1.0)
            size = np.where(dead | (full > RARE * size) | (size > RARE * full), full, size)
        R *= curvature
        R.flat[:: d + 1] = curvature * (1.0 + RIDGE) + p.l2 / size**2
        unit = np.sqrt(R.diagonal())
        L = np.linalg.cholesky(R / unit[:, None] / unit + d * EPS * np.eye(d))
        inverse = np.linalg.inv(L) / (size * unit)
    return Coordinates(inverse, mean, float(np.sqrt(curvature)), shared=p.k > 1)


def steps_between(p: LogisticProblem, coordinates: Coordinates) -> int:
    """Return how many steps to go before coordinates are chosen anew: few where that costs few evaluations."""
    (n, d), many = p.X.shape, sample_size(p)
    if coordinates.joint:
        return REFRESH_FAST if len(coordinates.inverse) <= FEW_NUMBERS else REFRESH_JOINT
    if coordinates.rough:  # fresh ones would be little better
        return REFRESH
    return int(min(REFRESH, REFRESH_FAST + (2 * many + 3 * d) * d // (16 * n)))
