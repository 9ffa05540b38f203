"""Gradient boosting that predicts numbers.

Idea, maths, cost
-----------------
Those of `boosting.py` and `boosting_losses.py`.

Differences
-----------
The same `random_state` gives scikit-learn's stages: the same trees, and leaves that differ by the rounding of sums.
`init_` is a plain record of the constant where no `init` is given. Sparse X and missing values are refused, and y
beyond 1e75, whose squares overflow.

References
----------
J. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29, 2001.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from ..core import RegressorMixin, check_same_length, check_targets
from ..core.rules import Rule, one_of, real
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from .boosting_losses import AbsoluteError, Huber, Loss, Quantile, SquaredError
from .gradient_boosting import LARGEST, BaseGradientBoosting


class GradientBoostingRegressor(RegressorMixin, BaseGradientBoosting):
    """Gradient boosting for numbers.

    Parameters
    ----------
    loss : "squared_error", "absolute_error", "huber" or "quantile"
    learning_rate : the fraction of each tree that is added
    n_estimators : how many rounds
    subsample : the share of rows, drawn without replacement, that each round sees
    criterion : has no effect, as in scikit-learn; leave it
    min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_depth, min_impurity_decrease, max_features,
    max_leaf_nodes, ccp_alpha : of the trees, as of `DecisionTreeRegressor`
    init : an estimator to start from, "zero", or None for the best constant
    random_state : of subsamples, draws of features, and the rows held out
    alpha : the quantile of "quantile", and the share of small residuals of "huber"
    verbose : show a progress bar
    warm_start : keep the rounds there are, and go on
    validation_fraction, n_iter_no_change, tol : hold out a share of the rows, and stop when their loss has not fallen
        by `tol` for so many rounds; None: play all rounds

    Attributes
    ----------
    estimators_ : array (n_estimators_, 1) of `DecisionTreeRegressor`
    n_estimators_, n_trees_per_iteration_, n_features_in_, max_features_ : int
    train_score_ : array (n_estimators_,), the loss after each round
    oob_scores_, oob_improvement_ : array (n_estimators_,), and oob_score_ : float; only with subsamples
    feature_importances_ : array (d,)
    init_ : what it started from
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Friedman (2001), algorithms 1 to 4.

    Examples
    --------
    >>> from scratchml.ensemble import GradientBoostingRegressor
    >>> model = GradientBoostingRegressor(n_estimators=1, learning_rate=0.5, max_depth=1)
    >>> model.fit([[1.0], [2.0], [4.0]], [2.0, 2.0, 8.0]).predict([[1.0], [4.0]]).tolist()
    [3.0, 6.0]
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **BaseGradientBoosting._rules,
        "loss": one_of("squared_error", "absolute_error", "huber", "quantile"),
        "alpha": real(0.0, 1.0, open_low=True, open_high=True),
    }

    def __init__(
        self,
        *,
        loss: str = "squared_error",
        learning_rate: float = 0.1,
        n_estimators: int = 100,
        subsample: float = 1.0,
        criterion: str = "deprecated",
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_depth: int | None = 3,
        min_impurity_decrease: float = 0.0,
        init: Any = None,
        random_state: RandomStateLike = None,
        max_features: int | float | str | None = None,
        alpha: float = 0.9,
        verbose: int = 0,
        max_leaf_nodes: int | None = None,
        warm_start: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int | None = None,
        tol: float = 1e-4,
        ccp_alpha: float = 0.0,
    ) -> None:
        self.loss = loss
        self.learning_rate = learning_rate
        self.n_estimators = n_estimators
        self.subsample = subsample
        self.criterion = criterion
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_depth = max_depth
        self.min_impurity_decrease = min_impurity_decrease
        self.init = init
        self.random_state = random_state
        self.max_features = max_features
        self.alpha = alpha
        self.verbose = verbose
        self.max_leaf_nodes = max_leaf_nodes
        self.warm_start = warm_start
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.ccp_alpha = ccp_alpha

    def _encode(self, y: VectorLike, weight: FloatArray | None, n: int) -> FloatArray:
        targets = check_targets(y)
        check_same_length(X=np.empty(n), y=targets)
        if (largest := float(np.abs(targets).max())) > LARGEST:
            raise ValueError(f"y reaches {largest:.3g}, whose square overflows float64; divide y by a large number.")
        return targets

    def _make_loss(self) -> Loss:
        if self.loss == "squared_error":
            return SquaredError()
        if self.loss == "absolute_error":
            return AbsoluteError()
        return Huber(self.alpha) if self.loss == "huber" else Quantile(self.alpha)

    def predict(self, X: MatrixLike) -> FloatArray:
        """Return the prediction (m,) for each row of X (m, d)."""
        found: FloatArray = self._raw(X)[0]
        return found

    def staged_predict(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield what `predict` would return after each round."""
        for raw in self._staged_raw(X):
            yield raw[0].copy()

    def apply(self, X: MatrixLike) -> Array:
        """Return the leaf that each row of X (m, d) ends in, for each round: (m, n_estimators_)."""
        return super().apply(X)[:, :, 0]
