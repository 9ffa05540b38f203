"""Layer: what all layers have in common. Each turns a batch of arrays into another, and slopes back.

Idea
    A layer knows two things: its values, given those that come in (`forward`), and the chain rule for these values
    (`backward`): from the loss's slopes in what went out to its slopes in what came in and in the layer's own numbers.
    Nothing else is needed to train any stack of them.
Maths
    y = f(x, w). Given s_y = dL/dy: s_x = (df/dx)' s_y, and s_w = (df/dw)' s_y, a sum over the batch.
Cost
    `parameters`, `gradients` and the room for values are made once and used again by every batch that is no larger.
    What `forward` and `backward` return is such room: it holds until they are called again.
Differences
    From PyTorch and Keras: no graph is recorded (`autograd.py` does that); each layer states its own backward.
References
    Goodfellow, Bengio, Courville (2016), Deep Learning, section 6.5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self, TypeAlias

import numpy as np

from ...core.typing import Array
from ..initialisers import Draws

Shape: TypeAlias = tuple[int, ...]
DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


class Layer:
    """Base of all layers. A subclass has `prepare`, `forward` and `backward`.

    Parameters
    ----------
    name : what messages, steps and `summary` call it; None: its kind, and in a Sequential its place

    Attributes
    ----------
    parameters : dict of arrays, filled by `build`; an optimiser changes them in place
    gradients : dict of arrays of the same names and shapes; overwritten by `backward`
    statistics : dict of arrays that batches change and no optimiser does (`BatchNorm`)
    input_shape, output_shape : tuples, without the batch's axis
    dtype : float64 or float32
    """

    takes_integers = False  # True: the layer looks places up, and is given integers

    def __init__(self, name: str | None = None) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(f"name={name!r} must be a string, or None.")
        self.name = type(self).__name__.lower() if name is None else name
        self.named_by_user = name is not None
        self.parameters: dict[str, Array] = {}
        self.gradients: dict[str, Array] = {}
        self.statistics: dict[str, Array] = {}
        self.dtype: np.dtype[Any] = np.dtype(np.float64)
        self.input_shape: Shape = ()
        self.output_shape: Shape = ()
        self.skips_input_slopes = False  # True: backward returns room that is not filled, for nobody asks (first layer)
        self._built = False
        self._came_in: Shape = ()  # shapes of the last batch
        self._went_out: Shape | None = None
        self._rooms: dict[str, Array] = {}

    # ---- what a subclass states

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Fill `parameters` for inputs of this shape (without the batch's axis); return the shape of the outputs."""
        return input_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return the values for a batch x (b, *input_shape), read."""
        raise NotImplementedError(f"{type(self).__name__} must have forward.")

    def backward(self, grad_y: Array) -> Array:
        """Return the loss's slopes in the last batch, given those in its values; overwrite `gradients`."""
        raise NotImplementedError(f"{type(self).__name__} must have backward.")

    # ---- what it is given

    def build(self, input_shape: Sequence[int], rng: Draws, dtype: Any = np.float64) -> Shape:
        """Make the parameters for inputs of this shape, without the batch's axis; return the shape of the outputs.

        Raises
        ------
        TypeError, ValueError
            If the layer cannot take this shape, or dtype is neither float32 nor float64.
        """
        self.dtype = np.dtype(dtype)
        if self.dtype not in DTYPES:
            raise ValueError(f"dtype={self.dtype} is not for layers; use float32 or float64.")
        self.input_shape = tuple(int(size) for size in input_shape)
        if any(size < 1 for size in self.input_shape):
            raise ValueError(f"{self.name} cannot take inputs of shape {self.input_shape}; no axis may be empty.")
        self.parameters, self.statistics, self._rooms, self._went_out = {}, {}, {}, None
        self.output_shape = self.prepare(self.input_shape, rng)
        self.parameters = {key: np.ascontiguousarray(p, dtype=self.dtype) for key, p in self.parameters.items()}
        self.gradients = {key: np.zeros_like(p) for key, p in self.parameters.items()}
        self._built = True
        return self.output_shape

    def set_parameters(self, **values: Any) -> Self:
        """Copy values into the parameters of these names.

        Raises
        ------
        ValueError
            If there is no parameter of a name, or the shape is another.
        """
        for key, value in values.items():
            if key not in self.parameters:
                raise ValueError(
                    f"{self.name} has no parameter {key!r}; it has {', '.join(self.parameters) or 'none'}."
                )
            if np.shape(value) != self.parameters[key].shape:
                shape = self.parameters[key].shape
                raise ValueError(f"{key} of {self.name} has shape {shape}, got {np.shape(value)}; they must agree.")
            self.parameters[key][...] = value
        return self

    def count_parameters(self) -> int:
        """Return how many numbers are learned."""
        return sum(p.size for p in self.parameters.values())

    @property
    def nbytes(self) -> int:
        """Bytes of parameters, gradients, statistics and room for values."""
        return sum(
            a.nbytes for d in (self.parameters, self.gradients, self.statistics, self._rooms) for a in d.values()
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, output_shape={self.output_shape})"

    # ---- for the subclasses

    def enter(self, x: Any) -> Array:
        """Return a batch as an array of the layer's kind, checked; remember its shape.

        Raises
        ------
        ValueError
            If the layer is not built, or the shape is none of its own.
        """
        found: Array = np.ascontiguousarray(x, dtype=self.dtype)
        if not self._built:
            raise ValueError(f"{self.name} has no parameters yet; call build(input_shape, rng) first.")
        if found.ndim != len(self.input_shape) + 1 or found.shape[-1] != self.input_shape[-1]:
            raise ValueError(
                f"{self.name} was built for batches of shape (b, {', '.join(map(str, self.input_shape))}), got "
                f"{found.shape}; reshape x, or build the layer anew."
            )
        self._came_in = found.shape
        return found

    def leave(self, y: Array) -> Array:
        """Remember the shape of the values y, which go out; return them."""
        self._went_out = y.shape
        return y

    def turn(self, grad_y: Any) -> Array:
        """Return the slopes in the last values as an array of the layer's kind, checked.

        Raises
        ------
        ValueError
            If `forward` has not been called, or the shape is not that of its values.
        """
        if self._went_out is None:
            raise ValueError(f"{self.name} has no values yet; call forward before backward.")
        slopes: Array = np.ascontiguousarray(grad_y, dtype=self.dtype)
        if slopes.shape != self._went_out:
            raise ValueError(f"grad_y has shape {slopes.shape}, but {self.name} returned {self._went_out}.")
        return slopes

    def room(self, key: str, shape: Shape, dtype: Any = None) -> Array:
        """Return room of this shape for values: the same every time, unless it has to be larger than ever before."""
        size, kept = math.prod(shape), self._rooms.get(key)
        wanted = self.dtype if dtype is None else dtype
        if kept is None or kept.size < size:
            kept = self._rooms[key] = np.empty(size, wanted)
        return kept[:size].reshape(shape)
