"""The mixture's quiz, from a recorded fit of GaussianMixture."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.mixture import GaussianMixture


def quiz(rng):
    """Ask for a row's share in a component, and for that component's new weight."""
    X = np.round(np.concatenate([rng.normal(size=3), rng.normal(size=3) + 4.0]), 1)[:, None]
    model = GaussianMixture(2, means_init=[[0.0], [3.0]], weights_init=[0.5, 0.5], precisions_init=[[[1.0]], [[1.0]]])
    tr = recorded(model.steps(X), model, X)
    expect, maximise = (next(i for i, step in enumerate(tr) if step.name == name) for name in ("expect", "maximise"))
    start, moved = tr[expect - 1].found, tr[maximise].found
    rows = X - X.mean(axis=0)  # the fit works on centred rows
    spread = np.sqrt(start.covariances[:, 0, 0])
    parts = start.weights * np.exp(-0.5 * ((rows - start.means.T) / spread) ** 2) / (spread * np.sqrt(2.0 * np.pi))
    shares = parts / parts.sum(axis=1, keepdims=True)
    i = int(parts.max(axis=1).argmax())
    return [
        ask(
            rng,
            f"For the row x = {number(X[i, 0])}, weight times density is {number(parts[i])}. "
            "What is the share of component 0?",
            shares[i, 0],
            (shares[i, 1], parts[i, 0], 1.0, 0.5),
            because("its part of the sum", tr, expect),
        ),
        ask(
            rng,
            f"The shares of component 0 in the 6 rows are {number(shares[:, 0])}. What is its weight after 'maximise'?",
            moved.weights[0],
            (shares[:, 0].sum(), 0.5, moved.weights[1], 1.0),
            because("the sum of its shares over n", tr, maximise),
        ),
    ]
