"""Variances as the definition says, in exact fractions."""

from fractions import Fraction


def variances(X):
    """Return the variance of each column of X, missing values (NaN) left out."""
    found = []
    for column in zip(*X):
        values = [Fraction(float(x)) for x in column if x == x]
        mean = sum(values) / len(values)
        found.append(float(sum((x - mean) ** 2 for x in values) / len(values)))
    return found
