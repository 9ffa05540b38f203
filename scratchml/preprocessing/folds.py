"""Shuffled folds for out-of-fold encoding: scikit-learn's draws, in the few lines that an encoder needs.

Idea
----
The rows are cut into k parts that differ by one row at most; each part is held out once. Stratified parts also have
each class in (nearly) the same share. The draws are those of scikit-learn's `KFold` and `StratifiedKFold`, so the same
seed gives the same folds. (`model_selection` has both with all their options, but stands on a higher floor.)

References
----------
R. Kohavi (1995), "A study of cross-validation and bootstrap for accuracy estimation and model selection", IJCAI,
section 2.2.
"""

from __future__ import annotations

import numpy as np

from ..core.typing import IntArray


def cut_rows(n: int, k: int, rng: np.random.RandomState | None) -> IntArray:
    """Return each row's fold (n,): rows in order, or shuffled where `rng` is given."""
    order = np.arange(n)
    if rng is not None:
        rng.shuffle(order)
    fold = np.empty(n, dtype=np.int64)
    sizes = np.full(k, n // k)
    sizes[: n % k] += 1
    fold[order] = np.repeat(np.arange(k), sizes)
    return fold


def cut_classes(codes: IntArray, k: int, rng: np.random.RandomState | None) -> IntArray:
    """Return each row's fold (n,), each class (codes (n,): read) spread evenly over the folds."""
    _, first, codes = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)  # classes are counted in the order in which they are met
    rank[np.argsort(first)] = np.arange(len(first))
    codes = rank[codes]
    dealt = np.sort(codes)  # as if the rows were sorted by class and dealt out one by one
    counts = [np.bincount(dealt[i::k], minlength=len(first)) for i in range(k)]
    fold = np.empty(len(codes), dtype=np.int64)
    for j in range(len(first)):
        part = np.repeat(np.arange(k), [counts[i][j] for i in range(k)])
        if rng is not None:
            rng.shuffle(part)
        fold[codes == j] = part
    return fold
