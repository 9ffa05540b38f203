"""One fold: fit on the training rows, score on the test rows. What every search and cross-validation repeats.

Idea: a model may be judged only by rows it has not seen. `fit_and_score` does this once, for one split and one
setting of parameters, and says in a dict how it went; `validation.py` calls it for each fold, `search.py` for each
candidate and fold. A fit that fails is caught here, so that one bad candidate does not end a search of a thousand,
and `report_failures` tells of it afterwards.

Contract
--------
``fit_and_score(estimator, X, y, scorers, train, test, ...)`` returns
``{"test_scores", "train_scores", "fit_time", "score_time", "n_test_samples", "error"}``: the scores are dicts from
scorer name to float (the name is "score" for a single scorer), `error` is the traceback's text or None.

`with_rows` makes an array of what only promises one, `take_rows` cuts anything with rows (arrays, lists, data frames,
sparse matrices), `take_fold` cuts X and y for an estimator (kernel matrices by rows and columns), `take_params` cuts
the fit parameters that have one value per row.
"""

from __future__ import annotations

import inspect
import numbers
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..core import FitFailedWarning, both, clone, count_samples, get_tags, is_data_frame, is_sparse, unheard
from ..core.typing import Array, IntArray, MatrixLike, VectorLike
from ..core.validation import rows_at
from ..metrics import check_scoring
from ..metrics.scorer import MultimetricScorer
from ..metrics.scorer import Scorer as MetricScorer

Scorer = Callable[..., Any]
Scorers = Mapping[str, Scorer] | Scorer


# ---------------------------------------------------------------------------------------------------------------
# Cutting rows


def with_rows(X: Any) -> Any:
    """Return X itself if rows can be taken from it, else the array that its ``__array__`` gives."""
    if hasattr(X, "shape") or hasattr(X, "__getitem__") or not hasattr(X, "__array__"):
        return X
    return np.asarray(X)


def take_rows(X: Any, rows: Any) -> Any:
    """Return the rows of X at positions `rows` (integers or a mask), in the kind X has.

    Parameters
    ----------
    X : array, list, data frame, series, sparse matrix, or None (then None)
    rows : integer positions or boolean mask
    """
    if X is None:
        return None
    rows = np.asarray(rows)
    if rows.size == 0 and rows.dtype.kind == "f":  # the dtype of an empty list
        rows = rows.astype(np.intp)
    if hasattr(X, "iloc"):
        return X.iloc[rows]
    if is_sparse(X):  # not every sparse format can be indexed
        return X.tocsr()[rows]
    if hasattr(X, "shape") and hasattr(X, "__getitem__"):
        if is_data_frame(X) and rows.dtype.kind == "b":  # polars
            rows = np.flatnonzero(rows)
        return rows_at(X, rows)
    positions = np.flatnonzero(rows) if rows.dtype.kind == "b" else rows
    cut = [X[i] for i in positions]
    return tuple(cut) if isinstance(X, tuple) else cut


def take_fold(
    estimator: Any, X: MatrixLike, y: VectorLike | None, rows: IntArray, fitted_rows: IntArray | None = None
) -> tuple[Any, Any]:
    """Return (X, y) at `rows`; for an estimator that takes a square matrix (kernels, distances) columns are cut, too.

    Parameters
    ----------
    estimator : says by its tags whether X is pairwise
    X, y : the whole data
    rows : the rows to take
    fitted_rows : the rows the estimator was or will be fitted on, where they are others: they pick the columns

    Raises
    ------
    ValueError
        If a pairwise X is not square.
    """
    if not get_tags(estimator).pairwise:
        return take_rows(X, rows), take_rows(y, rows)
    if not hasattr(X, "shape"):
        raise ValueError("X holds kernels or distances between its rows, so it must be an array; got a list.")
    if X.shape[0] != X.shape[1]:
        raise ValueError(f"X should be a square kernel matrix; it has shape {X.shape}.")
    columns = rows if fitted_rows is None else fitted_rows
    return np.asarray(X)[np.ix_(rows, columns)], take_rows(y, rows)


def take_params(X: MatrixLike, params: Mapping[str, Any] | None, rows: IntArray | None) -> dict[str, Any]:
    """Return fit parameters with those that have one value per row of X cut to `rows`; None takes all rows."""
    found = dict(params or {})
    if rows is None:
        return found
    n = count_samples(X)
    return {name: take_rows(value, rows) if _one_per_row(value, n) else value for name, value in found.items()}


