"""Votes and averages of all within a radius, from the book, in exact fractions."""

from fractions import Fraction

from tests.naive.neighbors.k_neighbors import weight_of
from tests.naive.neighbors.k_neighbors_regressor import average
from tests.naive.neighbors.radius_search import within


def votes(measure, X, y, queries, radius, weights="uniform", alone=False):
    """Return, for each query, {class: votes}, classes in order; no votes where nobody is near."""
    ballots = []
    for gaps, indices in zip(*within(measure, X, queries, radius, alone)):
        ballot = {label: Fraction(0) for label in sorted(set(y))}
        if indices:
            for j, weight in zip(indices, weight_of(gaps, weights)):
                ballot[y[j]] += weight
        ballots.append(ballot)
    return ballots


def predict(measure, X, y, queries, radius, weights="uniform", alone=False):
    """Return the average of all within the radius of each query, or NaN."""
    found = within(measure, X, queries, radius, alone)
    return [
        average([y[j] for j in indices], weight_of(gaps, weights)) if indices else float("nan")
        for gaps, indices in zip(*found)
    ]
