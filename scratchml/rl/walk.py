"""Where a training run stands: its clock, its score, its counts; and the rules it follows.

Everything that must outlast one call of a training kernel is in these arrays, so that n steps at once and n times one
step are the same run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.typing import FloatArray, IntArray

STEPS, LENGTH, EPISODES, STATE, ACTION, ACTIVE = range(6)  # places in the clock
NO_ACTION = -1


class Walk(NamedTuple):
    """A training run's state; all of it is overwritten as the run goes on."""

    clock: IntArray  # (6,) steps taken, steps of this episode, episodes of this block, state, action chosen, traces
    score: FloatArray  # (1,) sum of the rewards of this episode
    returns: FloatArray  # (block,) sums of rewards of the episodes that ended in this block
    lengths: IntArray  # (block,) their numbers of steps
    visits: IntArray  # (S, A) how often each action was taken in each state


class Rules(NamedTuple):
    """What a training run goes by; read only. A schedule is four numbers: see `acting.scheduled`."""

    gamma: float
    learning_rate: FloatArray  # (4,) of the number of earlier visits of the pair
    epsilon: FloatArray  # (4,) of the number of steps
    temperature: FloatArray  # (4,) of the number of steps; constant 0 means epsilon-greedy
    limit: int  # steps after which an episode is truncated; 0 for no limit
    trace_decay: float  # lambda
    replacing: bool  # traces are set to 1, not increased by 1
    n_planning: int  # remembered steps learned from again after each real one


def new_walk(n_states: int, n_actions: int, block: int) -> Walk:
    """Return the walk of a run that has not begun."""
    clock = np.zeros(6, dtype=np.int64)
    clock[ACTION] = NO_ACTION
    visits = np.zeros((n_states, n_actions), dtype=np.int64)
    return Walk(clock, np.zeros(1), np.empty(block), np.empty(block, dtype=np.int64), visits)
