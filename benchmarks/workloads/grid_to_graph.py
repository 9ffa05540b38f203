"""The graph of the pixels of an image of 300 by 300, each with its neighbours."""

from math import isqrt

import numpy as np

from benchmarks.workload import Contestant, race_of


def side(data):
    return isqrt(len(data["X"]))


def sklearn(data):
    from sklearn.feature_extraction.image import grid_to_graph

    return grid_to_graph(side(data), side(data))


def neighbours(graph, data):
    if hasattr(graph, "indptr"):
        return graph.indptr, graph.indices
    others = graph.row != graph.col  # scikit-learn's has each pixel beside itself
    rows, columns = graph.row[others], graph.col[others]
    starts = np.searchsorted(np.sort(rows), np.arange(graph.shape[0] + 1))
    return starts, columns[np.lexsort((columns, rows))]


WORKLOAD = race_of(
    "cluster.grid_to_graph",
    lambda grid_to_graph, data: grid_to_graph(side(data), side(data)),
    small=(400, 1),
    large=(90_000, 1),
    peers={"sklearn": Contestant(sklearn)},
    same=neighbours,
    fit_name="ask",
)
