"""The strong Wolfe conditions in exact fractions, and the cubic through two points by four linear equations."""

from fractions import Fraction

import numpy as np


def polynomial(coefficients, step):
    """Return value and slope of sum_k c_k step^k, exactly."""
    c, s = [Fraction(x) for x in coefficients], Fraction(step)
    return sum(x * s**k for k, x in enumerate(c)), sum(k * x * s ** (k - 1) for k, x in enumerate(c) if k)


def conditions(coefficients, step, c1, c2):
    """Say whether a step goes down enough, and whether the slope there is flat enough."""
    loss, slope = polynomial(coefficients, 0)
    loss_there, slope_there = polynomial(coefficients, step)
    down = loss_there <= loss + Fraction(c1) * Fraction(step) * slope
    return down, abs(slope_there) <= Fraction(c2) * abs(slope)


def cubic_minimum(a, b):
    """Return where the cubic through (step, loss, slope) of two points has its minimum."""
    rows = [[s**3, s**2, s, 1] for s in (a[0], b[0])] + [[3 * s**2, 2 * s, 1, 0] for s in (a[0], b[0])]
    p, q, r, _ = np.linalg.solve(rows, [a[1], b[1], a[2], b[2]])
    return (-q + np.sqrt(q * q - 3 * p * r)) / (3 * p)
