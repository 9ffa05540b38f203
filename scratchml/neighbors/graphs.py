"""Graphs of neighbours in one call: an edge from each row to those that are near.

Idea
    Spectral methods, clustering along edges and drawings of data all begin with the same graph. Remember the rows and
    ask who is near each of them.
Maths
    A[i, j] = 1 (or their distance) where j is among the k nearest of i, or within the radius of i; 0 elsewhere. With
    k neighbours A need not be symmetric: that j is near i does not make i one of the nearest of j.
Cost
    A search for each row: see `NearestNeighbors`. In CSR form the edges only. Dense, n x n numbers, and for many rows
    most of the time: the 3.2 GB of 20000 rows take ten times as long to be cleared as five neighbours to be found.
Differences
    scikit-learn returns a SciPy matrix. Here it is an array, or with format="csr" the three arrays of such a matrix.
References
    von Luxburg, A tutorial on spectral clustering, Statistics and Computing 17 (2007) 395-416, section 2.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core.rules import boolean, check_rules
from ..core.typing import FloatArray, MatrixLike
from .nearest_neighbors import NearestNeighbors
from .search import Graph


def kneighbors_graph(
    X: MatrixLike,
    n_neighbors: int,
    *,
    mode: str = "connectivity",
    metric: str | Callable[..., float] = "minkowski",
    p: float = 2,
    metric_params: Mapping[str, Any] | None = None,
    include_self: bool | str = False,
    n_jobs: int | None = None,
    format: str = "dense",
) -> FloatArray | Graph:
    """Return the graph of each row's k nearest rows.

    Parameters
    ----------
    X : rows, shape (n, d); shape (n, n) distances with metric="precomputed"
    n_neighbors : k
    mode : "connectivity" (1 for a neighbour) or "distance" (its distance)
    metric, p, metric_params, n_jobs : as for `NearestNeighbors`
    include_self : whether a row is its own first neighbour; "auto" means so for connectivity and not for distances
    format : "dense", an array (n, n), or "csr", the arrays (data, indices, indptr) of a sparse matrix

    Raises
    ------
    TypeError, ValueError
        For an argument that is not accepted.

    Examples
    --------
    >>> from scratchml.neighbors import kneighbors_graph
    >>> kneighbors_graph([[0.0], [3.0], [1.0]], 1).tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    own = itself(include_self, mode)
    model = NearestNeighbors(n_neighbors=n_neighbors, metric=metric, p=p, metric_params=metric_params, n_jobs=n_jobs)
    return model._fit_shared(X).kneighbors_graph(X if own else None, mode=mode, format=format)


def radius_neighbors_graph(
    X: MatrixLike,
    radius: float,
    *,
    mode: str = "connectivity",
    metric: str | Callable[..., float] = "minkowski",
    p: float = 2,
    metric_params: Mapping[str, Any] | None = None,
    include_self: bool | str = False,
    n_jobs: int | None = None,
    format: str = "dense",
) -> FloatArray | Graph:
    """Return the graph of the rows within a radius of each row.

    Parameters
    ----------
    radius : a row at this distance is a neighbour
    X, mode, metric, p, metric_params, include_self, n_jobs, format : as for `kneighbors_graph`

    Raises
    ------
    TypeError, ValueError
        For an argument that is not accepted.

    Examples
    --------
    >>> from scratchml.neighbors import radius_neighbors_graph
    >>> radius_neighbors_graph([[0.0], [3.0], [1.0]], 1.5, mode="distance").tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    own = itself(include_self, mode)
    model = NearestNeighbors(radius=radius, metric=metric, p=p, metric_params=metric_params, n_jobs=n_jobs)
    return model._fit_shared(X).radius_neighbors_graph(X if own else None, mode=mode, format=format)


def itself(include_self: bool | str, mode: str) -> bool:
    """Say whether a row is a neighbour of its own."""
    if include_self == "auto":
        return mode == "connectivity"
    check_rules("graph of neighbours", {"include_self": boolean}, {"include_self": include_self})
    return bool(include_self)
