"""The perceptron's quiz, from the recorded mistakes of a fit."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.linear_model import Perceptron


def quiz(rng):
    """Ask what a mistake does to the weights, and whether a row is one."""
    X = rng.integers(-4, 5, size=(6, 2)).astype(float)
    y = np.where(X @ rng.choice([-1.0, 1.0], size=2) + 0.5 > 0, 1, -1)
    X[:2], y[:2] = [[1.0, 2.0], [2.0, -1.0]], [1, -1]
    model = Perceptron(shuffle=False, max_iter=20)
    tr = recorded(model.mistakes(X, y), model, X, y)
    k = int(rng.integers(0, min(4, len(tr))))
    step = tr[k]
    w, b = (tr[k - 1].w, tr[k - 1].b) if k else (np.zeros(2), 0.0)
    x = X[step.row]
    other = int(rng.integers(0, 6))
    score = float(X[other] @ step.w + step.b)
    wrong = y[other] * score <= 0
    return [
        ask(
            rng,
            f"w = {number(w)}, b = {number(b)}. The row {number(x)} with label {int(step.y):+d} is a mistake. "
            "What is w then (rate 1)?",
            number(step.w),
            (number(w - step.y * x), number(w + x), number(w)),
            because(f"w + y x = {number(w)} {int(step.y):+d} * {number(x)}", tr, k),
        ),
        ask(
            rng,
            f"w = {number(step.w)}, b = {number(step.b)}. Is the row {number(X[other])} with label {int(y[other]):+d} "
            "a mistake?",
            "yes" if wrong else "no",
            ("no", "yes"),
            because(f"y (w x + b) = {number(y[other] * score)}; a mistake is <= 0", tr, k),
        ),
    ]
