"""The only file that may import Gymnasium, and only when a caller asks for a ``gymnasium.Env``.

``gymnasium.make``, its wrappers and checkers accept nothing but a subclass of ``gymnasium.Env``. The class is made when
it is first wanted, so that nothing here needs Gymnasium.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def wrapper_class() -> type:
    """Return a subclass of ``gymnasium.Env`` that hands every call on to one of our environments.

    Raises
    ------
    ImportError
        If Gymnasium is not installed.
    """
    try:
        import gymnasium
    except ImportError as problem:
        raise ImportError(
            "to_gymnasium() needs Gymnasium: install the package `gymnasium`. Everything else in scratchml.rl "
            "works without it."
        ) from problem

    class FromScratchml(gymnasium.Env):
        """One of our environments as a ``gymnasium.Env``."""

        metadata = {"render_modes": ["ansi"], "render_fps": 4}  # noqa: RUF012 (Gymnasium's own declaration)

        def __init__(self, env: Any, render_mode: str | None = None) -> None:
            self.env = env
            self.render_mode = render_mode
            self.P, self.initial_state_distrib = env.P, env.initial_state_distrib
            self.observation_space = gymnasium.spaces.Discrete(env.observation_space.n)
            self.action_space = gymnasium.spaces.Discrete(env.action_space.n)

        def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
            """Begin an episode."""
            super().reset(seed=seed)
            found = self.env.reset(seed=seed, options=options)
            self._np_random = self.env.np_random
            return found

        def step(self, action: Any) -> Any:
            """Take one action."""
            return self.env.step(action)

        def render(self) -> Any:
            """Return the state as text, where the mode is "ansi"."""
            return self.env.render() if self.render_mode == "ansi" else None

    return FromScratchml


def wrap(env: Any) -> Any:
    """Return `env` as a ``gymnasium.Env``."""
    return wrapper_class()(env, render_mode="ansi")
