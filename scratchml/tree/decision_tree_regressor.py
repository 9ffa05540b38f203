"""A decision tree that predicts numbers: a step function, fitted one step at a time.

Idea
----
Ask the question "is feature f at most t?" that makes the numbers on either side as alike as possible, and go on with
each side by itself. A leaf predicts the mean of its rows (the median, for absolute errors).

Maths, cost
-----------
As of `decision_tree_classifier.py`; what alike means is in `impurity.py` and `absolute_error.py`.

Differences
-----------
Those named in `decision_tree_classifier.py`: the same `random_state` gives scikit-learn's tree, node for node, where
no two rows have the same value of a feature; where they do, sums may be rounded in another order. y beyond 1e75 is
divided by a power of two first, so that squares do not overflow. As in scikit-learn, a node whose impurity is at most
2.2e-16 is a leaf whatever the units of y: scale up a y that is tiny.

References
----------
L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees", Wadsworth, 1984, chapter 8.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from ..core import RegressorMixin, check_same_length, check_targets
from ..core.rules import Rule, one_of
from ..core.typing import FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from .decision_tree import BaseDecisionTree


class DecisionTreeRegressor(RegressorMixin, BaseDecisionTree):
    """A decision tree regressor.

    Parameters
    ----------
    criterion : "squared_error", "absolute_error" or "poisson" (for y of 0 or more); "friedman_mse" is deprecated, as
        in scikit-learn, and the same as "squared_error"
    splitter, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_features, random_state,
    max_leaf_nodes, min_impurity_decrease, ccp_alpha : as of `DecisionTreeClassifier`
    monotonic_cst : (d,) 1: predictions may only rise with the feature, -1 fall, 0 free

    Attributes
    ----------
    tree_ : `Tree`, the arrays
    feature_importances_ : array (d,)
    max_features_, n_outputs_, n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Breiman, Friedman, Olshen, Stone (1984), chapter 8.

    Examples
    --------
    >>> from scratchml.tree import DecisionTreeRegressor
    >>> model = DecisionTreeRegressor(random_state=0).fit([[1.0], [2.0], [4.0], [5.0]], [3.0, 3.0, 7.0, 9.0])
    >>> model.predict([[0.0], [4.4], [4.6]]).tolist()
    [3.0, 7.0, 9.0]
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **BaseDecisionTree._rules,
        "criterion": one_of("squared_error", "absolute_error", "poisson", "friedman_mse"),
    }

    def __init__(
        self,
        *,
        criterion: str = "squared_error",
        splitter: str = "best",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: int | float | str | None = None,
        random_state: RandomStateLike = None,
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        ccp_alpha: float = 0.0,
        monotonic_cst: VectorLike | None = None,
    ) -> None:
        self.criterion = criterion
        self.splitter = splitter
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.random_state = random_state
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.ccp_alpha = ccp_alpha
        self.monotonic_cst = monotonic_cst

    def _targets(self, y: VectorLike, n: int) -> tuple[FloatArray, IntArray, FloatArray | None]:
        targets = check_targets(y, multi_output=True)
        check_same_length(X=np.empty(n), y=targets)
        if self.criterion == "friedman_mse":
            warnings.warn(
                'Value `"friedman_mse"` for `criterion` is deprecated; use "squared_error", which gives the same tree.',
                FutureWarning,
                stacklevel=4,
            )
        if self.criterion == "poisson":
            if (targets < 0).any():
                raise ValueError(
                    "Some value(s) of y are negative which is not allowed for Poisson regression; use 'squared_error'."
                )
            if targets.sum() <= 0:
                raise ValueError(
                    "Sum of y is not positive which is necessary for Poisson regression; use 'squared_error'."
                )
        targets = targets.reshape(n, -1)
        self.n_outputs_ = targets.shape[1]
        return np.ascontiguousarray(targets), np.ones(self.n_outputs_, dtype=np.int64), None

    def predict(self, X: MatrixLike, check_input: bool = True) -> FloatArray:
        """Return the value of each row's leaf, shape (m,) or (m, t), for X (m, d)."""
        leaf = self.apply(X)
        found = self.tree_.value_of(leaf)[:, :, 0]
        return found[:, 0] if self.n_outputs_ == 1 else found
