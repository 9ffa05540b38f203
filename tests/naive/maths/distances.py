"""Distances from the book, one pair at a time, in exact sums (fsum) or extended precision."""

import math

import numpy as np


def distance(metric, x, y, p=2.0, w=None):
    x, y = [float(v) for v in x], [float(v) for v in y]
    gaps = [abs(a - b) for a, b in zip(x, y)]
    if metric == "sqeuclidean":
        return math.fsum(g * g for g in gaps)
    if metric == "euclidean":
        return math.sqrt(math.fsum(g * g for g in gaps))
    if metric == "manhattan":
        return math.fsum(gaps)
    if metric == "chebyshev":
        return max(gaps)
    if metric == "minkowski":
        gaps = gaps if w is None else [v ** (1 / p) * g for v, g in zip(w, gaps)]
        largest = max(gaps) or 1.0  # powers of shares cannot overflow, and those that vanish do not count
        return largest * math.fsum((g / largest) ** p for g in gaps) ** (1 / p)
    if metric == "hamming":
        return sum(g > 0 for g in gaps) / len(gaps)
    if metric == "cosine":
        return cosine_distance(x, y)
    if metric == "nan_euclidean":
        present = [g for g in gaps if not math.isnan(g)]
        return math.sqrt(math.fsum(g * g for g in present) / len(present) * len(gaps)) if present else math.nan
    raise KeyError(metric)


def cosine_distance(x, y):
    x, y = np.asarray(x, dtype=np.longdouble), np.asarray(y, dtype=np.longdouble)
    lengths = np.sqrt((x * x).sum()) * np.sqrt((y * y).sum())
    return float(1 - (x * y).sum() / lengths) if lengths > 0 else 1.0


def distances(metric, X, Y, **how):
    return np.array([[distance(metric, x, y, **how) for y in Y] for x in X])


def nearest(metric, X, Y, k, **how):
    """Return (distances, indices) of the k nearest rows, ties to the lowest index."""
    found = [sorted((distance(metric, x, y, **how), j) for j, y in enumerate(Y))[:k] for x in X]
    return np.array([[d for d, _ in row] for row in found]), np.array([[j for _, j in row] for row in found])
