"""Four ways downhill for logistic regression: L-BFGS in good coordinates, Newton, gradient descent, SAGA.

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
small the whole Hessian is taken, so that the first step is Newton's. Where coordinates are cheap beside an evaluation,
they are chosen anew every three steps: a way between Newton's and L-BFGS.

Stop when no entry of |gradient|, in the user's coefficients, is above `tol`, and `fall` is below 1e-9 of the loss. The
second makes up for what `tol` cannot see: a long valley has small gradients far from its lowest point. Stop, too, where
float64 cannot tell a lower point. Newton's method estimates `fall` from its last two falls a and b: b^2 / (a - b).

Cost
----
L-BFGS: 4 n d k operations per evaluation, about 10 evaluations for two classes, 20 to 80 for ten; n d^2 + 4 d^3 for
coordinates, (n + d k) (d k)^2 for those of all classes together, which are taken for d k up to 64.
Newton: n (d k)^2 + (d k)^3 / 3 for each of about 5 steps. SAGA: 2 n d k per epoch.

Differences
-----------
scikit-learn's L-BFGS starts at 0 and works on the columns as they come; here intercepts start at the log-odds of the
classes. Its SAGA stops when weights change little; here by the gradient.

References
----------
J. Nocedal, S. Wright, "Numerical optimization", 2nd edition, sections 5.1 (preconditioning) and 7.2 (L-BFGS). R. Byrd,
G. Chin, W. Neveitt, J. Nocedal (2011), "On the use of stochastic Hessian information in optimization methods for
machine learning", SIAM J. Optim. 21(3): a Hessian of some rows serves. T. P. Minka (2003), "A comparison of numerical
optimizers for logistic regression".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core import one_blas_thread
from ..core.typing import FloatArray, RandomStateLike
from ..optim import Penalty, gradient_descent, lbfgs, loss_named, newton, saga_linear
from ..optim.objective import EPS, largest
from .logistic_problem import (
    LogisticProblem,
    curvatures,
    gradient_in_units,
    hessian,
    in_units,
    logits_of,
    loss_and_gradient,
    separates,
    split,
)

SAMPLE_ROWS = 2048  # that choose the coordinates, or 4 d
AFFORDABLE = 5e8  # operations that may always be spent on coordinates
REFRESH, REFRESH_FAST = 25, 3  # steps after which coordinates are chosen anew; where they are cheap and good
JOINT_SIZE = 64  # numbers in W up to which several classes are given joint coordinates
ENOUGH = 1e-9  # share of the loss that may be left above its least
SAGA_ENOUGH = 1e-11  # the same for SAGA, whose estimate is cruder
ROUNDING = 1e-20  # share of the loss that cannot be told from 0, by gradients; losses end at 1e-16
LOSS_ROUNDING = 1e-13  # share of the loss whose fall may be rounding
STUCK_ENOUGH = 1e-8  # share that is good enough where no lower point can be told
RIDGE = 1e-10  # added to the unit diagonal of R, so that dependent columns have coordinates, too


class Step(NamedTuple):
    """What is known after a step."""

    name: str  # "start", "update", "epoch"; the last may be "stuck" (no lower point can be told) or "separable"
    iteration: int
    coef: FloatArray  # (k, d), k = 1 for two classes
    intercept: FloatArray  # (k,)
    loss: float  # mean loss + penalty / (C sum of weights)
    gradient_norm: float  # largest entry of |gradient| in coef and intercept; with l1 how far 0 is from the slopes
    fall: float  # estimate of what the loss is above its least; NaN where the solver gives none
    n_evaluations: int
    converged: bool


class Coordinates(NamedTuple):
    """The change of variables W = P u."""

    inverse: (
        FloatArray  # (d, d) D^-1 L^-T, transposed; or its diagonal (d,) alone, where d is large; or, joint, of all W
    )
    mean: FloatArray  # (d,)
    root: float  # sqrt(curvature); 1 for joint ones
    joint: bool = False  # of all classes together

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
        free = curvature * (RIDGE + (price <= 1e-6 * curvature))  # adding one vector to all classes changes no loss
        for c in range(k):
            H[c, range(D), c, range(D)] += price + curvature * RIDGE
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
        if len(A) < n:  # lengths of rare columns are better known from all rows
            size = np.sqrt(p.variance)
            size = np.where(size > 8.0 * EPS * np.abs(mean), size, 1.0)
        R *= curvature
        R.flat[:: d + 1] = curvature * (1.0 + RIDGE) + p.l2 / size**2
        unit = np.sqrt(R.diagonal())
        L = np.linalg.cholesky(R / unit[:, None] / unit + d * EPS * np.eye(d))
        inverse = np.linalg.inv(L) / (size * unit)
    return Coordinates(inverse, mean, float(np.sqrt(curvature)))


def show(p: LogisticProblem, name: str, iteration: int, W: FloatArray, G: FloatArray, rest: tuple[float, ...]) -> Step:
    """Return the Step at W, with gradient G there; rest: loss, fall, number of evaluations, tol, allowed fall."""
    loss, fall, n_evaluations, tol, allowed = rest
    norm = largest(gradient_in_units(p, G))
    done = (norm <= tol and not fall > allowed) or fall <= ROUNDING * loss
    coef, intercept = in_units(p, W)
    return Step(name, iteration, coef, intercept, loss, norm, fall, int(n_evaluations), done)


class Rounded:
    """The loss as a function of v, where W = origin + P (unit v), for L-BFGS; it keeps the gradient in W last seen."""

    def __init__(self, p: LogisticProblem, W: FloatArray, loss: float, G: FloatArray) -> None:
        self.p, self.origin, self.G = p, W, G
        self.coordinates = choose_coordinates(p, W)
        slope = self.coordinates.to_slope(G)
        self.unit = float(np.sqrt((slope * slope).sum()))  # the first move has length 1: make that Newton's
        self.known: float | None = loss
        self.last = (np.zeros(W.size), W)  # v and its W, so that a step's W is not worked out again

    @property
    def fall(self) -> float:
        """Estimate of what the loss at the origin is above its least."""
        return 0.5 * self.unit**2

    def to_W(self, v: FloatArray) -> FloatArray:
        """Return W for v, flat."""
        if not np.array_equal(v, self.last[0]):
            self.last = v.copy(), self.origin + self.coordinates.to_W(self.unit * v.reshape(self.p.shape))
        return self.last[1]

    def __call__(self, v: FloatArray) -> tuple[float, FloatArray]:
        """Return loss and gradient at v, flat. The first call is for v = 0, where both are known."""
        loss, self.known = self.known, None
        if loss is None:
            loss, self.G = loss_and_gradient(self.p, self.to_W(v))
        return loss, self.unit * self.coordinates.to_slope(self.G).ravel()


def quasi_newton(p: LogisticProblem, W: FloatArray, max_iter: int, tol: float) -> Iterator[Step]:
    """Yield the steps of L-BFGS in coordinates that are chosen anew every `REFRESH` steps."""
    loss, G = loss_and_gradient(p, W)
    iteration, evaluations, stuck_at = 0, 1, -1
    while True:
        function = Rounded(p, W, loss, G)
        step = show(p, "start", iteration, W, G, (loss, function.fall, evaluations, tol, ENOUGH * loss))
        if iteration == 0:
            yield step
        if step.converged or iteration >= max_iter or not 0.0 < function.unit < np.inf:
            break
        before = evaluations - 1
        most = min(steps_between(p, function.coordinates), max_iter - iteration)
        for inner in lbfgs(function, np.zeros(W.size), tol=0.0, max_iter=most):
            evaluations = before + inner.n_evaluations
            if inner.name != "update":
                continue
            W, iteration = function.to_W(inner.w), iteration + 1
            fall = 0.5 * float(inner.gradient @ inner.gradient) / function.unit**2
            if function.coordinates.inverse.ndim == 1:  # these know too little of the curvature
                fall = max(fall, loss - inner.loss)
            loss = inner.loss
            step = show(p, "update", iteration, W, function.G, (loss, fall, evaluations, tol, ENOUGH * loss))
            step = look_for_separation(p, step, W, tol)
            yield step
            if step.converged:
                return
        G = function.G
        if inner.name == "stuck":
            if stuck_at == iteration:  # in fresh coordinates, too
                break
            stuck_at, G = iteration, loss_and_gradient(p, W)[1]
    if not step.converged:
        yield from ending(p, step, W, tol, stuck=iteration < max_iter)


def steps_between(p: LogisticProblem, coordinates: Coordinates) -> int:
    """Return how many steps to go before coordinates are chosen anew: few where that costs few evaluations."""
    (n, d), many = p.X.shape, sample_size(p)
    if coordinates.joint:
        return REFRESH_FAST
    if p.k > 1 or coordinates.inverse.ndim == 1:  # fresh ones would be little better
        return REFRESH
    return int(min(REFRESH, REFRESH_FAST + (2 * many + 3 * d) * d // (32 * n)))


def look_for_separation(p: LogisticProblem, step: Step, W: FloatArray, tol: float) -> Step:
    """Return the step, ended where a gradient within `tol` is owed to classes that can be separated."""
    small = step.gradient_norm <= tol and step.fall <= 0.1 * tol
    if step.converged or not small or p.l2.max() > 0.0 or not separates(p, W):
        return step
    return step._replace(name="separable", converged=True)


def newton_cholesky(p: LogisticProblem, W: FloatArray, max_iter: int, tol: float) -> Iterator[Step]:
    """Yield the steps of Newton's method, each by a Cholesky factorisation of the whole Hessian."""

    def pinned(w: FloatArray) -> FloatArray:
        """Return the Hessian, made curved where adding one vector to all classes changes nothing."""
        H = hessian(p, w)
        if p.k > 1:
            (k, D), level = p.shape, H.diagonal().reshape(p.shape).mean(axis=0)
            free = np.concatenate([p.l2, [0.0]])[:D] <= 1e-6 * level
            H = H.reshape(k, D, k, D)
            H[:, range(D), :, range(D)] += (free * level / k)[:, None, None]
            H = H.reshape(k * D, k * D)
        return H

    losses: list[float] = []
    for inner in newton(lambda w: loss_and_gradient(p, w), W.ravel(), pinned, max_iter=max_iter, tol=0.0):
        losses.append(inner.loss)
        rest = (inner.loss, left_to_fall(losses[-3:]), inner.n_evaluations, tol, ENOUGH * inner.loss)
        step = show(p, "start" if not inner.iteration else "update", inner.iteration, inner.w, inner.gradient, rest)
        if inner.name == "stuck":
            break
        step = look_for_separation(p, step, inner.w, tol)
        yield step
        if step.converged:
            return
    yield from ending(p, step, inner.w, tol, stuck=inner.name == "stuck")


