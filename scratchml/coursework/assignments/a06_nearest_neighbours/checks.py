"""How the neighbours assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import close, exact


def points(rng, largest=25):
    """Return points on a grid of halves, so that equal distances are equal for everyone; some are there twice."""
    n, d = int(rng.integers(2, largest)), int(rng.integers(1, 4))
    return np.round(rng.normal(size=(n, d)) * 6) / 2


def pair(rng):
    """Return queries and points."""
    X = points(rng)
    return np.round(rng.normal(size=(int(rng.integers(1, 6)), X.shape[1])) * 6) / 2, X


def with_k(rng):
    """Return queries, points and a number of neighbours."""
    Q, X = pair(rng)
    return Q, X, int(rng.integers(1, X.shape[0] + 1))


def neighbour_labels(rng):
    """Return the labels of some neighbours."""
    return (rng.integers(0, 4, size=(int(rng.integers(1, 8)), int(rng.integers(1, 8)))),)


def tree_problem(rng):
    """Return points, their numbers and a leaf size."""
    X = points(rng, 40)
    return X, list(range(X.shape[0])), int(rng.integers(1, 5))


def plain_tree(X, numbers, leaf_size):
    """Return a KD-tree to search in."""
    if len(numbers) <= leaf_size:
        return sorted(numbers)
    f = int(np.ptp(X[numbers], axis=0).argmax())
    ordered = sorted(numbers, key=lambda i: (X[i, f], i))
    half = len(ordered) // 2
    halves = (plain_tree(X, part, leaf_size) for part in (ordered[:half], ordered[half:]))
    return (f, float(X[ordered[half], f]), *halves)


def search_problem(rng):
    """Return a query, points and their tree."""
    X, numbers, leaf_size = tree_problem(rng)
    return np.round(rng.normal(size=X.shape[1]) * 6) / 2, X, plain_tree(X, numbers, leaf_size)


def finds_each_point_itself(rng, call):
    """A query that is a point has it, or an equal one, as its nearest."""
    _, X, tree = search_problem(rng)
    i = int(rng.integers(0, X.shape[0]))
    found = call(X[i].copy(), X, tree)[0]
    return None if (X[int(found)] == X[i]).all() else f"point {i} is not nearest to itself: found {found}"


LINE = np.array([[0.0], [1.0], [1.0], [4.0]])
QUESTIONS = {
    "squared_distances": Question(pair, edges={"one and one": (np.ones((1, 2)), np.zeros((1, 2)))}),
    "k_nearest": Question(
        with_k,
        edges={"equal distances": (np.array([[0.5], [1.0]]), LINE, 3), "all of them": (LINE, LINE, 4)},
        same=exact(),
    ),
    "vote": Question(neighbour_labels, edges={"all differ": (np.array([[3, 2, 1]]),)}, same=exact()),
    "build_tree": Question(
        tree_problem,
        edges={"equal points": (np.ones((5, 2)), [0, 1, 2, 3, 4], 1), "one leaf": (LINE, [3, 1, 0], 3)},
        same=close(0.0, 0.0),
    ),
    "search_tree": Question(
        search_problem,
        edges={
            "a tie across the boundary": (np.array([2.0]), np.array([[3.0], [1.0]]), (0, 3.0, [1], [0])),
        },
        same=exact(),
        laws={"each point finds itself": finds_each_point_itself},
        growth=Growth(
            lambda rng, n: (
                rng.normal(size=1),
                *(lambda X: (X, plain_tree(X, list(range(n)), 2)))(rng.normal(size=(n, 1))),
            ),
            0.6,
            sizes=(64, 256, 1024),
            reason="A descent visits about log n boxes; if every point is measured, the pruning does not prune.",
        ),
    ),
}
