"""The plan of a halving search, and its three small choices; see `halving.py` for the idea and the maths.

All of it is arithmetic on counts and positions: it knows no estimator and no data.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..core import check_random_state
from ..core.typing import FloatArray, IntArray, RandomStateLike


class Schedule(NamedTuple):
    """What each round tries, on how much."""

    n_candidates: list[int]
    n_resources: list[int]
    n_required: int  # rounds needed until one tries at most `factor` candidates
    n_possible: int  # rounds the resource allows
    min_resources: int
    max_resources: int


def plan_rounds(
    n_candidates: int,
    min_resources: int,
    max_resources: int,
    factor: float,
    *,
    exhaust: bool = False,
    aggressive: bool = False,
) -> Schedule:
    """Return how many candidates each round tries on how much of the resource.

    Parameters
    ----------
    n_candidates : candidates of the first round
    min_resources, max_resources : resource of the first round, and the most any round may use
    factor : one in `factor` candidates goes on, with `factor` times the resource
    exhaust : raise `min_resources` so that the last round uses as much as there is
    aggressive : repeat the first round where the resource does not allow enough of them

    Examples
    --------
    >>> from scratchml.model_selection.schedule import plan_rounds
    >>> plan_rounds(9, min_resources=10, max_resources=90, factor=3)[:2]
    ([9, 3, 1], [10, 30, 90])
    """
    n_required = 1 + math.floor(math.log(n_candidates, factor))
    if exhaust:
        min_resources = max(min_resources, int(max_resources // factor ** (n_required - 1)))
    n_possible = 1 + math.floor(math.log(max_resources // min_resources, factor))
    counts, resources = [], []
    for i in range(n_required if aggressive else min(n_possible, n_required)):
        power = max(0, i - n_required + n_possible) if aggressive else i
        resources.append(min(int(factor**power * min_resources), max_resources))
        counts.append(n_candidates)
        n_candidates = math.ceil(n_candidates / factor)
    return Schedule(counts, resources, n_required, n_possible, min_resources, max_resources)


def best_indices(scores: FloatArray, size: int) -> IntArray:
    """Return the positions of the `size` highest scores (m,), worst of them first; NaN counts as worst."""
    order = np.argsort(scores)  # NaN comes last ...
    order = np.roll(order, np.count_nonzero(np.isnan(scores)))  # ... and is moved to the front
    return order[-size:]


def thin_out(rows: IntArray, fraction: float, random_state: RandomStateLike) -> IntArray:
    """Return a random `fraction` of `rows` (rounded down), without replacement, in random order.

    Raises
    ------
    ValueError
        If no row is left.
    """
    size = int(fraction * len(rows))
    if size < 1:
        raise ValueError(
            f"A round with a share of {fraction:.3g} of the rows leaves none of a fold's {len(rows)}; raise "
            "min_resources, or take fewer folds."
        )
    positions = np.arange(len(rows))
    check_random_state(random_state).shuffle(positions)
    return np.asarray(rows)[positions[:size]]


def yields_the_same_splits(cv: Any) -> bool:
    """Say whether a splitter gives the same folds each time it is asked (by its shuffle and random_state)."""
    shuffles, seed = getattr(cv, "shuffle", True), getattr(cv, "random_state", 0)
    return isinstance(seed, (int, np.integer)) or not shuffles
