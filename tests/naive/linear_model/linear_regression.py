"""Least squares by the normal equations in exact fractions: no rounding before the last line."""

from fractions import Fraction
from itertools import combinations


def rational(values):
    return [Fraction(float(v)) for v in values]


def solve(A, b):
    """Return x with A x = b by Gauss and Jordan; free unknowns are 0 (A may be singular)."""
    rows = [[*row, value] for row, value in zip(A, b)]
    pivots, r = [], 0
    for c in range(len(A)):
        pivot = next((i for i in range(r, len(rows)) if rows[i][c] != 0), None)
        if pivot is None:
            continue
        rows[r], rows[pivot] = rows[pivot], rows[r]
        rows[r] = [v / rows[r][c] for v in rows[r]]
        for i in range(len(rows)):
            if i != r and rows[i][c] != 0:
                factor = rows[i][c]
                rows[i] = [u - factor * v for u, v in zip(rows[i], rows[r])]
        pivots.append(c)
        r += 1
    x = [Fraction(0)] * len(A)
    for i, c in enumerate(pivots):
        x[c] = rows[i][-1]
    return x


def normal_equations(X, y, weight, intercept):
    """Return (A, b) of the normal equations; with an intercept, its column of ones comes first."""
    weight = [1] * len(y) if weight is None else weight
    rows = [([Fraction(1)] if intercept else []) + rational(row) for row in X]
    y, weight = rational(y), rational(weight)
    d = len(rows[0])
    A = [[sum(w * row[i] * row[j] for row, w in zip(rows, weight)) for j in range(d)] for i in range(d)]
    b = [sum(w * row[i] * t for row, w, t in zip(rows, weight, y)) for i in range(d)]
    return A, b


def shortest(A, x, free):
    """Return the shortest x (counting `free` places only) among the solutions of A x = b, one of them being given.

    x - N (N'N)^-1 N' x for a basis N of the null space of A.
    """
    n = len(A)
    null = []
    reduced = [row[:] for row in A]
    pivots, r = [], 0
    for c in range(n):
        pivot = next((i for i in range(r, n) if reduced[i][c] != 0), None)
        if pivot is None:
            continue
        reduced[r], reduced[pivot] = reduced[pivot], reduced[r]
        reduced[r] = [v / reduced[r][c] for v in reduced[r]]
        for i in range(n):
            if i != r and reduced[i][c] != 0:
                factor = reduced[i][c]
                reduced[i] = [u - factor * v for u, v in zip(reduced[i], reduced[r])]
        pivots.append(c)
        r += 1
    for c in range(n):
        if c not in pivots:
            v = [Fraction(0)] * n
            v[c] = Fraction(1)
            for i, p in enumerate(pivots):
                v[p] = -reduced[i][c]
            null.append(v)
    if not null:
        return x
    gram = [[sum(u[i] * v[i] for i in free) for v in null] for u in null]
    share = solve(gram, [sum(v[i] * x[i] for i in free) for v in null])
    return [x[i] - sum(s * v[i] for s, v in zip(share, null)) for i in range(n)]


def linear_regression(X, y, weight=None, intercept=True):
    """Return (w, b) as floats: the exact best fit, rounded once; the shortest w where there are several."""
    A, b = normal_equations(X, y, weight, intercept)
    x = shortest(A, solve(A, b), range(1, len(A)) if intercept else range(len(A)))
    x = [float(v) for v in x]
    return (x[1:], x[0]) if intercept else (x, 0.0)


def sum_of_squares(X, y, w, b, weight=None):
    weight = [1] * len(y) if weight is None else weight
    total = Fraction(0)
    for row, t, s in zip(X, y, weight):
        miss = Fraction(float(t)) - Fraction(float(b)) - sum(Fraction(float(u)) * v for u, v in zip(row, w))
        total += Fraction(float(s)) * miss * miss
    return total


def nonnegative(X, y, intercept=True):
    """Return (w, b): the best fit with w >= 0, by trying every set of columns that may be in."""
    d = len(X[0])
    best = None
    for size in range(d + 1):
        for columns in combinations(range(d), size):
            A, b = normal_equations([[row[c] for c in columns] for row in X], y, None, intercept)
            x = solve(A, b) if A else []
            offset, part = (x[0], x[1:]) if intercept else (Fraction(0), x)
            if any(v < 0 for v in part):
                continue
            w = [Fraction(0)] * d
            for c, v in zip(columns, part):
                w[c] = v
            miss = sum_of_squares(X, y, w, offset)
            if best is None or miss < best[0]:
                best = miss, [float(v) for v in w], float(offset)
    return best[1], best[2]
