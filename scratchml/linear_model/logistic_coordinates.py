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
small the whole Hessian is taken (joint coordinates), so that the first step is Newton's. Where coordinates are cheap
beside an evaluation, they are chosen anew every three steps: a way between Newton's and L-BFGS.

Cost
----
n d^2 + 4 d^3 operations; (n + d k) (d k)^2 for joint ones, taken for d k up to 128. Diagonal ones, 4 n d, where d is so
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
from ..core.typing import FloatArray
from ..optim.objective import EPS
from .logistic_problem import LogisticProblem, curvatures, logits_of, split

SAMPLE_ROWS = 2048  # that choose the coordinates, or 4 d
AFFORDABLE = 5e8  # operations that may always be spent on coordinates
REFRESH, REFRESH_FAST = 25, 3  # steps after which coordinates are chosen anew; where they are cheap and good
JOINT_SIZE = 128  # numbers in W up to which several classes are given joint coordinates
JOINT_RIDGE = 1e-13  # the same for joint coordinates, which also tell when to stop
RARE = 4.0  # a column's length in the rows chosen is believed if it is within this factor of that in all rows
RIDGE = 1e-10  # added to the unit diagonal of R, so that dependent columns have coordinates, too


class Coordinates(NamedTuple):
    """The change of variables W = P u."""

    inverse: (
        FloatArray  # (d, d) D^-1 L^-T, transposed; or its diagonal (d,) alone, where d is large; or, joint, of all W
    )
    mean: FloatArray  # (d,)
    root: float  # sqrt(curvature); 1 for joint ones
    joint: bool = False  # of all classes together
    shared: bool = False  # of several classes, the same for each

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


def choose_joint_coordinates(p: LogisticProblem, W: FloatArray) -> Coordinates:
    """Return coordinates in which the loss is round near W (k, d + 1), from the Hessian of some rows over all of W.

    So the first step from W is Newton's.
    """
    (n, d), (k, D), many = p.X.shape, p.shape, sample_size(p)
    rows = slice(0, None, max(1, n // many))
    w, b = split(p, W)
    with one_blas_thread(), np.errstate(all="ignore"):
        q = curvatures(p, logits_of(p, w, b, rows))
        q = (q * p.weight[rows] if p.weight.size else q) / q.shape[2]
        size = np.sqrt(p.variance)
        mean = p.X[rows].mean(axis=0) if p.centred else np.zeros(d)
        dead = size <= 8.0 * EPS * np.abs(mean)  # constant: what is there is rounding
        size[dead] = 1.0
        A = np.ones((q.shape[2], D))
        A[:, :d] = np.where(dead, 0.0, (p.X[rows] - mean) / size)
        H = np.einsum("cem,mf,mg->cfeg", q, A, A, optimize=["einsum_path", (1, 2), (0, 1)])
        curvature = max(float(np.einsum("ccm->", q)) / (k - 1), 1e-12)
        price = np.zeros(D)
        price[:d] = p.l2 / size**2
        free = curvature * (
            JOINT_RIDGE + (price <= 1e-6 * curvature)
        )  # adding one vector to all classes changes no loss
        for c in range(k):
            H[c, range(D), c, range(D)] += price + curvature * JOINT_RIDGE
        H[:, range(D), :, range(D)] += (free / k)[:, None, None]
        H = H.reshape(k * D, k * D)
        unit = np.sqrt(H.diagonal())
        L = np.linalg.cholesky(H / unit[:, None] / unit + k * D * EPS * np.eye(k * D))
        scale = np.ones(D)
        scale[:d] = size
        inverse = np.linalg.inv(L) / unit / np.tile(scale, k)
    return Coordinates(inverse, mean, 1.0, joint=True)


def choose_coordinates(p: LogisticProblem, W: FloatArray) -> Coordinates:
    """Return coordinates in which the loss is about round near W (k, d + 1)."""
    n, d = p.X.shape
    many = sample_size(p)
    if p.k > 1 and W.size <= JOINT_SIZE:
        return choose_joint_coordinates(p, W)
    rows = slice(0, None, max(1, n // many))
    w, b = split(p, W)
    with one_blas_thread(), np.errstate(all="ignore"):
        Z = logits_of(p, w, b, rows)
        q = curvatures(p, Z)
        q = q[0, 0] if p.k == 1 else np.einsum("ccm->m", q) / (p.k - 1)
        q = q * p.weight[rows] if p.weight.size else q
        curvature = max(float(q.mean()), 1e-12)
        A = p.X[rows]
        share = q / q.sum() if q.sum() > 0.0 else np.full(len(A), 1.0 / len(A))
        mean = share @ A if p.centred else np.zeros(d)
        if (many + 2 * d) * d * d > max(AFFORDABLE, 80 * n * d * p.k):  # a matrix would cost more than it saves
            return Coordinates(1.0 / np.sqrt(curvature * p.variance + p.l2 + 1e-300), mean, np.sqrt(curvature))
        A = (A - mean) * np.sqrt(share)[:, None]
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
        return REFRESH_FAST
    if coordinates.rough:  # fresh ones would be little better
        return REFRESH
    return int(min(REFRESH, REFRESH_FAST + (2 * many + 3 * d) * d // (32 * n)))
