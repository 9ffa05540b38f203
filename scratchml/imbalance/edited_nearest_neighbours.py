"""Edited nearest neighbours: take away rows that their neighbours would not vote for.

Idea
    A row whose neighbours are of other classes is noise or sits on the wrong side of the border. Ask the k nearest; if
    one of them (or most of them) disagrees, the row goes.
Maths
    Row i with the classes of its k nearest neighbours stays if
    kind "all":  all of them are y_i
    kind "mode": the most frequent of them is y_i (of several, the first in sorted order)
Cost
    The k neighbours of the rows of the classes that may lose some, among all n.
Differences
    The same rows as imbalanced-learn's; a row is never its own neighbour, also among twins.
References
    Wilson (1972), Asymptotic properties of nearest neighbor rules using edited data, IEEE Transactions on Systems, Man
    and Cybernetics 2, 408-421.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import check_array
from ..core.rules import n_jobs as n_jobs_rule
from ..core.rules import one_of
from ..core.typing import Array, IntArray
from .containers import Labels
from .sampler import NEIGHBOURS_RULE, CleaningSampler, check_enough, neighbours_object, others_near
from .strategy import CLEAN, STRATEGY_RULES


class Step(NamedTuple):
    """Which rows of a class their neighbours agree with."""

    name: str  # "edit"
    label: Any
    members: IntArray  # (n,): the rows of X in the class
    neighbours: IntArray  # (n, k): rows of X
    agreed: Array  # (n,) bool


def fit_shared(searcher: Any) -> Callable[..., Any]:
    """Return what fits a searcher without a copy of the rows, where it knows how to."""
    fit: Callable[..., Any] = getattr(searcher, "_fit_shared", searcher.fit)
    return fit


class EditedNearestNeighbours(CleaningSampler):
    """Under-sample by taking away rows that disagree with their neighbours.

    Parameters
    ----------
    sampling_strategy : which classes may lose rows, as for `TomekLinks`
    n_neighbors : number of neighbours asked, or a searcher (which counts the row itself)
    kind_sel : "all" of the neighbours must agree, or their "mode"
    n_jobs : number of threads; None: as many as this process may use

    Attributes
    ----------
    nn_ : the searcher
    sample_indices_ : shape (m,): the rows of X that stay, class by class
    sampling_strategy_, n_features_in_, feature_names_in_ : as for `TomekLinks`

    Raises
    ------
    TypeError, ValueError
        By ``fit_resample``: for input or a parameter of a wrong kind or value, a single class, or fewer rows than
        neighbours.

    Examples
    --------
    >>> from scratchml.imbalance import EditedNearestNeighbours
    >>> X, y = [[0.0], [1.0], [2.0], [7.5], [7.0], [8.0]], [0, 0, 0, 0, 1, 1]
    >>> EditedNearestNeighbours(n_neighbors=2).fit_resample(X, y)[0]
    [[0.0], [1.0], [2.0], [7.0], [8.0]]
    """

    _rules: ClassVar = {
        "sampling_strategy": STRATEGY_RULES[CLEAN],
        "n_neighbors": NEIGHBOURS_RULE,
        "kind_sel": one_of("all", "mode"),
        "n_jobs": n_jobs_rule,
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        n_neighbors: Any = 3,
        kind_sel: str = "all",
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_neighbors = n_neighbors
        self.kind_sel = kind_sel
        self.n_jobs = n_jobs

    def _stay(self, X: Array, labels: Labels) -> Generator[Any, None, IntArray]:
        found = yield from super()._stay(X, labels)
        self.nn_ = searcher = self._searcher()  # the one that searched is gone; this one gets rows of its own
        (fit_shared(searcher) if self._alone else searcher.fit)(check_array(X))
        return found

    def _searcher(self) -> Any:
        return neighbours_object(self.n_neighbors, 1, n_jobs=self.n_jobs)

    def _choices(self, X: Array, labels: Labels) -> Callable[..., Generator[Any, None, IntArray]]:
        rows = check_array(X)
        searcher = self._searcher()
        check_enough("n_neighbors", searcher, len(rows), "X")
        fit_shared(searcher)(rows)

        def edit(label: Any, size: int, members: IntArray) -> Generator[Any, None, IntArray]:
            near = others_near(searcher, rows, members)
            own = labels.codes[members[0]]
            if self.kind_sel == "all":
                agreed = (labels.codes[near] == own).all(axis=1)
            else:
                votes = (labels.codes[near][:, :, None] == np.arange(len(labels.classes))).sum(axis=1)
                agreed = votes.argmax(axis=1) == own
            yield Step("edit", label, members, near, agreed)
            return np.flatnonzero(agreed)

        return edit
