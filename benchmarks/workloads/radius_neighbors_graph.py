"""The graph of all neighbours within a radius of 10 000 rows, its three arrays, as ``kneighbors_graph.py`` has it."""

from benchmarks.workloads.kneighbors_graph import race

WORKLOAD = race("radius_neighbors_graph", 0.7, (10_000, 5))
