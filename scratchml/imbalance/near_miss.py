"""NearMiss: of a large class, keep the rows that are hard to tell from the rare ones.

Idea
    Rows far away from the rare class are no problem. What a classifier should look at are the near misses: rows of the
    large class close to rare ones. There are three readings of "close".
Maths
    With k = n_neighbors and d_(1)(x) <= ... <= d_(m)(x) the distances from x to the m rows of the smallest class, keep
    the wanted number of rows of the large class for which

    version 1: d_(1)(x) + ... + d_(k)(x) is least              close to some rare rows
    version 2: d_(m-k+1)(x) + ... + d_(m)(x) is least          close to all of them
    version 3: first keep, for each rare row, its n_neighbors_ver3 nearest of the large class; of these keep the rows
               for which d_(1)(x) + ... + d_(k)(x) is largest  a fringe around every rare row
Cost
    n m d for n rows of the large class and m of the rare one, less with a tree; for version 2 see `farthest`: no row of
    distances is sorted whole.
Differences
    The same rows as imbalanced-learn's, ties to the first row. The rare class, where several are smallest, is the one y
    shows first. More neighbours than rare rows are refused, but for version 2, which sums what there is.
References
    Mani, Zhang (2003), kNN approach to unbalanced data distributions, ICML workshop on learning from imbalanced
    datasets.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import check_array
from ..core.rules import n_jobs as n_jobs_rule
from ..core.rules import one_of
from ..core.typing import Array, FloatArray, IntArray
from .containers import Labels
from .farthest import k_farthest
from .sampler import NEIGHBOURS_RULE, UnderSampler, check_enough, neighbours_object
from .strategy import STRATEGY_RULES, UNDER, Strategy


class Step(NamedTuple):
    """How near each row of a class is, and which stay."""

    name: str  # "select"
    label: Any
    members: IntArray  # (n,): the rows of X in the class that were asked
    nearness: FloatArray  # (n,): the sum of distances by which they were sorted
    chosen: IntArray  # (m,): which of them stay, as positions among the members


def smallest_class(codes: IntArray) -> int:
    """Return the class with fewest rows; of several, the one that comes first in y."""
    counts = np.bincount(codes)
    first = np.array([np.argmax(codes == j) for j in range(len(counts))])
    return int(np.lexsort([first, counts])[0])


class NearMiss(UnderSampler):
    """Under-sample by keeping the rows nearest to the smallest class.

    Parameters
    ----------
    sampling_strategy : as for `RandomUnderSampler`
    version : 1, 2 or 3; see above
    n_neighbors : k, the number of distances summed, or a searcher
    n_neighbors_ver3 : number of neighbours kept for each rare row first, or a searcher (version 3)
    n_jobs : number of threads; None: as many as this process may use

    Attributes
    ----------
    nn_ : the searcher among the rows of the smallest class
    nn_ver3_ : the searcher among the rows of a large class (version 3)
    sampling_strategy_, sample_indices_, n_features_in_, feature_names_in_ : as for `RandomUnderSampler`

    Raises
    ------
    TypeError, ValueError
        By ``fit_resample``: for input or a parameter of a wrong kind or value, a single class, or fewer rows than
        neighbours.

    Notes
    -----
    Cost: n m d, with n and m rows of the large and of the rare class. Version 3 may find fewer rows than wanted: it
    keeps those and warns. Mani, Zhang (2003).

    Examples
    --------
    >>> from scratchml.imbalance import NearMiss
    >>> X, y = [[0.0], [1.0], [2.0], [6.0], [7.0]], [0, 0, 0, 1, 1]
    >>> NearMiss(n_neighbors=1).fit_resample(X, y)[0]
    [[2.0], [1.0], [6.0], [7.0]]
    """

    _rules: ClassVar = {
        "sampling_strategy": STRATEGY_RULES[UNDER],
        "version": one_of(1, 2, 3),
        "n_neighbors": NEIGHBOURS_RULE,
        "n_neighbors_ver3": NEIGHBOURS_RULE,
        "n_jobs": n_jobs_rule,
    }

    def __init__(
        self,
        *,
        sampling_strategy: Strategy = "auto",
        version: int = 1,
        n_neighbors: Any = 3,
        n_neighbors_ver3: Any = 3,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.version = version
        self.n_neighbors = n_neighbors
        self.n_neighbors_ver3 = n_neighbors_ver3
        self.n_jobs = n_jobs

    def _choices(self, X: Array, labels: Labels) -> Callable[..., Generator[Any, None, IntArray]]:
        numbers = check_array(X)
        rare = numbers[labels.codes == smallest_class(labels.codes)]
        self.nn_ = neighbours_object(self.n_neighbors, n_jobs=self.n_jobs)
        if self.version != 2:
            check_enough("n_neighbors", self.nn_, len(rare), "the smallest class", itself=False)
        self.nn_.fit(rare)

        def select(label: Any, size: int, members: IntArray) -> Generator[Any, None, IntArray]:
            asked = np.arange(len(members))
            if self.version == 3:
                asked = self._nearest_of_each(numbers[members], rare, label)
            nearness = self._sum_distances(numbers[members[asked]], rare)
            order = np.argsort(-nearness if self.version == 3 else nearness, kind="stable")
            if len(order) < size:
                warnings.warn(
                    "The number of the samples to be selected is larger than the number of samples available. The "
                    f"balancing ratio cannot be ensure and all samples will be returned: class {label!r} keeps "
                    f"{len(order)} rows where {size} were wanted. Raise n_neighbors_ver3.",
                    stacklevel=5,
                )
            chosen = asked[order[:size]]
            yield Step("select", label, members[asked], nearness, order[:size])
            return chosen

        return select

    def _nearest_of_each(self, rows: FloatArray, rare: FloatArray, label: Any) -> IntArray:
        self.nn_ver3_ = searcher = neighbours_object(self.n_neighbors_ver3, n_jobs=self.n_jobs)
        check_enough("n_neighbors_ver3", searcher, len(rows), f"class {label!r}", itself=False)
        return np.unique(searcher.fit(rows).kneighbors(rare, return_distance=False))

    def _sum_distances(self, rows: FloatArray, rare: FloatArray) -> FloatArray:
        if self.version != 2:
            distances = self.nn_.kneighbors(rows)[0]
        elif isinstance(self.n_neighbors, (int, np.integer)):
            distances = k_farthest(rows, rare, min(int(self.n_neighbors), len(rare)), self.n_jobs)
        else:
            distances = self.nn_.kneighbors(rows, n_neighbors=len(rare))[0][:, -self.nn_.n_neighbors :]
        total: FloatArray = np.sum(distances, axis=1)
        return total
