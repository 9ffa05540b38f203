"""Linear machines as the book has them: coordinate descent in the dual in plain order, Pegasos row by row."""

import math


def dual_coordinate_descent(X, y, C, squared, sweeps=2000):
    """Return w of the (squared) hinge; y are +1 and -1."""
    n, d = len(X), len(X[0])
    w, alpha, D, upper = [0.0] * d, [0.0] * n, 0.5 / C if squared else 0.0, math.inf if squared else C
    for _ in range(sweeps):
        for i in range(n):
            slope = y[i] * sum(a * v for a, v in zip(w, X[i])) - 1 + D * alpha[i]
            before = alpha[i]
            alpha[i] = min(max(before - slope / (sum(v * v for v in X[i]) + D), 0.0), upper)
            w = [a + (alpha[i] - before) * y[i] * v for a, v in zip(w, X[i])]
    return w


def objective(X, y, C, squared, w):
    loss = 0.0
    for row, label in zip(X, y):
        miss = max(0.0, 1 - label * sum(a * v for a, v in zip(w, row)))
        loss += C * (miss * miss if squared else miss)
    return sum(a * a for a in w) / 2 + loss


def pegasos(X, y, strength, rows):
    """Return w after a step for each of `rows`."""
    w = [0.0] * len(X[0])
    for t, i in enumerate(rows, start=1):
        eta = 1 / (strength * t)
        margin = y[i] * sum(a * v for a, v in zip(w, X[i]))
        w = [(1 - eta * strength) * a for a in w]
        if margin < 1:
            w = [a + eta * y[i] * v for a, v in zip(w, X[i])]
        length = math.sqrt(sum(a * a for a in w))
        if length > 1 / math.sqrt(strength):
            w = [a / (math.sqrt(strength) * length) for a in w]
    return w
