"""Drifting concepts, one sample at a time."""

import math


def concepts(n_samples, starts, width, coins, n_concepts=None):
    """Return the concept of each sample; coins[j][i] in [0, 1) decides sample i of drift j."""
    found = []
    for i in range(n_samples):
        concept = 0
        for j, start in enumerate(starts):
            if i >= start + width or (i >= start and coins[j][i - start] < (i - start + 1) / (width + 1)):
                concept += 1
        found.append(concept if n_concepts is None else concept % n_concepts)
    return found


def label(x, u, v, magnitude, concept):
    """Return the label that a concept gives to x: which side of a line, turned in the plane of u and v."""
    angle = math.pi * magnitude * concept
    w = [math.cos(angle) * a + math.sin(angle) * b for a, b in zip(u, v)]
    return int(sum(a * b for a, b in zip(w, x)) > 0)
