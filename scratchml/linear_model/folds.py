"""Folds for the models of this room that choose their own penalty: one way to cut them, `model_selection.check_cv`.

Idea
----
What `cv` means is said once, in `model_selection`; here its folds become row numbers that can be counted and merged.

Maths
-----
None.

Cost
----
As many row numbers as there are rows, times the number of folds.

Differences
-----------
From scikit-learn, which finds out about impossible rows and empty folds later, and says less.

References
----------
T. Hastie, R. Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, section 7.10.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core.typing import Array, FloatArray, IntArray


class Fold(NamedTuple):
    """Row numbers."""

    train: IntArray
    test: IntArray


def cut_folds(cv: Any, X: FloatArray, y: Array, classifier: bool = False) -> list[Fold]:
    """Return the folds of X (n, d) and y that `cv` means; of a number of folds, with `classifier`, stratified ones.

    Raises
    ------
    TypeError, ValueError
        If `cv` means none, or a fold is without rows, or has rows that X has not.
    """
    from ..model_selection import check_cv  # a room above; loaded only when folds are wanted

    try:
        pairs = list(check_cv(cv, y, classifier=classifier).split(X, y))
    except IndexError as error:
        raise ValueError(f"cv={cv!r:.60} has rows that X has not; give row numbers from 0 to {len(X) - 1}.") from error
    folds = [Fold(row_numbers(train, len(X)), row_numbers(test, len(X))) for train, test in pairs]
    if not folds or any(not len(fold.train) or not len(fold.test) for fold in folds):
        raise ValueError(f"cv={cv!r:.60} gives no folds, or one without rows to train on or to test; each needs some.")
    return folds


def row_numbers(rows: Any, n: int) -> IntArray:
    """Return row numbers (k,), none below 0, from those or a mask (n,) that a splitter gave.

    Raises
    ------
    ValueError
        If they are not rows of X.
    """
    found: Array = np.asarray(rows)
    if found.dtype.kind == "b" and found.shape == (n,):
        return np.flatnonzero(found)
    if found.shape == (0,):
        return np.zeros(0, dtype=np.int64)
    if found.ndim != 1 or found.dtype.kind not in "iu" or found.min() < -n or found.max() >= n:
        raise ValueError(f"cv gives rows {rows!r:.60}; give row numbers from 0 to {n - 1}.")
    return found.astype(np.int64) % n
