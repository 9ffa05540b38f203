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
parts of the rows: a copy of the training rows for each fold at work.

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

from ..core import map_chunks
from ..core.typing import FloatArray, IntArray
from .columns import Columns, prepare
from .folds import Fold
from .lasso import Rules
from .lasso_path import Path, follow
from .problem import Moments, Problem, find_moments, in_range, make_problem, merge


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


class Task(NamedTuple):
    """One path on one fold."""

    fold: Fold
    columns: Columns | None  # None: to be prepared from the training rows
    alphas: FloatArray
    l1_ratio: float
    rules: Rules


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
        columns = prepare(X[train], y[train], None if weight is None else weight[train], centred, precompute)
    path = follow(columns, task.alphas, task.l1_ratio, positive, task.rules)
    intercept = columns.user_mean_y[0] - columns.user_mean_x @ path.coefs
    with np.errstate(over="ignore", invalid="ignore"):
        miss = y[test, None] - X[test] @ path.coefs - intercept
        share = np.ones(len(test)) if weight is None else weight[test]
        return np.asarray(share / share.sum() @ miss**2), path


def score_paths(
    tasks: list[Task],
    X: FloatArray,
    y: FloatArray,
    weight: FloatArray | None,
    how: tuple[bool, Any, bool],
    n_jobs: int | None,
) -> list[tuple[FloatArray, Path]]:
    """Return the scores of all tasks, in their order, by as many threads as allowed."""
    return map_chunks(lambda task: score_path(task, X, y, weight, how), tasks, n_jobs)
