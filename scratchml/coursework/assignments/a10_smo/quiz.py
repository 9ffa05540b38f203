"""The SMO quiz, from the moves of a recorded fit of SVC."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.svm import SVC


def quiz(rng):
    """Ask which row is chosen to go up, and where the pair ends."""
    X = np.round(np.concatenate([rng.normal(size=3) + 1.0, rng.normal(size=3) - 1.0]), 1)[:, None]
    y = np.array([1, 1, 1, -1, -1, -1])
    model = SVC(kernel="linear", C=1.0)
    tr = recorded(model.steps(X, -y), model, X, -y)  # of two classes the first one is the positive one
    moves = [i for i, step in enumerate(tr) if step.name == "move"]
    i = moves[min(1, len(moves) - 1)]
    b, step = tr[i - 1].b, tr[i]  # b = y alpha
    worth = y - X[:, 0] * (X[:, 0] @ b)  # y - f without the intercept: how much a row would gain by going up
    may = [k for k in range(6) if b[k] < max(y[k], 0)]
    told = (
        f"y = {y.tolist()}, y alpha = {number(b)}, C = 1, and y - f (without intercept) is {number(worth)}. "
        f"Rows {may} may go up."
    )
    return [
        ask(
            rng,
            f"{told} Which of them does the most violating pair take?",
            f"row {step.i}",
            [f"row {k}" for k in range(6) if k not in may or worth[k] < worth[step.i] - 1e-9],
            because("of those that may go up, the one with the largest y - f", tr, i),
        ),
        ask(
            rng,
            f"The pair {step.i}, {step.j} has y alpha = {number(step.before)}; that of row {step.i} goes to "
            f"{number(step.after[0])}. Where does that of row {step.j} go?",
            step.after[1],
            (step.before[1] + (step.after[0] - step.before[0]), -step.after[1] - 1.0, step.before[1]),
            because("the sum of y alpha stays: what one gains the other loses", tr, i),
        ),
    ]
