"""ElasticNet and Lasso, the estimators. What they do step by step stands in `lasso.py`.

Idea
----
Least squares with a price on weights, so that most are 0 (l1) and alike columns share (l2).

Maths
-----
``|y - Xw - b|^2 / (2 n) + alpha l1_ratio |w|_1 + alpha (1 - l1_ratio) |w|^2 / 2``, the least of it; see `lasso.py`.

Cost
----
See `lasso.py`. Prediction: n d.

Differences
-----------
From scikit-learn: see `lasso.py`. With alpha = 0 the best fit is that of `LinearRegression`.

References
----------
H. Zou, T. Hastie (2005), "Regularization and variable selection via the elastic net", J. R. Stat. Soc. B 67(2).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    BaseEstimator,
    ConvergenceWarning,
    RegressorMixin,
    both,
    check_array,
    check_is_fitted,
    check_random_state,
    check_same_length,
    check_sample_weight,
    check_targets,
    finish,
    someone_listens,
)
from ..core.rules import array_like, boolean, either, integer, one_of, random_state, real
from ..core.typing import FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from .columns import prepare
from .lasso import Model, Rules, Step, elastic_net
from .lasso_certificate import Certificate, certify_columns
from .no_price import least_squares_steps
from .prediction import LinearPredictor


def order_of(X: Any) -> str:
    """Return "F" for arrays whose columns are contiguous, else "C": X is then taken as it is."""
    columns_first = isinstance(X, np.ndarray) and X.ndim == 2 and X.flags.f_contiguous and not X.flags.c_contiguous
    return "F" if columns_first else "C"


def known_products(precompute: Any) -> Any:
    """Return `precompute` as it is if it is a word, as a bool, or as an array (d, d)."""
    if isinstance(precompute, (bool, np.bool_)):
        return bool(precompute)
    return precompute if isinstance(precompute, str) else check_array(precompute, name="precompute")


def weights_of(sample_weight: VectorLike | None, n: int) -> FloatArray | None:
    """Return weights (n,), or None where all are equal."""
    if sample_weight is None:
        return None
    weight = check_sample_weight(sample_weight, n)
    return None if (weight == weight[0]).all() else weight


def rules_for(tol: float, max_iter: int, selection: str, seed: RandomStateLike) -> Rules:
    """Return the rules of the loop."""
    if selection == "cyclic":
        return Rules(float(tol), int(max_iter), None)
    rng = check_random_state(seed)

    def shuffled(order: IntArray) -> IntArray:
        return rng.permutation(order)

    return Rules(float(tol), int(max_iter), shuffled)


def warn_of_gap(model: Model, max_iter: int, alpha: float, l1_ratio: float) -> None:
    """Warn where a target's gap is not below its tolerance."""
    for k in np.flatnonzero(model.gap > model.tolerance):
        words = "" if len(model.gap) == 1 else f" for target {k}"
        ridge = " With l1_ratio=0, Ridge finds the answer at once." if l1_ratio == 0.0 and alpha > 0.0 else ""
        warnings.warn(
            f"Objective did not converge{words} in {int(model.iterations[k])} passes: the duality gap is "
            f"{model.gap[k]:.3e}, so the objective may still fall by that much, and the tolerance is "
            f"{model.tolerance[k]:.3e}. Increase max_iter={max_iter}, scale the columns, or increase alpha.{ridge}",
            both(ConvergenceWarning),
            stacklevel=3,
        )


# ---------------------------------------------------------------------------------------------------------------
# The estimators


