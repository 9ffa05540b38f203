"""The search all estimators of this room share: its parameters, what `fit` keeps, and `kneighbors`.

Idea
    To fit is to remember. The work is done when a query comes: which k of the remembered rows are nearest? Either
    every row is looked at (brute force, `scratchml.maths.nearest`), or the rows stand in a tree, and most of them need
    not be (`scratchml.maths.kd_tree`).
Differences
    scikit-learn's graphs are sparse matrices of SciPy, which is not needed here: `kneighbors_graph` returns a dense
    array, or the three arrays of a CSR matrix. The one tree here is the k-d tree: "ball_tree" gives it, too, and so
    takes its metrics only. The answer is that of brute force, bit for bit, whatever the algorithm, so "auto" changes
    the time only; it chooses when there are queries, not when fitting, see `choice.py`. Ties in distance go to the
    lowest index, always; in scikit-learn they go by rounding. For X=None each row is left out of its own neighbours
    exactly, also among duplicates. A callable that returns NaN or infinity is an error; p=None is 2. Euclidean
    differences below 1e-162 have squares that are 0 in float64, and count as none.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, cast

import numpy as np

from ..core import check_is_fitted, chunks
from ..core.rules import Rule, check_rules, either, function, integer, mapping, none, one_of, real
from ..core.rules import n_jobs as n_jobs_rule
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike
from ..maths import (
    METRICS,
    TREE_METRICS,
    Reference,
    RowsOfTree,
    build_tree,
    k_nearest,
    k_nearest_in_tree,
    metric_name,
    smallest_of_rows,
    without_points,
)
from ..maths.distances import SYNONYMS
from ..metrics.pairwise import check_precomputed, measured_by, reference_rows
from .choice import Choice

Neighbours = tuple[FloatArray, IntArray]  # distances and indices, both (n, k)
Graph = tuple[FloatArray, IntArray, IntArray]  # data, indices, indptr of a sparse matrix in CSR form
MEASURED_ROWS = 256  # queries whose distances by a callable are held at a time
MOVED = 1 << 12  # numbers that are moved at a time
SEARCHABLE = [name for name in METRICS if name != "nan_euclidean"]


class RememberMixin:
    """Remembers rows and says how far away they are. Put it before BaseEstimator."""

    _search_rules: ClassVar[Mapping[str, Rule]] = {
        "algorithm": one_of("auto", "brute", "kd_tree", "ball_tree"),
        "leaf_size": integer(1),
        "p": either(none, real(0, open_low=True)),
        "metric": either(one_of(*SEARCHABLE, "precomputed"), function),
        "metric_params": either(none, mapping),
        "n_jobs": n_jobs_rule,
    }

    # set by the estimator's constructor
    algorithm: str
    leaf_size: int
    p: float | None
    metric: str | Callable[..., float]
    metric_params: Mapping[str, Any] | None
    n_jobs: int | None

    @property
    def _copies(self) -> bool:
        """Whether `_remember` must be given rows that nobody else will change: else a tree copies them."""
        return self.algorithm in ("brute", "auto")

    def _remember(self, X: FloatArray, stacklevel: int = 3) -> None:
        """Keep the rows X (n, d), or check the distances X (n, n), and set what a fitted searcher says of itself.

        Where a tree is grown, it holds the rows, and X is let go of.
        `stacklevel` is where warnings point: 3 where a public method calls this, 1 more for each call between.
        """
        effective, params = self.metric, dict(self.metric_params or {})
        reference: Reference | None = None
        if effective == "precomputed":
            X = check_precomputed(X)
        elif effective == "minkowski":
            params = self._minkowski_params(params, stacklevel + 1)
            reference = reference_rows(X, "minkowski", params)
            if params["p"] < 1:
                warnings.warn(
                    f"p={params['p']}: for p below 1 the Minkowski formula is no metric (the triangle inequality "
                    "fails); the nearest rows by it are found all the same.",
                    stacklevel=stacklevel,
                )
            if params["w"] is None and metric_name("minkowski", params["p"]) != "minkowski":
                effective, params = metric_name("minkowski", params["p"]), {}
        elif isinstance(effective, str):
            reference = reference_rows(X, effective, params)
        self.effective_metric_: str | Callable[..., float] = effective
        self.effective_metric_params_ = params
        self._choice = choice = self._choose(X, reference, params)
        self._rows: FloatArray | RowsOfTree = X
        if choice is not None and not choice.auto:
            self._rows, reference = choice.rows, choice.reference
        self._reference, self.n_samples_fit_ = reference, len(X)

    @property
    def _fit_X(self) -> FloatArray:
        """The rows remembered, (n, d), or the distances."""
        return self._rows[:]

    def _choose(self, X: FloatArray, reference: Reference | None, params: dict[str, Any]) -> Choice | None:
        """Return the remembered rows with their tree, or with the choice left open; None where no tree can serve."""
        fits = reference is not None and self.metric in (*TREE_METRICS, *SYNONYMS) and params.get("p", 2) >= 1
        if self.algorithm in ("brute", "auto"):
            left_open = fits and self.algorithm == "auto"
            return Choice(X, reference, int(self.leaf_size), True) if reference is not None and left_open else None
        if not fits or reference is None:
            told = f"{self.metric!r}, p={params['p']!r}" if "p" in params else f"{self.metric!r}"
            raise ValueError(
                f"Metric {told} not valid for algorithm={self.algorithm!r}, which takes minkowski with p of at least 1 "
                f"and {', '.join(TREE_METRICS)}; give algorithm='brute'."
            )
        tree = build_tree(reference, int(self.leaf_size))
        bare = without_points(reference, tree)
        rows = bare.points if reference.points is X else X.copy()  # weights and units make other points of the rows
        return Choice(rows, bare, int(self.leaf_size), False, tree)

    @property
    def _fit_method(self) -> str:
        """What answers, by scikit-learn's name for it: "kd_tree" or "brute"; if "auto", as many queries as rows."""
        check_is_fitted(self, "n_samples_fit_")
        k, radius = getattr(self, "n_neighbors", 0), getattr(self, "radius", 0.0)
        found = None if self._choice is None else self._choice.tree_for(np.inf, int(k), float(radius))
        return "brute" if found is None else "kd_tree"

    def _minkowski_params(self, params: dict[str, Any], stacklevel: int) -> dict[str, Any]:
        """Return minkowski's p and w, and whatever else is in metric_params, whose p goes before the constructor's."""
        if "p" in params and self.p is not None:
            warnings.warn(
                f"Parameter p is found in metric_params. The corresponding parameter from __init__ is ignored: "
                f"{params['p']!r} counts, and p={self.p!r} does not.",
                SyntaxWarning,
                stacklevel=stacklevel,
            )
        p = params.get("p", self.p)
        return {**params, "p": 2 if p is None else p, "w": params.get("w")}

    def _check_queries(self, X: MatrixLike | None, n_neighbors: int = 0) -> tuple[FloatArray, bool]:
        """Return the queries as an array, and whether they are the remembered rows themselves (X=None)."""
        alone = X is None
        if alone:
            queries = self._fit_X
        else:
            queries = self._check_X(X)  # type: ignore[attr-defined]
            if self._is_precomputed():
                queries = check_precomputed(queries, self.n_samples_fit_)
        if n_neighbors > self.n_samples_fit_ - alone:
            raise ValueError(
                f"Expected n_neighbors {'<' if alone else '<='} n_samples_fit, but n_neighbors = {n_neighbors}, "
                f"n_samples_fit = {self.n_samples_fit_}, n_samples = {len(queries)}; ask for fewer neighbours."
            )
        return queries, alone

    def _is_precomputed(self) -> bool:
        return self._reference is None and not callable(self.effective_metric_)

    def _measured(self, queries: FloatArray, rows: slice) -> Iterator[FloatArray]:
        """Yield the distances of queries[rows] by the user's function, which is asked about every pair, in blocks."""
        metric, params = cast(Callable[..., float], self.effective_metric_), self.effective_metric_params_
        X = queries[rows]
        for piece in chunks(len(X), MEASURED_ROWS):
            D = measured_by(metric, X[piece], self._fit_X, params)
            if not np.isfinite(D).all():
                i, j = np.argwhere(~np.isfinite(D))[0]
                raise ValueError(
                    f"metric returned {D[i, j]} for query {rows.start + piece.start + i} and row {j} of the training "
                    "data; it must return a finite number for any two rows."
                )
            yield D

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.pairwise = tags.positive_only = self.metric == "precomputed"
        return tags


