"""Platt scaling: from a decision, a distance to the border, to a probability.

Idea
    Fit a sigmoid of the decision to the labels. Decisions of rows that the machine was fitted to are too good, so they
    are made by cross-validation: five times a fifth of the rows is left out, and judged by a machine of the others.
    For more than two classes the probabilities of the pairs are put together to those that contradict them least.
Maths
    P(first class | f) = 1 / (1 + exp(A f + B));  A, B minimise  -sum t_i log p_i + (1 - t_i) log(1 - p_i)  with targets
    t = (n+ + 1) / (n+ + 2) for the first class and 1 / (n- + 2) for the second, by Newton's method with backtracking.
    couple: p minimises sum_{i != j} (r_ji p_i - r_ij p_j)^2 with sum p = 1, r_ij the pair's probability of i.
Cost
    Five more fits of each pair. Rows that a fold leaves out stay in its problem, with no room to move: so one kernel
    matrix serves all five.
Differences
    The same seed gives scikit-learn's folds and sigmoids. Two classes need no coupling; scikit-learn couples them too,
    which stops within 0.0025 of the sigmoid's own probability.
References
    Platt (1999), Probabilistic outputs for support vector machines. Lin, Lin, Weng (2007), A note on Platt's
    probabilistic outputs, Machine Learning 68, 267-276. Wu, Lin, Weng (2004), Probability estimates for multi-class
    classification by pairwise coupling, JMLR 5, 975-1005, algorithm 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from ..core.jit import lean_kernel
from ..core.parallel import map_chunks
from ..core.typing import Array, FloatArray, IntArray
from ..optim.exponentials import exp_of_minus, log_one_plus
from .draws import SPARE, Draws, shuffle
from .problem import Problem, whole_matrix
from .solver import Settings, solve

FOLDS = 5
RIDGE = 1e-12  # beside the curvature, so that it has an inverse
CLEAR = 1e-7  # probabilities of pairs are kept this far from 0 and 1


def sigmoids(f: FloatArray, A: FloatArray, B: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(A f + B)), shape as f."""
    t = A * f + B
    e = np.exp(-np.abs(t))
    found: FloatArray = np.where(t >= 0.0, e, 1.0) / (1.0 + e)
    return found


@lean_kernel
def evaluate(f: Array, target: Array, A: float, B: float) -> tuple[float, float, float, float, float, float]:
    """Return -sum t log p + (1 - t) log(1 - p) at (A, B), its slope in A and in B, its curvature AA, AB and BB.

    f, target (n,): read.
    """
    loss, g_A, g_B, h_AA, h_AB, h_BB = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(f.shape[0]):
        t = A * f[i] + B
        e = exp_of_minus(abs(t))
        p = (e if t >= 0.0 else 1.0) / (1.0 + e)
        # plainly: loss -= target log(p) + (1 - target) log(1 - p)
        loss += target[i] * t + (log_one_plus(e) - min(t, 0.0))
        left, weight = target[i] - p, p * (1.0 - p)
        g_A, g_B = g_A + left * f[i], g_B + left
        h_AA, h_AB, h_BB = h_AA + weight * f[i] * f[i], h_AB + weight * f[i], h_BB + weight
    return loss, g_A, g_B, h_AA, h_AB, h_BB


def fit_sigmoid(f: FloatArray, first: FloatArray) -> tuple[float, float]:
    """Return A and B for decisions f (n,); first (n,): whether a row is of the first class."""
    n_first = float(first.sum())
    n_second = len(f) - n_first
    target = np.where(first > 0, (n_first + 1.0) / (n_first + 2.0), 1.0 / (n_second + 2.0))
    A, B = 0.0, math.log((n_second + 1.0) / (n_first + 1.0))
    loss, g_A, g_B, h_AA, h_AB, h_BB = evaluate(f, target, A, B)
    for _ in range(100):
        if abs(g_A) < 1e-5 and abs(g_B) < 1e-5:
            break
        h_AA, h_BB = h_AA + RIDGE, h_BB + RIDGE
        determinant = h_AA * h_BB - h_AB * h_AB
        step_A, step_B = (h_AB * g_B - h_BB * g_A) / determinant, (h_AB * g_A - h_AA * g_B) / determinant
        descent, size = g_A * step_A + g_B * step_B, 1.0
        while size >= 1e-10:
            tried = evaluate(f, target, A + size * step_A, B + size * step_B)
            if tried[0] < loss + 1e-4 * size * descent:
                A, B = A + size * step_A, B + size * step_B
                loss, g_A, g_B, h_AA, h_AB, h_BB = tried
                break
            size /= 2.0
        else:
            break
    return A, B


