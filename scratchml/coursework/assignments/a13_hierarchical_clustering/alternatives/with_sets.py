"""The cut by parents, the distances by a table of formulas."""

import numpy as np


def merged_distance(method, d_ac, d_bc, d_ab, n_a, n_b, n_c):
    """Use Lance and Williams' coefficients for the plain three."""
    if method == "ward":
        whole = n_a + n_b + n_c
        parts = ((n_a + n_c) / whole) * d_ac**2 + ((n_b + n_c) / whole) * d_bc**2 - (n_c / whole) * d_ab**2
        return float(np.sqrt(max(parts, 0.0)))
    alpha_a, alpha_b, gamma = {
        "single": (0.5, 0.5, -0.5),
        "complete": (0.5, 0.5, 0.5),
        "average": (n_a / (n_a + n_b), n_b / (n_a + n_b), 0.0),
    }[method]
    return alpha_a * d_ac + alpha_b * d_bc + gamma * abs(d_ac - d_bc)


def cut(merges, k):
    """Follow parents up."""
    n = len(merges) + 1
    parent = list(range(2 * n))
    for t in range(n - k):
        parent[int(merges[t, 0])] = parent[int(merges[t, 1])] = n + t
    labels, names = [], {}
    for i in range(n):
        while parent[i] != i:
            i = parent[i]
        labels.append(names.setdefault(i, len(names)))
    return np.array(labels)
