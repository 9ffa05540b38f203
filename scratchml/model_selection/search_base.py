"""What every search shares: score candidates fold by fold, one step each; choose the best; fit it on all rows.

Idea: a search is a sequence of candidates, each scored on every fold. Which candidates, and in which order, is
all that one search has of its own: `search.py` and `halving.py` say that, this file does the rest.

Maths: score(c) = (1/k) sum_f s(fit(c, rows outside fold f), fold f); best = the first c with the highest score.

Cost: m candidates on k folds are m k + 1 fits. They are independent, so `n_jobs` threads may share them.

Differences: the results are scikit-learn's to the last bit for the same estimator and seed. `n_jobs` are threads, so
`pre_dispatch` has nothing to do. Metadata routing is not offered: `sample_weight` and `groups` are given to `fit`.
"""

from __future__ import annotations

import numbers
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    Tags,
    check_same_length,
    clone,
    finish,
    get_tags,
    is_classifier,
    map_chunks,
    worker_count,
)
from ..core import rules as rule
from ..core.typing import IntArray, MatrixLike, VectorLike
from .best import BestEstimatorMixin
from .fold import (
    Scorers,
    fill_failed_scores,
    find_scorers,
    fit_and_score,
    report_failures,
    takes_sample_weight,
    with_rows,
)
from .results import results_table
from .split import check_cv

Candidate = dict[str, Any]
Split = tuple[IntArray, IntArray]


class Step(NamedTuple):
    """What is known after a candidate has been scored on every fold."""

    name: str  # "candidate"
    iteration: int  # candidates scored so far
    params: Candidate
    score: float  # mean over the folds of the metric that decides (the first one, where none does)
    folds: list[dict[str, Any]]  # what fit_and_score said of each fold
    more: dict[str, Any]  # further columns of cv_results_: the round and its resources in a halving search


class Problem(NamedTuple):
    """All that the candidates of one search share, checked."""

    X: Any
    y: Any
    cv: Any  # a splitter
    n_splits: int
    groups: Any
    scorers: Scorers
    fit_params: dict[str, Any]
    score_params: dict[str, Any]


def evaluate(
    search: BaseSearchCV, problem: Problem, candidates: Sequence[Candidate], splits: Sequence[Split], *, first: int = 0
) -> Iterator[Step]:
    """Yield a Step for each candidate, in order; `n_jobs` candidates are worked on before their steps appear."""
    size = min(worker_count(search.n_jobs or 1), max(1, len(candidates)))

    def run(job: tuple[Candidate, Split]) -> dict[str, Any]:
        params, (train, test) = job
        return fit_and_score(
            search.estimator,
            problem.X,
            problem.y,
            problem.scorers,
            train,
            test,
            params=params,
            fit_params=problem.fit_params,
            score_params=problem.score_params,
            return_train_score=search.return_train_score,
            error_score=search.error_score,
        )

    k = len(splits)
    for start in range(0, len(candidates), size):
        batch = candidates[start : start + size]
        folds = map_chunks(run, [(params, split) for params in batch for split in splits], size)
        for i, params in enumerate(batch):
            own = folds[i * k : (i + 1) * k]
            yield Step("candidate", first + start + i + 1, params, _deciding_score(search, own), own, {})


def _deciding_score(search: BaseSearchCV, folds: Sequence[dict[str, Any]]) -> float:
    names = list(folds[0]["test_scores"])
    name = search.refit if isinstance(search.refit, str) and search.refit in names else names[0]
    return float(np.mean([fold["test_scores"].get(name, np.nan) for fold in folds]))


def kept(steps: Iterable[Step], into: list[Step]) -> Iterator[Step]:
    """Pass steps on, and keep each in the list `into`."""
    for step in steps:
        into.append(step)
        yield step


# ---------------------------------------------------------------------------------------------------------------
# What all searches share

_number_or_nan = rule.Rule(
    "a number, numpy.nan included",
    lambda value: isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_)),
)
_splitting = rule.either(
    rule.none,
    rule.integer(2),
    rule.Rule(
        "a splitter or an iterable of (train, test)",
        lambda value: not isinstance(value, (type, str, bytes)) and (hasattr(value, "split") or np.iterable(value)),
    ),
)
SHARED_RULES = {
    "estimator": rule.has_methods("fit"),
    "scoring": rule.either(
        rule.none, rule.text, rule.function, rule.Rule("a list or a dict", lambda v: isinstance(v, (list, tuple, dict)))
    ),
    "n_jobs": rule.n_jobs,
    "refit": rule.either(rule.boolean, rule.text, rule.function),
    "cv": _splitting,
    "verbose": rule.verbosity,
    "error_score": rule.either(rule.one_of("raise"), _number_or_nan),
    "return_train_score": rule.boolean,
}
PRE_DISPATCH = rule.either(rule.none, rule.integer(), rule.text)


