"""Lasso and elastic net by plain loops: coordinate descent, proximal gradient (ISTA), the duality gap."""

import math


def soft_threshold(value, threshold):
    return math.copysign(max(abs(value) - threshold, 0.0), value)


def share_of(weight, n):
    """Return weights of the rows that add up to one."""
    weight = [1.0] * n if weight is None else [float(v) for v in weight]
    total = math.fsum(weight)
    return [v / total for v in weight]


def residuals(X, y, w, b):
    return [t - b - math.fsum(v * u for v, u in zip(row, w)) for row, t in zip(X, y)]


def objective(X, y, w, b, alpha, l1_ratio=1.0, weight=None):
    s = share_of(weight, len(y))
    miss = math.fsum(v * r * r for v, r in zip(s, residuals(X, y, w, b))) / 2
    l1, l2 = math.fsum(abs(u) for u in w), math.fsum(u * u for u in w)
    return miss + alpha * l1_ratio * l1 + alpha * (1 - l1_ratio) * l2 / 2


def elastic_net(X, y, alpha, l1_ratio=1.0, weight=None, intercept=True, positive=False, passes=3000):
    """Return (w, b) after so many passes: each weight, and the intercept, to its best value, the others held."""
    n, d = len(X), len(X[0])
    s = share_of(weight, n)
    w, b = [0.0] * d, 0.0
    r = [float(t) for t in y]
    for _ in range(passes):
        if intercept:
            shift = math.fsum(v * u for v, u in zip(s, r))
            b += shift
            r = [u - shift for u in r]
        for f in range(d):
            column = [float(row[f]) for row in X]
            square = math.fsum(v * x * x for v, x in zip(s, column))
            if square == 0.0:
                continue
            explained = math.fsum(v * x * u for v, x, u in zip(s, column, r)) + square * w[f]
            best = soft_threshold(explained, alpha * l1_ratio) / (square + alpha * (1 - l1_ratio))
            if positive:
                best = max(best, 0.0)
            r = [u - x * (best - w[f]) for u, x in zip(r, column)]
            w[f] = best
    return w, b


def ista(X, y, alpha, steps=20000):
    """Return w of the lasso without intercept: a step down the gradient, then towards 0, over and over."""
    n, d = len(X), len(X[0])
    length = 1.0 / max(math.fsum(row[f] ** 2 for row in X for f in range(d)) / n, 1e-300)
    w = [0.0] * d
    for _ in range(steps):
        r = residuals(X, y, w, 0.0)
        gradient = [-math.fsum(row[f] * u for row, u in zip(X, r)) / n for f in range(d)]
        w = [soft_threshold(u - length * g, length * alpha) for u, g in zip(w, gradient)]
    return w


def duality_gap(X, y, w, alpha, l1_ratio=1.0):
    """Return F(w) - D(s r), both written out (not divided by n), on the problem with sqrt(l2) I stacked under X."""
    n, d = len(X), len(X[0])
    l1, root = n * alpha * l1_ratio, math.sqrt(n * alpha * (1 - l1_ratio))
    rows = [list(row) for row in X] + [[root if f == g else 0.0 for g in range(d)] for f in range(d)]
    heights = [*y, *([0.0] * d)]
    r = residuals(rows, heights, w, 0.0)
    worst = max(abs(math.fsum(row[f] * u for row, u in zip(rows, r))) for f in range(d))
    s = 1.0 if worst <= l1 else l1 / worst
    v = [s * u for u in r]
    primal = math.fsum(u * u for u in r) / 2 + l1 * math.fsum(abs(u) for u in w)
    dual = math.fsum(t * u for t, u in zip(heights, v)) - math.fsum(u * u for u in v) / 2
    return primal - dual


def lasso_path(X, y, alphas, l1_ratio=1.0, intercept=False, passes=1000):
    """Return [(w, b)] for each alpha, each found from zero: slow, and without any memory."""
    return [elastic_net(X, y, alpha, l1_ratio, None, intercept, passes=passes) for alpha in alphas]


def lasso_cv(X, y, alphas, folds, weight=None, passes=1000):
    """Return the mean squared errors [alpha][fold] on the test rows, and the best alpha."""
    errors = []
    for alpha in alphas:
        errors.append([])
        for train, test in folds:
            held = None if weight is None else [weight[i] for i in train]
            w, b = elastic_net([X[i] for i in train], [y[i] for i in train], alpha, 1.0, held, passes=passes)
            r = residuals([X[i] for i in test], [y[i] for i in test], w, b)
            s = share_of(None if weight is None else [weight[i] for i in test], len(test))
            errors[-1].append(math.fsum(v * u * u for v, u in zip(s, r)))
    means = [math.fsum(row) / len(row) for row in errors]
    return errors, alphas[means.index(min(means))]
