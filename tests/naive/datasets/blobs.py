"""Blobs and shells, one point at a time."""


def make_blobs(sizes, centers, stds, rng):
    """In order, blob after blob; rng: a RandomState."""
    points, labels = [], []
    for j, (n, center, std) in enumerate(zip(sizes, centers, stds)):
        for _ in range(n):
            points.append([c + std * rng.standard_normal() for c in center])
            labels.append(j)
    return points, labels


def shells(points, mean, n_classes):
    """Return the points from the middle outwards, with their shells."""
    ordered = sorted(points, key=lambda p: sum((a - m) ** 2 for a, m in zip(p, mean)))
    size = len(points) // n_classes
    return ordered, [min(i // size, n_classes - 1) for i in range(len(ordered))]
