"""Standardise: what the layers have in common that subtract a mean and divide by a deviation, above all the way back.

Idea
    Moving all numbers of a group by the same amount, or stretching them, changes nothing in what comes out. So of the
    slopes that come back, the part that asks for a move and the part that asks for a stretch are taken out.
Maths
    With h = (x - mean) / deviation over a group::

        s_x = (s_h - mean(s_h) - h mean(s_h h)) / deviation

    h is not kept: it is worked out again from x, which is there anyhow, at less cost than fetching it.
Cost
    `BatchNorm` goes over the values twice and writes them once, both ways; `LayerNorm` does all while a row is in the
    cache. Rows are taken in pieces: a piece stays in the cache between two passes, and threads take one at a time. Its
    borders, and the order in which sums of pieces are added, do not depend on the number of threads.
Differences
    None.
References
    Ioffe, Szegedy (2015), "Batch normalization", section 3 (the same slopes, in six steps).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...core import chunks, map_chunks
from ...core.typing import Array
from .layer import Layer, Shape

PIECE = 2**16  # numbers
FEW = 3  # pieces that one thread has done by the time another has begun


class Standardise(Layer):
    """Base of both layers: their parameters, and their rows in pieces.

    Attributes
    ----------
    parameters : "scale" (k,), "shift" (k,)
    """

    _x: Array  # (n, k), rows of the last batch

    def prepare(self, input_shape: Shape, rng: object) -> Shape:
        """Start with scale 1, shift 0."""
        if not input_shape:
            raise ValueError(f"{self.name} needs inputs of one axis or more beside the batch's, got none; reshape X.")
        self.parameters = {"scale": np.ones(input_shape[-1]), "shift": np.zeros(input_shape[-1])}
        return input_shape

    def take_rows(self, x: Array) -> tuple[Array, Array]:
        """Keep a batch as rows (n, k); return room for values, of the batch's shape and as rows."""
        x = self.enter(x)
        self._x = x.reshape(-1, x.shape[-1])
        y = self.room("y", x.shape)
        return y, y.reshape(self._x.shape)

    def pieces(self) -> list[slice]:
        """Return the last batch's rows in pieces."""
        n, k = self._x.shape
        return chunks(max(n, 1), max(1, PIECE // k))  # of no rows one piece, too

    def each_piece(self, work: Callable[[int, slice], None]) -> None:
        """Do some work, given a piece's number and rows, on all pieces."""
        pieces = list(enumerate(self.pieces()))
        map_chunks(lambda piece: work(*piece), pieces, 1 if len(pieces) <= FEW else None)
