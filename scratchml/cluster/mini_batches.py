"""k-means by mini-batches: a few rows drawn at random pull their centres a little, again and again.

Idea
    Lloyd looks at all rows before a centre moves. A thousand rows tell nearly as well where it should go. So draw a
    batch, give each of its rows to the nearest centre, and move each centre to the mean of all rows that it was ever
    given: the more it has seen, the less a new row moves it. A centre that hardly any row comes to is put onto a row
    drawn at random. Stop when the smoothed inertia of the batches has not fallen for a while.
Maths
    assign: label(i) = argmin_j ||x_i - c_j|| for the rows of a batch
    update: c_j = (m_j c_j + sum_{i in j} w_i x_i) / (m_j + sum_{i in j} w_i), then m_j += sum_{i in j} w_i;
    so c_j moves by the share w_i / m_j towards each row: a learning rate of its own that falls like 1 / m_j.
    smoothed: s = (1 - a) s + a (inertia of the batch) / (its rows), a = min(1, 2 (rows of a batch) / (n + 1))
    reassign: centres with m_j < ratio * max_j m_j, at most half a batch of them, become rows of the batch; their m_j
    becomes the least of the others.
Cost
    (rows of a batch) k d multiplications a step, whatever n; drawing (rows of a batch) log n; one pass for the labels.
Differences
    From the paper: the mean is over batches, not row after row, which gives the same centres; reassignment and early
    stopping are scikit-learn's. With the same seed, its draws, centres and steps (up to the last digits).
    scikit-learn sums up all n weights for each batch; here it is done once.
References
    Sculley, Web-scale k-means clustering, WWW 2010, 1177-1178, algorithm 1.
    Bottou, Bengio, Convergence properties of the k-means algorithms, NIPS 7 (1995), section 3.
"""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.parallel import one_blas_thread
from ..core.steps import final, sealed, someone_listens
from ..core.typing import Array, FinalFloats, FinalInts, FloatArray, IntArray
from ..maths import squared_norms
from .assign import label_rows, reference_products
from .points import FAR, LEAST, MOST, REFERENCE


@kernel
def label_by_products(products: Array, norms: Array, X: Array, centres: Array, labels: Array) -> float:
    """Label rows by their nearest centre; return the sum of their squared distances to these, added up directly.

    products (m, k), -2 x.c; norms (k,), X (m, d), centres (k, d): read. labels (m,): overwritten.
    """
    total = 0.0
    for i in range(labels.shape[0]):
        best, least = 0, np.inf
        for j in range(norms.shape[0]):
            score = products[i, j] + norms[j]
            if score < least:
                best, least = j, score
        labels[i] = best
        square = 0.0
        for f in range(X.shape[1]):
            difference = X[i, f] - centres[best, f]
            square += difference * difference
        total += square
    return total


@kernel
def move_towards(X: Array, weight: Array, labels: Array, centres: Array, mass: Array) -> None:
    """Move each centre to the mean of all rows it was ever given.

    X (m, d), weight (m,), labels (m,): read. centres (k, d), mass (k,), the weight given so far: changed.
    """
    given = np.zeros(mass.shape[0])
    for i in range(X.shape[0]):
        given[labels[i]] += weight[i]
    for j in range(mass.shape[0]):
        if given[j] > 0.0:
            for f in range(X.shape[1]):
                centres[j, f] *= mass[j]
    for i in range(X.shape[0]):
        j = labels[i]
        if given[j] > 0.0:
            for f in range(X.shape[1]):
                centres[j, f] += X[i, f] * weight[i]
    for j in range(mass.shape[0]):
        if given[j] > 0.0:
            mass[j] += given[j]
            share = 1.0 / mass[j]
            for f in range(X.shape[1]):
                centres[j, f] *= share


def label_batch(rows: FloatArray, centres: FloatArray) -> tuple[IntArray, float]:
    """Return the nearest centre of each row (m, d), shape (m,), and the sum of the squared distances to them.

    As `label_rows` does, whose care takes longer than the work on a small batch: it is left to it where it is needed.
    """
    labels, inertia = np.empty(len(rows), dtype=np.int64), 0.0
    with one_blas_thread(), np.errstate(over="ignore", under="ignore", invalid="ignore"):
        norms, mean, flat = squared_norms(centres), centres.sum(axis=0) / len(centres), rows.reshape(-1)
        mean_norm = norms.sum() / len(centres)
        if not (LEAST < flat @ flat < MOST and mean_norm < MOST) or mean @ mean > FAR * mean_norm:
            return label_rows(rows, centres, np.ones(len(rows)))
        for a in range(0, len(rows), REFERENCE):
            some = slice(a, a + REFERENCE)
            products = reference_products(rows[some], centres)
            inertia += label_by_products(products, norms, rows[some], centres, labels[some])
    return labels, inertia


class Step(NamedTuple):
    """What is known after a step."""

    name: str  # "seed", then "assign", "update" and now and then "reassign" of each batch, "end", then "labels"
    iteration: int  # which batch it is, from 1
    centres: FinalFloats  # (k, d) a live view, or, where someone listens, final
    mass: FinalFloats  # (k,) how much weight each centre has been given; as centres
    batch: FinalInts  # which rows are in the batch, shape (m,); empty before the first
    labels: FinalInts  # of the batch (m,); at the end of all rows (n,), if they are wanted
    inertia: float  # of these labels, for the centres they were assigned to
    smoothed: float  # mean inertia of a row, smoothed over batches from the second on; infinite before
    passes: int  # over the data, begun ones counted


