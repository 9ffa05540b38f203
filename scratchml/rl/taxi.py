"""Taxi: fetch a passenger at one of four places and bring them to another.

Idea
----
The taxi must learn two errands in one: drive to the passenger, pick them up, drive to the destination, let them out.
The state holds all that matters: where the taxi is, where the passenger is, where they want to go.

Maths
-----
state = ((row * 5 + column) * 5 + passenger) * 4 + destination, with passenger 0 ... 3 at R, G, Y, B and 4 inside the
taxi: 500 states. A step costs 1, a wrong pickup or dropoff 10, the right dropoff gives 20 and ends the episode.
`is_rainy`: a move that is possible succeeds with `rainy_probability`, and drifts to its left or right with half of the
rest each. `fickle_passenger`: with probability `fickle_probability`, drawn at the start of an episode, the passenger
changes the destination on the taxi's first real move with them inside.

Cost
----
500 states x 6 actions x 1 or 3 outcomes.

Differences
-----------
None from Gymnasium's Taxi-v4 but the errors. Two of its habits are kept because the episodes must be the same: in rain
a drift to the east looks at the wall it would meet one cell further on, a drift to the west likewise; and `P` knows
nothing of the fickle passenger, whose mind is hidden from the state. For that reason training with
`fickle_passenger=True` runs at the speed of `step`, and planning refuses it.

References
----------
T. Dietterich (2000), "Hierarchical reinforcement learning with the MAXQ value function decomposition", Journal of
Artificial Intelligence Research 13, sections 2 and 7.1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.typing import Array, IntArray
from .checks import check_render_mode, check_share
from .environment import Info, TabularEnvironment, highlight

MAP = ["+---------+", "|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |", "|Y| : |B: |", "+---------+"]
PLACES = ((0, 0), (0, 4), (4, 0), (4, 3))  # R, G, Y, B
SOUTH, NORTH, EAST, WEST, PICKUP, DROPOFF = range(6)
NAMES = ("South", "North", "East", "West", "Pickup", "Dropoff")
MOVES = ((1, 0), (-1, 0), (0, 1), (0, -1))
DRIFTS = (((0, 1), (0, -1)), ((0, -1), (0, 1)), ((-1, 0), (1, 0)), ((1, 0), (-1, 0)))  # to its left, to its right
INSIDE = 4


def encode(row: int, column: int, passenger: int, destination: int) -> int:
    """Return the number of a state."""
    return ((row * 5 + column) * 5 + passenger) * 4 + destination


def decode(state: int) -> tuple[int, int, int, int]:
    """Return (row, column, passenger, destination) of a state."""
    rest, destination = divmod(state, 4)
    rest, passenger = divmod(rest, 5)
    row, column = divmod(rest, 5)
    return row, column, passenger, destination


def is_open(row: int, column: int, move: int) -> bool:
    """Say whether the taxi can leave a cell by this move: no wall and no border in the way."""
    if move == SOUTH:
        return row < 4
    if move == NORTH:
        return row > 0
    return MAP[row + 1][2 * column + (2 if move == EAST else 0)] == ":"


def drift(row: int, column: int, move: tuple[int, int]) -> tuple[int, int]:
    """Return where a sideways drift ends. For east and west the far side of the cell it enters must be open."""
    to = min(max(row + move[0], 0), 4), min(max(column + move[1], 0), 4)
    if move[1] == 1 and MAP[1 + to[0]][2 * to[1]] != ":":
        return row, column
    if move[1] == -1 and MAP[1 + to[0]][2 * to[1] + 2] != ":":
        return row, column
    return to


class Taxi(TabularEnvironment):
    """The taxi: 500 states, four moves, pickup and dropoff.

    Actions: 0 south, 1 north, 2 east, 3 west, 4 pickup, 5 dropoff. ``info["action_mask"]`` (6,) says which of them
    would change the state.

    Parameters
    ----------
    render_mode : None or "ansi"; `render` returns text in any case
    is_rainy : True makes moves drift sideways now and then
    fickle_passenger : True lets the passenger change the destination once, now and then
    rainy_probability : probability that a move goes as meant in rain, in [0, 1]
    fickle_probability : probability that a fickle passenger changes the destination, in [0, 1]
    max_episode_steps : truncate after so many steps; None never

    Attributes
    ----------
    P : dict, ``P[s][a] = [(probability, next_state, reward, terminated), ...]``
    initial_state_distrib : array of shape (500,)

    Examples
    --------
    >>> from scratchml.rl import Taxi
    >>> env = Taxi()
    >>> state, info = env.reset(seed=0)
    >>> state, info["action_mask"]
    (314, array([1, 1, 0, 0, 0, 0], dtype=int8))
    """

    action_names, moves = NAMES, (*MOVES, None, None)
    shape = (5, 5)
    rows = ("R   G", "     ", "     ", "     ", "Y  B ")
    walls = tuple((i, j) for i in range(5) for j in range(4) if MAP[i + 1][2 * j + 2] == "|")

    def __init__(
        self,
        render_mode: str | None = None,
        is_rainy: bool = False,
        fickle_passenger: bool = False,
        rainy_probability: float = 0.8,
        fickle_probability: float = 0.3,
        max_episode_steps: int | None = 200,
    ) -> None:
        check_share("rainy_probability", rainy_probability)
        check_share("fickle_probability", fickle_probability)
        self.render_mode, self.is_rainy = check_render_mode(render_mode), is_rainy
        self.fickle_passenger, self.fickle_probability = fickle_passenger, fickle_probability
        self.rainy_probability = rainy_probability
        self.fickle_step = False
        start = np.zeros(500)
        for state in range(500):
            _, _, passenger, destination = decode(state)
            start[state] = passenger < INSIDE and passenger != destination
        P = {s: {a: self._outcomes(s, a) for a in range(6)} for s in range(500)}
        super().__init__(P, start / start.sum(), max_episode_steps=max_episode_steps)

    def _outcomes(self, s: int, a: int) -> list[Any]:
        row, column, passenger, destination = decode(s)
        if a == PICKUP:
            here = passenger < INSIDE and (row, column) == PLACES[passenger]
            return [(1.0, encode(row, column, INSIDE if here else passenger, destination), -1 if here else -10, False)]
        if a == DROPOFF:
            return [self._drop(row, column, passenger, destination)]
        to = [(row, column)] * 3
        if is_open(row, column, a):
            ahead = row + MOVES[a][0], column + MOVES[a][1]
            to = [ahead, *(drift(row, column, move) for move in DRIFTS[a])]
        aside = (1.0 - self.rainy_probability) / 2.0
        chances = (self.rainy_probability, aside, aside) if self.is_rainy else (1.0,)
        return [(p, encode(*cell, passenger, destination), -1, False) for p, cell in zip(chances, to)]

    def _drop(self, row: int, column: int, passenger: int, destination: int) -> tuple[float, int, int, bool]:
        if passenger == INSIDE and (row, column) == PLACES[destination]:
            return 1.0, encode(row, column, destination, destination), 20, True
        if passenger == INSIDE and (row, column) in PLACES:
            return 1.0, encode(row, column, PLACES.index((row, column)), destination), -1, False
        return 1.0, encode(row, column, passenger, destination), -10, False

    @property
    def complete_table(self) -> bool:
        """Whether the table tells all: it does not know of a fickle passenger."""
        plain = type(self).step is TabularEnvironment.step and type(self).reset is TabularEnvironment.reset
        return plain and not self.fickle_passenger

    def action_mask(self, state: int) -> Array:
        """Return an int8 array (6,): 1 for each action that would change `state`."""
        row, column, passenger, _ = decode(state)
        mask = [is_open(row, column, move) for move in range(4)]
        mask.append(passenger < INSIDE and (row, column) == PLACES[passenger % 4])
        mask.append(passenger == INSIDE and (row, column) in PLACES)
        return np.array(mask, dtype=np.int8)

    def _begin(self) -> None:
        self.fickle_step = bool(self.fickle_passenger and self.np_random.random() < self.fickle_probability)

    def _arrive(self, state: int, following: int) -> int:
        if not self.fickle_step:
            return following
        row, column, passenger, destination = decode(state)
        new_row, new_column, new_passenger, _ = decode(following)
        if passenger != INSIDE or (row, column) == (new_row, new_column):
            return following
        self.fickle_step = False
        others = [place for place in range(4) if place != destination]
        return encode(new_row, new_column, new_passenger, int(self.np_random.choice(others)))

    def _info(self, probability: float) -> Info:
        return {"prob": probability, "action_mask": self.action_mask(self.s)}

    def layout(self, passenger: int = 0, destination: int = 1) -> IntArray:
        """Return the state of the taxi in each of the 5 x 5 cells for one passenger place and destination."""
        return np.array([[encode(i, j, passenger, destination) for j in range(5)] for i in range(5)], dtype=np.int64)

    def cell(self, state: int) -> tuple[int, int]:
        """Return the row and the column of the taxi."""
        return decode(state)[:2]

    def render(self) -> str:
        """Return the map as text: taxi yellow (green with the passenger), passenger blue, destination magenta."""
        cells = [list(row) for row in MAP]
        if self.s >= 0:
            row, column, passenger, destination = decode(self.s)
            here = cells[1 + row][2 * column + 1]
            if passenger < INSIDE:
                cells[1 + row][2 * column + 1] = highlight(here, "43")
                at = PLACES[passenger]
                cells[1 + at[0]][2 * at[1] + 1] = highlight(cells[1 + at[0]][2 * at[1] + 1], "34", bold=True)
            else:
                cells[1 + row][2 * column + 1] = highlight("_" if here == " " else here, "42")
            at = PLACES[destination]
            cells[1 + at[0]][2 * at[1] + 1] = highlight(cells[1 + at[0]][2 * at[1] + 1], "35")
        tail = "\n" if self.lastaction is None else f"  ({NAMES[self.lastaction]})\n"
        return "\n".join("".join(row) for row in cells) + "\n" + tail
