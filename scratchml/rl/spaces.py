"""Discrete: the whole numbers start, start + 1, ..., start + n - 1, with Gymnasium's methods and its draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.rules import is_integer
from ..core.typing import VectorLike
from .checks import check_count, check_seed


class Discrete:
    """The `n` whole numbers from `start` on: the states an environment shows or the actions it takes.

    Parameters
    ----------
    n : how many numbers, at least 1
    seed : seeds `sample`; None draws a seed from the operating system
    start : the least of them

    Examples
    --------
    >>> from scratchml.rl import Discrete
    >>> space = Discrete(4, seed=0)
    >>> space, 3 in space, 4 in space, int(space.sample())
    (Discrete(4), True, False, 3)
    """

    def __init__(self, n: int, seed: int | None = None, start: int = 0) -> None:
        self.n: int = check_count("n", n, 1)
        self.start: int = int(start)
        self.seed(seed)

    def seed(self, seed: int | None = None) -> int | None:
        """Start the draws of `sample` anew from `seed`; return the seed."""
        self.np_random = np.random.default_rng(check_seed(seed))
        return seed

    def sample(self, mask: VectorLike | None = None) -> np.int64:
        """Draw one number, each as likely; with `mask` (n,), only from the places where it is 1.

        Where the mask allows none, `start` is returned, as in Gymnasium.
        """
        if mask is None:
            return np.int64(self.start + self.np_random.integers(self.n))
        allowed = np.asarray(mask)
        if allowed.shape != (self.n,):
            raise ValueError(f"mask has shape {allowed.shape}; give ({self.n},), with 1 for each number allowed.")
        places = np.flatnonzero(allowed == 1)
        return np.int64(self.start + (self.np_random.choice(places) if len(places) else 0))

    def contains(self, x: Any) -> bool:
        """Say whether `x` is an integer of this space."""
        if isinstance(x, np.ndarray) and x.shape == () and np.issubdtype(x.dtype, np.integer):
            x = int(x)
        return is_integer(x) and self.start <= int(x) < self.start + self.n

    def __contains__(self, x: Any) -> bool:
        return self.contains(x)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Discrete) and (self.n, self.start) == (other.n, other.start)

    def __hash__(self) -> int:
        return hash((self.n, self.start))

    def __repr__(self) -> str:
        return f"Discrete({self.n}, start={self.start})" if self.start else f"Discrete({self.n})"
