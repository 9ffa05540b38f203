"""Standardisation from the definition, with exact fractions: no rounding before the last line."""

import math
from fractions import Fraction


def column_moments(column, weight=None):
    """Return (n, mean, var) of one column as exact fractions; NaN is left out, nothing at all gives (0, None, None)."""
    weight = [1] * len(column) if weight is None else weight
    pairs = [(Fraction(float(x)), Fraction(float(w))) for x, w in zip(column, weight) if not math.isnan(x)]
    n = sum((w for _, w in pairs), Fraction(0))
    if n == 0:
        return n, None, None
    mean = sum((w * x for x, w in pairs), Fraction(0)) / n
    var = sum((w * (x - mean) ** 2 for x, w in pairs), Fraction(0)) / n
    return n, mean, var


def square_root(value):
    """Return the root of a fraction of any size, as a float, right to the last digit or so."""
    if value == 0:
        return 0.0
    shift = value.numerator.bit_length() - value.denominator.bit_length()
    half = shift // 2
    return math.ldexp(math.sqrt(float(value / Fraction(4) ** half)), half)


def standardise(X, weight=None):
    """Return (means, vars, scales, Z) of rows X, all as floats; a constant column keeps scale 1."""
    means, variances, scales = [], [], []
    for column in zip(*X):
        _, mean, var = column_moments(column, weight)
        means.append(mean)
        variances.append(var)
        scales.append(1.0 if var == 0 else square_root(var))
    Z = [
        [math.nan if math.isnan(x) else float(Fraction(float(x)) - m) / s for x, m, s in zip(row, means, scales)]
        for row in X
    ]
    return [float(m) for m in means], [float(v) for v in variances], scales, Z