class ElasticNet(RegressorMixin, LinearPredictor, BaseEstimator):
    """Least squares with a price on the absolute values and on the squares of the weights.

    Minimises ``|y - Xw - b|^2 / (2 n) + alpha l1_ratio |w|_1 + alpha (1 - l1_ratio) |w|^2 / 2``.

    Parameters
    ----------
    alpha : the price; 0 is least squares (and `LinearRegression` says so more plainly)
    l1_ratio : share of the price that is put on absolute values: 1 is the lasso, 0 is ridge
    fit_intercept : False fits a plane through the origin
    precompute : True works out X'X at once; an array (d, d) is taken for it; False only what is needed of it
    max_iter : most passes over the columns in play
    copy_X : for compatibility; X is never overwritten
    tol : the duality gap must be at most ``tol |y|^2 / n`` (y centred)
    warm_start : begin from the weights of the last fit
    positive : allow no weight below zero
    random_state : seed for ``selection="random"``
    selection : "cyclic", or "random": another order in every pass

    Attributes
    ----------
    coef_ : array of shape (d,), or (t, d) for y of shape (n, t)
    intercept_ : float, or array of shape (t,); 0.0 without `fit_intercept`
    n_iter_ : int, the passes taken (at the last alpha, where larger ones came first); a list for several targets
    dual_gap_ : float, or array of shape (t,): the objective is at most this far above the least possible
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    Warns
    -----
    ConvergenceWarning
        If the gap is above its tolerance after `max_iter` passes; says both.

    References
    ----------
    Zou and Hastie (2005), equation 3. Friedman, Hastie and Tibshirani (2010), equation 5.

    Examples
    --------
    >>> from scratchml.linear_model import ElasticNet
    >>> model = ElasticNet(alpha=0.1).fit([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]], [0.0, 1.0, 2.0])
    >>> model.coef_.round(4)  # equal columns share; the lasso gives one of them all
    array([0.4458, 0.4458])
    """

    _rules: ClassVar = {
        "alpha": real(0.0),
        "l1_ratio": real(0.0, 1.0),
        "fit_intercept": boolean,
        "precompute": either(boolean, array_like),
        "max_iter": integer(1),
        "copy_X": boolean,
        "tol": real(0.0),
        "warm_start": boolean,
        "positive": boolean,
        "random_state": random_state,
        "selection": one_of("cyclic", "random"),
    }

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        l1_ratio: float = 0.5,
        fit_intercept: bool = True,
        precompute: bool | MatrixLike = False,
        max_iter: int = 1000,
        copy_X: bool = True,
        tol: float = 1e-4,
        warm_start: bool = False,
        positive: bool = False,
        random_state: RandomStateLike = None,
        selection: str = "cyclic",
    ) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.max_iter = max_iter
        self.copy_X = copy_X
        self.tol = tol
        self.warm_start = warm_start
        self.positive = positive
        self.random_state = random_state
        self.selection = selection

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: check, pass, solve, ...; "settled" for each alpha and target.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        return self._walk(X, y, sample_weight, watched=True, fine=True)

    def _walk(
        self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None, watched: bool, fine: bool
    ) -> Iterator[Step]:
        """Return the steps; not `watched` or not `fine`, fewer of them (`lasso.State`)."""
        self._check_params()
        if np.isinf(self.alpha):
            raise ValueError(f"{type(self).__name__}: alpha={self.alpha} is not finite; give a number.")
        X, y = self._check_X_y(X, y, multi_output=True, order=order_of(X), finite=False)  # the moments will show it
        weight = weights_of(sample_weight, len(X))
        centred, positive = bool(self.fit_intercept), bool(self.positive)
        if self.alpha == 0:
            warnings.warn(
                "With alpha=0, this algorithm does not converge well. You are advised to use the LinearRegression "
                "estimator: its answer is what you get here.",
                stacklevel=3,
            )
            return least_squares_steps(X, y, weight, centred, positive)
        precompute = known_products(self.precompute)
        begin = self._begin(y) if self.warm_start and hasattr(self, "coef_") else None
        columns = prepare(X, y, weight, centred, precompute)
        rules = rules_for(self.tol, self.max_iter, self.selection, self.random_state)
        return elastic_net(columns, float(self.alpha), float(self.l1_ratio), positive, rules, begin, watched, fine)

    def _begin(self, y: FloatArray) -> FloatArray:
        shape = (1 if y.ndim == 1 else y.shape[1], self.n_features_in_)
        coef: FloatArray = np.array(self.coef_, dtype=np.float64).reshape(-1, np.shape(self.coef_)[-1])
        if coef.shape != shape:
            raise ValueError(
                f"warm_start=True, but coef_ of the last fit is of shape {coef.shape} and these data need {shape}; set "
                "warm_start=False."
            )
        return np.maximum(coef, 0.0) if self.positive else coef

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Find the best weights for X (n, d) and y, (n,) or (n, t); each row counts `sample_weight` (n,) times.

        Weights are scaled to add up to n, so that alpha keeps its meaning.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if a weight is beyond float64's range.
        """
        model = finish(self._walk(X, y, sample_weight, someone_listens(), someone_listens(fine=True)), self).model
        intercept = model.intercept
        if not (np.isfinite(model.w).all() and np.isfinite(intercept).all()):
            raise ValueError("A weight of the best fit is too large for float64: X is tiny beside y; rescale X or y.")
        one = len(model.w) == 1
        self.coef_ = model.w[0].copy() if one else model.w.copy()
        self.intercept_: Any = 0.0
        if self.fit_intercept:
            self.intercept_ = float(intercept[0]) if model.one_target else intercept
        self.n_iter_: Any = int(model.iterations[0]) if one else model.iterations.tolist()
        self.dual_gap_: Any = float(model.gap[0]) if one else model.gap.copy()
        warn_of_gap(model, self.max_iter, self.alpha, self.l1_ratio)
        return self

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the fitted weights are the best for these data: the duality gap, worked out afresh.

        Needs no other fit to compare with. For alpha = 0 there is no gap; |X'r|^2 / n stands in its place.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or `sample_weight` that do not fit.
        """
        check_is_fitted(self, "coef_")
        X, y = self._check_X(X, order=order_of(X)), check_targets(y, multi_output=True)
        check_same_length(X=X, y=y)
        columns = prepare(X, y, weights_of(sample_weight, len(X)), bool(self.fit_intercept), False)
        coef = self.coef_.reshape(-1, X.shape[1])
        intercept = np.broadcast_to(self.intercept_, (len(coef),))
        return certify_columns(columns, coef, intercept, float(self.alpha), float(self.l1_ratio), bool(self.positive))


