"""Conv2D: the same small weighted sum at every place of an image, by patches and BLAS.

Idea
    A filter looks at a patch of a few pixels and slides over the image: what is worth seeing is worth seeing
    everywhere. All filters at all places are one product of matrices, once the patches lie in rows (`patches.py`).
Maths
    Images x (b, H, W, C), channels last (NHWC); filters W (h, w, C, F), biases b (F,); P the patches::

        y[i, u, v] = sum over p, q, c of x[i, u s - top + p, v s - left + q, c] W[p, q, c] + b     y = P(x) W + b
        s_W = P(x)' s_y      s_b = sum of s_y      s_x = P'(s_y W')

    It is the cross-correlation, as everywhere in this trade: the filter is not flipped.
Cost
    2 b places h w C F operations forward, twice that backward. Patches are made for a few images at a time, so that
    they are still in the cache when BLAS reads them, and made anew in backward: room for them does not grow with the
    batch.
Differences
    From PyTorch: channels last, filters' axes (h, w, C, F) as in Keras. "same" is Keras's.
References
    LeCun et al. (1998), "Gradient-based learning applied to document recognition", section II. See `patches.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...core import one_blas_thread
from ...core.rules import boolean, check_rules, integer, one_of
from ...core.typing import Array
from ..initialisers import INITIALISERS, Draws, initialise
from ..products import multiply, multiply_transposed
from .layer import Layer, Shape
from .patches import gather_patches, scatter_patches, slide

PATCHED_AT_ONCE = 2**16  # numbers in the rows of a block of images: half a megabyte, which the cache holds


def pair(owner: str, argument: str, value: Any) -> tuple[int, int]:
    """Return (down, right) of an integer, or of two."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(f"{owner}: {argument}={value!r} must be one integer, or two: (down, right).")
        first, second = value
    else:
        first = second = value
    for part in (first, second):
        check_rules(owner, {argument: integer(1)}, {argument: part})
    return int(first), int(second)


class Conv2D(Layer):
    """Filters that slide over images, channels last.

    Parameters
    ----------
    filters : how many, F
    kernel_size : height and width of a filter, an integer or two
    stride : how far it moves, an integer or two (down, right)
    padding : "valid", inside the image only; "same", zeros around it, ceil(size / stride) places
    bias : whether to add one bias for each filter
    initialiser : how the filters are drawn, see `initialisers.py`
    name : what messages call it

    Attributes
    ----------
    parameters : "weights" (h, w, C, F), "biases" (F,)

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Conv2D
    >>> layer = Conv2D(5, 3, stride=2, padding="same")
    >>> layer.build((8, 8, 1), np.random.RandomState(0))
    (4, 4, 5)
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int] = 3,
        *,
        stride: int | tuple[int, int] = 1,
        padding: str = "valid",
        bias: bool = True,
        initialiser: str = "he_uniform",
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        rules = {
            "filters": integer(1),
            "padding": one_of("valid", "same"),
            "bias": boolean,
            "initialiser": one_of(*INITIALISERS),
        }
        given = {"filters": filters, "padding": padding, "bias": bias, "initialiser": initialiser}
        check_rules("Conv2D", rules, given)
        self.kernel_size, self.stride = pair("Conv2D", "kernel_size", kernel_size), pair("Conv2D", "stride", stride)
        self.filters, self.padding, self.bias, self.initialiser = int(filters), padding, bool(bias), initialiser

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Draw the filters; biases are 0."""
        if len(input_shape) != 3:
            raise ValueError(f"{self.name} needs images (height, width, channels), got {input_shape}; reshape X.")
        height, width, channels = input_shape
        window = slide((height, width), self.kernel_size, self.stride, self.padding, self.name)
        self.parameters["weights"] = initialise(self.initialiser, (*self.kernel_size, channels, self.filters), rng)
        if self.bias:
            self.parameters["biases"] = np.zeros(self.filters)
        return window.rows, window.columns, self.filters

    def blocks(self) -> Iterator[tuple[slice, slice, Array, Array]]:
        """Yield, for a few images at a time, them, their places, their patches (places, patch), room of that shape."""
        b, height, width, channels = self._x.shape
        places, patch = self._window.rows * self._window.columns, math.prod(self.kernel_size) * channels
        step = max(1, PATCHED_AT_ONCE // (places * patch))
        lines = self._x.reshape(b, height, width * channels)
        for start in range(0, b, step):
            images = slice(start, min(start + step, b))
            n = (images.stop - start) * places
            rows = self.room("rows", (n, patch))
            gather_patches(lines[images], rows, channels, self._window)
            yield images, slice(start * places, start * places + n), rows, self.room("row_slopes", (n, patch))

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return the filters' sums for images x (b, H, W, C), read."""
        self._x = x = self.enter(x)
        self._window = slide(x.shape[1:3], self.kernel_size, self.stride, self.padding, self.name)
        y = self.room("y", (len(x), self._window.rows, self._window.columns, self.filters))
        flat, W = y.reshape(-1, self.filters), self.parameters["weights"].reshape(-1, self.filters)
        whole = y.reshape(len(x), -1)
        if self.bias:  # as wide as an image, so that NumPy adds it in long runs
            biases = self.room("wide", whole.shape[1:]).reshape(-1, self.filters)
            biases[...] = self.parameters["biases"]
        for images, places, rows, _ in self.blocks():
            multiply(rows, W, flat[places])
            if self.bias:  # plainly: flat[places] += biases
                whole[images] += biases.reshape(-1)
        return self.leave(y)

    def backward(self, grad_y: Array) -> Array:
        """Return P'(s_y W') for s_y (b, rows, columns, F), read."""
        slopes = self.turn(grad_y).reshape(-1, self.filters)
        W = self.parameters["weights"].reshape(-1, self.filters)
        grad_W, part = self.gradients["weights"].reshape(W.shape), self.room("part", W.shape)
        b, height, width, channels = self._x.shape
        grad_x = self.room("grad_x", (b, height, width * channels))
        turned = self.room("turned", W.T.shape)  # a copy in its own order: BLAS takes it a third faster
        turned[...] = W.T
        grad_W[...] = 0.0
        for images, places, rows, row_slopes in self.blocks():
            multiply_transposed(rows, slopes[places], part)
            grad_W += part
            if not self.skips_input_slopes:
                multiply(slopes[places], turned, row_slopes)
                scatter_patches(row_slopes, grad_x[images], channels, self._window)
        if self.bias:  # plainly: slopes.sum(axis=0)
            ones = self.room("ones", (len(slopes),))
            ones[...] = 1.0
            with one_blas_thread():
                np.matmul(ones, slopes, out=self.gradients["biases"])
        return grad_x.reshape(self._x.shape)
