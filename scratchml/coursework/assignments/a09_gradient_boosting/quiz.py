"""The boosting quiz, from a recorded fit of stumps."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.ensemble import GradientBoostingRegressor


def quiz(rng):
    """Ask what the second round is fitted to, and where a prediction goes."""
    X = rng.permutation(12)[:6].astype(float)[:, None]
    y = np.round(rng.normal(size=6) * 5.0)
    model = GradientBoostingRegressor(n_estimators=2, max_depth=1, learning_rate=0.5, random_state=0)
    tr = recorded(model.steps(X, y), model, X, y)
    i = int(rng.integers(0, 6))
    now, left = tr[0].raw[0, i], tr[1].residuals[0, i]
    start = y[i] - tr[0].residuals[0, i]
    leaf = (now - start) / 0.5
    return [
        ask(
            rng,
            f"y = {number(y[i])}, and after round 1 the sum of the trees answers {number(now)}. "
            "Which number is the next tree fitted to?",
            left,
            (-left, y[i], now, left / 2.0 + 1.0),
            because("the residual y - F(x): what is left over", tr, 1),
        ),
        ask(
            rng,
            f"The model starts at {number(start)}; the first stump says {number(leaf)} for a row; the rate is 0.5. "
            "What does the sum answer then?",
            now,
            (start + leaf, start - 0.5 * leaf, 0.5 * leaf),
            because("the answer so far plus rate times the stump's", tr, 0),
        ),
    ]
