"""MultiHeadAttention: each place of a sequence looks at all others and takes from each as much as it finds fitting.

Idea
    Every place asks a question (query), offers what it is about (key) and what it has to say (value). How well query
    and key go together, as shares, says how much of each value is taken. Several heads do so with questions of their
    own. With a causal mask no place looks at those that come later, so that a model can be trained to foretell.
Maths
    x (b, T, d); matrices W_q, W_k, W_v, W_o (d, d), of which each of the h heads has d / h columns (W_o: rows)::

        Q, K, V = x W_q, x W_k, x W_v          A = softmax(Q K' / sqrt(d / h))          y = A V W_o
        with mix = A V:  s_Wo = mix' s_y       s_mix = s_y W_o'
        s_V = A' s_mix       s_A = s_mix V'    s_S = (softmax's way back of s_A) / sqrt(d / h)
        s_Q = s_S K          s_K = s_S' Q      s_Wq = x' s_Q, ...    s_x = s_Q W_q' + s_K W_k' + s_V W_v'

Cost
    8 b T d^2 + 4 b T^2 d operations forward, twice that backward; b h T^2 shares are kept.
Differences
    From PyTorch: self-attention only, and no biases (the paper has none).
References
    Vaswani et al. (2017), "Attention is all you need", section 3.2, equation 1.
"""

from __future__ import annotations

import math

import numpy as np

from ...core.rules import boolean, check_rules, integer
from ...core.typing import Array
from ..initialisers import Draws, initialise
from .activations import in_pieces, soften, soften_slopes
from .layer import Layer, Shape

SEEN_BY = ("query", "key", "value")


class MultiHeadAttention(Layer):
    """Scaled dot-product self-attention.

    Parameters
    ----------
    heads : how many; the features must divide by it
    causal : whether each place sees only itself and those before it
    name : what messages call it

    Attributes
    ----------
    parameters : "query", "key", "value", "output", each (d, d)
    shares : (b, heads, T, T), of the last batch: how much each place (third axis) takes from each (last axis)

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import MultiHeadAttention
    >>> layer = MultiHeadAttention(2, causal=True)
    >>> layer.build((3, 8), np.random.RandomState(0))
    (3, 8)
    >>> layer.forward(np.ones((1, 3, 8))).shape, layer.shares[0, 0, 1].tolist()
    ((1, 3, 8), [0.5, 0.5, 0.0])
    """

    def __init__(self, heads: int = 1, *, causal: bool = False, name: str | None = None) -> None:
        super().__init__(name)
        rules = {"heads": integer(1), "causal": boolean}
        check_rules("MultiHeadAttention", rules, {"heads": heads, "causal": causal})
        self.heads, self.causal = int(heads), bool(causal)

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Draw the four matrices."""
        if len(input_shape) != 2:
            raise ValueError(f"{self.name} needs sequences (length, features), got {input_shape}; reshape X.")
        d = input_shape[1]
        if d % self.heads:
            raise ValueError(f"heads={self.heads} does not divide the {d} features of {self.name}; choose another.")
        for key in (*SEEN_BY, "output"):
            self.parameters[key] = initialise("glorot_uniform", (d, d), rng)
        return input_shape

    def split(self, rows: Array) -> Array:
        """Return a view of rows (b, T, d) by heads: (b, h, T, d / h)."""
        b, T, d = rows.shape
        return rows.reshape(b, T, self.heads, d // self.heads).transpose(0, 2, 1, 3)

    def multiply(self, rows: Array, W: Array, key: str) -> Array:
        """Return rows (b, T, d) times W (d, d), one product for all, in the room of this key."""
        y = self.room(key, rows.shape)
        np.matmul(rows.reshape(-1, rows.shape[-1]), W, out=y.reshape(-1, rows.shape[-1]))
        return y

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return A V W_o for x (b, T, d), read."""
        self._x = x = self.enter(x)
        b, T, _ = x.shape
        self._seen = {key: self.multiply(x, self.parameters[key], key) for key in SEEN_BY}
        self.shares, self._mix = self.room("shares", (b, self.heads, T, T)), self.room("mix", x.shape)
        in_pieces(self.look, self.shares, *(self.split(self._seen[key]) for key in SEEN_BY), self.split(self._mix))
        return self.leave(self.multiply(self._mix, self.parameters["output"], "y"))

    def look(self, shares: Array, Q: Array, K: Array, V: Array, mix: Array) -> None:
        """Overwrite the shares of some sequences, and A V: mix. Q, K, V: read; (., h, T, d / h), as mix is."""
        np.matmul(Q, K.swapaxes(-1, -2), out=shares)
        shares *= 1.0 / math.sqrt(Q.shape[-1])
        if self.causal:
            shares += np.triu(np.full(shares.shape[-2:], -np.inf, self.dtype), 1)
        soften(shares, shares)
        mix[...] = shares @ V

    def backward(self, grad_y: Array) -> Array:
        """Return s_x for s_y (b, T, d), read."""
        slopes, shape = self.turn(grad_y), self._came_in  # slopes may be what was returned last time
        x, flat = self._x.reshape(-1, shape[-1]), slopes.reshape(-1, shape[-1])
        np.matmul(self._mix.reshape(flat.shape).T, flat, out=self.gradients["output"])
        grad_mix = self.multiply(slopes, self.parameters["output"].T, "grad_mix")
        back = {key: self.room(f"grad_{key}", shape) for key in SEEN_BY}
        arrays = (grad_mix, *self._seen.values(), *back.values())
        in_pieces(self.look_back, self.shares, *(self.split(rows) for rows in arrays))
        for key in SEEN_BY:
            np.matmul(x.T, back[key].reshape(flat.shape), out=self.gradients[key])
        grad_x = back["query"]
        if self.skips_input_slopes:
            return grad_x
        # plainly: grad_x = sum of back[key] @ W.T over the keys. Nobody needs grad_mix any more, nor, then, the query's
        sum_, part = grad_x.reshape(flat.shape), grad_mix.reshape(flat.shape)
        np.matmul(sum_, self.parameters["query"].T, out=part)
        np.matmul(back["key"].reshape(flat.shape), self.parameters["key"].T, out=sum_)
        sum_ += part
        sum_ += np.matmul(back["value"].reshape(flat.shape), self.parameters["value"].T, out=part)
        return grad_x

    def look_back(
        self, shares: Array, grad_mix: Array, Q: Array, K: Array, V: Array, grad_Q: Array, grad_K: Array, grad_V: Array
    ) -> None:
        """Overwrite grad_Q, grad_K, grad_V of some sequences. All others: read; all but the shares (., h, T, d / h)."""
        grad_V[...] = shares.swapaxes(-1, -2) @ grad_mix
        grad_shares = grad_mix @ V.swapaxes(-1, -2)
        soften_slopes(grad_shares, shares, grad_shares)  # where nothing is seen the share is 0, and so the slope
        grad_shares *= 1.0 / math.sqrt(Q.shape[-1])
        grad_Q[...] = grad_shares @ K
        grad_K[...] = grad_shares.swapaxes(-1, -2) @ Q
