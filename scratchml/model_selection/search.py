"""Search of parameters: try each candidate by cross-validation, keep the best, fit it once more on all rows.

Idea: how good a setting of parameters is can be judged only on rows its model has not seen. So each candidate is
fitted k times, each time without one fold, and scored on that fold; the candidate with the highest mean score wins,
and a last fit uses all rows. `GridSearchCV` tries every combination of the values given, `RandomizedSearchCV` a fixed
number of random ones; `halving.py` gives many candidates a little and the best of them more.

Maths: score(c) = (1/k) sum_f s(fit(c, rows outside fold f), fold f); best = the first c with the highest score.

The winner's score is too good by construction, the more so the more candidates there are: it is the highest of many
noisy numbers. Judge the winner on rows the search has not seen: split them off before, or search inside
`cross_val_score` [1]_.

Cost: m candidates on k folds are m k + 1 fits. They are independent, so `n_jobs` threads may share them.

Differences: the results are scikit-learn's to the last bit for the same estimator and seed. `n_jobs` are threads, so
`pre_dispatch` has nothing to do. Metadata routing is not offered: `sample_weight` and `groups` are given to `fit`.

References
----------
.. [1] G. Cawley and N. Talbot (2010). On over-fitting in model selection and subsequent selection bias in performance
       evaluation. JMLR 11, section 5.
.. [2] J. Bergstra and Y. Bengio (2012). Random search for hyper-parameter optimization. JMLR 13, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from ..core import rules as rule
from ..core.base import BaseEstimator
from ..core.rules import Rule
from ..core.typing import RandomStateLike
from .parameters import ParameterGrid, ParameterSampler
from .search_base import PRE_DISPATCH, SHARED_RULES, BaseSearchCV, Candidate, grid_rule


class GridSearchCV(BaseSearchCV):
    """Try every combination of parameter values by cross-validation.

    Parameters
    ----------
    estimator : estimator
        What is fitted; it is cloned, never changed. Estimators of scikit-learn do as well as ours.
    param_grid : dict of str to list, or list of such dicts
        The values to try of each parameter; nested parameters as ``outer__inner``.
    scoring : str, callable, list, tuple, dict or None, default=None
        The metric, or several: a name, a ``scorer(estimator, X, y)`` that returns a number or a dict, or a list of
        names, or a dict of scorers by name. None means the estimator's own `score`.
    n_jobs : int or None, default=None
        Threads that share the fits; None means 1, -1 all CPUs. It never changes a result.
    refit : bool, str or callable, default=True
        Fit the best candidate on all rows at the end. With several metrics the name of the one that decides; a
        callable takes `cv_results_` and returns the index of the best.
    cv : int, splitter, iterable or None, default=None
        The folds; None means 5. An int means StratifiedKFold for a classifier, else KFold, without shuffling.
    verbose : int, default=0
        Above 0 shows a progress bar.
    pre_dispatch : int or str, default="2*n_jobs"
        Taken for scikit-learn's sake; threads share the data, so nothing is dispatched.
    error_score : float or "raise", default=nan
        The score of a candidate whose fit fails on a fold; "raise" lets the error out.
    return_train_score : bool, default=False
        Score the training rows, too.

    Attributes
    ----------
    cv_results_ : dict of arrays (m,), one value for each of the m candidates
        "params" (a list of dicts); "param_<name>" (masked where a candidate has no such parameter); for each metric
        "split<f>_test_<metric>", "mean_test_<metric>", "std_test_<metric>", "rank_test_<metric>" (1 is the best),
        and the same without ranks for "train"; "mean_fit_time", "std_fit_time", "mean_score_time",
        "std_score_time" in seconds. The metric is called "score" where there is one.
    best_estimator_ : estimator fitted on all rows with the best parameters (if `refit`)
    best_params_, best_score_, best_index_ : the winner's parameters, mean score and row in `cv_results_`
        (not with several metrics and ``refit=False``; no `best_score_` where a callable chose)
    scorer_ : the scorer, or the dict of them
    n_splits_ : int, number of folds
    refit_time_ : float, seconds of the last fit
    multimetric_ : bool, whether there are several metrics
    classes_, n_features_in_, feature_names_in_ : those of `best_estimator_`

    Raises
    ------
    TypeError, ValueError
        In fit: for wrong arguments, unknown parameter names, an empty grid, or where all fits fail.

    Examples
    --------
    >>> from scratchml.linear_model import LinearRegression
    >>> from scratchml.model_selection import GridSearchCV
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [5.0, 6.0, 7.0, 8.0]
    >>> search = GridSearchCV(LinearRegression(), {"fit_intercept": [False, True]}, cv=2).fit(X, y)
    >>> search.best_params_
    {'fit_intercept': True}
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **SHARED_RULES,
        "param_grid": grid_rule("a grid"),
        "pre_dispatch": PRE_DISPATCH,
    }

    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        error_score: float | str = np.nan,
        return_train_score: bool = False,
    ) -> None:
        self.estimator = estimator
        self.param_grid = param_grid
        self.scoring = scoring
        self.n_jobs = n_jobs
        self.refit = refit
        self.cv = cv
        self.verbose = verbose
        self.pre_dispatch = pre_dispatch
        self.error_score = error_score
        self.return_train_score = return_train_score

    def _candidates(self) -> Iterable[Candidate]:
        return ParameterGrid(self.param_grid)

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(model, grid, cv=2) for model, grid in cls._small_models()]


