"""Loops without comprehensions."""

import numpy as np


def greedy_action(Q, s):
    """Search."""
    best = 0
    for a in range(Q.shape[1]):
        if Q[s, a] > Q[s, best]:
            best = a
    return best


def bellman_backup(P, V, discount):
    """Fill in state by state."""
    new = np.full(len(P), -np.inf)
    for s, actions in enumerate(P):
        for outcomes in actions:
            worth = 0.0
            for probability, following, reward, ended in outcomes:
                worth += probability * reward
                if not ended:
                    worth += probability * discount * V[following]
            new[s] = max(new[s], worth)
    return new
