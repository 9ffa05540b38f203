"""LSTM: reads a sequence place by place, with a memory that gates guard.

Idea
    A recurrent layer that multiplies its state by a matrix at each place forgets, or explodes, within a few. Here the
    memory c is carried on by addition; gates, each a number between 0 and 1, say how much is written, kept and shown.
Maths
    At place t, with x_t (b, d), h and c (b, k), 0 at the start, and z = x_t W + h_{t-1} U + bias (b, 4k)::

        i, f, g, o = sigmoid(z_i), sigmoid(z_f), tanh(z_g), sigmoid(z_o)      write, keep, what, show
        c_t = f c_{t-1} + i g        h_t = o tanh(c_t)

    Back through time, from the last place to the first, s_h being the slope from above and from place t + 1::

        s_c += s_h o (1 - tanh(c_t)^2)
        s_z = [s_c g i (1 - i), s_c c_{t-1} f (1 - f), s_c i (1 - g^2), s_h tanh(c_t) o (1 - o)]
        s_h to t - 1: s_z U'        s_c to t - 1: s_c f
        s_W = sum_t x_t' s_z        s_U = sum_t h_{t-1}' s_z        s_bias = sum s_z        s_x = s_z W'

Cost
    Forward 8 b T k (d + k) operations, twice that backward. Products with W, and all sums over t, are one product each
    over the whole sequence; values lie with the time first, so that a place is one run of memory.
Differences
    None from PyTorch's (gates in its order), but one bias in place of two. The bias of f starts at 1: to keep is the
    better first guess (Jozefowicz et al.).
References
    Hochreiter, Schmidhuber (1997); Gers et al. (2000), "Learning to forget". Graves (2012), "Supervised sequence
    labelling with recurrent neural networks", section 4.6. Jozefowicz et al. (2015), section 4.
"""

from __future__ import annotations

import numpy as np

from ...core.rules import boolean, check_rules, integer
from ...core.typing import Array
from ..activations import logistic
from ..initialisers import Draws, initialise
from .layer import Layer, Shape


class LSTM(Layer):
    """Long short-term memory over a whole sequence.

    Parameters
    ----------
    units : length of the memory, k
    whole : True: return h at every place (b, T, k); False: only at the last one (b, k)
    name : what messages call it

    Attributes
    ----------
    parameters : "input_weights" (d, 4k), "state_weights" (k, 4k), "biases" (4k,); gates write, keep, what, show

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import LSTM
    >>> layer = LSTM(8)
    >>> layer.build((5, 2), np.random.RandomState(0))
    (5, 8)
    """

    def __init__(self, units: int, *, whole: bool = True, name: str | None = None) -> None:
        super().__init__(name)
        check_rules("LSTM", {"units": integer(1), "whole": boolean}, {"units": units, "whole": whole})
        self.units, self.whole = int(units), bool(whole)

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Draw the weights: Glorot's for the inputs, orthogonal ones for the state."""
        if len(input_shape) != 2 or input_shape[0] < 1:
            raise ValueError(f"{self.name} needs sequences (length, features), got {input_shape}; reshape X.")
        k = self.units
        self.parameters["input_weights"] = initialise("glorot_uniform", (input_shape[1], 4 * k), rng)
        self.parameters["state_weights"] = np.hstack([initialise("orthogonal", (k, k), rng) for _ in range(4)])
        self.parameters["biases"] = np.repeat([0.0, 1.0, 0.0, 0.0], k)
        return (input_shape[0], k) if self.whole else (k,)

    def gates(self, z: Array) -> tuple[Array, Array, Array, Array]:
        """Return views of the four parts of z (b, 4k)."""
        k = self.units
        return z[:, :k], z[:, k : 2 * k], z[:, 2 * k : 3 * k], z[:, 3 * k :]

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return h (b, T, k), or the last one (b, k), for x (b, T, d), read."""
        x = self.enter(x)
        b, T, d = x.shape
        k, weights = self.units, self.parameters
        self._x = self.room("x", (T, b, d))
        self._x[...] = x.swapaxes(0, 1)
        self._Z = Z = self.room("Z", (T, b, 4 * k))  # sums, then gates
        # h and c: place 0 is the start, t + 1 what place t leaves
        self._H, self._C = self.room("H", (T + 1, b, k)), self.room("C", (T + 1, b, k))
        self._bent, product = self.room("bent", (T, b, k)), self.room("product", (b, 4 * k))
        self._H[0], self._C[0] = 0.0, 0.0
        np.matmul(self._x.reshape(T * b, d), weights["input_weights"], out=Z.reshape(T * b, 4 * k))
        Z += weights["biases"]
        with np.errstate(over="ignore"):  # 1 / (1 + inf) is 0, as it should be
            for t in range(T):
                Z[t] += np.matmul(self._H[t], weights["state_weights"], out=product)
                write, keep, what, show = self.gates(Z[t])
                logistic(Z[t, :, : 2 * k])  # write and keep
                np.tanh(what, out=what)
                logistic(show)
                np.multiply(keep, self._C[t], out=self._C[t + 1])
                self._C[t + 1] += write * what
                np.tanh(self._C[t + 1], out=self._bent[t])
                np.multiply(show, self._bent[t], out=self._H[t + 1])
        y = self.room("y", (b, T, k) if self.whole else (b, k))
        y[...] = self._H[1:].swapaxes(0, 1) if self.whole else self._H[T]
        return self.leave(y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_x (b, T, d) for s_y (b, T, k), or (b, k), read."""
        slopes, (b, T, d), k = self.turn(grad_y), self._came_in, self.units
        weights, gradients = self.parameters, self.gradients
        dZ, dh, dc = self.room("dZ", (T, b, 4 * k)), self.room("dh", (b, k)), self.room("dc", (b, k))
        dh[...], dc[...] = 0.0 if self.whole else slopes, 0.0
        for t in range(T - 1, -1, -1):
            write, keep, what, show = self.gates(self._Z[t])
            d_write, d_keep, d_what, d_show = self.gates(dZ[t])
            bent = self._bent[t]
            if self.whole:
                dh += slopes[:, t]
            dc += dh * show * (1.0 - bent * bent)
            d_write[...] = dc * what * write * (1.0 - write)
            d_keep[...] = dc * self._C[t] * keep * (1.0 - keep)
            d_what[...] = dc * write * (1.0 - what * what)
            d_show[...] = dh * bent * show * (1.0 - show)
            np.matmul(dZ[t], weights["state_weights"].T, out=dh)
            dc *= keep
        rows = dZ.reshape(T * b, 4 * k)
        np.matmul(self._x.reshape(T * b, d).T, rows, out=gradients["input_weights"])
        np.matmul(self._H[:T].reshape(T * b, k).T, rows, out=gradients["state_weights"])
        np.sum(rows, axis=0, out=gradients["biases"])
        grad_x = self.room("grad_x", (b, T, d))
        if not self.skips_input_slopes:
            back = np.matmul(rows, weights["input_weights"].T, out=self.room("back", (T * b, d)))
            grad_x[...] = back.reshape(T, b, d).swapaxes(0, 1)
        return grad_x
