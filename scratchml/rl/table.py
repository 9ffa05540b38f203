"""The transition table: everything a tabular environment does, as a few arrays.

Idea
----
A small environment can be written down completely: for each state s and action a, the outcomes that may follow, each
with its probability, next state, reward, and whether the episode ends there. Planning averages over the outcomes;
playing draws one of them.

Maths
-----
Outcome k of (s, a) has probability p_k. With u uniform in [0, 1), the outcome drawn is the first k with
``p_0 + ... + p_k > u``: an interval of length p_k is left to it. Where rounding leaves the sum below u, it is 0;
this is Gymnasium's rule to the letter, so the same seed gives the same episode.

Cost
----
Four arrays of S x A x K numbers for K outcomes at most. A draw takes at most K comparisons, a start log2(S).

Differences
-----------
None known: from Gymnasium's ``P[s][a] = [(probability, next_state, reward, terminated), ...]`` come the same numbers.

References
----------
R. Sutton, A. Barto (2018), "Reinforcement learning: an introduction", 2nd edition, section 3.1, equation 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray


class Table(NamedTuple):
    """The outcomes of each action in each state; places that hold no outcome have probability 0."""

    probability: FloatArray  # (S, A, K)
    cumulative: FloatArray  # (S, A, K) running sums of the probabilities; padded with the last one
    next_state: IntArray  # (S, A, K)
    reward: FloatArray  # (S, A, K)
    terminated: Array  # (S, A, K) bool: the episode ends with this outcome
    start: FloatArray  # (S,) running sums of the probabilities that an episode starts there

    @property
    def start_probability(self) -> FloatArray:
        """Probability that an episode starts in each state, shape (S,)."""
        return np.diff(self.start, prepend=0.0)


@kernel
def draw_outcome(cumulative: FloatArray, s: int, a: int, u: float) -> int:
    """Return the first outcome k of (s, a) whose running sum exceeds u. cumulative (S, A, K): read."""
    for k in range(cumulative.shape[2]):
        if cumulative[s, a, k] > u:
            return k
    return 0


@kernel
def draw_start(start: FloatArray, u: float) -> int:
    """Return the first state whose running sum exceeds u, by halving. start (S,): read."""
    low, high = 0, start.shape[0]
    while low < high:
        middle = (low + high) // 2
        if start[middle] > u:
            high = middle
        else:
            low = middle + 1
    return low if low < start.shape[0] else 0


def make_table(P: Any, initial_state_distrib: Any) -> Table:
    """Return the table of ``P[s][a] = [(probability, next_state, reward, terminated), ...]``.

    Raises
    ------
    ValueError
        If states differ in their number of actions, an action has no outcome, probabilities are negative or do not add
        up to 1, a next state does not exist, or a reward is not finite.
    """
    start = np.asarray(initial_state_distrib, dtype=np.float64)
    n_states = len(P)
    n_actions = len(P[0]) if n_states else 0
    if n_states < 1 or n_actions < 1:
        raise ValueError("P is empty; give at least one state with one action.")
    rows = [[_outcomes(P, s, a, n_actions) for a in range(n_actions)] for s in range(n_states)]
    longest = max(len(outcomes) for row in rows for outcomes in row)
    shape = (n_states, n_actions, longest)
    probability, reward = np.zeros(shape), np.zeros(shape)
    next_state, terminated = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    for s, row in enumerate(rows):
        for a, outcomes in enumerate(row):
            for k, (p, following, r, end) in enumerate(outcomes):
                probability[s, a, k], next_state[s, a, k] = p, following
                reward[s, a, k], terminated[s, a, k] = r, end
    if start.shape != (n_states,) or not _adds_up(start):
        raise ValueError(
            f"initial_state_distrib of shape {start.shape} is no distribution over {n_states} states; "
            "give one probability for each state, adding up to 1."
        )
    wrong = ~(np.all(probability >= 0, axis=2) & (np.abs(probability.sum(axis=2) - 1) < 1e-8))
    if wrong.any():
        s, a = np.argwhere(wrong)[0]
        raise ValueError(f"the probabilities of P[{s}][{a}] are negative or do not add up to 1; correct them.")
    if next_state.min() < 0 or next_state.max() >= n_states:
        raise ValueError(f"a next state in P is outside 0 ... {n_states - 1}; every state needs its row.")
    if not np.isfinite(reward).all():
        raise ValueError("a reward in P is not finite; give finite rewards.")
    return Table(probability, np.cumsum(probability, axis=2), next_state, reward, terminated, np.cumsum(start))


def _outcomes(P: Any, s: int, a: int, n_actions: int) -> Sequence[tuple[float, int, float, bool]]:
    row = P[s]
    if len(row) != n_actions or (isinstance(row, Mapping) and a not in row):
        raise ValueError(f"P[{s}] has other actions than P[0]; every state takes the same actions, 0, 1, 2, ...")
    if len(row[a]) == 0:
        raise ValueError(f"P[{s}][{a}] holds no outcome; where nothing happens, give [(1.0, {s}, 0.0, False)].")
    outcomes: Sequence[tuple[float, int, float, bool]] = row[a]
    return outcomes


def _adds_up(p: FloatArray) -> bool:
    return bool(np.all(p >= 0) and abs(float(p.sum()) - 1) < 1e-8)


def table_of(env: Any) -> Table:
    """Return the transition table of an environment of ours, or of one of Gymnasium's that shows its `P`.

    Raises
    ------
    TypeError
        If the environment has no `P` and `initial_state_distrib`.
    ValueError
        If its table does not tell everything it does (a taxi with a fickle passenger).
    """
    inner = getattr(env, "unwrapped", env)
    if isinstance(env, Table):
        return env
    if getattr(inner, "fickle_passenger", False):
        raise ValueError(
            "fickle_passenger=True: whether the passenger will change the destination is hidden from the state, so P "
            "does not tell all; plan with fickle_passenger=False."
        )
    found = getattr(inner, "table", None)
    if isinstance(found, Table):
        return found
    if not (hasattr(inner, "P") and hasattr(inner, "initial_state_distrib")):
        raise TypeError(
            f"{type(inner).__name__} shows no transition table (P, initial_state_distrib), so there is nothing to plan "
            "with; an agent can still learn from it."
        )
    return make_table(inner.P, inner.initial_state_distrib)
