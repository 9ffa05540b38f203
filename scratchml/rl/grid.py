"""What the worlds of cells share: moves, the check that a goal can be reached, the text of a state."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..core.typing import IntArray
from .environment import highlight

LEFT, DOWN, RIGHT, UP = 0, 1, 2, 3
MOVES = ((0, -1), (1, 0), (0, 1), (-1, 0))  # (rows, columns) of left, down, right, up
NAMES = ("Left", "Down", "Right", "Up")


def neighbour(row: int, column: int, move: tuple[int, int], shape: tuple[int, int]) -> tuple[int, int]:
    """Return the cell one move away; at the border one stays."""
    return min(max(row + move[0], 0), shape[0] - 1), min(max(column + move[1], 0), shape[1] - 1)


def can_reach(rows: Sequence[str], start: tuple[int, int], wanted: str, blocked: str) -> bool:
    """Say whether a cell whose letter is in `wanted` can be reached from `start` without entering one of `blocked`."""
    shape = (len(rows), len(rows[0]))
    frontier, seen = [start], {start}
    while frontier:
        row, column = frontier.pop()
        for move in MOVES:
            cell = neighbour(row, column, move, shape)
            if rows[cell[0]][cell[1]] in wanted:
                return True
            if cell not in seen and rows[cell[0]][cell[1]] not in blocked:
                seen.add(cell)
                frontier.append(cell)
    return False


def check_rows(rows: Sequence[str], letters: str, name: str) -> list[str]:
    """Return the rows of a map as strings, checked to be a full rectangle of known letters.

    Raises
    ------
    TypeError
        If it is no sequence of strings.
    ValueError
        If it is empty, ragged, or holds another letter.
    """
    found = [row.decode() if isinstance(row, bytes) else row for row in rows]
    if isinstance(rows, str) or not all(isinstance(row, str) for row in found):
        raise TypeError(f"{name}={rows!r} is no list of strings; give one string for each row of the map.")
    if not found or not found[0]:
        raise ValueError(f"{name} is empty; give at least one row with one cell.")
    for i, row in enumerate(found):
        if len(row) != len(found[0]):
            raise ValueError(f"{name}: row {i} has {len(row)} cells, row 0 has {len(found[0])}; make all rows as long.")
        if unknown := sorted(set(row) - set(letters)):
            raise ValueError(f"{name}: row {i} holds {unknown[0]!r}; the letters of a map are {', '.join(letters)}.")
    return found


def check_route(rows: Sequence[str], name: str, goal: str, blocked: str) -> None:
    """Check that a map has a start, has a goal, and that the goal can be reached from every start.

    Raises
    ------
    ValueError
        If not; the message says which.
    """
    starts = [(i, row.index("S", j)) for i, row in enumerate(rows) for j, letter in enumerate(row) if letter == "S"]
    if not starts:
        raise ValueError(f"{name} has no start; mark at least one cell with 'S'.")
    if not any(letter in goal for row in rows for letter in row):
        raise ValueError(f"{name} has no goal; mark at least one cell with {goal[0]!r}.")
    for start in starts:
        if not can_reach(rows, start, goal, blocked):
            raise ValueError(f"{name}: no way leads from the start at row {start[0]}, column {start[1]} to a goal.")


def sideways(action: int) -> tuple[int, int, int]:
    """Return the moves one may slip into: the one before, the one meant, the one after, all round the compass."""
    return (action - 1) % 4, action, (action + 1) % 4


def grid_states(shape: tuple[int, int]) -> IntArray:
    """Return the state of each cell, numbered row by row."""
    return np.arange(shape[0] * shape[1], dtype=np.int64).reshape(shape)


def show_grid(rows: Sequence[str], state: int, colour: Callable[[str], str] = lambda c: highlight(c, "41")) -> str:
    """Return the map with the agent's cell marked by `colour`; no mark where `state` is negative."""
    cells = [list(row) for row in rows]
    if state >= 0:
        row, column = divmod(state, len(cells[0]))
        cells[row][column] = colour(cells[row][column])
    return "\n".join("".join(row) for row in cells) + "\n"
