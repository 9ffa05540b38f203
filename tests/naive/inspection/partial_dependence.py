"""Partial dependence by its definition, and a quantile by counting."""


def partial_dependence(predict, X, features, points, weight=None):
    """Return (average by point, individual[i] by point) for a function predict(row) and points as lists of values."""
    weight = [1.0] * len(X) if weight is None else weight
    curves = []
    for row in X:
        curve = []
        for values in points:
            changed = list(row)
            for f, value in zip(features, values):
                changed[f] = value
            curve.append(predict(changed))
        curves.append(curve)
    total = sum(weight)
    average = [sum(w * curve[m] for w, curve in zip(weight, curves)) / total for m in range(len(points))]
    return average, curves


def quantile(x, p):
    """Return Cunnane's quantile: the value at place 0.4 + 0.2 p + n p of the sorted x, counted from 1."""
    x = sorted(x)
    place = min(max(len(x) * p + 0.4 + 0.2 * p, 1), len(x))
    below = min(int(place), len(x) - 1)
    return x[below - 1] + (place - below) * (x[below] - x[below - 1])
