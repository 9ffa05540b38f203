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
    From libsvm: between periods, and at the end where it was hard (`Problem.was_hard`), `face.climb` sees to the free
    points. At the end residuals are worked out anew where rounding could have added up to a hundredth of `tol`. A step
    that changes nothing, or an end that moves away with each fresh look, is "stuck": float64 can do no better; libsvm
    goes on to its limit of iterations.
References
    Chang, Lin (2011), LIBSVM, section 5.1 (shrinking); Joachims (1999), Making large-scale SVM learning practical.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..core.parallel import map_chunks, worker_count
from ..core.typing import Array, FloatArray, IntArray
from .face import climb
from .kernels import GIVEN, lined_up
from .problem import Problem, Upright, combine, diagonal_of, whole_matrix
from .rows import FILLED, OPEN, TIME, Points, all_rows, compact_rows, empty_cache
from .smo import BLOCK, CONVERGED, EVENT, GOING_ON, STUCK, State, iterate, resting

PERIOD = 1000  # iterations between two looks at who may rest; fewer where points are few
WHOLE = 512  # points up to which the whole kernel matrix is worked out at once: 2 MB
ROWS_SHARE = 0.9  # of the cache's memory is for rows; the rest is for the points, and for blocks at a revival
OPENED = 2**21  # numbers that rows may take at once, 16 MB; more only as dropped rows return
RECENT = 2000  # when points rest, rows that were not among the last so many asked for are dropped, not moved
SIDES = ("none", "i", "j")
LEAST_LIMIT = 10_000_000  # iterations where max_iter is -1, as libsvm has it
EAGER = 5  # after a climb the next is as many times sooner: few points are free, and few more will be
FRESH_LOOKS = 10  # at the end, before the problem is called stuck
NO_EVENTS: FloatArray = np.empty((0, EVENT))
NOTHING: FloatArray = np.empty(0)
EPS = float(np.finfo(np.float64).eps)


class Settings(NamedTuple):
    """How to go about it."""

    tol: float
    max_iter: int
    shrinking: bool
    cache_bytes: float

    def limit(self, n: int) -> int:
        """Return how many iterations n points may take."""
        return self.max_iter if self.max_iter >= 0 else max(LEAST_LIMIT, 100 * n)

    def without(self, taken: float) -> Settings:
        """Return the settings where so many bytes of the cache are taken."""
        return self._replace(cache_bytes=max(self.cache_bytes - taken, 0.0))

    def shared_by(self, problems: int) -> Settings:
        """Return the settings for one of several problems, whose caches are there at the same time in each thread."""
        return self._replace(cache_bytes=self.cache_bytes / min(worker_count(), problems))


class Step(NamedTuple):
    """What is known after a step; b is a live view. Its pair is the last one moved where several were."""

    name: str  # "start"; "move"; "climb"; "rest" and "revive" (points out of play and back); "end"
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


