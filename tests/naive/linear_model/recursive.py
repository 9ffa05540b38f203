"""Sherman and Morrison's update in exact fractions, one row at a time, the intercept as a column of ones."""

from fractions import Fraction

from tests.naive.linear_model.linear_regression import normal_equations, rational, solve


def start(X, y):
    """Return (P, w): the inverse of X'X, and the best weights, for rows X (with a one put before each) and y."""
    A, b = normal_equations(X, y, None, True)
    d = len(A)
    columns = [solve([row[:] for row in A], [Fraction(i == k) for i in range(d)]) for k in range(d)]
    return [[columns[k][i] for k in range(d)] for i in range(d)], solve([row[:] for row in A], b)


def add_row(P, w, x, y):
    """Return (P, w) with one more row x and its y: gain k = P x / (1 + x'P x), w + k (y - x'w), P - k (P x)'."""
    x = [Fraction(1), *rational(x)]
    d = len(x)
    Px = [sum(P[i][j] * x[j] for j in range(d)) for i in range(d)]
    scale = 1 + sum(u * v for u, v in zip(x, Px))
    miss = Fraction(float(y)) - sum(u * v for u, v in zip(x, w))
    gain = [v / scale for v in Px]
    return (
        [[P[i][j] - gain[i] * Px[j] for j in range(d)] for i in range(d)],
        [v + k * miss for v, k in zip(w, gain)],
    )
