"""Neighbours within a radius from the book: look at every row, keep those that are not too far."""


def within(measure, X, queries, radius, alone=False):
    """Return (distances, indices) of each query, in the order of the indices; `alone` leaves out row i for query i."""
    distances, indices = [], []
    for i, x in enumerate(queries):
        found = [(measure(x, row), j) for j, row in enumerate(X) if not (alone and i == j)]
        distances.append([gap for gap, _ in found if gap <= radius])
        indices.append([j for gap, j in found if gap <= radius])
    return distances, indices
