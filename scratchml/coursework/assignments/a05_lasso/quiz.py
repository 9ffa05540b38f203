"""The lasso quiz, from a recorded fit of Lasso."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.linear_model import Lasso


def quiz(rng):
    """Ask for a weight after the first pass over the columns, and for the gap."""
    X = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])  # columns at right angles, of mean square 1
    y = X @ rng.permutation([3.0, -2.0, 1.0, 4.0])[:2] + np.round(rng.normal(size=4), 1)
    alpha = float(rng.integers(1, 4)) / 2.0
    model = Lasso(alpha=alpha, fit_intercept=False)
    tr = recorded(model.steps(X, y), model, X, y)
    turn = next((i for i, step in enumerate(tr) if step.name == "pass"), len(tr) - 1)
    f = int(rng.integers(0, 2))
    rho = X[:, f] @ y / 4
    return [
        ask(
            rng,
            f"mean(x_f y) = {number(rho)}, mean(x_f^2) = 1, columns at right angles, alpha = {number(alpha)}. "
            "Which weight does the first pass give to x_f?",
            tr[turn].w[f],
            (rho, rho / (1.0 + alpha), rho + alpha * np.sign(rho), 0.0),
            because("the soft threshold: towards zero by alpha, and no farther than zero", tr, turn),
        ),
        ask(
            rng,
            f"At its start the primal value is {number(tr[0].primal)} and the dual value {number(tr[0].dual)}. "
            "By how much can the objective fall at most?",
            tr[0].gap,
            (tr[0].primal, tr[0].dual, tr[0].primal + tr[0].dual),
            because("the gap: primal minus dual", tr, 0),
        ),
    ]
