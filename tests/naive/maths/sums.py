"""Sums in exact fractions."""

from fractions import Fraction


def inner_product(u, v):
    """Return u'v, rounded once."""
    return float(sum(Fraction(float(a)) * Fraction(float(b)) for a, b in zip(u, v)))
