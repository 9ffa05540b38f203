"""The path of L-BFGS-B without bounds: the Hessian's guess as a dense matrix, linear equations solved."""

import numpy as np

EPS = np.finfo(np.float64).eps


def guess_hessian(pairs, d):
    """Return B (d, d) from pairs (s, y), oldest first: theta times the identity, then BFGS's formula for each pair."""
    if not pairs:
        return np.eye(d)
    s, y = pairs[-1]
    B = (y @ y) / (s @ y) * np.eye(d)
    for s, y in pairs:
        B = B - np.outer(B @ s, B @ s) / (s @ B @ s) + np.outer(y, y) / (y @ s)
    return B


def walk(f, w, memory, n, search):
    """Return the points of n iterations from w; search(w, direction, first) returns a step."""
    pairs, points = [], [w]
    for iteration in range(n):
        gradient = f(w)[1]
        direction = -np.linalg.solve(guess_hessian(pairs[-memory:], len(w)), gradient)
        first = 1.0 if iteration else 1.0 / np.linalg.norm(direction)
        w_next = w + search(w, direction, first) * direction
        s, y = w_next - w, f(w_next)[1] - gradient
        if s @ y > EPS * -(s @ gradient):
            pairs.append((s, y))
        w = w_next
        points.append(w)
    return points
