"""Simple imputation with sorted lists and exact fractions."""

import math
from fractions import Fraction


def column_value(column, strategy):
    """Return the value for the holes (NaN) of a column, or None where nothing is there."""
    there = sorted(x for x in column if not math.isnan(x))
    if not there:
        return None
    if strategy == "mean":
        return float(sum(map(Fraction, there)) / len(there))
    if strategy == "median":
        return float((Fraction(there[(len(there) - 1) // 2]) + Fraction(there[len(there) // 2])) / 2)
    highest = max(there.count(x) for x in there)
    return next(x for x in there if there.count(x) == highest)


def fill(X, strategy):
    """Return the rows of X with their holes filled."""
    values = [column_value(column, strategy) for column in zip(*X)]
    return [[v if math.isnan(x) else x for x, v in zip(row, values)] for row in X]
