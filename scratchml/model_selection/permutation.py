"""Permutation test of a score: could a model do as well if there were nothing to learn?

Idea
----
Shuffle the targets, which breaks every tie between X and y, and cross-validate again, many times. If the score on
the true targets stands out of this crowd, the model has found something; if not, its score is what luck gives.

Maths
-----
``p = (1 + number of shuffled scores >= score) / (1 + n_permutations)``; the ones count the true order as one of the
shuffles, so p is never 0. With groups, targets are shuffled inside each group only.

Cost
----
(n_permutations + 1) * k fits; memory for n_permutations shuffles of n positions.

Differences
-----------
None from scikit-learn: the same shuffles, scores and p for the same seed.

References
----------
Ojala, Garriga, "Permutation tests for studying classifier performance", JMLR 11 (2010), test 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core import check_random_state, count_samples, is_classifier
from ..core.jobs import run_jobs
from ..core.rules import check_rules, integer
from ..core.rules import random_state as random_state_rule
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from .fold import fit_and_score, take_rows
from .split import check_cv
from .splitter import groups_of
from .validation import check_call, one_scorer


def shuffle_within(groups: VectorLike | None, n: int, rng: np.random.RandomState) -> IntArray:
    """Return positions 0 .. n-1 shuffled, those of each group among themselves (all together for None)."""
    if groups is None:
        return rng.permutation(n)
    order = np.arange(n)
    kinds, codes = groups_of(groups)
    for group in range(len(kinds)):
        members = np.flatnonzero(codes == group)
        order[members] = rng.permutation(members)
    return order


def permutation_test_score(
    estimator: Any,
    X: MatrixLike,
    y: VectorLike,
    *,
    groups: VectorLike | None = None,
    cv: Any = None,
    n_permutations: int = 100,
    n_jobs: int | None = None,
    random_state: RandomStateLike = 0,
    verbose: int = 0,
    scoring: Any = None,
    params: Mapping[str, Any] | None = None,
) -> tuple[float, FloatArray, float]:
    """Return the cross-validated score, the scores with shuffled targets, and the p-value.

    Parameters
    ----------
    estimator, X, y, groups, cv, n_jobs, verbose, params : as in `cross_validate`
    n_permutations : how many shuffles, 1 or more
    random_state : seed of the shuffles
    scoring : one score: a name, a callable or None

    Returns
    -------
    score : mean over the folds
    permutation_scores : likewise for each shuffle, shape (n_permutations,)
    pvalue : share of shuffles that did as well; at least 1 / (n_permutations + 1)

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; and whatever a fit raises.

    Examples
    --------
    >>> from scratchml.datasets import load_iris
    >>> from scratchml.model_selection import permutation_test_score
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> score, shuffled, p = permutation_test_score(KNeighborsClassifier(), X, y, n_permutations=19, cv=2)
    >>> p
    0.05
    """
    check_call(
        "permutation_test_score", X, y, groups, estimator=estimator, n_jobs=n_jobs, verbose=verbose, params=params
    )
    rules = {"n_permutations": integer(1), "random_state": random_state_rule}
    check_rules("permutation_test_score", rules, {"n_permutations": n_permutations, "random_state": random_state})
    scorers = {"score": one_scorer(estimator, scoring, "permutation_test_score")}
    splitter = check_cv(cv, y, classifier=is_classifier(estimator))
    if isinstance(getattr(splitter, "random_state", None), (np.random.RandomState, np.random.Generator)):
        n_jobs = 1  # its draws must come in order

    def mean_score(order: Array | None) -> float:
        targets = y if order is None else take_rows(y, order.astype(np.int64))
        found = [
            fit_and_score(estimator, X, targets, scorers, train, test, fit_params=params, error_score="raise")
            for train, test in splitter.split(X, targets, groups=groups)
        ]
        return float(np.mean([result["test_scores"]["score"] for result in found]))

    rng = check_random_state(random_state)
    n = count_samples(y, "y")
    narrow = np.min_scalar_type(n)  # for as many positions as there are shuffles and rows, int64 is a lot
    orders: list[Array | None] = [None]
    orders += [shuffle_within(groups, n, rng).astype(narrow) for _ in range(n_permutations)]
    score, *rest = run_jobs(mean_score, orders, n_jobs=n_jobs, verbose=verbose, description="permutations")
    shuffled = np.array(rest)
    return score, shuffled, float((np.sum(shuffled >= score) + 1.0) / (n_permutations + 1))
