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
    Five more fits of each pair.
Differences
    The same seed gives scikit-learn's folds and sigmoids. Two classes need no coupling; scikit-learn couples them too,
    which stops within 0.0025 of the sigmoid's own probability.
References
    Platt (1999), Probabilistic outputs for support vector machines. Lin, Lin, Weng (2007), A note on Platt's
    probabilistic outputs, Machine Learning 68, 267-276. Wu, Lin, Weng (2004), Probability estimates for multi-class
    classification by pairwise coupling, JMLR 5, 975-1005, algorithm 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from ..core.parallel import map_chunks, one_blas_thread
from ..core.typing import FloatArray, IntArray
from .draws import SPARE, Draws, shuffle
from .kernels import GIVEN
from .problem import Problem, kernel_rows, whole_matrix
from .solver import Settings, solve

FOLDS = 5
CLEAR = 1e-7  # probabilities of pairs are kept this far from 0 and 1


def sigmoids(f: FloatArray, A: FloatArray, B: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(A f + B)), shape as f."""
    t = A * f + B
    e = np.exp(-np.abs(t))
    found: FloatArray = np.where(t >= 0.0, e, 1.0) / (1.0 + e)
    return found


def log_loss(f: FloatArray, target: FloatArray, A: float, B: float) -> float:
    """Return -sum t log p + (1 - t) log(1 - p) for p = sigmoid."""
    t = A * f + B
    return float(np.where(t >= 0.0, target * t, (target - 1.0) * t).sum() + np.log1p(np.exp(-np.abs(t))).sum())


def fit_sigmoid(f: FloatArray, first: FloatArray) -> tuple[float, float]:
    """Return A and B for decisions f (n,); first (n,): whether a row is of the first class."""
    n_first = float(first.sum())
    n_second = len(f) - n_first
    target = np.where(first > 0, (n_first + 1.0) / (n_first + 2.0), 1.0 / (n_second + 2.0))
    A, B = 0.0, float(np.log((n_second + 1.0) / (n_first + 1.0)))
    loss = log_loss(f, target, A, B)
    for _ in range(100):
        p = sigmoids(f, np.array(A), np.array(B))
        curvature, slope = p * (1.0 - p), target - p
        h11, h22 = float((f * f * curvature).sum()) + 1e-12, float(curvature.sum()) + 1e-12
        h21, g1, g2 = float((f * curvature).sum()), float((f * slope).sum()), float(slope.sum())
        if abs(g1) < 1e-5 and abs(g2) < 1e-5:
            break
        determinant = h11 * h22 - h21 * h21
        step_a, step_b = -(h22 * g1 - h21 * g2) / determinant, -(-h21 * g1 + h11 * g2) / determinant
        descent, size = g1 * step_a + g2 * step_b, 1.0
        while size >= 1e-10:
            tried = log_loss(f, target, A + size * step_a, B + size * step_b)
            if tried < loss + 1e-4 * size * descent:
                A, B, loss = A + size * step_a, B + size * step_b, tried
                break
            size /= 2.0
        else:
            break
    return A, B


def held_out_decisions(problem: Problem, settings: Settings, order: IntArray) -> FloatArray:
    """Return f of each row of a pair's problem, as judged by the machine of the other four fifths."""
    n, found = len(problem.z), np.zeros(len(problem.z))
    for k in range(FOLDS):
        out = order[k * n // FOLDS : (k + 1) * n // FOLDS]
        rest = np.concatenate([order[: k * n // FOLDS], order[(k + 1) * n // FOLDS :]])
        above = problem.z[rest] > 0.0
        first, second = rest[above], rest[~above]
        if not (len(first) and len(second)):
            found[out] = float(len(first) > 0) - float(len(second) > 0)
            continue
        rest = np.concatenate([second, first])  # the reference's order: -1 first, as +1
        diagonal = None if problem.diagonal is None else problem.diagonal[rest]
        z, low, high = -problem.z[rest], -problem.high[rest], -problem.low[rest]
        places = problem.place(rest)
        part = Problem(problem.similarity, problem.X, z, low, high, problem.epsilon, places, diagonal)
        _, solution = solve(part, settings, 0)
        K = kernel_rows(problem, out, rest)
        with one_blas_thread():
            found[out] = -(K @ solution.b + solution.intercept)
    return found


def fit_pairs(
    problems: Sequence[Callable[[], Problem]], settings: Settings, seed: int, rows: int
) -> tuple[FloatArray, FloatArray]:
    """Return A and B of each pair's sigmoid, shapes (pairs,); `seed` shuffles each pair's folds, of `rows` at most."""
    bits = Draws(seed).at_least(rows + SPARE)  # every pair begins with the first of them

    def work(build: Callable[[], Problem]) -> tuple[float, float]:
        problem = build()
        if problem.similarity.code != GIVEN and 16.0 * len(problem.z) ** 2 <= share.cache_bytes:
            problem = whole_matrix(problem)  # six fits meet most of it
        order = np.arange(len(problem.z))
        shuffle(order, bits)
        return fit_sigmoid(held_out_decisions(problem, share, order), (problem.z > 0.0).astype(np.float64))

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
