"""What SGDClassifier, SGDRegressor and Perceptron have in common: settings, seeds, rows held out, the certificate.

Idea
----
The three differ in their losses and in how targets are told to the descent; all else is here. Nothing is computed in
this file but the certificate: how far from 0 the gradient is of what the descent tries to make small.

Maths
-----
::

    objective = 1/n sum_i s_i loss(x_i'w + b, y_i) + alpha ((1 - l1_ratio) / 2 |w|^2 + l1_ratio sum_f |w_f|)
    gradient  = 1/n sum_i s_i slope_i x_i + alpha (1 - l1_ratio) w,   1/n sum_i s_i slope_i for b

with s_i the sample's weight times its class's. With an l1 penalty the gradient is a set for each w_f = 0, and the
number nearest to 0 in it counts.

Cost
----
Settings: nothing. The certificate: two passes over X for each class.

Differences
-----------
From scikit-learn: weights given to ``fit`` to start from are copied, never overwritten; after averaging,
``partial_fit`` goes on from the last iterate, its intercept included (scikit-learn's classifiers go on from an older
intercept).

References
----------
L. Bottou (2012), "Stochastic gradient descent tricks". H. Zou, T. Hastie (2005), "Regularization and variable selection
via the elastic net", J. R. Statist. Soc. B 67(2).
"""

from __future__ import annotations

import math
import warnings
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import (
    BaseEstimator,
    ConvergenceWarning,
    both,
    check_array,
    check_random_state,
    check_sample_weight,
    one_blas_thread,
)
from ..core.rules import boolean, either, integer, none, one_of, random_state, real, verbosity
from ..core.typing import FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..maths.sampling import draw_stratified
from ..optim import Penalty
from . import sgd_epoch
from .sgd_descent import Step, Weights
from .sgd_epoch import Recipe, list_losses, sample_slope
from .sgd_schedule import SCHEDULES, first_time, typical_weight

LOSSES = {  # name: code, p where it is no parameter of the estimator
    "hinge": (sgd_epoch.HINGE, 1.0),
    "perceptron": (sgd_epoch.HINGE, 0.0),
    "squared_hinge": (sgd_epoch.SQUARED_HINGE, 1.0),
    "log_loss": (sgd_epoch.LOG_LOSS, 0.0),
    "modified_huber": (sgd_epoch.MODIFIED_HUBER, 0.0),
    "squared_error": (sgd_epoch.SQUARED_ERROR, 0.0),
    "huber": (sgd_epoch.HUBER, None),
    "epsilon_insensitive": (sgd_epoch.EPSILON_INSENSITIVE, None),
    "squared_epsilon_insensitive": (sgd_epoch.SQUARED_EPSILON_INSENSITIVE, None),
}
LARGEST_INT = 2**31 - 1


class Certificate(NamedTuple):
    """How nearly a fit is a minimum. Where the loss has kinks (hinge, ...) a minimum need not have gradient 0."""

    objective: float  # of the worst class
    gradient: float  # largest |slope of the objective| in any weight or intercept: 0 at the minimum of a smooth loss
    smooth: bool  # whether the loss has no kinks


