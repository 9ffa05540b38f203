"""Extremely randomized trees: forests whose trees draw their thresholds at random.

Idea
    A random forest searches the best threshold of each feature drawn. Here, each feature drawn offers one random
    threshold, and the best offer wins. Each tree is worse, but the trees resemble each other less, so each can see all
    rows, and nothing is sorted.
Differences
    None from scikit-learn: the same `random_state` gives the same forest. ``n_jobs=None`` means all CPUs.
References
    Geurts, Ernst, Wehenkel, Extremely randomized trees, Machine Learning 63 (2006), table 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ..core.typing import Array, RandomStateLike, VectorLike
from ..tree import ExtraTreeClassifier, ExtraTreeRegressor
from ..tree.decision_tree_classifier import ClassWeight
from .random_forest_classifier import RandomForestClassifier
from .random_forest_regressor import RandomForestRegressor


class ExtraTreesClassifier(RandomForestClassifier):
    """Extremely randomized trees that tell classes apart: a `RandomForestClassifier` of random thresholds.

    Parameters
    ----------
    bootstrap : False by default: each tree gets all rows
    n_estimators, criterion, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_features,
    max_leaf_nodes, min_impurity_decrease, oob_score, n_jobs, random_state, verbose, warm_start, class_weight,
    ccp_alpha, max_samples, monotonic_cst : as of `RandomForestClassifier`

    Attributes
    ----------
    estimators_, feature_importances_, ... : those of `RandomForestClassifier`

    References
    ----------
    Geurts, Ernst, Wehenkel (2006), table 1.

    Examples
    --------
    >>> from scratchml.ensemble import ExtraTreesClassifier
    >>> model = ExtraTreesClassifier(10, random_state=0).fit([[1.0], [2.0], [9.0]], ["a", "a", "b"])
    >>> model.predict([[0.5], [9.0]]).tolist()
    ['a', 'b']
    """

    _tree: ClassVar[type[Any]] = ExtraTreeClassifier

    def __init__(
        self,
        n_estimators: int = 100,
        *,
        criterion: str = "gini",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: int | float | str | None = "sqrt",
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        bootstrap: bool = False,
        oob_score: bool | Callable[[Array, Array], float] = False,
        n_jobs: int | None = None,
        random_state: RandomStateLike = None,
        verbose: int = 0,
        warm_start: bool = False,
        class_weight: ClassWeight = None,
        ccp_alpha: float = 0.0,
        max_samples: int | float | None = None,
        monotonic_cst: VectorLike | None = None,
    ) -> None:
        super().__init__(
            n_estimators,
            criterion=criterion,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            min_weight_fraction_leaf=min_weight_fraction_leaf,
            max_features=max_features,
            max_leaf_nodes=max_leaf_nodes,
            min_impurity_decrease=min_impurity_decrease,
            bootstrap=bootstrap,
            oob_score=oob_score,
            n_jobs=n_jobs,
            random_state=random_state,
            verbose=verbose,
            warm_start=warm_start,
            class_weight=class_weight,
            ccp_alpha=ccp_alpha,
            max_samples=max_samples,
            monotonic_cst=monotonic_cst,
        )


class ExtraTreesRegressor(RandomForestRegressor):
    """Extremely randomized trees that predict numbers: a `RandomForestRegressor` of random thresholds.

    Parameters
    ----------
    bootstrap : False by default: each tree gets all rows
    n_estimators, criterion, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_features,
    max_leaf_nodes, min_impurity_decrease, oob_score, n_jobs, random_state, verbose, warm_start, ccp_alpha,
    max_samples, monotonic_cst : as of `RandomForestRegressor`

    Attributes
    ----------
    estimators_, feature_importances_, ... : those of `RandomForestRegressor`

    References
    ----------
    Geurts, Ernst, Wehenkel (2006), table 1.

    Examples
    --------
    >>> from scratchml.ensemble import ExtraTreesRegressor
    >>> model = ExtraTreesRegressor(10, random_state=0).fit([[1.0], [2.0], [9.0]], [5.0, 5.0, 7.0])
    >>> model.predict([[0.5], [9.0]]).tolist()
    [5.0, 7.0]
    """

    _tree: ClassVar[type[Any]] = ExtraTreeRegressor

    def __init__(
        self,
        n_estimators: int = 100,
        *,
        criterion: str = "squared_error",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: int | float | str | None = 1.0,
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        bootstrap: bool = False,
        oob_score: bool | Callable[[Array, Array], float] = False,
        n_jobs: int | None = None,
        random_state: RandomStateLike = None,
        verbose: int = 0,
        warm_start: bool = False,
        ccp_alpha: float = 0.0,
        max_samples: int | float | None = None,
        monotonic_cst: VectorLike | None = None,
    ) -> None:
        super().__init__(
            n_estimators,
            criterion=criterion,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            min_weight_fraction_leaf=min_weight_fraction_leaf,
            max_features=max_features,
            max_leaf_nodes=max_leaf_nodes,
            min_impurity_decrease=min_impurity_decrease,
            bootstrap=bootstrap,
            oob_score=oob_score,
            n_jobs=n_jobs,
            random_state=random_state,
            verbose=verbose,
            warm_start=warm_start,
            ccp_alpha=ccp_alpha,
            max_samples=max_samples,
            monotonic_cst=monotonic_cst,
        )
