"""How the k-means assignment is checked."""

import numpy as np

from scratchml import trace
from scratchml.cluster import KMeans
from scratchml.coursework.checking import Graft, Growth, Question
from scratchml.coursework.comparing import close, exact


def points_and_centres(rng):
    """Return points in clumps, and centres among them."""
    n, d, k = int(rng.integers(2, 30)), int(rng.integers(1, 4)), int(rng.integers(1, 6))
    X = np.round(rng.normal(size=(n, d)) + 4.0 * rng.integers(0, 3, size=(n, 1)), 3)
    return X, np.round(rng.normal(size=(k, d)) * 4.0, 3)


def labelled(rng):
    """Return points, labels and centres; some centres have no points."""
    X, centres = points_and_centres(rng)
    return X, rng.integers(0, max(1, centres.shape[0] - 1), size=X.shape[0]), centres


def whole_problem(rng):
    """Return points, first centres (points themselves, as is usual) and a number of rounds."""
    X, centres = points_and_centres(rng)
    k = min(centres.shape[0], X.shape[0])
    return X, X[rng.permutation(X.shape[0])[:k]].copy(), int(rng.integers(1, 20))


def moving_all_keeps_labels(rng, call):
    """Assignments do not change when points and centres move together."""
    X, centres = points_and_centres(rng)
    same = (np.asarray(call(X, centres)) == np.asarray(call(X + 8.0, centres + 8.0))).all()
    return None if same else "moving points and centres by the same step changes who belongs to whom"


def sums_to_one(rng, call):
    """Probabilities are probabilities."""
    X, centres = points_and_centres(rng)
    total = float(np.sum(call(X, centres)))
    return None if abs(total - 1.0) < 1e-9 else f"the probabilities sum to {total:.4g}"


def never_worse(rng, call):
    """One round more never gives a larger inertia."""
    X, centres, _ = whole_problem(rng)
    worth = []
    for rounds in range(1, 5):
        found, labels = call(X, centres, rounds)
        worth.append(float(((X - np.asarray(found)[np.asarray(labels)]) ** 2).sum()))
    rises = [i for i in range(3) if worth[i + 1] > worth[i] * (1 + 1e-9) + 1e-12]
    return (
        f"the inertia rises from {worth[rises[0]]:.5g} to {worth[rises[0] + 1]:.5g} with one round more"
        if rises
        else None
    )


def clumps(n):
    """Return 60 points in three clumps and three poor first centres; always the same."""
    rng = np.random.default_rng(n)
    X = rng.normal(size=(60, 2)) + 5.0 * rng.integers(0, 3, size=(60, 1))
    return X, X[:3].copy()


def run_with_assignment(assign):
    """Fit the package's KMeans with this assignment step; yield what each step finds."""
    X, first = clumps(1)
    with trace.record() as steps:
        trace.graft(KMeans(3, init=first, n_init=1), assign_points=assign).fit(X)
    for step in steps:
        yield step.name, step.labels if step.name == "assign" else step.centres


LINE = np.array([[0.0], [1.0], [2.0], [10.0]])
QUESTIONS = {
    "assign_points": Question(
        points_and_centres,
        edges={
            "a tie goes to the lowest number": (np.array([[0.0], [1.0]]), np.array([[1.0], [-1.0], [1.0]])),
            "one centre": (LINE, np.array([[3.0]])),
            "one point": (np.array([[2.0, 1.0]]), np.array([[9.0, 9.0], [2.0, 0.0]])),
        },
        same=exact(),
        laws={"moving everything changes nothing": moving_all_keeps_labels},
        graft=Graft(run_with_assignment),
    ),
    "update_centres": Question(
        labelled,
        edges={
            "an empty cluster": (LINE, np.array([0, 0, 0, 2]), np.array([[0.0], [77.0], [8.0]])),
            "all in one": (LINE, np.zeros(4, dtype=np.int64), np.array([[0.0]])),
        },
        same=close(1e-9, 1e-9),
        growth=Growth(lambda rng, n: (rng.normal(size=(n, 2)), rng.integers(0, 3, size=n), np.zeros((3, 2))), 1.0),
    ),
    "inertia": Question(
        labelled,
        edges={"points on their centre": (LINE[:2], np.array([0, 1]), LINE[:2].copy())},
    ),
    "seeding_probabilities": Question(
        points_and_centres,
        edges={
            "every point is a centre": (LINE[:2], LINE[:2].copy()),
            "a chosen point is never drawn again": (LINE, LINE[1:2].copy()),
        },
        laws={"the probabilities sum to 1": sums_to_one},
    ),
    "k_means": Question(
        whole_problem,
        edges={
            "k = n": (LINE, LINE.copy(), 5),
            "one round": (LINE, LINE[:2].copy(), 1),
            "equal points": (np.ones((4, 2)), np.ones((2, 2)), 5),
        },
        laws={"one more round never makes the inertia larger": never_worse},
    ),
}
