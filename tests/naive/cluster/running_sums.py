"""Sums of clusters in fractions: no rounding at all."""

from fractions import Fraction


def exact_sums(rows, weight, labels, k):
    """Return the sum of w x of each cluster and its mass, every product w x rounded once, nothing else."""
    sums = [[Fraction(0)] * len(rows[0]) for _ in range(k)]
    mass = [Fraction(0)] * k
    for x, w, j in zip(rows, weight, labels):
        mass[j] += Fraction(float(w))
        sums[j] = [s + Fraction(float(w * v)) for s, v in zip(sums[j], x)]
    return sums, mass
