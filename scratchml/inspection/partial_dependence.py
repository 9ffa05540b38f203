"""Partial dependence: what a model says on average, as a function of one or two features.

Idea
----
Set a feature to the same value in all rows, leave the rest as it is, and average the predictions. Repeat for each
value: a curve. The single rows' curves before averaging (individual conditional expectation) show whether the average
speaks for all of them.

Maths
-----
f(v) = sum_i w_i model(x_i with x_iS = v) / sum_i w_i. "recursion" (`recursion.py`) replaces the rows by the trees' own
counts of training rows.

Cost
----
Brute: a prediction of all rows for each point of the grid. Recursion: one walk through the trees, whatever n.

Differences
-----------
Values are scikit-learn's; like there, "recursion" leaves out the constant that boosting starts from. Beyond it,
"recursion" takes extra trees, and trees and forests for classes, whose shares it averages. For histogram boosting that
was fitted with sample weights, which its counts do not know, and where response_method="predict_proba", "auto" means
"brute", where scikit-learn raises.

References
----------
Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29 (2001), section 8.2.
Goldstein et al., Peeking inside the black box, Journal of Computational and Graphical Statistics 24 (2015).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core import check_is_fitted, check_sample_weight, chunks, is_classifier, is_regressor
from ..core.rules import check_rules, integer, one_of
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from ..datasets import Bunch
from ..metrics.scorer import response_values
from .grid import are_categorical, feature_places, make_grid, names_of
from .grove import family_of, one_by_one, rows_of
from .recursion import expect_at
from .table import as_table, column_of, take, with_column

RULES = {
    "grid_resolution": integer(1),
    "response_method": one_of("auto", "predict_proba", "decision_function"),
    "method": one_of("auto", "recursion", "brute"),
    "kind": one_of("average", "individual", "both"),
}
POINTS = 128  # of the grid that are rows of X at once
RECURSION = (
    "a decision tree, a random forest, extra trees, gradient boosting or histogram gradient boosting of this package"
)


def _was_weighted(model: Any) -> bool:
    return family_of(model) == "histogram" and bool(getattr(model, "_fitted_with_sw", False))


def choose_method(model: Any, method: str, kind: str, response_method: str, has_weight: bool) -> str:
    """Return "brute" or "recursion".

    Raises
    ------
    ValueError
        If recursion is asked for, but does not serve.
    """
    if method == "recursion":
        if kind != "average":
            raise ValueError("The 'recursion' method only applies when 'kind' is set to 'average'; use method='brute'.")
        if has_weight:
            raise ValueError("The 'recursion' method can only be applied when sample_weight is None; use 'brute'.")
        if family_of(model) is None:
            raise ValueError(
                "Only the following estimators support the 'recursion' method: "
                f"{RECURSION}. Try using method='brute' for {type(model).__name__}."
            )
        if _was_weighted(model):
            raise NotImplementedError(
                f"{type(model).__name__} does not support partial dependence with the 'recursion' method when sample "
                "weights were given during fit time; use method='brute'."
            )
        wanted = "predict_proba" if family_of(model) in ("tree", "forest") else "decision_function"
        if response_method not in ("auto", wanted):
            raise ValueError(
                f"With the 'recursion' method, the response_method must be '{wanted}' for this model. Got "
                f"{response_method}."
            )
        return method
    if method == "brute" or kind != "average" or has_weight or response_method == "predict_proba":
        return "brute"
    family = family_of(model)
    if family == "boosting":
        return "recursion" if model.init is None else "brute"
    if family == "histogram":
        return "brute" if _was_weighted(model) else "recursion"
    own = any(cls.__name__ in ("DecisionTreeRegressor", "RandomForestRegressor") for cls in type(model).__mro__)
    return "recursion" if own and "Extra" not in type(model).__name__ else "brute"


def _as_compared(model: Any, X: Any, grid: Array, places: list[int]) -> FloatArray:
    """Return the grid (m, s) as a model's trees compare it, which may depend on X's kind; it lies by column."""
    found = np.empty(grid.shape, order="F")
    for block in chunks(len(grid), POINTS):
        points = take(X, np.zeros(block.stop - block.start, dtype=np.int64))
        for s, f in enumerate(places):
            points = with_column(points, f, grid[block, s])
        found[block] = rows_of(model, points)[:, places]
    return found


def by_recursion(model: Any, X: Any, grid: Array, places: list[int]) -> FloatArray:
    """Return the average (K, m) at each point of the grid (m, s), by the trees' counts."""
    if family_of(model) == "boosting" and model.init is not None:
        warnings.warn(
            "Using recursion method with a non-constant init predictor will lead to incorrect partial dependence "
            f"values. Got init={model.init}.",
            stacklevel=3,
        )
    found = expect_at(*one_by_one(model), _as_compared(model, X, grid, places), np.array(places))
    if is_classifier(model) and family_of(model) in ("tree", "forest") and found.shape[1] == 2:
        found = found[:, 1:]
    return found.T


