"""The least squares quiz, from a recorded fit of LinearRegression."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.linear_model import LinearRegression


def quiz(rng):
    """Ask what the fit's last two steps find, given what the first two found."""
    X = rng.permutation(9)[:4].astype(float)[:, None]
    y = np.round(X[:, 0] * rng.integers(1, 4) + rng.normal(size=4) * 2.0)
    model = LinearRegression()
    tr = recorded(model.steps(X, y), model, X, y)
    gram, solve = (next(i for i, step in enumerate(tr) if step.name == name) for name in ("gram", "solve"))
    squares, mean_x, mean_y = np.ravel(tr[gram].gram)[0], tr[gram].mean_x[0], tr[gram].mean_y[0]
    w, b = np.ravel(tr[solve].w)[0], np.ravel(tr[solve].intercept)[0]
    told = (
        f"x = {number(X[:, 0])}, y = {number(y)}. The fit has found the means {number(mean_x)} and {number(mean_y)}, "
        f"and sum (x - mean)^2 = {number(squares)}."
    )
    return [
        ask(
            rng,
            f"{told} Which weight does its step 'solve' find?",
            w,
            (X[:, 0] @ y / squares, -w, 2.0 * w + 1.0),
            because(
                f"sum (x - mean x)(y - mean y) / sum (x - mean x)^2 = {number(w * squares)} / {number(squares)}",
                tr,
                solve,
            ),
        ),
        ask(
            rng,
            f"The weight is {number(w)}. Which intercept belongs to it?",
            b,
            (mean_y, mean_y + w * mean_x, -b - 1.0),
            because(f"mean y - w mean x = {number(mean_y)} - {number(w)} * {number(mean_x)}", tr, solve),
        ),
    ]
