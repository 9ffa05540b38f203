"""Logistic regression by the formulas of the book: loops over rows, classes and columns, and Newton's steps.

W is a list of rows, one for each class (one in all for two classes), intercept last.
"""

import math

from tests.naive.linear_model.linear_regression import solve


def logits(W, x):
    return [sum(w * v for w, v in zip(row, [*x, 1.0])) for row in W]


def probabilities(W, x):
    """Return the probability of each class."""
    z = logits(W, x)
    z = [0.0, z[0]] if len(z) == 1 else z
    top = max(z)
    e = [math.exp(v - top) for v in z]
    return [v / sum(e) for v in e]


def objective(W, X, codes, C=1.0, weight=None, l1_ratio=0.0):
    """Return C sum of losses + penalty, divided by C times the sum of weights."""
    weight = [1.0] * len(X) if weight is None else weight
    total = sum(weight)
    loss = -sum(s * math.log(probabilities(W, x)[c]) for x, c, s in zip(X, codes, weight)) / total
    w = [v for row in W for v in row[:-1]]
    penalty = l1_ratio * sum(abs(v) for v in w) + (1 - l1_ratio) / 2 * sum(v * v for v in w)
    return loss + penalty / (C * total)


def gradient(W, X, codes, C=1.0, weight=None):
    weight = [1.0] * len(X) if weight is None else weight
    total, d = sum(weight), len(X[0])
    first = 1 if len(W) == 1 else 0  # two classes: the row of W belongs to the second
    G = [[0.0] * (d + 1) for _ in W]
    for x, code, s in zip(X, codes, weight):
        p = probabilities(W, x)
        for c in range(len(W)):
            miss = p[c + first] - (code == c + first)
            for f, v in enumerate([*x, 1.0]):
                G[c][f] += s * miss * v / total
    for c in range(len(W)):
        for f in range(d):
            G[c][f] += W[c][f] / (C * total)
    return G


def hessian(W, X, C=1.0, weight=None):
    """Return the second derivatives as a square list, W's entries row after row."""
    weight = [1.0] * len(X) if weight is None else weight
    total, D, k = sum(weight), len(X[0]) + 1, len(W)
    first = 1 if k == 1 else 0
    H = [[0.0] * (k * D) for _ in range(k * D)]
    for x, s in zip(X, weight):
        p, row = probabilities(W, x), [*x, 1.0]
        for c in range(k):
            for e in range(k):
                q = p[c + first] * ((c == e) - p[e + first])
                for f in range(D):
                    for g in range(D):
                        H[c * D + f][e * D + g] += s * q * row[f] * row[g] / total
    for c in range(k):
        for f in range(D - 1):
            H[c * D + f][c * D + f] += 1.0 / (C * total)
    return H


def newton(X, codes, k, C=1.0, weight=None, steps=12):
    """Return W after some of Newton's steps from 0; intercepts of several classes are made to sum to 0."""
    D = len(X[0]) + 1
    W = [[0.0] * D for _ in range(1 if k == 2 else k)]
    for _ in range(steps):
        H, G = hessian(W, X, C, weight), gradient(W, X, codes, C, weight)
        for c in range(len(W) if k > 2 else 0):  # one intercept more or less for all changes nothing: pin their sum
            for e in range(len(W)):
                H[c * D + D - 1][e * D + D - 1] += 1.0
        move = solve(H, [g for row in G for g in row])
        W = [[w - move[c * D + f] for f, w in enumerate(row)] for c, row in enumerate(W)]
    return W


def gradient_descent(X, codes, k, step_size, steps, C=1.0):
    """Return the W of each step from 0, all steps of the same size."""
    W = [[0.0] * (len(X[0]) + 1) for _ in range(1 if k == 2 else k)]
    path = [W]
    for _ in range(steps):
        G = gradient(W, X, codes, C)
        W = [[w - step_size * g for w, g in zip(row, slope)] for row, slope in zip(W, G)]
        path.append(W)
    return path
