"""Losses of probabilities by loops, as a book defines them."""

import math


def log_loss(true_columns, table):
    return sum(-math.log(row[true]) for true, row in zip(true_columns, table)) / len(table)


def brier_score(true_columns, table):
    """Brier's own definition: squared distances summed over the classes, averaged over the samples."""
    total = 0.0
    for true, row in zip(true_columns, table):
        for j, p in enumerate(row):
            total += (p - (1 if j == true else 0)) ** 2
    return total / len(table)


def hinge_loss(true_columns, table):
    """Crammer and Singer's: how far the true decision is from beating every other one by 1."""
    total = 0.0
    for true, row in zip(true_columns, table):
        total += max(0.0, max(1.0 + value - row[true] for j, value in enumerate(row) if j != true))
    return total / len(table)
