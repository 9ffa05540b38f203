"""One against one: a classification problem, cut into one problem for each pair of classes, and their votes.

Idea
    A pair gets the rows of its two classes and nothing else, when its turn comes, and gives them back: so there are
    never copies of all rows. Its kernel values are its own: most of its rows are never asked for, and those of other
    pairs are other ones.
References
    Hsu, Lin (2002), A comparison of methods for multiclass support vector machines, IEEE Trans. Neural Networks 13,
    415-425.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from ..core.typing import FloatArray, IntArray
from .kernels import Scaling, Similarity, prepare_upright
from .problem import Problem, Upright


class Task(NamedTuple):
    """A checked classification problem, cut into pairs of classes."""

    X: FloatArray  # (n, d) as given
    similarity: Similarity
    prepared: FloatArray  # (m, d) prepared rows of weight above 0, sorted by class, or kernel values (m, m); or (0,)
    rows: IntArray  # (m,) which rows of X they are
    borders: IntArray  # (k + 1,) where each class begins in `rows`
    parts: list[slice]  # each class's part of what is sorted by class
    C: FloatArray  # (m,)
    scaling: Scaling | None = None  # how each pair prepares its own rows, where `prepared` is empty
    squares: FloatArray | None = None  # (m,) of those rows, in the order of `rows`
    diagonal: FloatArray | None = None  # of the kernel values, in the order of `prepared`, where pairs share it
    small: bool = False  # whether `prepared` are kernel values that have been worked out

    def known_bytes(self) -> int:
        """Return how much of the cache is taken by kernel values that pairs share; a given matrix is not ours."""
        return self.prepared.nbytes if self.small else 0

    def pairs(self) -> list[tuple[int, int]]:
        """Return all pairs of classes, in the order of their problems."""
        return list(combinations(range(len(self.parts)), 2))

    def places(self, first: int, second: int) -> IntArray:
        """Return the places in `rows` of two classes, first class first."""
        one, other = self.parts[first], self.parts[second]
        return np.concatenate([np.arange(one.start, one.stop), np.arange(other.start, other.stop)])

    def pair(self, first: int, second: int) -> Problem:
        """Return the problem of two classes: +1 for the first, -1 for the second."""
        one, other = self.parts[first], self.parts[second]
        mine = one.stop - one.start
        z, low, high = np.zeros((3, mine + other.stop - other.start))
        z[:mine], z[mine:], high[:mine] = 1.0, -1.0, self.C[one]
        np.negative(self.C[other], out=low[mine:])
        if self.scaling is not None and self.squares is not None:
            rows = np.concatenate([self.rows[one], self.rows[other]])
            columns = prepare_upright(self.X, rows, self.scaling)
            standing = Upright(columns, np.concatenate([self.squares[one], self.squares[other]]))
            look = columns[: self.X.shape[1], : len(z)].T
            return Problem(self.similarity, look, z, low, high, 0.0, standing=standing)
        if self.diagonal is None:  # there is no other pair
            return Problem(self.similarity, self.prepared, z, low, high, 0.0)
        places = self.places(first, second)
        return Problem(self.similarity, self.prepared, z, low, high, 0.0, places, self.diagonal[places])


def votes(decisions: FloatArray, k: int) -> tuple[FloatArray, FloatArray]:
    """Return each class's votes and confidences, both (m, k), from decisions (m, pairs), above 0 for the first."""
    count, confidence = np.zeros((len(decisions), k)), np.zeros((len(decisions), k))
    for p, (first, second) in enumerate(combinations(range(k), 2)):
        won = decisions[:, p] > 0
        count[:, first] += won
        count[:, second] += ~won
        confidence[:, first] += decisions[:, p]
        confidence[:, second] -= decisions[:, p]
    return count, confidence
