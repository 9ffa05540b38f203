"""Recursive elimination with cross-validation: let held-out rows say how many columns are worth keeping.

Idea
----
`RFE` ranks columns but must be told where to stop. Here the whole elimination is run once for each fold, on its
training rows, and after each round the model is scored on the rows held out. The number of columns with the best score
over all folds wins; then one last elimination, on all rows, stops there. Choosing columns on all rows first and scoring
afterwards would let the held-out rows take part in the choice, and every score would be too good.

Maths
-----
n* = the least m that has the highest sum_k score_k(m), score_k(m) on fold k of the model with m columns.

Cost
----
(folds + 1) eliminations.

Differences
-----------
Same columns, ranks and cv_results_ as scikit-learn. `n_jobs` are threads that take a fold each; the results have the
same bits for any number. Of fit parameters only `groups` are taken.

References
----------
Guyon et al., Machine Learning 46 (2002), section 3. Ambroise, McLachlan, Selection bias in gene extraction, PNAS 99
(2002): why the choice belongs inside the folds.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, clone, finish, is_classifier, map_chunks, unheard, worker_count
from ..core.rules import anything, either, function, has_methods, integer, none, text, verbosity
from ..core.rules import n_jobs as n_jobs_rule
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from ..metrics import check_scoring
from ..model_selection import check_cv
from .of_estimator import EstimatorSelectorMixin
from .rfe import GETTER_RULE, RFE, STEP_RULE, check_table, columns_a_round, eliminate


class Fold(NamedTuple):
    """One fold's elimination, round by round, most columns first."""

    counts: IntArray  # (r,) columns the model had
    scores: FloatArray  # (r,) on the rows held out
    supports: Array  # (r, d)
    rankings: IntArray  # (r, d)


class Step(NamedTuple):
    """What is known after a fold, or after the last elimination on all rows."""

    name: str  # "fold" or "fit"
    iteration: int
    folds: list[Fold]  # of the folds so far
    n_features: int  # best number of columns so far
    model: RFE | None  # after "fit": the elimination on all rows


def score_fold(selector: RFECV, X: FloatArray, y: Array, split: tuple[Array, Array], scorer: Any) -> Fold:
    """Eliminate columns on the training rows of a fold, and score each round on the others."""
    train, test = split
    keep, step = min(selector.min_features_to_select, X.shape[1]), columns_a_round(selector.step, X.shape[1])
    rounds, d = [], X.shape[1]
    support, ranking = np.ones(d, dtype=bool), np.ones(d, dtype=np.int64)
    for state in eliminate(selector.estimator, X[train], y[train], keep, step, selector.importance_getter, {}):
        with unheard():
            value = float(scorer(state.model, np.ascontiguousarray(X[test][:, state.features]), y[test]))
        rounds.append((len(state.features), value, support, ranking))  # as they were when the model was fitted
        support, ranking = state.support.copy(), state.ranking.copy()
    return Fold(*(np.array(column) for column in zip(*rounds)))


def best_count(folds: list[Fold]) -> int:
    """Return the number of columns with the highest total score, the lowest of equal ones."""
    total = np.sum([fold.scores for fold in folds], axis=0)[::-1]
    return int(folds[0].counts[::-1][int(np.argmax(total))])


def results_of(folds: list[Fold]) -> dict[str, Array]:
    """Return scikit-learn's cv_results_: fewest columns first."""
    scores = np.array([fold.scores[::-1] for fold in folds])
    table: dict[str, Array] = {"mean_test_score": scores.mean(axis=0), "std_test_score": scores.std(axis=0)}
    table |= {f"split{i}_test_score": row for i, row in enumerate(scores)}
    table |= {f"split{i}_ranking": fold.rankings[::-1] for i, fold in enumerate(folds)}
    table |= {f"split{i}_support": fold.supports[::-1] for i, fold in enumerate(folds)}
    return table | {"n_features": folds[0].counts[::-1]}


