"""k-means by Lloyd's algorithm: assign every point to its nearest centre, move every centre to the mean of its points.

Idea
    Given centres, the best clusters are clear: each point goes to the nearest. Given clusters, the best centres are
    clear: the means. Lloyd does the one, then the other, until no point changes its cluster. Neither half can make
    the sum of squared distances larger, and there are finitely many clusterings, so it must end; where it ends
    depends on where it began (see `kmeans_plusplus`).
Maths
    inertia(labels, centres) = sum_i w_i ||x_i - c_label(i)||^2
    assign: label(i) = argmin_j ||x_i - c_j||^2, the least inertia for these centres
    update: c_j = sum_{i in j} w_i x_i / sum_{i in j} w_i, the least inertia for these labels (set the gradient
    -2 sum_{i in j} w_i (x_i - c_j) to zero)
    With S_j the sum and m_j the mass of cluster j, inertia = sum_i w_i ||x_i||^2 - sum_j (2 c_j.S_j - m_j ||c_j||^2):
    so each step can tell the inertia for nothing. That form cancels; the result's inertia is added up directly.
Cost
    n k d multiplications an iteration, and d additions for each point, or for each that moved (see `running_sums`);
    memory n d numbers. Iterations: mostly a few dozen, 2^Omega(n) at worst.
Differences
    From the paper: a cluster that has lost all its points takes over the points that are farthest from their centres.
    From scikit-learn: where all points lie on a centre, or those farthest away have no weight, such a cluster is put
    onto the heaviest cluster's centre; scikit-learn means to do the same, but may put it onto that cluster's sum.
References
    Lloyd, Least squares quantization in PCM, IEEE Trans. Information Theory 28 (1982) 129-137 (written in 1957).
    Bishop, Pattern Recognition and Machine Learning, section 9.1.
"""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import NamedTuple, Protocol

import numpy as np

from ..core.jit import kernel
from ..core.steps import sealed, someone_listens
from ..core.typing import Array, FinalFloats, FinalInts, FloatArray, IntArray
from .assign import Sums, assign, inertia_of
from .points import Points
from .running_sums import RunningSums


class Step(NamedTuple):
    """What is known after a step. Its numbers are in the caller's units."""

    name: str  # "seed", then "assign" and "update" in turn, "score" at the end of a run, "best" at the end of all
    restart: int  # which run it is, from 0
    iteration: int
    centres: FinalFloats  # (k, d)
    # (n,) of the last assignment; -1 before the first; a live view, int32, or, where someone listens, final and of the
    # smallest type that holds them, but int64 from the "score" step on
    labels: FinalInts
    inertia: float  # of these labels and the centres they were assigned to; infinite before the first assignment
    shift: float  # sum of the squared moves of all centres in the last update; infinite before the first
    moved: int  # how many points changed their cluster in the last assignment
    measured: int  # how many distances the last assignment found: n k, or fewer where bounds spare some


class Assigner(Protocol):
    """The assigning half of an iteration. All of them find the same bits; they differ in what they measure for it."""

    def __call__(self, centres: FloatArray, labels: IntArray, moved: int, add: bool = True) -> tuple[Sums, int]:
        """Overwrite labels (n,) with the nearest centres; return the sums of the clusters and the distances measured.

        `moved` is how many points changed their cluster last time; with ``add=False`` the sums are not needed.
        """


def refill_empty(points: Points, centres: FloatArray, labels: IntArray, found: Sums) -> None:
    """Give each cluster without mass one of the points farthest from their `centres`, in place in `found`.

    Where all points lie on their centres there is nothing to gain, and the cluster stays empty.
    """
    empty = np.flatnonzero(found.mass == 0)
    if not len(empty):
        return
    squares = ((points.rows(slice(None)) - centres[labels]) ** 2).sum(axis=1)
    if squares.max() == 0:
        return
    many = min(len(empty), len(squares))  # given more centres than points, some stay empty
    farthest = np.argpartition(squares, -many)[: -many - 1 : -1]
    for j, i in zip(empty, farthest):
        weight = points.weights(slice(i, i + 1))[0]
        place = points.rows(np.array([i]))[0] * weight
        found.sums[labels[i]] -= place
        found.mass[labels[i]] -= weight
        found.sums[j], found.mass[j] = place, weight


def means_of(found: Sums) -> FloatArray:
    """Return the mean of each cluster (k, d); a cluster without mass gets that of the heaviest.

    A mass below 0 is rounding: what is left of a cluster whose points all went to refill others.
    """
    means = np.empty_like(found.sums)
    divide_sums(found.sums, found.mass, means)
    return means


@kernel
def divide_sums(sums: Array, mass: Array, means: Array) -> None:
    """Find the mean of each cluster. sums (k, d), mass (k,): read. means (k, d): overwritten."""
    heaviest = np.argmax(mass)
    for j in range(mass.shape[0]):
        from_j = j if mass[j] > 0.0 else heaviest
        share = 1.0 / mass[from_j]  # first, as the reference rounds
        for f in range(sums.shape[1]):
            means[j, f] = sums[from_j, f] * share


