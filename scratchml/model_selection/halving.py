"""Successive halving: many candidates on little, the best of them on more, until few are left.

Idea: to see that a candidate is bad takes few rows (or few trees, few epochs: any resource). So all candidates are
first tried on a small resource; the best third goes on with three times as much, and so on. The total spent is
about the same in each round, so a search of m candidates costs little more than log(m) full fits [1]_.

Maths: with m candidates, factor q, least resource r and most R:

- rounds needed: 1 + floor(log_q m), so that the last one tries at most q; rounds the resource allows:
  1 + floor(log_q(R // r)); the smaller number of them is run;
- round i tries m_i candidates (m_0 = m, m_{i+1} = ceil(m_i / q)) on n_i = min(floor(q^i r), R).
- "exhaust" raises r to R // q^(rounds needed - 1), so that the last round uses as much as there is;
- aggressive elimination repeats the first n_0 for as many rounds as the resource falls short of those needed.

Cost: sum_i m_i fits of n_i each, times the number of folds.

Differences: the schedule, the samples and so the results are scikit-learn's for the same seed, except: a callable
`refit` chooses the winner, as its documentation says (there nobody calls it); `factor` must be above 1; fits that fail
are told once, at the end of the search.

References
----------
.. [1] K. Jamieson and A. Talwalkar (2016). Non-stochastic best arm identification and hyperparameter optimization.
       AISTATS, algorithm 1. (Halving goes back to Z. Karnin, T. Koren, O. Somekh 2013, ICML, algorithm 1.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from ..core import check_labels, count_samples, is_classifier
from ..core import rules as rule
from ..core.base import BaseEstimator
from ..core.rules import Rule
from ..core.typing import RandomStateLike, VectorLike
from .fold import report_failures
from .parameters import ParameterGrid, ParameterSampler
from .schedule import Schedule, best_indices, plan_rounds, thin_out, yields_the_same_splits
from .search_base import SHARED_RULES, BaseSearchCV, Candidate, Problem, Split, Step, evaluate, grid_rule


def _count_classes(y: VectorLike) -> int:
    """Return the number of classes of y (n,), or of the column of y (n, t) that has most."""
    labels = np.asarray(y)
    columns = labels.T if labels.ndim == 2 and labels.shape[1] > 1 else [y]
    return max(len(check_labels(column)[0]) for column in columns)


_HALVING_RULES: dict[str, Rule] = {
    **SHARED_RULES,
    "scoring": rule.either(rule.none, rule.text, rule.function),  # several metrics name no best third
    "factor": rule.real(1, open_low=True),
    "resource": rule.text,
    "max_resources": rule.either(rule.one_of("auto"), rule.integer(1)),
    "min_resources": rule.either(rule.one_of("exhaust", "smallest"), rule.integer(1)),
    "aggressive_elimination": rule.boolean,
    "random_state": rule.random_state,
}


class BaseHalvingCV(BaseSearchCV):
    """What both halving searches share; a subclass says in `_first_candidates` what the first round tries."""

    factor: float
    resource: str
    max_resources: Any
    min_resources: Any
    aggressive_elimination: bool
    random_state: RandomStateLike

    def _first_candidates(self, min_resources: int, max_resources: int) -> Any:
        raise NotImplementedError

    # ---- the plan

    def _least_and_most(self, problem: Problem) -> tuple[int, int]:
        """Return the least resource (before "exhaust" raises it) and the most, checked."""
        least, most = self.min_resources, self.max_resources
        if isinstance(least, str):
            least = 1
            if self.resource == "n_samples":
                least = 2 * problem.n_splits  # two rows for each fold
                if is_classifier(self.estimator):
                    least *= _count_classes(problem.y)  # ... and class
        if most == "auto":
            if self.resource != "n_samples":
                raise ValueError(
                    "resource can only be 'n_samples' when max_resources='auto'; give max_resources a number."
                )
            most = count_samples(problem.X)
        if least > most:
            raise ValueError(
                f"min_resources_={least} is greater than max_resources_={most}: raise max_resources, lower "
                f"min_resources, or give more rows (n_samples={count_samples(problem.X)})."
            )
        return least, most

    def _check_problem(self, problem: Problem) -> None:
        if not yields_the_same_splits(problem.cv):
            raise ValueError(
                "The cv parameter must yield consistent folds across calls to split(): set its random_state to an "
                "int, or shuffle=False."
            )
        if self.resource != "n_samples" and self.resource not in self.estimator.get_params():
            raise ValueError(
                f"Cannot use resource={self.resource!r}, which is not supported by estimator "
                f"{type(self.estimator).__name__}; give 'n_samples' or one of {sorted(self.estimator.get_params())}."
            )

    def _search(self, problem: Problem) -> Iterator[Step]:
        self._check_problem(problem)
        least, most = self._least_and_most(problem)
        drawn = self._first_candidates(least, most)
        if self.resource != "n_samples":
            for candidate in drawn:
                if self.resource in candidate:
                    raise ValueError(
                        f"Cannot use parameter {self.resource!r} as the resource since it is part of the searched "
                        "parameters; take it out of them."
                    )
        candidates = list(drawn)
        self._check_names(candidates)
        plan = plan_rounds(
            len(candidates),
            least,
            most,
            self.factor,
            exhaust=self.min_resources == "exhaust",
            aggressive=self.aggressive_elimination,
        )
        self.min_resources_, self.max_resources_ = plan.min_resources, plan.max_resources
        self.n_required_iterations_, self.n_possible_iterations_ = plan.n_required, plan.n_possible
        self._step_total = sum(plan.n_candidates)
        return self._rounds(problem, candidates, plan)

    # ---- the loop

    def _rounds(self, problem: Problem, candidates: list[Candidate], plan: Schedule) -> Iterator[Step]:
        """Yield a Step for each candidate of each round."""
        self.n_candidates_, self.n_resources_, self.n_iterations_ = [], [], 0
        seen = 0
        for i, n_resources in enumerate(plan.n_resources):
            self.n_candidates_.append(len(candidates))
            self.n_resources_.append(n_resources)
            self.n_iterations_ = i + 1
            self.n_remaining_candidates_ = math.ceil(len(candidates) / self.factor)
            splits = self._splits(problem.cv, problem)
            if self.resource == "n_samples":
                splits = self._thin_splits(splits, n_resources / count_samples(problem.X))
            else:
                candidates = [{**candidate, self.resource: n_resources} for candidate in candidates]
            steps = []
            for step in evaluate(self, problem, candidates, splits, first=seen):
                steps.append(step)
                yield step._replace(more={"iter": i, "n_resources": n_resources})
            seen += len(candidates)
            candidates = self._survivors(steps)

    def _thin_splits(self, splits: Sequence[Split], fraction: float) -> list[Split]:
        thinned = []
        for train, test in splits:
            train = thin_out(train, fraction, self.random_state)
            thinned.append((train, thin_out(test, fraction, self.random_state)))
        return thinned

    def _survivors(self, steps: Sequence[Step]) -> list[Candidate]:
        folds = [fold for step in steps for fold in step.folds]
        if all(fold["error"] is not None for fold in folds):
            report_failures(folds, self.error_score)
        names = next(list(fold["test_scores"]) for fold in folds if fold["error"] is None)
        if names != ["score"]:
            raise ValueError(
                f"{type(self).__name__} halves by one metric, but scoring gave {names}; return one number."
            )
        scores = np.array([step.score for step in steps])
        return [steps[i].params for i in best_indices(scores, self.n_remaining_candidates_)]

    def _best_index(self, results: Mapping[str, Any], metric: str) -> int:
        """Return the row of the best candidate of the last round; earlier rounds saw less of the resource."""
        last = np.flatnonzero(results["iter"] == results["iter"].max())
        scores = results[f"mean_test_{metric}"][last]
        best: int = last[0 if np.isnan(scores).all() else np.nanargmax(scores)]
        return best


class HalvingGridSearchCV(BaseHalvingCV):
    """Try every combination of parameter values on a small resource, and the best third on more, round by round.

    Parameters
    ----------
    estimator : estimator
        What is fitted; it is cloned, never changed.
    param_grid : dict of str to list, or list of such dicts
        The values to try of each parameter.
    factor : float, default=3
        One in `factor` candidates goes on to the next round, which has `factor` times the resource.
    resource : str, default="n_samples"
        What grows from round to round: the number of rows, or the name of a parameter of the estimator that takes
        whole numbers (then give `max_resources`).
    max_resources : int or "auto", default="auto"
        The most that a candidate may use; "auto" means all rows.
    min_resources : int, "exhaust" or "smallest", default="exhaust"
        What the first round uses. "smallest": for rows 2 for each fold (and class, of a classifier), else 1.
        "exhaust": as much as lets the last round use (nearly) all there is.
    aggressive_elimination : bool, default=False
        Where the resource does not allow enough rounds, repeat the first one until it does.
    cv : int, splitter, iterable or None, default=5
        The folds. A splitter must give the same folds each time: no shuffling without a seed.
    scoring : str, callable or None, default=None
        One metric.
    refit, error_score, n_jobs, verbose : as for `GridSearchCV`
    return_train_score : bool, default=True
        Score the training rows, too.
    random_state : int, RandomState, Generator or None, default=None
        Seeds the choice of rows.

    Attributes
    ----------
    n_resources_, n_candidates_ : lists, the resource and the number of candidates of each round
    n_remaining_candidates_ : int, candidates left after the last round
    min_resources_, max_resources_ : int, resource of the first round, and the most allowed
    n_iterations_ : int, rounds
    n_required_iterations_, n_possible_iterations_ : int, rounds needed until one tries at most `factor` candidates,
        and rounds that the resource allows
    cv_results_ : dict of arrays, as of `GridSearchCV`; also "iter" (the round) and "n_resources"
    best_index_, best_params_, best_score_, best_estimator_ : the winner of the last round
    scorer_, n_splits_, refit_time_, multimetric_, classes_, n_features_in_, feature_names_in_ : as of `GridSearchCV`

    Raises
    ------
    TypeError, ValueError
        In fit: as `GridSearchCV`; also if there are fewer rows than the first round needs.

    Examples
    --------
    >>> from scratchml.model_selection import HalvingGridSearchCV
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = [[float(i)] for i in range(60)], [i // 30 for i in range(60)]
    >>> search = HalvingGridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 3, 7]}, cv=2, random_state=0).fit(X, y)
    >>> search.n_candidates_, search.n_resources_
    ([3, 1], [20, 60])
    """

    _rules: ClassVar[Mapping[str, Rule]] = {**_HALVING_RULES, "param_grid": grid_rule("a grid")}

    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
        factor: float = 3,
        resource: str = "n_samples",
        max_resources: int | str = "auto",
        min_resources: int | str = "exhaust",
        aggressive_elimination: bool = False,
        cv: Any = 5,
        scoring: Any = None,
        refit: Any = True,
        error_score: float | str = np.nan,
        return_train_score: bool = True,
        random_state: RandomStateLike = None,
        n_jobs: int | None = None,
        verbose: int = 0,
    ) -> None:
        self.estimator = estimator
        self.param_grid = param_grid
        self.factor = factor
        self.resource = resource
        self.max_resources = max_resources
        self.min_resources = min_resources
        self.aggressive_elimination = aggressive_elimination
        self.cv = cv
        self.scoring = scoring
        self.refit = refit
        self.error_score = error_score
        self.return_train_score = return_train_score
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    def _first_candidates(self, min_resources: int, max_resources: int) -> Any:
        return ParameterGrid(self.param_grid)

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(model, grid, cv=2, random_state=0) for model, grid in cls._small_models()]


class HalvingRandomSearchCV(BaseHalvingCV):
    """Try random parameter settings on a small resource, and the best third on more, round by round.

    Parameters
    ----------
    estimator : estimator
        What is fitted; it is cloned, never changed.
    param_distributions : dict of str to list or distribution, or list of such dicts
        As for `RandomizedSearchCV`.
    n_candidates : int or "exhaust", default="exhaust"
        Candidates of the first round. "exhaust": as many as let the last round use (nearly) all of the resource.
    min_resources : int, "exhaust" or "smallest", default="smallest"
        What the first round uses, as for `HalvingGridSearchCV`. It and `n_candidates` cannot both be "exhaust".
    random_state : int, RandomState, Generator or None, default=None
        Seeds the draws of settings and the choice of rows.
    factor, resource, max_resources, aggressive_elimination, cv, scoring, refit, error_score, return_train_score
        As for `HalvingGridSearchCV`; so are `n_jobs` and `verbose`.

    Attributes
    ----------
    Those of `HalvingGridSearchCV`.

    Raises
    ------
    TypeError, ValueError
        As `HalvingGridSearchCV`.

    Examples
    --------
    >>> from scratchml.model_selection import HalvingRandomSearchCV, randint
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = [[float(i)] for i in range(60)], [i // 30 for i in range(60)]
    >>> search = HalvingRandomSearchCV(KNeighborsClassifier(), {"n_neighbors": randint(1, 5)}, cv=2, random_state=0)
    >>> search.fit(X, y).n_candidates_
    [7, 3]
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **_HALVING_RULES,
        "param_distributions": grid_rule("distributions"),
        "n_candidates": rule.either(rule.one_of("exhaust"), rule.integer(1)),
    }

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_candidates: int | str = "exhaust",
        factor: float = 3,
        resource: str = "n_samples",
        max_resources: int | str = "auto",
        min_resources: int | str = "smallest",
        aggressive_elimination: bool = False,
        cv: Any = 5,
        scoring: Any = None,
        refit: Any = True,
        error_score: float | str = np.nan,
        return_train_score: bool = True,
        random_state: RandomStateLike = None,
        n_jobs: int | None = None,
        verbose: int = 0,
    ) -> None:
        self.estimator = estimator
        self.param_distributions = param_distributions
        self.n_candidates = n_candidates
        self.factor = factor
        self.resource = resource
        self.max_resources = max_resources
        self.min_resources = min_resources
        self.aggressive_elimination = aggressive_elimination
        self.cv = cv
        self.scoring = scoring
        self.refit = refit
        self.error_score = error_score
        self.return_train_score = return_train_score
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    def _first_candidates(self, min_resources: int, max_resources: int) -> Any:
        n: Any = self.n_candidates
        if n == "exhaust":
            if self.min_resources == "exhaust":
                raise ValueError(
                    "n_candidates and min_resources cannot be both set to 'exhaust': each would wait for the other; "
                    "give one of them a number."
                )
            n = max_resources // min_resources
        return ParameterSampler(self.param_distributions, n, random_state=self.random_state)

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        how: dict[str, Any] = {"n_candidates": 2, "min_resources": "exhaust", "cv": 2, "random_state": 0}
        return [cls(model, grid, **how) for model, grid in cls._small_models()]
