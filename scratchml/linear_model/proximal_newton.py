"""Logistic regression with an l1 penalty: Newton's method whose parabola keeps the kinks of the penalty.

Idea
----
Newton's method goes to the lowest point of the parabola that fits the loss where one stands. The absolute values of
the penalty have no parabola, so leave them as they are: fit the loss alone, add the penalty, and the problem is a
lasso. It is solved by coordinate descent on a small matrix, with X not looked at again. Most coefficients stay 0, so
only those in play have a place in that matrix: those not 0, and those that would lower the objective if let go.

Maths
-----
With g and H gradient and Hessian of the loss at W, its l2 penalty left apart, D a change of W::

    model(D) = g'D + D'H D / 2 + sum_f l2_f / 2 (w_f + D_f)^2 + l1_f |w_f + D_f|
    H_ce = 1/n sum_i s_i p_ic ([c = e] - p_ie) x_i x_i'                       for classes c and e, columns centred

    intercepts have no penalty, so the model's best ones are known for any D_w:  D_b = -H_bb^-1 (g_b + H_bw D_w)
    put in, H_ww becomes H_ww - H_wb H_bb^-1 H_bw, and g_w becomes g_w - H_wb H_bb^-1 g_b

    W <- W + t D with the first t of 1, 1/2, 1/4, ... at which the objective falls by 1e-4 t |fall|,
    fall = g'D + penalty(W + D) - penalty(W)

A coefficient outside may have v_f = |g_f| - l1_f > 0; letting it go gains about v_f^2 / (2 H_ff). Stop when 0 is within
`tol` of the slopes, and the fall still to come, with what those outside would gain, is below 1e-9 of the objective.

Cost
----
n m^2 operations for m coefficients in play, for each of about 10 steps, and two passes over X. Memory: m^2.

Differences
-----------
From glmnet, which goes through the rows for every coordinate and takes one class at a time: here the Hessian of all
in play is made once by matrix products, over all classes together. scikit-learn has SAGA (optim/saga_linear.py), and
liblinear for two classes, which penalises the intercept.

References
----------
J. Friedman, T. Hastie, R. Tibshirani (2010), "Regularization paths for generalized linear models via coordinate
descent", J. Stat. Software 33(1), section 3. G.-X. Yuan, C.-H. Ho, C.-J. Lin (2012), "An improved GLMNET for
l1-regularized logistic regression", JMLR 13. J. Lee, Y. Sun, M. Saunders (2014), "Proximal Newton-type methods for
minimizing composite functions", SIAM J. Optim. 24(3), algorithm 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

import numpy as np

from ..core import map_chunks, one_blas_thread, rows_apart
from ..core.typing import FloatArray, IntArray
from ..optim import Penalty
from ..optim.multinomial import list_softmax
from ..optim.objective import largest
from .active_columns import ActiveColumns
from .coordinate_passes import pass_by_gram
from .logistic_problem import (
    BLOCK_NUMBERS,
    LogisticProblem,
    curvatures,
    gradient_in_units,
    in_units,
    logits_of,
    loss_and_gradient,
    portions,
    split,
)
from .logistic_solvers import ENOUGH, Step, left_to_fall
from .problem import blocks

FIRST_IN_PLAY = 200  # coefficients that may always be in play; later, four times those that are not 0
MOST_IN_PLAY = 3000  # a matrix of 72 megabytes
PASSES, ROUNDS = 4, 60  # of coordinate descent before a system of equations is tried; of both together
PASSES_PER_SOLUTION = 16  # coefficients for which one pass more is tried, as equations cost s^3, passes s^2
INNER, LOOSE = 1e-3, 0.25  # shares of its distance from the slopes to which the parabola's lowest point is sought
ENOUGH_FALL = 1e-4  # share of the fall foreseen that a step must bring
HALVINGS = 40


class Play(NamedTuple):
    """The coefficients in play; an intercept of each class, where there are any, comes last."""

    cls: IntArray  # (m,) class of each
    feature: IntArray  # (m,) column of each; d stands for the intercept
    m: int  # how many are no intercepts

    def part(self, A: FloatArray) -> FloatArray:
        """Return the entries in play, intercepts included, of A (k, d + 1), or (k, d) without intercepts."""
        return np.ascontiguousarray(A[self.cls, self.feature])


class Model(ActiveColumns):
    """The parabola and the penalty on the coefficients in play: a lasso whose X'X is the Hessian."""

    def __init__(self, gram: FloatArray, w: FloatArray, c: FloatArray, l1: FloatArray, l2: FloatArray) -> None:
        self.gram, self.w, self.c, self.l1, self.l2 = gram, w.copy(), c.copy(), l1, l2
        self.rows = self.residual = None
        self.positive = False

    def away(self) -> float:
        """Return how far 0 is from the slopes."""
        slope = self.c - self.l2 * self.w
        still = np.maximum(np.abs(slope) - self.l1, 0.0)
        return float(np.where(self.w != 0.0, np.abs(slope - self.l1 * np.sign(self.w)), still).max(initial=0.0))

    def minimise(self, first: float) -> FloatArray:
        """Return the w (m,) of the lowest point, by passes over the coordinates and, with signs known, by equations.

        It is sought the nearer, the nearer W is to the end, beside where 0 was `first` away from the slopes.
        """
        order, gram, away = np.arange(len(self.w)), np.asarray(self.gram), self.away()
        goal = away * max(INNER, min(LOOSE, np.sqrt(away / first))) if first > 0.0 else 0.0
        for _ in range(ROUNDS):
            for _ in range(PASSES + np.count_nonzero(self.w) // PASSES_PER_SOLUTION):
                _, signs, moved = pass_by_gram(gram, self.w, self.c, self.l1, self.l2, order, False)
                if signs == 0 or moved == 0:
                    break
            if self.away() <= goal:
                break
            self.solve_support()
            if self.away() <= goal:
                break
        return self.w


# ---------------------------------------------------------------------------------------------------------------
# The parabola


def choose_play(p: LogisticProblem, w: FloatArray, violation: FloatArray) -> Play:
    """Return the coefficients that are not 0 and those that most want to be. w, violation (k, d): read."""
    wanted = np.where(w != 0.0, np.inf, violation).ravel()
    count = int(np.count_nonzero(wanted > 0.0))
    most = min(max(FIRST_IN_PLAY, 4 * int(np.count_nonzero(w))), MOST_IN_PLAY)
    if count > most:
        chosen = np.sort(np.argpartition(-wanted, most - 1)[:most])
    else:
        chosen = np.flatnonzero(wanted > 0.0)
    cls, feature = np.divmod(chosen, w.shape[1])
    m = len(cls)
    if p.centred:
        cls = np.concatenate([cls, np.arange(p.k)])
        feature = np.concatenate([feature, np.full(p.k, w.shape[1])])
    return Play(cls, feature, m)


def hessian_in_play(p: LogisticProblem, W: FloatArray, mean: FloatArray, play: Play) -> FloatArray:
    """Return H over the coefficients in play, of columns from which `mean` (d,) is taken."""
    (n, d), (w, b), many = p.X.shape, split(p, W), len(play.cls)
    size = rows_apart(max(64, BLOCK_NUMBERS // (many + 1)))
    used, place = np.unique(play.feature, return_inverse=True)
    inner = used[used < d]
    of_class = [np.flatnonzero(play.cls == c) for c in range(p.k)]

    def task(rows: slice) -> FloatArray:
        H = np.zeros((many, many))
        for s in blocks(rows, size):
            Z = logits_of(p, w, b, s)
            A = np.ones((len(Z), len(used)))
            A[:, : len(inner)] = (p.X[s] if len(inner) == d else p.X[s][:, inner]) - mean[inner]
            if p.weight.size:
                A *= np.sqrt(p.weight[s])[:, None]
            if p.k == 1:
                B = (A if many == len(used) else A[:, place]) * np.sqrt(curvatures(p, Z)[0, 0])[:, None]
                H += B.T @ B
                continue
            list_softmax(Z, share := np.empty_like(Z))
            B = A[:, place] * share[:, play.cls]
            H -= B.T @ B
            for c, some in enumerate(of_class):  # plainly: curvature p_c (1 - p_c); - p_c^2 is there already
                B = A[:, place[some]] * np.sqrt(share[:, c])[:, None]
                H[np.ix_(some, some)] += B.T @ B
        return H

    with one_blas_thread(), np.errstate(all="ignore"):
        H = reduce(np.add, map_chunks(task, portions(n, d), p.n_jobs)) / n
    return np.asarray(H, dtype=np.float64)


def best_move(H: FloatArray, w: FloatArray, c: FloatArray, l1: FloatArray, l2: FloatArray, first: float) -> FloatArray:
    """Return the move D to the model's lowest point, of coefficients w (m,) and intercepts.

    H and c, minus the loss's gradient, are in that order. first: see `Model.minimise`.
    """
    m = len(w)
    if m == len(c):
        return Model(H, w, c, l1, l2).minimise(first) - w
    block, across = H[m:, m:].copy(), H[:m, m:]
    if len(block) > 1:  # adding one number to all classes changes nothing
        block += max(float(np.trace(block)), 1e-300) / len(block) ** 2
    block.flat[:: len(block) + 1] += 1e-300
    ratio = np.linalg.solve(block, np.column_stack([across.T, c[m:]]))
    gram = np.ascontiguousarray(H[:m, :m] - across @ ratio[:, :m])
    gram.flat[:: m + 1] = np.maximum(gram.diagonal(), 0.0)
    move = Model(gram, w, c[:m] - across @ ratio[:, m], l1, l2).minimise(first) - w
    return np.concatenate([move, ratio[:, m] - ratio[:, :m] @ move])


# ---------------------------------------------------------------------------------------------------------------
# The loop


class Point(NamedTuple):
    """What is known at W."""

    W: FloatArray  # (k, d + 1)
    value: float  # loss and penalty
    G: FloatArray  # (k, d + 1) gradient of the loss, penalties apart


def look(p: LogisticProblem, W: FloatArray, l1: FloatArray) -> Point:
    """Return the point at W (k, d + 1); l1 (d,)."""
    loss, G = loss_and_gradient(p, W)
    d, price = len(l1), 0.0
    w = W[:, :d]
    G = G.copy()
    with np.errstate(all="ignore"):
        G[:, :d] -= p.l2 * w
        price = float(np.where(w != 0.0, l1 * np.abs(w), 0.0).sum())
    return Point(W, loss + price, G)


def show(
    p: LogisticProblem, name: str, iteration: int, at: Point, rest: tuple[float, int, float], penalty: Penalty
) -> Step:
    """Return the Step at a point; rest: what is left to fall, number of evaluations, tol."""
    (fall, evaluations, tol), (coef, intercept), d = rest, in_units(p, at.W), p.X.shape[1]
    G = gradient_in_units(p, at.G)
    norm = max(penalty.stationarity(coef, G[:, :d]), largest(G[:, d:]) if p.centred else 0.0)
    done = norm <= tol and (fall <= ENOUGH * at.value or norm == 0.0)
    return Step(name, iteration, coef, intercept, at.value, norm, fall, evaluations, done)


def proximal_newton(p: LogisticProblem, W: FloatArray, max_iter: int, tol: float, penalty: Penalty) -> Iterator[Step]:
    """Yield the steps of Newton's method for a penalty with l1 in it; p.l2 holds the l2 part."""
    d = p.X.shape[1]
    with np.errstate(over="ignore"):
        l1 = np.minimum(np.ldexp(np.full(d, penalty.l1), -p.shift), 1e300)
    with one_blas_thread():
        mean = np.full(len(p.X), 1.0 / len(p.X)) @ p.X if p.centred else np.zeros(d)
    at, evaluations = look(p, W.copy(), l1), 1
    values, first = [at.value], 0.0
    step = show(p, "start", 0, at, (np.inf, 1, tol), penalty)
    yield step
    for iteration in range(1, max_iter + 1):
        if step.converged:
            return
        w, slope = at.W[:, :d], at.G[:, :d] - mean * at.G[:, d:] if p.centred else at.G
        violation = np.where(w == 0.0, np.maximum(np.abs(slope) - l1, 0.0), 0.0)
        play = choose_play(p, w, violation)
        H = hessian_in_play(p, at.W, mean, play)
        first = max(first, float(violation.max(initial=0.0)))
        C = -np.column_stack([slope, at.G[:, d:]])
        f, m = play.feature[: play.m], play.m
        with one_blas_thread(), np.errstate(all="ignore"):
            move = best_move(H, w[play.cls[:m], f], play.part(C), l1[f], p.l2[f], first)
        D = np.zeros_like(at.W)
        D[play.cls, play.feature] = move
        fall = foreseen(p, at, D, -C, l1)
        if p.centred:
            D[:, d] -= D[:, :d] @ mean
            D[:, d] -= D[:, d].mean() if p.k > 1 else 0.0  # intercepts go on adding up to what they did
        new, tries = downhill(p, at, D, fall, l1)
        evaluations += tries
        name = "stuck" if new is None else "update"
        at = at if new is None else new
        values.append(at.value)
        left = min(max(left_to_fall(values), 0.0), abs(fall)) + outside(p, at, play, H, mean, l1)
        step = show(p, name, iteration, at, (left, evaluations, tol), penalty)
        if name == "stuck":
            step = step._replace(converged=step.gradient_norm <= tol or abs(fall) <= 1e-12 * at.value)
        yield step
        if name == "stuck":
            return


def foreseen(p: LogisticProblem, at: Point, D: FloatArray, G: FloatArray, l1: FloatArray) -> float:
    """Return g'D + penalty(W + D) - penalty(W), below 0. D, G (k, d + 1), of centred columns: read."""
    d = len(l1)
    w, v = at.W[:, :d], D[:, :d]
    with np.errstate(all="ignore"):
        price = l1 * (np.abs(w + v) - np.abs(w)) + p.l2 * v * (w + 0.5 * v)
        return float((G * D).sum() + np.where(v != 0.0, price, 0.0).sum())


def downhill(p: LogisticProblem, at: Point, D: FloatArray, fall: float, l1: FloatArray) -> tuple[Point | None, int]:
    """Return the first point at + t D, t = 1, 1/2, ..., that is enough lower, or None; and how many were tried."""
    if not (np.isfinite(D).all() and fall < 0.0):
        return None, 0
    t, rounding = 1.0, 4e-16 * abs(at.value)
    for tries in range(1, HALVINGS):
        new = look(p, at.W + t * D, l1)
        if new.value <= at.value + ENOUGH_FALL * t * fall and new.value < at.value:
            return new, tries
        if abs(fall) * t <= rounding:
            break
        t *= 0.5
    return None, tries


def outside(p: LogisticProblem, at: Point, play: Play, H: FloatArray, mean: FloatArray, l1: FloatArray) -> float:
    """Return about what coefficients that were not in play could gain."""
    d = len(l1)
    slope = at.G[:, :d] - mean * at.G[:, d:] if p.centred else at.G
    violation = np.where(at.W[:, :d] == 0.0, np.maximum(np.abs(slope) - l1, 0.0), 0.0)
    violation[play.cls[: play.m], play.feature[: play.m]] = 0.0
    if not violation.any():
        return 0.0
    curvature = float(H.diagonal()[play.m :].mean()) if p.centred else 0.1
    with np.errstate(all="ignore"):
        return float((violation**2 / (2.0 * (curvature * p.variance + p.l2) + 1e-300)).sum())
