"""GridWorld: a world drawn as text.

Idea
----
Draw the world with letters: S start, G goal, X a bad end, # a wall, . floor. What the letters cannot say (what a step
costs, how much one slips) is said by three numbers. Textbooks' worlds are a few lines each.

Maths
-----
Cells are numbered row by row. A move goes as meant with probability 1 - `slip`, and into each of the two moves at right
angles with slip / 2; into a wall or off the map one stays. Every step gives `step_reward`; entering G adds
`goal_reward`, entering X adds `pit_reward`, and both end the episode.

Cost
----
4 actions x 1 or 3 outcomes for each cell.

Differences
-----------
Russell and Norvig give a reward for being in a state, here it is given for a step; with these rules the values of their
4 x 3 world are the same numbers (a test).

References
----------
S. Russell, P. Norvig (2010), "Artificial intelligence: a modern approach", 3rd edition, section 17.1, figure 17.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.typing import IntArray
from .checks import check_render_mode, check_share
from .environment import TabularEnvironment
from .grid import MOVES, NAMES, check_route, check_rows, grid_states, neighbour, show_grid, sideways

WALL = "#"
RUSSELL_NORVIG = """
...G
.#.X
S...
"""


class GridWorld(TabularEnvironment):
    """A world of cells drawn as text; four moves.

    Actions: 0 left, 1 down, 2 right, 3 up.

    Parameters
    ----------
    text : the world, one line for each row, blanks left out: S start, G goal, X bad end, # wall, . floor; or a list
        of such lines. Where several cells are S, an episode starts in each as often. The default is Russell and
        Norvig's world of 4 x 3 cells
    slip : probability of going to one of the two sides instead, in [0, 1]
    step_reward : reward of every step
    goal_reward : reward added on entering a G
    pit_reward : reward added on entering an X
    max_episode_steps : truncate after so many steps; None never
    render_mode : None or "ansi"; `render` returns text in any case

    Attributes
    ----------
    P : dict, ``P[s][a] = [(probability, next_state, reward, terminated), ...]``
    initial_state_distrib : array of shape (S,)

    Raises
    ------
    TypeError, ValueError
        For a map with ragged rows, unknown letters, no start, no goal or an unreachable one; for `slip` outside [0, 1].

    Examples
    --------
    >>> from scratchml.rl import GridWorld
    >>> env = GridWorld("S.G", slip=0.0, step_reward=-1.0)
    >>> env.reset(seed=0), env.step(2)
    ((0, {'prob': 1.0}), (1, -1.0, False, False, {'prob': 1.0}))
    """

    action_names, moves = NAMES, MOVES

    def __init__(
        self,
        text: str | Sequence[str] = RUSSELL_NORVIG,
        *,
        slip: float = 0.2,
        step_reward: float = -0.04,
        goal_reward: float = 1.0,
        pit_reward: float = -1.0,
        max_episode_steps: int | None = 100,
        render_mode: str | None = None,
    ) -> None:
        self.render_mode = check_render_mode(render_mode)
        lines = text.splitlines() if isinstance(text, str) else list(text)
        lines = ["".join(line.split()) if isinstance(line, str) else line for line in lines]
        self.rows = check_rows([line for line in lines if line != ""], "SGX#.", "text")
        check_route(self.rows, "text", "G", "#X")
        self.shape = (len(self.rows), len(self.rows[0]))
        self.slip, self.step_reward = check_share("slip", slip), float(step_reward)
        self._ends = {"G": float(goal_reward), "X": float(pit_reward)}
        starts = np.array([letter == "S" for row in self.rows for letter in row], dtype=np.float64)
        P = {s: {a: self._outcomes(s, a) for a in range(4)} for s in range(len(starts))}
        super().__init__(P, starts / starts.sum(), max_episode_steps=max_episode_steps)

    def _outcomes(self, s: int, a: int) -> list[Any]:
        row, column = divmod(s, self.shape[1])
        letter = self.rows[row][column]
        if letter == WALL or letter in self._ends:
            return [(1.0, s, 0.0, letter != WALL)]
        found = []
        for move in sideways(a) if self.slip else (a,):
            to = neighbour(row, column, MOVES[move], self.shape)
            if self.rows[to[0]][to[1]] == WALL:
                to = row, column
            entered = self.rows[to[0]][to[1]]
            p = 1.0 - self.slip if move == a else self.slip / 2.0
            reward = self.step_reward + self._ends.get(entered, 0.0)
            found.append((p, to[0] * self.shape[1] + to[1], reward, entered in self._ends))
        return found

    def layout(self) -> IntArray:
        """Return the state in each cell, shape (rows, columns); -1 in a wall."""
        walls = np.array([[letter == WALL for letter in row] for row in self.rows])
        return np.where(walls, -1, grid_states(self.shape))

    def render(self) -> str:
        """Return the last move and the map with the present cell in red, for a terminal."""
        head = "\n" if self.lastaction is None else f"  ({NAMES[self.lastaction]})\n"
        return head + show_grid(self.rows, self.s)
