"""Polynomial features as the definition says: for each choice of columns, their product."""

from itertools import combinations, combinations_with_replacement


def choices(d, low, high, interaction_only, include_bias):
    """Return the tuples of columns that are multiplied, in order."""
    choose = combinations if interaction_only else combinations_with_replacement
    products = [columns for k in range(max(low, 1), high + 1) for columns in choose(range(d), k)]
    return [(), *products] if include_bias else products


def transform(X, low, high, interaction_only=False, include_bias=True):
    """Return the products of each row."""
    rows = []
    for row in X:
        made = []
        for columns in choices(len(row), low, high, interaction_only, include_bias):
            product = 1.0
            for f in reversed(columns):
                product = product * row[f]
            made.append(product)
        rows.append(made)
    return rows