class RandomizedSearchCV(BaseSearchCV):
    """Try a number of random parameter settings by cross-validation.

    Where only a few of many parameters matter, random settings try more values of those than a grid of the same size.
    Settings are drawn without replacement if all parameters are lists, with replacement as soon as one is
    a distribution.

    Parameters
    ----------
    estimator : estimator
        What is fitted; it is cloned, never changed.
    param_distributions : dict of str to list or distribution, or list of such dicts
        A distribution is any object with ``rvs(random_state=...)``: `uniform`, `log_uniform`, `randint` of this room,
        or those of ``scipy.stats``.
    n_iter : int, default=10
        Number of settings.
    random_state : int, RandomState, Generator or None, default=None
        Seeds the draws of settings (not the estimator).
    scoring, n_jobs, refit, cv, verbose, pre_dispatch, error_score, return_train_score
        As for `GridSearchCV`.

    Attributes
    ----------
    Those of `GridSearchCV`.

    Raises
    ------
    TypeError, ValueError
        As `GridSearchCV`.

    Examples
    --------
    >>> from scratchml.model_selection import RandomizedSearchCV, randint
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = [[0.0], [1.0], [2.0], [7.0], [8.0], [9.0]], [0, 0, 0, 1, 1, 1]
    >>> search = RandomizedSearchCV(
    ...     KNeighborsClassifier(), {"n_neighbors": randint(1, 4)}, n_iter=2, cv=3, random_state=0
    ... ).fit(X, y)
    >>> float(search.best_score_)
    1.0
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **SHARED_RULES,
        "param_distributions": grid_rule("distributions"),
        "n_iter": rule.integer(1),
        "pre_dispatch": PRE_DISPATCH,
        "random_state": rule.random_state,
    }

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int = 10,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: RandomStateLike = None,
        error_score: float | str = np.nan,
        return_train_score: bool = False,
    ) -> None:
        self.estimator = estimator
        self.param_distributions = param_distributions
        self.n_iter = n_iter
        self.scoring = scoring
        self.n_jobs = n_jobs
        self.refit = refit
        self.cv = cv
        self.verbose = verbose
        self.pre_dispatch = pre_dispatch
        self.random_state = random_state
        self.error_score = error_score
        self.return_train_score = return_train_score

    def _candidates(self) -> Iterable[Candidate]:
        return ParameterSampler(self.param_distributions, self.n_iter, random_state=self.random_state)

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(model, grid, n_iter=2, cv=2, random_state=0) for model, grid in cls._small_models()]