def _one_per_row(value: Any, n: int) -> bool:
    if value is None or isinstance(value, (str, bytes, Mapping)) or np.isscalar(value):
        return False
    if not hasattr(value, "shape") and not (hasattr(value, "__len__") and hasattr(value, "__getitem__")):
        return False
    return (len(value.shape) > 0 if hasattr(value, "shape") else True) and count_samples(value) == n


# ---------------------------------------------------------------------------------------------------------------
# Fitting and scoring one fold


def fit_and_score(
    estimator: Any,
    X: MatrixLike,
    y: VectorLike | None,
    scorers: Scorers,
    train: IntArray,
    test: IntArray,
    *,
    params: Mapping[str, Any] | None = None,
    fit_params: Mapping[str, Any] | None = None,
    score_params: Mapping[str, Any] | None = None,
    return_train_score: bool = False,
    return_estimator: bool = False,
    error_score: float | str = np.nan,
) -> dict[str, Any]:
    """Fit a clone of `estimator` on the rows `train` and score it on the rows `test`.

    Parameters
    ----------
    estimator : anything with get_params and fit; it is cloned, never changed
    X, y : the whole data, cut here
    scorers : dict from name to ``scorer(estimator, X, y)``; or one scorer, which may return a number or a dict
    train, test : positions of the rows
    params : parameters to set on the clone; estimators among them are cloned
    fit_params : passed to fit; those with one value per row are cut
    score_params : passed to the scorers, cut likewise; `sample_weight` only to scorers that take it
    return_train_score : score the training rows, too
    return_estimator : give the fitted estimator as "estimator" (None if its fit failed)
    error_score : the score that stands for a failed fit or scoring; "raise" lets the error out

    Returns
    -------
    dict with keys test_scores (dict name -> float), train_scores (likewise, or None), fit_time and score_time
    (seconds), n_test_samples, error (traceback as text, or None).

    Raises
    ------
    ValueError
        For an unknown name in `params`, an `error_score` that is neither "raise" nor a number, or a scorer
        that returns no number.
    """
    check_error_score(error_score)
    model = clone(estimator)
    if params:
        model.set_params(**clone(dict(params), safe=False))
    start = time.perf_counter()
    X_train, y_train = take_fold(model, X, y, train)
    X_test, y_test = take_fold(model, X, y, test, train)
    result: dict[str, Any] = {"train_scores": None, "score_time": 0.0, "error": None}
    try:
        with unheard():  # who listens to the search does not want to hear of each fold's iterations
            _fit(model, X_train, y_train, take_params(X, fit_params, train))
    except Exception:
        if isinstance(error_score, str):
            raise
        result["error"] = traceback.format_exc()
        result["fit_time"] = time.perf_counter() - start
        failed = dict.fromkeys(scorers if isinstance(scorers, Mapping) else ["score"], error_score)
        result["test_scores"] = failed
        result["train_scores"] = dict(failed) if return_train_score else None
    else:
        result["fit_time"] = time.perf_counter() - start
        result["test_scores"] = score(
            model, X_test, y_test, scorers, take_params(X, score_params, test), error_score=error_score
        )
        result["score_time"] = time.perf_counter() - start - result["fit_time"]
        if return_train_score:
            result["train_scores"] = score(
                model, X_train, y_train, scorers, take_params(X, score_params, train), error_score=error_score
            )
    result["n_test_samples"] = count_samples(X_test)
    if return_estimator:
        result["estimator"] = model if result["error"] is None else None
    return result


def _fit(model: Any, X: Any, y: Any, fit_params: Mapping[str, Any]) -> None:
    if y is None:
        model.fit(X, **fit_params)
    else:
        model.fit(X, y, **fit_params)


def score(
    estimator: Any,
    X: MatrixLike,
    y: VectorLike | None,
    scorers: Scorers,
    score_params: Mapping[str, Any] | None = None,
    *,
    error_score: float | str = "raise",
) -> dict[str, float]:
    """Return the scores of a fitted estimator by name ("score" for a single scorer that returns a number).

    Raises
    ------
    ValueError
        If a scorer returns something that is no number; and whatever a scorer raises, if `error_score` is "raise".
    """
    if isinstance(scorers, Mapping):
        known: dict[str, Any] = {}  # predictions are made once for all scorers
        found = {
            name: _one_score(estimator, X, y, one, score_params, error_score, known) for name, one in scorers.items()
        }
    else:
        value = _one_score(estimator, X, y, scorers, score_params, error_score, {})
        found = dict(value) if isinstance(value, Mapping) else {"score": value}
    return {name: _as_number(value, name) for name, value in found.items()}


