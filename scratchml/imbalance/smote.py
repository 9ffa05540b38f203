"""SMOTE: new rows of a rare class, made between its own rows.

Idea
    A classifier trained on 99 harmless rows for each fatal one does well by always saying "harmless". Showing the rare
    rows more often helps little: the model learns those very rows by heart. SMOTE makes new ones: take a rare row, take
    one of its nearest rare neighbours, and put a new row somewhere on the straight line between them.
Maths
    For each class that is to grow by m rows, with rows x_1 ... x_n and N(i) the k nearest of x_i among them:

    draw m numbers from 0 ... n k - 1: each is a seed a and one of its neighbours b in N(a)
    draw m gaps, uniform on [0, 1)
    new row = x_a + gap (x_b - x_a)
Cost
    The neighbours: n^2 d at most, less with a tree. The rows: m d. Memory: n k and the result.
Differences
    The same random_state gives imbalanced-learn's rows. A row is never its own neighbour, also among twins. Integers
    stay integers (cut, as there); give floats, or see `SMOTENC` for categories. `parents_`, `gaps_`: see
    `OverSampler`.
References
    Chawla, Bowyer, Hall, Kegelmeyer (2002), SMOTE: synthetic minority over-sampling technique, Journal of Artificial
    Intelligence Research 16, 321-357: the algorithm of section 4.2.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import check_random_state
from ..core.jit import kernel
from ..core.rules import random_state
from ..core.steps import final
from ..core.typing import Array, FloatArray, IntArray, RandomStateLike
from .containers import Labels
from .sampler import NEIGHBOURS_RULE, OverSampler, check_enough, neighbours_object, other_neighbours
from .strategy import OVER, STRATEGY_RULES, Strategy


class Step(NamedTuple):
    """What is known after a step of SMOTE."""

    name: str  # "neighbours", then "interpolate"
    label: Any  # the class that grows
    seeds: IntArray  # (n,): the rows of X from which new ones may start
    neighbours: IntArray  # (n, k): the rows of X towards which they may go
    parents: IntArray  # (m, 2): for each new row, where it starts and where it goes to
    gaps: FloatArray  # (m,): how far
    rows: Array  # (m, d): the new rows


NO_PARENTS, NO_GAPS, NO_ROWS = np.empty((0, 2), dtype=np.int64), np.empty(0), np.empty((0, 0))


@kernel
def populate(X: Array, parents: Array, gaps: Array, found: Array) -> None:
    """Put a row on each segment. X (n, d), parents (m, 2), gaps (m,): read. found (m, d): overwritten."""
    for j in range(gaps.shape[0]):
        a, b = parents[j, 0], parents[j, 1]
        for f in range(X.shape[1]):
            found[j, f] = X[a, f] + gaps[j] * (X[b, f] - X[a, f])


def interpolate(X: Array, parents: IntArray, gaps: FloatArray) -> Array:
    """Return a row on each segment, X[a] + gap (X[b] - X[a]), shape (m, d), of X's dtype."""
    if X.dtype == np.float64:
        found = np.empty((len(gaps), X.shape[1]))
        populate(X, parents, gaps, found)
        return found
    seeds, ends = X[parents[:, 0]], X[parents[:, 1]]
    if X.dtype.kind in "iu":  # a difference may not fit
        seeds, ends = seeds.astype(np.float64), ends.astype(np.float64)
    rounded: Array = (seeds + gaps[:, None] * (ends - seeds)).astype(X.dtype, copy=False)
    return rounded


def draw_parents(
    seeds: IntArray, neighbours: IntArray, m: int, rng: np.random.RandomState
) -> tuple[IntArray, FloatArray, IntArray]:
    """Draw m seeds, each with one of its neighbours, and m gaps; return parents (m, 2), gaps (m,), the drawn (m,)."""
    drawn = rng.randint(low=0, high=neighbours.size, size=m)
    gaps = rng.uniform(size=m)
    row, column = np.divmod(drawn, neighbours.shape[1])
    return np.column_stack([seeds[row], neighbours[row, column]]), gaps, drawn


def check_span(X: Array, label: Any) -> None:
    """Check that the differences of the rows of a class can be told in float64.

    Raises
    ------
    ValueError
        If one could overflow.
    """
    if X.dtype.kind == "f" and X.size and np.abs(X).max() > np.finfo(X.dtype).max / 2:
        raise ValueError(f"X reaches {np.abs(X).max():.3g} in class {label!r}: differences overflow; scale X down.")


class SMOTE(OverSampler):
    """Over-sample by interpolating between neighbours of the same class.

    Parameters
    ----------
    sampling_strategy : which classes grow, and to what size: "auto" (all but the largest, to its size), "minority",
        "not minority", "not majority", "all"; the ratio minority / majority to reach, of two classes; a dict from class
        to number of rows; a function of y that returns one
    random_state : None, int, RandomState or Generator: decides parents and gaps
    k_neighbors : number of neighbours to draw from, or a searcher with ``kneighbors`` (which counts the row itself)

    Attributes
    ----------
    sampling_strategy_ : dict from class to number of rows added
    nn_k_ : the searcher
    parents_, gaps_ : shapes (m, 2) and (m,): new row j is X[a] + gap (X[b] - X[a]) for a, b = parents_[j]
    synthetic_indices_ : shape (m,): where the new rows stand in the result, after the given ones
    n_features_in_, feature_names_in_ : the columns seen

    Raises
    ------
    TypeError, ValueError
        By ``fit_resample``: for input or a parameter of a wrong kind or value, a single class, or a class with fewer
        than k_neighbors + 1 rows.

    Notes
    -----
    Cost: the neighbours, n^2 d for a class of n rows or less with a tree; then d for each new row. Chawla et al.
    (2002), section 4.2. Resample within cross-validation only (a step of `Pipeline`): rows made from a test row leak
    it.

    Examples
    --------
    >>> from scratchml.imbalance import SMOTE
    >>> X, y = [[0.0], [1.0], [2.0], [9.0], [10.0]], [0, 0, 0, 1, 1]
    >>> sampler = SMOTE(k_neighbors=1, random_state=0)
    >>> X_more, y_more = sampler.fit_resample(X, y)
    >>> y_more
    [0, 0, 0, 1, 1, 1]
    >>> 9.0 <= X_more[-1][0] <= 10.0, sampler.parents_.tolist()
    (True, [[3, 4]])
    """

    _rules: ClassVar = {
        "sampling_strategy": STRATEGY_RULES[OVER],
        "random_state": random_state,
        "k_neighbors": NEIGHBOURS_RULE,
    }

    def __init__(
        self, *, sampling_strategy: Strategy = "auto", random_state: RandomStateLike = None, k_neighbors: Any = 5
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        self.nn_k_ = searcher = neighbours_object(self.k_neighbors, 1)
        made: list[Step] = []
        for label, size, members in self._members(labels):
            if size == 0:
                continue
            check_enough("k_neighbors", searcher, len(members), f"class {label!r}")
            rows = X[members]
            check_span(rows, label)
            searcher.fit(rows)
            members, near = final(members), final(members[other_neighbours(searcher, rows, np.arange(len(members)))])
            yield Step("neighbours", label, members, near, NO_PARENTS, NO_GAPS, NO_ROWS)
            parents, gaps, _ = draw_parents(members, near, size, check_random_state(self.random_state))
            shown = map(final, (parents, gaps, interpolate(X, parents, gaps)))
            made.append(Step("interpolate", label, members, near, *shown))
            yield made[-1]
        yield self._gather(X, labels, made)
