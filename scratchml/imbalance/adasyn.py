"""ADASYN: the more strangers around a rare row, the more new rows start from it.

Idea
    SMOTE treats all rare rows alike. ADASYN lets the data say where learning is hard: a rare row in the middle of
    another class gets many new ones, one among its own kind none.
Maths
    For a class that is to grow by m rows, with rows x_1 ... x_n and k neighbours among all rows:

    r_i = share of the k neighbours of x_i that belong to other classes
    g_i = round(m r_i / sum_j r_j)                      new rows that start from x_i, halves to the even number
    new row = x_i + gap (x_b - x_i),     x_b one of the k nearest of the same class, gap uniform on [0, 1)
Cost
    The neighbours among all N rows, then those within the class; d for each new row.
Differences
    The same random_state gives imbalanced-learn's rows. Rounding makes the class a few rows larger or smaller than
    asked. Where no neighbour is a stranger there is nothing to adapt to: a ValueError (there a RuntimeError).
References
    He, Bai, Garcia, Li (2008), ADASYN: adaptive synthetic sampling approach for imbalanced learning, IJCNN, 1322-1328:
    the algorithm of section III.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import check_random_state
from ..core.rules import random_state
from ..core.typing import Array, FloatArray, IntArray, RandomStateLike
from .containers import Labels
from .sampler import NEIGHBOURS_RULE, OverSampler, check_enough, neighbours_object, other_neighbours
from .smote import Step, check_span, interpolate
from .strategy import OVER, STRATEGY_RULES, Strategy


class HardnessStep(NamedTuple):
    """How many new rows each row of a class gets."""

    name: str  # "hardness"
    label: Any
    members: IntArray  # (n,): the rows of X in the class
    share: FloatArray  # (n,): share of strangers among the neighbours, r_i
    new_rows: IntArray  # (n,): how many start there, g_i


def measure_hardness(searcher: Any, X: Array, labels: Labels, label: Any, size: int, members: IntArray) -> HardnessStep:
    """Return how many of `size` new rows start from each of the members of a class: r_i and g_i.

    Raises
    ------
    ValueError
        If no member has a stranger among its neighbours, or none gets a new row.
    """
    check_enough("n_neighbors", searcher, len(X), "X")
    searcher.fit(X)
    near = other_neighbours(searcher, X[members], members)
    share = (labels.codes[near] != labels.codes[members[0]]).sum(axis=1) / near.shape[1]
    if not share.any():
        raise ValueError(
            f"Not any neighbours of class {label!r} belong to another class, so that there is nothing to adapt to. "
            "Use SMOTE instead, or raise n_neighbors."
        )
    new_rows = np.rint(share / share.sum() * size).astype(np.int64)
    if not new_rows.any():
        raise ValueError(
            f"No samples will be generated for class {label!r}: {size} new rows over {np.count_nonzero(share)} "
            "rows round to none each. Ask for more by sampling_strategy, or use SMOTE."
        )
    return HardnessStep("hardness", label, members, share, new_rows)


class ADASYN(OverSampler):
    """Over-sample most where a class is surrounded by others.

    Parameters
    ----------
    sampling_strategy, random_state : as for `SMOTE`
    n_neighbors : number of neighbours, of both searches, or a searcher (which counts the row itself)

    Attributes
    ----------
    nn_ : the searcher
    sampling_strategy_, parents_, gaps_, synthetic_indices_, n_features_in_, feature_names_in_ : as `SMOTE`

    Raises
    ------
    TypeError, ValueError
        As `SMOTE`; also where no row of a class has a neighbour of another one, or rounding leaves no new row at all.

    Examples
    --------
    >>> from scratchml.imbalance import ADASYN
    >>> X, y = [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0], [2.5], [9.0], [10.0]], [0, 0, 0, 0, 0, 0, 1, 1, 1]
    >>> sampler = ADASYN(n_neighbors=2, random_state=0)
    >>> X_more, y_more = sampler.fit_resample(X, y)
    >>> len(X_more), sampler.parents_[:, 0].tolist()  # 2.5 is surrounded by the other class: two rows start there
    (13, [6, 6, 7, 8])
    """

    _rules: ClassVar = {
        "sampling_strategy": STRATEGY_RULES[OVER],
        "random_state": random_state,
        "n_neighbors": NEIGHBOURS_RULE,
    }

    def __init__(
        self, *, sampling_strategy: Strategy = "auto", random_state: RandomStateLike = None, n_neighbors: Any = 5
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.n_neighbors = n_neighbors

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        self.nn_ = searcher = neighbours_object(self.n_neighbors, 1)
        rng = check_random_state(self.random_state)
        made: list[Step] = []
        for label, size, members in self._members(labels):
            if size == 0:
                continue
            check_span(X, label)
            hardness = measure_hardness(searcher, X, labels, label, size, members)
            yield hardness
            check_enough("n_neighbors", searcher, len(members), f"class {label!r}")
            searcher.fit(X[members])
            near = members[other_neighbours(searcher, X[members], np.arange(len(members)))]
            row = np.repeat(np.arange(len(members)), hardness.new_rows)
            column = rng.choice(near.shape[1], size=len(row))
            gaps = rng.uniform(size=len(row))
            parents = np.column_stack([members[row], near[row, column]])
            made.append(Step("interpolate", label, members, near, parents, gaps, interpolate(X, parents, gaps)))
            yield made[-1]
        yield self._gather(X, labels, made)
