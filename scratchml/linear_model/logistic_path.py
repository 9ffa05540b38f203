"""The paths of cross-validated logistic regression: every fold goes through all strengths of the penalty.

Idea
----
Neighbouring strengths have neighbouring solutions, so each fit starts where the last one ended; and a fold's data are
prepared once for all its fits. Folds know nothing of each other, so threads may share them out.

Maths
-----
For folds T_1 ... T_m, strengths C and mixes r (the l1_ratio)::

    score_j(C, r) = s(y[T_j], model fitted with C, r without T_j)
    (C*, r*) = the first that maximises sum_j score_j;    the refit starts from the mean of the folds' coefficients

Cost
----
m times the number of Cs and mixes fits, a few passes over X each. Memory: a copy of the fold's rows; where X is small,
one for each thread.

Differences
-----------
scikit-learn's folds run in processes, and each prepares its data anew for each l1_ratio.

References
----------
J. Friedman, T. Hastie, R. Tibshirani (2010), "Regularization paths for generalized linear models via coordinate
descent", J. Stat. Software 33(1): warm starts along a path, section 2.5.
"""

from __future__ import annotations

import inspect
import numbers
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core import check_random_state, draw_seed, finish, map_chunks, unheard
from ..core.typing import Array, FloatArray, IntArray, RandomStateLike
from ..optim import Penalty
from .folds import Fold
from .logistic_options import Strength, asks_for_saga, penalty_weights
from .logistic_problem import with_penalty
from .logistic_regression import LogisticRegression, Task, make_task, run
from .logistic_solvers import Step

LARGE = 2**21  # numbers of X from which on folds are worked on one after the other


class Search(NamedTuple):
    """What is to be searched."""

    X: FloatArray  # (n, d)
    codes: IntArray  # (n,) class numbers
    classes: Array  # (n_classes,)
    weight: FloatArray | None  # (n,) of rows, for scores
    full_weight: FloatArray | None  # (n,) the same times that of their classes, for fits
    folds: list[Fold]
    Cs: FloatArray  # (n_cs,)
    ratios: FloatArray  # (n_l1_ratios,)
    scorer: Any
    model: LogisticRegression  # with solver, tol, max_iter, fit_intercept, n_jobs, random_state; never fitted


class Path(NamedTuple):
    """What one fold learns, for one l1_ratio, along the Cs."""

    coefs: FloatArray  # (n_cs, k, d + 1), intercepts last, where there are any
    scores: FloatArray  # (n_cs,)
    n_iter: IntArray  # (n_cs,)
    unfinished: int  # how many fits did not converge


class PathStep(NamedTuple):
    """What is known once all folds have been through all strengths; the steps of the refit follow."""

    name: str  # "paths"
    iteration: int
    coefs: FloatArray  # (n_folds, n_l1_ratios, n_cs, k, d + 1)
    scores: FloatArray  # (n_folds, n_l1_ratios, n_cs)
    n_iter: IntArray  # (n_folds, n_l1_ratios, n_cs)
    unfinished: int


def search_paths(search: Search, refit: bool) -> Iterator[PathStep | Step]:
    """Yield a step once all paths are known, then with `refit` the steps of the fit on all rows."""
    jobs = [(rows, ratio) for rows in search.folds for ratio in search.ratios]
    seeds = seeds_for(len(jobs) + 1, search.model.solver, search.model.random_state)

    def task(i: int) -> Path:
        return walk(search, *jobs[i], seeds[i])

    one_by_one = search.X.size > LARGE  # the threads then share out the rows of each fold
    with unheard():
        paths = map_chunks(task, range(len(jobs)), 1 if one_by_one else search.model.n_jobs)
    grid = (len(search.folds), len(search.ratios), len(search.Cs))
    coefs = np.stack([path.coefs for path in paths]).reshape(*grid, *paths[0].coefs.shape[1:])
    scores = np.stack([path.scores for path in paths]).reshape(grid)
    n_iter = np.stack([path.n_iter for path in paths]).reshape(grid)
    yield PathStep("paths", 0, coefs, scores, n_iter, sum(path.unfinished for path in paths))
    if refit:
        r, c = best_of(scores.sum(axis=0))
        rows = prepare(search, search.X, search.codes, search.full_weight, search.ratios[r])
        yield from fit_one(search, rows, (search.Cs[c], search.ratios[r]), coefs[:, r, c].mean(axis=0), seeds[-1])


