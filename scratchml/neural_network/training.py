"""Training: batches within epochs; forward, backward, move.

Idea
    Shuffle the rows, cut them into batches, and move all parameters a little after each, against the slopes of its
    loss. Rows held out say when to end: once their loss has stopped to fall, what is still learned is noise.
Maths
    An epoch's loss is the mean over its rows of the batches' losses, each taken before its move; with weights, a row
    counts as often as its weight says, and a batch whose weights are all 0 moves nothing. The update ratio of a
    parameter array is |w_new - w_old| / |w_old|: about 0.001 is healthy, far more is haste, far less standstill.
Cost
    That of the layers; for each batch one copy of the parameters, for the ratio, which is worked out when asked for.
Differences
    A loss that is not finite ends the training with an error that names the first layer to blame.
References
    Goodfellow, Bengio, Courville (2016), sections 7.8 and 8.1.3. Kingma, Ba (2015), "Adam".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from ..core import one_blas_thread
from ..core.typing import Array
from .early_stopping import EarlyStopping
from .optimisers import Adam

if TYPE_CHECKING:
    from .sequential import Sequential

HeldOut: TypeAlias = tuple[Array, Array, Array | None]  # rows, what is wanted of them, weights


class Step(NamedTuple):
    """What is known after a batch or an epoch. Arrays are live views, by the names of layers and parameters."""

    name: str  # "batch" or "epoch"
    epoch: int
    batch: int  # of the epoch, from 1; in an epoch's step how many there were
    loss: float  # mean of the batch, or of the epoch
    validation: float | None  # loss of the rows held out, after an epoch
    activations: dict[str, Array]  # what each layer returned
    slopes: dict[str, Array]  # of the loss in these
    parameters: dict[str, Array]
    gradients: dict[str, Array]
    before: dict[str, Array]  # the parameters before the batch's move
    learning_rate: float

    @property
    def update_ratios(self) -> dict[str, float]:
        """Length of each parameter array's last move, beside its own before it."""
        return {
            name: float(np.linalg.norm(p - self.before[name])) / max(float(np.linalg.norm(self.before[name])), 1e-30)
            for name, p in self.parameters.items()
        }


def blame(network: Sequential) -> str:
    """Return in words which layer first held NaN or infinity, in the last batch."""
    for layer in network.layers:
        for key, p in layer.parameters.items():
            if not np.isfinite(p).all():
                return f"{key} of layer {layer.name} are not all finite (the last move was too large)"
    for layer, value in zip(network.layers, network.activations):
        if not np.isfinite(value).all():
            return f"the output of layer {layer.name} is the first that is not finite"
    largest = float(np.abs(network.activations[-1]).max())
    return f"the outputs of layer {network.layers[-1].name}, up to {largest:.1e}, are too large for {network.loss!r}"


def move(
    network: Sequential, optimizer: Any, rate: float | None, clip: Callable[[list[Array]], float] | None
) -> dict[str, Array]:
    """Move all parameters by the last gradients; return what they were before, by name."""
    parameters, gradients, before = network.parameters, list(network.gradients.values()), {}
    for name, p in parameters.items():
        if name not in network.rooms:
            network.rooms[name] = np.empty_like(p)
        before[name] = network.rooms[name]
        before[name][...] = p
    if clip is not None:
        clip(gradients)
    optimizer.update(list(parameters.values()), gradients, rate)
    return before


def mean_loss(network: Sequential, X: Array, y: Array, weight: Array | None, batch_size: int) -> float:
    """Return the mean loss of X (n, ...), y (n, ...), weight (n,), as when predicting."""
    total = weights = 0.0
    for start in range(0, len(X), batch_size):
        part = slice(start, start + batch_size)
        here = None if weight is None else weight[part]
        counts = float(len(X[part]) if here is None else here.sum())
        if counts:
            total += network.loss.forward(network.forward(X[part]), y[part], here) * counts
            weights += counts
    return total / weights


def train(
    network: Sequential,
    X: Array,
    y: Array,
    epochs: int,
    batch_size: int,
    optimizer: Any,
    schedule: Callable[[int], float] | None,
    clip: Callable[[list[Array]], float] | None,
    held_out: HeldOut | None,
    patience: int | None,
    weight: Array | None = None,
) -> Iterator[Step]:
    """Yield a step after each batch and each epoch; with patience, leave the best parameters in the network."""
    optimizer = Adam() if optimizer is None else optimizer
    stop = None if patience is None else EarlyStopping(patience)
    parameters, gradients = network.parameters, network.gradients
    learned = [*parameters.values(), *network.statistics.values()]
    optimizer.start(list(parameters.values()))
    n, size, moves = len(X), min(batch_size, len(X)), 0
    order, names = np.arange(n), [layer.name for layer in network.layers]
    batch_X, batch_y = np.empty((size, *X.shape[1:]), X.dtype), np.empty((size, *y.shape[1:]), y.dtype)
    network.rooms |= {"X": batch_X, "y": batch_y}
    first_epoch, all_weights = len(network.history), float(n if weight is None else weight.sum())
    for epoch in range(first_epoch + 1, first_epoch + epochs + 1):
        network.rng.shuffle(order)
        total, batch = 0.0, 0
        for batch, start in enumerate(range(0, n, size), 1):
            rows = order[start : start + size]
            here_weight = None if weight is None else weight[rows]
            counts = float(len(rows) if here_weight is None else here_weight.sum())
            if not counts:
                continue
            # "clip" never clips here: it spares NumPy the copy that it makes to be able to raise an error
            here_X = X.take(rows, axis=0, out=batch_X[: len(rows)], mode="clip")
            here_y = y.take(rows, axis=0, out=batch_y[: len(rows)], mode="clip")
            rate = None if schedule is None else float(schedule(moves))
            with np.errstate(over="ignore", invalid="ignore"), one_blas_thread():
                loss = network.loss_and_gradient(here_X, here_y, here_weight)
                if not math.isfinite(loss):
                    raise ValueError(
                        f"The loss became {loss} in epoch {epoch}, batch {batch}: {blame(network)}. Scale X (and y), "
                        "lower the learning rate, or clip the gradients."
                    )
                before = move(network, optimizer, rate, clip)
            moves, total = moves + 1, total + loss * counts
            used = float(optimizer.learning_rate) if rate is None else rate
            values, slopes = dict(zip(names, network.activations)), dict(zip(names, network.slopes))
            yield Step("batch", epoch, batch, loss, None, values, slopes, parameters, gradients, before, used)
        judged = None
        if held_out is not None:
            with np.errstate(over="ignore", invalid="ignore"), one_blas_thread():
                judged = mean_loss(network, *held_out, size)
        network.history.append(
            {"epoch": epoch, "loss": total / all_weights} | ({} if judged is None else {"validation": judged})
        )
        ended = stop is not None and judged is not None and stop(judged, learned)
        if stop is not None and (ended or epoch == first_epoch + epochs):
            stop.restore(learned)
        yield Step(
            "epoch", epoch, batch, total / all_weights, judged, values, slopes, parameters, gradients, before, used
        )
        if ended:
            return
