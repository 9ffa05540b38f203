"""Shapley values of models made of trees: one call, two ways to the same numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core.rules import check_rules, one_of
from ..core.rules import n_jobs as n_jobs_rule
from ..core.typing import FloatArray, MatrixLike
from .grove import LEAF, Grove, grove_of, rows_of
from .linear_shap import add_linear_shap
from .path_shap import add_path_shap


def expected(grove: Grove) -> FloatArray:
    """Return the expected scores (K,) where nothing is known: leaves weigh as their training rows."""
    found, leaf = grove.base.copy(), grove.right == LEAF
    for j, out in enumerate(grove.output):
        nodes = slice(grove.roots[j], grove.roots[j + 1])
        ends = np.flatnonzero(leaf[nodes]) + grove.roots[j]
        share = grove.cover[ends] / grove.cover[grove.roots[j]]
        found[out : out + grove.value.shape[1]] += share @ grove.value[ends]
    return found


class Explanation(NamedTuple):
    """Shapley values. Each row's values and its base value add up to its score."""

    values: Any  # (n, d) for one number, (n, d, K) for several; a list of (n, d, k) for several targets of classes
    base_values: Any  # a float, (K,), or a list of (k,): the expected score


def _in_shape(grove: Grove, phi: FloatArray, base: FloatArray) -> Explanation:
    if grove.shape == ():
        return Explanation(phi[:, :, 0].copy(), float(base[0]))
    if grove.n_classes is None:
        return Explanation(phi, base)
    counts, wide = grove.n_classes, phi.reshape(*phi.shape[:2], *grove.shape)
    bases = base.reshape(grove.shape)
    return Explanation(
        [wide[:, :, t, :k].copy() for t, k in enumerate(counts)], [bases[t, :k] for t, k in enumerate(counts)]
    )


def tree_shap(model: Any, X: MatrixLike, *, algorithm: str = "linear", n_jobs: int | None = None) -> Explanation:
    """Return the exact Shapley values of each row's score, trees being walked by the shares of their training rows.

    Parameters
    ----------
    model : a fitted decision tree, forest, GradientBoosting* or HistGradientBoosting*
    X : rows to explain, shape (n, d)
    algorithm : "linear" (`linear_shap.py`), or "paths" (Lundberg's algorithm 2, `path_shap.py`); the same values but
        for rounding
    n_jobs : threads; None means all CPUs this process may use. The result does not depend on it

    Returns
    -------
    values, base_values : values of shape (n, d) and a float where the score is one number: regression, and the
        log-odds of boosting for two classes. (n, d, K) and (K,) where there are K: targets, the shares of a tree's or
        forest's classes, raw scores of boosting for more classes. Lists of such for several targets of classes

    Raises
    ------
    TypeError
        If the model is not made of trees that add up.
    ValueError
        For rows that the model could not predict for; for boosting with an estimator as `init`.
    NotFittedError
        Before ``fit``.

    Examples
    --------
    >>> from scratchml.inspection import tree_shap
    >>> from scratchml.tree import DecisionTreeRegressor
    >>> model = DecisionTreeRegressor().fit([[0.0, 5.0], [1.0, 5.0]], [0.0, 8.0])
    >>> values, base = tree_shap(model, [[1.0, 5.0]])
    >>> base, values
    (4.0, array([[4., 0.]]))
    """
    rules = {"algorithm": one_of("linear", "paths"), "n_jobs": n_jobs_rule}
    check_rules("tree_shap", rules, {"algorithm": algorithm, "n_jobs": n_jobs})
    grove = grove_of(model)
    rows = rows_of(model, X)
    phi = np.zeros((len(rows), grove.n_features, len(grove.base)))
    (add_linear_shap if algorithm == "linear" else add_path_shap)(grove, rows, phi, n_jobs)
    return _in_shape(grove, phi, expected(grove))