class Draws:
    """Draws rows with replacement, each as likely as its weight: the numbers of RandomState.choice(n, size, p=...)."""

    def __init__(self, weight: FloatArray, rng: np.random.RandomState) -> None:
        share: FloatArray = (weight / weight.sum()).cumsum()
        self.cumulated, self.rng = share / share[-1], rng

    def rows(self, size: int) -> IntArray:
        """Return the indices of `size` rows."""
        found: IntArray = self.cumulated.searchsorted(self.rng.random_sample(size), side="right")
        return found


class Calm:
    """Tells when batches bring nothing any more: the smoothed inertia has not fallen for `patience` batches."""

    def __init__(self, share: float, tol: float, patience: int | None) -> None:
        self.share, self.tol, self.patience = share, tol, patience
        self.smoothed, self.least, self.waited = inf, inf, 0

    def see(self, mean_inertia: float, squared_moves: float) -> bool:
        """Learn of a batch from the second on; say whether to stop."""
        if self.smoothed == inf:
            self.smoothed = mean_inertia
        else:
            self.smoothed = self.smoothed * (1 - self.share) + mean_inertia * self.share
        if 0.0 < self.tol and squared_moves <= self.tol:
            return True
        if self.smoothed < self.least:
            self.least, self.waited = self.smoothed, 0
        else:
            self.waited += 1
        return self.patience is not None and self.waited >= self.patience


def poor_centres(mass: FloatArray, ratio: float, most: int) -> Array:
    """Return which centres (k,) were given less than `ratio` times the most; only the poorest `most` of them."""
    poor: Array = mass < ratio * mass.max()
    if poor.sum() > most:
        poor[np.argsort(mass)[most:]] = False
    return poor


class MovingCentres:
    """Centres, and what each has been given so far."""

    def __init__(self, centres: FloatArray, size: int) -> None:
        self.centres, self.mass = centres, np.zeros(len(centres))
        self.size, self.since = size, 0  # rows of a batch; rows seen since poor centres were put elsewhere

    def shown(self, watched: bool) -> tuple[FloatArray, FloatArray]:
        """Return centres and mass to be shown: live views, or, where somebody looks on, final copies."""
        return (sealed(self.centres.copy()), sealed(self.mass.copy())) if watched else (self.centres, self.mass)

    def move(self, rows: FloatArray, weight: FloatArray, labels: IntArray) -> bool:
        """Move the centres to the mean of all they were given, rows (m, d) included; say if poor ones should jump.

        They should where a centre has been given nothing, and otherwise each time that 10 k rows have been seen.
        """
        self.since += self.size
        due = bool((self.mass == 0).any()) or self.since >= 10 * len(self.mass)
        self.since = 0 if due else self.since
        move_towards(rows, weight, labels, self.centres, self.mass)
        return due

    def reassign(self, rows: FloatArray, ratio: float, rng: np.random.RandomState) -> bool:
        """Put centres that were given little onto some of rows (m, d), drawn by `rng`; say whether there were any."""
        poor = poor_centres(self.mass, ratio, int(0.5 * len(rows)))
        which = np.flatnonzero(poor)
        if len(which):
            self.centres[which] = rows[rng.choice(len(rows), replace=False, size=len(which))]
            self.mass[which] = self.mass[~poor].min(initial=self.mass.max())
        return len(which) > 0


def mini_batches(
    X: FloatArray, moving: MovingCentres, draws: Draws, calm: Calm, max_batches: int, ratio: float
) -> Generator[Step, None, Step]:
    """Yield a Step after each half of each batch drawn from the rows X (n, d), until it is calm; return the last.

    Changes `moving`.
    """
    n, size, ones = len(X), moving.size, np.ones(moving.size)
    nothing = final(np.empty(0, dtype=np.int64))
    watched = someone_listens()  # then what is shown is not overwritten later and is read-only: none need copy it
    centres, mass = moving.shown(watched)
    step = Step("seed", 0, centres, mass, nothing, nothing, inf, inf, 0)
    yield step
    for t in range(1, max_batches + 1):
        batch = draws.rows(size)
        rows = np.take(X, batch, axis=0)
        labels, inertia = label_batch(rows, moving.centres)
        before = moving.centres.copy() if calm.tol > 0 else moving.centres
        told, passes = (final(batch), final(labels)), -(-t * size // n)
        yield Step("assign", t, centres, mass, *told, inertia, calm.smoothed, passes)
        due = moving.move(rows, ones, labels)
        centres, mass = moving.shown(watched)
        step = Step("update", t, centres, mass, *told, inertia, calm.smoothed, passes)
        yield step
        if due and ratio > 0 and moving.reassign(rows, ratio, draws.rng):
            centres, mass = moving.shown(watched)
            step = Step("reassign", t, centres, mass, *told, inertia, calm.smoothed, passes)
            yield step
        if t == 1:  # its inertia is that of the seeds
            continue
        with np.errstate(over="ignore"):
            if calm.see(inertia / size, float(((moving.centres - before) ** 2).sum()) if calm.tol > 0 else inf):
                break
    step = step._replace(name="end", smoothed=calm.smoothed if calm.smoothed < inf else step.inertia / size)
    yield step
    return step
