"""Progress bars, by rich. rich is loaded when the first bar is shown."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
from typing import Any, TypeVar

from .steps import Listener, listen, listeners

T = TypeVar("T")
R = TypeVar("R")


TOTALS = ("_step_total", "max_iter", "n_estimators", "n_steps")  # where an estimator says how many steps there will be
MOST_NUMBERS = 3  # in a note: the rest would crowd out the bar


def _console() -> Any:
    """Return where bars go: stderr; in a notebook the cell, or where it has no ipywidgets, one line at the end."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_jupyter and find_spec("ipywidgets") is None:  # rich would warn, and show nothing
        return Console(stderr=True, force_jupyter=False)
    return console


def _new_bar() -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    return Progress(
        TextColumn("{task.description}", table_column=Column(min_width=12, no_wrap=True)),
        BarColumn(bar_width=None, table_column=Column(ratio=1, min_width=10)),
        MofNCompleteColumn(table_column=Column(min_width=5, no_wrap=True)),
        TimeElapsedColumn(table_column=Column(min_width=7, no_wrap=True)),
        TextColumn("{task.fields[note]}", table_column=Column(ratio=2, no_wrap=True)),  # gives way on a narrow screen
        console=_console(),
        expand=True,
    )


def describe(step: Any) -> str:
    """Return the first numbers of a step that say something, in a few words, after its name."""
    words = [str(getattr(step, "name", ""))]
    for field in getattr(step, "_fields", ()):
        value = getattr(step, field)
        if isinstance(value, float) and math.isfinite(value):
            words.append(f"{field}={value:.6g}")
    return " ".join([word for word in words if word][: MOST_NUMBERS + 1])


class Screen:
    """The one display that all open bars share: bars of inner fits stand below the outer one's, and go with their fit.

    It begins with the first bar and ends with the last, whatever ends them: an error and Ctrl-C leave a clean screen.
    """

    def __init__(self) -> None:
        self._lock, self._open = threading.Lock(), 0
        self._bars: Any = None

    def begin(self, description: str, total: int | None) -> Any:
        """Show one more bar and return its number."""
        try:
            with self._lock:
                if self._bars is None:
                    self._bars = _new_bar()
                    self._bars.start()
                number = self._bars.add_task(description, total=total, note="")
                self._open += 1
                return number
        except BaseException:  # Ctrl-C, in the middle of it
            self.close()
            raise

    def move(self, task: Any, **change: Any) -> None:
        """Change a bar."""
        bars = self._bars
        if bars is not None:
            bars.update(task, **change)

    def end(self, task: Any) -> None:
        """Take a bar away, or where it is the last one, leave it and end the display."""
        try:
            with self._lock:
                if self._bars is not None and self._open > 1:
                    self._bars.remove_task(task)
                    self._open -= 1
                    return
        except BaseException:
            self.close()
            raise
        self.close()

    def close(self) -> None:
        """End the display, whatever is still open."""
        bars, self._bars, self._open = self._bars, None, 0
        if bars is not None:
            if bars.console.is_jupyter:
                bars.refresh()  # there, the last look would be up to a tenth of a second old
            bars.stop()


_screen = Screen()
_tasks: ContextVar[tuple[tuple[StepBar, Any], ...]] = ContextVar("scratchml_bars", default=())  # of fits inside fits


class StepBar(Listener):
    """A progress bar over the iterations of a fit, out of as many as are known to come."""

    def start(self, estimator: Any) -> None:
        """Show the bar."""
        most = next((found for name in TOTALS if (found := getattr(estimator, name, None)) is not None), None)
        name = type(estimator).__name__ if estimator is not None else "fit"
        task = _screen.begin(name, most if isinstance(most, int) and most > 0 else None)
        _tasks.set((*_tasks.get(), (self, [task, 0])))

    def _mine(self) -> list[Any]:
        return next(found for bar, found in reversed(_tasks.get()) if bar is self)

    def see(self, step: Any) -> bool | None:
        """Move the bar to the step's iteration (or count steps, where it has none)."""
        mine = self._mine()
        mine[1] += 1
        _screen.move(mine[0], completed=getattr(step, "iteration", mine[1]), note=describe(step))
        return None

    def end(self) -> None:
        """Leave the finished bar on the screen, if it is the last."""
        mine = self._mine()
        _tasks.set(tuple(open_bar for open_bar in _tasks.get() if open_bar[1] is not mine))
        _screen.end(mine[0])


@contextmanager
def progress() -> Iterator[None]:
    """Show a progress bar for every fit inside the block, also inside pipelines, searches and ensembles.

    >>> from scratchml.core import progress
    >>> with progress():
    ...     pass  # model.fit(X, y)
    """
    try:
        with listen(StepBar()):
            yield
    except BaseException:
        _screen.close()  # Ctrl-C may have come between a bar's beginning and its end
        raise


def is_wanted() -> bool:
    """Say whether a `progress` block is around."""
    return any(isinstance(listener, StepBar) for listener in listeners())


@contextmanager
def counted(task: Callable[[T], R], total: int, description: str, show: bool = False) -> Iterator[Callable[[T], R]]:
    """Give the task of many jobs, in any thread; where bars are wanted or `show` says so, each one done moves a bar."""
    if not (show or is_wanted()):
        yield task
        return
    number = _screen.begin(description, total)

    def moving(item: T) -> R:
        result = task(item)
        _screen.move(number, advance=1)
        return result

    try:
        yield moving
    finally:
        _screen.end(number)


def track(items: Iterable[T], description: str, total: int | None = None, show: bool = True) -> Iterator[T]:
    """Yield `items`, with a progress bar on stderr if `show` says so."""
    if not show:
        yield from items
        return
    if total is None and hasattr(items, "__len__"):
        total = len(items)  # type: ignore[arg-type]
    task = _screen.begin(description, total)
    try:
        for item in items:
            yield item
            _screen.move(task, advance=1)
    finally:
        _screen.end(task)
