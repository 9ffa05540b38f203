"""Conjugate gradients in exact fractions: after at most d steps the residual is not small but 0."""

from fractions import Fraction


def product(A, v):
    return [sum(a * x for a, x in zip(row, v)) for row in A]


def inner(u, v):
    return sum(a * b for a, b in zip(u, v))


def conjugate_gradient(A, b):
    """Return every w, from zeros to the exact solution."""
    A, b = [[Fraction(a) for a in row] for row in A], [Fraction(value) for value in b]
    w, residual = [Fraction(0)] * len(b), list(b)
    direction, path = list(residual), [[Fraction(0)] * len(b)]
    while any(residual):
        along = product(A, direction)
        step = inner(residual, residual) / inner(direction, along)
        w = [x + step * v for x, v in zip(w, direction)]
        after = [r - step * a for r, a in zip(residual, along)]
        beta = inner(after, after) / inner(residual, residual)
        direction, residual = [r + beta * v for r, v in zip(after, direction)], after
        path.append(list(w))
    return path