def _one_score(
    estimator: Any,
    X: Any,
    y: Any,
    scorer: Scorer,
    score_params: Mapping[str, Any] | None,
    error_score: float | str,
    known: dict[str, Any],
) -> Any:
    given = {
        name: value
        for name, value in (score_params or {}).items()
        if name != "sample_weight" or (value is not None and takes_sample_weight(scorer))
    }
    try:
        with unheard():  # predictions may take steps, too
            if isinstance(scorer, MetricScorer):
                return scorer.score(estimator, X, y, given.pop("sample_weight", None), known, **given)
            return scorer(estimator, X, **given) if y is None else scorer(estimator, X, y, **given)
    except Exception:
        if isinstance(error_score, str):
            raise
        warnings.warn(
            "Scoring failed. The score on this train-test partition for these parameters will be set to "
            f"{error_score}. Details:\n{traceback.format_exc()}",
            UserWarning,
            stacklevel=2,
        )
        return error_score


def _as_number(value: Any, name: str) -> float:
    if isinstance(value, (np.ndarray, np.generic)) and value.size == 1:
        value = value.item()
    if not isinstance(value, numbers.Number):
        raise ValueError(
            f"scoring must return a number, got {value!r} ({type(value).__name__}) from scorer {name!r}; let it return "
            "one float, or a dict of them."
        )
    return value  # type: ignore[return-value]


def takes_sample_weight(scorer: Scorer) -> bool:
    """Say whether a scorer can be given `sample_weight`: it says so itself, or its signature has that name."""
    says = getattr(scorer, "_accept_sample_weight", None)
    if callable(says):
        return bool(says())
    try:
        return "sample_weight" in inspect.signature(scorer).parameters
    except (TypeError, ValueError):  # a built-in without a signature
        return False


# ---------------------------------------------------------------------------------------------------------------
# What a set of folds has in common


def find_scorers(estimator: Any, scoring: Any) -> Scorers:
    """Return what `check_scoring` makes of `scoring`: one scorer, or for several a dict of them by name.

    Raises
    ------
    TypeError, ValueError
        As `check_scoring`.
    """
    found = check_scoring(estimator, scoring=scoring)
    return dict(found.scorers) if isinstance(found, MultimetricScorer) else found


def check_error_score(error_score: Any) -> None:
    """Check that `error_score` is "raise" or a number (NaN is welcome).

    Raises
    ------
    ValueError
        If it is neither.
    """
    if error_score == "raise" or (isinstance(error_score, numbers.Real) and not isinstance(error_score, bool)):
        return
    raise ValueError(f"error_score={error_score!r} must be the string 'raise' or a number, e.g. numpy.nan.")


def fill_failed_scores(results: Sequence[dict[str, Any]], error_score: float | str) -> None:
    """Give failed folds the score names of the folds that went well, where one scorer returns a dict of scores.

    The names are known only once a scoring has succeeded. `results` of `fit_and_score`: changed in place.
    """
    names = next((list(r["test_scores"]) for r in results if list(r["test_scores"]) != ["score"]), None)
    if names is None:
        return
    for result in results:
        for key in ("test_scores", "train_scores"):
            if result[key] is not None and list(result[key]) == ["score"]:
                result[key] = dict.fromkeys(names, error_score)


def report_failures(results: Sequence[dict[str, Any]], error_score: float | str, stacklevel: int = 2) -> None:
    """Warn of the fits that failed; raise if all did.

    Raises
    ------
    ValueError
        If every fit failed; the message shows each different traceback with its count.
    """
    errors = [result["error"] for result in results if result["error"] is not None]
    if not errors:
        return
    rule = "-" * 80
    details = "\n".join(f"{rule}\n{count} fits failed with:\n{text}" for text, count in Counter(errors).items())
    if len(errors) == len(results):
        raise ValueError(
            f"All the {len(results)} fits failed: the model or its parameters do not suit the data. "
            f"error_score='raise' lets the first error out.\n{details}"
        )
    warnings.warn(
        f"{len(errors)} fits failed out of a total of {len(results)}. The score on these train-test partitions for "
        f"these parameters will be set to {error_score}; error_score='raise' lets the first error out.\n{details}",
        both(FitFailedWarning),
        stacklevel=stacklevel + 1,
    )


def score_table(results: Sequence[dict[str, Any]], key: str) -> dict[str, Array]:
    """Return ``{name: array of the scores, one per result}`` for `key` "test_scores" or "train_scores"."""
    return {name: np.asarray([result[key][name] for result in results]) for name in results[0][key]}
