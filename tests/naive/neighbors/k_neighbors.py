"""k nearest neighbours from the book: sort all rows by their distance, let the first k vote, in exact fractions."""

from fractions import Fraction

from tests.naive.maths.distances import distance


def nearest(measure, X, queries, k, alone=False):
    """Return (distances, indices), nearest first, ties to the lowest index; `alone` leaves out row i for query i."""
    distances, indices = [], []
    for i, x in enumerate(queries):
        found = sorted((measure(x, row), j) for j, row in enumerate(X) if not (alone and i == j))
        distances.append([gap for gap, _ in found[:k]])
        indices.append([j for _, j in found[:k]])
    return distances, indices


def named(metric, **how):
    """Return the function of two rows that a metric's name stands for."""
    return lambda x, y: distance(metric, x, y, **how)


def weight_of(gaps, weights):
    """Return the weight of each neighbour at these distances, as fractions."""
    if callable(weights):
        return [Fraction(float(v)) for v in weights(gaps)]
    if weights in ("uniform", None):
        return [Fraction(1) for _ in gaps]
    if any(gap == 0 for gap in gaps):
        return [Fraction(int(gap == 0)) for gap in gaps]
    return [1 / Fraction(float(gap)) for gap in gaps]


def votes(measure, X, y, queries, k, weights="uniform", alone=False):
    """Return, for each query, {class: votes}, classes in order."""
    ballots = []
    for gaps, indices in zip(*nearest(measure, X, queries, k, alone)):
        ballot = {label: Fraction(0) for label in sorted(set(y))}
        for j, weight in zip(indices, weight_of(gaps, weights)):
            ballot[y[j]] += weight
        ballots.append(ballot)
    return ballots


def predict(ballots):
    """Return the class with most votes, the first of those with as many."""
    return [max(ballot, key=ballot.get) for ballot in ballots]  # max keeps the first


def predict_proba(ballots):
    """Return each class's share of the votes."""
    return [[float(v / sum(ballot.values())) for v in ballot.values()] for ballot in ballots]
