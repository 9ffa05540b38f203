"""The components' quiz, from a recorded fit of PCA."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.decomposition import PCA


def quiz(rng):
    """Ask for a share of the variance, and for the direction of the first component."""
    along = rng.permutation([-3.0, -1.0, 0.0, 1.0, 3.0])
    slope = float(rng.choice([-2.0, -0.5, 0.5, 2.0]))
    X = np.stack([along, slope * along + np.round(rng.normal(size=5) * 0.3, 1)], axis=1)
    model = PCA(2)
    tr = recorded(model.steps(X), model, X)
    i = next(i for i, step in enumerate(tr) if step.variances is not None)
    variances, way = tr[i].variances * 4.0 ** tr[i].exponent, tr[i].components[0]
    way = way * (1.0 if way[0] >= 0 else -1.0)
    share = variances[0] / variances.sum()
    return [
        ask(
            rng,
            f"The variances along the two components are {number(variances)}. What share does the first explain?",
            share,
            (1.0 - share, variances[0], np.sqrt(share) - 0.1),
            because("its variance over the sum of all", tr, i),
        ),
        ask(
            rng,
            f"Points at {number(X)}: along which direction is the first component?",
            number(way),
            (number(way[::-1]), number(way * [1.0, -1.0]), number(way[::-1] * [1.0, -1.0])),
            because("where the points are spread widest; the second stands at a right angle to it", tr, i),
        ),
    ]
