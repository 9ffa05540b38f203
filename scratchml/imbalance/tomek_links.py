"""Tomek links: take away rows that are each other's nearest neighbour and of different classes.

Idea
    Two rows of different classes, each the nearest of the other: one of them is noise, or both lie on the border.
    Taking away the one of the larger class leaves a cleaner border.
Maths
    a and b are a link if b is the nearest row of a, a is the nearest row of b, and y_a != y_b.
Cost
    A link has an end outside the largest class: the nearest neighbours of those m rows, then of the few rows of other
    classes among them. n m d at most, less with a tree.
Differences
    The same rows as imbalanced-learn's where no two rows are equal; of equal rows, none is its own neighbour here.
References
    Tomek (1976), Two modifications of CNN, IEEE Transactions on Systems, Man and Cybernetics 6, 769-772.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import check_array
from ..core.rules import n_jobs as n_jobs_rule
from ..core.typing import Array, FloatArray, IntArray
from .containers import Labels
from .sampler import CleaningSampler, check_enough, neighbours_object, only_rows, others_near
from .strategy import CLEAN, STRATEGY_RULES


class Step(NamedTuple):
    """The links found."""

    name: str  # "link"
    links: IntArray  # (l, 2): pairs of rows of X, the lower first
    nearest: IntArray  # (n,): the nearest other row of each row that was asked about; -1 of those that were not


def find_links(nearest: IntArray, codes: IntArray) -> IntArray:
    """Return the Tomek links (l, 2) from each row's nearest other row (n,), -1 if unknown, and class (n,)."""
    rows = np.arange(len(nearest))
    linked = (nearest[nearest] == rows) & (codes[nearest] != codes) & (rows < nearest)
    return np.column_stack([rows[linked], nearest[linked]])


def find_nearest(searcher: Any, X: FloatArray, codes: IntArray) -> IntArray:
    """Return the nearest other row of each row of X (n, d) that may be an end of a link, -1 of the others; (n,).

    The searcher was fitted to X; codes (n,) are the rows' classes.
    """
    outside = np.flatnonzero(codes != np.bincount(codes).argmax())
    ends = others_near(searcher, X, outside)[:, 0]
    nearest = np.full(len(X), -1, ends.dtype)
    nearest[outside] = ends
    is_asked = np.zeros(len(X), dtype=bool)
    is_asked[ends[codes[ends] != codes[outside]]] = True
    ends = np.flatnonzero(is_asked & (nearest < 0))
    if len(ends):
        nearest[ends] = others_near(searcher, X, ends)[:, 0]
    return nearest


class TomekLinks(CleaningSampler):
    """Under-sample by taking away the larger classes' ends of Tomek links.

    Parameters
    ----------
    sampling_strategy : which classes may lose rows: "auto" (all but the smallest), "majority", "not minority", "not
        majority", "all", a list of classes, or a function of y that returns one
    n_jobs : number of threads; None: as many as this process may use

    Attributes
    ----------
    sample_indices_ : shape (m,): the rows of X that stay, in their order
    sampling_strategy_ : dict whose keys are the classes that may lose rows
    n_features_in_, feature_names_in_ : the columns seen

    Raises
    ------
    TypeError, ValueError
        By ``fit_resample``: for input or a parameter of a wrong kind or value, or a single class.

    Examples
    --------
    >>> from scratchml.imbalance import TomekLinks
    >>> TomekLinks().fit_resample([[0.0], [1.0], [1.9], [2.0], [4.0]], [0, 0, 0, 1, 1])[0]
    [[0.0], [1.0], [2.0], [4.0]]
    """

    _rules: ClassVar = {"sampling_strategy": STRATEGY_RULES[CLEAN], "n_jobs": n_jobs_rule}

    def __init__(self, *, sampling_strategy: Any = "auto", n_jobs: int | None = None) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_jobs = n_jobs

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        searcher = neighbours_object(1, 1, n_jobs=self.n_jobs)
        check_enough("the nearest neighbour", searcher, len(X), "X")
        rows = check_array(X)
        nearest = find_nearest(searcher._fit_shared(rows), rows, labels.codes)
        del searcher  # and what it remembers
        links = find_links(nearest, labels.codes)
        yield Step("link", links, nearest)
        del nearest  # before there is a result
        ends = links.ravel()
        may_go = np.isin(labels.classes, list(self.sampling_strategy_))
        stays = np.ones(len(X), dtype=bool)
        stays[ends[may_go[labels.codes[ends]]]] = False
        self.sample_indices_ = np.flatnonzero(stays)
        yield only_rows(self.sample_indices_, X, labels)
