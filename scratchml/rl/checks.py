"""Checks of what callers give: seeds, limits, shares, policies. Each error names argument, value and what is wanted."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from ..core.rules import is_integer
from ..core.typing import IntArray, VectorLike


def check_count(name: str, value: Any, least: int) -> int:
    """Return `value` as an int of at least `least`.

    Raises
    ------
    TypeError, ValueError
        If it is no integer, or below.
    """
    if not is_integer(value):
        raise TypeError(f"{name}={value!r} is of type {type(value).__name__}; give an integer of at least {least}.")
    if value < least:
        raise ValueError(f"{name}={value} is too small; give an integer of at least {least}.")
    return int(value)


def check_share(name: str, value: Any) -> float:
    """Return `value` as a float in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If it is no number, or outside.
    """
    if not isinstance(value, numbers.Real) or isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}={value!r} is of type {type(value).__name__}; give a number in [0, 1].")
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError(f"{name}={value} is not accepted; give a number in [0, 1].")
    return share


def check_seed(seed: Any) -> int | None:
    """Return the seed of an environment or a space as an int of at least 0, None where it is None."""
    return None if seed is None else check_count("seed", seed, 0)


def check_limit(limit: Any) -> int | None:
    """Return `max_episode_steps` as an int of at least 1, or None."""
    return None if limit is None else check_count("max_episode_steps", limit, 1)


def check_render_mode(mode: str | None) -> str | None:
    """Return the mode where it is None or "ansi".

    Raises
    ------
    ValueError
        For another: windows and frames are drawn by `scratchml.viz`.
    """
    if mode not in (None, "ansi"):
        raise ValueError(f"render_mode={mode!r} is not there; give None or 'ansi', or draw with scratchml.viz.")
    return mode


def check_policy(policy: VectorLike, n_states: int, n_actions: int) -> IntArray:
    """Return a policy as an int64 array (S,).

    Raises
    ------
    TypeError, ValueError
        If it is no array of one action for each state.
    """
    found = np.asarray(policy)
    if found.dtype.kind not in "iu":
        raise TypeError(f"policy holds {found.dtype} numbers; give one integer action for each state.")
    if found.shape != (n_states,):
        raise ValueError(f"policy has shape {found.shape}; give one action for each of the {n_states} states.")
    if found.min() < 0 or found.max() >= n_actions:
        raise ValueError(f"policy holds actions outside 0 ... {n_actions - 1}; there are {n_actions} actions.")
    return np.ascontiguousarray(found, dtype=np.int64)
