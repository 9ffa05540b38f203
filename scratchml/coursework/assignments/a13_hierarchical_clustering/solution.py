"""Hierarchical clustering: merge the nearest, again and again.

Every point begins as a cluster. What "near" means for clusters is the whole difference between the methods.
Write the functions below. Grade the file with ``scratchml course grade a13_hierarchical_clustering.py``.

References: G. Lance and W. Williams (1967), A general theory of classificatory sorting strategies; J. Ward (1963).
"""

import numpy as np


def distance_matrix(X):
    """Return the distances, (n, n), of the rows of X, (n, d).

    >>> distance_matrix(np.array([[0.0, 0.0], [3.0, 4.0]]))
    array([[0., 5.],
           [5., 0.]])
    """
    return np.sqrt(((X[:, None, :] - X[None, :, :]) ** 2).sum(axis=2))


def nearest_pair(D):
    """Return i, j and their distance. D is (n, n), symmetric, n at least 2.

    >>> i, j, distance = nearest_pair(np.array([[0.0, 5.0, 2.0], [5.0, 0.0, 4.0], [2.0, 4.0, 0.0]]))
    >>> i, j, float(distance)
    (0, 2, 2.0)
    """
    apart = np.where(np.tri(len(D), dtype=bool), np.inf, D)
    i, j = divmod(int(apart.argmin()), len(D))
    return i, j, D[i, j]


def merged_distance(method, d_ac, d_bc, d_ab, n_a, n_b, n_c):
    """Return the distance of the union of a and b to c, a number.

    >>> float(merged_distance("average", 2.0, 5.0, 1.0, 1, 2, 3))
    4.0
    """
    if method == "single":
        return min(d_ac, d_bc)
    if method == "complete":
        return max(d_ac, d_bc)
    if method == "average":
        return (n_a * d_ac + n_b * d_bc) / (n_a + n_b)
    squares = (n_a + n_c) * d_ac**2 + (n_b + n_c) * d_bc**2 - n_c * d_ab**2
    return np.sqrt(max(squares, 0.0) / (n_a + n_b + n_c))


def linkage(X, method):
    """Return the merges, (n - 1, 4), of the rows of X, (n, d), n at least 2.

    >>> linkage(np.array([[0.0], [1.0], [5.0]]), "single")
    array([[0., 1., 1., 2.],
           [2., 3., 4., 3.]])
    """
    D, names, sizes, merges = distance_matrix(X), list(range(len(X))), [1] * len(X), []
    while len(names) > 1:
        i, j, distance = nearest_pair(D)
        for c in range(len(names)):
            if c not in (i, j):
                near = merged_distance(method, D[i, c], D[j, c], D[i, j], sizes[i], sizes[j], sizes[c])
                D[i, c] = D[c, i] = near
        D = np.delete(np.delete(D, j, axis=0), j, axis=1)
        merges.append((*sorted((names[i], names[j])), distance, sizes[i] + sizes[j]))
        names[i], sizes[i] = len(X) + len(merges) - 1, sizes[i] + sizes[j]
        del names[j], sizes[j]
    return np.array(merges, dtype=float)


def cut(merges, k):
    """Return labels, (n,), of k clusters. merges is (n - 1, 4), 1 <= k <= n.

    >>> cut(np.array([[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 4.0, 3.0]]), 2)
    array([0, 0, 1])
    """
    n = len(merges) + 1
    members = {i: [i] for i in range(n)}
    for t, (i, j, _, _) in enumerate(merges[: n - k]):
        members[n + t] = members.pop(int(i)) + members.pop(int(j))
    labels = np.zeros(n, dtype=int)
    for label, rows in enumerate(sorted(members.values(), key=min)):
        labels[rows] = label
    return labels


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
