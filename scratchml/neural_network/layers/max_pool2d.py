"""MaxPool2D: the largest number of each window.

Idea
    Where exactly a feature was seen matters less than that it was seen. Going back, a slope belongs to the number that
    won; the others could change a little without any effect.
Maths
    ::

        y[i, u, v, c] = max over p, q of x[i, u s + p, v s + q, c]      s_x[winner] += s_y

Cost
    One pass over the windows each way; the winners' numbers within their windows are kept.
Differences
    Of numbers that tie, the first (by lines) wins, as in PyTorch; the maximum's slope is shared in `autograd.py`.
    "same" pads with what never wins, so a window may be smaller at the edge.
References
    Goodfellow, Bengio, Courville (2016), Deep Learning, section 9.3.
"""

from __future__ import annotations

import numpy as np

from ...core.jit import lean_kernel
from ...core.rules import check_rules, one_of
from ...core.typing import Array, Whole
from ..initialisers import Draws
from .activations import in_pieces
from .conv2d import pair
from .layer import Layer, Shape
from .patches import Window, slide


@lean_kernel
def pool_largest(x: Array, y: Array, winners: Array, window: Window) -> None:
    """Find the largest number of each window of x (b, H, W, C), read. y, winners (b, rows, columns, C): overwritten."""
    height, width, down, right, top, left, n_rows, n_columns = window
    for i in range(x.shape[0]):
        for u in range(n_rows):
            for v in range(n_columns):
                best, won, seen = y[i, u, v], winners[i, u, v], False
                for p in range(height):
                    for q in range(width):
                        line, column = u * down - top + p, v * right - left + q
                        if line < 0 or line >= x.shape[1] or column < 0 or column >= x.shape[2]:
                            continue
                        compare(x[i, line, column], np.int32(p * width + q), seen, best, won)
                        seen = True


@lean_kernel
def compare(here: Array, place: Whole, seen: bool, best: Array, won: Array) -> None:
    """Put the larger of here (C,), read, and best, and of which place it is in won: both (C,), overwritten.

    Each channel chooses and none branches, so that the compiler compares several at once.
    """
    for c in range(here.shape[0]):
        value = here[c]
        wins = not seen or value > best[c] or value != value  # the first, and NaN, to be seen
        best[c] = value if wins else best[c]
        won[c] = place if wins else won[c]


@lean_kernel
def send_to_winners(slopes: Array, winners: Array, x: Array, window: Window) -> None:
    """Add slopes (b, rows, columns, C) to where winners (same shape) lie in x (b, H, W, C), overwritten; rest: read.

    Each place of a window takes what is its own, 0 where another won: several channels at once, as in `compare`.
    """
    height, width, down, right, top, left, n_rows, n_columns = window
    x[:] = 0.0
    for i in range(x.shape[0]):
        for u in range(n_rows):
            for v in range(n_columns):
                sent, won = slopes[i, u, v], winners[i, u, v]
                for p in range(height):
                    for q in range(width):
                        line, column = u * down - top + p, v * right - left + q
                        if line < 0 or line >= x.shape[1] or column < 0 or column >= x.shape[2]:
                            continue
                        here = x[i, line, column]
                        for c in range(here.shape[0]):
                            here[c] += sent[c] if won[c] == p * width + q else 0.0


class MaxPool2D(Layer):
    """The largest number of each window, for each channel by itself.

    Parameters
    ----------
    pool_size : height and width of the window, an integer or two
    stride : how far it moves, an integer or two (down, right); None: its own size
    padding : "valid" or "same", see `Conv2D`
    name : what messages call it

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import MaxPool2D
    >>> layer = MaxPool2D(2)
    >>> layer.build((4, 4, 1), np.random.RandomState(0))
    (2, 2, 1)
    >>> layer.forward(np.arange(16.0).reshape(1, 4, 4, 1)).ravel().tolist()
    [5.0, 7.0, 13.0, 15.0]
    """

    def __init__(
        self,
        pool_size: int | tuple[int, int] = 2,
        *,
        stride: int | tuple[int, int] | None = None,
        padding: str = "valid",
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.pool_size = pair("MaxPool2D", "pool_size", pool_size)
        self.stride = self.pool_size if stride is None else pair("MaxPool2D", "stride", stride)
        check_rules("MaxPool2D", {"padding": one_of("valid", "same")}, {"padding": padding})
        self.padding = padding

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Return the shape of the outputs."""
        if len(input_shape) != 3:
            raise ValueError(f"{self.name} needs images (height, width, channels), got {input_shape}; reshape X.")
        window = slide((input_shape[0], input_shape[1]), self.pool_size, self.stride, self.padding, self.name)
        return window.rows, window.columns, input_shape[2]

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return the largest numbers of x (b, H, W, C), read."""
        x = self.enter(x)
        b, height, width, channels = x.shape
        self._window = slide((height, width), self.pool_size, self.stride, self.padding, self.name)
        shape = (b, self._window.rows, self._window.columns, channels)
        y, self._winners = self.room("y", shape), self.room("winners", shape, np.int32)
        in_pieces(lambda x, y, won: pool_largest(x, y, won, self._window), x, y, self._winners)
        return self.leave(y)

    def backward(self, grad_y: Array) -> Array:
        """Return slopes that are s_y (b, rows, columns, C), read, where the winners were, and 0 elsewhere."""
        slopes, grad_x = self.turn(grad_y), self.room("grad_x", self._came_in)
        in_pieces(lambda x, s, won: send_to_winners(s, won, x, self._window), grad_x, slopes, self._winners)
        return grad_x
