"""The first iterations of many small pairs of classes in one call: `solver.solve_at_once`, from pair to pair.

Idea
    A pair of twenty rows is done after some dozen iterations, and they take a fraction of the time in which Python
    prepares them. So where all pairs share a matrix of kernel values, a kernel goes from pair to pair: it cuts the
    pair's values out, begins at b = 0 and iterates. What needs more than that is left to `solver.solve`.
Cost
    That of the iterations, and a copy of each pair's kernel values.
Differences
    From `solver.solve`: none, to the last bit.
References
    As for `smo.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..core.jit import lean_kernel
from ..core.parallel import chunks, map_chunks
from ..core.typing import Array, FloatArray, IntArray
from .pairs import Task
from .problem import many_moves
from .rows import Cache, Points
from .smo import BLOCK, CONVERGED, State, iterate
from .solver import NO_EVENTS, NOTHING, Settings, Solution, Step, drifted, period_of, solve

TOGETHER = 16  # pairs that a thread takes at a time


class Found(NamedTuple):
    """What the first iterations of p pairs have found. All arrays are overwritten."""

    b: FloatArray  # (sum of the pairs' sizes,) one pair after the other
    sums: FloatArray  # (p, 6) as `State` has them, zeros to begin with
    status: IntArray  # (p,)
    taken: IntArray  # (p,) iterations


class Room(NamedTuple):
    """Memory for the largest pair, of m rows. All arrays but the last three are overwritten."""

    K: FloatArray  # (m * m,)
    vectors: FloatArray  # (6, m)
    ends: FloatArray  # (2 * blocks,)
    scratch: FloatArray  # (BLOCK,)
    used: IntArray  # (m,)
    clock: IntArray  # (4,)
    everyone: IntArray  # (m,) 0, 1, 2 ...
    nowhere: IntArray  # (0,)
    no_squares: FloatArray  # (0,)


@lean_kernel
def cut_out(K: Array, one: int, mine: int, other: int, theirs: int, part: Array) -> None:
    """Copy the kernel values of two classes, which begin at `one` and `other`. K: read. part (m, m): overwritten."""
    for i in range(mine + theirs):
        row, to = K[one + i if i < mine else other + i - mine], part[i]
        for k in range(mine):
            to[k] = row[one + k]
        for k in range(theirs):
            to[mine + k] = row[other + k]


@lean_kernel
def first_iterations(
    K: Array, C: Array, borders: Array, pairs: Array, begins: Array, most: Array, tol: float, events: Array,
    found: Found, room: Room,
) -> None:  # fmt: skip
    """Iterate on some pairs, one after the other.

    K (n, n), C (n,), borders (k + 1,) of the classes, pairs (p, 2) of classes, begins (p,), where a pair's part of
    `found.b` begins, most (p,), how many iterations it may take, events (0, EVENT): read. found, room: overwritten.
    """
    for p in range(pairs.shape[0]):
        one, other = borders[pairs[p, 0]], borders[pairs[p, 1]]
        mine, theirs = borders[pairs[p, 0] + 1] - one, borders[pairs[p, 1] + 1] - other
        m = mine + theirs
        part = room.K[: m * m].reshape((m, m))
        cut_out(K, one, mine, other, theirs, part)
        b, v = found.b[begins[p] : begins[p] + m], room.vectors
        r, up, down, low, high, diagonal = v[0, :m], v[1, :m], v[2, :m], v[3, :m], v[4, :m], v[5, :m]
        for i in range(m):
            first = i < mine
            b[i], r[i], diagonal[i] = 0.0, 1.0 if first else -1.0, part[i, i]
            low[i] = 0.0 if first else -C[other + i - mine]
            high[i] = C[one + i] if first else 0.0
        blocks = (m + BLOCK - 1) // BLOCK
        ends = room.ends[: 2 * blocks].reshape((2, blocks))
        state = State(b, r, up, down, ends, room.scratch, found.sums[p])
        points = Points(room.nowhere, part, room.no_squares, diagonal, low, high, 0.0)
        cache = Cache(part, room.everyone[:m], room.everyone[:m], room.used[:m], room.clock)
        found.status[p], found.taken[p] = iterate(None, points, cache, state, most[p], tol, events, True)


def are_small(task: Task, settings: Settings) -> bool:
    """Say whether the pairs of a task share a matrix, and have room for one of their own (`solver.with_matrix`)."""
    sizes, pairs = np.diff(task.borders), len(task.parts) * (len(task.parts) - 1) // 2
    return task.small and 16.0 * int(np.sort(sizes)[-2:].sum()) ** 2 <= settings.shared_by(pairs).cache_bytes


def solve_small(task: Task, settings: Settings, solutions: list[Solution]) -> Iterator[Step]:
    """Yield the last step of each pair of a task whose kernel values are worked out; append to `solutions`."""
    pairs = np.array(task.pairs())
    sizes = np.diff(task.borders)[pairs].sum(axis=1)
    begins = np.concatenate([[0], np.cumsum(sizes)])
    most = np.array([min(period_of(m), settings.limit(m)) for m in sizes.tolist()])
    count, m = len(pairs), int(sizes.max())
    found = Found(np.empty(begins[-1]), np.zeros((count, 6)), np.empty(count, np.int64), np.empty(count, np.int64))
    everyone = np.arange(m)

    def work(some: slice) -> None:
        numbers, ends = (np.empty(m * m), np.empty((6, m))), np.empty(2 * -(-m // BLOCK))
        wholes = np.empty(m, np.int64), np.zeros(4, np.int64), everyone, everyone[:0]
        room = Room(*numbers, ends, np.empty(BLOCK), *wholes, NOTHING)
        mine = Found(found.b, found.sums[some], found.status[some], found.taken[some])
        given = task.prepared, task.C, task.borders, pairs[some], begins[some], most[some]
        first_iterations(*given, settings.tol, NO_EVENTS, mine, room)

    map_chunks(work, chunks(count, TOGETHER))
    share, nothing = settings.shared_by(count), np.zeros(2)
    for p, (first, second) in enumerate(pairs.tolist()):
        b, sums, taken = found.b[begins[p] : begins[p + 1]], found.sums[p], int(found.taken[p])
        if found.status[p] != CONVERGED or many_moves(taken, len(b)) or drifted(sums, settings.tol):
            last, solution = solve(task.pair(first, second), share, p)
            solutions.append(solution._replace(r=NOTHING))
            yield last
            continue
        objective, left, intercept = float(sums[0]), float(sums[2]) - float(sums[3]), float(sums[4])
        solutions.append(Solution(b, NOTHING, intercept, left, objective, taken, "converged"))
        yield Step("end", p, taken, -1, -1, left, nothing, nothing, "none", objective, len(b), b, intercept)
