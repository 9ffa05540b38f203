"""Cross-validated predictions: each row predicted by the model that was fitted without it.

Idea
----
Gather the predictions of all test parts in the order of the rows. They show *where* a model errs (a confusion matrix,
residuals), and a second model may learn from them (stacking). They are not a way around `cross_val_score`: a score of
all of them together mixes k models, and is another number than the mean of k scores.

Cost
----
k fits and predictions.

Differences
-----------
Values are scikit-learn's, the filled columns of classes that a training part lacks included.

References
----------
Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the Royal Statistical Society B
36 (1974). Wolpert, "Stacked generalization", Neural Networks 5 (1992).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core import clone, count_samples, is_classifier, unheard
from ..core.jobs import run_jobs
from ..core.rules import check_rules, one_of
from ..core.typing import Array, IntArray, MatrixLike, VectorLike
from .fold import take_fold, take_params
from .split import check_cv
from .validation import check_call

METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function")


def cross_val_predict(
    estimator: Any,
    X: MatrixLike,
    y: VectorLike | None = None,
    *,
    groups: VectorLike | None = None,
    cv: Any = None,
    n_jobs: int | None = None,
    verbose: int = 0,
    params: Mapping[str, Any] | None = None,
    pre_dispatch: Any = "2*n_jobs",
    method: str = "predict",
) -> Any:
    """Return each row's prediction by the model fitted on the other folds.

    Parameters
    ----------
    estimator, X, y, groups, n_jobs, verbose, params, pre_dispatch : as in `cross_validate`
    cv : as in `cross_validate`; its test parts must cover each row exactly once
    method : "predict", "predict_proba", "predict_log_proba" or "decision_function"

    Returns
    -------
    array, shape (n,), (n, t) or (n, n_classes)
        Columns are the sorted classes of the whole y. A class that a training part lacks has probability 0, and the
        smallest finite number as its log-probability or decision. A list of arrays where the method gives one for
        each output.

    Raises
    ------
    ValueError
        If the test parts are no partition of the rows, or decisions cannot be matched with classes.
    TypeError, AttributeError
        If an argument is of a wrong kind, or the estimator has no such method.

    Examples
    --------
    >>> from scratchml.datasets import load_iris
    >>> from scratchml.model_selection import cross_val_predict
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> cross_val_predict(KNeighborsClassifier(), X, y, method="predict_proba").shape
    (150, 3)
    """
    check_call("cross_val_predict", X, y, groups, estimator=estimator, n_jobs=n_jobs, verbose=verbose, params=params)
    check_rules("cross_val_predict", {"method": one_of(*METHODS)}, {"method": method})
    splitter = check_cv(cv, y, classifier=is_classifier(estimator))
    splits = list(splitter.split(X, y, groups=groups))
    tested = np.concatenate([np.asarray(test) for _, test in splits])
    if not np.array_equal(np.sort(tested), np.arange(count_samples(X))):
        raise ValueError(
            f"cross_val_predict only works for partitions: {splitter!r} does not test each row exactly once; use KFold "
            "or the like."
        )
    by_class = method != "predict" and y is not None
    targets, n_classes = _numbered_classes(y) if by_class else (y, [])

    def one_fold(split: tuple[IntArray, IntArray]) -> Any:
        predictions, classes = _fit_and_predict(estimator, X, targets, *split, params, method)
        if not by_class or classes is None:
            return predictions
        if isinstance(predictions, list):
            return [_all_columns(p, c, k, method) for p, c, k in zip(predictions, classes, n_classes)]
        total = n_classes[0] if len(n_classes) == 1 else len(n_classes)  # an indicator matrix: one per column
        return _all_columns(predictions, classes, total, method)

    parts = run_jobs(one_fold, splits, n_jobs=n_jobs, verbose=verbose, description="cross-validated predictions")
    back = np.argsort(tested)
    if isinstance(parts[0], list):
        return [np.concatenate(outputs)[back] for outputs in zip(*parts)]
    return np.concatenate(parts)[back]


def _numbered_classes(y: Any) -> tuple[Array, list[int]]:
    """Return y with the classes of each output numbered 0, 1, ..., and how many each output has."""
    labels = np.asarray(y)
    columns = labels.reshape(len(labels), -1)
    numbered = [np.unique(column, return_inverse=True) for column in columns.T]
    codes = np.column_stack([code for _, code in numbered]).reshape(labels.shape)
    return codes, [len(classes) for classes, _ in numbered]


def _fit_and_predict(
    estimator: Any, X: Any, y: Any, train: IntArray, test: IntArray, params: Mapping[str, Any] | None, method: str
) -> tuple[Any, Any]:
    """Return the predictions of the rows `test` by a clone fitted on the rows `train`, and the clone's classes."""
    model = clone(estimator)
    X_train, y_train = take_fold(model, X, y, train)
    X_test, _ = take_fold(model, X, y, test, train)
    fit_params = take_params(X, params, train)
    with unheard():
        if y_train is None:
            model.fit(X_train, **fit_params)
        else:
            model.fit(X_train, y_train, **fit_params)
        return getattr(model, method)(X_test), getattr(model, "classes_", None)


def _all_columns(predictions: Any, classes: Any, n_classes: int, method: str) -> Any:
    """Return predictions (m, n_classes) with a column for each class, those unknown to this fold's model filled."""
    if len(classes) == n_classes:
        return predictions
    predictions = np.asarray(predictions)
    remedy = "To fix this, use a cross-validation technique resulting in properly stratified folds"
    warnings.warn(
        f"Number of classes in training fold ({len(classes)}) does not match total number of classes ({n_classes}). "
        f"Results may not be appropriate for your use case. {remedy}",
        RuntimeWarning,
        stacklevel=2,
    )
    if method == "decision_function":
        if predictions.ndim == 2 and predictions.shape[1] != len(classes):
            raise ValueError(
                f"Output shape {predictions.shape} of {method} does not match number of classes ({len(classes)}) in "
                "fold: one column for each class is needed (not one for each pair of classes)."
            )
        if len(classes) <= 2:
            raise ValueError(
                f"Only {len(classes)} class/es in training fold, but {n_classes} in overall dataset. This is not "
                f"supported for decision_function with imbalanced folds. {remedy}"
            )
    least = 0.0 if method == "predict_proba" else np.finfo(predictions.dtype).min
    full = np.full((len(predictions), n_classes), least, dtype=predictions.dtype)
    full[:, classes] = predictions
    return full