class SGDEstimator(BaseEstimator):
    """Base of the three: what does not depend on the kind of target."""

    loss: str
    penalty: str | None
    alpha: float
    l1_ratio: float | None
    epsilon: float
    learning_rate: str
    eta0: float
    power_t: float
    average: bool | int
    fit_intercept: bool
    max_iter: int
    tol: float | None
    shuffle: bool
    random_state: RandomStateLike
    early_stopping: bool
    validation_fraction: float
    n_iter_no_change: int
    warm_start: bool
    coef_: FloatArray
    intercept_: FloatArray
    n_iter_: int
    t_: float
    _last: Weights  # where `partial_fit` goes on,
    _averaged: bool  # and whether it has a mean

    _kind_with_steps: ClassVar[str]  # the loss that "pa1" and "pa2" go with
    _rules: ClassVar[dict[str, Any]] = {
        "penalty": one_of("l2", "l1", "elasticnet", None),
        "alpha": real(0.0, math.inf, open_high=True),
        "l1_ratio": either(none, real(0.0, 1.0)),
        "fit_intercept": boolean,
        "max_iter": integer(1),
        "tol": either(none, real(0.0)),
        "shuffle": boolean,
        "verbose": verbosity,
        "random_state": random_state,
        "eta0": real(0.0, math.inf, open_low=True, open_high=True),
        "early_stopping": boolean,
        "validation_fraction": real(0.0, 1.0, open_low=True, open_high=True),
        "n_iter_no_change": integer(1),
        "warm_start": boolean,
    }
    _rules_beyond_perceptron: ClassVar = {
        "epsilon": real(0.0, math.inf, open_high=True),
        "learning_rate": one_of(*SCHEDULES),
        "power_t": real(-math.inf, math.inf, open_low=True, open_high=True),
        "average": either(boolean, integer(1)),
    }

    def _check_settings(self, partial: bool) -> None:
        """Check parameters one by one, then those that must fit each other.

        Raises
        ------
        TypeError, ValueError
            If one is wrong, or two do not go together.
        """
        self._check_params()
        if self.early_stopping and partial:
            raise ValueError("early_stopping should be False with partial_fit: one epoch cannot be judged; set it so.")
        if self.learning_rate == "optimal" and self.alpha == 0:
            raise ValueError(
                "alpha must be > 0 since learning_rate is 'optimal'. alpha is used to compute the optimal learning "
                "rate; give a small alpha, or another learning_rate."
            )
        if self.learning_rate in ("pa1", "pa2") and self.loss != self._kind_with_steps:
            raise ValueError(
                f"Learning rate '{self.learning_rate}' only works with loss '{self._kind_with_steps}'; got "
                f"loss={self.loss!r}."
            )
        if self.penalty == "elasticnet" and self.l1_ratio is None:
            raise ValueError("l1_ratio must be set when penalty is 'elasticnet'; give a number from 0 to 1.")

    def _loss_code(self) -> tuple[int, float]:
        code, p = LOSSES[self.loss]
        return code, float(self.epsilon) if p is None else p

    def _shares(self) -> tuple[float, float]:
        """Return the l2 and the l1 share of the penalty."""
        l1 = {"l1": 1.0, "elasticnet": self.l1_ratio}.get(str(self.penalty), 0.0)
        return (0.0 if self.penalty is None else 1.0 - float(l1 or 0.0)), float(l1 or 0.0)

    def _recipe(self, above: float, below: float) -> Recipe:
        code, p = self._loss_code()
        alpha, schedule = float(self.alpha), SCHEDULES[self.learning_rate]
        watch = not self.early_stopping
        optimal = self.learning_rate == "optimal"
        t0 = first_time(alpha, float(sample_slope(code, p, -typical_weight(alpha), 1.0))) if optimal else 0.0
        shares = self._shares()
        eta0, power, average = float(self.eta0), float(self.power_t), int(self.average)
        intercept = bool(self.fit_intercept)
        return Recipe(code, p, alpha, *shares, schedule, eta0, power, t0, above, below, intercept, average, watch)

    def _start(self, k: int, d: int, coef_init: MatrixLike | None, intercept_init: VectorLike | None) -> Weights:
        """Return where a fit of k weight vectors starts: what is given, else the last fit if `warm_start`, else 0."""
        if self.warm_start and hasattr(self, "coef_"):
            coef_init = self.coef_ if coef_init is None else coef_init
            intercept_init = self.intercept_ if intercept_init is None else intercept_init
        w, b = np.zeros((k, d)), np.zeros(k)
        if coef_init is not None:
            given = check_array(coef_init, name="coef_init", ensure_2d=False)
            if given.shape != (k, d) and (k > 1 or given.size != d):
                raise ValueError(
                    f"Provided coef_init does not match dataset: its shape is {given.shape}; give {(k, d)}."
                )
            w[:] = given.reshape(k, d)
        if intercept_init is not None:
            given = check_array(np.atleast_1d(intercept_init), name="intercept_init", ensure_2d=False)
            if given.shape != (k,):
                raise ValueError(
                    f"Provided intercept_init does not match dataset: its shape is {given.shape}; give {(k,)}."
                )
            b[:] = given
        return Weights(w, b, np.zeros((k, d)), np.zeros(k))

    def _resume(self, k: int) -> Weights:
        """Return where `partial_fit` goes on."""
        if not self.average:
            zeros = np.zeros((k, self.n_features_in_))
            return Weights(self.coef_.reshape(k, -1), np.asarray(self.intercept_), zeros, np.zeros(k))
        if not self._averaged:
            raise ValueError(
                f"average={self.average}, but the fit that partial_fit would go on from kept no mean; call fit first."
            )
        return self._last

    def _weights(self, sample_weight: VectorLike | None, n: int) -> FloatArray:
        """Return the weights of n rows, (n,); (0,) where all are 1 and none are held out."""
        plain = sample_weight is None and not self.early_stopping
        return np.empty(0) if plain else check_sample_weight(sample_weight, n)

    def _hold_out(self, n: int, weight: FloatArray, codes: IntArray | None) -> Any:
        """Return which of n rows are held out to be scored, (n,) bool; None without `early_stopping`."""
        if not self.early_stopping:
            return None
        n_test = math.ceil(self.validation_fraction * n)
        n_train, rng = n - n_test, check_random_state(self.random_state)
        named = f"validation_fraction={self.validation_fraction} of {n} samples"
        if n_train == 0:
            raise ValueError(f"{named} leaves none to train on; lower it, give more, or set early_stopping=False.")
        if codes is None:
            rows = rng.permutation(n)[:n_test]
        else:
            counts = np.bincount(codes)
            if counts.min() < 2:
                raise ValueError(
                    "The least populated class in y has only 1 member, which is too few to be trained on and held out; "
                    "give more, or set early_stopping=False."
                )
            if min(n_train, n_test) < len(counts):
                raise ValueError(
                    f"{named} makes parts of {n_train} and {n_test}, but each should be greater or equal to the number "
                    f"of classes = {len(counts)}; change it, or set early_stopping=False."
                )
            rows = draw_stratified(codes, counts, n_train, n_test, rng)[1]
        held_out = np.zeros(n, dtype=bool)
        held_out[rows] = True
        if not weight[held_out].any():
            raise ValueError(
                "The sample weights for validation set are all zero, consider using a different random state."
            )
        return held_out

    def _keep(self, last: Step) -> tuple[FloatArray, FloatArray]:
        """Remember where the descent ended; return the weights (k, d) and intercepts (k,) that serve."""
        self._last, self._averaged, self.n_iter_, self.t_ = last.weights, bool(self.average), last.iteration, last.t
        if self.average and self.average <= self.t_ - 1.0:
            return last.weights.mean_w.copy(), last.weights.mean_b.copy()
        return last.weights.w.copy(), last.weights.b.copy()

    def _warn(self) -> None:
        if self.tol is not None and self.n_iter_ == self.max_iter:
            warnings.warn(
                "Maximum number of iteration reached before convergence. Consider increasing max_iter to improve the "
                "fit.",
                both(ConvergenceWarning),
                stacklevel=3,
            )
        if self.power_t < 0:
            warnings.warn(
                "Negative values for `power_t` are deprecated: steps that grow do not come to rest. Use values in the "
                "range [0.0, inf) instead.",
                FutureWarning,
                stacklevel=3,
            )

    def _certificate(self, X: FloatArray, y: FloatArray, weight: FloatArray, w: FloatArray, b: float) -> Certificate:
        """Return the certificate of one weight vector w (d,) with intercept b."""
        if self.learning_rate in ("pa1", "pa2"):
            raise ValueError(
                f"learning_rate={self.learning_rate!r} repairs one sample after the other and makes no objective "
                "small, so there is nothing to certify."
            )
        code, p = self._loss_code()
        n, (l2, l1) = len(X), self._shares()
        loss, slope = np.empty(n), np.empty(n)
        penalty = Penalty(l1=self.alpha * l1, l2=self.alpha * l2)
        with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
            list_losses(code, p, X @ w + b, y, loss, slope)
            gradient = X.T @ (weight * slope) / n
            objective = float(weight @ loss) / n + penalty.value(w)
            away = penalty.stationarity(w, gradient)
            if self.fit_intercept:
                away = max(away, abs(float(weight @ slope)) / n)
        kinks = (sgd_epoch.HINGE, sgd_epoch.EPSILON_INSENSITIVE)
        return Certificate(objective, away, code not in kinks)
