"""The base of our environments: Gymnasium's contract over a transition table, without Gymnasium.

``reset(seed=...)`` returns (state, info); ``step(action)`` returns (state, reward, terminated, truncated, info). All
randomness is `np_random`: one draw for a start, one for a step, by Gymnasium's rule; so the same seed gives the same
episode, step for step.

terminated: the task is over, nothing can follow. truncated: the clock ran out (`max_episode_steps`); the task would
have gone on, so whoever learns must still count on what lies ahead. As in Gymnasium both may be true at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from ..core.rules import is_integer
from ..core.typing import IntArray
from .checks import check_limit, check_seed
from .spaces import Discrete
from .table import Table, draw_start, make_table

Info = dict[str, Any]


class TabularEnvironment:
    """An environment that is its transition table.

    Parameters
    ----------
    P : ``P[s][a] = [(probability, next_state, reward, terminated), ...]`` for every state and action; not to be changed
        later, for `table` is made of it once
    initial_state_distrib : array of shape (S,), the probability that an episode starts in each state
    max_episode_steps : truncate an episode after so many steps; None for no limit

    Attributes
    ----------
    observation_space, action_space : Discrete
    table : Table, the same as `P` in arrays
    np_random : numpy Generator that all draws come from
    s : int, the present state

    Raises
    ------
    ValueError
        If `P` is no transition table: see `make_table`.

    Examples
    --------
    >>> from scratchml.rl import TabularEnvironment
    >>> stay, go = [(1.0, 0, 0.0, False)], [(0.5, 0, 0.0, False), (0.5, 1, 1.0, True)]
    >>> env = TabularEnvironment([[stay, go], [stay, stay]], [1.0, 0.0])
    >>> env.reset(seed=1), env.step(1)
    ((0, {'prob': 1.0}), (1, 1.0, True, False, {'prob': 0.5}))
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["ansi"], "render_fps": 4}
    spec: ClassVar[Any] = None
    reward_range: ClassVar[tuple[float, float]] = (-float("inf"), float("inf"))
    action_names: tuple[str, ...] = ()
    moves: tuple[tuple[int, int] | None, ...] = ()  # the arrow of each action as (rows, columns), where it has one
    rows: Sequence[str] = ()  # the letters of the map, for pictures
    walls: Sequence[tuple[int, int]] = ()  # cells with a wall on their right side, for pictures
    render_mode: str | None = None

    def __init__(self, P: Any, initial_state_distrib: Any, *, max_episode_steps: int | None = None) -> None:
        self.P = P
        self.initial_state_distrib = np.asarray(initial_state_distrib, dtype=np.float64)
        self.max_episode_steps = check_limit(max_episode_steps)
        self.table: Table = make_table(P, self.initial_state_distrib)
        n_states, n_actions, _ = self.table.next_state.shape
        self.observation_space, self.action_space = Discrete(n_states), Discrete(n_actions)
        self.s = -1
        self.lastaction: int | None = None
        self._elapsed, self._over = 0, True

    @property
    def complete_table(self) -> bool:
        """Whether the table tells all that `step` and `reset` do, so that a kernel may stand in for them."""
        ours, base = type(self), TabularEnvironment
        return all(getattr(ours, name) is getattr(base, name) for name in ("step", "reset", "_begin", "_arrive"))

    @property
    def unwrapped(self) -> TabularEnvironment:
        """This environment itself: it wears no wrapper."""
        return self

    @property
    def np_random(self) -> np.random.Generator:
        """The generator of all draws; unseeded until ``reset(seed=...)``."""
        if not hasattr(self, "_np_random"):
            self._np_random = np.random.default_rng()
        return self._np_random

    @np_random.setter
    def np_random(self, generator: np.random.Generator) -> None:
        self._np_random = generator

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[int, Info]:
        """Begin an episode and return (state, info); a `seed` starts the draws anew, None lets them run on.

        `options` is there for the contract and changes nothing.
        """
        seed = check_seed(seed)
        if seed is not None:
            self._np_random = np.random.default_rng(seed)
        self.s = int(draw_start(self.table.start, self.np_random.random()))
        self.lastaction, self._elapsed, self._over = None, 0, False
        self._begin()
        return self.s, self._info(1.0)

    def step(self, action: int) -> tuple[int, float, bool, bool, Info]:
        """Take `action` and return (state, reward, terminated, truncated, info).

        Raises
        ------
        TypeError
            If `action` is no integer.
        ValueError
            If there is no such action.
        RuntimeError
            If the episode has ended, or none has begun.
        """
        if self._over:
            when = "the episode has ended" if self.s >= 0 else "no episode has begun"
            raise RuntimeError(f"{when}; call reset() before step().")
        action = self._check_action(action)
        outcomes = self.P[self.s][action]
        u, total, chosen = self.np_random.random(), 0.0, 0
        for k, outcome in enumerate(outcomes):
            total += outcome[0]
            if total > u:
                chosen = k
                break
        probability, following, reward, terminated = outcomes[chosen]
        self.s, self.lastaction = int(self._arrive(self.s, int(following))), action
        self._elapsed += 1
        truncated = self.max_episode_steps is not None and self._elapsed >= self.max_episode_steps
        self._over = bool(terminated) or truncated
        return self.s, reward, terminated, truncated, self._info(probability)

    def _check_action(self, action: Any) -> int:
        if action not in self.action_space:
            wanted = f"give an integer of 0 ... {self.action_space.n - 1}"
            if is_integer(action):
                raise ValueError(f"action={action} is not one of the {self.action_space.n} actions; {wanted}.")
            raise TypeError(f"action={action!r} is of type {type(action).__name__}; {wanted}.")
        return int(action)

    def _begin(self) -> None:
        """Do what a subclass does at the start of an episode, after the state was drawn."""

    def _arrive(self, state: int, following: int) -> int:
        """Return the state that is really reached from `state`; a subclass may have a word in it."""
        return following

    def _info(self, probability: float) -> Info:
        return {"prob": probability}

    def layout(self) -> IntArray:
        """Return the state in each cell of the picture, shape (rows, columns), -1 where there is none.

        Raises
        ------
        ValueError
            If the environment has no cells.
        """
        raise ValueError(f"{type(self).__name__} has no cells to draw; give the layout, an array of states.")

    def cell(self, state: int) -> tuple[int, int]:
        """Return the row and the column that a state is drawn in. Raises ValueError where there is none."""
        found = np.argwhere(self.layout() == state)
        if not len(found):
            raise ValueError(f"state {state} lies in no cell.")
        return int(found[0][0]), int(found[0][1])

    def render(self) -> str:
        """Return the present state as text for a terminal."""
        return f"state {self.s}\n"

    def close(self) -> None:
        """Do nothing: there is no window to close."""

    def to_gymnasium(self) -> Any:
        """Return this environment as a ``gymnasium.Env``, for libraries that insist on that class.

        Raises
        ------
        ImportError
            If Gymnasium is not installed.
        """
        from .gymnasium_bridge import wrap

        return wrap(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.observation_space.n} states, {self.action_space.n} actions)"


def highlight(text: str, colour: str, bold: bool = False) -> str:
    """Return `text` in the terminal's colour of this ANSI number."""
    return f"\x1b[{colour}{';1' if bold else ''}m{text}\x1b[0m"