class Arena:
    """The active points and their state, and the memory for kernel rows."""

    def __init__(self, problem: Problem, settings: Settings) -> None:
        """Begin at b = 0 with every point active."""
        self.problem, n = problem, len(problem.z)
        self.given = problem.similarity.code == GIVEN
        self.upright = problem.upright()
        if problem.diagonal is not None:
            self.diagonal = problem.diagonal
        elif self.given:
            self.diagonal = np.ascontiguousarray(np.diagonal(problem.X))
        else:
            self.diagonal = diagonal_of(problem.similarity, self.upright.squares[:n])
        self.b, self.r = np.zeros(n), problem.z.copy()
        self.bytes, self.opened, self.buffer = settings.cache_bytes, OPENED, NOTHING
        self.sums = np.zeros(6)
        self.resting: list[tuple[IntArray, FloatArray]] = []  # points, and the whole b when they went to rest
        self.active = np.arange(n)
        self.enter(self.active)
        self.fresh = True  # what moves keep up to date is made by the first call of `iterate`

    def enter(self, active: IntArray, kept: tuple[IntArray, IntArray, int] | None = None) -> None:
        """Let just these points take part; `kept` are rows in the buffer: owners (places in `active`), used, time."""
        p, m = self.problem, len(active)
        everyone = m == len(p.z)
        places, upright = active[:0], self.upright
        if self.given and (not everyone or p.places is not None):
            places = p.place(active)
            room = self.bytes - self.buffer.nbytes
            if m <= WHOLE and 8.0 * m**2 <= room:  # a small matrix of their own: no rows to be looked after
                upright = upright._replace(columns=p.X.take(places, axis=0).take(places, axis=1))
                places = places[:0]
        elif not everyone:
            columns = lined_up(len(upright.columns), m)
            columns[:, :m] = upright.columns[:, active]
            upright = Upright(columns, upright.squares[active])
        which = slice(None) if everyone else active
        self.active = active
        self.points = Points(places, *upright, self.diagonal[which], p.low[which], p.high[which], p.epsilon)
        up, down, ends = np.empty(m), np.empty(m), np.empty((2, -(-m // BLOCK)))
        self.state = State(self.b[which], self.r[which], up, down, ends, np.empty(BLOCK), self.sums)
        self.complete = self.given and not len(places)
        if self.complete:
            self.cache = all_rows(upright.columns)
            return
        if not len(self.buffer):
            n = len(p.z)
            self.buffer = np.empty(int(max(2 * n, min(n * n, ROWS_SHARE * self.bytes / 8))))
        self.cache = empty_cache(self.buffer, m, self.opened)
        if kept is not None:
            owners, used, now = kept
            self.cache.slot_of[owners] = np.arange(len(owners))
            self.cache.owner[: len(owners)], self.cache.used[: len(owners)] = owners, used
            self.cache.clock[[TIME, FILLED]] = now, len(owners)

    def begin(self) -> None:
        """Fill in what moves keep up to date, from b and r."""
        self.fresh = True
        self.iterate(0, np.inf, NO_EVENTS)

    def iterate(self, limit: int, tol: float, events: Array) -> tuple[int, int]:
        """Take up to `limit` steps; return how it ended and how many were taken."""
        s = None if self.complete else self.problem.similarity
        found: tuple[int, int] = iterate(s, self.points, self.cache, self.state, limit, tol, events, self.fresh)
        self.fresh = False
        return found

    def write_back(self) -> None:
        """Bring the active points' b and r to the whole arrays, where these are not the same; note the cache's size."""
        self.opened = max(self.opened, int(self.cache.clock[OPEN]) * len(self.active))
        if len(self.active) < len(self.b):
            self.b[self.active], self.r[self.active] = self.state.b, self.state.r

    def violation(self) -> float:
        """Return how far the worst pair of active points is out of order."""
        return float(self.sums[2]) - float(self.sums[3])

    def rest(self) -> bool:
        """Take the points out that seem settled, if that saves enough; say whether it did."""
        m, rests = len(self.active), np.empty(len(self.active), dtype=np.int64)
        count = resting(self.state, float(self.sums[2]), float(self.sums[3]), rests)
        if count * 8 < m or count == m:
            return False
        self.write_back()
        self.resting.append((self.active[rests == 1], self.b.copy()))
        keep = np.flatnonzero(rests == 0)
        if self.complete:  # its rows are not in the buffer
            self.enter(self.active[keep])
            self.begin()
            return True
        place = np.full(m, -1)
        place[keep] = np.arange(len(keep))
        cache = self.cache
        wanted = (cache.owner >= 0) & (cache.used > cache.clock[TIME] - RECENT)
        slots = np.flatnonzero(wanted & (rests[cache.owner] == 0))
        compact_rows(self.buffer, m, keep, slots)
        self.enter(self.active[keep], (place[cache.owner[slots]], cache.used[slots], cache.clock[TIME]))
        self.begin()
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
        self.begin()

    def climb(self) -> bool:
        """Move the free points as `face.climb` does, where they are few; say whether something has moved."""
        if not climb(self.problem, self.active, self.points, self.state):
            return False
        self.begin()
        return True

    def polish(self, tol: float, limit: int) -> int:
        """Climb, and move those that this has put out of order; return how many moves that took, `limit` at most."""
        taken = 0
        for goal in (0.1 * tol, 0.1 * tol, tol):
            if goal < tol and not self.climb():
                continue
            some = min(len(self.b), limit - taken) if goal < tol else limit - taken
            taken += self.iterate(some, goal, NO_EVENTS)[1]
        return taken

    def drifted(self, tol: float) -> bool:
        """Say whether the rounding of all updates so far may have moved residuals by a hundredth of `tol`."""
        return drifted(self.sums, tol)


def drifted(sums: FloatArray, tol: float) -> bool:
    """Say whether the rounding of all updates may have moved residuals by a hundredth of `tol`. sums: `State`'s."""
    return 4.0 * EPS * float(sums[1]) * float(sums[5]) > 0.01 * tol


def with_matrix(problem: Problem, cache_bytes: float) -> Problem:
    """Return the problem, with its own kernel matrix where it is small; but one of many asks for few of its rows.

    Two matrices must fit into the cache: points that do not rest get a smaller one of their own.
    """
    known = problem.similarity.code == GIVEN and problem.places is None
    fits = len(problem.z) <= WHOLE and 16.0 * len(problem.z) ** 2 <= cache_bytes
    return whole_matrix(problem) if fits and problem.standing is None and not known else problem


def period_of(n: int) -> int:
    """Return how many iterations pass between two looks at who of n points may rest."""
    return min(max(2 * n, 500), PERIOD)


def smo(
    problem: Problem, settings: Settings, pace: int = 1, number: int = 0, begun: Begun | None = None
) -> Generator[Step, None, Solution]:
    """Yield a Step after every `pace` iterations, and whenever points rest or revive; return the Solution.

    The path does not depend on `pace`: the same iterations in the same order, to the last bit. `begun`: what
    `solve_at_once` has left.
    """
    n, limit, period = len(problem.z), settings.limit(len(problem.z)), period_of(len(problem.z))
    arena = Arena(with_matrix(problem, settings.cache_bytes), settings) if begun is None else begun.arena
    problem, done, looks, revived = arena.problem, 0, 0, False
    events: Array = np.empty((1 if pace == 1 else 0, EVENT))
    nothing = np.zeros(2)
    step = Step("start", number, 0, -1, -1, np.inf, nothing, nothing, "none", 0.0, n, arena.b)
    if begun is None:
        yield step
    if limit == 0:
        arena.begin()
    while done < limit:
        some = min(pace, period - done % period, limit - done)
        if begun is None:
            status, taken = arena.iterate(some, settings.tol, events)
        else:
            status, taken, begun = begun.status, begun.taken, None
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
        if not ended and done % period == 0:
            period = period_of(n)
            if arena.climb():
                period //= EAGER
                step = step._replace(name="climb", objective=float(arena.sums[0]))
                yield step
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
    if problem.was_hard(done) and done < limit and arena.violation() <= settings.tol:
        done += arena.polish(settings.tol, limit - done)
        step = step._replace(name="climb", objective=float(arena.sums[0]))
        yield step._replace(iteration=done, active=n)
    left = arena.violation()
    how = "converged" if left <= settings.tol else "max_iter" if done >= limit else "stuck"
    solution = Solution(arena.b, arena.r, float(arena.sums[4]), left, float(arena.sums[0]), done, how)
    yield step._replace(name="end", iteration=done, violation=left, active=n, intercept=solution.intercept)
    return solution


# ---------------------------------------------------------------------------------------------------------------
# Several problems


class Begun(NamedTuple):
    """A problem after its first iterations."""

    arena: Arena
    status: int
    taken: int


def solve_at_once(problem: Problem, settings: Settings, number: int) -> tuple[Step, Solution] | Begun:
    """Return what `smo` ends with, to the last bit, where its first period is enough; else, what is to be continued.

    Small problems take less time than the bookkeeping of `smo` around them.
    """
    n = len(problem.z)
    arena, some = Arena(with_matrix(problem, settings.cache_bytes), settings), min(period_of(n), settings.limit(n))
    state = arena.state
    status, taken = arena.iterate(some, settings.tol, NO_EVENTS)
    if status != CONVERGED or problem.was_hard(taken) or arena.drifted(settings.tol):
        return Begun(arena, status, taken)
    left, objective, nothing = arena.violation(), float(state.sums[0]), np.zeros(2)
    solution = Solution(state.b, state.r, float(state.sums[4]), left, objective, taken, "converged")
    last = Step("end", number, taken, -1, -1, left, nothing, nothing, "none", objective, n, state.b, solution.intercept)
    return last, solution


def solve(problem: Problem, settings: Settings, number: int) -> tuple[Step, Solution]:
    """Run `smo` to its end; return its last step and the solution."""
    found = solve_at_once(problem, settings, number)
    if not isinstance(found, Begun):
        return found
    steps = smo(problem, settings, PERIOD, number, found)
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
        share = settings.shared_by(len(problems))

        def work(k: int) -> tuple[Step, Solution]:
            last, solution = solve(problems[k](), share, k)
            return last, solution._replace(r=NOTHING)  # those of all pairs would add up

        for last, solution in map_chunks(work, range(len(problems))):
            solutions.append(solution)
            yield last
        return
    for number, build in enumerate(problems):
        problem, begun = build(), None
        if pace >= PERIOD:
            nothing, b = np.zeros(2), np.zeros(len(problem.z))
            yield Step("start", number, 0, -1, -1, np.inf, nothing, nothing, "none", 0.0, len(b), b)
            found = solve_at_once(problem, settings, number)
            if not isinstance(found, Begun):
                solutions.append(found[1])
                yield found[0]
                continue
            begun = found
        solutions.append((yield from smo(problem, settings, pace, number, begun)))
