"""MLPRegressor: a feed-forward network that predicts numbers.

Idea
----
Layers of weighted sums, bent in between, end in one weighted sum for each target: the squared error's prediction
itself, the logarithm of it for counts (Poisson), which are never below zero.

Maths
-----
`forward_backward.py` has the objective and its gradient, `losses.py` the losses, `mlp.py` the training.

Cost
----
Training: 6 operations per row, weight and epoch; predicting: 2 per row and weight.

Differences
-----------
From scikit-learn: the same draws, batches and moves, so the same `loss_curve_` and weights but for rounding, which
"lbfgs" enlarges within some hundred iterations. With several targets, scikit-learn's loss is their mean but its
gradient that of their sum; so it is here while training; `certify` takes the gradient of the mean. A y below 0 is an
error for "poisson".

References
----------
Rumelhart, Hinton, Williams (1986), Nature 323. Kingma, Ba (2015), "Adam". Glorot, Bengio (2010), AISTATS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

import numpy as np

from ..core import RegressorMixin, check_is_fitted, check_same_length, check_targets, coarse, finish
from ..core.conditional import only_if
from ..core.rules import one_of
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from ..metrics import r2_score
from .forward_backward import Network, Rows
from .mlp import Step
from .mlp_estimator import Certificate, MLPEstimator, Run, columns_of, has_partial_fit


class MLPRegressor(RegressorMixin, MLPEstimator):
    """Multi-layer perceptron for numbers, trained on the squared error. Scale the columns of X (and y) first.

    Parameters
    ----------
    loss : "squared_error", or "poisson" for counts, 0 or more
    hidden_layer_sizes : units of each hidden layer; () has none, an int is one layer
    activation : "identity", "logistic", "tanh" or "relu", of the hidden layers
    solver : "adam", "sgd", or "lbfgs" (all rows at once; good for small data)
    alpha : how much the squared weights count; biases do not
    batch_size : rows for one move; "auto" is min(200, n). Not with "lbfgs"
    learning_rate : "constant", "invscaling" or "adaptive", of "sgd" (see `optimisers.py`)
    learning_rate_init : the (first) learning rate of "sgd" and "adam"
    power_t : exponent of "invscaling"
    max_iter : most epochs (passes over the rows), or iterations of "lbfgs"
    shuffle : look at the rows in another order in each epoch
    random_state : decides the first weights, the rows held out and the order
    tol : an epoch must better the loss (or score) by this much; "lbfgs" ends when no slope is above it
        (or the loss stands still)
    verbose : show a progress bar
    warm_start : start from the last fit's weights
    momentum, nesterovs_momentum : of "sgd"
    early_stopping : hold out `validation_fraction` of the rows, end when their score no longer rises by `tol`, and keep
        the weights that scored best
    validation_fraction : share held out
    beta_1, beta_2, epsilon : of "adam"
    n_iter_no_change : epochs to wait for something better
    max_fun : most evaluations of the loss by "lbfgs"

    Attributes
    ----------
    coefs_ : list of arrays, (d, first hidden layer), ..., (last hidden layer, n_outputs_)
    intercepts_ : list of arrays, one bias for each unit
    loss_ : float, the objective: mean loss and penalty, of the last epoch
    loss_curve_ : list of float, `loss_` of each epoch; not of "lbfgs"
    best_loss_ : float, the least of them; None with `early_stopping`
    validation_scores_ : list of float, R2 of the rows held out; None without `early_stopping`
    best_validation_score_ : float, the largest of them; None without `early_stopping`
    n_iter_ : int, epochs (iterations) of the last call
    t_ : int, rows seen in all epochs
    n_layers_ : int, layers, the input counted
    n_outputs_ : int
    memory_ : int, bytes of weights, slopes, moments and buffers while training; not of the past of "lbfgs"
    out_activation_ : str, "identity"; "exp" of "poisson"
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Goodfellow, Bengio, Courville (2016), Deep Learning, chapter 6.

    Examples
    --------
    >>> from scratchml.neural_network import MLPRegressor
    >>> X, y = [[-2.0], [-1.0], [0.0], [1.0], [2.0]], [2.0, 1.0, 0.0, 1.0, 2.0]
    >>> model = MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs", alpha=0.0, random_state=0)
    >>> model.fit(X, y).score(X, y) > 0.999
    True
    """

    _rules: ClassVar = {**MLPEstimator._rules, "loss": one_of("squared_error", "poisson")}

    def __init__(
        self,
        loss: str = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: str = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: RandomStateLike = None,
        tol: float = 1e-4,
        verbose: int = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
    ) -> None:
        self.loss = loss
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun

    def _begin(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None, partial: bool) -> Run:
        """Check everything and return the run."""
        if y is None:
            raise ValueError("MLPRegressor requires y to be passed, but the target y is None; give the targets.")
        first = self._is_first(partial)
        X = self._check_X(X, fitting=first)
        Y = self._read_targets(X, y)
        self._loss_name = self.loss
        return self._prepare(X, Y, sample_weight, Y.shape[1], self.loss, partial)

    def _read_targets(self, X: FloatArray, y: VectorLike) -> FloatArray:
        """Return y as (n, t)."""
        targets = check_targets(y, multi_output=columns_of(y) != 1)
        check_same_length(X=X, y=targets)
        if targets.ndim == 2 and not targets.shape[1]:
            raise ValueError("y has no column; give at least one target.")
        if self.loss == "poisson" and (targets < 0.0).any():
            raise ValueError(f"y has {targets.min()}, but loss='poisson' needs counts of 0 or more.")
        return np.ascontiguousarray(targets.reshape(len(targets), -1))

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps, one after each batch and each epoch (of "lbfgs", iteration).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_settings(partial=False)
        return self._begin(X, y, sample_weight, partial=False).path

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Fit to X (n, d) and y, (n,) or (n, t); rows count by `sample_weight` (n,).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if the loss overflows (the layer is named).

        Warns
        -----
        ConvergenceWarning
            If `max_iter` epochs were run.
        """
        self._check_settings(partial=False)
        run = self._begin(X, y, sample_weight, partial=False)
        return self._keep(run, finish(coarse(run.path, "batch"), self), partial=False)

    @only_if(has_partial_fit)
    def partial_fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Go on for one epoch over X (n, d) and y, (n,) or (n, t).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; with `early_stopping`; if the loss overflows.
        """
        self._check_settings(partial=True)
        run = self._begin(X, y, sample_weight, partial=True)
        return self._keep(run, finish(coarse(run.path, "batch"), self), partial=True)

    def _scorer(self, network: Network, held_out: Rows) -> Any:
        return lambda: float(r2_score(held_out.wanted, network.predict(held_out.X), sample_weight=held_out.weight))

    def predict(self, X: MatrixLike) -> Array:
        """Return the prediction for each row of X (n, d): shape (n,), or (n, t) after fitting to several targets.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            For an X that does not fit, or for which an output overflows.
        """
        check_is_fitted(self, "coefs_")
        found = self._outputs(self._check_X(X))
        return found[:, 0] if found.shape[1] == 1 else found

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return the objective at the fitted weights on X (n, d) and y, and its gradient's largest entry.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or `sample_weight` that do not fit.
        """
        check_is_fitted(self, "coefs_")
        X = self._check_X(X)
        Y = self._read_targets(X, y)
        if Y.shape[1] != self.n_outputs_:
            raise ValueError(f"y has {Y.shape[1]} targets, but fit saw {self.n_outputs_}; give as many.")
        return self._certificate(X, Y, sample_weight)

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.multi_output = True
        return tags
