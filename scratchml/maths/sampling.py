"""Draws that several rooms need in the same order of random numbers: shares of classes, stratified parts.

Idea
----
A part drawn from all rows should hold every class in proportion. Shares are seldom whole numbers: each class gets its
share rounded down, and the rows still missing go to the largest remainders, ties by lot.

Maths
-----
``quota_c = m n_c / n``; ``floor(quota_c)`` rows at least, one more for the classes of largest ``quota_c - floor``.

Cost
----
O(n) for a draw.

Differences
-----------
None from scikit-learn's StratifiedShuffleSplit: the same random numbers in the same order.

References
----------
M. Balinski, H. Young (2001), "Fair representation", 2nd edition, chapter 3 (Hamilton's method).
"""

from __future__ import annotations

import numpy as np

from ..core.typing import IntArray
from .shuffle import random_order


def apportion(counts: IntArray, m: int, rng: np.random.RandomState) -> IntArray:
    """Return how many of m rows to take from classes of `counts` (c,): shares rounded down, then largest remainders."""
    quotas = counts / counts.sum() * m
    taken = np.floor(quotas)
    missing = int(m - taken.sum())
    remainders = quotas - taken
    for remainder in np.unique(remainders)[::-1]:
        if missing <= 0:
            break
        tied = np.flatnonzero(remainders == remainder)
        lucky = rng.choice(tied, size=min(len(tied), missing), replace=False)
        taken[lucky] += 1
        missing -= len(lucky)
    whole: IntArray = taken.astype(np.int64)
    return whole


def draw_stratified(
    codes: IntArray, counts: IntArray, n_train: int, n_test: int, rng: np.random.RandomState
) -> tuple[IntArray, IntArray]:
    """Return (train, test) rows in random order, each class in proportion; codes (n,) in 0 ... k-1, counts (k,)."""
    members = np.split(np.argsort(codes, kind="stable"), np.cumsum(counts)[:-1])
    for_train = apportion(counts, n_train, rng)
    for_test = apportion(counts - for_train, n_test, rng)
    train, test = [], []
    for c, rows in enumerate(members):
        shuffled = rows[random_order(len(rows), rng)]
        train.append(shuffled[: for_train[c]])
        test.append(shuffled[for_train[c] : for_train[c] + for_test[c]])
    parts = np.concatenate(train), np.concatenate(test)
    first, second = (part[random_order(len(part), rng)] for part in parts)
    return first, second