def mirrored(problem: Problem, order: IntArray) -> Problem:
    """Return a pair's problem with its rows in `order` and its classes exchanged."""
    z, low, high = -problem.z[order], -problem.high[order], -problem.low[order]
    return Problem(problem.similarity, problem.X, z, low, high, problem.epsilon, problem.place(order))


def held_out_decisions(problem: Problem, settings: Settings, folds: IntArray) -> FloatArray:
    """Return f of each row of a pair's problem, as judged by the machine of the other folds; folds (n,).

    Rows that are left out stay in the problem, with no room to move: the residuals then hold what the others say of
    them.
    """
    found = np.zeros(len(folds))
    for k in range(FOLDS):
        out = folds == k
        signs = problem.z[~out]
        if not (len(signs) and signs.min() < 0.0 < signs.max()):
            found[out] = signs[0] if len(signs) else 0.0
            continue
        part = problem._replace(low=np.where(out, 0.0, problem.low), high=np.where(out, 0.0, problem.high))
        _, solution = solve(part, settings, 0)
        found[out] = (problem.z - solution.r + solution.intercept)[out]  # K b = z - r
    return found


def fit_pairs(
    problems: Sequence[Callable[[], Problem]], settings: Settings, draws: Draws, rows: int
) -> tuple[FloatArray, FloatArray]:
    """Return A and B of each pair's sigmoid, shapes (pairs,); `draws` shuffle each pair's folds, of `rows` at most."""
    bits = draws.at_least(rows + SPARE)  # every pair begins with the first of them

    def work(build: Callable[[], Problem]) -> tuple[float, float]:
        problem = build()
        n, order = len(problem.z), np.arange(len(problem.z))
        shuffle(order, bits)
        folds = np.empty(n, dtype=np.int64)
        for k in range(FOLDS):
            folds[order[k * n // FOLDS : (k + 1) * n // FOLDS]] = k
        above = problem.z[order] > 0.0
        order = np.concatenate([order[~above], order[above]])  # the reference's order: -1 first, as +1
        problem, folds = mirrored(problem, order), folds[order]
        left = share
        if 16.0 * n**2 <= share.cache_bytes:
            problem, left = whole_matrix(problem), share.without(8.0 * n**2)  # five fits meet most of it
        return fit_sigmoid(-held_out_decisions(problem, left, folds), (problem.z < 0.0).astype(np.float64))

    share = settings.shared_by(len(problems))
    found = np.array(map_chunks(work, problems))
    return found[:, 0].copy(), found[:, 1].copy()


def couple(pairwise: FloatArray, k: int) -> FloatArray:
    """Return the classes' probabilities (m, k) from those of the first class of each pair (m, pairs)."""
    m = len(pairwise)
    r = np.zeros((m, k, k))
    for p, (i, j) in enumerate(combinations(range(k), 2)):
        r[:, i, j] = np.clip(pairwise[:, p], CLEAR, 1.0 - CLEAR)
        r[:, j, i] = 1.0 - r[:, i, j]
    if k == 2:
        return np.stack([r[:, 0, 1], r[:, 1, 0]], axis=1)
    Q = -np.swapaxes(r, 1, 2) * r  # Q_ij = -r_ji r_ij
    Q[:, np.arange(k), np.arange(k)] = (r**2).sum(axis=1)  # Q_ii = sum_j r_ji^2
    shares, going = np.full((m, k), 1.0 / k), np.arange(m)
    for _ in range(max(100, k)):
        q, P = Q[going], shares[going]
        Qp = np.einsum("mij,mj->mi", q, P)
        pQp = (P * Qp).sum(axis=1)
        left = np.abs(Qp - pQp[:, None]).max(axis=1) >= 0.005 / k
        going, q, P, Qp, pQp = going[left], q[left], P[left], Qp[left], pQp[left]
        if not len(going):
            break
        for t in range(k):
            q_tt = q[:, t, t]
            move = (pQp - Qp[:, t]) / q_tt
            P[:, t] += move
            whole = 1.0 + move
            pQp = (pQp + move * (move * q_tt + 2.0 * Qp[:, t])) / whole**2
            Qp = (Qp + move[:, None] * q[:, t]) / whole[:, None]
            P /= whole[:, None]
        shares[going] = P
    return shares
