"""The next step of More and Thuente's search, section 4 of the paper, its polynomials solved as linear equations."""

import numpy as np


def polynomial(conditions):
    """Return coefficients, lowest first, given (order of the derivative, step, value) for each of them."""
    n = len(conditions)
    rows = []
    for order, s, _ in conditions:
        p = np.polynomial.Polynomial.basis
        rows.append([(p(k).deriv(order) if order else p(k))(s) for k in range(n)])
    return np.linalg.solve(rows, [value for _, _, value in conditions])


def cubic_minimum(a, b):
    """Return where the cubic through (step, loss, slope) of two points has its minimum, None if nowhere."""
    c = polynomial([(0, a[0], a[1]), (0, b[0], b[1]), (1, a[0], a[2]), (1, b[0], b[2])])
    square = c[2] ** 2 - 3 * c[3] * c[1]
    return None if square < 0 else (-c[2] + np.sqrt(square)) / (3 * c[3])


def next_step(low, high, t, closed, least, most):
    """Return the step to try after t; points are (step, loss, slope)."""
    outwards = most if t[0] > low[0] else least
    if t[1] > low[1]:  # case 1
        cubic = cubic_minimum(low, t)
        c = polynomial([(0, low[0], low[1]), (0, t[0], t[1]), (1, low[0], low[2])])
        parabola = -c[1] / (2 * c[2])
        return cubic if abs(cubic - low[0]) < abs(parabola - low[0]) else (cubic + parabola) / 2
    if abs(t[2]) >= abs(low[2]) and t[2] * low[2] > 0:  # case 4
        return cubic_minimum(t, high) if closed else outwards
    c = polynomial([(1, low[0], low[2]), (1, t[0], t[2]), (0, low[0], low[1])])
    secant, cubic = -c[1] / (2 * c[2]), cubic_minimum(low, t)
    if t[2] * low[2] < 0:  # case 2
        return max(cubic, secant, key=lambda s: abs(s - t[0]))
    if cubic is None or (cubic - t[0]) * (t[0] - low[0]) < 0:  # case 3: no minimum beyond t
        cubic = outwards
    if closed:
        step = min(cubic, secant, key=lambda s: abs(s - t[0]))
        bound = t[0] + 0.66 * (high[0] - t[0])
        return min(step, bound) if t[0] > low[0] else max(step, bound)
    return min(most, max(least, max(cubic, secant, key=lambda s: abs(s - t[0]))))
