"""What MLPClassifier and MLPRegressor have in common: parameters, the start of a fit, what is kept of it.

Idea
    Bookkeeping only. A fit prepares a `Run` (network, rows, optimiser, memory of past epochs), lets `finish` take its
    steps (`mlp.py`), and keeps what it found. `warm_start` and `partial_fit` prepare the run from what was kept.
Maths
    None here.
Cost
    A copy of the weights at each end.
Differences
    From scikit-learn: float32 becomes float64; sparse X is refused. `partial_fit` counts epochs as it does there
    (`n_iter_` is 1 after each call).
References
    The files named.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    ConvergenceWarning,
    check_random_state,
    check_sample_weight,
    is_sparse,
    one_blas_thread,
)
from ..core.rules import array_like, boolean, either, integer, one_of, random_state, real, verbosity
from ..core.typing import Array, FloatArray, RandomStateLike, VectorLike
from ..model_selection import train_test_split
from .activations import ACTIVATIONS
from .forward_backward import Network, Rows
from .initialisers import draw_weights
from .mlp import Plan, Progress, Step, follow_lbfgs, train
from .optimisers import Adam, Momentum, Nesterov, Optimiser
from .schedules import ConstantRate, InverseScaling, Plateau, Schedule

OUTPUTS = {"squared_error": "identity", "poisson": "exp", "logistic": "logistic", "softmax": "softmax"}


class Certificate(NamedTuple):
    """How nearly the weights are a stationary point of the objective on these rows."""

    objective: float  # mean loss and penalty
    gradient: float  # largest |slope|
    layers: FloatArray  # (L,) largest |slope| of each layer


@dataclass
class Run:
    """A fit that is ready to take its steps."""

    network: Network
    progress: Progress
    optimiser: Optimiser | None
    schedule: Schedule | Plateau | None
    path: Iterator[Step]


class MLPEstimator(BaseEstimator):
    """Base of both: a network, its training, what is kept."""

    hidden_layer_sizes: Any
    activation: str
    solver: str
    alpha: float
    batch_size: int | str
    learning_rate: str
    learning_rate_init: float
    power_t: float
    max_iter: int
    shuffle: bool
    random_state: RandomStateLike
    tol: float
    verbose: int
    warm_start: bool
    momentum: float
    nesterovs_momentum: bool
    early_stopping: bool
    validation_fraction: float
    beta_1: float
    beta_2: float
    epsilon: float
    n_iter_no_change: float
    max_fun: int

    coefs_: list[FloatArray]
    intercepts_: list[FloatArray]
    n_outputs_: int
    _loss_name: str

    _rules: ClassVar[dict[str, Any]] = {
        "hidden_layer_sizes": either(integer(1), array_like),
        "activation": one_of(*ACTIVATIONS),
        "solver": one_of("lbfgs", "sgd", "adam"),
        "alpha": real(0.0),
        "batch_size": either(one_of("auto"), integer(1)),
        "learning_rate": one_of("constant", "invscaling", "adaptive"),
        "learning_rate_init": real(0.0, open_low=True),
        "power_t": real(0.0),
        "max_iter": integer(1),
        "shuffle": boolean,
        "random_state": random_state,
        "tol": real(0.0),
        "verbose": verbosity,
        "warm_start": boolean,
        "momentum": real(0.0, 1.0),
        "nesterovs_momentum": boolean,
        "early_stopping": boolean,
        "validation_fraction": real(0.0, 1.0, open_high=True),
        "beta_1": real(0.0, 1.0, open_high=True),
        "beta_2": real(0.0, 1.0, open_high=True),
        "epsilon": real(0.0, open_low=True),
        "n_iter_no_change": either(integer(1), one_of(np.inf)),
        "max_fun": integer(1),
    }

    def _hidden(self) -> list[int]:
        """Return the sizes of the hidden layers."""
        given = self.hidden_layer_sizes
        sizes = list(given) if isinstance(given, Iterable) else [given]
        for size in sizes:
            if not isinstance(size, (int, np.integer)) or isinstance(size, (bool, np.bool_)):
                raise TypeError(f"hidden_layer_sizes={given!r} must hold integers, one for each hidden layer.")
            if size <= 0:
                raise ValueError(f"hidden_layer_sizes must be > 0, got {[int(s) for s in sizes]}.")
        return [int(size) for size in sizes]

    def _is_first(self, partial: bool) -> bool:
        """Say whether a fit starts from new weights."""
        return not hasattr(self, "coefs_") or not (self.warm_start or partial)

    def _check_settings(self, partial: bool) -> None:
        self._check_params()
        self._hidden()
        if partial and self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True; set it to False, or use fit.")

    def _prepare(
        self, X: FloatArray, wanted: Array, sample_weight: VectorLike | None, outputs: int, loss: str, partial: bool
    ) -> Run:
        """Return the run for X (n, d) and wanted, (n,) codes or (n, t), checked before."""
        if sample_weight is None:
            weight = np.broadcast_to(1.0, (len(X),))  # plainly: np.ones(len(X))
        else:
            weight = check_sample_weight(sample_weight, len(X))
        with np.errstate(over="ignore"):
            if not np.isfinite(weight.sum()):
                raise ValueError(f"sample_weight, up to {weight.max():.1e}, sums to infinity; divide it by a number.")
        rng = check_random_state(self.random_state)
        network = Network([X.shape[1], *self._hidden(), outputs], self.activation, loss)
        first = self._is_first(partial)
        if first:
            network.set_weights(*draw_weights(network.sizes, self.activation, rng))
        else:
            self._check_same_shapes(network)
            network.set_weights(self.coefs_, self.intercepts_)
        # copies, so that a run that is not finished leaves the model as it was
        kept: Progress | None = None if first else copy.deepcopy(getattr(self, "_progress", None))
        progress = Progress() if kept is None else kept
        progress.early_stopping = bool(self.early_stopping)
        data = Rows(X, wanted, weight, sample_weight is not None)
        if self.solver == "lbfgs":
            return Run(network, progress, None, None, follow_lbfgs(network, data, self._plan(len(X))))
        kept_both = [
            getattr(self, name, None) if partial and not first else None for name in ("_optimiser", "_schedule")
        ]
        optimiser, schedule = copy.deepcopy(kept_both)
        if optimiser is None or schedule is None or isinstance(optimiser, Adam) != (self.solver == "adam"):
            optimiser, schedule = self._new_optimiser(), self._new_schedule()
            optimiser.start([network.w])
        held_out = None
        if self.early_stopping:
            data, held_out = self._hold_out(data, outputs, rng)
        score = None if held_out is None else self._scorer(network, held_out)
        plan = self._plan(len(data.X))
        plan = plan._replace(max_iter=1) if partial else plan
        path = train(network, data, optimiser, schedule, progress, plan, score, rng)
        return Run(network, progress, optimiser, schedule, path)

    def _check_same_shapes(self, network: Network) -> None:
        now, before = [w.shape for w in network.coefs], [w.shape for w in self.coefs_]
        if now != before:
            raise ValueError(
                f"The weights kept from the last fit are of shapes {before}, but hidden_layer_sizes and the data now "
                f"ask for {now}; set warm_start=False, or start with a new model."
            )

    def _plan(self, n: int) -> Plan:
        size = min(200, n) if self.batch_size == "auto" else int(self.batch_size)
        if size > n and self.solver != "lbfgs":
            warnings.warn(
                f"Got `batch_size` larger than sample size ({size} > {n}). It is going to be clipped.", stacklevel=4
            )
        return Plan(
            float(self.alpha),
            min(size, n),
            self.max_iter,
            float(self.tol),
            float(self.n_iter_no_change),
            bool(self.shuffle),
            self.max_fun,
        )

    def _new_optimiser(self) -> Optimiser:
        if self.solver == "adam":
            return Adam(self.learning_rate_init, self.beta_1, self.beta_2, self.epsilon, epsilon_hat=True)
        return (Nesterov if self.nesterovs_momentum else Momentum)(self.learning_rate_init, self.momentum)

    def _new_schedule(self) -> Schedule | Plateau:
        if self.solver == "sgd" and self.learning_rate == "invscaling":
            return InverseScaling(self.learning_rate_init, self.power_t)
        if self.solver == "sgd" and self.learning_rate == "adaptive":
            return Plateau(self.learning_rate_init)
        return ConstantRate(self.learning_rate_init)

    def _hold_out(self, data: Rows, outputs: int, rng: np.random.RandomState) -> tuple[Rows, Rows]:
        """Return the rows to train on and those to score; of two classes with as many of each in proportion."""
        labels = data.wanted if outputs == 1 and self._loss_name == "logistic" else None
        parts = train_test_split(
            np.arange(len(data.X)), random_state=rng, test_size=self.validation_fraction, stratify=labels
        )
        if len(parts[1]) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        train_rows, held_out = (
            Rows(data.X[rows], data.wanted[rows], data.weight[rows], data.weighted) for rows in parts
        )
        for part in (train_rows, held_out):
            if not part.weight.any():
                raise ValueError("sample_weight is 0 for all rows trained on, or held out; give more positive weights.")
        return train_rows, held_out

    def _scorer(self, network: Network, held_out: Rows) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must say how held-out rows are scored.")

    def _keep(self, run: Run, last: Step, partial: bool) -> Self:
        """Keep what the run found.

        Raises
        ------
        ValueError
            If a weight is not finite.
        """
        network, progress = run.network, run.progress
        if self.solver != "lbfgs" and progress.early_stopping and not partial:
            progress.by_score.restore([network.w])
        if not np.isfinite(network.w).all():
            raise ValueError(
                f"Solver produced non-finite parameter weights: {network.blame(np.zeros((1, network.sizes[0])))}. The "
                "input data may contain large values and need to be preprocessed: scale X (and y)."
            )
        self.coefs_ = [w.copy() for w in network.coefs]
        self.intercepts_ = [b.copy() for b in network.intercepts]
        self.n_layers_, self.n_outputs_ = len(network.sizes), network.sizes[-1]
        kept = 0 if run.optimiser is None else run.optimiser.nbytes
        self.memory_ = network.nbytes + kept + 2 * network.w.nbytes  # `before` of batch and epoch
        self.out_activation_ = OUTPUTS[network.loss]
        self.n_iter_, self.loss_ = last.iteration, last.loss
        self.t_ = progress.rows_seen
        self._loss_name, self._fitted_activation = network.loss, self.activation
        self._progress, self._optimiser, self._schedule = progress, run.optimiser, run.schedule
        if self.solver == "lbfgs":
            for name in ("loss_curve_", "best_loss_", "validation_scores_", "best_validation_score_"):
                vars(self).pop(name, None)  # of an earlier fit
        else:
            self.loss_curve_ = list(progress.losses)
            early = progress.early_stopping
            self.best_loss_ = None if early else progress.by_loss.best
            self.validation_scores_ = list(progress.scores) if early else None
            self.best_validation_score_ = progress.by_score.best if early else None
        self._warn(last, partial)
        return self

    def _warn(self, last: Step, partial: bool) -> None:
        if last.ended or partial:
            return
        if self.solver == "lbfgs":
            why = f"max_iter={self.max_iter} or max_fun={self.max_fun} was reached. Raise it"
            if last.name == "stuck":
                why = "no lower loss was found along the last direction. Raise tol"
            warnings.warn(
                f"lbfgs failed to converge after {last.iteration} iteration(s) (status={1 + (last.name == 'stuck')}): "
                f"{why}, or scale the data.",
                ConvergenceWarning,
                stacklevel=4,
            )
        elif last.iteration >= self.max_iter:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization hasn't "
                "converged yet; raise max_iter.",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _network(self) -> Network:
        """Return the fitted network."""
        sizes = [self.coefs_[0].shape[0], *(w.shape[1] for w in self.coefs_)]
        network = Network(sizes, self._fitted_activation, self._loss_name)
        network.set_weights(self.coefs_, self.intercepts_)
        return network

    def _outputs(self, X: FloatArray) -> FloatArray:
        return self._network().predict(X)

    def _certificate(self, X: FloatArray, wanted: Array, sample_weight: VectorLike | None) -> Certificate:
        weight, network = check_sample_weight(sample_weight, len(X)), self._network()
        network.most, network.share = np.inf, 1.0 / network.sizes[-1]
        data = Rows(X, wanted, weight, sample_weight is not None)
        with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
            objective = network.loss_and_gradient(X, np.arange(len(X)), data, float(self.alpha))
        slopes = zip(network.coef_slopes, network.intercept_slopes)
        layers = np.array([max(float(np.abs(s).max(initial=0.0)), float(np.abs(b).max())) for s, b in slopes])
        return Certificate(objective, float(layers.max()), layers)


def columns_of(y: Any) -> int:
    """Return how many columns y has; 1 where it is no matrix, or nothing to be read (the checks that follow say so)."""
    if is_sparse(y) or isinstance(y, (str, bytes)):
        return 1
    try:
        found = np.asarray(y)
    except (TypeError, ValueError):
        return 1
    return found.shape[1] if found.ndim == 2 else 1


def has_partial_fit(model: MLPEstimator) -> None:
    """Raise AttributeError for solver "lbfgs", which needs all rows at once."""
    if model.solver == "lbfgs":
        raise AttributeError("partial_fit is only available for stochastic optimizers. lbfgs is not stochastic.")
