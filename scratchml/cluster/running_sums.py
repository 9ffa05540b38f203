"""Keep the sums of the clusters up to date by the points that moved, without a rounding error to pile up.

Idea
    After a few iterations hardly a point changes its cluster, so it is enough to take the few that do out of one sum
    and put them into another. Rounded sums would drift apart from those added up anew, and depend on who moved when.
    So each value is cut into three parts that are multiples of a coarse, a fine and a very fine grid. Multiples of a
    grid add up without any rounding while the sum has at most 53 binary digits: so the sums depend on nothing but on
    who is in the cluster, not on the order, nor on the past, nor on the number of threads.
Maths
    |v| <= 2^e for all n <= 2^L values v. Grids g_1 = 2^(e + L - 53), g_2 = 2^(L - 53) g_1, g_3 = 2^(L - 53) g_2.
    With M = 1.5 2^52 g, (v + M) - M is v rounded to a multiple of g, and what is left, at most g / 2, is exact.
    A sum of n multiples of g_1, each at most 2^e, is at most n 2^e <= 2^53 g_1: exact; so are the finer ones.
    The third grid holds all digits of any v above 2^(e + 3 L - 107). Should one be lost, no sum is kept at all: points
    are added up anew each time, rounded, in a fixed order.
Cost
    Half as much again as plain sums in the first iteration, then 6 d additions for each point that moved; memory 3 k d.
References
    Rump, Ogita, Oishi, Accurate floating-point summation part I, SIAM J. Sci. Comput. 31 (2008) 189-224, section 3.
    Demmel, Nguyen, Parallel reproducible summation, IEEE Trans. Computers 64 (2015) 2060-2070.
"""

from __future__ import annotations

from threading import Lock

import numpy as np

from ..core.jit import lean_kernel
from ..core.parallel import map_chunks
from ..core.typing import Array, FloatArray, IntArray
from .assign import Sums, add_points, add_up, fixed_tasks
from .points import MANY, Points

MOVED = 0.5  # share of points that moved from which all are added up anew


@lean_kernel
def cut(v: float, m0: float, m1: float, m2: float) -> tuple[float, float, float, bool]:
    """Return a value cut into multiples of the three grids, given by their M, and whether a digit of it was lost."""
    coarse = (v + m0) - m0
    v -= coarse
    fine = (v + m1) - m1
    v -= fine
    finest = (v + m2) - m2
    return coarse, fine, finest, v != finest


@lean_kernel
def add_in_parts(rows: tuple[Array, Array, Array], labels: Array, grids: Array, sums: Array, mass: Array) -> int:
    """Add each point to its cluster; return how many digits were lost.

    rows: X (n, d), shift (d,), weight (n,) or (1,); labels (n,); grids (2, 3), M of each grid, for values and for
    weights: read. sums (k, 3, d), mass (k, 3): changed.
    """
    X, shift, weight = rows
    last = weight.shape[0] - 1
    m0, m1, m2 = grids[0, 0], grids[0, 1], grids[0, 2]
    lost = 0
    for i in range(labels.shape[0]):
        j, w = labels[i], weight[min(i, last)]
        for f in range(X.shape[1]):
            coarse, fine, finest, less = cut(w * (X[i, f] - shift[f]), m0, m1, m2)
            sums[j, 0, f] += coarse
            sums[j, 1, f] += fine
            sums[j, 2, f] += finest
            lost += less
        coarse, fine, finest, less = cut(w, grids[1, 0], grids[1, 1], grids[1, 2])
        mass[j, 0] += coarse
        mass[j, 1] += fine
        mass[j, 2] += finest
        lost += less
    return lost


