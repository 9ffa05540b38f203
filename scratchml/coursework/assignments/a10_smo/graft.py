"""SMO's graft: the student's move for every pair that the package's SVC moves."""

import numpy as np

from scratchml import trace
from scratchml.coursework.checking import Graft
from scratchml.svm import SVC


def follow(function):
    """Yield (step, what the function says) for each move of SVC; the function is asked with the state before it."""
    rng = np.random.default_rng(1)
    X = np.round(rng.normal(size=(12, 2)), 2) + np.repeat([[0.7], [-0.7]], 6, axis=0)
    y, K = np.repeat([1, -1], 6), X @ X.T
    before = np.zeros(12)  # y alpha
    for step in trace.steps(SVC(kernel="linear", C=1.0), X, -y):  # of two classes the first is the positive one
        if step.name == "move":
            yield f"move {step.iteration}", function(K, y, before * y, step)
            before = step.b.copy()
            if step.iteration >= 20:
                return


def pairs(violating_pair):
    """Yield the most violating pair before each move."""
    return follow(lambda K, y, alpha, step: violating_pair(K, y, alpha + 0.0, 1.0))


def moves(update_pair):
    """Yield the alphas after each move."""
    return follow(lambda K, y, alpha, step: update_pair(K, y, alpha + 0.0, 1.0, int(step.i), int(step.j)))


GRAFTS = {
    "violating_pair": Graft(pairs, "finds the most violating pair at each step of our SVC"),
    "update_pair": Graft(moves, "moves the pairs of our SVC as it does"),
}
