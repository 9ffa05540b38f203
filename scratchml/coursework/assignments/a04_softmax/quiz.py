"""The softmax quiz, from a recorded fit of LogisticRegression on three classes."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.linear_model import LogisticRegression


def quiz(rng):
    """Ask for the likeliest class of a row, and for its probability, at a step of the fit."""
    y = np.array([0, 1, 2, 0, 1, 2])
    X = np.round(rng.normal(size=(6, 1)) + 2.0 * rng.permutation(3)[y][:, None])
    X[0] -= 1.0  # so that not all rows are equal
    model = LogisticRegression(max_iter=1000)
    tr = recorded(model.steps(X, y), model, X, y)
    i = int(rng.integers(0, 6))
    z = np.round(X[i] @ tr[1].coef.T + tr[1].intercept, 2)
    j = int(z.argmax())
    shares = np.exp(z - z.max())
    shares /= shares.sum()
    scores = f"At step 1 of a fit row {i}, x = {number(X[i, 0])}, has the scores {number(z)}."
    return [
        ask(
            rng,
            f"{scores} Which class is likeliest?",
            f"class {j}",
            [f"class {k}" for k in range(3)],
            because("the exponential keeps the order of the scores", tr, 1),
        ),
        ask(
            rng,
            f"{scores} What is the probability of class {j}?",
            shares[j],
            (1.0 / (1.0 + np.exp(-z[j])), shares[(j + 1) % 3], 1.0),
            because("exp(z_j) over the sum of exp(z) of all classes", tr, 1),
        ),
    ]
