"""FrozenLake: cross the ice from S to G without falling into a hole; the ice is slippery.

Idea
----
On slippery ice the step that is meant succeeds one time in three; otherwise one slides to the left or right of it. So
the best way is not the shortest: it is the one where no slide ends in a hole.

Maths
-----
States are numbered row by row. Action a moves as meant with probability `success_rate`, and into each of the two moves
at right angles with ``(1 - success_rate) / 2``. A step off the map stays. Entering G or H ends the episode;
`reward_schedule` is the reward of entering (G, H, anything else).

Cost
----
4 actions x 3 outcomes for each cell.

Differences
-----------
From Gymnasium's FrozenLake-v1: a map without a start or a goal, or with a goal out of reach, is an error. The time
limits that ``gymnasium.make`` adds are here by default: 200 steps for the 8x8 map, 100 otherwise.

References
----------
Gymnasium 1.4, ``FrozenLake-v1`` (M. Towers et al., 2024, "Gymnasium: a standard interface for reinforcement learning
environments", arXiv 2407.17032).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.typing import IntArray
from .checks import check_count, check_render_mode, check_seed, check_share
from .environment import TabularEnvironment
from .grid import MOVES, NAMES, can_reach, check_route, check_rows, grid_states, neighbour, show_grid, sideways

MAPS = {
    "4x4": ["SFFF", "FHFH", "FFFH", "HFFG"],
    "8x8": ["SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG"],
}


def generate_random_map(size: int = 8, p: float = 0.8, seed: int | None = None) -> list[str]:
    """Return a random map of size x size cells, S and G in opposite corners, with a way between them.

    Parameters
    ----------
    size : rows and columns, at least 2
    p : probability that a cell is frozen (F) and no hole (H), in (0, 1]
    seed : the same seed gives the same map, and Gymnasium's

    Raises
    ------
    TypeError, ValueError
        If a value is of a wrong kind or out of its range.

    Examples
    --------
    >>> from scratchml.rl import generate_random_map
    >>> generate_random_map(size=3, seed=1)
    ['SFF', 'FFF', 'FFG']
    """
    size, p = check_count("size", size, 2), check_share("p", min(1.0, p))  # Gymnasium takes p above 1 for 1
    if p == 0.0:
        raise ValueError("p=0.0 leaves no ice to walk on; give a number above 0.")
    rng = np.random.default_rng(check_seed(seed))
    while True:
        cells = rng.choice(["F", "H"], (size, size), p=[p, 1 - p])
        cells[0][0], cells[-1][-1] = "S", "G"
        rows = ["".join(row) for row in cells]
        if can_reach(rows, (0, 0), "G", "H"):
            return rows


class FrozenLake(TabularEnvironment):
    """The frozen lake: 16 or 64 cells, or a map of your own, four moves, slippery.

    Actions: 0 left, 1 down, 2 right, 3 up.

    Parameters
    ----------
    desc : the map as one string for each row, of S (start), F (frozen), H (hole), G (goal); None takes `map_name`
    map_name : "4x4" or "8x8"; None, where `desc` is None too, makes a random 8x8 map
    is_slippery : False makes every step go where it is meant to
    success_rate : probability of going there on slippery ice, in [0, 1]
    reward_schedule : rewards of entering a goal, a hole, any other cell
    max_episode_steps : truncate after so many steps; None never; "auto" is 200 for the 8x8 map and 100 otherwise
    render_mode : None or "ansi"; `render` returns text in any case

    Attributes
    ----------
    P : dict, ``P[s][a] = [(probability, next_state, reward, terminated), ...]``
    initial_state_distrib : array of shape (S,)
    desc : array of shape (rows, columns) of single bytes

    Raises
    ------
    TypeError, ValueError
        For a map with ragged rows, unknown letters, no start, no goal or an unreachable one; for an unknown
        `map_name`; for a probability outside [0, 1].

    Examples
    --------
    >>> from scratchml.rl import FrozenLake
    >>> env = FrozenLake(is_slippery=False)
    >>> env.reset(seed=0), env.step(2)
    ((0, {'prob': 1.0}), (1, 0, False, False, {'prob': 1.0}))
    """

    action_names, moves = NAMES, MOVES

    def __init__(
        self,
        render_mode: str | None = None,
        desc: Sequence[str] | None = None,
        map_name: str | None = "4x4",
        is_slippery: bool = True,
        success_rate: float = 1.0 / 3.0,
        reward_schedule: tuple[float, float, float] = (1, 0, 0),
        max_episode_steps: int | str | None = "auto",
    ) -> None:
        self.render_mode = check_render_mode(render_mode)
        if desc is None and map_name is not None and map_name not in MAPS:
            raise ValueError(f"map_name={map_name!r} is unknown; give {', '.join(map(repr, MAPS))}, or a map as desc.")
        check_share("success_rate", success_rate)
        if len(reward_schedule) != 3:
            raise ValueError(f"reward_schedule={reward_schedule!r}; give three rewards: of a goal, a hole, other ice.")
        if desc is None:
            desc = generate_random_map() if map_name is None else MAPS[map_name]
        self.rows = check_rows(["".join(map(_letter, row)) for row in desc], "SFHG", "desc")
        check_route(self.rows, "desc", "G", "H")
        self.shape = (len(self.rows), len(self.rows[0]))
        self.desc = np.asarray(self.rows, dtype="c")
        starts = (self.desc == b"S").astype(np.float64).ravel()
        if max_episode_steps == "auto":
            max_episode_steps = 200 if self.rows == MAPS["8x8"] else 100
        P = {
            s: {a: self._outcomes(s, a, is_slippery, success_rate, reward_schedule) for a in range(4)}
            for s in range(len(starts))
        }
        super().__init__(P, starts / starts.sum(), max_episode_steps=max_episode_steps)  # type: ignore[arg-type]

    def _outcomes(self, s: int, a: int, slippery: bool, success_rate: float, rewards: Sequence[float]) -> list[Any]:
        row, column = divmod(s, self.shape[1])
        if self.rows[row][column] in "GH":
            return [(1.0, s, 0, True)]
        found = []
        for move in sideways(a) if slippery else (a,):
            to = neighbour(row, column, MOVES[move], self.shape)
            letter = self.rows[to[0]][to[1]]
            p = 1.0 if not slippery else success_rate if move == a else (1.0 - success_rate) / 2.0
            reward = rewards["GH".index(letter)] if letter in "GH" else rewards[2]
            found.append((p, to[0] * self.shape[1] + to[1], reward, letter in "GH"))
        return found

    def layout(self) -> IntArray:
        """Return the state in each cell, shape (rows, columns)."""
        return grid_states(self.shape)

    def render(self) -> str:
        """Return the last move and the map with the present cell in red, for a terminal."""
        head = "\n" if self.lastaction is None else f"  ({NAMES[self.lastaction]})\n"
        return head + show_grid(self.rows, self.s)


def _letter(cell: object) -> str:
    return cell.decode() if isinstance(cell, bytes) else str(cell)
