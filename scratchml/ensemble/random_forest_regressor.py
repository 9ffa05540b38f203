"""A random forest that predicts numbers: the mean of many trees.

Idea, maths, cost
-----------------
Those of `forest.py`.

Differences
-----------
The same `random_state` gives scikit-learn's forest, node for node, where no two rows have the same value of a feature;
where they do, sums may be rounded in another order, and of two splits of equal gain the other one taken.
``n_jobs=None`` means all CPUs. Sparse X is refused.

References
----------
L. Breiman, "Random forests", Machine Learning 45, 2001, section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from ..core import RegressorMixin
from ..core.rules import Rule, one_of
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from ..metrics import r2_score
from ..tree import DecisionTreeRegressor
from .forest import BaseForest, Forest


class RandomForestRegressor(RegressorMixin, BaseForest):
    """A random forest regressor.

    Parameters
    ----------
    n_estimators : how many trees
    criterion, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_leaf_nodes,
    min_impurity_decrease, ccp_alpha, monotonic_cst : as of `DecisionTreeRegressor`
    max_features : how many features are drawn at each node; a float is a share, by default all
    bootstrap : draw each tree's rows with replacement; False: each tree gets all rows
    oob_score : judge each row by the trees that have not seen it: by R2 (True), or by a function of (y, predicted)
    n_jobs : how many threads; None or -1 for all CPUs; the forest is the same for any number
    random_state : of bootstraps and draws of features
    verbose : show a progress bar
    warm_start : keep the trees there are, and grow those that are missing
    max_samples : how many rows a bootstrap draws; a float is a share; None: as many as there are

    Attributes
    ----------
    estimators_ : list of `DecisionTreeRegressor`
    estimator_ : an unfitted tree
    n_outputs_, n_features_in_ : int
    feature_importances_ : array (d,)
    estimators_samples_ : list of arrays (m,), the rows drawn
    oob_score_ : float, and oob_prediction_ : array (n,) or (n, t); only with `oob_score`
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Breiman (2001), section 11.

    Examples
    --------
    >>> from scratchml.ensemble import RandomForestRegressor
    >>> model = RandomForestRegressor(10, random_state=0).fit([[1.0], [2.0], [4.0], [5.0]], [3.0, 3.0, 7.0, 7.0])
    >>> model.predict([[0.0], [6.0]]).tolist()
    [3.4, 6.6]
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **BaseForest._rules,
        "criterion": one_of("squared_error", "absolute_error", "poisson", "friedman_mse"),
    }
    _tree: ClassVar[type[Any]] = DecisionTreeRegressor

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
        bootstrap: bool = True,
        oob_score: bool | Callable[[Array, Array], float] = False,
        n_jobs: int | None = None,
        random_state: RandomStateLike = None,
        verbose: int = 0,
        warm_start: bool = False,
        ccp_alpha: float = 0.0,
        max_samples: int | float | None = None,
        monotonic_cst: VectorLike | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start
        self.ccp_alpha = ccp_alpha
        self.max_samples = max_samples
        self.monotonic_cst = monotonic_cst

    def _judge(self, X: Array, forest: Forest) -> None:
        growth = forest.problem.growth
        y = np.ldexp(growth.data.y, forest.problem.exponent)
        found = self._out_of_bag(X, y, y.shape[1])
        self.oob_prediction_: FloatArray = found[:, 0] if y.shape[1] == 1 else found
        score = self.oob_score if callable(self.oob_score) else r2_score
        self.oob_score_ = score(y[:, 0] if y.shape[1] == 1 else y, self.oob_prediction_)

    def predict(self, X: MatrixLike) -> FloatArray:
        """Return the mean of the trees' values for each row of X (m, d), shape (m,) or (m, t)."""
        found = self._mean(X)[:, :, 0]
        return found[:, 0] if self.n_outputs_ == 1 else found
