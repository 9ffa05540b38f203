"""The average of the k nearest, from the book, in exact fractions."""

from fractions import Fraction

from tests.naive.neighbors.k_neighbors import nearest, weight_of


def average(values, weights):
    """Return the weighted average of numbers as a float."""
    return float(sum(w * Fraction(float(v)) for v, w in zip(values, weights)) / sum(weights))


def predict(measure, X, y, queries, k, weights="uniform", alone=False):
    """Return the average of the k nearest of each query."""
    found = nearest(measure, X, queries, k, alone)
    return [average([y[j] for j in indices], weight_of(gaps, weights)) for gaps, indices in zip(*found)]
