"""The search within a radius that estimators of this room share: `radius_neighbors` and its graph.

Idea
    Not "the k nearest, however far" but "all that are near, however many". Where the data are dense a query has many
    neighbours, where they are thin it may have none, and that says something, too.
Maths
    Row j is a neighbour of query i if distance(i, j) <= radius.
Differences
    Neighbours come in the order of their indices (scikit-learn's trees give them in the tree's order), or by distance,
    ties to the lowest index, if `sort_results`. Where a tenth of all rows is within the radius every row is looked at,
    whatever the `algorithm`: the answer is the same, and comes sooner. See `search.py` for what graphs are returned
    as, and `scratchml.maths.within` for distances that equal the radius.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from ..core import check_is_fitted
from ..core.rules import Rule, boolean, check_rules, either, none, real
from ..core.typing import Array, FloatArray, IntArray, MatrixLike
from ..maths import (
    Neighbourhoods,
    Tree,
    is_crowded,
    within_crowded_radius,
    within_of_rows,
    within_radius,
)
from ..maths.kd_tree_within import Parts, apart, joined, search_within_in_tree
from .search import Graph, RememberMixin, as_graph, check_graph, shrink_to

SORTED_TOGETHER = 1 << 15  # neighbours that are sorted at a time


class RadiusMixin(RememberMixin):
    """Finds all rows within a radius among those remembered."""

    _radius_rules: ClassVar[Mapping[str, Rule]] = {"radius": real(0.0)}
    radius: float

    def _within(self, queries: FloatArray, rows: slice, radius: float, alone: bool) -> Neighbourhoods:
        """Return who is within the radius of each of queries[rows], without the query itself where they are `alone`."""
        return joined(self._found_within(queries, rows, radius, alone))

    def _found_within(self, queries: FloatArray, rows: slice, radius: float, alone: bool) -> Neighbourhoods | Parts:
        """Return the same, in parts where a tree was asked."""
        if self._reference is not None and is_crowded(queries[rows], self._reference, radius):
            found = within_crowded_radius(queries[rows], self._reference, radius, self.n_jobs)
        elif self._reference is not None and (tree := self._tree_within(len(queries), rows, radius)) is not None:
            first = rows.start if alone else None
            return search_within_in_tree(queries[rows], self._reference, tree, radius, self.n_jobs, first)
        elif self._reference is not None:
            found = within_radius(queries[rows], self._reference, radius, self.n_jobs)
        elif self._is_precomputed():
            found = within_of_rows(queries[rows], radius)
        else:
            parts = [within_of_rows(D, radius) for D in self._measured(queries, rows)]
            counts = np.concatenate([np.diff(starts) for _, _, starts in parts])
            starts = np.concatenate([[0], np.cumsum(counts)])
            found = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]), starts
        return without_queries(*found, rows.start) if alone else found

    def _tree_within(self, m: int, rows: slice, radius: float) -> Tree | None:
        """Return the tree, if it is to find what is within the radius of these rows of m queries."""
        return None if self._choice is None else self._choice.tree_for(m * (rows.start == 0), 0, radius)

    def _find_within(
        self, X: MatrixLike | None, radius: float | None, sort_results: bool = False
    ) -> Neighbourhoods | Parts:
        """Check what is asked; return who is within the radius of each query, by distance if `sort_results`."""
        check_is_fitted(self, "n_samples_fit_")
        reach = self.radius if radius is None else radius
        check_rules(
            type(self).__name__,
            {**RadiusMixin._radius_rules, "sort_results": either(boolean, none)},
            {"radius": reach, "sort_results": sort_results},
        )
        queries, alone = self._check_queries(X)
        found = self._found_within(queries, slice(0, len(queries)), float(reach), alone)
        return by_distance(*joined(found)) if sort_results else found

    def radius_neighbors(
        self,
        X: MatrixLike | None = None,
        radius: float | None = None,
        return_distance: bool = True,
        sort_results: bool = False,
    ) -> tuple[Array, Array] | Array:
        """Return the distances to, and the indices of, all remembered rows within the radius of each query.

        Both are arrays (m,) of arrays, as long as there are neighbours.

        Parameters
        ----------
        X : queries, shape (m, d) (or (m, n_fit) distances, if precomputed); None asks for the neighbours of the
            remembered rows, none of which is its own neighbour
        radius : None means the constructor's; a row at this distance is a neighbour
        return_distance : give False to get the indices only
        sort_results : by distance, not by index; needs distances

        Raises
        ------
        TypeError, ValueError
            For input of a wrong kind or shape, a negative radius, or results to be sorted by distances not returned.
        """
        if sort_results and not return_distance:
            raise ValueError("return_distance must be True if sort_results is True; ask for both or for neither.")
        found = self._find_within(X, radius, sort_results)
        if isinstance(found, Parts):  # plainly: as below, of joined(found); but nothing is copied once more
            distances, indices = apart(found)
        else:
            distances, indices = pieces(found[0], found[2]), pieces(found[1], found[2])
        return (distances, indices) if return_distance else indices

    def radius_neighbors_graph(
        self,
        X: MatrixLike | None = None,
        radius: float | None = None,
        mode: str = "connectivity",
        sort_results: bool = False,
        *,
        format: str = "dense",
    ) -> FloatArray | Graph:
        """Return who is within the radius of whom as a graph; `mode` and `format` as for `kneighbors_graph`."""
        check_graph(mode, format)
        distances, indices, starts = joined(self._find_within(X, radius, sort_results))
        return as_graph(distances, indices, starts, self.n_samples_fit_, mode, format)


def pieces(values: Array, starts: IntArray) -> Array:
    """Return an array (m,) of arrays, the i-th of them values[starts[i] : starts[i + 1]]."""
    found, borders = np.empty(len(starts) - 1, dtype=object), starts.tolist()  # of int: they cut at twice the speed
    for i in range(len(found)):
        found[i] = values[borders[i] : borders[i + 1]]
    return found


def without_queries(distances: FloatArray, indices: IntArray, starts: IntArray, first: int) -> Neighbourhoods:
    """Return neighbourhoods without the query itself; query i has the index first + i.

    distances, indices: overwritten, see `shrink_to`. starts: read.
    """
    counts = np.diff(starts)
    queries = np.repeat(np.arange(first, first + len(counts)), counts)
    keep = indices != queries
    counts -= np.bincount(queries[~keep] - first, minlength=len(counts))
    del queries
    for values in (distances, indices):
        shrink_to(keep, values)
    return distances, indices, np.concatenate([[0], np.cumsum(counts)])


def by_distance(distances: FloatArray, indices: IntArray, starts: IntArray) -> Neighbourhoods:
    """Return neighbourhoods, which stand in the order of their indices, sorted by distance, equal ones by index."""
    order = np.empty(len(indices), dtype=np.int64)
    first, queries = 0, len(starts) - 1
    while first < queries:  # as many queries at a time as the cache holds
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + SORTED_TOGETHER, "right")) - 1)
        start, stop = starts[first], starts[last]
        values = distances[start:stop]
        rows = np.repeat(np.arange(first, last), np.diff(starts[first : last + 1]))
        nearest = np.argsort(values)
        nearest = nearest[np.argsort(rows[nearest], kind="stable")] if last > first + 1 else nearest
        same = (np.diff(values[nearest]) == 0) & (np.diff(rows) == 0)
        if same.any():  # the fast sort does not keep equal ones in order
            nearest = np.lexsort((values, rows))
        order[start:stop] = nearest + start
        first = last
    return distances[order], indices[order], starts
