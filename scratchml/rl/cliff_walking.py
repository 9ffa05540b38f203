"""CliffWalking: from the start to the goal along a cliff; the short way is the dangerous one.

Idea
----
Each step costs 1, a fall from the cliff 100 and the way back to the start. The shortest way leads along the edge.
Whoever explores while walking there falls now and then: an agent that counts its own missteps (SARSA) learns to stay
away from the edge, one that does not (Q-learning) learns the edge.

Maths
-----
4 x 12 cells numbered row by row; start 36, goal 47, cliff 37 ... 46. Entering the cliff gives -100 and leads to the
start, and the episode goes on; every other step gives -1; entering the goal ends it. With `is_slippery` the move meant
and its two neighbours by right angles have probability 1/3 each.

Cost
----
48 states x 4 actions x 1 or 3 outcomes.

Differences
-----------
None from Gymnasium's CliffWalking-v1 but the errors. The goal keeps ordinary rows there too, so planning must look at
`terminated`.

References
----------
R. Sutton, A. Barto (2018), "Reinforcement learning: an introduction", 2nd edition, example 6.6.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.typing import IntArray
from .checks import check_render_mode
from .environment import TabularEnvironment
from .grid import grid_states, neighbour, sideways

ROWS, COLUMNS = 4, 12
START, GOAL = 36, 47
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # (rows, columns) of up, right, down, left
SYMBOLS = ["oooooooooooo", "oooooooooooo", "oooooooooooo", "oCCCCCCCCCCT"]


class CliffWalking(TabularEnvironment):
    """Walk along a cliff: 48 cells, four moves, -1 for a step and -100 for a fall.

    Actions: 0 up, 1 right, 2 down, 3 left.

    Parameters
    ----------
    render_mode : None or "ansi"; `render` returns text in any case
    is_slippery : True makes one step in three go to the left of what is meant, and one in three to the right
    max_episode_steps : truncate after so many steps; None, as in Gymnasium, never

    Attributes
    ----------
    P : dict, ``P[s][a] = [(probability, next_state, reward, terminated), ...]``
    initial_state_distrib : array of shape (48,)

    Examples
    --------
    >>> from scratchml.rl import CliffWalking
    >>> env = CliffWalking()
    >>> env.reset(seed=0), env.step(1)
    ((36, {'prob': 1.0}), (36, -100, False, False, {'prob': 1.0}))
    """

    action_names, moves = ("Up", "Right", "Down", "Left"), MOVES
    rows = SYMBOLS
    shape = (ROWS, COLUMNS)

    def __init__(
        self, render_mode: str | None = None, is_slippery: bool = False, max_episode_steps: int | None = None
    ) -> None:
        self.render_mode, self.is_slippery = check_render_mode(render_mode), is_slippery
        start = np.zeros(ROWS * COLUMNS)
        start[START] = 1.0
        P = {s: {a: self._outcomes(s, a) for a in range(4)} for s in range(ROWS * COLUMNS)}
        super().__init__(P, start, max_episode_steps=max_episode_steps)

    def _outcomes(self, s: int, a: int) -> list[Any]:
        moves = sideways(a) if self.is_slippery else (a,)
        found: list[Any] = []
        for move in moves:
            row, column = neighbour(*divmod(s, COLUMNS), MOVES[move], self.shape)
            if SYMBOLS[row][column] == "C":
                found.append((1 / len(moves), START, -100, False))
            else:
                to = row * COLUMNS + column
                found.append((1 / len(moves), to, -1, to == GOAL))
        return found

    def layout(self) -> IntArray:
        """Return the state in each cell, shape (4, 12)."""
        return grid_states(self.shape)

    def render(self) -> str:
        """Return the cells as text: x the agent, T the goal, C the cliff."""
        cells = [list(row) for row in SYMBOLS]
        if self.s >= 0:
            cells[self.s // COLUMNS][self.s % COLUMNS] = "x"
        return "\n".join("  ".join(row) for row in cells) + "\n\n"
