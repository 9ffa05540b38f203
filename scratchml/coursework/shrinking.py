"""shrinking: from a failing case to a small one with short numbers, which a student can follow on paper.

Greedy: drop the first or second half of the rows, then single rows, then round the numbers; keep a change whenever
the case still fails. The rows of all arrays that are as long as the first array go together (X and y stay in step). A
smaller case that our own solution refuses is no case, and is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__all__ = ["shrink"]


def fewer_rows(arguments: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the case with half of its rows gone, then with single rows gone."""
    arrays = [value for value in arguments if isinstance(value, np.ndarray) and value.ndim]
    n = arrays[0].shape[0] if arrays else 0
    if n < 2 or any(isinstance(value, (list, tuple)) for value in arguments):  # a list may speak of rows by number
        return
    keeps = [np.arange(n // 2), np.arange(n // 2, n)] if n > 3 else []
    keeps += [np.delete(np.arange(n), i) for i in range(n)] if n <= 20 else []
    for keep in keeps:
        yield tuple(
            value[keep] if isinstance(value, np.ndarray) and value.ndim and value.shape[0] == n else value
            for value in arguments
        )


def shorter_numbers(arguments: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the case with its numbers rounded to integers, then to one decimal, all together and one by one."""
    for decimals in (0, 1):

        def rounded(value: Any, places: int = decimals) -> Any:
            if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                return np.round(value, places) + 0.0  # no -0.
            return round(value, places) + 0.0 if type(value) is float else value

        yield tuple(rounded(value) for value in arguments)
        for i in range(len(arguments)):
            yield (*arguments[:i], rounded(arguments[i]), *arguments[i + 1 :])


def size(arguments: tuple[Any, ...]) -> tuple[int, int]:
    """Return (numbers, letters needed to write them): what shrinking makes smaller."""
    arrays = [np.asarray(value) for value in arguments if isinstance(value, (np.ndarray, int, float))]
    return sum(a.size for a in arrays), sum(
        len(f"{x:g}" if x == round(x, 1) else "0.123456") for a in arrays for x in a.ravel().tolist()
    )


def shrink(
    arguments: tuple[Any, ...], still_fails: Callable[[tuple[Any, ...]], bool], budget: int = 150
) -> tuple[Any, ...]:
    """Return a smaller case for which ``still_fails`` is true; it is asked at most ``budget`` times."""
    asked, smaller = 0, True
    while smaller and asked < budget:
        smaller = False
        for moves in (fewer_rows, shorter_numbers):
            for candidate in moves(arguments):
                if asked >= budget:
                    break
                if size(candidate) >= size(arguments):
                    continue
                asked += 1
                if still_fails(candidate):
                    arguments, smaller = candidate, True
                    break
    return arguments
