"""The support vector machines' quadratic program: its kernel values by blocks, and how good a solution is.

Idea
    SVC hands in one problem for each pair of classes, SVR a single one. A solution is judged without a reference: the
    primal objective that goes with it cannot be below the dual one, and at the optimum the two meet.
Maths
    maximise  dual = z'b - epsilon sum_i |b_i| - b'Kb / 2   over b with sum_i b_i = 0, low_i <= b_i <= high_i
    primal = b'Kb / 2 + sum_i C_i loss_i,   loss_i = max(|r_i - intercept| - epsilon, 0) towards the side that costs,
    r = z - K b;   gap = primal - dual >= 0
Cost
    The whole matrix: n^2 / 2 kernel values. A certificate: n x (support vectors).
References
    Schölkopf, Smola, Learning with Kernels (2002), sections 7.4 and 10.1 (the duality gap as a stopping rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.typing import FloatArray, IntArray
from .kernels import (
    GIVEN,
    LINEAR,
    RBF,
    Similarity,
    block_rows,
    rows_to_similarities,
    similarities,
    squares_of,
    squares_upright,
    stand_upright,
)

MATRIX_ROWS = 96  # of a block of the kernel matrix


def many_moves(moves: int, n: int, epsilon: float = 0.0) -> bool:
    """Say what `Problem.was_hard` does, of n points."""
    return moves > (2.0 if epsilon == 0.0 else 0.5) * n


class Upright(NamedTuple):
    """What kernel rows are worked out from, or copied from."""

    columns: FloatArray  # (d, w) the rows, `stand_upright`; (n, n) kernel values where the code is GIVEN
    squares: FloatArray  # (w,) or (n,) of the columns, `squares_upright`


class Problem(NamedTuple):
    """maximise z'b - epsilon sum |b_i| - b'Kb / 2 over b with sum b = 0 and low <= b <= high."""

    similarity: Similarity
    X: FloatArray  # (n, d) prepared rows, or a matrix of kernel values where the code is GIVEN
    z: FloatArray  # (n,)
    low: FloatArray  # (n,)
    high: FloatArray  # (n,)
    epsilon: float
    places: IntArray | None = None  # (n,) which rows of X are meant, if not all in order
    diagonal: FloatArray | None = None  # (n,) K_ii, where it is known already
    standing: Upright | None = None  # the rows, where they stand upright already: X looks at them

    def place(self, rows: IntArray) -> IntArray:
        """Return where these points are in X."""
        return rows if self.places is None else self.places[rows]

    def upright(self) -> Upright:
        """Return what kernel rows are worked out from, or copied from."""
        if self.standing is not None:
            return self.standing
        if self.similarity.code == GIVEN:
            return Upright(self.X, np.empty(0))
        columns = stand_upright(self.rows())
        return Upright(columns, squares_upright(columns))

    def was_hard(self, moves: int) -> bool:
        """Say whether it took so many moves that a few more are nothing; in regression the gap they close is wider."""
        return many_moves(moves, len(self.z), self.epsilon)

    def rows(self) -> FloatArray:
        """Return the points' prepared rows, shape (n, d)."""
        return self.X if self.places is None else rows_at(self.X, self.places)


def rows_at(X: FloatArray, places: IntArray) -> FloatArray:
    """Return the rows X[places], each in one piece; those of X are not where X looks at rows that stand upright."""
    return np.ascontiguousarray(X[places])


def kernel_rows(problem: Problem, rows: IntArray, others: IntArray) -> FloatArray:
    """Return K_ik for points i in rows and k in others, shape (len(rows), len(others))."""
    X, here, there = problem.X, problem.place(rows), problem.place(others)
    if problem.similarity.code == GIVEN:
        found: FloatArray = X[here] if len(there) == len(X) else X[here[:, None], there]
        return found
    A, B = rows_at(X, here), rows_at(X, there)
    return similarities(problem.similarity, A, squares_of(A), B, squares_of(B))


