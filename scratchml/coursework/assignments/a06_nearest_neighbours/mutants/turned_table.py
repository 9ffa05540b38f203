"""The table is transposed: rows belong to the queries, columns to the points."""


def squared_distances(Q, X):
    """Return (n, q)."""
    return ((X[:, None, :] - Q[None, :, :]) ** 2).sum(axis=2)
