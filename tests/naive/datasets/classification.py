"""The pieces of make_classification, by loops."""

import itertools


def corners(m):
    """Return all corners of the unit cube, in the order of their binary numbers."""
    return [list(bits) for bits in itertools.product([0, 1], repeat=m)]


def cluster_sizes(n_samples, shares, n_clusters_per_class):
    """Deal out the samples: each cluster's share rounded down, then one by one to the first clusters."""
    sizes = [int(n_samples * share / n_clusters_per_class) for _ in range(n_clusters_per_class) for share in shares]
    k = 0
    while sum(sizes) < n_samples:
        sizes[k] += 1
        k = (k + 1) % len(sizes)
    return sizes


def times(row, matrix):
    """Return row @ matrix."""
    return [sum(row[i] * matrix[i][f] for i in range(len(row))) for f in range(len(matrix[0]))]


def draw_clusters(corners, sizes, n_classes, n_samples, rng):
    """Return the informative features and labels, in order."""
    m = len(corners[0])
    z = rng.standard_normal(size=(n_samples, m)).tolist()
    points, labels = [], []
    for k, corner in enumerate(corners):
        A = [[2 * rng.uniform() - 1 for _ in range(m)] for _ in range(m)]
        for _ in range(sizes[k]):
            points.append([a + c for a, c in zip(times(z[len(points)], A), corner)])
            labels.append(k % n_classes)
    return points, labels