@kernel
def explain(total: float, centres: Array, sums: Array, mass: Array) -> float:
    """Return the inertia. total: sum_i w_i ||x_i||^2; centres (k, d), sums (k, d), mass (k,): read."""
    found = total
    for j in range(mass.shape[0]):
        for f in range(sums.shape[1]):
            found += centres[j, f] * (mass[j] * centres[j, f] - 2.0 * sums[j, f])
    return max(found, 0.0)


@kernel
def squared_moves(before: Array, after: Array) -> float:
    """Return the sum of the squared moves of all centres. before (k, d), after (k, d): read."""
    found = 0.0
    for j in range(before.shape[0]):
        for f in range(before.shape[1]):
            found += (after[j, f] - before[j, f]) ** 2
    return found


@kernel
def count_moved(labels: Array, previous: Array) -> int:
    """Return how many points changed their cluster. labels (n,), previous (n,): read."""
    moved = 0
    for i in range(labels.shape[0]):
        moved += labels[i] != previous[i]
    return moved


@kernel
def show_moved(labels: Array, previous: Array, shown: Array) -> int:
    """As `count_moved`, but copy the labels in the same pass. shown (n,), of a small integer type: overwritten."""
    moved = 0
    for i in range(labels.shape[0]):
        moved += labels[i] != previous[i]
        shown[i] = labels[i]
    return moved


def explained_inertia(total: float, centres: FloatArray, found: Sums) -> float:
    """Return the inertia from sums alone: `total` is sum_i w_i ||x_i||^2."""
    return float(explain(total, centres, found.sums, found.mass))


def measure_all(points: Points) -> Assigner:
    """Return the plain way to assign: find all distances, every time."""

    def assigner(centres: FloatArray, labels: IntArray, moved: int, add: bool = True) -> tuple[Sums, int]:
        return assign(points, centres, labels, add=add), len(labels) * len(centres)

    return assigner


def lloyd(
    points: Points,
    centres: FloatArray,
    max_iter: int,
    tol: float,
    restart: int = 0,
    assigner: Assigner | None = None,
) -> Generator[Step, None, tuple[Step, float]]:
    """Yield a Step after each half-iteration from `centres` (k, d) on; return the last, the "score" step.

    With it comes its inertia in the loops' units, which does not vanish or overflow where the caller's would.

    It ends when no point changes its cluster, or when the squared moves of an update add up to `tol` or less (in the
    loops' units), or after `max_iter` iterations. Unless no point changed, points are assigned once more, so that the
    labels are those of the last centres. `assigner` may bring bounds (see `hamerly`, `elkan`); None stands for
    `measure_all`.
    """
    n = len(points.X)
    assigner = assigner or measure_all(points)
    labels: Array = np.full(n, -1, dtype=np.int32)
    previous, total = labels.copy(), points.spread.weighted
    watched = someone_listens()  # then what is shown is not overwritten later and is read-only: none need copy it
    short = np.min_scalar_type(-len(centres))  # labels of this type take up to 4 times less to keep
    places, shown = points.to_user(centres), labels
    if watched:
        places, shown = sealed(places), sealed(labels.astype(short))
    step = Step("seed", restart, 0, places, shown, inf, inf, n, 0)
    yield step
    running = RunningSums(points, len(centres)) if RunningSums.pays(points) else None
    for iteration in range(1, max_iter + 1):
        labels, previous = previous, labels
        found, measured = assigner(centres, labels, step.moved, add=running is None)
        if watched:
            shown = np.empty(n, short)
            moved = int(show_moved(labels, previous, shown))
            shown = sealed(shown)
        else:
            moved, shown = int(count_moved(labels, previous)), labels
        if running is not None:
            found = running.follow(previous, labels, moved)
        inertia = points.square_to_user(explained_inertia(total, centres, found))
        step = Step("assign", restart, iteration, places, shown, inertia, step.shift, moved, measured)
        yield step
        refill_empty(points, centres, labels, found)
        means = means_of(found)
        shift = float(squared_moves(centres, means))
        centres = means
        way = points.square_to_user(shift, weighted=False)
        places = sealed(points.to_user(centres)) if watched else points.to_user(centres)
        step = Step("update", restart, iteration, places, shown, inertia, way, moved, measured)
        yield step
        if step.moved == 0 or shift <= tol:
            break
    if step.moved:
        assigner(centres, labels, step.moved, add=False)
    inertia = inertia_of(points, centres, labels)
    told = points.square_to_user(inertia)
    step = step._replace(name="score", labels=sealed(labels.astype(np.int64)) if watched else labels, inertia=told)
    yield step
    return step, inertia
