"""The local outlier factor from the paper's definitions, row by row."""

from tests.naive.neighbors.k_neighbors import nearest


def densities(gaps, indices, k_distance, smoothing=1e-10):
    """Return lrd of each query (definition 6), from its neighbours' distances and indices."""
    found = []
    for own, rows in zip(gaps, indices):
        reach = [max(k_distance[o], gap) for gap, o in zip(own, rows)]  # definition 5
        found.append(1.0 / (sum(reach) / len(reach) + smoothing))
    return found


def factors(density, indices, known):
    """Return LOF of each query (definition 7)."""
    return [sum(known[o] / own for o in rows) / len(rows) for own, rows in zip(density, indices)]


def local_outlier_factor(measure, X, k, queries=None):
    """Return LOF of the rows of X, or of new rows among them."""
    gaps, indices = nearest(measure, X, X, k, alone=True)
    k_distance = [own[-1] for own in gaps]
    known = densities(gaps, indices, k_distance)
    if queries is None:
        return factors(known, indices, known)
    gaps, indices = nearest(measure, X, queries, k)
    return factors(densities(gaps, indices, k_distance), indices, known)
