"""SGDRegressor: a linear model of numbers, fitted one sample at a time.

Idea
----
Predict a sample, see how far off, move the weights a little in the direction that would have helped, go on to the next.
Where `LinearRegression` solves for the weights at once, this walks to them: less exactly, but for any loss, for any
penalty, and for data that come bit by bit (``partial_fit``).

Maths
-----
Minimise ``1/n sum_i s_i loss(x_i'w + b, y_i) + alpha penalty(w)`` by steps along single terms: `sgd_epoch.py` has the
step and the losses, `sgd_schedule.py` its length, `sgd_descent.py` when to end.

Cost
----
Two to three multiplications per number of X and epoch.

Differences
-----------
From scikit-learn: the same weights for the same seed, but with ``early_stopping`` perhaps another last epoch: see
`sgd_descent.py`. A fit that went uphill (columns not scaled) is warned of. A warm start after averaging starts a new
mean; scikit-learn's adds the old one to it. Sparse X is refused; float32 becomes float64.

References
----------
L. Bottou (2012), "Stochastic gradient descent tricks". B. Widrow, M. Hoff (1960), "Adaptive switching circuits"
(squared error, constant steps).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np

from ..core import (
    ConvergenceWarning,
    RegressorMixin,
    both,
    check_array,
    check_is_fitted,
    check_random_state,
    check_same_length,
    check_sample_weight,
    check_targets,
    chunks,
    finish,
    someone_listens,
)
from ..core.rules import one_of
from ..core.typing import FloatArray, MatrixLike, RandomStateLike, VectorLike
from ..metrics import r2_score
from .prediction import LinearPredictor, weighted_sums
from .sgd_descent import Descent, Step, Stop, Weights, descend
from .sgd_epoch import list_losses
from .sgd_estimator import LARGEST_INT, Certificate, SGDEstimator

UPHILL = 2.0  # a mean loss of more than so many times that of weights 0 is no matter of noise
LOOKED_AT = 2**13  # rows whose losses are worked out at a time

Begun: TypeAlias = tuple[Iterator[Step], FloatArray, FloatArray]  # the epochs, X and y as they were checked


class SGDRegressor(RegressorMixin, LinearPredictor, SGDEstimator):
    """Linear regression with any of four losses, by stochastic gradient descent. Scale the columns of X first.

    Parameters
    ----------
    loss : "squared_error", "huber" (linear beyond `epsilon`), "epsilon_insensitive" (0 up to `epsilon`, then linear)
        or "squared_epsilon_insensitive"
    penalty : "l2", "l1", "elasticnet" or None
    alpha : how much the penalty counts; also sets the steps of learning_rate="optimal"
    l1_ratio : share of l1 in "elasticnet", from 0 to 1
    fit_intercept : False fits a plane through the origin
    max_iter : most epochs (passes over the rows)
    tol : end when the objective has not fallen by this much, `n_iter_no_change` epochs in a row; None never does
    shuffle : look at the rows in another order in each epoch
    verbose : show a progress bar
    epsilon : see `loss`
    random_state : decides the order, and which rows are held out
    learning_rate : "constant", "optimal", "invscaling", "adaptive", "pa1" or "pa2" (see `sgd_schedule.py`)
    eta0 : length of the first step; the most of "pa1"
    power_t : exponent of "invscaling"
    early_stopping : hold out `validation_fraction` of the rows, and end when their R2 no longer rises by `tol`
    validation_fraction : share held out
    n_iter_no_change : epochs to wait
    warm_start : start from the last fit
    average : True gives the mean of the weights over all updates, a number that over updates from this one on

    Attributes
    ----------
    coef_ : array of shape (d,)
    intercept_ : array of shape (1,)
    n_iter_ : int, epochs run
    t_ : float, number of the next update
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Bottou (2012), "Stochastic gradient descent tricks".

    Examples
    --------
    >>> from scratchml.linear_model import SGDRegressor
    >>> X, y = [[-1.0], [0.0], [1.0]], [-1.0, 1.0, 3.0]
    >>> SGDRegressor(eta0=0.1, alpha=0.0, tol=1e-9, random_state=0).fit(X, y).predict([[2.0]]).round(1)
    array([5.])
    """

    _kind_with_steps = "epsilon_insensitive"
    _several_targets = False
    _rules: ClassVar = {
        **SGDEstimator._rules,
        **SGDEstimator._rules_beyond_perceptron,
        "loss": one_of("squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive"),
    }

    def __init__(
        self,
        loss: str = "squared_error",
        *,
        penalty: str | None = "l2",
        alpha: float = 0.0001,
        l1_ratio: float | None = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        verbose: int = 0,
        epsilon: float = 0.1,
        random_state: RandomStateLike = None,
        learning_rate: str = "invscaling",
        eta0: float = 0.01,
        power_t: float = 0.25,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        warm_start: bool = False,
        average: bool | int = False,
    ) -> None:
        self.loss = loss
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.verbose = verbose
        self.epsilon = epsilon
        self.random_state = random_state
        self.learning_rate = learning_rate
        self.eta0 = eta0
        self.power_t = power_t
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.average = average

    def _descent(self, X: FloatArray, y: FloatArray, weight: FloatArray, start: Weights, t: float) -> list[Descent]:
        held_out = self._hold_out(len(X), weight, None)
        rng = check_random_state(self.random_state)
        seed = int(rng.randint(0, LARGEST_INT))
        rng.randint(1, LARGEST_INT)  # scikit-learn draws once more, so a shared generator stays in step with its
        score: Any = None
        if held_out is not None:
            rows, targets, weights = X[held_out], y[held_out], weight[held_out]
            if len(rows) < 2:
                raise ValueError(
                    f"validation_fraction={self.validation_fraction} of {len(X)} samples holds out a single row, and "
                    "R2 needs two; raise it, or set early_stopping=False."
                )

            def score(w: FloatArray, b: float) -> float:
                with np.errstate(over="ignore", invalid="ignore"):
                    predicted = np.nan_to_num(np.clip(rows @ w + b, -1e150, 1e150))  # squares stay in range
                return float(r2_score(targets, predicted, sample_weight=weights))

        tol = -np.inf if self.tol is None else float(self.tol)
        stop = Stop(tol, self.n_iter_no_change, held_out, score)
        first = Weights(*(part[0] for part in start))
        return [Descent(X, y, weight, self._recipe(1.0, 1.0), first, t, seed if self.shuffle else None, stop)]

    def steps(
        self,
        X: MatrixLike,
        y: VectorLike,
        coef_init: VectorLike | None = None,
        intercept_init: VectorLike | None = None,
        sample_weight: VectorLike | None = None,
    ) -> Iterator[Step]:
        """Return the fit as a generator of steps, one for each epoch.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        return self._begin(X, y, coef_init, intercept_init, sample_weight, told=True)[0]

    def _begin(self, X: Any, y: Any, coef: Any, intercept: Any, sample_weight: Any, told: bool) -> Begun:
        """Return the steps, not `told` the last only, and X and y as they are checked."""
        self._check_settings(partial=False)
        X, y = self._check_X_y(X, y)
        weight = self._weights(sample_weight, len(X))
        start = self._start(1, X.shape[1], coef, intercept)
        return descend(self._descent(X, y, weight, start, 1.0), self.max_iter, 1, told), X, y

    def fit(
        self,
        X: MatrixLike,
        y: VectorLike,
        coef_init: VectorLike | None = None,
        intercept_init: VectorLike | None = None,
        sample_weight: VectorLike | None = None,
    ) -> Self:
        """Fit weights to X (n, d) and y (n,), starting from `coef_init` (d,) and `intercept_init` (1,), else from 0.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if a weight overflows.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` epochs were run; if the weights are worse than none, because steps were too long.
        """
        told = someone_listens() or bool(self.verbose)
        steps, rows, targets = self._begin(X, y, coef_init, intercept_init, sample_weight, told)
        w, b = self._keep(finish(steps, self))
        self.coef_, self.intercept_ = w[0], b
        self._warn()
        self._warn_if_uphill(rows, targets)
        return self

    def _warn_if_uphill(self, X: FloatArray, y: FloatArray) -> None:
        """Warn if the weights are much worse than none at all: scikit-learn's same weights come without a word."""
        (code, p), mean_loss = self._loss_code(), [0.0, 0.0]
        with np.errstate(over="ignore", invalid="ignore"):
            for rows in chunks(len(X), LOOKED_AT):
                loss, slope = np.empty((2, rows.stop - rows.start))
                for j, z in enumerate((np.zeros(len(loss)), weighted_sums(X[rows], self.coef_, self.intercept_, None))):
                    list_losses(code, p, z, y[rows], loss, slope)
                    mean_loss[j] += float(loss.sum()) / len(X)
        if not mean_loss[1] <= UPHILL * mean_loss[0]:
            warnings.warn(
                f"The descent went uphill: its mean loss is {mean_loss[1]:.3g}, and that of weights 0 is "
                f"{mean_loss[0]:.3g}. Steps are too long for these data: scale X with StandardScaler, or lower eta0.",
                both(ConvergenceWarning),
                stacklevel=3,
            )

    def partial_fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Go on for one epoch over these rows X (n, d), y (n,) from where the last call ended; first from 0.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; with `early_stopping`; if a weight overflows.
        """
        self._check_settings(partial=True)
        first = not hasattr(self, "coef_")
        if first:
            X, y = self._check_X_y(X, y)
        else:
            X, y = self._check_X(X), check_targets(y)
            check_same_length(X=X, y=y)
        weight = self._weights(sample_weight, len(X))
        start = self._start(1, X.shape[1], None, None) if first else self._resume(1)
        w, b = self._keep(finish(descend(self._descent(X, y, weight, start, 1.0 if first else self.t_), 1, 1), self))
        self.coef_, self.intercept_ = w[0], b
        return self

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the weights are a minimum of the regularised mean loss of these data.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or `sample_weight` that do not fit; for learning_rate "pa1" and "pa2".
        """
        check_is_fitted(self, "coef_")
        X, y = self._check_X(X), check_array(check_targets(y), name="y", ensure_2d=False)
        check_same_length(X=X, y=y)
        weight = check_sample_weight(sample_weight, len(X))
        return self._certificate(X, y, weight, self.coef_, float(self.intercept_[0]))
