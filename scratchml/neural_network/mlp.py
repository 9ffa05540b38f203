"""The training loop: batches within epochs, or L-BFGS on all rows at once; when to end.

Idea
    An epoch shuffles the rows, cuts them into batches and moves the weights after each. Training ends when the mean
    loss (or the score of rows held out) has not become better for some epochs. For small data, L-BFGS looks at all rows
    before each move and finds its step by a line search.
Maths
    The loss of an epoch is the mean of its batches' objectives (`forward_backward.py`), each taken before its move. An
    epoch is no better if its loss is above the best so far minus `tol`; more than `n_iter_no_change` of these in a row
    end the training, or divide the rate of SGD's "adaptive" by 5.
Cost
    Per epoch, 6 operations per row and weight. Memory: weights, slopes, moments, the values of one batch, and the
    weights before it and before the epoch. A step costs microseconds; what it could tell is worked out when asked for.
Differences
    The order of the rows and the batches are scikit-learn's. A batch whose weights are all 0 moves nothing (an error
    there). A loss that is no longer finite ends the training at once with an error that names the layer. L-BFGS walks
    the path of scikit-learn's, L-BFGS-B of SciPy (`optim/lbfgs_more_thuente.py`). Its iterations enlarge rounding: of
    80 random networks all had scikit-learn's weights to 1e-8 after 20 iterations, 92 % after 50, 56 % after 200; its
    own on the rows in reverse order are the same in 100, 94 and 56 %.
References
    Goodfellow, Bengio, Courville (2016), Deep Learning, sections 7.8 (early stopping), 8.1.3 (batches).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..core import one_blas_thread
from ..core.typing import FloatArray, IntArray
from ..optim import lbfgs_more_thuente
from .early_stopping import EarlyStopping
from .forward_backward import Network, Rows
from .optimisers import Optimiser
from .schedules import Plateau, Schedule


class Step(NamedTuple):
    """What is known after a batch, an epoch, or an iteration of L-BFGS. Arrays are live views."""

    name: str  # "batch", "epoch"; "iteration" of L-BFGS, or "stuck" at last
    iteration: int  # the epoch, from 1
    loss: float  # of the batch, before its move; mean over the epoch's batches
    coefs: list[FloatArray]  # weights of each layer, (sizes[l], sizes[l + 1])
    intercepts: list[FloatArray]  # biases of each layer, (sizes[l + 1],)
    before: list[FloatArray]  # weights before the batch's (epoch's, iteration's) first move
    activations: list[FloatArray]  # values of each hidden layer for the last batch seen, (b, sizes[l])
    slopes: list[FloatArray]  # of that batch's loss, not yet divided, in the sums of each layer, (b, sizes[l + 1])
    coef_slopes: list[FloatArray]  # in the weights, of the objective
    intercept_slopes: list[FloatArray]
    rate: float  # what slopes were multiplied by, of Adam corrected; of L-BFGS 1
    batch: int = 0  # number within the epoch, from 1
    score: float | None = None  # of the rows held out, after an epoch
    ended: bool = False  # training has come to its end: False in the last step means that max_iter ran out

    @property
    def gradient_norms(self) -> FloatArray:
        """Length of each layer's slopes, weights and biases together: shape (L,)."""
        pairs = zip(self.coef_slopes, self.intercept_slopes)
        return np.array([math.hypot(length(s), length(b)) for s, b in pairs])

    @property
    def update_ratios(self) -> FloatArray:
        """Length of the move of each layer's weights beside that of the weights before it: shape (L,)."""
        return np.array([length(w - old) / max(length(old), 1e-300) for w, old in zip(self.coefs, self.before)])


@dataclass
class Progress:
    """What is remembered from epoch to epoch, and with `warm_start` and `partial_fit` from call to call."""

    early_stopping: bool = False  # of the last call
    losses: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    by_loss: EarlyStopping = field(default_factory=EarlyStopping)
    by_score: EarlyStopping = field(default_factory=lambda: EarlyStopping(higher_is_better=True))
    rows_seen: int = 0

    def judge(self, score: float | None, plan: Plan, w: FloatArray) -> bool:
        """Take in an epoch's score, or its loss where there is no score; say whether there were too many in vain."""
        if score is None:
            stop, other, value, kept = self.by_loss, self.by_score, self.losses[-1], None
        else:
            self.scores.append(score)
            stop, other, value, kept = self.by_score, self.by_loss, score, [w]
        stop.tol, stop.patience = plan.tol, plan.patience
        ends = stop(value, kept)
        other.waited = stop.waited  # one count for both, should a warm start change from one to the other
        return ends

    def wait_again(self) -> None:
        """Count from 0 again."""
        self.by_loss.waited = self.by_score.waited = 0


class Plan(NamedTuple):
    """How long and in which portions to train."""

    alpha: float
    batch_size: int
    max_iter: int
    tol: float
    patience: float  # n_iter_no_change
    shuffle: bool
    max_fun: int