def walk(search: Search, rows: Fold, ratio: float, seed: Any) -> Path:
    """Fit a fold's training rows with each C, one fit starting from the last, and score its test rows."""
    train, test = rows
    weight, held_out = (None if w is None else w[r] for w, r in ((search.full_weight, train), (search.weight, test)))
    if weight is not None and not weight.any():
        raise ValueError("A fold has rows of sample weight 0 only to learn from; lower cv, or give more rows a weight.")
    task = prepare(search, search.X[train], search.codes[train], weight, ratio)
    coefs, ends, n_iter, unfinished = [], [], [], 0
    W: FloatArray | None = None
    for C in search.Cs:
        step = finish(fit_one(search, task, (C, ratio), W, seed))
        W = np.column_stack([step.coef, step.intercept]) if search.model.fit_intercept else step.coef.copy()
        coefs.append(W)
        n_iter.append(step.iteration)
        unfinished += not step.converged
        ends.append((step.coef, step.intercept))
    del task  # before the test rows are copied
    X, y = search.X[test], search.classes[search.codes[test]]
    models = [as_fitted(search.model, search.classes, *end) for end in ends]
    scores = [score(search.scorer, model, X, y, held_out) for model in models]
    return Path(np.stack(coefs), np.asarray(scores, dtype=np.float64), np.asarray(n_iter, dtype=np.int32), unfinished)


def prepare(search: Search, X: FloatArray, codes: IntArray, weight: FloatArray | None, ratio: float) -> Task:
    """Return the fit for some rows; its penalty follows."""
    model, k = search.model, len(search.classes)
    centred, saga = bool(model.fit_intercept), asks_for_saga(model.solver, Strength(1.0, float(ratio)))
    return make_task(X, codes, k, weight, Strength(1.0, 0.0), centred, model.n_jobs, None, saga)


def fit_one(
    search: Search, task: Task, strength: tuple[float, float], start: FloatArray | None, seed: Any
) -> Iterator[Step]:
    """Return the steps of one fit, from `start` (k, d + 1) in the user's units or from the classes' odds."""
    l1, l2 = penalty_weights(Strength(*map(float, strength)), task.total)
    task = task._replace(problem=with_penalty(task.problem, l2), penalty=Penalty(l1, l2))
    if start is not None:
        task = task.started_at(*parts(start, task.problem.X.shape[1]))
    return run(task, search.model.solver, search.model.max_iter, float(search.model.tol), seed)


def seeds_for(many: int, solver: str, random_state: RandomStateLike) -> list[Any]:
    """Return what each fit draws from: the seed itself, or seeds drawn before any thread starts."""
    if solver != "saga" or isinstance(random_state, numbers.Integral):
        return [random_state] * many
    rng = check_random_state(random_state)
    return [draw_seed(rng) for _ in range(many)]


def as_fitted(model: LogisticRegression, classes: Array, coef: FloatArray, intercept: FloatArray) -> LogisticRegression:
    """Return a fitted model with the coefficients given and another's parameters."""
    found = LogisticRegression(**model.get_params())
    found.coef_, found.intercept_, found.classes_ = coef.copy(), intercept.copy(), classes
    found.n_features_in_ = coef.shape[1]
    return found


def parts(W: FloatArray, d: int) -> tuple[FloatArray, FloatArray]:
    """Return coefficients (k, d) and intercepts (k,) of W (k, d) or (k, d + 1)."""
    return W[:, :d].copy(), W[:, d].copy() if W.shape[1] > d else np.zeros(len(W))


def best_of(scores: FloatArray) -> tuple[int, int]:
    """Return (l1_ratio, C) of the best of scores (n_l1_ratios, n_cs): the first C, of equals the first l1_ratio."""
    c, r = np.unravel_index(np.argmax(scores.T), scores.T.shape)
    return int(r), int(c)


def score(scorer: Any, model: LogisticRegression, X: FloatArray, y: Array, weight: FloatArray | None) -> float:
    """Return a scorer's opinion; a metric that wants to know all labels is told those of all rows."""
    how: dict[str, Any] = {} if weight is None else {"sample_weight": weight}
    metric = getattr(scorer, "metric", None)
    wanted = inspect.signature(metric).parameters if metric is not None else {}
    fixed = getattr(scorer, "options", {})
    if "labels" in wanted and "labels" not in fixed:
        how["labels"] = model.classes_
        if len(model.classes_) == 2 and "pos_label" in wanted and "pos_label" not in fixed:
            how["pos_label"] = model.classes_[-1]
    return float(scorer(model, X, y, **how))
