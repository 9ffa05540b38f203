"""What several makers need: rules for finite numbers and counts, random numbers, and one shuffle for X and y."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.parallel import chunks
from ..core.rules import Rule, integer, real
from ..core.typing import Array, FloatArray, IntArray
from ..core.validation import rows_at

ROWS = 256  # that are shuffled at a time
MANY = 2**16  # random numbers, for which machine code is worth being loaded
Size = int | tuple[int, ...]


def finite(low: float | None = None, high: float | None = None, **open_ends: bool) -> Rule:
    """A number that is neither NaN nor infinite, within the range (`open_low`, `open_high` leave its ends out)."""
    within = real(low, high, **open_ends)
    return Rule(
        within.wanted.replace("a number", "a finite number"),
        within.kind,
        lambda value: math.isfinite(value) and within.value(value),
    )


def counts(length: int) -> Rule:
    """A tuple or list of `length` integers of at least 0, not all 0."""
    return Rule(
        f"a tuple of {length} integers of at least 0, not all 0",
        lambda value: isinstance(value, (tuple, list)) and all(integer().kind(n) for n in value),
        lambda value: len(value) == length and all(n >= 0 for n in value) and sum(value) > 0,
    )


one_dimensional = Rule(
    "a list or an array of one dimension",
    lambda value: isinstance(value, (tuple, list)) or getattr(value, "ndim", None) == 1,
)


def finite_array(value: Any, name: str, shape: tuple[int, ...] | None = None) -> Array:
    """Return `value` as a float64 array, checked to be finite and, where given, of this shape.

    Raises
    ------
    TypeError
        If it holds something that is no number.
    ValueError
        If it is ragged, not finite or of another shape.
    """
    if isinstance(value, (str, bytes, dict, set)):
        raise TypeError(f"{name}={value!r} is of type {type(value).__name__}; give numbers.")
    try:
        found = np.array(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}={value!r} is no array of numbers ({error}).") from error
    if not np.isfinite(found).all():
        raise ValueError(f"{name}={value!r} holds NaN or infinity; give finite numbers.")
    if shape is not None and found.shape != shape:
        raise ValueError(f"{name} has shape {found.shape}; give shape {shape}.")
    return found


def uniform(rng: np.random.RandomState, size: Size) -> FloatArray:
    """Return ``rng.uniform(size=size)``: the same numbers, where they are many in a sixth of the time."""
    n = math.prod(size) if isinstance(size, tuple) else int(size)
    if n >= MANY:
        from ..maths.mersenne import can_draw, draw_uniform

        if can_draw(rng):
            return draw_uniform(rng, n).reshape(size)
    return rng.uniform(size=size)


def normal(rng: np.random.RandomState, size: Size, loc: Any = 0.0, scale: float = 1.0) -> FloatArray:
    """Return ``rng.normal(loc, scale, size)``: the same numbers, where they are many in a third of the time."""
    n = math.prod(size) if isinstance(size, tuple) else int(size)
    if n >= MANY:
        from ..maths.mersenne import can_draw, draw_normal

        if can_draw(rng):
            z = draw_normal(rng, n).reshape(size)
            if scale != 1.0:
                z *= scale
            z += loc
            return z
    return rng.normal(loc, scale, size)


def shuffle_rows(rng: np.random.RandomState, *arrays: Array) -> list[Array]:
    """Return copies of the arrays with their rows in one and the same random order (one shuffle is drawn)."""
    order = np.arange(arrays[0].shape[0])
    rng.shuffle(order)
    return [rows_at(array, order) for array in arrays]


def shuffle_rows_and_columns(rng: np.random.RandomState, X: FloatArray, y: Array) -> tuple[FloatArray, Array, IntArray]:
    """Return copies of X (n, d) and y with their rows in one random order, X's columns in another, and that (d,)."""
    rows, columns = np.arange(X.shape[0]), np.arange(X.shape[1])
    rng.shuffle(rows)
    rng.shuffle(columns)
    found = np.empty_like(X)
    # plainly: found = X[rows][:, columns]; but some rows at a time, so that they are still in the cache
    for some in chunks(len(rows), ROWS):
        np.take(rows_at(X, rows[some]), columns, axis=1, out=found[some], mode="clip")  # "raise" would take a detour
    return found, rows_at(y, rows), columns
