"""Gradient descent and stochastic gradients for least squares, in plain loops, with a constant step."""


def mean(values):
    return sum(values) / len(values)


def standardise(values, spread):
    """Return the values minus their mean, divided by their length, or by their deviation with `spread`."""
    centre = mean(values)
    length = sum((v - centre) ** 2 for v in values) ** 0.5
    unit = length / len(values) ** 0.5 if spread else length
    return [(v - centre) / unit for v in values], unit


def standardised(X, y, spread):
    columns, units = zip(*(standardise([row[f] for row in X], spread) for f in range(len(X[0]))))
    z, height = standardise(y, spread)
    return list(zip(*columns)), units, z, height


def gradient_descent(X, y, eta0, iterations):
    """Return the weights after so many steps from 0, columns divided by their length."""
    U, lengths, z, height = standardised(X, y, spread=False)
    v = [0.0] * len(U[0])
    for _ in range(iterations):
        r = [target - sum(a * b for a, b in zip(row, v)) for row, target in zip(U, z)]
        v = [b + eta0 * sum(row[f] * miss for row, miss in zip(U, r)) for f, b in enumerate(v)]
    return [b * height / length for b, length in zip(v, lengths)]


def stochastic_gradient(X, y, eta0, orders, batch_size):
    """Return the average of the weights over all updates after two epochs (the last ones, if there were no more)."""
    U, deviations, z, height = standardised(X, y, spread=True)
    v = [0.0] * len(U[0])
    visited = []
    for epoch, order in enumerate(orders):
        for first in range(0, len(order), batch_size):
            rows = order[first : first + batch_size]
            r = [z[i] - sum(a * b for a, b in zip(U[i], v)) for i in rows]
            slope = [sum(U[i][f] * miss for i, miss in zip(rows, r)) / len(rows) for f in range(len(v))]
            v = [b + eta0 * g for b, g in zip(v, slope)]
            if epoch >= 2:
                visited.append(v)
    found = [mean(column) for column in zip(*visited)] if visited else v
    return [b * height / deviation for b, deviation in zip(found, deviations)]