def grid_rule(what: str) -> rule.Rule:
    """Return the rule of a grid or of distributions: a dict, or a list of dicts."""
    return rule.Rule(
        f"{what}: a dict from parameter name to values, or a list of such dicts",
        lambda value: isinstance(value, (Mapping, Sequence)) and not isinstance(value, (str, bytes)),
    )


class BaseSearchCV(BestEstimatorMixin, BaseEstimator):  # type: ignore[override]
    """What all searches share. A subclass says in `_candidates` what to try, and in `_search` in which order."""

    estimator: Any
    scoring: Any
    n_jobs: int | None
    refit: Any
    cv: Any
    verbose: int
    error_score: Any
    return_train_score: bool

    def _candidates(self) -> Iterable[Candidate]:
        """Return the settings to try."""
        raise NotImplementedError

    def _search(self, problem: Problem) -> Iterator[Step]:
        candidates = list(self._candidates())
        self._check_names(candidates)
        splits = self._splits(problem.cv, problem)
        self._step_total = len(candidates)
        return evaluate(self, problem, candidates, splits)

    # ---- fit

    def steps(self, X: MatrixLike, y: VectorLike | None = None, **params: Any) -> Iterator[Step]:
        """Yield a Step for each candidate, once it has been scored on every fold. Arguments as for `fit`."""
        return self._search(self._problem(X, y, params))

    def fit(self, X: MatrixLike, y: VectorLike | None = None, **params: Any) -> Self:
        """Search, then fit the best candidate on all rows.

        Parameters
        ----------
        X : array, list, data frame or whatever the estimator takes, shape (n, d); (n, n) for a pairwise one
        y : targets, shape (n,) or (n, t), or None
        **params : passed to the estimator's fit, those with n values cut like X. `groups` goes to the splitter
            only; `sample_weight` goes also to the scorers that take it.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            If an argument is of a wrong kind or value, a candidate names an unknown parameter, there are no
            candidates, or all fits failed.
        """
        problem = self._problem(X, y, params)
        steps: list[Step] = []
        finish(kept(self._search(problem), steps), self)
        self._forget()
        folds = [fold for step in steps for fold in step.folds]
        report_failures(folds, self.error_score)
        fill_failed_scores(folds, self.error_score)
        more = {name: [step.more[name] for step in steps] for name in steps[0].more}
        results = results_table(
            [step.params for step in steps], folds, more, return_train_score=self.return_train_score
        )
        self.multimetric_ = isinstance(problem.scorers, Mapping) or list(folds[0]["test_scores"]) != ["score"]
        self.scorer_, self.n_splits_ = problem.scorers, problem.n_splits
        self._choose(results)
        self.cv_results_ = results
        if self.refit:
            self._refit(problem)
        return self

    def _problem(self, X: MatrixLike, y: VectorLike | None, params: Mapping[str, Any]) -> Problem:
        self._check_params()
        scorers = find_scorers(self.estimator, self.scoring)
        if isinstance(scorers, Mapping):
            self._check_refit_name(scorers)
        X, y = with_rows(X), with_rows(y)
        self._check_rows(X, y)
        fit_params = dict(params)
        groups = fit_params.pop("groups", None)
        cv = check_cv(self.cv, y, classifier=is_classifier(self.estimator))
        n_splits = cv.get_n_splits(X, y, groups)
        score_params = _weights_for(scorers, fit_params.get("sample_weight"))
        return Problem(X, y, cv, n_splits, groups, scorers, fit_params, score_params)

    def _check_rows(self, X: MatrixLike, y: VectorLike | None) -> None:
        n = check_same_length(X=X, y=y)
        if n < 2:
            raise ValueError(f"X has n_samples={n}; a search needs at least 2 rows, some to fit and some to score.")
        if y is None and get_tags(self.estimator).requires_y:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None; "
                f"{type(self.estimator).__name__} learns from targets."
            )

    def _splits(self, cv: Any, problem: Problem) -> list[Split]:
        splits = list(cv.split(problem.X, problem.y, problem.groups))
        if len(splits) != problem.n_splits:
            raise ValueError(
                f"cv.split and cv.get_n_splits return inconsistent results: {len(splits)} splits, {problem.n_splits} "
                "were announced."
            )
        if not splits:
            raise ValueError(f"No fits were performed: cv={self.cv!r} gave no split.")
        return splits

    def _check_names(self, candidates: Sequence[Candidate]) -> None:
        """Set one candidate of each set of names on a clone, so that an unknown name is told before any fit."""
        if not candidates:
            raise ValueError("No fits were performed: the grid holds no candidate; give at least one, e.g. {}.")
        for candidate in {frozenset(candidate): candidate for candidate in candidates}.values():
            clone(self.estimator).set_params(**clone(candidate, safe=False))

    def _check_refit_name(self, names: Iterable[str]) -> None:
        if self.refit is False or callable(self.refit) or (isinstance(self.refit, str) and self.refit in names):
            return
        raise ValueError(
            "For multi-metric scoring, the parameter refit must be set to a scorer key or a callable, to say which "
            f"candidate is the best, or to False if none is wanted. Got refit={self.refit!r}; the keys are "
            f"{sorted(names)}."
        )

    # ---- the best

    def _choose(self, results: dict[str, Any]) -> None:
        """Set best_index_, best_params_ and, unless a function chose, best_score_."""
        metric = "score"
        if self.multimetric_:
            self._check_refit_name([key[len("rank_test_") :] for key in results if key.startswith("rank_test_")])
            if not self.refit:
                return
            metric = self.refit
        if callable(self.refit):
            self.best_index_ = _checked_index(self.refit(results), len(results["params"]))
        else:
            self.best_index_ = self._best_index(results, metric)
            self.best_score_ = results[f"mean_test_{metric}"][self.best_index_]
        self.best_params_ = results["params"][self.best_index_]

    def _best_index(self, results: Mapping[str, Any], metric: str) -> int:
        index: int = results[f"rank_test_{metric}"].argmin()
        return index

    def _refit(self, problem: Problem) -> None:
        best = clone(self.estimator).set_params(**clone(self.best_params_, safe=False))
        start = time.perf_counter()
        if problem.y is None:
            best.fit(problem.X, **problem.fit_params)
        else:
            best.fit(problem.X, problem.y, **problem.fit_params)
        self.refit_time_ = time.perf_counter() - start
        self.best_estimator_ = best
        if hasattr(best, "feature_names_in_"):
            self.feature_names_in_ = best.feature_names_in_

    def _forget(self) -> None:
        for name in ("best_estimator_", "best_index_", "best_params_", "best_score_", "refit_time_"):
            vars(self).pop(name, None)
        vars(self).pop("feature_names_in_", None)

    # ---- what it is

    def _tags(self) -> Tags:
        return replace(get_tags(self.estimator), transformer=False, sampler=False)

    def __sklearn_tags__(self) -> Any:
        found, inner = super().__sklearn_tags__(), getattr(self.estimator, "__sklearn_tags__", None)
        if callable(inner):
            found.input_tags.sparse = inner().input_tags.sparse  # rows are cut from sparse matrices, too
        return found

    @classmethod
    def _small_models(cls) -> list[tuple[BaseEstimator, dict[str, list[Any]]]]:
        """Return (estimator, grid) for the generic tests."""
        from ..linear_model import LinearRegression
        from ..neighbors import KNeighborsClassifier

        return [
            (LinearRegression(), {"fit_intercept": [True, False]}),
            (KNeighborsClassifier(), {"n_neighbors": [1, 3]}),
        ]


def _weights_for(scorers: Scorers, sample_weight: Any) -> dict[str, Any]:
    """Return what the scorers are given: the sample weights, where one takes them; warn of those that do not."""
    if sample_weight is None:
        return {}
    named = dict(scorers) if isinstance(scorers, Mapping) else {"score": scorers}
    for name, scorer in named.items():
        if not takes_sample_weight(scorer):
            warnings.warn(
                f"The scoring {name}={scorer} does not support sample_weight, so its scores do not count rows as "
                "the fit does; give a scorer that takes sample_weight.",
                UserWarning,
                stacklevel=4,
            )
    return {"sample_weight": sample_weight}


def _checked_index(index: Any, n: int) -> int:
    if not isinstance(index, (int, np.integer)) or isinstance(index, bool):
        raise TypeError(f"best_index_ returned is not an integer: the function refit gave {index!r}.")
    if not 0 <= index < n:
        raise IndexError(f"best_index_ index out of range: the function refit gave {index} for {n} candidates.")
    return int(index)
