"""Cross-validation: how well does a model do on rows it has not seen?

Idea
----
Fit a fresh copy of the model on the training rows of each split and score it on that split's test rows. The mean of
the scores estimates how well this *way of fitting* does on new data, the spread how far luck moves it. All that learns
from the data must be inside the estimator (a pipeline), or the test rows have been seen after all.

Maths
-----
With test sets T_1 .. T_k and models f_-i fitted without T_i, score i is ``s(y[T_i], f_-i(X[T_i]))``. The scores are not
independent (training sets overlap), so std / sqrt(k) is too small an error of their mean.

Cost
----
k fits and as many scorings (twice as many with `return_train_score`); the rows of one split are copied for each.

Differences
-----------
Values are scikit-learn's for the same splits. Folds run in threads, so `pre_dispatch` is accepted and has no effect. A
training part that lacks a class gives a warning. `verbose` shows one progress bar. `score_params` stands in for the
part of scikit-learn's metadata routing that people use: weighted scores.

References
----------
Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the Royal Statistical Society B
36 (1974). Bengio, Grandvalet, "No unbiased estimator of the variance of k-fold cross-validation", JMLR 5 (2004).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core import check_same_length, count_samples, is_classifier
from ..core.jobs import run_jobs
from ..core.rules import check_rules, has_methods, mapping, none, verbosity
from ..core.rules import either as either_rule
from ..core.rules import n_jobs as n_jobs_rule
from ..core.typing import FloatArray, IntArray, MatrixLike, VectorLike
from .fold import check_error_score, fill_failed_scores, find_scorers, fit_and_score, report_failures, score_table
from .split import check_cv
from .splitter import classes_of, target_kind

_RULES = {
    "estimator": has_methods("fit", "get_params"),
    "n_jobs": n_jobs_rule,
    "verbose": verbosity,
    "params": either_rule(none, mapping),
}


def check_call(owner: str, X: Any, y: Any, groups: Any = None, **given: Any) -> None:
    """Check what every function of this kind is given: lengths, and `given` arguments by the rules above.

    Raises
    ------
    TypeError
        If an argument is of a wrong kind.
    ValueError
        If lengths differ, or a value is not possible.
    """
    check_rules(owner, {name: rule for name, rule in _RULES.items() if name in given}, given)
    count_samples(X)
    check_same_length(X=X, y=y, groups=groups)


def one_scorer(estimator: Any, scoring: Any, owner: str) -> Any:
    """Return the scorer for `scoring`, which must name one score.

    Raises
    ------
    ValueError
        If it names several, or an unknown one.
    """
    if isinstance(scoring, (list, tuple, set, dict)):
        raise ValueError(
            f"{owner} takes one score and got scoring={scoring!r}; for several use cross_validate, or call it for each."
        )
    return find_scorers(estimator, scoring)


def warn_of_missing_classes(estimator: Any, y: Any, splits: Sequence[tuple[IntArray, IntArray]]) -> None:
    """Warn, once, if the training part of a split lacks a class: a classifier fitted on it can never predict it."""
    if y is None or not is_classifier(estimator) or target_kind(y) not in ("binary", "multiclass"):
        return
    classes, codes = classes_of(y, "cross-validation")
    told = []
    for number, (train, _) in enumerate(splits):
        absent = np.bincount(codes[train], minlength=len(classes)) == 0
        if absent.any():
            told.append(f"fold {number} lacks {classes[absent].tolist()}")
    if told:
        more = f" and {len(told) - 3} more" if len(told) > 3 else ""
        warnings.warn(
            f"The training part of {len(told)} of {len(splits)} folds has no row of some class: {'; '.join(told[:3])}"
            f"{more}. A model fitted on it can never predict that class; use stratified folds, or shuffle.",
            UserWarning,
            stacklevel=3,
        )


def cross_validate(
    estimator: Any,
    X: MatrixLike,
    y: VectorLike | None = None,
    *,
    groups: VectorLike | None = None,
    scoring: Any = None,
    cv: Any = None,
    n_jobs: int | None = None,
    verbose: int = 0,
    params: Mapping[str, Any] | None = None,
    pre_dispatch: Any = "2*n_jobs",
    return_train_score: bool = False,
    return_estimator: bool = False,
    return_indices: bool = False,
    error_score: float | str = np.nan,
    score_params: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Fit and score a model on each split; return all scores and times.

    Parameters
    ----------
    estimator : anything with fit and get_params, scikit-learn's included; it is cloned, never changed
    X : rows, shape (n, d): array, list, data frame
    y : targets, shape (n,) or (n, t)
    groups : group of each row, shape (n,), for splitters that keep groups whole
    scoring : name, callable ``(estimator, X, y) -> number or dict``, list of names, dict of names or callables; None
        is the estimator's own ``score``
    cv : number of folds (stratified for a classifier), splitter, iterable of (train, test), or None for 5 folds
    n_jobs : folds at once, in threads; None means 1, -1 as many as CPUs. The result does not depend on it.
    verbose : above 0 shows a progress bar
    params : passed to ``fit``; what has one value for each row of X (`sample_weight`) is cut to the training rows
    pre_dispatch : accepted for scikit-learn's sake; threads share the data, so there is nothing to hold back
    return_train_score : also score the training rows, which tells overfitting
    return_estimator : also return the fitted models
    return_indices : also return the splits
    error_score : the score of a fold whose fit or scoring fails; "raise" lets the error out
    score_params : passed to the scorers, cut to the rows scored; `sample_weight` only to scorers that take it

    Returns
    -------
    dict
        ``fit_time``, ``score_time`` (seconds) and ``test_score``, each shape (k,); for several scores
        ``test_<name>``. On request ``train_score`` or ``train_<name>``; ``estimator``, a list; ``indices``, a dict of
        tuples "train" and "test".

    Raises
    ------
    TypeError
        If an argument is of a wrong kind.
    ValueError
        If lengths differ, or every fit fails. If some fail, a FitFailedWarning tells why.

    Examples
    --------
    >>> from scratchml.model_selection import cross_validate
    >>> from scratchml.datasets import load_iris
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> found = cross_validate(KNeighborsClassifier(), X, y, scoring=["accuracy", "neg_log_loss"], cv=3)
    >>> sorted(found)
    ['fit_time', 'score_time', 'test_accuracy', 'test_neg_log_loss']
    """
    check_call("cross_validate", X, y, groups, estimator=estimator, n_jobs=n_jobs, verbose=verbose, params=params)
    check_error_score(error_score)
    scorers = find_scorers(estimator, scoring)
    splits = list(check_cv(cv, y, classifier=is_classifier(estimator)).split(X, y, groups=groups))
    warn_of_missing_classes(estimator, y, splits)

    def one_fold(split: tuple[IntArray, IntArray]) -> dict[str, Any]:
        return fit_and_score(
            estimator,
            X,
            y,
            scorers,
            *split,
            fit_params=params,
            score_params=score_params,
            return_train_score=return_train_score,
            return_estimator=return_estimator,
            error_score=error_score,
        )

    results = run_jobs(one_fold, splits, n_jobs=n_jobs, verbose=verbose, description="cross-validation")
    report_failures(results, error_score, stacklevel=2)
    fill_failed_scores(results, error_score)
    return _table(results, splits, return_train_score, return_estimator, return_indices)


