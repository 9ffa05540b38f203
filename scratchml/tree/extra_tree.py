"""Extremely randomized trees: at each node, some features are drawn, and for each one threshold at random.

Idea
    A threshold drawn blindly between the least and the largest value is a poor guess; the best of a few such guesses
    is a fair one. A single tree of them is worse than a careful one. But many careful trees resemble each other, while
    many random ones err in different ways, and their mean is good, and quick to have: nothing needs sorting.
Differences
    None from scikit-learn: the same `random_state` gives the same tree, node for node.
References
    Geurts, Ernst, Wehenkel, Extremely randomized trees, Machine Learning 63 (2006), table 1.
"""

from __future__ import annotations

from ..core.typing import RandomStateLike, VectorLike
from .decision_tree_classifier import ClassWeight, DecisionTreeClassifier
from .decision_tree_regressor import DecisionTreeRegressor


class ExtraTreeClassifier(DecisionTreeClassifier):
    """An extremely randomized tree that tells classes apart: a `DecisionTreeClassifier` with other defaults.

    Parameters
    ----------
    splitter : "random", or "best"
    max_features : how many features are drawn at each node; "sqrt" by default
    criterion, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, random_state, max_leaf_nodes,
    min_impurity_decrease, class_weight, ccp_alpha, monotonic_cst : as of `DecisionTreeClassifier`

    Attributes
    ----------
    tree_, feature_importances_, ... : those of `DecisionTreeClassifier`

    Examples
    --------
    >>> from scratchml.tree import ExtraTreeClassifier
    >>> ExtraTreeClassifier(random_state=0).fit([[1.0], [2.0], [9.0]], ["a", "a", "b"]).predict([[0.5]]).tolist()
    ['a']
    """

    def __init__(
        self,
        *,
        criterion: str = "gini",
        splitter: str = "random",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: int | float | str | None = "sqrt",
        random_state: RandomStateLike = None,
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        class_weight: ClassWeight = None,
        ccp_alpha: float = 0.0,
        monotonic_cst: VectorLike | None = None,
    ) -> None:
        super().__init__(
            criterion=criterion,
            splitter=splitter,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            min_weight_fraction_leaf=min_weight_fraction_leaf,
            max_features=max_features,
            random_state=random_state,
            max_leaf_nodes=max_leaf_nodes,
            min_impurity_decrease=min_impurity_decrease,
            class_weight=class_weight,
            ccp_alpha=ccp_alpha,
            monotonic_cst=monotonic_cst,
        )


class ExtraTreeRegressor(DecisionTreeRegressor):
    """An extremely randomized tree that predicts numbers: a `DecisionTreeRegressor` with other defaults.

    Parameters
    ----------
    splitter : "random", or "best"
    max_features : how many features are drawn at each node; 1.0 by default
    criterion, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, random_state, max_leaf_nodes,
    min_impurity_decrease, ccp_alpha, monotonic_cst : as of `DecisionTreeRegressor`

    Attributes
    ----------
    tree_, feature_importances_, ... : those of `DecisionTreeRegressor`

    Examples
    --------
    >>> from scratchml.tree import ExtraTreeRegressor
    >>> ExtraTreeRegressor(random_state=0).fit([[1.0], [2.0], [9.0]], [5.0, 5.0, 7.0]).predict([[0.5]]).tolist()
    [5.0]
    """

    def __init__(
        self,
        *,
        criterion: str = "squared_error",
        splitter: str = "random",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: int | float | str | None = 1.0,
        random_state: RandomStateLike = None,
        min_impurity_decrease: float = 0.0,
        max_leaf_nodes: int | None = None,
        ccp_alpha: float = 0.0,
        monotonic_cst: VectorLike | None = None,
    ) -> None:
        super().__init__(
            criterion=criterion,
            splitter=splitter,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            min_weight_fraction_leaf=min_weight_fraction_leaf,
            max_features=max_features,
            random_state=random_state,
            max_leaf_nodes=max_leaf_nodes,
            min_impurity_decrease=min_impurity_decrease,
            ccp_alpha=ccp_alpha,
            monotonic_cst=monotonic_cst,
        )
