"""The graph of the five nearest neighbours of 20 000 rows, its three arrays."""

import numpy as np

from benchmarks.workload import Contestant, race_of


def sklearn(data):
    from sklearn.neighbors import kneighbors_graph

    graph = kneighbors_graph(data["X"], 5)
    return graph.data, graph.indices, graph.indptr


def by_number(graph, data):
    values, indices, starts = graph
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.lexsort((indices, rows))
    return values[order], indices[order], starts


WORKLOAD = race_of(
    "neighbors.kneighbors_graph",
    lambda kneighbors_graph, data: kneighbors_graph(data["X"], 5, format="csr"),
    data="clustered",
    large=(20_000, 5),
    peers={"sklearn": Contestant(sklearn)},
    same=by_number,
    fit_name="ask",
)
