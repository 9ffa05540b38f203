"""Gradient boosting that tells classes apart: numbers are boosted, which a link turns into shares.

Idea, maths, cost
-----------------
Those of `boosting.py` and `boosting_losses.py`. Two classes need one tree for each round, k classes need k.

Differences
-----------
The same `random_state` gives scikit-learn's stages: the same trees, and leaves that differ by the rounding of sums
and exponentials. `init_` is a plain record of the constant where no `init` is given. Sparse X and missing values are
refused.

References
----------
J. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29, 2001.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from ..core import ClassifierMixin, check_labels, check_same_length
from ..core.rules import Rule, either, has_methods, none, one_of
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from .boosting_losses import Exponential, LogLoss, Loss, Multinomial
from .gradient_boosting import BaseGradientBoosting


class GradientBoostingClassifier(ClassifierMixin, BaseGradientBoosting):
    """Gradient boosting for classes.

    Parameters
    ----------
    loss : "log_loss", or "exponential" (two classes: AdaBoost's)
    learning_rate : the fraction of each tree that is added
    n_estimators : how many rounds
    subsample : the share of rows, drawn without replacement, that each round sees
    criterion : has no effect, as in scikit-learn; leave it
    min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_depth, min_impurity_decrease, max_features,
    max_leaf_nodes, ccp_alpha : of the trees, as of `DecisionTreeRegressor`
    init : an estimator with predict_proba to start from, "zero", or None for the classes' shares
    random_state : of subsamples, draws of features, and the rows held out
    verbose : show a progress bar
    warm_start : keep the rounds there are, and go on
    validation_fraction, n_iter_no_change, tol : hold out a share of the rows, and stop when their loss has not fallen
        by `tol` for so many rounds; None: play all rounds

    Attributes
    ----------
    classes_ : array (classes,)
    n_classes_, n_estimators_, n_trees_per_iteration_ (k), n_features_in_, max_features_ : int
    estimators_ : array (n_estimators_, k) of `DecisionTreeRegressor`
    train_score_ : array (n_estimators_,), the loss after each round
    oob_scores_, oob_improvement_ : array (n_estimators_,), and oob_score_ : float; only with subsamples
    feature_importances_ : array (d,)
    init_ : what it started from
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Friedman (2001), algorithms 5 and 6.

    Examples
    --------
    >>> from scratchml.ensemble import GradientBoostingClassifier
    >>> model = GradientBoostingClassifier(n_estimators=5).fit([[1.0], [2.0], [4.0], [5.0]], ["a", "a", "b", "b"])
    >>> model.predict([[0.0], [6.0]]).tolist()
    ['a', 'b']
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **BaseGradientBoosting._rules,
        "loss": one_of("log_loss", "exponential"),
        "init": either(none, one_of("zero"), has_methods("fit", "predict_proba")),
    }

    def __init__(
        self,
        *,
        loss: str = "log_loss",
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
        self.verbose = verbose
        self.max_leaf_nodes = max_leaf_nodes
        self.warm_start = warm_start
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.ccp_alpha = ccp_alpha

    def _encode(self, y: VectorLike, weight: FloatArray | None, n: int) -> FloatArray:
        self.classes_, codes = check_labels(y)
        check_same_length(X=np.empty(n), y=codes)
        self.n_classes_ = len(self.classes_)
        present = np.count_nonzero(np.bincount(codes, weight))
        if present < 2:
            raise ValueError(
                f"y contains {present} class after sample_weight trimmed classes with zero weights, while a minimum of "
                "2 classes are required."
            )
        if self.loss == "exponential" and self.n_classes_ > 2:
            raise ValueError(
                "loss='exponential' is only suitable for a binary classification problem, you have "
                f"n_classes={self.n_classes_}. Please use loss='log_loss' instead."
            )
        return codes.astype(np.float64)

    def _make_loss(self) -> Loss:
        if self.loss == "exponential":
            return Exponential()
        return LogLoss() if self.n_classes_ == 2 else Multinomial(self.n_classes_)

    def _named(self, raw: FloatArray) -> Array:
        best = (raw[0] >= 0.0).astype(np.int64) if len(raw) == 1 else raw.argmax(axis=0)
        found: Array = self.classes_[best]
        return found

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return the raw predictions for X (m, d): (m,) for two classes, above 0 for the second; (m, k) for more."""
        raw = self._raw(X)
        return raw[0] if len(raw) == 1 else np.ascontiguousarray(raw.T)

    def staged_decision_function(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield the raw predictions (m, k) after each round; k is 1 for two classes."""
        for raw in self._staged_raw(X):
            yield raw.T.copy()

    def predict(self, X: MatrixLike) -> Array:
        """Return the class (m,) of each row of X (m, d)."""
        return self._named(self._raw(X))

    def staged_predict(self, X: MatrixLike) -> Iterator[Array]:
        """Yield what `predict` would return after each round."""
        for raw in self._staged_raw(X):
            yield self._named(raw)

    def predict_proba(self, X: MatrixLike) -> FloatArray:
        """Return the shares (m, classes) of the classes for each row of X (m, d)."""
        raw = self._raw(X)
        return self._loss.shares(raw)

    def predict_log_proba(self, X: MatrixLike) -> FloatArray:
        """Return the logarithm of `predict_proba`."""
        with np.errstate(divide="ignore"):
            found: FloatArray = np.log(self.predict_proba(X))
        return found

    def staged_predict_proba(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield what `predict_proba` would return after each round."""
        for raw in self._staged_raw(X):
            yield self._loss.shares(raw)
