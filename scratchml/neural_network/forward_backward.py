"""The network: values forward, slopes backward (backpropagation).

Idea
    Forward, each layer multiplies by its weights, adds its biases and bends. Backward, the chain rule: the slope of the
    loss in a layer's sums gives the slopes of its weights (by the values that came in) and the slopes in the values
    that came in (by the weights), which are the next layer's business.
Maths
    A_0 = X, A_{l+1} = activation(A_l W_l + b_l); D_l the slopes of the loss in the sums of layer l, S the batch's sum
    of weights::

        dW_l = (A_l' D_l + alpha W_l) / S      db_l = (sum of the rows of D_l) / S
        D_{l-1} = (D_l W_l') * activation'(A_l)

    which is the gradient of: (sum of weighted losses + alpha / 2 sum_l |W_l|^2) / S.
Cost
    Three products for each layer but the first (two), each 2 rows fan_in fan_out operations. All weights are one vector
    and all slopes another, so that an optimiser is one pass; `coefs` and `intercepts` are views of it. Values and
    slopes are written into buffers that every batch of a size uses again: no array is made while training.
Differences
    The penalty is divided by the batch's rows, as in scikit-learn, so a small batch is penalised more.
References
    Rumelhart, Hinton, Williams (1986), Nature 323. Goodfellow et al. (2016), algorithms 6.3 and 6.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..core import chunks, map_chunks, one_blas_thread, sum_of_squares
from ..core.jit import kernel
from ..core.typing import Array, FloatArray
from .activations import activate, add_bias, back_through, sum_rows
from .losses import LARGEST, link, lose

PREDICTED_AT_ONCE = 1024  # rows; their values fit into the cache


class Rows(NamedTuple):
    """What is learnt from."""

    X: FloatArray  # (n, d)
    wanted: Array  # (n,) codes of classes, or (n, t) numbers
    weight: FloatArray  # (n,), for reading only
    weighted: bool  # False: all weights are 1


class Buffers(NamedTuple):
    """Room for the values and slopes of a batch."""

    A: list[FloatArray]  # values of layer l (b, sizes[l]), the first one the batch itself; the last one logits
    D: list[FloatArray]  # slopes in the sums of layer l + 1; D[-1] is A[-1]


@kernel
def scale_slopes(gradient: Array, w: Array, n_coefs: int, alpha: float, total: float) -> None:
    """Add the penalty's slopes, divide by the weights' total. gradient (p,): overwritten. w (p,), coefs first: read."""
    for i in range(n_coefs):
        gradient[i] = (gradient[i] + alpha * w[i]) / total
    for i in range(n_coefs, gradient.shape[0]):
        gradient[i] = gradient[i] / total


class Network:
    """Weights, slopes, and the two directions to go through them."""

    def __init__(self, sizes: Sequence[int], activation: str, loss: str) -> None:
        self.sizes, self.activation, self.loss = list(sizes), activation, loss
        shapes = list(pairwise(self.sizes))
        self.n_coefs = sum(i * o for i, o in shapes)
        self.w = np.zeros(self.n_coefs + sum(self.sizes[1:]))  # all weights, then all biases
        self.gradient = np.zeros_like(self.w)
        self.coefs, self.intercepts = self.views(self.w)
        self.coef_slopes, self.intercept_slopes = self.views(self.gradient)
        self.most, self.share = LARGEST, 1.0  # see losses.py
        self._buffers: dict[tuple[int, bool], Buffers] = {}

    def views(self, vector: FloatArray) -> tuple[list[FloatArray], list[FloatArray]]:
        """Return the parts of a vector as long as the weights: weights and biases of each layer, not copied."""
        coefs, intercepts, start, place = [], [], 0, self.n_coefs
        for i, o in pairwise(self.sizes):
            coefs.append(vector[start : start + i * o].reshape(i, o))
            intercepts.append(vector[place : place + o])
            start, place = start + i * o, place + o
        return coefs, intercepts

    def set_weights(self, coefs: Sequence[FloatArray], intercepts: Sequence[FloatArray]) -> None:
        """Copy weights and biases into the network."""
        for view, given in zip(self.coefs + self.intercepts, [*coefs, *intercepts]):
            view[...] = given

    def buffers(self, b: int, predicting: bool = False) -> Buffers:
        """Return room for a batch of b rows, the same arrays every time; predicting leaves those of training alone."""
        if (b, predicting) not in self._buffers:
            A = [np.empty((b, size)) for size in self.sizes]
            D = [] if predicting else [np.empty((b, size)) for size in self.sizes[1:-1]] + [A[-1]]
            self._buffers[b, predicting] = Buffers(A, D)
        return self._buffers[b, predicting]

    @property
    def nbytes(self) -> int:
        """Bytes of weights, slopes and buffers."""
        arrays = {id(a): a for buffers in self._buffers.values() for part in buffers for a in part}
        return int(self.w.nbytes + self.gradient.nbytes + sum(a.nbytes for a in arrays.values()))

    def forward(self, X: FloatArray, A: list[FloatArray]) -> None:
        """Fill A[1:], overwritten, with the values for X (b, d), read; A[-1] with products, its biases not added."""
        value = X
        for layer in range(len(self.coefs)):
            np.matmul(value, self.coefs[layer], out=A[layer + 1])
            if layer < len(self.coefs) - 1:
                activate(self.activation, A[layer + 1], self.intercepts[layer])
            value = A[layer + 1]

    def backward(self, X: FloatArray, buffers: Buffers) -> None:
        """Fill the gradient with slopes, not yet scaled, given those in the last sums, D[-1]."""
        A, D = buffers
        for layer in range(len(self.coefs) - 1, -1, -1):
            if layer == len(self.coefs) - 1:
                sum_rows(D[layer], self.intercept_slopes[layer])
            else:
                np.matmul(D[layer + 1], self.coefs[layer + 1].T, out=D[layer])
                back_through(self.activation, A[layer + 1], D[layer], self.intercept_slopes[layer])
            np.matmul((X if layer == 0 else A[layer]).T, D[layer], out=self.coef_slopes[layer])

    def loss_and_gradient(self, X: FloatArray, rows: Array, data: Rows, alpha: float) -> float:
        """Return the objective of a batch X (b, d), whose rows of `data` are rows (b,): read. Fills the gradient.

        The batch's total weight must be above 0. Overflow gives inf or NaN; see `blame`.
        """
        buffers = self.buffers(len(rows))
        self.forward(X, buffers.A)
        logits, weight = buffers.A[-1], data.weight[rows] if data.weighted else np.ones(len(rows))
        loss = lose(self.loss, logits, self.intercepts[-1], data.wanted, rows, weight, self.most, self.share)
        total = float(weight.sum()) if data.weighted else float(len(rows))
        self.backward(X, buffers)
        scale_slopes(self.gradient, self.w, self.n_coefs, alpha, total)
        w = self.w[: self.n_coefs]
        return (loss + 0.5 * alpha * sum_of_squares(w)) / total

    def predict(self, X: FloatArray) -> FloatArray:
        """Return what the outputs say of X (n, d): shape (n, t), probabilities or means.

        Raises
        ------
        ValueError
            If it overflows.
        """
        found = np.empty((len(X), self.sizes[-1]))
        first = self.buffers(min(len(X), PREDICTED_AT_ONCE), predicting=True).A
        unused = [first]

        def work(rows: slice) -> None:
            try:
                A = unused.pop()
            except IndexError:  # another thread has taken it
                A = [np.empty_like(a) for a in first]
            part = [a[: rows.stop - rows.start] for a in A]
            with np.errstate(over="ignore", invalid="ignore"):
                self.forward(X[rows], part)
                logits = part[-1]
                add_bias(logits, self.intercepts[-1])
                link(self.loss, logits)
                found[rows] = logits
            unused.append(A)

        with one_blas_thread():
            map_chunks(work, chunks(len(X), PREDICTED_AT_ONCE))
        if not np.isfinite(found).all():
            raise ValueError(
                f"The network's output for this X is beyond float64's range: {self.blame(X)}. Scale X as in fit, or "
                "train with a lower learning rate."
            )
        return found

    def layer_name(self, layer: int) -> str:
        """Return what a layer is called in messages."""
        kind = "output" if layer == len(self.coefs) - 1 else "hidden"
        return f"layer {layer + 1} of {len(self.coefs)} ({kind}, {self.sizes[layer + 1]} units)"

    def blame(self, X: FloatArray) -> str:
        """Return in words which layer first held NaN or infinity, given the batch X (b, d)."""
        for layer, (coefs, intercepts) in enumerate(zip(self.coefs, self.intercepts)):
            if not (np.isfinite(coefs).all() and np.isfinite(intercepts).all()):
                return f"a weight of {self.layer_name(layer)} is not finite"
        buffers = self.buffers(len(X))
        with np.errstate(over="ignore", invalid="ignore"):
            self.forward(X, buffers.A)
        for layer, values in enumerate(buffers.A[1:]):
            if not np.isfinite(values).all():
                return f"an output of {self.layer_name(layer)} is not finite"
        last = len(self.coefs) - 1
        return f"the outputs of {self.layer_name(last)}, up to {np.abs(buffers.A[-1]).max():.1e}, are too large"
