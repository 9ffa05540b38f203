"""The k-means quiz, from a recorded fit of KMeans."""

import numpy as np

from scratchml.cluster import KMeans
from scratchml.coursework.quiz import ask, because, number, recorded


def quiz(rng):
    """Ask which centre gets a point, and where the update moves a centre."""
    X = np.round(rng.normal(size=(6, 2)) * 3.0)
    X[0], X[1] = [0.0, 0.0], [4.0, 3.0]
    model = KMeans(2, init=X[:2].copy(), n_init=1)
    tr = recorded(model.steps(X), model, X)
    assign, update = (next(i for i, step in enumerate(tr) if step.name == name) for name in ("assign", "update"))
    centres, labels, i = tr[assign - 1].centres, tr[assign].labels, int(rng.integers(2, 6))
    squares = ((X[i] - centres) ** 2).sum(axis=1)
    j = int(rng.integers(0, 2))
    mine = X[labels == j]
    return [
        ask(
            rng,
            f"The centres are {number(centres[0])} (number 0) and {number(centres[1])} (number 1). "
            f"Which gets the point {number(X[i])}?",
            f"number {labels[i]}",
            ("number 0", "number 1"),
            because(f"the squared distances are {number(squares)}; of equals the lowest number wins", tr, assign),
        ),
        ask(
            rng,
            f"Centre {j} is at {number(centres[j])} and has the points {number(mine)}. Where does the update move it?",
            number(tr[update].centres[j]),
            (
                number(centres[j]),
                number(X.mean(axis=0)),
                number((mine.mean(axis=0) + centres[j]) / 2.0),
                number(mine.sum(axis=0) + 1.0),
            ),
            because("to the mean of its points, coordinate by coordinate", tr, update),
        ),
    ]