def by_brute_force(
    model: Any, X: Any, grid: Array, places: list[int], methods: Any, weight: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Return (average (K, m), individual (K, n, m)) at each point of the grid (m, s), by predictions for X (n, d)."""
    averages, predictions = [], []
    rows = X.copy() if hasattr(X, "copy") else X.clone()
    for values in grid:
        for s, f in enumerate(places):
            rows = with_column(rows, f, _filled(X, f, values[s]))
        said = np.asarray(response_values(model, rows, methods, None, {}))
        predictions.append(said)
        averages.append(np.average(said, axis=0, weights=weight))
    individual = np.array(predictions).T
    average = np.array(averages).T
    return average.reshape(-1, len(grid)), individual.reshape(-1, len(X), len(grid))


def _filled(X: Any, f: int, value: Any) -> Any:
    """Return a column of n equal values, of the kind that column f of X has."""
    column = column_of(X, f)
    if hasattr(column, "iloc"):  # keeps a pandas column of categories what it is
        return type(column)([value] * len(column), index=column.index, dtype=column.dtype)
    return value if not hasattr(X, "columns") else type(column)(column.name, [value] * len(column), dtype=column.dtype)


def partial_dependence(
    estimator: Any,
    X: MatrixLike,
    features: Any,
    *,
    sample_weight: VectorLike | None = None,
    categorical_features: Any = None,
    feature_names: Any = None,
    response_method: str = "auto",
    percentiles: tuple[float, float] = (0.05, 0.95),
    grid_resolution: int = 100,
    custom_values: Mapping[Any, Any] | None = None,
    method: str = "auto",
    kind: str = "average",
) -> Bunch:
    """Return what a fitted model says at each point of a grid of some features, averaged over the other features.

    Parameters
    ----------
    estimator : a fitted classifier or regressor
    X : rows whose other features are averaged over, and which decide the grid; shape (n, d), an array or a data frame
    features : the columns asked about: a number or name, several of them, or a mask
    sample_weight : (n,) weights of the average, or None; makes the method "brute"
    categorical_features : columns of categories, all values of which are taken: numbers, names or a mask; or None
    feature_names : names of the columns; None for those of a data frame, or x0, x1, ...
    response_method : what a classifier is asked: "predict_proba", "decision_function"; "auto" for the first it has
    percentiles : shares of the rows at which an axis begins and ends
    grid_resolution : points along an axis; columns with fewer different values take those
    custom_values : a dict from a member of `features` to the values to take for it
    method : "brute" predicts; "recursion" walks through trees, by the counts of their training rows, and gives raw
        scores of boosting without their constant; "auto" takes recursion for regression trees, random forests of them
        and boosting, where nothing else asks for predictions
    kind : "average", "individual" (a curve for each row), or "both"

    Returns
    -------
    result : a Bunch of grid_values, a list of the values along each axis; average (K, m1, ...), individual
        (K, n, m1, ...), as `kind` asks, for K outputs: 1, or the number of targets, or of more than two classes

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; for whole numbers in a column that is not said to be categorical;
        and whatever the model raises.

    Examples
    --------
    >>> from scratchml.inspection import partial_dependence
    >>> from scratchml.tree import DecisionTreeRegressor
    >>> X = [[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]]
    >>> found = partial_dependence(DecisionTreeRegressor().fit(X, [0.0, 2.0, 4.0]), X, 0)
    >>> found.grid_values[0], found.average
    (array([0., 1., 2.]), array([[0., 2., 4.]]))
    """
    given = {"grid_resolution": grid_resolution, "response_method": response_method, "method": method, "kind": kind}
    check_rules("partial_dependence", RULES, given)
    check_is_fitted(estimator)
    if not (is_classifier(estimator) or is_regressor(estimator)):
        raise ValueError(f"'estimator' must be a fitted regressor or classifier, but is {type(estimator).__name__}.")
    if is_classifier(estimator) and isinstance(estimator.classes_, list):
        raise ValueError("Multiclass-multioutput estimators are not supported; ask a model of one target.")
    if is_regressor(estimator) and response_method != "auto":
        raise ValueError("The response_method parameter is ignored for regressors and must be 'auto'.")
    table = as_table(X)
    if isinstance(X, (list, tuple)) and table.dtype.kind in "iu":
        table = table.astype(np.float64)
    weight = None if sample_weight is None else check_sample_weight(sample_weight, len(table))
    chosen = choose_method(estimator, method, kind, response_method, weight is not None)
    places = feature_places(table, features)
    is_category = are_categorical(table, places, categorical_features, names_of(table, feature_names))
    for f, category in zip(places, is_category):
        if not category and np.asarray(column_of(table, f)).dtype.kind in "iu":
            raise ValueError(
                f"The column {f} contains integer data. Partial dependence is not supported for integer data: values "
                "between would be rounded. Please convert numerical features to floating point, or name the column in "
                "categorical_features."
            )
    named = [features] if isinstance(features, (str, int, np.integer)) else list(features)
    custom = {s: custom_values[f] for s, f in enumerate(named) if f in custom_values} if custom_values else {}
    grid, axes = make_grid(table, places, is_category, percentiles, int(grid_resolution), custom)
    sizes, found = [len(axis) for axis in axes], Bunch(grid_values=axes)
    if chosen == "recursion":
        found.average = by_recursion(estimator, table, grid, places).reshape(-1, *sizes)
        return found
    methods: Any = ["predict_proba", "decision_function"] if response_method == "auto" else response_method
    methods = "predict" if is_regressor(estimator) else methods
    average, individual = by_brute_force(estimator, table, grid, places, methods, weight)
    if kind != "individual":
        found.average = average.reshape(-1, *sizes)
    if kind != "average":
        found.individual = individual.reshape(-1, len(table), *sizes)
    return found
