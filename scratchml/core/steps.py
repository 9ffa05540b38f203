"""A fit is a generator of the textbook's steps; `finish` is the one doorway through which it runs.

An algorithm's loop yields a step (a NamedTuple whose first field is its `name`) after each step of the textbook.
``fit`` is ``finish(self.steps(X, y), self)``. Whoever wants to look on (a recorder, a progress bar, early
stopping) is a `Listener` put into a context variable by ``with listen(...)``; no algorithm knows of it. With no
listener the loop runs at its own speed.

Steps hold live views of the arrays that the loop goes on changing. Only `record` copies.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import numpy as np

from .typing import Array

S = TypeVar("S")


class Listener:
    """Looks on while a fit runs. Override what you need; `see` may return True to end the fit early."""

    fine = False  # whether it wants every step of the textbook where a fit would rather hurry: see `pace`
    inner = False  # whether it wants to hear of fits inside fits, which `unheard` hides from others: folds of a search

    def start(self, estimator: Any) -> None:
        """Learn that a fit of `estimator` (or None, where unknown) begins."""

    def follow(self, steps: Iterable[Any]) -> Callable[[Any], bool | None] | None:
        """Learn which generator is about to run, after `start`: it knows the line of the source it stands at.

        May return what shall look at its steps in place of `see`: something that knows which fit they are of.
        """
        return None

    def see(self, step: Any) -> bool | None:
        """Look at one step, a live view; return True to end the fit after it."""
        return None

    def end(self) -> None:
        """Learn that the fit has ended, by itself or by an exception."""


class _Call(Listener):
    def __init__(self, function: Callable[[Any], bool | None]) -> None:
        self.see = function  # type: ignore[method-assign, assignment]


_listeners: ContextVar[tuple[Listener, ...]] = ContextVar("scratchml_listeners", default=())


class listen:
    """Let `listener` (or a plain function of a step) see every step of every fit inside the block.

    >>> from scratchml.core import finish, listen
    >>> with listen(print):
    ...     last = finish(iter(["assign", "update"]))
    assign
    update

    Raises
    ------
    TypeError
        If `listener` is a class or cannot be called.
    """

    def __init__(self, listener: Listener | Callable[[Any], bool | None]) -> None:
        if isinstance(listener, type) or not (isinstance(listener, Listener) or callable(listener)):
            raise TypeError(
                f"listener={listener!r} cannot listen; give a Listener (an instance) or a function of a step."
            )
        self._listener = listener if isinstance(listener, Listener) else _Call(listener)

    def __enter__(self) -> None:
        self._token = _listeners.set((*_listeners.get(), self._listener))

    def __exit__(self, *error: object) -> None:
        _listeners.reset(self._token)


def pace(hurried: int) -> int:
    """Return how many steps a fit may take between two that it shows: 1 where a listener wants all, or `hurried`.

    For loops that run many steps in one kernel call, whose path does not depend on how many.
    """
    return 1 if any(listener.fine for listener in _listeners.get()) else hurried


def coarse(steps: Iterable[S], small: str) -> Iterable[S]:
    """Return the steps without those of the name `small`, the textbook's smallest, unless a listener wants all.

    For fits whose smallest steps (batches) are so many and short that to look at each would slow them down.
    """
    if any(listener.fine for listener in _listeners.get()):
        return steps
    return (step for step in steps if getattr(step, "name", None) != small)


def listeners() -> tuple[Listener, ...]:
    """Return who would see the steps of a fit that runs now."""
    return _listeners.get()


def someone_listens(fine: bool = False) -> bool:
    """Say whether anybody would see the steps of a fit that runs now; where nobody does, none need be told.

    fine : whether anybody wants the textbook's way where a fit would rather take a quicker one to the same numbers
    """
    return any(listener.fine for listener in _listeners.get()) if fine else bool(_listeners.get())


def final(values: Array) -> Array:
    """Return a view of an array that says nobody will change it any more (it is read-only), so none need copy it."""
    view = values.view()
    # by place four times as quick as view.flags.writeable = False; NumPy's stubs know the name only
    view.setflags(False)  # type: ignore[call-arg]
    return view


def sealed(values: Array) -> Array:
    """Return an array that nobody else holds, made read-only itself: as `final`, but sooner."""
    values.setflags(False)  # type: ignore[call-arg]  # as in `final`
    return values


def owned(values: Array) -> Array:
    """Return a copy of an array that was shown as `final` or `sealed`, for a model to keep; any other array itself."""
    return values if values.flags.writeable else values.copy()


@contextmanager
def unheard() -> Iterator[None]:
    """Hide most listeners inside the block: for inner fits that are a detail of an outer one. See `Listener.inner`."""
    token = _listeners.set(tuple(listener for listener in _listeners.get() if listener.inner))
    try:
        yield
    finally:
        _listeners.reset(token)


def finish(steps: Iterable[S], estimator: Any = None) -> S:
    """Run a fit's steps to the end and return the last one.

    `estimator`, where given, tells listeners whose fit it is; its `verbose` parameter, where set, adds a progress bar.
    """
    listeners = _listeners.get()
    if estimator is not None and getattr(estimator, "verbose", False):
        from .progress import StepBar

        if not any(isinstance(listener, StepBar) for listener in listeners):
            listeners = (*listeners, StepBar())
    last: Any = _NOTHING
    if not listeners:
        for last in steps:  # noqa: B007 (the last step is the result)
            pass
    else:
        last = _run_watched(steps, estimator, listeners)
    if last is _NOTHING:
        raise RuntimeError("the fit took no step at all; a generator of steps must yield at least once.")
    return last  # type: ignore[no-any-return]


_NOTHING: Any = object()


def _run_watched(steps: Iterable[Any], estimator: Any, listeners: tuple[Listener, ...]) -> Any:
    last: Any = _NOTHING
    started: list[Listener] = []
    looks: list[Callable[[Any], bool | None]] = []
    steps = iter(steps)
    try:
        for listener in listeners:
            listener.start(estimator)
            started.append(listener)
            looks.append(listener.follow(steps) or listener.see)
        if len(looks) == 1:  # plainly: as below
            see = looks[0]
            for last in steps:
                if see(last):
                    break
        else:
            for last in steps:
                answers = [see(last) for see in looks]  # all of them look on, whatever the first says
                if any(answers):
                    break
    finally:
        if isinstance(steps, Generator):
            steps.close()
        for listener in started:
            listener.end()
    return last


def snapshot(step: S) -> S:
    """Return a copy of a step that later iterations cannot change: its arrays are copied."""
    return _copied(step)  # type: ignore[no-any-return]


def _copied(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(_copied, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(_copied, value))
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return value


def record(steps: Iterable[S], every: int = 1, max_steps: int | None = None) -> list[S]:
    """Run `steps` and return copies of every `every`-th of them, the last one always included.

    >>> from scratchml.core import record
    >>> record(iter(range(7)), every=3)
    [0, 3, 6]

    Raises
    ------
    ValueError
        If `every` or `max_steps` is below 1.
    """
    if every < 1 or (max_steps is not None and max_steps < 1):
        raise ValueError(f"every={every} and max_steps={max_steps} must be 1 or more.")
    kept: list[S] = []
    last, i = _NOTHING, -1
    for i, last in enumerate(steps):
        if i % every == 0:
            kept.append(snapshot(last))
            if max_steps is not None and len(kept) >= max_steps:
                return kept
    if i >= 0 and i % every:
        kept.append(snapshot(last))
    return kept