def take_step(network: Network, data: Rows, rows: IntArray, optimiser: Optimiser, plan: Plan, where: str) -> float:
    """Move the weights once, by the batch of these rows of `data`; return its loss.

    Raises
    ------
    ValueError
        If the loss is not finite; it names the layer.
    """
    with np.errstate(over="ignore", invalid="ignore"), one_blas_thread():
        X = network.buffers(len(rows)).A[0]
        # "clip" never clips here: it spares NumPy the copy that it makes to be able to raise an error
        data.X.take(rows, axis=0, out=X, mode="clip")
        loss = network.loss_and_gradient(X, rows, data, plan.alpha)
        if not math.isfinite(loss):
            raise ValueError(
                f"The loss became {loss} in {where}: {network.blame(X)}. Scale X (and y), or lower learning_rate_init."
            )
        optimiser.update([network.w], [network.gradient])
    return loss


def view(name: str, epoch: int, loss: float, network: Network, before: FloatArray, b: int, rate: float) -> Step:
    """Return a step, given the weights before (p,) and how many rows the last batch had."""
    A, D = network.buffers(b)
    coefs_before, _ = network.views(before)
    slopes, biases = network.coef_slopes, network.intercept_slopes
    return Step(name, epoch, loss, network.coefs, network.intercepts, coefs_before, A[1:-1], D, slopes, biases, rate)


def train(
    network: Network,
    data: Rows,
    optimiser: Optimiser,
    schedule: Schedule | Plateau,
    progress: Progress,
    plan: Plan,
    score: Callable[[], float] | None,
    rng: np.random.RandomState,
) -> Iterator[Step]:
    """Yield a step after each batch and epoch of SGD or Adam; with a `score`, leave the best weights in the network."""
    narrow = np.int32 if len(data.X) < 2**31 else np.int64
    order, epoch_before, before = np.arange(len(data.X), dtype=narrow), network.w.copy(), network.w.copy()
    for epoch in range(1, plan.max_iter + 1):
        if plan.shuffle:
            rng.shuffle(order)
        epoch_before[:] = network.w
        total, b = 0.0, 1
        for batch, start in enumerate(range(0, len(order), plan.batch_size), 1):
            rows = order[start : start + plan.batch_size].astype(np.int64)
            if data.weighted and not data.weight[rows].any():
                continue
            before[:], b = network.w, len(rows)
            loss = take_step(network, data, rows, optimiser, plan, f"epoch {epoch}, batch {batch}")
            total += loss * b
            yield view("batch", epoch, loss, network, before, b, optimiser.rate)._replace(batch=batch)
        progress.losses.append(total / len(order))
        progress.rows_seen += len(order)
        found = None if score is None else score()
        ended = False
        if progress.judge(found, plan, network.w):
            ended = not (isinstance(schedule, Plateau) and schedule.lower())
            if not ended:
                progress.wait_again()
        optimiser.learning_rate = schedule(progress.rows_seen)
        if score is not None and (ended or epoch == plan.max_iter):
            progress.by_score.restore([network.w])
        step = view("epoch", epoch, progress.losses[-1], network, epoch_before, b, optimiser.rate)
        yield step._replace(score=found, ended=ended)
        if ended:
            return


def follow_lbfgs(network: Network, data: Rows, plan: Plan) -> Iterator[Step]:
    """Yield a step after each iteration of L-BFGS on all rows; the last one is "stuck" if no lower loss was found.

    Raises
    ------
    ValueError
        If the loss is not finite at the start; it names the layer.
    """
    everything, looked = np.arange(len(data.X)), False

    def loss_and_gradient(w: FloatArray) -> tuple[float, FloatArray]:
        nonlocal looked
        network.w[:] = w
        with one_blas_thread():
            loss = network.loss_and_gradient(data.X, everything, data, plan.alpha)
        if not looked and not (math.isfinite(loss) and np.isfinite(network.gradient).all()):
            raise ValueError(f"The loss is {loss} at the start: {network.blame(data.X)}. Scale X (and y).")
        looked = True
        return loss, network.gradient

    before = network.w.copy()
    for step in lbfgs_more_thuente(loss_and_gradient, before, max_iter=plan.max_iter, tol=plan.tol):
        network.w[:], network.gradient[:] = step.w, step.gradient
        name = "stuck" if step.name == "stuck" else "iteration"
        found = view(name, step.iteration, step.loss, network, before, len(everything), 1.0)
        ran_out = step.iteration >= plan.max_iter or (step.iteration > 0 and step.n_evaluations > plan.max_fun)
        yield found._replace(ended=step.converged and not ran_out)
        before[:] = step.w
        if ran_out:
            return


def length(values: FloatArray) -> float:
    """Return the square root of the sum of squares."""
    with np.errstate(over="ignore"):
        return float(np.linalg.norm(values.ravel()))
