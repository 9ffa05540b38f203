"""Progress bars, by rich. rich is loaded when the first bar is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from .steps import Listener, listen

T = TypeVar("T")


def _new_bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
    )


def describe(step: Any) -> str:
    """Return the numbers of a step in a few words: its name and its scalar fields."""
    fields = getattr(step, "_fields", ())
    words = [str(getattr(step, "name", ""))]
    for field in fields:
        value = getattr(step, field)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and field != "iteration":
            words.append(f"{field}={value:.6g}")
    return " ".join(word for word in words if word)


class StepBar(Listener):
    """A progress bar over the iterations of a fit, out of `max_iter` (a search: its candidates) where that is known."""

    def start(self, estimator: Any) -> None:
        """Show the bar."""
        most = getattr(estimator, "_step_total", getattr(estimator, "max_iter", None))
        self._bar = _new_bar()
        self._bar.start()
        name = type(estimator).__name__ if estimator is not None else "fit"
        total = most if isinstance(most, int) and most > 0 else None
        self._task = self._bar.add_task(name, total=total, note="")
        self._seen = 0

    def see(self, step: Any) -> bool | None:
        """Move the bar to the step's iteration (or count steps, where it has none)."""
        self._seen += 1
        done = getattr(step, "iteration", self._seen)
        self._bar.update(self._task, completed=done, note=describe(step))
        return None

    def end(self) -> None:
        """Leave the finished bar on the screen."""
        self._bar.stop()


@contextmanager
def progress() -> Iterator[None]:
    """Show a progress bar for every fit inside the block.

    >>> from scratchml.core import progress
    >>> with progress():
    ...     pass  # model.fit(X, y)
    """
    with listen(StepBar()):
        yield


def track(items: Iterable[T], description: str, total: int | None = None, show: bool = True) -> Iterator[T]:
    """Yield `items`, with a progress bar on stderr while `show` is true."""
    if not show:
        yield from items
        return
    if total is None and hasattr(items, "__len__"):
        total = len(items)  # type: ignore[arg-type]
    with _new_bar() as bar:
        task = bar.add_task(description, total=total, note="")
        for item in items:
            yield item
            bar.advance(task)
