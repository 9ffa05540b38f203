"""The graph of the five nearest neighbours of 20 000 rows, its three arrays.

``radius_neighbors_graph.py`` races the graph of all neighbours within a radius the same way.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of


def by_number(graph, data):
    """Return the three arrays with each row's neighbours sorted by number."""
    values, indices, starts = graph
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.lexsort((indices, rows))
    return values[order], indices[order], starts


def race(name, near, large):
    """Return the race of a graph function, which is given how many neighbours, or how far, is near."""

    def sklearn(data):
        import sklearn.neighbors

        graph = getattr(sklearn.neighbors, name)(data["X"], near, n_jobs=data["threads"])
        return graph.data, graph.indices, graph.indptr

    return race_of(
        f"neighbors.{name}",
        lambda function, data: function(data["X"], near, format="csr"),
        data="clustered",
        large=large,
        peers={"sklearn": Contestant(sklearn)},
        same=by_number,
        fit_name="ask",
    )


WORKLOAD = race("kneighbors_graph", 5, (20_000, 5))
