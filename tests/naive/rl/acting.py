"""How an agent acts, by its definition, and the two seeds of a run."""

import math

import numpy as np


def choose(q, epsilon, temperature, u):
    """Return the action that the uniform number u decides on, for the list q of what each is worth."""
    n = len(q)
    if temperature > 0:
        weights = [math.exp((x - max(q)) / temperature) for x in q]
        wanted = u * sum(weights)
        for a, weight in enumerate(weights):
            wanted -= weight
            if wanted < 0:
                return a
        return n - 1
    if u < epsilon:
        return int(u / epsilon * n)
    best = [a for a in range(n) if q[a] == max(q)]
    return best[int((u - epsilon) / (1 - epsilon) * len(best))]


def chances(q, epsilon, temperature):
    """Return the chance of each action."""
    if temperature > 0:
        weights = [math.exp((x - max(q)) / temperature) for x in q]
        return [weight / sum(weights) for weight in weights]
    best = [a for a in range(len(q)) if q[a] == max(q)]
    return [epsilon / len(q) + (1 - epsilon) * (a in best) / len(best) for a in range(len(q))]


def generators(random_state):
    """Return (seed of the environment, generator of the agent) of a run."""
    rng = np.random.RandomState(random_state)
    env_seed = int(rng.randint(2**31 - 1))
    return env_seed, np.random.default_rng(int(rng.randint(2**31 - 1)))
