"""Sizes of vectors in exact fractions; the root to 50 digits."""

from decimal import Decimal, localcontext
from fractions import Fraction


def inner(a, b):
    return sum(Fraction(x) * Fraction(y) for x, y in zip(a, b))


def length(v):
    square = inner(v, v)
    with localcontext() as context:
        context.prec = 50
        return float((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def largest(v):
    return max(abs(x) for x in v)
