"""Two curves that say what a model lacks: score against training size, and score against a parameter.

Idea
----
*Learning curve*: fit on more and more of the training rows. Training and test score far apart: more data would help,
or a simpler model. Close together and both poor: more data will not help, the model is too simple. *Validation
curve*: fit with each value of one parameter. The training score goes on rising as the model gets more freedom, the
test score turns down where it begins to learn the noise.

Maths
-----
``train_sizes`` of m rows each: the first m rows of each split's training part (shuffled beforehand on request), m an
int, or a share of the first split's training part, rounded down, at least 1. Equal sizes are drawn once.

Cost
----
sizes * k fits, or values * k fits; with ``exploit_incremental_learning`` k passes over the data by ``partial_fit``.

Differences
-----------
Arrays are scikit-learn's for the same seed. `validation_curve` warns of failed fits as the other functions do.

References
----------
Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd edition, sections 2.9 and 7.10.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core import check_array, check_random_state, clone, is_classifier, unheard
from ..core.jobs import run_jobs
from ..core.rules import boolean, check_rules, text
from ..core.rules import random_state as random_state_rule
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from .fold import check_error_score, fit_and_score, report_failures, score, take_fold, take_params
from .split import check_cv
from .validation import check_call, one_scorer

DEFAULT_SIZES = tuple(np.linspace(0.1, 1.0, 5))


def rows_to_train_on(train_sizes: VectorLike, most: int) -> IntArray:
    """Return the training sizes as ascending numbers of rows, each once. `most`: rows of a training part.

    Raises
    ------
    ValueError
        If a share is outside (0, 1], or a number outside [1, most].
    """
    sizes = check_array(train_sizes, name="train_sizes", dtype=None, ensure_2d=False)
    if sizes.dtype.kind not in "iuf" or sizes.ndim != 1:
        raise ValueError(f"train_sizes={train_sizes!r} must be a list of shares (floats) or of numbers of rows (ints).")
    low, high = sizes.min(), sizes.max()
    if sizes.dtype.kind == "f":
        if not (low > 0 and high <= 1):  # NaN, too, ends here
            raise ValueError(
                "train_sizes has been interpreted as fractions of the maximum number of training samples and must be "
                f"within (0, 1], but is within [{low}, {high}]."
            )
        rows = np.clip((sizes * most).astype(np.int64), 1, most)
    else:
        if low <= 0 or high > most:
            raise ValueError(
                "train_sizes has been interpreted as absolute numbers of training samples and must be within "
                f"(0, {most}], but is within [{low}, {high}]."
            )
        rows = sizes.astype(np.int64)
    found = np.unique(rows)
    if len(found) < len(sizes):
        warnings.warn(
            "Removed duplicate entries from 'train_sizes'. Number of ticks will be less than the size of "
            f"'train_sizes': {len(found)} instead of {len(sizes)}.",
            RuntimeWarning,
            stacklevel=3,
        )
    return found


def learning_curve(
    estimator: Any,
    X: MatrixLike,
    y: VectorLike | None,
    *,
    groups: VectorLike | None = None,
    train_sizes: VectorLike = DEFAULT_SIZES,
    cv: Any = None,
    scoring: Any = None,
    exploit_incremental_learning: bool = False,
    n_jobs: int | None = None,
    pre_dispatch: Any = "all",
    verbose: int = 0,
    shuffle: bool = False,
    random_state: RandomStateLike = None,
    error_score: float | str = np.nan,
    return_times: bool = False,
    params: Mapping[str, Any] | None = None,
) -> tuple[Array, ...]:
    """Return training and test scores for growing training sets.

    Parameters
    ----------
    estimator, X, y, groups, cv, n_jobs, pre_dispatch, verbose, error_score, params : as in `cross_validate`
    train_sizes : shares (floats in (0, 1]) or numbers (ints) of training rows
    scoring : one score: a name, a callable or None
    exploit_incremental_learning : feed one model more and more rows by ``partial_fit``
    shuffle, random_state : shuffle each training part first; sensible where rows are sorted
    return_times : return times as well

    Returns
    -------
    train_sizes_abs : numbers of rows, shape (s,)
    train_scores, test_scores : shape (s, k)
    fit_times, score_times : seconds, shape (s, k), only with `return_times`

    Raises
    ------
    ValueError
        If sizes do not fit, every fit fails, or incremental learning is asked of a model without ``partial_fit``.
    TypeError
        If an argument is of a wrong kind.

    Examples
    --------
    >>> from scratchml.datasets import load_iris
    >>> from scratchml.model_selection import learning_curve
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> sizes, train, test = learning_curve(KNeighborsClassifier(), X, y, shuffle=True, random_state=0, cv=3)
    >>> sizes.tolist(), test.shape
    ([10, 32, 55, 77, 100], (5, 3))
    """
    check_call("learning_curve", X, y, groups, estimator=estimator, n_jobs=n_jobs, verbose=verbose, params=params)
    rules = dict.fromkeys(("exploit_incremental_learning", "shuffle", "return_times"), boolean)
    given = {
        "exploit_incremental_learning": exploit_incremental_learning,
        "shuffle": shuffle,
        "return_times": return_times,
        "random_state": random_state,
    }
    check_rules("learning_curve", {**rules, "random_state": random_state_rule}, given)
    check_error_score(error_score)
    if exploit_incremental_learning and not hasattr(estimator, "partial_fit"):
        raise ValueError(
            f"An estimator must support the partial_fit interface to exploit incremental learning; "
            f"{type(estimator).__name__} has none."
        )
    scorers = {"score": one_scorer(estimator, scoring, "learning_curve")}
    classifier = is_classifier(estimator)
    splits = list(check_cv(cv, y, classifier=classifier).split(X, y, groups=groups))
    sizes = rows_to_train_on(train_sizes, len(splits[0][0]))
    if shuffle:
        rng = check_random_state(random_state)
        splits = [(rng.permutation(train), test) for train, test in splits]
    how: dict[str, Any] = {"n_jobs": n_jobs, "verbose": verbose, "description": "learning curve"}
    if exploit_incremental_learning:
        classes = np.unique(np.asarray(y)) if classifier else None

        def grown(split: tuple[IntArray, IntArray]) -> list[dict[str, Any]]:
            return _grow(estimator, X, y, classes, *split, sizes, scorers, params, error_score)

        results = [result for fold in run_jobs(grown, splits, **how) for result in fold]
    else:

        def fitted(split: tuple[IntArray, IntArray]) -> dict[str, Any]:
            return fit_and_score(
                estimator, X, y, scorers, *split, fit_params=params, return_train_score=True, error_score=error_score
            )

        results = run_jobs(fitted, [(train[:size], test) for train, test in splits for size in sizes], **how)
        report_failures(results, error_score, stacklevel=2)
    table = _scores_and_times(results, len(sizes))
    return (sizes, *table[: 4 if return_times else 2])


def _scores_and_times(results: list[dict[str, Any]], ticks: int) -> list[FloatArray]:
    """Return train scores, test scores, fit times, score times, each (ticks, k); results run over ticks first."""
    columns = [
        [result["train_scores"]["score"] for result in results],
        [result["test_scores"]["score"] for result in results],
        [result["fit_time"] for result in results],
        [result["score_time"] for result in results],
    ]
    return [np.array(column).reshape(-1, ticks).T for column in columns]


def _grow(
    estimator: Any,
    X: Any,
    y: Any,
    classes: Array | None,
    train: IntArray,
    test: IntArray,
    sizes: IntArray,
    scorers: Mapping[str, Any],
    params: Mapping[str, Any] | None,
    error_score: float | str,
) -> list[dict[str, Any]]:
    """Feed one clone the rows of `train` piece by piece by partial_fit; score it after each piece."""
    model, results, start = clone(estimator), [], 0
    X_test, y_test = take_fold(model, X, y, test, train)
    extra = {} if classes is None else {"classes": classes}
    for size in sizes:
        began = time.perf_counter()
        X_new, y_new = take_fold(model, X, y, train[start:size])
        fit_params = {**take_params(X, params, train[start:size]), **extra}
        with unheard():
            model.partial_fit(*((X_new,) if y_new is None else (X_new, y_new)), **fit_params)
        fitted = time.perf_counter()
        X_seen, y_seen = take_fold(model, X, y, train[:size])
        found = {
            "test_scores": score(model, X_test, y_test, scorers, error_score=error_score),
            "train_scores": score(model, X_seen, y_seen, scorers, error_score=error_score),
        }
        times = {"fit_time": fitted - began, "score_time": time.perf_counter() - fitted}
        results.append({**found, **times})
        start = size
    return results


def validation_curve(
    estimator: Any,
    X: MatrixLike,
    y: VectorLike | None,
    *,
    param_name: str,
    param_range: VectorLike,
    groups: VectorLike | None = None,
    cv: Any = None,
    scoring: Any = None,
    n_jobs: int | None = None,
    pre_dispatch: Any = "all",
    verbose: int = 0,
    error_score: float | str = np.nan,
    params: Mapping[str, Any] | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Return training and test scores for each value of one parameter.

    Parameters
    ----------
    estimator, X, y, groups, cv, n_jobs, pre_dispatch, verbose, error_score, params : as in `cross_validate`
    param_name : the parameter, nested ones as ``step__name``
    param_range : its v values
    scoring : one score: a name, a callable or None

    Returns
    -------
    train_scores, test_scores : shape (v, k)

    Raises
    ------
    ValueError
        If the estimator has no such parameter, `param_range` is empty, or every fit fails.
    TypeError
        If an argument is of a wrong kind.

    Examples
    --------
    >>> from scratchml.datasets import load_iris
    >>> from scratchml.model_selection import validation_curve
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> train, test = validation_curve(KNeighborsClassifier(), X, y, param_name="n_neighbors", param_range=[1, 5])
    >>> train.mean(axis=1).round(3).tolist(), test.mean(axis=1).round(3).tolist()
    ([1.0, 0.97], [0.96, 0.973])
    """
    check_call("validation_curve", X, y, groups, estimator=estimator, n_jobs=n_jobs, verbose=verbose, params=params)
    check_rules("validation_curve", {"param_name": text}, {"param_name": param_name})
    check_error_score(error_score)
    values = list(param_range)
    if not values:
        raise ValueError("param_range is empty; give the values to try.")
    clone(estimator).set_params(**{param_name: values[0]})  # an unknown name is told at once
    scorers = {"score": one_scorer(estimator, scoring, "validation_curve")}
    splits = list(check_cv(cv, y, classifier=is_classifier(estimator)).split(X, y, groups=groups))

    def fitted(job: tuple[IntArray, IntArray, Any]) -> dict[str, Any]:
        train, test, value = job
        return fit_and_score(
            estimator,
            X,
            y,
            scorers,
            train,
            test,
            params={param_name: value},
            fit_params=params,
            return_train_score=True,
            error_score=error_score,
        )

    jobs = [(train, test, value) for train, test in splits for value in values]
    results = run_jobs(fitted, jobs, n_jobs=n_jobs, verbose=verbose, description="validation curve")
    report_failures(results, error_score, stacklevel=2)
    train_scores, test_scores, *_ = _scores_and_times(results, len(values))
    return train_scores, test_scores
