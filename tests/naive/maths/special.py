"""Tails of chi-squared and F as closed forms, which exist for whole degrees of freedom, with sixty digits."""

from decimal import Decimal, getcontext
from math import comb, factorial

getcontext().prec = 60


def upper_gamma(a, x):
    """Return Q(a, x) for a whole number a: the chance of fewer than a events where x are expected."""
    x = Decimal(float(x))
    return (-x).exp() * sum(x**k / factorial(k) for k in range(a))


def lower_beta(a, b, y):
    """Return I_x(a, b) for whole numbers, x = 1 - y: the chance of a or more hits in a + b - 1 throws."""
    n, y = a + b - 1, Decimal(float(y))
    return sum(comb(n, k) * (1 - y) ** k * y ** (n - k) for k in range(a, n + 1))


def digamma(n):
    """Return psi of a whole number: the harmonic sum less Euler's constant."""
    euler = Decimal("0.57721566490153286060651209008240243104215933593992")
    return sum((1 / Decimal(k) for k in range(1, n)), Decimal(0)) - euler
