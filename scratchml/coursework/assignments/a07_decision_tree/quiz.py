"""The tree's quiz, from the nodes that a recorded fit opens."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.tree import DecisionTreeClassifier


def quiz(rng):
    """Ask which split wins at the root, and how impure the root is."""
    X = rng.integers(0, 6, size=(8, 2)).astype(float)
    y = (X[:, int(rng.integers(0, 2))] + rng.normal(size=8) > 2.5).astype(int)
    y[:2], X[0], X[1] = [0, 1], [0.0, 5.0], [5.0, 0.0]
    model = DecisionTreeClassifier(random_state=0)
    tr = recorded(model.steps(X, y), model, X, y)
    root, tried = tr[0], tr[0].candidates

    def rule(feature, threshold):
        return f"x{int(feature)} <= {number(threshold)}"

    worse = [k for k in np.argsort(-tried.gain, kind="stable") if tried.gain[k] < root.gain - 1e-9]
    gains = ", ".join(f"{rule(f, t)}: {number(g)}" for f, t, g in zip(tried.feature, tried.threshold, tried.gain))
    shares = np.bincount(y) / len(y)
    return [
        ask(
            rng,
            f"x0 = {number(X[:, 0])}, x1 = {number(X[:, 1])}, y = {y.tolist()}. Which split wins at the root?",
            rule(root.feature, root.threshold),
            [rule(tried.feature[k], tried.threshold[k]) for k in worse[:3]],
            because(f"it makes the impurity smaller than all others do; the gains are {gains}", tr, 0),
        ),
        ask(
            rng,
            f"The root holds the labels {y.tolist()}. What is its Gini impurity?",
            root.impurity,
            (1.0 - root.impurity + 0.01, shares.min(), 2.0 * root.impurity),
            because(f"1 minus the sum of the squared shares {number(shares)}", tr, 0),
        ),
    ]
