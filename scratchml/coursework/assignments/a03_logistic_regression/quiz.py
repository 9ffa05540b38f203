"""The logistic regression quiz, from a recorded fit."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.linear_model import LogisticRegression


def quiz(rng):
    """Ask for a row's probability under the weights of a step, and for the direction of the first move."""
    X = rng.permutation(12)[:6].astype(float)[:, None] - 5.0
    y = (X[:, 0] * rng.choice([-1.0, 1.0]) + rng.normal(size=6) > 0).astype(int)
    y[:2] = 0, 1
    model = LogisticRegression(solver="gd", max_iter=1000)
    tr = recorded(model.steps(X, y), model, X, y)
    i = int(rng.integers(0, 6))
    w, b = tr[1].coef[0, 0], tr[1].intercept[0]
    z = w * X[i, 0] + b
    p = 1.0 / (1.0 + np.exp(-z))
    move = tr[1].coef[0, 0] - tr[0].coef[0, 0]
    return [
        ask(
            rng,
            f"After its first move the fit has w = {number(w)}, b = {number(b)}. "
            f"What probability of class 1 has the row x = {number(X[i, 0])}?",
            p,
            (1.0 - p, z, 1.0 / (1.0 + np.exp(-w * X[i, 0] + b)), 0.5),
            because(f"1 / (1 + exp(-(w x + b))) with w x + b = {number(z)}", tr, 1),
        ),
        ask(
            rng,
            f"x = {number(X[:, 0])}, y = {y.tolist()}; a fit starts at w = 0. Where does its first move take w?",
            "up" if move > 0 else "down",
            ("down", "up"),
            because(f"against the slope mean((p - y) x); w goes to {number(w)}", tr, 1),
        ),
    ]