class SearchMixin(RememberMixin):
    """Finds the k nearest of the rows remembered."""

    _k_rules: ClassVar[Mapping[str, Rule]] = {"n_neighbors": integer(1)}
    n_neighbors: int

    def _search(self, queries: FloatArray, rows: slice, k: int, alone: bool) -> Neighbours:
        """Return the k nearest of queries[rows], without the query itself where they are `alone`."""
        wanted = int(k) + alone
        tree = None if self._choice is None else self._choice.tree_for(len(queries) * (rows.start == 0), wanted)
        if self._reference is not None and tree is not None:
            found = k_nearest_in_tree(queries[rows], self._reference, tree, wanted, self.n_jobs)
        elif self._reference is not None:
            found = k_nearest(queries[rows], self._reference, wanted, self.n_jobs)
        elif self._is_precomputed():
            found = smallest_of_rows(queries[rows], wanted, self.n_jobs)
        else:
            parts = [smallest_of_rows(D, wanted, self.n_jobs) for D in self._measured(queries, rows)]
            found = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
        return without_themselves(*found, rows.start) if alone else found

    def kneighbors(
        self, X: MatrixLike | None = None, n_neighbors: int | None = None, return_distance: bool = True
    ) -> Neighbours | IntArray:
        """Return the distances to, and the indices of, the nearest remembered rows, nearest first, both (n, k).

        Parameters
        ----------
        X : queries, shape (n, d) (or (n, n_fit) distances, if precomputed); None asks for the neighbours of the
            remembered rows, none of which is its own neighbour
        n_neighbors : k; None means the constructor's
        return_distance : give False to get the indices only

        Raises
        ------
        TypeError, ValueError
            For input of a wrong kind or shape, or a k that is no integer from 1 to the number of rows.
        """
        check_is_fitted(self, "n_samples_fit_")
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        check_rules(type(self).__name__, {"n_neighbors": integer(1)}, {"n_neighbors": k})
        queries, alone = self._check_queries(X, k)
        distances, indices = self._search(queries, slice(0, len(queries)), k, alone)
        return (distances, indices) if return_distance else indices

    def kneighbors_graph(
        self,
        X: MatrixLike | None = None,
        n_neighbors: int | None = None,
        mode: str = "connectivity",
        *,
        format: str = "dense",
    ) -> FloatArray | Graph:
        """Return who is a neighbour of whom as a graph from queries (m) to remembered rows (n).

        Parameters
        ----------
        X, n_neighbors : as for `kneighbors`
        mode : "connectivity" (1 for a neighbour) or "distance" (its distance)
        format : "dense", an array (m, n), or "csr", the three arrays of a sparse matrix: (data, indices, indptr), which
            ``scipy.sparse.csr_matrix(graph, shape=(m, n))`` takes as they are
        """
        check_graph(mode, format)
        distances, indices = cast(Neighbours, self.kneighbors(X, n_neighbors))
        starts = np.arange(len(indices) + 1) * indices.shape[1]
        return as_graph(distances.ravel(), indices.ravel(), starts, self.n_samples_fit_, mode, format)


