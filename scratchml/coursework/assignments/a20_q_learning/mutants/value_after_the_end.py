"""Outcomes that end the episode still count the next state's value."""

import numpy as np


def bellman_backup(P, V, discount):
    """Ignore ended."""
    worth = [[sum(p * (r + discount * V[t]) for p, t, r, _ in outcomes) for outcomes in actions] for actions in P]
    return np.array([max(actions) for actions in worth], dtype=float)