class RFECV(EstimatorSelectorMixin, BaseEstimator):
    """Keep as many columns as cross-validation says, by recursive elimination.

    Parameters
    ----------
    estimator : with ``fit``, and after it ``coef_`` or ``feature_importances_``
    step : columns to drop in a round: a number, or a share of all columns in (0, 1)
    min_features_to_select : the fewest columns tried
    cv : folds: a number, None for 5, a splitter, or an iterable of (train, test); stratified for a classifier
    scoring : a scorer, its name, or None for the estimator's own ``score``
    verbose : above 0 shows a progress bar
    n_jobs : threads that take a fold each; None for 1, -1 for all CPUs
    importance_getter : "auto", a path of attributes of the fitted estimator, or a function of it

    Attributes
    ----------
    n_features_ : int, columns kept
    support_ : mask of shape (d,) of the columns kept
    ranking_ : int array of shape (d,), 1 for columns kept
    cv_results_ : dict of arrays, fewest columns first: n_features, mean_test_score, std_test_score, and for each fold
        split0_test_score, split0_ranking, split0_support
    estimator_ : fitted to the columns kept
    classes_ : its classes, where it is a classifier
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Guyon et al. (2002), section 3; Ambroise and McLachlan (2002).

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.feature_selection import RFECV
    >>> from scratchml.linear_model import LinearRegression
    >>> X = np.random.default_rng(0).normal(size=(60, 5))
    >>> RFECV(LinearRegression()).fit(X, X[:, 1] - X[:, 4]).support_.tolist()
    [False, True, False, False, True]
    """

    _rules: ClassVar = {
        "estimator": has_methods("fit", "get_params"),
        "step": STEP_RULE,
        "min_features_to_select": integer(1),
        "cv": anything,
        "scoring": either(none, text, function),
        "verbose": verbosity,
        "n_jobs": n_jobs_rule,
        "importance_getter": GETTER_RULE,
    }

    def __init__(
        self,
        estimator: Any,
        *,
        step: int | float = 1,
        min_features_to_select: int = 1,
        cv: Any = None,
        scoring: Any = None,
        verbose: int = 0,
        n_jobs: int | None = None,
        importance_getter: Any = "auto",
    ) -> None:
        self.estimator = estimator
        self.step = step
        self.min_features_to_select = min_features_to_select
        self.cv = cv
        self.scoring = scoring
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.importance_getter = importance_getter

    def steps(self, X: MatrixLike, y: VectorLike, *, groups: VectorLike | None = None) -> Iterator[Step]:
        """Return one Step for each fold, and one for the elimination on all rows.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or y; later, whatever the estimator, splitter or scorer raises.
        """
        self._check_params()
        table, target = check_table(self, X, y)
        d = table.shape[1]
        if self.min_features_to_select > d:
            warnings.warn(
                f"Found min_features_to_select={self.min_features_to_select} > n_features={d}. There will be no "
                "feature selection and all features will be kept.",
                UserWarning,
                stacklevel=3,
            )
        cv = check_cv(self.cv, target, classifier=is_classifier(self.estimator))
        splits = list(cv.split(table, target, groups))
        return self._run(table, target, splits, check_scoring(self.estimator, self.scoring))

    def _run(self, X: FloatArray, y: Array, splits: list[Any], scorer: Any) -> Iterator[Step]:
        folds: list[Fold] = []
        size = min(worker_count(self.n_jobs or 1), len(splits))
        for start in range(0, len(splits), size):
            for fold in map_chunks(lambda s: score_fold(self, X, y, s, scorer), splits[start : start + size], size):
                folds.append(fold)
                yield Step("fold", len(folds), folds, best_count(folds), None)
        last = RFE(
            clone(self.estimator),
            n_features_to_select=best_count(folds),
            step=self.step,
            importance_getter=self.importance_getter,
        )
        with unheard():
            last.fit(X, y)
        yield Step("fit", len(folds) + 1, folds, best_count(folds), last)

    def fit(self, X: MatrixLike, y: VectorLike, *, groups: VectorLike | None = None) -> Self:
        """Find the number of columns of X (n, d), d of 2 or more, and keep so many; `groups` (n,) are for the splitter.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or y; and whatever the estimator, splitter or scorer raises.
        """
        last = finish(self.steps(X, y, groups=groups), self)
        assert last.model is not None  # the step named "fit"
        self.support_, self.ranking_ = last.model.support_, last.model.ranking_
        self.n_features_, self.estimator_ = last.model.n_features_, last.model.estimator_
        self.cv_results_ = results_of(last.folds)
        return self

    def score(self, X: MatrixLike, y: VectorLike, **score_params: Any) -> float:
        """Return the score on X (n, d) and y by `scoring`, from the columns kept."""
        kept = self.transform(X)
        return float(check_scoring(self.estimator, self.scoring)(self.estimator_, kept, y, **score_params))

    def _get_support_mask(self) -> Array:
        return self.support_

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        from ..linear_model import Ridge

        return [cls(Ridge(), cv=3)]