class Lasso(ElasticNet):
    """Least squares with a price on the absolute values of the weights, so that most of them are exactly 0.

    Minimises ``|y - Xw - b|^2 / (2 n) + alpha |w|_1``: `ElasticNet` with ``l1_ratio=1``.

    Parameters
    ----------
    alpha : the price; from ``max |X'y| / n`` (centred) on, all weights are 0
    fit_intercept : False fits a plane through the origin
    precompute : True works out X'X at once; an array (d, d) is taken for it; False only what is needed of it
    copy_X : for compatibility; X is never overwritten
    max_iter : most passes over the columns in play
    tol : the duality gap must be at most ``tol |y|^2 / n`` (y centred)
    warm_start : begin from the weights of the last fit
    positive : allow no weight below zero
    random_state : seed for ``selection="random"``
    selection : "cyclic", or "random": another order in every pass

    Attributes
    ----------
    coef_, intercept_, n_iter_, dual_gap_, n_features_in_, feature_names_in_ : as in `ElasticNet`

    References
    ----------
    Tibshirani (1996), equation 1. Massias, Gramfort and Salmon (2018), section 4 (working sets).

    Examples
    --------
    >>> from scratchml.linear_model import Lasso
    >>> model = Lasso(alpha=0.1).fit([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]], [0.0, 1.0, 2.0])
    >>> model.coef_.round(6), round(model.intercept_, 6)
    (array([0.85, 0.  ]), 0.15)
    """

    _rules: ClassVar = {name: rule for name, rule in ElasticNet._rules.items() if name != "l1_ratio"}
    l1_ratio = 1.0

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        fit_intercept: bool = True,
        precompute: bool | MatrixLike = False,
        copy_X: bool = True,
        max_iter: int = 1000,
        tol: float = 1e-4,
        warm_start: bool = False,
        positive: bool = False,
        random_state: RandomStateLike = None,
        selection: str = "cyclic",
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.copy_X = copy_X
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start
        self.positive = positive
        self.random_state = random_state
        self.selection = selection


def warm_up_lasso() -> None:
    """Compile the kernels for many columns, and for more of them in play than there are rows."""
    X = np.sin(np.arange(3 * 1200.0) ** 2).reshape(3, 1200)
    Lasso(0.1).fit(X, X[:, 0])
    ElasticNet(0.01, l1_ratio=0.0, max_iter=2, tol=1.0).fit(X, X[:, 0])
