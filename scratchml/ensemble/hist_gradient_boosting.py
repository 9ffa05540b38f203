"""Histogram gradient boosting: trees that correct each other, grown on bytes.

Idea
----
A hundred small trees, each grown on what those before it got wrong, tell more than one large tree. Told in 255 bins,
columns are bytes, and a tree is grown from counts of bytes: the fastest strong learner there is for tables.

Maths
-----
The score of a row is a constant plus what the leaves say that it comes to. Each of these is explained where it lives:
bins `hist_binning.py`, losses `hist_losses.py`, histograms `hist_histograms.py`, splits `hist_splitting.py`, growing
`hist_growing.py`, the loop `hist_boosting.py`, categories `hist_columns.py`, predictions `hist_trees.py` and
`leaf_bits.py`.

Cost
----
About 2.5 n d additions for a tree of 31 leaves; 9 bytes for each row and d bytes for its bins.

Differences
-----------
From scikit-learn 1.9.1, whose trees these are for the same `random_state`: a y of one class has one column of
probabilities; `interaction_cst` names the caller's columns even where there are categories; negative weights are
refused; targets of any size are fitted; validation rows go through the trees by their numbers, not by their bins,
which is the same. Threads never change a bit.

References
----------
G. Ke et al. (2017), "LightGBM: a highly efficient gradient boosting decision tree", NIPS. T. Chen, C. Guestrin (2016),
"XGBoost: a scalable tree boosting system", KDD. J. H. Friedman (2001), "Greedy function approximation: a gradient
boosting machine", Annals of Statistics 29(5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, ClassifierMixin, RegressorMixin
from ..core.rules import either, floating, mapping, none, one_of, real
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..optim import sigmoid, softmax
from .hist_estimator import HistGradientBoosting
from .hist_losses import BINOMIAL, GAMMA, LOSSES, MULTINOMIAL, POISSON
from .hist_options import RULES


class HistGradientBoostingRegressor(RegressorMixin, HistGradientBoosting, BaseEstimator):
    """Boosted trees on bins, for numbers.

    Parameters
    ----------
    loss : "squared_error", "absolute_error", "gamma", "poisson" or "quantile"
    quantile : which one, between 0 and 1, for loss="quantile"
    learning_rate : share of its value that a leaf adds
    max_iter : most rounds
    max_leaf_nodes : most leaves of a tree, None for any number
    max_depth : most questions on the way to a leaf, None for any number
    min_samples_leaf : least rows of a leaf
    l2_regularization : added to a leaf's sum of hessians
    max_features : share of the columns, drawn anew for each node, that its split may choose from
    max_bins : most bins of a column, the one for missing values apart
    categorical_features : "from_dtype" (a data frame's columns of categories), or their places, names or a mask; None
    monotonic_cst : 1 (rising), -1 (falling) or 0 for each column, or a dict by column name
    interaction_cst : sets of columns that may meet on the way to a leaf; "pairwise", "no_interactions"
    warm_start : go on from the last fit's trees
    early_stopping : "auto" means for more than 10 000 rows
    scoring : "loss", a scorer or its name, or None for ``score``; for early stopping
    validation_fraction : share or number of the rows to keep aside for early stopping; None judges by training rows
    n_iter_no_change : rounds without gain before the fit stops
    tol : least gain that counts
    verbose : above 0 shows a progress bar
    random_state : draws the rows kept aside, the columns of max_features, and of more than 200 000 rows those that
        decide the bins

    Attributes
    ----------
    n_iter_ : int, rounds
    n_trees_per_iteration_ : int
    do_early_stopping_ : bool
    train_score_, validation_score_ : arrays of shape (n_iter_ + 1,), from before the first tree on; empty without early
        stopping
    is_categorical_ : array of shape (d,) of bool, or None where no column holds categories
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Ke et al. (2017); Friedman (2001), algorithms 1 to 3.

    Examples
    --------
    >>> from scratchml.ensemble import HistGradientBoostingRegressor
    >>> X = [[float(i)] for i in range(100)]
    >>> model = HistGradientBoostingRegressor().fit(X, [float(i >= 50) for i in range(100)])
    >>> model.predict([[10.0], [90.0]]).round(3)
    array([0., 1.])
    """

    _rules: ClassVar = {**RULES, "loss": one_of(*LOSSES), "quantile": either(none, real(0.0, 1.0))}

    def __init__(
        self,
        loss: str = "squared_error",
        *,
        quantile: float | None = None,
        learning_rate: float = 0.1,
        max_iter: int = 100,
        max_leaf_nodes: int | None = 31,
        max_depth: int | None = None,
        min_samples_leaf: int = 20,
        l2_regularization: float = 0.0,
        max_features: float = 1.0,
        max_bins: int = 255,
        categorical_features: Any = "from_dtype",
        monotonic_cst: Any = None,
        interaction_cst: Any = None,
        warm_start: bool = False,
        early_stopping: str | bool = "auto",
        scoring: Any = "loss",
        validation_fraction: float | int | None = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-7,
        verbose: int = 0,
        random_state: RandomStateLike = None,
    ) -> None:
        self.loss = loss
        self.quantile = quantile
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.max_leaf_nodes = max_leaf_nodes
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.max_features = max_features
        self.max_bins = max_bins
        self.categorical_features = categorical_features
        self.monotonic_cst = monotonic_cst
        self.interaction_cst = interaction_cst
        self.warm_start = warm_start
        self.early_stopping = early_stopping
        self.scoring = scoring
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.verbose = verbose
        self.random_state = random_state

    def _numbered(self, y: VectorLike) -> tuple[Array | None, FloatArray]:
        targets = self._targets(y)
        if self.loss == "gamma" and not (targets > 0).all():
            raise ValueError(f"loss='gamma' requires strictly positive y, and the least is {targets.min()}.")
        if self.loss == "poisson":
            if not ((targets >= 0).all() and targets.sum() > 0):
                raise ValueError("loss='poisson' requires non-negative y and sum(y) > 0; give counts or rates.")
            if targets.max() > 1e30:
                raise ValueError(f"loss='poisson': y goes up to {targets.max()}, beyond 1e30; rescale y.")
        return None, targets

    def _loss_code(self, classes: Array | None) -> tuple[int, float]:
        q = 0.5 if self.quantile is None else float(self.quantile)
        if self.loss == "quantile" and (self.quantile is None or not 0.0 < q < 1.0):
            raise ValueError(f"quantile={self.quantile!r} with loss='quantile'; give a number between 0 and 1.")
        return LOSSES[self.loss], q

    def _to_predictions(self, scores: FloatArray) -> FloatArray:
        if LOSSES[self.loss] in (POISSON, GAMMA):
            return np.asarray(np.exp(np.minimum(scores[0], 709.0)))
        return np.asarray(scores[0])

    def predict(self, X: MatrixLike) -> FloatArray:
        """Return the prediction for each row of X (n, d), shape (n,).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            If X has another number of columns, or words where numbers should be.
        """
        return self._to_predictions(self._scores(X))

    def staged_predict(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield the predictions for X (n, d) after each round, shape (n,)."""
        for scores in self._staged_scores(X):
            yield self._to_predictions(scores)


class HistGradientBoostingClassifier(ClassifierMixin, HistGradientBoosting, BaseEstimator):
    """Boosted trees on bins, for classes.

    Parameters
    ----------
    loss : "log_loss"
    learning_rate, max_iter, max_leaf_nodes, max_depth, min_samples_leaf, l2_regularization, max_features, max_bins,
    categorical_features, monotonic_cst, interaction_cst, warm_start, early_stopping, scoring, validation_fraction,
    n_iter_no_change, tol, verbose, random_state :
        as of `HistGradientBoostingRegressor`; `monotonic_cst` is for two classes only, and acts on the second's
        probability; rows are kept aside class by class
    class_weight : weight of each class by label, 1 where left out; "balanced" makes all classes weigh the same

    Attributes
    ----------
    classes_ : array of shape (n_classes,), sorted
    n_iter_ : int, rounds
    n_trees_per_iteration_ : int, 1 for two classes, else one for each class
    do_early_stopping_ : bool
    train_score_, validation_score_ : arrays of shape (n_iter_ + 1,), from before the first tree on; empty without early
        stopping
    is_categorical_ : array of shape (d,) of bool, or None where no column holds categories
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Ke et al. (2017); Friedman (2001), algorithms 5 and 6.

    Examples
    --------
    >>> from scratchml.ensemble import HistGradientBoostingClassifier
    >>> X, y = [[float(i)] for i in range(100)], ["low"] * 50 + ["high"] * 50
    >>> model = HistGradientBoostingClassifier().fit(X, y)
    >>> model.predict([[10.0], [90.0]])
    array(['low', 'high'], dtype='<U4')
    """

    _rules: ClassVar = {
        **RULES,
        "loss": one_of("log_loss"),
        "class_weight": either(none, one_of("balanced"), mapping),
        "max_features": floating(0.0, 1.0, open_low=True),
    }

    def __init__(
        self,
        loss: str = "log_loss",
        *,
        learning_rate: float = 0.1,
        max_iter: int = 100,
        max_leaf_nodes: int | None = 31,
        max_depth: int | None = None,
        min_samples_leaf: int = 20,
        l2_regularization: float = 0.0,
        max_features: float = 1.0,
        max_bins: int = 255,
        categorical_features: Any = "from_dtype",
        monotonic_cst: Any = None,
        interaction_cst: Any = None,
        warm_start: bool = False,
        early_stopping: str | bool = "auto",
        scoring: Any = "loss",
        validation_fraction: float | int | None = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-7,
        verbose: int = 0,
        random_state: RandomStateLike = None,
        class_weight: Mapping[Any, float] | str | None = None,
    ) -> None:
        self.loss = loss
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.max_leaf_nodes = max_leaf_nodes
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.max_features = max_features
        self.max_bins = max_bins
        self.categorical_features = categorical_features
        self.monotonic_cst = monotonic_cst
        self.interaction_cst = interaction_cst
        self.warm_start = warm_start
        self.early_stopping = early_stopping
        self.scoring = scoring
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.verbose = verbose
        self.random_state = random_state
        self.class_weight = class_weight

    def _numbered(self, y: VectorLike) -> tuple[Array | None, FloatArray]:
        return self._labels(y)

    def _loss_code(self, classes: Array | None) -> tuple[int, float]:
        return (BINOMIAL if classes is None or len(classes) <= 2 else MULTINOMIAL), 0.5

    def fit(
        self,
        X: MatrixLike,
        y: VectorLike,
        sample_weight: VectorLike | None = None,
        *,
        X_val: MatrixLike | None = None,
        y_val: VectorLike | None = None,
        sample_weight_val: VectorLike | None = None,
    ) -> Self:
        """Grow trees for X (n, d) and labels y (n,); as `HistGradientBoostingRegressor.fit`.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or weights.
        """
        return super().fit(X, y, sample_weight, X_val=X_val, y_val=y_val, sample_weight_val=sample_weight_val)

    def _classes_of(self, scores: FloatArray) -> Array:
        best: IntArray = (scores[0] > 0).astype(np.int64) if len(scores) == 1 else scores.argmax(axis=0)
        return np.asarray(self.classes_[np.minimum(best, len(self.classes_) - 1)])

    def _to_shares(self, scores: FloatArray) -> FloatArray:
        if len(self.classes_) == 1:
            return np.ones((scores.shape[1], 1))
        if len(scores) == 1:
            return np.column_stack([sigmoid(-scores[0]), sigmoid(scores[0])])
        return softmax(scores.T)

    def predict(self, X: MatrixLike) -> Array:
        """Return the class of each row of X (n, d), shape (n,).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            If X has another number of columns, or words where numbers should be.
        """
        return self._classes_of(self._scores(X))

    def predict_proba(self, X: MatrixLike) -> FloatArray:
        """Return the probability of each class for each row of X (n, d), shape (n, n_classes)."""
        return self._to_shares(self._scores(X))

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return the scores of the rows of X (n, d): shape (n,) for two classes, else (n, n_classes)."""
        return _rows_first(self._scores(X))

    def staged_predict(self, X: MatrixLike) -> Iterator[Array]:
        """Yield the classes of the rows of X (n, d) after each round, shape (n,)."""
        for scores in self._staged_scores(X):
            yield self._classes_of(scores)

    def staged_predict_proba(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield the probabilities for X (n, d) after each round, shape (n, n_classes)."""
        for scores in self._staged_scores(X):
            yield self._to_shares(scores)

    def staged_decision_function(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield the scores of the rows of X (n, d) after each round: shape (n,), or (n, n_classes)."""
        for scores in self._staged_scores(X):
            yield _rows_first(scores)


def _rows_first(scores: FloatArray) -> FloatArray:
    return scores[0] if len(scores) == 1 else np.ascontiguousarray(scores.T)


def warm_up() -> None:
    """Compile what a few rows without categories do not reach: full blocks of columns, categories, rows kept aside,
    trees of more leaves than are asked for at once."""
    X = np.arange(300.0)[:, None] * np.arange(1.0, 7.0) % 37.0
    for loss in ("squared_error", "poisson"):
        HistGradientBoostingRegressor(loss, max_iter=1, early_stopping=True).fit(X, X[:, 0]).predict(X)
    X[:, 0] = np.arange(300.0)
    HistGradientBoostingRegressor(max_iter=1, max_leaf_nodes=None, min_samples_leaf=2).fit(X, X[:, 0]).predict(X)
    X[:, 0] %= 3
    HistGradientBoostingClassifier(max_iter=1, categorical_features=[0]).fit(X, X[:, 0] > 0).predict(X)