def descend(p: LogisticProblem, W: FloatArray, max_iter: int, tol: float) -> Iterator[Step]:
    """Yield the steps of gradient descent, as the textbook has it: in the user's coordinates."""
    for inner in gradient_descent(lambda w: loss_and_gradient(p, w), W.ravel(), max_iter=max_iter, tol=0.0):
        rest = (inner.loss, np.nan, inner.n_evaluations, tol, np.inf)
        step = show(p, "start" if not inner.iteration else "update", inner.iteration, inner.w, inner.gradient, rest)
        if inner.name == "stuck":
            break
        yield step
        if step.converged:
            return
    yield from ending(p, step, inner.w, tol, stuck=inner.name == "stuck")


def stochastic(
    p: LogisticProblem,
    W: FloatArray,
    max_iter: int,
    tol: float,
    penalty: Penalty,
    random_state: RandomStateLike,
    slower: float = 1.0,
) -> Iterator[Step]:
    """Yield the epochs of SAGA, the one solver here for a penalty with l1 in it.

    Steps are longer than the theory's 1 / (3 L): scikit-learn's, which take the curvature for 1/4 in every class. If
    that goes wrong, it starts anew with steps 8 times shorter.
    """
    loss = loss_named("log_loss" if p.k == 1 else "multinomial")
    weight = p.weight if p.weight.size else np.ones(len(p.X))
    with np.errstate(over="ignore"):
        steepest = 0.25 * float((weight * (np.einsum("if,if->i", p.X, p.X) + p.centred)).max()) + penalty.l2
        size = 1.0 / (2.0 * steepest + min(2.0 * len(p.X) * penalty.l2, steepest)) if steepest > 0.0 else 1.0
        size /= slower
    if not size > 0.0:
        raise ValueError("squares of X overflow, which saga needs; scale X, e.g. with StandardScaler.")
    how: dict[str, Any] = {"sample_weight": weight, "fit_intercept": p.centred, "penalty": penalty, "step_size": size}
    losses: list[float] = []
    for inner in saga_linear(p.X, p.target, loss, W, **how, max_iter=max_iter, tol=0.0, random_state=random_state):
        if inner.name == "diverged" and slower == 1.0:
            yield from stochastic(p, W, max_iter, tol, penalty, random_state, slower=8.0)
            return
        losses.append(inner.loss)
        fall, norm = left_to_fall(losses), inner.gradient_norm
        done = norm <= tol and (fall <= SAGA_ENOUGH * inner.loss or norm == 0.0)
        coef, intercept = in_units(p, inner.w)
        yield Step(inner.name, inner.iteration, coef, intercept, inner.loss, norm, fall, inner.n_evaluations, done)
        if done:
            return


