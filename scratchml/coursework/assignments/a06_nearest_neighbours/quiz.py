"""The nearest neighbours' quiz, from a recorded vote and a recorded search in a tree."""

import numpy as np

from scratchml import trace
from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.maths import build_tree, prepare
from scratchml.neighbors import KNeighborsClassifier
from scratchml.neighbors.kd_tree import search_by_steps


def quiz(rng):
    """Ask for the vote of the nearest, and which box is passed over."""
    X = rng.permutation(16)[:8].astype(float)[:, None]
    y = rng.permutation([0, 0, 0, 1, 1, 1, 2, 2])
    x = np.array([float(rng.integers(2, 14)) + 0.25])
    model = KNeighborsClassifier(3).fit(X, y)
    with trace.record() as tr:
        model.predict(x[None, :])
    votes = tr[1].votes[0][0]
    near = tr[0].indices[0]
    reference = prepare(X, "euclidean")
    walk = recorded(search_by_steps(x, reference, build_tree(reference, 2), 1))
    opened = [i for i, step in enumerate(walk) if step.name in ("prune", "measure")]
    i = opened[int(rng.integers(1, len(opened)))]
    best = walk[i - 1].worst
    passed = walk[i].name == "prune"
    return [
        ask(
            rng,
            f"Points {number(X[:, 0])} have the labels {y.tolist()}. What do the 3 nearest to {number(x[0])} vote for?",
            f"class {int(votes.argmax())}",
            [f"class {k}" for k in range(3)],
            because(f"the nearest are the points {near.tolist()}, with the labels {y[near].tolist()}", tr, 1),
        ),
        ask(
            rng,
            f"The nearest so far is {number(best)} away; no point in the next box is nearer than "
            f"{number(walk[i].bound)}. What does the search do with the box?",
            "passes it over" if passed else "measures its points",
            ("measures its points", "passes it over"),
            because(f"a box is passed over where its bound, {number(walk[i].bound)}, is above {number(best)}", walk, i),
        ),
    ]
