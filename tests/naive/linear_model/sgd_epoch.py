"""Stochastic gradient descent by the book: one weight vector, one sample after the other, no tricks.

No scale beside the weights, no product ahead, no mean in arrears: all iterates are listed. Derivatives are differences
of the losses, so a wrong slope in the package cannot be repeated here.
"""

import math

LOSSES = {
    "hinge": lambda z, y, p: max(1 - y * z, 0.0),
    "perceptron": lambda z, y, p: max(-y * z, 0.0),
    "squared_hinge": lambda z, y, p: max(1 - y * z, 0.0) ** 2,
    "log_loss": lambda z, y, p: math.log1p(math.exp(-abs(z))) + max(-y * z, 0.0),
    "modified_huber": lambda z, y, p: max(1 - y * z, 0.0) ** 2 if y * z >= -1 else -4 * y * z,
    "squared_error": lambda z, y, p: (z - y) ** 2 / 2,
    "huber": lambda z, y, p: (z - y) ** 2 / 2 if abs(z - y) <= p else p * abs(z - y) - p * p / 2,
    "epsilon_insensitive": lambda z, y, p: max(abs(z - y) - p, 0.0),
    "squared_epsilon_insensitive": lambda z, y, p: max(abs(z - y) - p, 0.0) ** 2,
}


def slope(loss, z, y, p, step=1e-6):
    """Return the derivative of a loss in z by a central difference; at a hinge's kink the side of the mistake."""
    value = LOSSES[loss]
    if loss in ("hinge", "perceptron"):
        return -y if y * z <= (1 if loss == "hinge" else 0) else 0.0
    return (value(z + step, y, p) - value(z - step, y, p)) / (2 * step)


def xorshift(seed):
    """Yield Marsaglia's 32-bit numbers, the highest bit cut off."""
    while True:
        for shift in (13, -17, 5):
            moved = seed << shift if shift > 0 else seed >> -shift
            seed = (seed ^ moved) % 2**32
        yield seed % 2**31


def shuffled(order, seed):
    """Return the order after Fisher and Yates' shuffle."""
    order, numbers = list(order), xorshift(seed)
    for k in range(len(order) - 1):
        j = k + next(numbers) % (len(order) - k)
        order[k], order[j] = order[j], order[k]
    return order


def eta_at(t, schedule, eta0, power_t, alpha, loss, p):
    """Return the length of update t."""
    if schedule == "optimal":
        typical = alpha**-0.25
        first = typical / max(1.0, slope(loss, -typical, 1.0, p))
        return 1 / (alpha * (1 / (alpha * first) + t - 1))
    return eta0 / t**power_t if schedule == "invscaling" else eta0


def descend(
    X,
    y,
    loss,
    *,
    epochs,
    seed=None,
    penalty="l2",
    alpha=1e-4,
    l1_ratio=0.15,
    schedule="optimal",
    eta0=0.01,
    power_t=0.5,
    p=0.1,
    weight=None,
):
    """Return (all iterates [(w, b), ...], objective of each epoch); a shuffle of each epoch with the same seed."""
    n, d = len(X), len(X[0])
    l1 = {"l1": 1.0, "elasticnet": l1_ratio}.get(penalty, 0.0)
    l2 = 0.0 if penalty is None else 1 - l1
    w, b, paid, owed, t = [0.0] * d, 0.0, [0.0] * d, 0.0, 1
    order, iterates, objectives = list(range(n)), [], []
    for _ in range(epochs):
        if seed is not None:
            order = shuffled(order, seed)
        total = 0.0
        for i in order:
            z = sum(w[f] * X[i][f] for f in range(d)) + b
            total += LOSSES[loss](z, y[i], p) + alpha * (l2 / 2 * sum(v * v for v in w) + l1 * sum(map(abs, w)))
            eta = eta_at(t, schedule, eta0, power_t, alpha, loss, p)
            c = -eta * slope(loss, z, y[i], p) * (1 if weight is None else weight[i])
            w = [max(0.0, 1 - l2 * eta * alpha) * v for v in w]
            w = [v + c * x for v, x in zip(w, X[i])]
            b += c
            iterates.append((w, b))
            owed += l1 * eta * alpha
            for f in range(d):
                before = w[f]
                if w[f] > 0:
                    w[f] = max(0.0, w[f] - (owed + paid[f]))
                elif w[f] < 0:
                    w[f] = min(0.0, w[f] + (owed - paid[f]))
                paid[f] += w[f] - before
            t += 1
        objectives.append(total / n)
    return iterates, objectives