def left_to_fall(losses: list[float]) -> float:
    """Return what is left of a loss that falls by the same share each time, from where it was 2 s and s steps ago.

    With falls a, then b, the series b^2 / a + b^3 / a^2 + ... is left, b^2 / (a - b).
    """
    if len(losses) < 3:
        return float("inf")
    s = min(3, (len(losses) - 1) // 2)
    a, b = losses[-1 - 2 * s] - losses[-1 - s], losses[-1 - s] - losses[-1]
    rounding = LOSS_ROUNDING * abs(losses[-1])
    if abs(b) <= rounding:
        return 0.0 if abs(a) <= rounding else abs(b)
    return b * b / (a - b) if a > b > 0.0 else float("inf")


def ending(p: LogisticProblem, step: Step, W: FloatArray, tol: float, stuck: bool) -> Iterator[Step]:
    """Yield the step of a solver that cannot go on (`stuck`), or may not, once more where it can be told better.

    Is it good enough; and if not, why?
    """
    if p.l2.max() == 0.0 and separates(p, W):
        yield step._replace(name="separable")
    elif stuck:
        enough = step.gradient_norm <= tol or step.fall <= STUCK_ENOUGH * step.loss
        yield step._replace(name="stuck", converged=enough)
    elif step.gradient_norm <= tol:
        yield step._replace(converged=True)