def _table(
    results: list[dict[str, Any]],
    splits: list[tuple[IntArray, IntArray]],
    return_train_score: bool,
    return_estimator: bool,
    return_indices: bool,
) -> dict[str, Any]:
    table: dict[str, Any] = {name: np.array([r[name] for r in results]) for name in ("fit_time", "score_time")}
    if return_estimator:
        table["estimator"] = [result["estimator"] for result in results]
    if return_indices:
        train, test = zip(*splits)
        table["indices"] = {"train": train, "test": test}
    tests = score_table(results, "test_scores")
    trains = score_table(results, "train_scores") if return_train_score else {}
    for name, scores in tests.items():
        table[f"test_{name}"] = scores
        if return_train_score:
            table[f"train_{name}"] = trains[name]
    return table


def cross_val_score(
    estimator: Any,
    X: MatrixLike,
    y: VectorLike | None = None,
    *,
    groups: VectorLike | None = None,
    scoring: Any = None,
    cv: Any = None,
    n_jobs: int | None = None,
    verbose: int = 0,
    params: Mapping[str, Any] | None = None,
    pre_dispatch: Any = "2*n_jobs",
    error_score: float | str = np.nan,
    score_params: Mapping[str, Any] | None = None,
) -> FloatArray:
    """Return the model's score on the test part of each split, shape (k,).

    Parameters
    ----------
    estimator, X, y, groups, cv, n_jobs, verbose, params, pre_dispatch, error_score, score_params : as `cross_validate`
    scoring : one score: a name, a callable ``(estimator, X, y) -> number``, or None for the estimator's own

    Raises
    ------
    TypeError, ValueError
        As `cross_validate`; and if `scoring` names several scores.

    Examples
    --------
    >>> from scratchml.model_selection import cross_val_score
    >>> from scratchml.datasets import load_iris
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> float(cross_val_score(KNeighborsClassifier(), X, y).mean().round(3))
    0.973
    """
    check_call("cross_val_score", X, y, groups, estimator=estimator)
    found = cross_validate(
        estimator,
        X,
        y,
        groups=groups,
        scoring={"score": one_scorer(estimator, scoring, "cross_val_score")},
        cv=cv,
        n_jobs=n_jobs,
        verbose=verbose,
        params=params,
        pre_dispatch=pre_dispatch,
        error_score=error_score,
        score_params=score_params,
    )
    scores: FloatArray = found["test_score"]
    return scores
