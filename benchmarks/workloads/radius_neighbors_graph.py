"""The graph of all neighbours within a radius of 10 000 rows, its three arrays."""

import numpy as np

from benchmarks.workload import Contestant, race_of


def sklearn(data):
    from sklearn.neighbors import radius_neighbors_graph

    graph = radius_neighbors_graph(data["X"], 0.7)
    return graph.data, graph.indices, graph.indptr


def by_number(graph, data):
    values, indices, starts = graph
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.lexsort((indices, rows))
    return values[order], indices[order], starts


WORKLOAD = race_of(
    "neighbors.radius_neighbors_graph",
    lambda radius_neighbors_graph, data: radius_neighbors_graph(data["X"], 0.7, format="csr"),
    data="clustered",
    large=(10_000, 5),
    peers={"sklearn": Contestant(sklearn)},
    same=by_number,
    fit_name="ask",
)
