"""The solver's loop around SMO's iterations: who takes part, what is kept in memory, when to stop.

Idea
    `smo.iterate` moves pairs of coefficients in machine code. Between two calls this loop looks after the rest: it
    puts points that seem settled to rest, so that passes get shorter; it revives them before it believes that the end
    is reached; it keeps the cache within its bound.
Maths
    A point may rest if rise_i < min fall and fall_i > max rise: no pair would choose it. Its residual goes stale; when
    it is revived, r_i -= sum_k K_ik (b_k - what b_k was when i went to rest), by blocks of kernel values.
Cost
    A revival: (resting points) x (coefficients that have changed since) kernel values.
Differences
    From libsvm: at the end residuals are worked out anew also where rounding of many small updates could have added up
    to a hundredth of `tol`. A step that changes nothing, or an end that moves away with each fresh look, is "stuck":
    float64 can do no better; libsvm goes on to its limit of iterations.
References
    Chang, Lin (2011), LIBSVM, section 5.1 (shrinking); Joachims (1999), Making large-scale SVM learning practical.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.typing import Array, FloatArray, IntArray
from .kernels import GIVEN, RBF, Similarity, block_rows, similarities, squares_of
from .smo import (
    BLOCK,
    EVENT,
    GOING_ON,
    LANES,
    STUCK,
    Cache,
    Points,
    State,
    compact_rows,
    iterate,
    move_residuals,
    resting,
)

PERIOD = 1000  # iterations between two looks at who may rest
WHOLE = 512  # points up to which the whole kernel matrix is worked out at once
MATRIX_ROWS = 128  # of a block of the kernel matrix
SIDES = ("none", "i", "j")
LEAST_LIMIT = 10_000_000  # iterations where max_iter is -1, as libsvm has it
FRESH_LOOKS = 10  # at the end, before the problem is called stuck
EPS = float(np.finfo(np.float64).eps)


class Problem(NamedTuple):
    """maximise z'b - epsilon sum |b_i| - b'Kb / 2 over b with sum b = 0 and low <= b <= high."""

    similarity: Similarity
    X: FloatArray  # (n, d) prepared rows, or a matrix of kernel values where the code is GIVEN
    z: FloatArray  # (n,)
    low: FloatArray  # (n,)
    high: FloatArray  # (n,)
    epsilon: float
    places: IntArray | None = None  # GIVEN: (n,) which rows of the matrix are meant, if not all in order

    def place(self, rows: IntArray) -> IntArray:
        """Return where these points are in the matrix."""
        return rows if self.places is None else self.places[rows]


class Settings(NamedTuple):
    """How to go about it."""

    tol: float
    max_iter: int
    shrinking: bool
    cache_bytes: float


class Step(NamedTuple):
    """What is known after a step; b is a live view. Its pair is the last one moved where several were."""

    name: str  # "start"; "move"; "rest" and "revive" (points taken out of play and back); "end"
    problem: int  # which of several problems (pairs of classes)
    iteration: int
    i: int  # the point that moved up, an index into the problem's points; -1 before the first
    j: int  # the point that moved down
    violation: float  # max rise - min fall: of the pair before its move; at the "end" what is left
    before: FloatArray  # (2,) b_i and b_j
    after: FloatArray  # (2,)
    side: str  # whose border stopped the move: "i", "j" or "none"
    objective: float  # of the dual; never falls
    active: int  # points that do not rest
    b: FloatArray  # (n,) signed coefficients y_i alpha_i
    intercept: float | None = None  # at the end


class Solution(NamedTuple):
    """Where it ended."""

    b: FloatArray  # (n,)
    r: FloatArray  # (n,) z - K b
    intercept: float
    violation: float
    objective: float
    iterations: int
    status: str  # "converged", "max_iter", "stuck"


def combine(problem: Problem, rows: IntArray, b: FloatArray) -> FloatArray:
    """Return (K b)_i for the given rows, by blocks of kernel values."""
    support = np.flatnonzero(b)
    coefficients, found = b[support], np.zeros(len(rows))
    if not len(support):
        return found
    s, X = problem.similarity, problem.X
    others = X[support] if s.code != GIVEN else X[:0]
    squares = squares_of(others)
    for piece in chunks(len(rows), block_rows(len(support))):
        some = rows[piece]
        if s.code == GIVEN:
            block = X[np.ix_(problem.place(some), problem.place(support))]
        else:
            mine = X[some]
            block = similarities(s, mine, squares_of(mine), others, squares)
        with one_blas_thread():
            found[piece] = block @ coefficients
    return found


def diagonal_of(problem: Problem) -> FloatArray:
    """Return K_ii, shape (n,)."""
    s, X = problem.similarity, problem.X
    if s.code == GIVEN:
        return np.diagonal(X)[problem.place(np.arange(len(problem.z)))]
    if s.code == RBF:
        return np.ones(len(X))
    return np.array([similarities(s, X[i : i + 1], X[:1, 0], X[i : i + 1], X[:1, 0])[0, 0] for i in range(len(X))])


def whole_matrix(problem: Problem) -> Problem:
    """Return the same problem with its kernel matrix worked out: blocks of the lower triangle, mirrored."""
    X, squares = problem.X, squares_of(problem.X)
    n = len(X)
    K = np.empty((n, n))

    def work(rows: slice) -> None:
        known = slice(0, rows.stop)
        block = similarities(problem.similarity, X[rows], squares[rows], X[known], squares[known])
        K[rows, known] = block
        K[: rows.start, rows] = block[:, : rows.start].T

    map_chunks(work, chunks(n, MATRIX_ROWS))
    return problem._replace(similarity=problem.similarity._replace(code=GIVEN), X=K)


class Arena:
    """The active points and their state, and the memory for kernel rows."""

    def __init__(self, problem: Problem, settings: Settings) -> None:
        """Begin at b = 0 with every point active."""
        self.problem, n = problem, len(problem.z)
        self.given = problem.similarity.code == GIVEN
        self.diagonal = diagonal_of(problem)
        self.squares = squares_of(problem.X) if not self.given else self.diagonal
        self.b, self.r = np.zeros(n), problem.z.copy()
        numbers = int(max(2 * n, min(n * n, settings.cache_bytes / 8)))
        self.buffer = np.empty(numbers)
        self.sums = np.zeros(2)
        self.resting: list[tuple[IntArray, FloatArray]] = []  # points, and the whole b when they went to rest
        self.active = np.arange(n)
        self.enter(self.active)

    def enter(self, active: IntArray, kept: tuple[IntArray, IntArray, IntArray] | None = None) -> None:
        """Let just these points take part; `kept` are rows in the buffer: owners (places in `active`), used, clock."""
        p, m = self.problem, len(active)
        everyone = m == len(p.z)
        places = np.empty(0, dtype=np.int64)
        if self.given:
            columns = p.X
            if not everyone or p.places is not None:
                places = p.place(active)
        else:
            columns = np.ascontiguousarray(p.X.T if everyone else p.X[active].T)
        self.active = active
        self.points = Points(
            columns, places, self.squares[active], self.diagonal[active], p.z[active], p.low[active], p.high[active],
            np.array([p.epsilon]),
        )  # fmt: skip
        blocks = -(-m // BLOCK)
        self.state = State(
            self.b[active], self.r[active], np.empty(m), np.empty(m), np.empty(blocks), np.empty(blocks),
            np.zeros(2 * BLOCK + LANES), self.sums,
        )  # fmt: skip
        slots = max(2, min(m, len(self.buffer) // m))
        rows = self.buffer[: slots * m].reshape(slots, m)
        self.cache = Cache(
            rows, np.full(m, -1), np.full(slots, -1), np.zeros(slots, dtype=np.int64), np.zeros(2, dtype=np.int64)
        )
        if kept is not None:
            owners, used, clock = kept
            self.cache.slot_of[owners] = np.arange(len(owners))
            self.cache.owner[: len(owners)], self.cache.used[: len(owners)] = owners, used
            self.cache.clock[:] = clock
        mark_all(self.points, self.state)

    def write_back(self) -> None:
        """Bring the active points' b and r to the whole arrays."""
        self.b[self.active], self.r[self.active] = self.state.b, self.state.r

    def ends(self) -> tuple[float, float]:
        """Return the active points' largest rise and smallest fall."""
        return float(self.state.tops.max()), float(self.state.bottoms.min())

    def violation(self) -> float:
        """Return how far the worst pair of active points is out of order."""
        top, bottom = self.ends()
        return top - bottom

    def rest(self) -> bool:
        """Take the points out that seem settled, if that saves enough; say whether it did."""
        m, rests = len(self.active), np.empty(len(self.active), dtype=np.int64)
        count = resting(self.state, *self.ends(), rests)
        if count * 8 < m or count == m:
            return False
        self.write_back()
        self.resting.append((self.active[rests == 1], self.b.copy()))
        keep = np.flatnonzero(rests == 0)
        place = np.full(m, -1)
        place[keep] = np.arange(len(keep))
        cache = self.cache
        slots = np.array([k for k in np.flatnonzero(cache.owner >= 0) if rests[cache.owner[k]] == 0], dtype=np.int64)
        compact_rows(self.buffer, m, keep, slots)
        self.enter(self.active[keep], (place[cache.owner[slots]], cache.used[slots], cache.clock))
        return True

    def revive(self, everything: bool) -> None:
        """Bring all points back; bring the residuals of those that rested up to date, or work all out anew."""
        self.write_back()
        if everything:
            self.r[:] = self.problem.z - combine(self.problem, np.arange(len(self.b)), self.b)
            self.sums[1] = 0.0
        else:
            for rows, before in self.resting:
                self.r[rows] -= combine(self.problem, rows, self.b - before)
        self.resting = []
        if len(self.active) < len(self.b):
            self.enter(np.arange(len(self.b)))
        else:
            self.state.r[:] = self.r
            mark_all(self.points, self.state)

    def drifted(self, tol: float) -> bool:
        """Say whether the rounding of all updates so far may have moved residuals by a hundredth of `tol`."""
        return bool(4.0 * EPS * self.sums[1] * np.abs(self.diagonal).max() > 0.01 * tol)


