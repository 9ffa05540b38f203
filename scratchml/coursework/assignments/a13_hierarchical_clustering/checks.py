"""How the hierarchical clustering assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import exact

METHODS = ("single", "complete", "average", "ward")


def points(rng):
    """Return points in general position: no two distances are equal."""
    n, d = int(rng.integers(2, 12)), int(rng.integers(1, 4))
    return np.round(rng.normal(size=(n, d)) * 3 + 4.0 * rng.integers(0, 2, size=(n, 1)), 3) + 1e-4 * rng.normal(
        size=(n, d)
    )


def rows(rng):
    """Return points alone."""
    return (points(rng),)


def distances(rng):
    """Return a matrix of distances; some are equal."""
    X = np.round(points(rng))
    return (np.abs(X[:, None] - X[None]).sum(axis=2),)


def three_clusters(rng):
    """Return a method, three distances that keep the triangle's rule, three sizes."""
    a, b, c = np.round(rng.normal(size=(3, 2)) * 3, 1)
    ac, bc, ab = (float(np.sqrt(((u - v) ** 2).sum())) for u, v in ((a, c), (b, c), (a, b)))
    return (str(rng.choice(METHODS)), ac, bc, ab, *(int(size) for size in rng.integers(1, 6, size=3)))


def rows_and_method(rng):
    """Return points and a method."""
    return points(rng), str(rng.choice(METHODS))


def merges_and_count(rng):
    """Return merges made by chance, and a number of clusters."""
    n = int(rng.integers(2, 12))
    alive, sizes, merges = list(range(n)), [1] * n, []
    for t in range(n - 1):
        i, j = sorted(int(place) for place in rng.permutation(len(alive))[:2])
        merges.append((*sorted((alive[i], alive[j])), float(t + 1), sizes[i] + sizes[j]))
        alive[i], sizes[i] = n + t, sizes[i] + sizes[j]
        del alive[j], sizes[j]
    return np.array(merges, dtype=float), int(rng.integers(1, n + 1))


def heights_never_fall(rng, call):
    """These four methods never merge below an earlier merge."""
    heights = np.asarray(call(*rows_and_method(rng)))[:, 2]
    return None if (np.diff(heights) >= -1e-9).all() else "a later merge is lower than an earlier one"


def k_clusters(rng, call):
    """A cut into k has k labels, 0 .. k - 1."""
    merges, k = merges_and_count(rng)
    labels = set(np.asarray(call(merges, k)).tolist())
    return None if labels == set(range(k)) else f"a cut into {k} has the labels {sorted(labels)}"


def in_a_row(n):
    """Return the merges of n points where each joins the cluster of those before it."""
    first = [(0.0, 1.0, 1.0, 2.0)]
    return np.array([*first, *((float(t + 1), float(n + t - 1), t + 1.0, t + 2.0) for t in range(1, n - 1))])


QUESTIONS = {
    "distance_matrix": Question(rows, edges={"one point": (np.zeros((1, 2)),)}),
    "nearest_pair": Question(distances, edges={"equal points": (np.zeros((3, 3)),)}),
    "merged_distance": Question(three_clusters, edges={"a wide c": ("average", 1.0, 4.0, 2.0, 3, 1, 5)}),
    "linkage": Question(
        rows_and_method,
        edges={"two points": (np.array([[0.0], [2.0]]), "ward")},
        laws={"heights never fall": heights_never_fall},
        count=200,
    ),
    "cut": Question(
        merges_and_count,
        edges={
            "all in one": (np.array([[0.0, 1.0, 1.0, 2.0]]), 1),
            "all alone": (np.array([[0.0, 1.0, 1.0, 2.0]]), 2),
        },
        same=exact(),
        laws={"a cut into k has k labels": k_clusters},
        growth=Growth(
            lambda rng, n: (in_a_row(n), 2),
            2.0,
            sizes=(20, 40, 80),
            reason="One look at the rows for each merge is enough.",
        ),
    ),
}