@lean_kernel
def carry_moved(
    rows: tuple[Array, Array, Array], before: Array, labels: Array, grids: Array, sums: Array, mass: Array
) -> None:
    """Carry the points that moved from the cluster before to the one they are in now.

    rows: X (n, d), shift (d,), weight (n,) or (1,); before (n,), labels (n,), grids (2, 3): read. sums (k, 3, d), mass
    (k, 3): changed.
    """
    X, shift, weight = rows
    last = weight.shape[0] - 1
    m0, m1, m2 = grids[0, 0], grids[0, 1], grids[0, 2]
    for i in range(labels.shape[0]):
        a, b = before[i], labels[i]
        if a == b:
            continue
        w = weight[min(i, last)]
        for f in range(X.shape[1]):
            coarse, fine, finest, _ = cut(w * (X[i, f] - shift[f]), m0, m1, m2)
            sums[a, 0, f] -= coarse
            sums[a, 1, f] -= fine
            sums[a, 2, f] -= finest
            sums[b, 0, f] += coarse
            sums[b, 1, f] += fine
            sums[b, 2, f] += finest
        coarse, fine, finest, _ = cut(w, grids[1, 0], grids[1, 1], grids[1, 2])
        mass[a, 0] -= coarse
        mass[a, 1] -= fine
        mass[a, 2] -= finest
        mass[b, 0] += coarse
        mass[b, 1] += fine
        mass[b, 2] += finest


def grids_for(largest: float, n: int) -> FloatArray:
    """Return M for the three grids, shape (3,), on which n values of at most `largest` can be added."""
    e, digits = int(np.frexp(largest)[1]), max(2, n.bit_length())
    return np.ldexp(1.5, 52 + e + np.arange(1, 4) * (digits - 53))


def add_anew(points: Points, labels: IntArray, k: int) -> Sums:
    """Return the sums of k clusters, rounded in a fixed order."""

    def work(task: slice) -> Sums:
        span, found = points.span(task), Sums(np.zeros((k, points.X.shape[1])), np.zeros(k))
        add_points(points.X[span], points.shift, points.weights(span), labels[span], *found)
        return found

    return add_up(map_chunks(work, fixed_tasks(points, k)))


class RunningSums:
    """The sums of the clusters of many points, kept from one iteration to the next."""

    def __init__(self, points: Points, k: int) -> None:
        n, d = points.X.shape
        self.points, self.k = points, k
        heaviest = float(points.weight.max())
        longest = float(np.sqrt(points.spread.largest)) * (1.0 + 1e-6)  # no value is larger, though norms are rounded
        self.grids = np.vstack([grids_for(longest * heaviest, n), grids_for(heaviest, n)])
        self.sums, self.mass = np.zeros((k, 3, d)), np.zeros((k, 3))
        self.exact = True  # until a digit is lost

    @staticmethod
    def pays(points: Points) -> bool:
        """Say whether there are so many points that sums are worth keeping."""
        return len(points.X) >= MANY

    def follow(self, before: IntArray, labels: IntArray, moved: int) -> Sums:
        """Return the sums for labels (n,), where `moved` of them differ from those before, (n,); all, the first time.

        The arrays are the caller's, who may change them.
        """
        points = self.points
        if self.exact and moved > MOVED * len(labels):
            self._start(labels)
        elif self.exact:
            carry_moved((points.X, points.shift, points.weight), before, labels, self.grids, self.sums, self.mass)
        if not self.exact:
            return add_anew(points, labels, self.k)
        sums, mass = self.sums, self.mass
        return Sums(sums[:, 0] + (sums[:, 1] + sums[:, 2]), mass[:, 0] + (mass[:, 1] + mass[:, 2]))

    def _start(self, labels: IntArray) -> None:
        """Add up all points, in threads: the order does not matter here."""
        points, one_at_a_time = self.points, Lock()

        def work(task: slice) -> None:
            span, sums, mass = points.span(task), np.zeros_like(self.sums), np.zeros_like(self.mass)
            rows = points.X[span], points.shift, points.weights(span)
            lost = add_in_parts(rows, labels[span], self.grids, sums, mass)
            with one_at_a_time:
                self.exact = self.exact and not lost
                self.sums += sums
                self.mass += mass

        self.sums[:], self.mass[:] = 0.0, 0.0
        map_chunks(work, fixed_tasks(points, self.k))
