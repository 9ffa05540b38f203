"""Embedding: a row of learned numbers for each word (character, item), looked up by its number.

Idea
    The product of a "one-hot" row with a matrix is one of the matrix's rows. Nobody needs the product for that.
Maths
    y[..., :] = table[x[...]]        s_table[j] = sum of s_y over the places where x is j

Cost
    A copy of the rows looked up; backward sets the whole table's slopes, so it costs its size, too.
Differences
    Whole numbers have no slopes: zeros are returned for them, of the layer's kind.
References
    Bengio et al. (2003), "A neural probabilistic language model", JMLR 3, section 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core import chunks, map_chunks
from ...core.jit import lean_kernel
from ...core.rules import check_rules, integer, real
from ...core.typing import Array
from ..initialisers import Draws
from .activations import in_pieces
from .layer import Layer, Shape

PIECE = 2**18  # numbers of the table


@lean_kernel
def add_to_rows(places: Array, slopes: Array, first: int, table: Array) -> None:
    """Sum slopes (n, k), read, by places (n,), read, in table, overwritten: rows of it (m, k), the first is `first`."""
    table[:] = 0.0
    for i in range(places.shape[0]):
        place = places[i] - first
        if 0 <= place < table.shape[0]:
            row, sent = table[place], slopes[i]
            for f in range(sent.shape[0]):
                row[f] += sent[f]


class Embedding(Layer):
    """Look rows of a table up.

    Parameters
    ----------
    words : how many rows the table has
    units : numbers in a row, k
    spread : standard deviation of the normal draws that the table starts with
    name : what messages call it

    Attributes
    ----------
    parameters : "table" (words, k)

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Embedding
    >>> layer = Embedding(10, 4)
    >>> layer.build((3,), np.random.RandomState(0))
    (3, 4)
    >>> layer.forward(np.array([[1, 7, 1]])).shape
    (1, 3, 4)
    """

    takes_integers = True

    def __init__(self, words: int, units: int, *, spread: float = 0.05, name: str | None = None) -> None:
        super().__init__(name)
        rules = {"words": integer(1), "units": integer(1), "spread": real(0.0)}
        check_rules("Embedding", rules, {"words": words, "units": units, "spread": spread})
        self.words, self.units, self.spread = int(words), int(units), float(spread)

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Draw the table."""
        self.parameters["table"] = rng.normal(0.0, self.spread, (self.words, self.units))
        return (*input_shape, self.units)

    def enter(self, x: Any) -> Array:
        """Return x as integers, checked.

        Raises
        ------
        TypeError, ValueError
            If x holds anything but whole numbers from 0 to words - 1, or has another number of axes.
        """
        found: Array = np.asarray(x)
        if found.dtype.kind not in "iu":
            raise TypeError(f"{self.name} looks up whole numbers, got {found.dtype}; give X as integers.")
        if not self._built:
            raise ValueError(f"{self.name} has no parameters yet; call build(input_shape, rng) first.")
        if found.ndim != len(self.input_shape) + 1:
            raise ValueError(f"{self.name} was built for {len(self.input_shape) + 1} axes, got shape {found.shape}.")
        if found.size and (found.min() < 0 or found.max() >= self.words):
            wrong = found.min() if found.min() < 0 else found.max()
            raise ValueError(f"{self.name} has rows 0 to {self.words - 1}, X asks for {wrong}; raise words, or mend X.")
        self._came_in = found.shape
        return found

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return the table's rows for whole numbers x (b, ...), read."""
        x = self.enter(x)
        self._places = self.room("places", (x.size,), np.int64)
        self._places[:] = x.reshape(-1)
        y = self.room("y", (*x.shape, self.units))
        # "clip" never clips here: it spares NumPy the copy that it makes to be able to raise an error
        table = self.parameters["table"]
        in_pieces(lambda y, at: np.take(table, at, 0, out=y, mode="clip"), y.reshape(-1, self.units), self._places)
        return self.leave(y)

    def backward(self, grad_y: Array) -> Array:
        """Sum s_y (b, ..., k), read, by rows; return zeros of x's shape."""
        slopes, table = self.turn(grad_y).reshape(-1, self.units), self.gradients["table"]
        parts = chunks(self.words, max(1, PIECE // self.units))  # whoever adds to one leaves the others alone
        map_chunks(lambda at: add_to_rows(self._places, slopes, at.start, table[at]), parts)
        grad_x = self.room("grad_x", self._came_in)
        grad_x[...] = 0.0
        return grad_x
