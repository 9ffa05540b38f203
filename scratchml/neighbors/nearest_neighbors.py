"""The search by itself: which known points are near, with no label to learn and nothing to predict.

Idea
    Remember the points; answer "which k are nearest?" and "which are within this radius?". Recommenders, graphs of
    neighbours and density estimates need no more than that.
Maths
    kneighbors: the k rows of least distance, nearest first, ties to the lowest index.
    radius_neighbors: all rows with distance <= radius.
Cost
    Brute force: n m d operations for m queries against n points; a KD-tree: about m log n for few columns.
Differences
    See `search.py` and `radius_search.py`.
References
    Cover, Hart, Nearest neighbor pattern classification, IEEE Trans. Information Theory 13 (1967) 21-27.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from ..core import BaseEstimator
from ..core.rules import Rule
from ..core.typing import MatrixLike
from .radius_search import RadiusMixin
from .search import SearchMixin


class NearestNeighbors(SearchMixin, RadiusMixin, BaseEstimator):
    """Find the nearest of the points remembered.

    Parameters
    ----------
    n_neighbors : k, of `kneighbors`
    radius : of `radius_neighbors`
    algorithm, leaf_size, metric, p, metric_params, n_jobs : as for `KNeighborsClassifier`

    Attributes
    ----------
    effective_metric_, effective_metric_params_ : the metric used: minkowski with p=2 is euclidean, ...
    n_features_in_, n_samples_fit_ : columns and rows seen in fit
    feature_names_in_ : the columns' names, where X was a data frame

    Raises
    ------
    TypeError, ValueError
        For a parameter or input that is not accepted.

    Examples
    --------
    >>> from scratchml.neighbors import NearestNeighbors
    >>> model = NearestNeighbors(n_neighbors=2, radius=1.5).fit([[0.0], [1.0], [3.0]])
    >>> model.kneighbors([[0.9]], return_distance=False)
    array([[1, 0]])
    >>> model.radius_neighbors([[2.5]], return_distance=False)[0]
    array([1, 2])
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **SearchMixin._search_rules,
        **SearchMixin._k_rules,
        **RadiusMixin._radius_rules,
    }

    def __init__(
        self,
        *,
        n_neighbors: int = 5,
        radius: float = 1.0,
        algorithm: str = "auto",
        leaf_size: int = 30,
        metric: str | Callable[..., float] = "minkowski",
        p: float | None = 2,
        metric_params: Mapping[str, Any] | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.radius = radius
        self.algorithm = algorithm
        self.leaf_size = leaf_size
        self.metric = metric
        self.p = p
        self.metric_params = metric_params
        self.n_jobs = n_jobs

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Remember X (n, d), or the distances (n, n) if precomputed; return self. y is not looked at."""
        self._check_params()
        self._remember(self._check_X(X, fitting=True, copy=self._copies))
        return self

    def _fit_shared(self, X: MatrixLike) -> Self:
        """Do what `fit` does without a copy of X: for who will not change X as long as this lives, nor show it."""
        self._check_params()
        self._remember(self._check_X(X, fitting=True))
        return self