def combine(problem: Problem, rows: IntArray, b: FloatArray) -> FloatArray:
    """Return (K b)_i for the given rows, by blocks of kernel values."""
    support = np.flatnonzero(b)
    coefficients, found = b[support], np.zeros(len(rows))
    if not len(support):
        return found
    s, X = problem.similarity, problem.X
    others = rows_at(X, problem.place(support)) if s.code != GIVEN else X[:0]
    squares = squares_of(others)
    for piece in chunks(len(rows), block_rows(len(support))):
        some = rows[piece]
        if s.code == GIVEN:
            block = X[problem.place(some)[:, None], problem.place(support)]
        else:
            mine = rows_at(X, problem.place(some))
            block = similarities(s, mine, squares_of(mine), others, squares)
        with one_blas_thread():
            found[piece] = block @ coefficients
    return found


def diagonal_of(s: Similarity, squares: FloatArray) -> FloatArray:
    """Return K_ii, shape (n,), from the rows' squares (n,): what `similarity_row` would give, to the last bit."""
    if s.code == RBF:
        return np.ones(len(squares))
    if s.code == LINEAR:
        with np.errstate(all="ignore"):
            return np.asarray(squares * s.factor)
    found = squares[None].copy()
    rows_to_similarities(s, np.zeros(1), squares, found)
    diagonal: FloatArray = found[0]
    return diagonal


def matrix_of(s: Similarity, X: FloatArray) -> FloatArray:
    """Return the kernel matrix (n, n) of X (n, d), prepared rows: blocks of the lower triangle, mirrored."""
    n, squares = len(X), squares_of(X)
    K = np.empty((n, n))

    def work(rows: slice) -> None:
        known = slice(0, rows.stop)
        block = similarities(s, X[rows], squares[rows], X[known], squares[known])
        K[rows, known] = block
        K[: rows.start, rows] = block[:, : rows.start].T

    map_chunks(work, chunks(n, MATRIX_ROWS))
    return K


def whole_matrix(problem: Problem) -> Problem:
    """Return the same problem with its kernel matrix worked out, or taken out of a larger one."""
    if problem.similarity.code == GIVEN and problem.places is not None:
        K = problem.X.take(problem.places, axis=0).take(problem.places, axis=1)
    else:
        K = matrix_of(problem.similarity, problem.rows())
    diagonal = K.reshape(-1)[:: len(K) + 1].copy()
    s = problem.similarity if problem.similarity.code == GIVEN else problem.similarity._replace(code=GIVEN)
    return Problem(s, K, problem.z, problem.low, problem.high, problem.epsilon, None, diagonal)


class Certificate(NamedTuple):
    """How nearly a solution is the best one, worked out anew from the data; over all problems (pairs of classes)."""

    violation: float  # largest max rise - min fall; at most tol where converged
    gap: float  # primal minus dual objective, added up: no solution is better than this one by more than that
    primal: float  # b'Kb / 2 + sum_i C_i loss_i
    dual: float  # z'b - epsilon sum |b_i| - b'Kb / 2
    balance: float  # largest |sum_i b_i|, which should be 0
    outside: float  # largest distance of a b_i from its interval, which should be 0


def certify(problem: Problem, b: FloatArray, intercept: float) -> Certificate:
    """Return the certificate of b (n,) and `intercept` for one problem."""
    r = problem.z - combine(problem, np.arange(len(b)), b)
    epsilon, size = problem.epsilon, np.abs(b)
    up = np.where(b >= problem.high, -np.inf, np.where(b < 0.0, epsilon, -epsilon))
    down = np.where(b <= problem.low, np.inf, np.where(b > 0.0, -epsilon, epsilon))
    norm = float(b @ (problem.z - r))
    dual = float(problem.z @ b) - epsilon * float(size.sum()) - 0.5 * norm
    missed = r - intercept
    over = np.where(missed > 0.0, problem.high, -problem.low) * np.maximum(np.abs(missed) - epsilon, 0.0)
    primal = 0.5 * norm + float(over.sum())
    outside = float(np.maximum(np.maximum(problem.low - b, b - problem.high), 0.0).max())
    violation = float((r + up).max() - (r + down).min())
    return Certificate(violation, primal - dual, primal, dual, abs(float(b.sum())), outside)


def merge(certificates: Sequence[Certificate]) -> Certificate:
    """Return one certificate for several problems."""
    columns = list(zip(*certificates))
    return Certificate(
        max(columns[0]), sum(columns[1]), sum(columns[2]), sum(columns[3]), max(columns[4]), max(columns[5])
    )
