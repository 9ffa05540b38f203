"""All neighbours within a radius: 20 000 queries among 200 000 points in space."""

from benchmarks.workload import race_of


def fitted(NearestNeighbors, data):
    return NearestNeighbors(radius=0.1, algorithm="kd_tree").fit(data["X"])


WORKLOAD = race_of(
    "neighbors.NearestNeighbors",
    fitted,
    title="radius neighbours, 20k queries at most",
    large=(200_000, 3),
    queries=20_000,
    ask=["radius_neighbors"],
    same=lambda model, data: list(map(len, model.radius_neighbors(data["Q"])[1])),
)
