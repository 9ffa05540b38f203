"""Borderline-SMOTE: new rows only where the rare class is in danger.

Idea
    Rows deep inside their class are learned anyway, and a rare row all of whose neighbours belong to others is likely
    to be noise. The border between is where a classifier errs, so new rows start there only.
Maths
    Of the m_neighbors nearest rows of a rare row, of whatever class, let m' belong to other classes:

    noise: m' = m          danger: m / 2 <= m' < m          safe: m' < m / 2

    kind 1: as SMOTE, from rows in danger towards their k nearest neighbours of the same class
    kind 2: towards their k nearest neighbours of any class; where that is another one, only a part of the way:
            the gap is multiplied by a number uniform on [0, 1/2)
Cost
    The neighbours among all n rows for each class that grows, then as SMOTE.
Differences
    The same random_state gives imbalanced-learn's rows. Where no row is in danger the class does not grow, as there,
    and a warning says so.
References
    Han, Wang, Mao (2005), Borderline-SMOTE, Advances in Intelligent Computing, LNCS 3644, 878-887: section 3.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import check_random_state
from ..core.rules import one_of
from ..core.typing import Array, FloatArray, IntArray, RandomStateLike
from .containers import Labels
from .sampler import NEIGHBOURS_RULE, check_enough, neighbours_object, other_neighbours
from .smote import NO_GAPS, NO_PARENTS, NO_ROWS, SMOTE, Step, check_span, draw_parents, interpolate
from .strategy import Strategy


class DangerStep(NamedTuple):
    """Which rows of a class are in danger."""

    name: str  # "danger"
    label: Any
    members: IntArray  # (n,): the rows of X in the class
    strangers: IntArray  # (n,): how many of each one's neighbours belong to other classes
    in_danger: Array  # (n,) bool


def find_danger(asker: Any, X: Array, labels: Labels, label: Any, members: IntArray) -> DangerStep:
    """Return which members of a class have many strangers, but not only strangers, among their neighbours."""
    asker.fit(X)
    near = other_neighbours(asker, X[members], members)
    strangers = (labels.codes[near] != labels.codes[members[0]]).sum(axis=1)
    m = near.shape[1]
    return DangerStep("danger", label, members, strangers, (strangers >= m / 2) & (strangers < m))


class BorderlineSMOTE(SMOTE):
    """Over-sample from the rows near the border of their class.

    Parameters
    ----------
    sampling_strategy, random_state, k_neighbors : as for `SMOTE`
    m_neighbors : number of neighbours asked whether a row is in danger, or a searcher (which counts the row itself)
    kind : "borderline-1", towards the same class only, or "borderline-2", towards any

    Attributes
    ----------
    in_danger_indices : dict from class to the rows of X that are in danger
    sampling_strategy_, nn_k_, parents_, gaps_, synthetic_indices_, n_features_in_, feature_names_in_ : as `SMOTE`
    nn_m_ : the searcher of the m neighbours

    Raises
    ------
    TypeError, ValueError
        As `SMOTE`; also where m_neighbors + 1 is more than all rows.

    Examples
    --------
    >>> from scratchml.imbalance import BorderlineSMOTE
    >>> X, y = [[0.0], [1.0], [2.0], [3.0], [4.0], [2.1], [9.0], [9.5]], [0, 0, 0, 0, 0, 1, 1, 1]
    >>> sampler = BorderlineSMOTE(k_neighbors=1, m_neighbors=3, random_state=0)
    >>> len(sampler.fit_resample(X, y)[0]), sampler.in_danger_indices[1].tolist()  # row 5, at 2.1, is noise
    (10, [6, 7])
    """

    _rules: ClassVar = {
        **SMOTE._rules,
        "m_neighbors": NEIGHBOURS_RULE,
        "kind": one_of("borderline-1", "borderline-2"),
    }

    def __init__(
        self,
        *,
        sampling_strategy: Strategy = "auto",
        random_state: RandomStateLike = None,
        k_neighbors: Any = 5,
        m_neighbors: Any = 10,
        kind: str = "borderline-1",
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy, random_state=random_state, k_neighbors=k_neighbors)
        self.m_neighbors = m_neighbors
        self.kind = kind

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        self.nn_k_ = searcher = neighbours_object(self.k_neighbors, 1)
        self.nn_m_ = asker = neighbours_object(self.m_neighbors, 1)
        check_enough("m_neighbors", asker, len(X), "X")
        in_danger: dict[Any, IntArray] = {}
        self.in_danger_indices = in_danger
        made: list[Step] = []
        for label, size, members in self._members(labels):
            if size == 0:
                continue
            check_span(X, label)
            asked = find_danger(asker, X, labels, label, members)
            yield asked
            seeds = members[asked.in_danger]
            if len(seeds) == 0:
                warnings.warn(
                    f"No row of class {label!r} is in danger (each has fewer than half or all of its m_neighbors="
                    f"{self.m_neighbors!r} neighbours in other classes); it does not grow. SMOTE may do better.",
                    stacklevel=4,
                )
                continue
            in_danger[label] = seeds
            towards = members if self.kind == "borderline-1" else np.arange(len(X))
            check_enough("k_neighbors", searcher, len(towards), f"class {label!r}")
            searcher.fit(X[towards])
            own = np.searchsorted(towards, seeds)
            near = towards[other_neighbours(searcher, X[seeds], own)]
            yield Step("neighbours", label, seeds, near, NO_PARENTS, NO_GAPS, NO_ROWS)
            code = labels.codes[members[0]]
            made.append(Step("interpolate", label, seeds, near, *self._make(X, labels, seeds, near, size, code)))
            yield made[-1]
        yield self._gather(X, labels, made)

    def _make(
        self, X: Array, labels: Labels, seeds: IntArray, near: IntArray, size: int, code: int
    ) -> tuple[IntArray, FloatArray, Array]:
        parents, gaps, _ = draw_parents(seeds, near, size, rng := check_random_state(self.random_state))
        if self.kind == "borderline-1":
            return parents, gaps, interpolate(X, parents, gaps)
        # the reference draws these from the seed anew, so that each equals a gap drawn before
        rng = check_random_state(self.random_state) if isinstance(self.random_state, (int, np.integer)) else rng
        strangers = labels.codes[parents[:, 1]] != code
        part = np.ones(size)
        part[strangers] = rng.uniform(low=0.0, high=0.5, size=int(strangers.sum()))
        own = X.dtype if X.dtype.kind == "f" else np.float64  # a difference of integers may not fit
        a, b = X[parents[:, 0]].astype(own), X[parents[:, 1]].astype(own)
        rows = a + gaps[:, None] * np.multiply(b - a, part[:, None], dtype=np.float64).astype(own)
        return parents, gaps * part, rows.astype(X.dtype, copy=False)