def check_graph(mode: str, format: str) -> None:
    """Check what a graph is to hold and how.

    Raises
    ------
    TypeError, ValueError
        For a mode or a format that is not known.
    """
    rules = {"mode": one_of("connectivity", "distance"), "format": one_of("dense", "csr")}
    check_rules("graph of neighbours", rules, {"mode": mode, "format": format})


def as_graph(
    distances: FloatArray, indices: IntArray, starts: IntArray, n: int, mode: str, format: str
) -> FloatArray | Graph:
    """Return neighbours, those of query i at starts[i] : starts[i + 1], as an array (m, n) or as CSR's arrays.

    distances (z,), overwritten with ones where only the edges are asked for; indices (z,), starts (m + 1,): read.
    """
    if mode == "connectivity":
        distances.fill(1.0)
    if format == "csr":
        return distances, indices, starts
    found = np.zeros((len(starts) - 1, n))
    found[np.repeat(np.arange(len(found)), np.diff(starts)), indices] = distances
    return found


def shrink_to(keep: Array, values: Array) -> None:
    """Leave in `values` what `keep` says, in a row, in the memory they have: neither copied nor held on to as a whole.

    keep (n, ...), bool: read. values, of that shape and with memory of its own: overwritten, (z,).
    """
    # plainly: values = values[keep]
    flat, marks, z = values.reshape(-1), keep.reshape(-1), 0
    for some in chunks(len(flat), MOVED):
        kept = flat[some][marks[some]]
        flat[z : z + len(kept)] = kept
        z += len(kept)
    del flat  # nobody may look at it any more: what is not kept is given back
    values.resize(z, refcheck=False)


def without_themselves(distances: FloatArray, indices: IntArray, start: int) -> Neighbours:
    """Return each row's neighbours, both (n, k + 1), without the row itself, (n, k). Row i has the index start + i.

    A row that is not among its own k + 1 nearest (it has many duplicates) loses the last of them.
    distances, indices: overwritten, see `shrink_to`.
    """
    n, wide = indices.shape
    keep = indices != np.arange(start, start + n)[:, None]
    keep[keep.all(axis=1), -1] = False
    for values in (distances, indices):
        shrink_to(keep, values)
    return distances.reshape(n, wide - 1), indices.reshape(n, wide - 1)
