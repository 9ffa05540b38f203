"""`random_state`: one seed, the reference's draws."""

from __future__ import annotations

import numbers
import threading
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence

from .typing import RandomStateLike


class Blank(ISeedSequence):
    """A state of ones, for a generator that is about to be seeded."""

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> Any:
        """Return `n_words` ones."""
        return np.ones(n_words, dtype)


BLANK = Blank()


def seeded(seed: int) -> np.random.RandomState:
    """Return a RandomState seeded with an int: the same draws as ``RandomState(seed)``, made three times faster."""
    # plainly: return np.random.RandomState(seed)  (which fills the state twice, the first time from the system's noise)
    found = np.random.RandomState(np.random.MT19937(BLANK))  # type: ignore[arg-type]
    found.seed(seed)
    return found


def check_random_state(seed: RandomStateLike) -> np.random.RandomState:
    """Turn `random_state` into a ``numpy.random.RandomState``.

    An int seeds a new one (so the same int gives the same answer, and scikit-learn's draws); a RandomState is used
    as it is and moves on; a Generator is drawn from through its own bit generator; None is NumPy's global state,
    which ``np.random.seed`` sets.

    Raises
    ------
    TypeError
        For any other kind of value.
    ValueError
        For an int outside [0, 2**32 - 1].
    """
    if seed is None or seed is np.random:  # type: ignore[comparison-overlap]
        return np.random.mtrand._rand
    if isinstance(seed, np.random.RandomState):
        return seed
    if isinstance(seed, np.random.Generator):
        return np.random.RandomState(seed.bit_generator)
    if isinstance(seed, numbers.Integral) and not isinstance(seed, (bool, np.bool_)):
        if not 0 <= int(seed) <= 2**32 - 1:
            raise ValueError(f"random_state={seed} is outside [0, 4294967295]; give a seed in that range.")
        return seeded(int(seed))
    raise TypeError(
        f"random_state={seed!r} cannot seed a random number generator; give None, an int, a numpy RandomState or a "
        "numpy Generator."
    )


class Kept(threading.local):
    """One generator for each thread: to make one takes twenty times as long as to seed it."""

    def __init__(self) -> None:
        self.rng = seeded(0)


KEPT = Kept()


def borrowed(seed: int) -> np.random.RandomState:
    """Return a RandomState with this seed that the next call in this thread seeds anew: for a few draws at once."""
    # plainly: return np.random.RandomState(seed)
    KEPT.rng.seed(seed)
    return KEPT.rng


def draw_seed(rng: np.random.RandomState) -> int:
    """Draw a seed for a child generator, as scikit-learn does: an int in [0, 2**31 - 1)."""
    value: Any = rng.randint(np.iinfo(np.int32).max)
    return int(value)
