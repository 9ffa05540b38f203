"""Backtracking with the parabola fitted by three linear equations."""

import numpy as np


def backtracking(phi, slope, first, c1=1e-4):
    """Return every step tried along phi, the last of which is accepted. slope: of phi at 0."""
    steps = [first]
    while phi(steps[-1]) > phi(0.0) + c1 * steps[-1] * slope:
        step = steps[-1]
        # a s^2 + b s + c with value and slope at 0 and the value at step
        a, b, _ = np.linalg.solve([[0, 0, 1], [0, 1, 0], [step**2, step, 1]], [phi(0.0), slope, phi(step)])
        steps.append(min(max(-b / (2 * a), 0.1 * step), 0.5 * step))
    return steps
