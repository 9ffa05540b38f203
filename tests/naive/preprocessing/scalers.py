"""The scalers as their definitions say, one column or row after the other."""

import math
from statistics import NormalDist


def by_column(X, shift_and_scale):
    """Return X with each column shifted and divided."""
    columns = [list(column) for column in zip(*X)]
    found = []
    for column in columns:
        shift, scale = shift_and_scale(sorted(column))
        found.append([(x - shift) / (scale if scale else 1.0) for x in column])
    return [list(row) for row in zip(*found)]


def quantile(ordered, share):
    """Return the value at place share (n - 1), its neighbours mixed."""
    place = share * (len(ordered) - 1)
    k = math.floor(place)
    above = min(k + 1, len(ordered) - 1)
    return ordered[k] + (place - k) * (ordered[above] - ordered[k])


def MinMaxScaler(X, feature_range=(0, 1), clip=False):
    """Scale to a range."""
    low, high = feature_range
    Z = by_column(X, lambda c: (c[0], c[-1] - c[0]))
    return [[low + z * (high - low) for z in row] for row in Z]


def MaxAbsScaler(X, clip=False):
    """Divide by the largest absolute value."""
    return by_column(X, lambda c: (0.0, max(abs(x) for x in c)))


def RobustScaler(X, quantile_range=(25.0, 75.0), unit_variance=False, with_centering=True, with_scaling=True):
    """Subtract the median, divide by the distance of quantiles."""
    low, high = (q / 100 for q in quantile_range)
    unit = NormalDist().inv_cdf(high) - NormalDist().inv_cdf(low) if unit_variance else 1.0

    def shift_and_scale(c):
        distance = quantile(c, high) - quantile(c, low)
        return quantile(c, 0.5) if with_centering else 0.0, (distance or 1.0) / unit if with_scaling else 1.0

    return by_column(X, shift_and_scale)


def Normalizer(X, norm="l2"):
    """Divide each row by its length."""
    lengths = {"l1": lambda x: sum(map(abs, x)), "l2": lambda x: math.hypot(*x), "max": lambda x: max(map(abs, x))}
    return [[x / lengths[norm](row) for x in row] for row in X]
