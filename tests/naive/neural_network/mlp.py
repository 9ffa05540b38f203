"""A multi-layer perceptron in plain loops: one row, one unit, one weight at a time, by the chain rule."""

import math

import numpy as np

BEND = {
    "identity": lambda z: z,
    "logistic": lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0,
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
}
SLOPE = {  # of the activation, told from its value
    "identity": lambda a: 1.0,
    "logistic": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a * a,
    "relu": lambda a: 1.0 if a > 0 else 0.0,
}


def output_loss(loss, z, y):
    """Return (loss, slopes in z) of one row; y is a class for "softmax", else a list."""
    if loss == "softmax":
        top = max(z)
        parts = [math.exp(v - top) for v in z]
        p = [part / sum(parts) for part in parts]
        return top + math.log(sum(parts)) - z[y], [p[j] - (j == y) for j in range(len(z))]
    if loss == "squared_error":
        return sum((a - b) ** 2 for a, b in zip(z, y)) / 2 / len(z), [a - b for a, b in zip(z, y)]
    if loss == "poisson":
        total = sum((b * math.log(b) if b > 0 else 0.0) - b * a - b + math.exp(a) for a, b in zip(z, y))
        return total, [math.exp(a) - b for a, b in zip(z, y)]
    total = sum(math.log1p(math.exp(-abs(a))) + max(a, 0.0) - b * a for a, b in zip(z, y))
    return total, [1 / (1 + math.exp(-a)) - b for a, b in zip(z, y)]


def loss_and_gradient(X, wanted, weight, coefs, intercepts, activation, loss, alpha):
    """Return (objective, slopes of coefs, slopes of intercepts)."""
    coef_slopes, intercept_slopes = [np.zeros_like(w) for w in coefs], [np.zeros_like(b) for b in intercepts]
    objective = 0.0
    for x, y, weight_of_row in zip(X, wanted, weight):
        values = [list(x)]
        for layer, (w, b) in enumerate(zip(coefs, intercepts)):
            z = [sum(values[-1][i] * w[i, j] for i in range(w.shape[0])) + b[j] for j in range(w.shape[1])]
            values.append(z if layer == len(coefs) - 1 else [BEND[activation](v) for v in z])
        row_loss, slopes = output_loss(loss, values[-1], y)
        objective += weight_of_row * row_loss
        for layer in range(len(coefs) - 1, -1, -1):
            w = coefs[layer]
            for j in range(w.shape[1]):
                intercept_slopes[layer][j] += weight_of_row * slopes[j]
                for i in range(w.shape[0]):
                    coef_slopes[layer][i, j] += weight_of_row * slopes[j] * values[layer][i]
            if layer:
                slopes = [
                    SLOPE[activation](values[layer][i]) * sum(w[i, j] * slopes[j] for j in range(w.shape[1]))
                    for i in range(w.shape[0])
                ]
    total = sum(weight)
    objective += alpha / 2 * sum(float((w**2).sum()) for w in coefs)
    for slope, w in zip(coef_slopes, coefs):
        slope += alpha * w
    parts = [s / total for s in coef_slopes], [s / total for s in intercept_slopes]
    return objective / total, *parts
