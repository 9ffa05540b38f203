"""Nested cross-validation: what is a search worth, its choosing included?

Idea
----
The best of a hundred candidates looks best partly by luck, so the score that made it win flatters it. Put the whole
search inside a cross-validation: in each outer fold the search sees the training part only, cuts it into folds of its
own, chooses, fits the choice on all of it, and only then meets the outer test part. The outer scores judge the search
as a way of fitting; the inner best scores beside them show by how much the choosing flattered.

Cost
----
k_outer * (candidates * k_inner + 1) fits.

Differences
-----------
scikit-learn has no function for it; its users write ``cross_validate(GridSearchCV(...), X, y)``, which gives the same
test scores.

References
----------
Varma, Simon, "Bias in error estimation when using cross-validation for model selection", BMC Bioinformatics 7 (2006).
Cawley, Talbot, "On over-fitting in model selection and subsequent selection bias in performance evaluation", JMLR 11
(2010).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.typing import MatrixLike, VectorLike
from .validation import cross_validate


def nested_cross_validate(
    search: Any,
    X: MatrixLike,
    y: VectorLike | None = None,
    *,
    groups: VectorLike | None = None,
    scoring: Any = None,
    cv: Any = None,
    n_jobs: int | None = None,
    verbose: int = 0,
    params: Mapping[str, Any] | None = None,
    return_train_score: bool = False,
    error_score: float | str = np.nan,
) -> dict[str, Any]:
    """Cross-validate a parameter search; the search is cloned and run anew on the training part of each outer split.

    Parameters
    ----------
    search : GridSearchCV, RandomizedSearchCV or HalvingGridSearchCV (ours or scikit-learn's) with its inner `cv`, or
        anything that has ``best_params_`` after fit
    X, y : the data, shapes (n, d) and (n,)
    groups : group of each row; passed to the outer splitter and, cut to the training part, to the inner one
    scoring : of the outer test parts, as in `cross_validate`; None takes the search's own score
    cv : outer splits, as in `cross_validate`
    n_jobs : outer folds at once; the searches inside then run on one thread each
    verbose, params, return_train_score, error_score : as in `cross_validate`

    Returns
    -------
    dict
        As `cross_validate` with estimators and indices; and for each outer split ``best_params``, a list of dicts
        (None where the search failed), and ``best_score``, shape (k,): what the inner folds made of the winner, to
        be compared with ``test_score`` (NaN where the search keeps none).

    Raises
    ------
    TypeError
        If `search` has no ``best_params_`` after fit.
    ValueError
        As `cross_validate`.

    Examples
    --------
    >>> from scratchml.datasets import load_iris
    >>> from scratchml.model_selection import GridSearchCV, nested_cross_validate
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 15]}, cv=3)
    >>> [best["n_neighbors"] for best in nested_cross_validate(search, X, y, cv=3)["best_params"]]
    [15, 1, 15]
    """
    inner = dict(params or {}) if groups is None else {**(params or {}), "groups": groups}
    found = cross_validate(
        search,
        X,
        y,
        groups=groups,
        scoring=scoring,
        cv=cv,
        n_jobs=n_jobs,
        verbose=verbose,
        params=inner,
        return_train_score=return_train_score,
        return_estimator=True,
        return_indices=True,
        error_score=error_score,
    )
    for fitted in found["estimator"]:
        if fitted is not None and not hasattr(fitted, "best_params_"):
            raise TypeError(
                f"{type(search).__name__} has no best_params_ after fit, so it is no search (or its refit is off); "
                "give GridSearchCV(...), or use cross_validate for a plain model."
            )
    found["best_params"] = [getattr(fitted, "best_params_", None) for fitted in found["estimator"]]
    found["best_score"] = np.array([getattr(fitted, "best_score_", np.nan) for fitted in found["estimator"]])
    return found
