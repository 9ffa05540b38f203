"""The nearest centre of each row, in exact fractions: what is a tie here is a tie in truth."""

from fractions import Fraction


def rational(rows):
    return [[Fraction(float(v)) for v in row] for row in rows]


def squares(x, centres):
    """Return the exact squared distance of one row to each centre."""
    return [sum((a - b) ** 2 for a, b in zip(x, c)) for c in centres]


def nearest(X, centres):
    """Return for each row the indices of all centres at the least distance, lowest first."""
    X, centres = rational(X), rational(centres)
    found = []
    for x in X:
        away = squares(x, centres)
        found.append([j for j in range(len(centres)) if away[j] == min(away)])
    return found


def cluster_sums(X, weight, labels, k):
    """Return (sums, mass) of each cluster, as floats."""
    sums, mass = [[Fraction(0)] * len(X[0]) for _ in range(k)], [Fraction(0)] * k
    for x, w, j in zip(rational(X), weight, labels):
        w = Fraction(float(w))
        mass[j] += w
        sums[j] = [s + w * v for s, v in zip(sums[j], x)]
    return [[float(v) for v in row] for row in sums], [float(m) for m in mass]


def inertia(X, weight, centres, labels):
    X, centres = rational(X), rational(centres)
    return float(sum(Fraction(float(w)) * squares(x, [centres[j]])[0] for x, w, j in zip(X, weight, labels)))
