"""`random_state`: one seed, the reference's draws."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence

from .typing import RandomStateLike


class NoEntropy(ISeedSequence):
    """The state of a twister that is about to be seeded: zeros."""

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> Any:
        """Return n zeros."""
        return np.zeros(n_words, dtype=dtype)


def seeded(seed: int) -> np.random.RandomState:
    """Return ``np.random.RandomState(seed)`` in a third of the time: that begins with entropy, in vain."""
    found = np.random.RandomState(np.random.MT19937(NoEntropy()))  # type: ignore[arg-type]
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


def draw_seed(rng: np.random.RandomState) -> int:
    """Draw a seed for a child generator, as scikit-learn does: an int in [0, 2**31 - 1)."""
    value: Any = rng.randint(np.iinfo(np.int32).max)
    return int(value)
