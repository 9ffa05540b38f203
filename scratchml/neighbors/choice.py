"""Brute force or a tree? Ask a few of the rows how many boxes they would have to open, and compare the prices.

Idea
    Whether a tree pays is no matter of the number of columns: rows that lie near a curved sheet in fifty columns suit
    it well, ten columns of noise do not. It is a matter of how many boxes the ball around a query reaches, the ball
    that its k nearest fill. So grow the tree, take a few of the rows for queries, and count. Not before there are
    queries enough to make it worth while, though: until then every row is looked at.
Maths
    With b leaves reached on average, `size` rows in a leaf, s = b size rows measured, in microseconds:
    tree = query + leaf b + point s + cell s d + keep k log2(1 + s / k), and brute force the same with b = 0 and s = n.
    k log2(1 + s / k) is how often, more or less, one of s rows in random order is among the k nearest so far; to a
    tree's cells is added what it costs to fetch them (`FAR`).
    The prices of each formula are in `PRICES`; of few rows with many columns a tree is not even tried early (`DOUBT`).
    A tree of every 4th row, every 8th, ... (of up to `SAMPLED` leaves, as full as the whole tree's) foretells b: balls
    that reach c of its leaves, and c' of those of a tree of a quarter of its rows, will reach about c (c / c')^(t / 2)
    leaves of the whole tree, which has t levels more. (Boxes two levels up the same tree hold four times as many rows
    as a leaf and are wider, so to take their number for c' foretells too low a price, 0.75 of it in the median.)
    Where that would cost more than `HOPELESS` times as much as brute force, the whole tree is not grown.
Cost
    Nothing before about as much time has gone into queries as the tree takes to grow; then the tree, and `PROBES`
    queries. The same queries in the same order always lead to the same choice: no clock is asked. The answers do not
    depend on it in any case.
Differences
    scikit-learn takes a tree for up to 15 columns and fewer than n / 2 neighbours, when fitting.
References
    Beyer, Goldstein, Ramakrishnan, Shaft, When is nearest neighbor meaningful?, ICDT 1999 (what decides).
    Karlin, Manasse, Rudolph, Sleator, Competitive snoopy caching, Algorithmica 3 (1988) 79-119 (rent, then buy).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..core.parallel import chunks
from ..core.typing import FloatArray
from ..maths import Reference, Tree, build_tree, k_nearest_in_tree
from ..maths.distances import FORMULAS, finish_distances, ready_queries
from ..maths.kd_tree import FEW
from ..maths.nearest import empty_heaps, search_exactly, search_roughly

PROBES = 16  # rows that are asked: the mean of that many counts is right to a fifth, prices are no better known
FEWEST = 100  # rows below which looking at all of them is fast enough
SURELY = 3  # up to here a tree for the Euclidean distance pays without being asked
SAMPLED = 64  # leaves of the tree that foretells, at most
FORETOLD = 64  # leaves of a tree that is foretold, at least: a smaller one is grown sooner than foretold
HOPELESS = 1.2  # times the price of brute force, foretold: what is foretold is about as right as the prices
PATIENCE = 2.0  # times that the price of a tree is paid in queries before it is grown
DOUBT = 20.0  # microseconds, times d^2, that are paid besides where nothing is foretold: in many columns few trees pay
CELLS = 1 << 13  # numbers that are worked on at a time when boxes are counted


class Prices(NamedTuple):
    """Microseconds for each part of answering a query, by brute force or by a tree."""

    query: float  # whatever happens
    leaf: float  # a leaf reached, and its share of the boxes on the way
    point: float  # a row measured
    cell: float  # each of its columns
    keep: float  # a row that enters the k nearest

    def of(self, leaves: float, points: float, d: int, k: int) -> float:
        """Return the price of a query that opens so many leaves and measures so many points of d columns."""
        return self.query + self.leaf * leaves + points * (self.point + self.cell * d) + self.keep * entries(points, k)


def entries(points: float, k: int) -> float:
    """Return about how often one of so many points, in random order, is among the k nearest so far."""
    return k * float(np.log2(1.0 + points / k)) if k else 0.0


# what -> (prices of a tree, prices of brute force); fitted to 3200 timings, see the tests for what they are good for
PRICES = {
    "squared_euclidean": (Prices(0.02, 0.06, 0.0, 0.0002, 0.013), Prices(0.45, 0.0, 0.00037, 0.000026, 0.051)),
    "many neighbours": (Prices(0.5, 0.0, 0.0, 0.00068, 0.12), Prices(1.5, 0.0, 0.00035, 0.000041, 0.1)),
    "manhattan": (Prices(0.5, 0.085, 0.0, 0.00046, 0.046), Prices(0.2, 0.0, 0.00082, 0.00021, 0.069)),
    "chebyshev": (Prices(0.0, 0.15, 0.0, 0.00032, 0.061), Prices(0.0, 0.0, 0.00073, 0.00014, 0.087)),
    "minkowski_powers": (Prices(0.6, 0.0, 0.0, 0.017, 0.14), Prices(2.1, 0.0, 0.0, 0.015, 0.12)),
    "minkowski_steep": (Prices(0.6, 0.0, 0.0, 0.034, 0.14), Prices(2.1, 0.0, 0.0, 0.030, 0.12)),
    "radius": (Prices(0.6, 0.24, 0.0, 0.00031, 0.0), Prices(0.46, 0.0, 0.00036, 0.000026, 0.0)),
    "radius, no squares": (Prices(1.1, 0.13, 0.0026, 0.00075, 0.0), Prices(1.0, 0.0, 0.0023, 0.000031, 0.0)),
}
FAR = 0.0001  # more for each cell of a tree, times log2(1 + megabytes): it is fetched from farther away
GROWING = 0.025, 0.0010  # microseconds to grow one level of a tree: for a row, and for each of its columns


def boxes_reached(queries: FloatArray, limits: FloatArray, reference: Reference, tree: Tree) -> float:
    """Return how many of the leaves the ball around a query reaches, on average.

    queries (m, d), as of `ready_queries`: read. limits (m,), the balls' radii: read.
    """
    low, high = tree.boxes[len(tree.features) :].transpose(1, 0, 2)
    total = 0
    for rows in chunks(len(queries), max(1, CELLS // low.size)):
        # plainly: gaps = np.abs(np.clip(queries[rows, None], low, high) - queries[rows, None])
        gaps = np.maximum(queries[rows, None], low)
        np.minimum(gaps, high, out=gaps)  # the point of each box that is nearest, (m, leaves, d)
        gaps -= queries[rows, None]
        np.abs(gaps, out=gaps)
        if tree.kind == 0:
            bounds = np.einsum("ijf,ijf->ij", gaps, gaps)
        elif tree.kind == 1:
            bounds = gaps.sum(axis=2)
        else:
            bounds = (gaps**tree.p).sum(axis=2) if tree.kind == 3 else gaps.max(axis=2)
        total += int((finish_distances(bounds, reference) <= limits[rows, None] * (1.0 + 1e-9)).sum())
    return total / len(queries)


@dataclass(eq=False)
class Choice:
    """The remembered rows, the tree over them if there is one, and what has been found out about it."""

    rows: FloatArray  # (n, d) as a user gave them; or the tree's, a `RowsOfTree`
    reference: Reference
    leaf_size: int
    auto: bool  # whether there is a choice; if not, `tree` is what is used
    tree: Tree | None = None
    asked: int = 0  # queries so far
    pays: dict[tuple[str, float], bool] = field(default_factory=dict)  # what was asked for -> whether by the tree

    def tree_for(self, m: float, k: int = 0, radius: float = 0.0) -> Tree | None:
        """Return the tree if it is to answer m queries for their k nearest, or within the radius where k is 0."""
        if not self.auto:
            return self.tree
        n, d = self.reference.points.shape
        if n < FEWEST or 2 * k >= n:
            return None
        wanted = ("nearest", float(k.bit_length())) if k else ("within", radius)  # k by the power of two
        pays = self.pays.get(wanted)
        if pays is None:
            self.asked += int(min(m, n))
            levels = np.log2(max(2.0, n / self.leaf_size))
            growing = n * levels * (GROWING[0] + GROWING[1] * d)
            doubt = DOUBT * d * d if n < FORETOLD * self.leaf_size else 0.0
            if self.asked * self.prices(k)[1].of(0, n, d, k) < PATIENCE * growing + doubt:
                return None
            with np.errstate(over="ignore", invalid="ignore"):
                pays = self.find_out(k, radius)
            if len(self.pays) >= 64:  # somebody tries one radius after another
                self.pays.clear()
            self.pays[wanted] = pays
        return self.tree if pays else None

    def prices(self, k: int) -> tuple[Prices, Prices]:
        """Return what a tree and what brute force charge."""
        name = FORMULAS[self.reference.metric][0]
        many = name == "squared_euclidean" and k > FEW
        if k == 0:
            return PRICES["radius" if self.reference.squares else "radius, no squares"]
        return PRICES["many neighbours" if many else name]

    def find_out(self, k: int, radius: float) -> bool:
        """Say whether the tree, grown if need be, pays for k neighbours or the radius; keep it if it does."""
        n, d = self.reference.points.shape
        surely = self.reference.squares and d <= SURELY and 0 < k <= FEW
        tree = self.tree or (self.grown() if surely or n < FORETOLD * self.leaf_size else None)
        if not surely:
            brute, (queries, limits) = self.prices(k)[1].of(0, n, d, k), self.balls(k, radius, tree)
            if tree is None and self.foretold(queries, limits, k) > HOPELESS * brute:
                return False
            tree = tree or self.grown()
            leaves = boxes_reached(queries, limits, self.reference, tree)
            if self.price(leaves, len(tree.features) + 1, k) >= brute:
                return False
        self.tree = tree  # before the answer is known to others: threads may ask at the same time
        return True

    def grown(self) -> Tree:
        """Return the tree of all rows, newly grown."""
        return build_tree(self.reference, self.leaf_size)

    def balls(self, k: int, radius: float, tree: Tree | None = None) -> tuple[FloatArray, FloatArray]:
        """Return some of the rows, as queries, and the radii of the balls around them that hold what is wanted."""
        n = len(self.rows)
        probes = self.rows[np.linspace(0, n - 1, PROBES).astype(np.int64)]
        queries = ready_queries(probes, self.reference)
        if k == 0:
            return queries, np.full(PROBES, radius)
        if tree is not None:
            try:
                return queries, k_nearest_in_tree(probes, self.reference, tree, k + 1, 1)[0][:, -1]
            except ValueError:  # too far apart for float64: whoever asks for that will be told
                return queries, np.full(PROBES, np.inf)
        heaps, indices = empty_heaps(PROBES, k + 1, n)
        search = search_roughly if "ruler" in vars(self.reference) else search_exactly  # the answers are the same
        search(queries, self.reference, heaps, indices)  # each row itself is the first of k + 1
        return queries, finish_distances(heaps[:, 0].copy(), self.reference)

    def foretold(self, queries: FloatArray, limits: FloatArray, k: int) -> float:
        """Return what a query will cost by a tree of all rows, told by trees of some."""
        leaves = 1 << int(np.ceil(np.log2(len(self.rows) / self.leaf_size)))
        levels = max(2, int(np.log2(leaves / SAMPLED)))  # that the sample's tree lacks
        count, fewer = (self.reached_in_sample(queries, limits, levels + less) for less in (0, 2))
        growth = max(1.0, max(1.0, count) / max(1.0, fewer))  # in two levels
        return self.price(min(float(leaves), count * growth ** (levels / 2)), leaves, k)

    def reached_in_sample(self, queries: FloatArray, limits: FloatArray, levels: int) -> float:
        """Return how many leaves the balls reach in a tree of some of the rows, so many levels less deep."""
        n = len(self.rows)
        some = np.linspace(0, n - 1, -(-n >> levels)).astype(np.int64)
        part = self.reference.with_points(self.reference.points[some])
        return boxes_reached(queries, limits, part, build_tree(part, self.leaf_size))

    def price(self, reached: float, leaves: int, k: int) -> float:
        """Return what a query costs that reaches so many of the leaves of a tree of all rows."""
        n, d = self.reference.points.shape
        points = reached * n / leaves
        fetched: float = FAR * points * d * float(np.log2(1.0 + n * d / 125_000))  # eight bytes each
        return self.prices(k)[0].of(reached, points, d, k) + fetched
