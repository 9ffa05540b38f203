"""Cross-validation over a path of alphas: folds, and the products of each fold's training rows from one pass.

Idea
----
Every fold asks for the whole path, fitted to its training rows. All that the lasso needs of these rows is X'X and X'y,
and these add up: the products of the training rows are those of all the other folds' test rows together. So each row is
multiplied once, not once for every fold it trains.

Maths
-----
The merge of means and squares of two parts of the rows is that of `problem.py`. The score of a fold is the (weighted)
mean of ``(y - Xw - b)^2`` over its test rows.

Cost
----
n d^2 for all products, d^2 for each merge (folds^2), and the paths. Where columns are more than rows, or folds are no
parts of the rows, each fold looks at X itself, rows that do not train with weight 0; a small X is copied.

Differences
-----------
From scikit-learn, which multiplies the training rows of each fold.

References
----------
T. F. Chan, G. H. Golub, R. J. LeVeque (1983), The American Statistician 37(3), equation 1.5.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from ..core import chunks, map_chunks, one_blas_thread
from ..core.typing import FloatArray, IntArray
from .columns import Columns, prepare
from .folds import Fold
from .lasso import Rules
from .lasso_path import Path, follow
from .problem import BLOCK_NUMBERS, Moments, Problem, find_moments, in_range, make_problem, merge


def are_parts(folds: list[Fold], n: int) -> bool:
    """Say whether each row tests once, and trains in all other folds."""
    tested = np.concatenate([fold.test for fold in folds])
    if len(tested) != n or len(np.unique(tested)) != n:
        return False
    return all(len(fold.train) == n - len(fold.test) and len(np.union1d(fold.train, fold.test)) == n for fold in folds)


def columns_by_parts(
    X: FloatArray, y: FloatArray, weight: FloatArray | None, centred: bool, folds: list[Fold]
) -> list[Columns] | None:
    """Return the columns of each fold's training rows, all products known; None where numbers are out of range."""
    p = make_problem(X, y, weight, centred, None)

    def of_rows(rows: IntArray) -> Problem:
        return p._replace(
            X=X[rows],
            Y=p.Y[rows],
            root=None if p.root is None else p.root[rows],
            weight=None if p.weight is None else p.weight[rows],
        )

    parts = [find_moments(of_rows(fold.test), diagonal=False) for fold in folds]
    if not all(in_range(part) for part in parts) or any(part.total == 0.0 for part in parts):
        return None
    found = []
    for k, fold in enumerate(folds):
        others = [part for i, part in enumerate(parts) if i != k]
        first = others[0]._replace(gram=others[0].gram.copy(), moment=others[0].moment.copy())
        with one_blas_thread():
            moments = reduce(merge, others[1:], first) if centred else add_up(others)
        weights = None if p.weight is None else p.weight[fold.train]
        train = p._replace(
            X=X[:0], Y=p.Y[fold.train], weight=weights, root=None if p.root is None else p.root[fold.train]
        )
        found.append(Columns(train, moments))
    return found


def add_up(parts: list[Moments]) -> Moments:
    """Return the moments of all rows about 0, where there is no intercept."""
    return parts[0]._replace(
        total=sum(part.total for part in parts),
        gram=np.sum([part.gram for part in parts], axis=0),
        moment=np.sum([part.moment for part in parts], axis=0),
    )


SMALL_ENOUGH = 2**19  # numbers of X that a fold may copy: quicker than to pass over rows of no weight


class Task(NamedTuple):
    """One path on one fold."""

    fold: Fold
    columns: Columns | None  # None: to be prepared from the training rows
    alphas: FloatArray
    l1_ratio: float
    rules: Rules


def of_training_rows(
    fold: Fold, X: FloatArray, y: FloatArray, weight: FloatArray | None, centred: bool, precompute: Any
) -> Columns:
    """Return the columns of the training rows; these are copied where X is small, else the others count nothing."""
    train = fold.train
    if X.size <= SMALL_ENOUGH:
        return prepare(X[train], y[train], None if weight is None else weight[train], centred, precompute)
    counts = np.bincount(train, None if weight is None else weight[train], len(X)).astype(np.float64)
    return prepare(X, y, counts, centred, precompute)


def score_path(
    task: Task, X: FloatArray, y: FloatArray, weight: FloatArray | None, how: tuple[bool, Any, bool]
) -> tuple[FloatArray, Path]:
    """Return the mean squared error (k,) on the fold's test rows at each alpha, and the path.

    `how` is (fit_intercept, precompute, positive).
    """
    centred, precompute, positive = how
    train, test = task.fold
    columns = task.columns
    if weight is not None and not (weight[train].any() and weight[test].any()):
        raise ValueError("sample_weight is 0 in all rows that train, or in all that test, of a fold; give other folds.")
    if columns is None:
        columns = of_training_rows(task.fold, X, y, weight, centred, precompute)
    path = follow(columns, task.alphas, task.l1_ratio, positive, task.rules)
    intercept = columns.user_mean_y[0] - columns.user_mean_x @ path.coefs
    share = np.ones(len(test)) if weight is None else weight[test]
    share, total = share / share.sum(), np.zeros(len(intercept))
    with np.errstate(over="ignore", invalid="ignore"):
        for some in chunks(len(test), max(1, BLOCK_NUMBERS // X.shape[1])):  # plainly: all test rows at once
            miss = y[test[some], None] - X[test[some]] @ path.coefs - intercept
            total += share[some] @ miss**2
    return total, path


def score_paths(
    tasks: list[Task],
    X: FloatArray,
    y: FloatArray,
    weight: FloatArray | None,
    how: tuple[bool, Any, bool],
    n_jobs: int | None,
) -> list[tuple[FloatArray, Path]]:
    """Return the scores of all tasks, in their order, by as many threads as allowed."""
    with one_blas_thread():
        return map_chunks(lambda task: score_path(task, X, y, weight, how), tasks, n_jobs)
