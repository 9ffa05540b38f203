"""Sequential: layers in a row, values through them forward, slopes backward.

Idea
    Each layer knows its own two directions; a network of them needs nothing more than the order. The chain rule is the
    loop in `backward`.
Maths
    y = f_L(... f_1(x)); s_L = dLoss/dy, and layer l turns s_l into s_{l-1} and the slopes of its own parameters.
Cost
    That of the layers. Parameters, gradients and values are made once and used again: training takes no more memory for
    more batches, and `summary` says how much it is.
Differences
    From PyTorch and Keras: an optimiser is given lists of arrays, a schedule a step's number, clipping a list of
    gradients. Classes are numbers 0 to k - 1. The room for values is one for the network, so it serves one thread at a
    time. The loop is in `training.py`.
References
    Rumelhart, Hinton, Williams (1986), Nature 323. Goodfellow et al. (2016), algorithm 6.4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np

from ..core import NotFittedError, check_random_state, check_sample_weight, finish, one_blas_thread, surely_finite
from ..core.rules import check_rules, integer, real
from ..core.typing import Array, RandomStateLike, VectorLike
from .activations import logistic
from .layers import Layer
from .layers.activations import soften
from .layers.layer import Shape
from .objectives import Loss, as_loss
from .summary import table
from .training import HeldOut, Step, train

PREDICTED_AT_ONCE = 256  # rows


class Sequential:
    """Layers in a row.

    Parameters
    ----------
    layers : list of layers
    loss : "mse", "huber", "hinge", "binary_cross_entropy", "cross_entropy", or a Loss object
    random_state : seed of the first weights, of dropout and of the batches' order
    dtype : "float64" or "float32", of all that is kept

    Attributes
    ----------
    layers : the layers
    activations : list of what each layer returned for the last batch (views)
    slopes : list of the loss's slopes in these (views)
    history : list of one dict for each epoch: "epoch", "loss", and "validation" where rows were held out

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Dense, ReLU, Sequential
    >>> X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    >>> net = Sequential([Dense(8), ReLU(), Dense(2)], loss="cross_entropy", random_state=0)
    >>> net.fit(X, [0, 1, 1, 0], epochs=200, batch_size=4).predict(X).tolist()
    [0, 1, 1, 0]
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        loss: str | Loss = "mse",
        random_state: RandomStateLike = None,
        dtype: Any = "float64",
    ) -> None:
        self.layers = list(layers)
        if not self.layers:
            raise ValueError("layers is empty; give one layer or more.")
        for layer in self.layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"layers must hold layers (objects), got {layer!r}.")
        if len({id(layer) for layer in self.layers}) < len(self.layers):
            raise ValueError("A layer stands in layers twice; make two, since each keeps the values of its last batch.")
        self.loss, self.random_state, self.dtype = as_loss(loss), random_state, np.dtype(dtype)
        self.rng = check_random_state(random_state)
        self.input_shape: Shape | None = None
        self.activations: list[Array] = []
        self.slopes: list[Array] = []
        self.history: list[dict[str, Any]] = []
        self.rooms: dict[str, Array] = {}  # for batches and for the parameters before a move
        self._name_layers()

    def _name_layers(self) -> None:
        taken: set[str] = set()
        for place, layer in enumerate(self.layers, 1):
            if not layer.named_by_user:
                layer.name = f"{type(layer).__name__.lower()}_{place}"
            if layer.name in taken:
                raise ValueError(f"Two layers are named {layer.name!r}; give each a name of its own.")
            taken.add(layer.name)

    # ---- making

    def build(self, input_shape: Sequence[int]) -> Self:
        """Draw the first parameters for samples of this shape (without the batch's axis).

        Raises
        ------
        ValueError
            If a layer cannot take what the one before it gives.
        """
        shape: Shape = tuple(input_shape)
        self.input_shape = shape
        self.activations, self.slopes, self.rooms = [], [], {}
        for layer in self.layers:
            shape = layer.build(shape, self.rng, self.dtype)
        self.layers[0].skips_input_slopes = False
        return self

    @property
    def parameters(self) -> dict[str, Array]:
        """All parameters, "layer.parameter": the arrays themselves."""
        return {f"{layer.name}.{key}": p for layer in self.layers for key, p in layer.parameters.items()}

    @property
    def gradients(self) -> dict[str, Array]:
        """The last gradients, by the parameters' names: the arrays themselves."""
        return {f"{layer.name}.{key}": g for layer in self.layers for key, g in layer.gradients.items()}

    @property
    def statistics(self) -> dict[str, Array]:
        """All running statistics, "layer.statistic": the arrays themselves."""
        return {f"{layer.name}.{key}": a for layer in self.layers for key, a in layer.statistics.items()}

    def get_weights(self) -> dict[str, Array]:
        """Return copies of all that was learned, parameters and running statistics, by name.

        ``numpy.savez(path, **net.get_weights())`` saves a network; ``net.set_weights(numpy.load(path))`` puts it back
        into one of the same layers, without running anything that the file says.
        """
        return {name: a.copy() for name, a in (self.parameters | self.statistics).items()}

    def set_weights(self, weights: Mapping[str, Any]) -> Self:
        """Copy in what `get_weights` gave, of a network of the same layers, built.

        Raises
        ------
        ValueError
            If a name is missing or unknown, or a shape is another; then nothing is changed.
        """
        self._check_built()
        own = self.parameters | self.statistics
        if set(weights) != set(own):
            apart = ", ".join(sorted(set(weights) ^ set(own)))
            raise ValueError(f"weights are those of other layers, which differ in {apart}; make the same network.")
        found = {name: np.asarray(weights[name]) for name in own}
        for name, a in own.items():
            if found[name].shape != a.shape:
                raise ValueError(f"{name} has shape {a.shape}, got {found[name].shape}; make the same network.")
        for name, a in own.items():
            a[...] = found[name]
        return self

    def count_parameters(self) -> int:
        """Return how many numbers are learned."""
        return sum(layer.count_parameters() for layer in self.layers)

    @property
    def nbytes(self) -> int:
        """Bytes of parameters, gradients and room for values; the optimiser's state is its own."""
        own = sum(a.nbytes for a in self.rooms.values())
        return own + self.loss.nbytes + sum(layer.nbytes for layer in self.layers)

    def summary(self) -> str:
        """Return a table in plain text: each layer, its outputs' shape, parameters and memory.

        Raises
        ------
        NotFittedError
            If the network is not built.
        """
        self._check_built()
        return table(self.layers, self.loss, self.nbytes)

    def _check_built(self) -> Shape:
        if self.input_shape is None:
            raise NotFittedError("This Sequential is not fitted yet; call build(input_shape), or fit, first.")
        return self.input_shape

    # ---- the two directions

    def take(self, X: Any) -> Array:
        """Return X as an array of the network's kind, checked.

        Raises
        ------
        TypeError, ValueError
            If it is empty, holds NaN or infinity, or has another shape than the network was built for.
        """
        found = np.asarray(X)
        if found.dtype.kind not in "fiub":
            raise TypeError(f"X must hold numbers, got {found.dtype}; encode it first.")
        if not self.layers[0].takes_integers:
            with np.errstate(over="ignore"):
                found = np.ascontiguousarray(found, dtype=self.dtype)
            if not surely_finite(found) and not np.isfinite(found).all():
                raise ValueError(f"X holds NaN or infinity (as {self.dtype}); impute it, or leave those rows out.")
        if found.ndim == 0 or len(found) == 0:
            raise ValueError(f"X of shape {found.shape} has 0 sample(s); give one row or more.")
        return found

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return the outputs for a batch X (b, *input_shape), read: a view that holds until the next batch."""
        self._check_built()
        value: Array = X
        self.activations.clear()
        for layer in self.layers:
            value = layer.forward(value, training)
            self.activations.append(value)
        return value

    def backward(self, grad_y: Array) -> Array:
        """Return the loss's slopes in the last batch, given those in its outputs; fill all gradients."""
        slopes: Array = grad_y
        self.slopes.clear()
        for layer in reversed(self.layers):
            self.slopes.append(slopes)
            slopes = layer.backward(slopes)
        self.slopes.reverse()
        return slopes

    def loss_and_gradient(self, X: Array, y: Array, weight: Array | None = None) -> float:
        """Return the mean loss of a batch, as in training, and fill all gradients (not the slopes in X)."""
        self.layers[0].skips_input_slopes = True
        try:
            loss = self.loss.forward(self.forward(X, training=True), y, weight)
            self.backward(self.loss.backward())
        finally:
            self.layers[0].skips_input_slopes = False
        return loss

    # ---- training

    def steps(
        self,
        X: Any,
        y: Any,
        *,
        epochs: int = 10,
        batch_size: int = 32,
        optimizer: Any = None,
        schedule: Callable[[int], float] | None = None,
        clip: Callable[[list[Array]], float] | None = None,
        sample_weight: VectorLike | None = None,
        validation: tuple[Any, Any] | None = None,
        validation_fraction: float | None = None,
        patience: int | None = None,
    ) -> Iterator[Step]:
        """Return the steps of `fit`: one after each batch and one after each epoch. Arrays are live views."""
        rules = {"epochs": integer(1), "batch_size": integer(1)}
        check_rules("Sequential.fit", rules, {"epochs": epochs, "batch_size": batch_size})
        X, y = self._take_both(X, y, "y")
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))
        held_out: HeldOut | None = None
        if validation is not None:
            held_out = (*self._take_both(*validation, "validation's y"), None)
        if validation_fraction is not None:
            open_share = real(0.0, 1.0, open_low=True, open_high=True)
            given = {"validation_fraction": validation_fraction}
            check_rules("Sequential.fit", {"validation_fraction": open_share}, given)
            if validation is not None:
                raise ValueError("validation and validation_fraction are both given; give one of them.")
            X, y, weight, held_out = self._hold_out(X, y, weight, float(validation_fraction))
        if patience is not None:
            check_rules("Sequential.fit", {"patience": integer(1)}, {"patience": patience})
            if held_out is None:
                raise ValueError(
                    f"patience={patience} needs rows to judge by; give validation=(X, y), or validation_fraction."
                )
        if self.input_shape is None:
            self.build(X.shape[1:])
        return train(self, X, y, epochs, batch_size, optimizer, schedule, clip, held_out, patience, weight)

    def _hold_out(
        self, X: Array, y: Array, weight: Array | None, share: float
    ) -> tuple[Array, Array, Array | None, HeldOut]:
        """Return the rows to train on, X, y and weights, and those that are held out, drawn by chance."""
        most = math.ceil(share * len(X))
        if most >= len(X):
            raise ValueError(f"validation_fraction={share} leaves none of {len(X)} rows to train on; lower it.")
        order = self.rng.permutation(len(X))
        ours, theirs = np.sort(order[most:]), np.sort(order[:most])
        weights = (None, None) if weight is None else (weight[ours], weight[theirs])
        if any(part is not None and not part.any() for part in weights):
            raise ValueError("sample_weight is 0 for all rows trained on, or held out; give more positive weights.")
        return X[ours], y[ours], weights[0], (X[theirs], y[theirs], weights[1])

    def _take_both(self, X: Any, y: Any, name: str) -> tuple[Array, Array]:
        X, y = self.take(X), self.loss.wants(y)
        if y.ndim == 0 or len(y) != len(X):
            raise ValueError(f"{name} has shape {y.shape}, but X has {len(X)} rows; give one for each row.")
        if self.loss.kind != "classes" and y.ndim == 1:
            y = y[:, None]
        return X, (y if self.loss.kind == "classes" else np.ascontiguousarray(y, dtype=self.dtype))

    def fit(self, X: Any, y: Any, **how: Any) -> Self:
        """Train on X (n, ...), y (n, ...); may be called again, and then goes on.

        Parameters
        ----------
        X, y : the rows; y of "cross_entropy" holds the classes, of "hinge" -1 and 1
        epochs : how often all rows are seen (10)
        batch_size : rows for each move (32)
        optimizer : object with start(parameters), update(parameters, gradients, learning_rate) and learning_rate; None:
            Adam
        schedule : function from the number of moves made to the learning rate; None: the optimizer's own
        clip : function that shortens a list of gradients in place and returns their length
        sample_weight : (n,), how often each row counts; None: once
        validation : (X, y) to judge by after each epoch
        validation_fraction : instead, the share of the rows that is drawn and held out, above 0 and below 1
        patience : how many epochs in a row may have no better validation loss; after that training ends, and the best
            parameters are put back

        Whoever wants to be called after each batch and epoch writes ``with core.listen(function): net.fit(X, y)``.

        Raises
        ------
        TypeError, ValueError
            If an argument cannot be used, or a loss is not finite; then the first layer to blame is named.
        """
        finish(self.steps(X, y, **how), self)
        return self

    # ---- using

    def outputs(self, X: Any) -> Array:
        """Return what the last layer says of X (n, ...): an array of its own."""
        self._check_built()
        X, parts = self.take(X), []
        with np.errstate(over="ignore", invalid="ignore"), one_blas_thread():
            for start in range(0, len(X), PREDICTED_AT_ONCE):
                parts.append(self.forward(X[start : start + PREDICTED_AT_ONCE]).copy())  # noqa: PERF401 (a view)
        found = np.concatenate(parts)
        if not np.isfinite(found).all():
            raise ValueError("The network's output for this X is not finite; scale X as in fit.")
        return found

    def predict(self, X: Any) -> Array:
        """Return classes, signs (-1 or 1), 0 or 1, or numbers, whichever the loss is made for; one column is flat."""
        found = self.outputs(X)
        if self.loss.kind == "classes":
            classes: Array = found.argmax(axis=-1)
            return classes
        found = found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found
        if self.loss.kind == "signs":
            return np.where(found >= 0.0, 1, -1)
        return (found >= 0.0).astype(np.int64) if self.loss.kind == "chances" else found

    def predict_proba(self, X: Any) -> Array:
        """Return chances: of "cross_entropy" of each class, of "binary_cross_entropy" of 1.

        Raises
        ------
        ValueError
            If the loss knows no chances.
        """
        if self.loss.kind not in ("classes", "chances"):
            raise ValueError(f"{self.loss!r} knows no chances; use predict, or train by a cross-entropy.")
        found = self.outputs(X)
        if self.loss.kind == "classes":
            soften(found, found)
            return found
        with np.errstate(over="ignore"):
            logistic(found)
        return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found

    def score(self, X: Any, y: Any) -> float:
        """Return the share of right predictions; of numbers R^2, the share of their variance that is explained."""
        predicted, wanted = self.predict(X), np.asarray(y)
        if wanted.shape != predicted.shape:
            wanted = wanted.reshape(predicted.shape)
        if self.loss.kind != "numbers":
            return float((predicted == wanted).mean())
        misses, spread = (predicted - wanted) ** 2, (wanted - wanted.mean(axis=0)) ** 2
        return float(1.0 - misses.sum() / spread.sum()) if spread.any() else float(not misses.any())
