"""comparing: is the student's answer the reference's answer? Equivalence-aware, and it says how the two differ.

A comparison is a function ``same(expected, found, arguments)`` that returns None where they agree and else a
sentence. It runs in the grader, on values that came over the wire: an object that calls itself equal to everything
never gets here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["Same", "close", "exact", "same_partition", "same_value", "up_to_sign"]

Same = Callable[[Any, Any, tuple[Any, ...]], str | None]


def describe_shape(value: Any) -> str:
    """Return what a value is, in words: "an array of shape (3, 2)"."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a number"
    if isinstance(value, (bool, int, float)):
        return "a number"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    return "None (is a return missing?)" if value is None else f"a {type(value).__name__}"


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of real numbers; None for whatever else came over the wire (words, ragged lists, 10**400)."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return array.shape if array.dtype.kind in "biuf" else None


def differs_in_kind(expected: Any, found: Any, part: str = "") -> str | None:
    """Return a sentence where the two differ in kind, length or shape, before any number is compared."""
    if isinstance(expected, (tuple, list)):
        if not isinstance(found, (tuple, list)) or len(found) != len(expected):
            return f"returned {describe_shape(found)}{part}; {describe_shape(expected)} is wanted"
        pairs = enumerate(zip(expected, found))
        return next((word for i, (e, f) in pairs if (word := differs_in_kind(e, f, f" as part {i}"))), None)
    if isinstance(expected, (str, type(None), dict)):
        return None if type(expected) is type(found) else f"returned {describe_shape(found)}{part}"
    if shape_of(found) != np.shape(expected):
        return f"returned {describe_shape(found)}{part}; {describe_shape(expected)} is wanted"
    return None


def flat(value: Any) -> np.ndarray:
    """Return all numbers of a value in one row."""
    if isinstance(value, (tuple, list)):
        return np.concatenate([flat(item) for item in value]) if value else np.zeros(0)
    return np.asarray(value, dtype=np.float64).ravel()


def close(rtol: float = 1e-9, atol: float = 1e-9) -> Same:
    """Return the comparison "equal up to rounding": |found - expected| <= atol + rtol * largest |expected|."""

    def same(expected: Any, found: Any, arguments: tuple[Any, ...]) -> str | None:
        if word := differs_in_kind(expected, found):
            return word
        if isinstance(expected, (str, dict, type(None))):
            return None if expected == found else "is not what is wanted"
        e, f = flat(expected), flat(found)
        if np.isnan(f).any() and not np.isnan(e).any():
            return f"holds {int(np.isnan(f).sum())} NaN: a division by zero, or the logarithm of 0?"
        finite = e[np.isfinite(e)]
        room = atol + rtol * (np.abs(finite).max() if finite.size else 0.0)
        with np.errstate(invalid="ignore"):
            wrong = ~((e == f) | (np.abs(e - f) <= room) | (np.isnan(e) & np.isnan(f)))
        if not wrong.any():
            return None
        return f"{int(wrong.sum())} of {wrong.size} numbers differ" if wrong.size > 1 else "the number differs"

    return same


def exact() -> Same:
    """Return the comparison "the same numbers", for labels and counts."""
    return close(0.0, 0.0)


def up_to_sign(rtol: float = 1e-7, atol: float = 1e-9) -> Same:
    """Return the comparison of vectors whose sign is free: each row of the answer may be turned round."""
    alike = close(rtol, atol)

    def same(expected: Any, found: Any, arguments: tuple[Any, ...]) -> str | None:
        if word := differs_in_kind(expected, found):
            return word
        e, f = np.atleast_2d(np.asarray(expected)), np.atleast_2d(np.asarray(found))
        turned = np.where((e * f).sum(axis=1, keepdims=True) < 0, -f, f)
        return alike(e, turned, arguments)

    return same


def same_partition() -> Same:
    """Return the comparison of labels whose names are free: the same rows must be together."""

    def same(expected: Any, found: Any, arguments: tuple[Any, ...]) -> str | None:
        if word := differs_in_kind(expected, found):
            return word
        e, f = np.asarray(expected), np.asarray(found)
        wrong = int(((e[:, None] == e) != (f[:, None] == f)).sum()) // 2
        return f"{wrong} pairs of points are together in one answer and apart in the other" if wrong else None

    return same


def same_value(
    value: Callable[..., float], rtol: float = 1e-9, allowed: Callable[..., str | None] | None = None
) -> Same:
    """Return the comparison by what an answer is worth: any optimal answer is right where several are.

    value(answer, *arguments) is the objective; allowed(answer, *arguments) returns a sentence for an answer that is
    out of bounds.
    """

    def same(expected: Any, found: Any, arguments: tuple[Any, ...]) -> str | None:
        if word := differs_in_kind(expected, found):
            return word
        if allowed is not None and (word := allowed(found, *arguments)):
            return word
        best, mine = value(expected, *arguments), value(found, *arguments)
        if abs(mine - best) <= rtol * max(1.0, abs(best)):
            return None
        return f"is worth {mine:.6g}; the best answer is worth {best:.6g}"

    return same
