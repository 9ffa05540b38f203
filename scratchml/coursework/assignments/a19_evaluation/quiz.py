"""The evaluation quiz, from a recorded run of SMOTE."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.imbalance import SMOTE


def quiz(rng):
    """Ask where a new row may come from, and where it lies."""
    X = rng.permutation(20)[:11].astype(float)[:, None]
    y = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    model = SMOTE(k_neighbors=2, random_state=int(rng.integers(1000)))
    tr = recorded(model.steps(X, y), model, X, y)
    i = max(i for i, step in enumerate(tr) if step.name == "interpolate")
    step = tr[i]
    (seed, towards), gap = step.parents[0], step.gaps[0]
    new, k = step.rows[0, 0], int(rng.integers(0, 4))
    a, b = X[seed, 0], X[towards, 0]
    mine = X[step.seeds, 0]
    right = sorted(X[step.neighbours[k], 0].tolist())
    sets = [sorted(pair) for p in range(4) for q in range(p) for pair in [(mine[p], mine[q])] if mine[k] not in pair]
    near_all = sorted(X[np.argsort(np.abs(X[:, 0] - mine[k]), kind="stable")[:2], 0].tolist())
    return [
        ask(
            rng,
            f"The rare class lies at {number(mine)}. Towards which of its rows may SMOTE (2 neighbours) go from "
            f"{number(mine[k])}?",
            number(right),
            [number(near_all), *map(number, sets)],
            because("its nearest neighbours of its own class, itself left out", tr, i),
        ),
        ask(
            rng,
            f"SMOTE starts at {number(a)}, goes towards {number(b)}, and draws the gap {number(gap)}. "
            "Where is the new row?",
            new,
            (b + gap * (b - a), a - gap * (b - a), (a + b) / 2.0),
            because(f"start + gap (neighbour - start) = {number(a)} + {number(gap)} * {number(b - a)}", tr, i),
        ),
    ]
