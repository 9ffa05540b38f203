"""Shares of classes by hand: the largest-remainder method with fractions, nothing rounded before its time."""

from fractions import Fraction


def largest_remainders(counts, m):
    """Return (low, high) for each class: the least and most rows it may get; they differ only where lots are drawn."""
    n = sum(counts)
    quotas = [Fraction(count * m, n) for count in counts]
    base = [int(quota) for quota in quotas]
    left = m - sum(base)
    remainders = [quota - whole for quota, whole in zip(quotas, base)]
    low, high = base[:], base[:]
    for value in sorted(set(remainders), reverse=True):
        tied = [c for c, remainder in enumerate(remainders) if remainder == value]
        for c in tied:
            low[c] += left >= len(tied)
            high[c] += left > 0
        left -= min(left, len(tied))
    return low, high
