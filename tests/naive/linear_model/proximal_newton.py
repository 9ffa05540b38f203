"""Logistic regression with l1 by ISTA: a small step along the gradient, then pull every weight towards 0; often."""

import math


def slopes(X, y, w, b):
    """Return the gradient of the mean loss in w (k, d) and b (k,), for class numbers y, one row after the other."""
    n, k, d = len(X), len(b), len(X[0])
    gw, gb, loss = [[0.0] * d for _ in range(k)], [0.0] * k, 0.0
    for row, label in zip(X, y):
        z = [sum(v * x for v, x in zip(w[c], row)) + b[c] for c in range(k)]
        top = max(z)
        total = sum(math.exp(v - top) for v in z)
        loss += (top + math.log(total) - z[label]) / n
        for c in range(k):
            away = (math.exp(z[c] - top) / total - (c == label)) / n
            gb[c] += away
            for f in range(d):
                gw[c][f] += away * row[f]
    return loss, gw, gb


def proximal_gradient(X, y, k, l1, l2, step, steps):
    """Return w, b and the objective: mean loss + l1 |w| + l2 / 2 w^2."""
    d = len(X[0])
    w, b = [[0.0] * d for _ in range(k)], [0.0] * k
    for _ in range(steps):
        _, gw, gb = slopes(X, y, w, b)
        for c in range(k):
            b[c] -= step * gb[c]
            for f in range(d):
                v = w[c][f] - step * gw[c][f]
                w[c][f] = math.copysign(max(abs(v) - step * l1, 0.0), v) / (1.0 + step * l2)
    loss = slopes(X, y, w, b)[0]
    size = sum(abs(v) for row in w for v in row)
    return w, b, loss + l1 * size + l2 / 2 * sum(v * v for row in w for v in row)
