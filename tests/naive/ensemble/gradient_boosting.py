"""Gradient boosting from the book: Friedman's algorithms 2, 3 and 5, stumps found by trying everything."""

import math

from tests.naive.ensemble.forest import grow, leaf_of, variance


def boost(X, y, n_rounds, rate, depth, start, residual_of, step_of):
    """Return (start, [(tree, step of each leaf)]), and the residuals of each round."""
    F = [start] * len(y)
    rounds, all_residuals = [], []
    for _ in range(n_rounds):
        residuals = [residual_of(v, f) for v, f in zip(y, F)]
        tree = grow([list(row) for row in X], residuals, variance, depth)
        leaves = [id(leaf_of(tree, row)) for row in X]
        steps = {
            leaf: step_of([(y[i], F[i], residuals[i]) for i in range(len(y)) if leaves[i] == leaf]) for leaf in leaves
        }
        F = [f + rate * steps[leaf] for f, leaf in zip(F, leaves)]
        rounds.append((tree, steps))
        all_residuals.append(residuals)
    return F, rounds, all_residuals


def squared_error(X, y, n_rounds, rate, depth):
    return boost(
        X,
        y,
        n_rounds,
        rate,
        depth,
        sum(y) / len(y),
        lambda v, f: v - f,
        lambda rows: sum(r for *_, r in rows) / len(rows),
    )


def middle(values):
    """Return the lower median."""
    return sorted(values)[(len(values) - 1) // 2]


def absolute_error(X, y, n_rounds, rate, depth):
    ordered, n = sorted(y), len(y)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return boost(
        X,
        y,
        n_rounds,
        rate,
        depth,
        median,
        lambda v, f: 1.0 if v >= f else -1.0,
        lambda rows: middle([v - f for v, f, _ in rows]),
    )


def log_loss(X, y, n_rounds, rate, depth):
    share = sum(y) / len(y)

    def newton(rows):
        return sum(r for *_, r in rows) / sum((v - r) * (1 - (v - r)) for v, _, r in rows)

    return boost(
        X, y, n_rounds, rate, depth, math.log(share / (1 - share)), lambda v, f: v - 1 / (1 + math.exp(-f)), newton
    )
