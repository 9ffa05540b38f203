"""Rows cut into folds, each to be held out once: the draws that splitters and out-of-fold encoders share.

Idea
----
Cut a row of cards, in order or shuffled, into k stretches. Or deal them, sorted by class, one by one to k players: then
each player has his share of every class.

Maths
-----
``n`` rows: the first ``n % k`` stretches have ``n // k + 1`` rows, the others ``n // k``. Dealt: row p of the rows
sorted by class goes to fold ``p % k``, so of the ``n_c`` rows of class c every fold gets ``floor(n_c / k)`` or
``ceil(n_c / k)``. Which rows of a class go where: in the order of the data, or shuffled.

Cost
----
O(n), O(n log n) for sorting by class.

Differences
-----------
None from scikit-learn's KFold and StratifiedKFold: the same random numbers in the same order.

References
----------
R. Kohavi (1995), "A study of cross-validation and bootstrap for accuracy estimation and model selection", IJCAI,
section 2.2.
"""

from __future__ import annotations

import numpy as np

from ..core.typing import IntArray


def consecutive_folds(order: IntArray, n_splits: int) -> list[IntArray]:
    """Cut `order` (n,) into `n_splits` stretches whose lengths differ by at most one, longer ones first."""
    return np.array_split(order, n_splits)


def number_by_appearance(codes: IntArray) -> IntArray:
    """Number the classes anew, (n,): 0 for the first to appear in `codes`, 1 for the next."""
    n, many = len(codes), int(codes.max()) + 1
    first_seen, rank = np.full(many, n), np.empty(many, dtype=np.int64)
    first_seen[codes[::-1]] = np.arange(n - 1, -1, -1)  # of several places that one code has, the last stays: the first
    rank[np.argsort(first_seen)] = np.arange(many)
    return rank[codes]


def deal_classes(codes: IntArray, n_splits: int, rng: np.random.RandomState | None) -> IntArray:
    """Return each row's fold (n,), every class dealt evenly. `codes` (n,): classes by appearance. None: keep order."""
    fold_of = np.empty(len(codes), dtype=np.int64)
    by_class = np.argsort(codes.astype(np.min_scalar_type(codes.max())), kind="stable")  # narrow: sorted sooner
    start, before = 0, np.arange(n_splits - 1, -1, -1)
    for count in np.bincount(codes):
        stop = start + count
        # rows of this class per fold; plainly: np.bincount(np.arange(start, stop) % n_splits, minlength=n_splits)
        share = (stop + before) // n_splits - (start + before) // n_splits
        folds = np.repeat(np.arange(n_splits), share)
        if rng is not None:
            rng.shuffle(folds)
        fold_of[by_class[start:stop]] = folds
        start = stop
    return fold_of
