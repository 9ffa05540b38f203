"""Metrics of numbers by loops over one output, as a book defines them."""

import math


def mean(values, weight=None):
    weight = [1] * len(values) if weight is None else weight
    return sum(w * v for w, v in zip(weight, values)) / sum(weight)


def median(values, weight=None):
    """The weighted median, by repeating each value as often as its (whole) weight says."""
    weight = [1] * len(values) if weight is None else weight
    repeated = sorted(v for v, w in zip(values, weight) for _ in range(int(w)))
    n = len(repeated)
    return (repeated[(n - 1) // 2] + repeated[n // 2]) / 2


def mean_squared_error(y, f, weight=None):
    return mean([(a - b) ** 2 for a, b in zip(y, f)], weight)


def mean_absolute_error(y, f, weight=None):
    return mean([abs(a - b) for a, b in zip(y, f)], weight)


def median_absolute_error(y, f, weight=None):
    return median([abs(a - b) for a, b in zip(y, f)], weight)


def mean_absolute_percentage_error(y, f, weight=None):
    return mean([abs(a - b) / abs(a) for a, b in zip(y, f)], weight)


def mean_squared_log_error(y, f, weight=None):
    return mean([(math.log(1 + a) - math.log(1 + b)) ** 2 for a, b in zip(y, f)], weight)


def mean_pinball_loss(y, f, alpha, weight=None):
    return mean([max(alpha * (a - b), (alpha - 1) * (a - b)) for a, b in zip(y, f)], weight)


def r2_score(y, f, weight=None):
    centre = mean(y, weight)
    return 1 - mean_squared_error(y, f, weight) / mean([(a - centre) ** 2 for a in y], weight)


def explained_variance_score(y, f, weight=None):
    rest = [a - b for a, b in zip(y, f)]

    def variance(values):
        centre = mean(values, weight)
        return mean([(v - centre) ** 2 for v in values], weight)

    return 1 - variance(rest) / variance(y)


def tweedie_unit_deviance(y, f, p, steps=20_000):
    """2 * integral from f to y of (y - m) / m^p dm: the definition of a unit deviance of variance function m^p."""
    width = (y - f) / steps
    total = 0.0
    for i in range(steps):
        m = f + (i + 0.5) * width
        total += (y - m) / m**p * width
    return 2 * total