def mark_all(points: Points, state: State) -> None:
    """Fill in what `mark` and `move_residuals` keep up to date."""
    free = points.epsilon[0]
    state.up[:] = np.where(state.b >= points.high, -np.inf, np.where(state.b < 0.0, free, -free))
    state.down[:] = np.where(state.b <= points.low, np.inf, np.where(state.b > 0.0, -free, free))
    move_residuals(state, state.r, state.r, 0.0)


def intercept_of(state: State) -> float:
    """Return the intercept: the mean over free points, or midway between largest rise and smallest fall."""
    free = (state.up == state.down) & (state.b != 0.0)
    if free.any():
        return float((state.r[free] + state.up[free]).mean())
    return 0.5 * (float(state.tops.max()) + float(state.bottoms.min()))


def smo(problem: Problem, settings: Settings, pace: int = 1, number: int = 0) -> Generator[Step, None, Solution]:
    """Yield a Step after every `pace` iterations, and whenever points rest or revive; return the Solution.

    The path does not depend on `pace`: the same iterations in the same order, to the last bit.
    """
    n = len(problem.z)
    if problem.similarity.code != GIVEN and n <= WHOLE:
        problem = whole_matrix(problem)
    arena = Arena(problem, settings)
    limit = settings.max_iter if settings.max_iter >= 0 else max(LEAST_LIMIT, 100 * n)
    period, done, looks, revived = min(n, PERIOD), 0, 0, False
    events: Array = np.empty((1 if pace == 1 else 0, EVENT))
    nothing = np.zeros(2)
    step = Step("start", number, 0, -1, -1, np.inf, nothing, nothing, "none", 0.0, n, arena.b)
    yield step
    while done < limit:
        some = min(pace, period - done % period, limit - done)
        status, taken = iterate(
            problem.similarity, arena.points, arena.cache, arena.state, some, settings.tol, events
        ).tolist()
        done += taken
        if taken:
            step = step._replace(name="move", iteration=done, active=len(arena.active), violation=arena.violation())
            step = step._replace(objective=float(arena.sums[0]))
            if pace == 1:
                arena.b[arena.active] = arena.state.b
                i, j = arena.active[events[0, :2].astype(np.int64)].tolist()
                step = step._replace(i=i, j=j, violation=float(events[0, 2]), side=SIDES[int(events[0, 7])])
                step = step._replace(before=events[0, 3:5].copy(), after=events[0, 5:7].copy())
            yield step
        partly, drifted = len(arena.active) < n, arena.drifted(settings.tol)
        ended = status != GOING_ON
        if ended and (looks >= FRESH_LOOKS or not (partly or drifted)):
            break
        if not ended and not (settings.shrinking and done % period == 0):
            continue
        nearly = partly and not revived and arena.violation() <= 10.0 * settings.tol
        if ended or nearly:
            looks += ended and (drifted or status == STUCK)  # a fresh look that may change nothing is counted
            revived = True
            arena.revive(ended and drifted)
            yield step._replace(name="revive", active=n)
        if settings.shrinking and arena.violation() > settings.tol and arena.rest():
            yield step._replace(name="rest", active=len(arena.active))
    if len(arena.active) < n:
        arena.revive(False)
    arena.write_back()
    left = arena.violation()
    how = "converged" if left <= settings.tol else "max_iter" if done >= limit else "stuck"
    solution = Solution(arena.b, arena.r, intercept_of(arena.state), left, float(arena.sums[0]), done, how)
    yield step._replace(name="end", iteration=done, violation=left, active=n, intercept=solution.intercept)
    return solution


# ---------------------------------------------------------------------------------------------------------------
# Several problems, and how good a solution is


def solve(problem: Problem, settings: Settings, number: int) -> tuple[Step, Solution]:
    """Run `smo` to its end; return its last step and the solution."""
    steps = smo(problem, settings, PERIOD, number)
    while True:
        try:
            last = next(steps)
        except StopIteration as stop:
            return last, stop.value


def train(
    problems: Sequence[Callable[[], Problem]], settings: Settings, pace: int, solutions: list[Solution]
) -> Iterator[Step]:
    """Yield the steps of one problem after the other; append to `solutions`.

    Where only the ends are wanted (`pace` of PERIOD) and there are several, threads share the work.
    """
    if pace >= PERIOD and len(problems) > 1:
        found = map_chunks(lambda k: solve(problems[k](), settings, k), range(len(problems)))
        for last, solution in found:
            solutions.append(solution)
            yield last
        return
    for number, build in enumerate(problems):
        solutions.append((yield from smo(build(), settings, pace, number)))


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
