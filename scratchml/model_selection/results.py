"""The table of a search, `cv_results_`: one row for each candidate, one column for each thing known of it.

Idea: a search ends with scores of each candidate on each fold. They are laid out as a dict of columns, which
``pandas.DataFrame`` takes as it is. A parameter that some candidates do not have is masked in their rows.

Maths: for the scores s (m candidates, k folds): mean_i = sum_f s_if / k, std_i = sqrt(sum_f (s_if - mean_i)^2 / k),
rank_i = 1 + the number of candidates with a higher mean. Candidates without a mean (NaN) share the last rank.

Cost: O(m k + m log m) time.

Differences: none from scikit-learn: the same keys in the same order, the same dtypes, the same numbers.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core.typing import Array, FloatArray, IntArray


def parameter_columns(candidates: Sequence[Mapping[str, Any]]) -> dict[str, np.ma.MaskedArray[Any, Any]]:
    """Return a masked array of values (m,) for each parameter any candidate has, named "param_<name>".

    Numbers and booleans keep their dtype where all of a parameter's values agree on one; everything else is an
    array of objects. A candidate without the parameter is masked.
    """
    owners: dict[str, list[int]] = {}
    for i, candidate in enumerate(candidates):
        for name in candidate:
            owners.setdefault(name, []).append(i)
    columns = {}
    for name, rows in owners.items():
        values = [candidates[i][name] for i in rows]
        column = np.ma.MaskedArray(np.empty(len(candidates), dtype=_column_dtype(values)), mask=True)
        for i, value in zip(rows, values):
            column[i] = value  # which also takes the mask away
        columns[f"param_{name}"] = column
    return columns


def _column_dtype(values: Sequence[Any]) -> np.dtype[Any]:
    try:
        found = np.array(values)
    except ValueError:  # lists of different lengths
        return np.dtype(object)
    return found.dtype if found.ndim == 1 and found.dtype.kind != "U" else np.dtype(object)


def rank_scores(means: FloatArray) -> IntArray:
    """Return the rank of each mean score (m,): 1 for the highest, ties share the better rank, NaN counts as worst."""
    if np.isnan(means).all():
        return np.ones(len(means), dtype=np.int32)
    filled = np.where(np.isnan(means), -np.inf, means)
    # plainly: rank[i] = 1 + (filled > filled[i]).sum()
    ascending = np.sort(filled)
    higher = len(filled) - np.searchsorted(ascending, filled, side="right")
    return (1 + higher).astype(np.int32)


def mean_and_std(table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean and the standard deviation (divided by k) of each row of a table (m, k)."""
    mean = table.mean(axis=1)
    return mean, np.sqrt(((table - mean[:, None]) ** 2).mean(axis=1))


def results_table(
    candidates: Sequence[dict[str, Any]],
    folds: Sequence[dict[str, Any]],
    more: Mapping[str, Sequence[Any]] | None = None,
    *,
    return_train_score: bool = False,
) -> dict[str, Any]:
    """Return `cv_results_` of m candidates scored on k folds each.

    Parameters
    ----------
    candidates : the m settings of parameters
    folds : the m * k results of `fit_and_score`, candidate by candidate
    more : further columns, each with m values; they come first
    return_train_score : make columns of the training scores, too

    Raises
    ------
    ValueError
        If there is nothing to put into the table.
    """
    if not candidates or not folds:
        raise ValueError("No fits were performed: there was no candidate, or cv gave no split.")
    m = len(candidates)
    results: dict[str, Any] = {name: np.asarray(values) for name, values in (more or {}).items()}
    for name in ("fit_time", "score_time"):
        mean, std = mean_and_std(np.array([fold[name] for fold in folds], dtype=np.float64).reshape(m, -1))
        results |= {f"mean_{name}": mean, f"std_{name}": std}
    results |= parameter_columns(candidates)
    results["params"] = list(candidates)
    for name in folds[0]["test_scores"]:
        results |= _score_columns(f"test_{name}", [fold["test_scores"][name] for fold in folds], m)
        results[f"rank_test_{name}"] = rank_scores(results[f"mean_test_{name}"])
        if return_train_score:
            results |= _score_columns(f"train_{name}", [fold["train_scores"][name] for fold in folds], m)
    return results


def _score_columns(name: str, scores: list[float], m: int) -> dict[str, Array]:
    table = np.array(scores, dtype=np.float64).reshape(m, -1)
    columns: dict[str, Array] = {f"split{f}_{name}": table[:, f] for f in range(table.shape[1])}
    with np.errstate(invalid="ignore"):
        mean, std = mean_and_std(table)
    if not np.isfinite(mean).all():
        warnings.warn(
            f"One or more of the {name.split('_')[0]} scores are non-finite: {mean}", UserWarning, stacklevel=3
        )
    return columns | {f"mean_{name}": mean, f"std_{name}": std}
