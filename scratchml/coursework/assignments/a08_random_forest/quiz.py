"""The forest's quiz, from a recorded fit of three trees."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.ensemble import RandomForestClassifier


def quiz(rng):
    """Ask who may judge a tree, and what the forest says of a row."""
    X = rng.integers(0, 9, size=(8, 2)).astype(float)
    y = rng.permutation([0, 0, 0, 0, 1, 1, 1, 1])
    model = RandomForestClassifier(3, random_state=int(rng.integers(1000)))
    tr = recorded(model.steps(X, y), model, X, y)
    drawn = np.sort(tr[0].rows)
    left = [i for i in range(8) if i not in drawn]
    x = rng.integers(0, 9, size=(1, 2)).astype(float)
    shares = [step.tree.predict_proba(x)[0, 1] for step in tr]
    mean = float(np.mean(shares))
    return [
        ask(
            rng,
            f"The first tree's bootstrap sample of 8 rows is {drawn.tolist()}. Which rows may judge it (out of bag)?",
            str(left),
            (str(sorted(set(drawn.tolist()))), str(list(range(8))), str(left[1:])),
            because("those that were never drawn", tr, 0),
        ),
        ask(
            rng,
            f"Three trees give a row the probabilities {number(shares)} of class 1. What does the forest say?",
            f"{number(mean)}: class {int(mean > 0.5)}",
            [f"{number(p)}: class {int(p > 0.5)}" for p in (1.0 - mean, max(shares), min(shares), 0.9)],
            because("the mean of the trees' probabilities, and the class that has more than half", tr, 2),
        ),
    ]
