"""Bootstraps: each tree's own sample of the rows, drawn with replacement; what is left out can judge the tree.

Idea
    Draw n of the n rows, with replacement. Some come twice, and about a third (1/e) not at all: those are out of the
    tree's bag, as good as new data for it. The sample is kept as how many times each row came: a weight. So all trees
    share the rows, their values and their sorted orders.
References
    Breiman, Bagging predictors, Machine Learning 24 (1996); Out-of-bag estimation (1996).
"""

from __future__ import annotations

import warnings

import numpy as np

from ..core.random import borrowed
from ..core.typing import FloatArray, IntArray


def sample_size(n: int, max_samples: int | float | None, weight: FloatArray | None) -> int:
    """Return how many rows a bootstrap draws: n, a count, or a share of n (of all weight, where there are weights)."""
    if max_samples is None:
        return n
    if isinstance(max_samples, (int, np.integer)):
        return int(max_samples)
    total = n if weight is None else float(weight.sum())
    size = max(int(max_samples * total), 1)
    if size < max(10, n ** (1 / 3)):
        what = "the number of samples" if weight is None else "the total sum of sample weights"
        warnings.warn(
            f"Using the fractional value max_samples={max_samples} when {what} is {total} results in a low number "
            f"({size}) of bootstrap samples. We recommend passing `max_samples` as an integer instead.",
            stacklevel=4,
        )
    return size


def draw_rows(seed: int, n: int, size: int, weight: FloatArray | None) -> IntArray:
    """Return `size` of n rows (size,), drawn with replacement; a row's chance is its share of weight (n,)."""
    rng = borrowed(seed)
    if weight is None:
        return rng.randint(0, n, size)
    return rng.choice(n, size, replace=True, p=weight / np.sum(weight))


def count_rows(rows: IntArray, n: int) -> FloatArray:
    """Return how many times each of n rows was drawn."""
    return np.bincount(rows, minlength=n).astype(np.float64)
