"""Permutation importance: how much worse does the score get when one column is shuffled?

Idea
----
Shuffle one column of X: its values stay the same, but they now stand beside the wrong rows. Whatever the model took
from this column is lost, and the score falls by what it was worth. A column that the model does not use costs nothing.

Maths
-----
importance(f, r) = score(X, y) - score(X with column f shuffled for the r-th time, y); mean and deviation over r.

Cost
----
d * n_repeats predictions, and one copy of X for each thread.

Differences
-----------
None from scikit-learn: each column is shuffled in the same orders, and shuffled again from where it is for each repeat.

References
----------
Breiman, Random forests, Machine Learning 45 (2001), section 10. Fisher, Rudin, Dominici, All models are wrong, but many
are useful, Journal of Machine Learning Research 20 (2019), section 3.
"""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from ..core import check_random_state, check_sample_weight, count_samples, counted, is_data_frame, map_chunks
from ..core.rules import check_rules, either, floating, has_methods, integer
from ..core.rules import n_jobs as n_jobs_rule
from ..core.rules import random_state as random_state_rule
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from ..datasets import Bunch
from ..datasets.classification import draw_without_replacement
from ..metrics import check_scoring
from .table import as_table, column_of, take, with_column


def score_of(scorer: Any, model: Any, X: Any, y: Any, weight: FloatArray | None) -> Any:
    """Return the scorer's score, or dict of scores."""
    return scorer(model, X, y) if weight is None else scorer(model, X, y, sample_weight=weight)


def shuffled_scores(
    model: Any, X: Any, y: Any, weight: FloatArray | None, f: int, scorer: Any, how: tuple[int, int, int]
) -> list[Any]:
    """Return the score for each shuffle of column f; how = (seed, repeats, rows to draw)."""
    seed, n_repeats, m = how
    rng = np.random.RandomState(seed)
    if m < len(X):
        rows = draw_without_replacement(len(X), m, rng)
        X, y = take(X, rows), None if y is None else take(y, rows)
        weight = None if weight is None else weight[rows]
    elif not is_data_frame(X):
        X = X.copy()
    order, scores = np.arange(m), []
    for _ in range(n_repeats):
        rng.shuffle(order)
        column = column_of(X, f)
        values = column.iloc[order].set_axis(column.index) if hasattr(column, "iloc") else column[order]
        X = with_column(X, f, values)
        scores.append(score_of(scorer, model, X, y, weight))
    return scores


def _summary(baseline: Any, scores: Array) -> Bunch:
    importances = baseline - scores
    return Bunch(
        importances_mean=importances.mean(axis=1), importances_std=importances.std(axis=1), importances=importances
    )


def permutation_importance(
    estimator: Any,
    X: MatrixLike,
    y: VectorLike | None,
    *,
    scoring: Any = None,
    n_repeats: int = 5,
    n_jobs: int | None = None,
    random_state: RandomStateLike = None,
    sample_weight: VectorLike | None = None,
    max_samples: int | float = 1.0,
) -> Any:
    """Return how far the score of a fitted model falls when one column after the other is shuffled.

    Parameters
    ----------
    estimator : fitted; it is not fitted again
    X, y : rows to score on, shape (n, d) and (n,), best those that the model has not seen; y may be None for a scorer
        that needs none. X may be a data frame
    scoring : None (the estimator's own ``score``), a name, a scorer(estimator, X, y), or several: names in a list or
        tuple, a dict of names or scorers, a callable that returns a dict
    n_repeats : shuffles of each column, 1 or more
    n_jobs : threads that take a column each; None for 1, -1 for all CPUs
    random_state : seed of the shuffles; the same seed gives scikit-learn's
    sample_weight : (n,) handed to the scorer, or None
    max_samples : rows drawn to score on: a number, or a share in (0, 1]

    Returns
    -------
    result : a Bunch of importances (d, n_repeats), importances_mean (d,), importances_std (d,), in units of the score;
        a dict of such by name for several scores

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; and whatever the scorer raises.

    Examples
    --------
    >>> from scratchml.inspection import permutation_importance
    >>> from scratchml.tree import DecisionTreeClassifier
    >>> X, y = [[1, 9], [1, 9], [1, 9], [0, 9], [0, 9], [0, 9]], [1, 1, 1, 0, 0, 0]
    >>> model = DecisionTreeClassifier().fit(X, y)
    >>> permutation_importance(model, X, y, n_repeats=10, random_state=0).importances_mean.round(3)
    array([0.467, 0.   ])
    """
    rules = {
        "estimator": has_methods("fit"),
        "n_repeats": integer(1),
        "n_jobs": n_jobs_rule,
        "random_state": random_state_rule,
        "max_samples": either(integer(1), floating(0.0, 1.0, open_low=True)),
    }
    values = {"estimator": estimator, "n_repeats": n_repeats, "n_jobs": n_jobs, "random_state": random_state}
    check_rules("permutation_importance", rules, {**values, "max_samples": max_samples})
    table = as_table(X)
    n, d = table.shape
    if y is not None and count_samples(y, "y") != n:
        raise ValueError(f"X has {n} rows, but y has {count_samples(y, 'y')}; give one target for each row.")
    weight = None if sample_weight is None else check_sample_weight(sample_weight, n)
    m = int(max_samples) if isinstance(max_samples, numbers.Integral) else int(max_samples * n)
    if not 1 <= m <= n:
        raise ValueError(f"max_samples={max_samples} means {m} rows, but must be <= n_samples, {n}, and at least 1.")
    seed = int(check_random_state(random_state).randint(2**31))
    scorer = check_scoring(estimator, scoring)
    baseline = score_of(scorer, estimator, table, y, weight)

    def shuffle(f: int) -> Any:
        return shuffled_scores(estimator, table, y, weight, f, scorer, (seed, int(n_repeats), m))

    with counted(shuffle, d, "permutation importance") as job:
        found = map_chunks(job, range(d), 1 if n_jobs is None else n_jobs)
    if not isinstance(baseline, dict):
        return _summary(baseline, np.array(found))
    return {
        name: _summary(score, np.array([[scores[name] for scores in column] for column in found]))
        for name, score in baseline.items()
    }
