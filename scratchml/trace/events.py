"""A trace: copies of the steps of one or more fits, with whose they are and which line of the source yielded them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np

from ..core.typing import Array, FloatArray
from .where import Source, source_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .explain import Explanation

CURVES = ("inertia", "loss", "objective", "bound", "primal", "train_score", "gap", "violation", "gradient_norm",
          "height", "error", "change", "mean_return", "score", "n_nodes")  # fmt: skip


class Fit(NamedTuple):
    """One fit that was recorded."""

    label: str  # "GridSearchCV / Pipeline / KMeans": the estimator, inside what it was fitted by
    name: str  # the estimator's class, or the generator's name
    parent: int  # number of the fit it is part of; -1 for none
    params: dict[str, Any]  # the estimator's parameters
    X: Any  # what it was fitted to, as `fit` was given it: rows, or an environment; None where unknown
    y: Any

    def __repr__(self) -> str:
        sizes = [f"{f}={type(v).__name__} of shape {np.shape(v)}" for f, v in (("X", self.X), ("y", self.y))
                 if hasattr(v, "shape")]  # fmt: skip
        return f"Fit({', '.join([f'label={self.label!r}', f'parent={self.parent}', *sizes])})"  # not all its numbers


class Event(NamedTuple):
    """One step that was kept."""

    fit: int  # number of its fit in `Trace.fits`
    number: int  # which step of its fit it is, from 0; kept or not, all are counted
    step: Any  # a copy
    source: str  # key of `Trace.sources`; empty where unknown
    line: int  # of the file, from 1; 0 where unknown

    @property
    def name(self) -> str:
        """The textbook's word for what was done."""
        return name_of(self.step)


def name_of(step: Any) -> str:
    """Return a step's name: its field `name`, or what its class is called."""
    found = getattr(step, "name", None)
    return found if isinstance(found, str) else type(step).__name__.lower()


def is_number(value: Any) -> bool:
    """Say whether a value is one number (a bool is not)."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, (bool, np.bool_))


class Trace:
    """What `record` has seen. Index it, filter it, draw it, explain it, save it.

    ``len(tr)`` and ``tr[i]`` count steps that were kept; ``tr[2:5]`` is a Trace again.

    Parameters
    ----------
    fits, events, sources, codes : what was recorded; the recorder fills them in

    Examples
    --------
    >>> from scratchml import trace
    >>> from scratchml.cluster import KMeans
    >>> with trace.record() as tr:
    ...     model = KMeans(2, random_state=0).fit([[1.0], [2.0], [11.0], [12.0]])
    >>> [step.name for step in tr]
    ['seed', 'assign', 'update', 'assign', 'update', 'score', 'best']
    >>> tr.only("assign").column("inertia").tolist()
    [2.0, 1.0]
    """

    def __init__(
        self,
        fits: list[Fit] | None = None,
        events: list[Event] | None = None,
        sources: dict[str, Source] | None = None,
        codes: dict[str, CodeType] | None = None,
    ) -> None:
        self.fits: list[Fit] = [] if fits is None else fits
        self.kept: list[Any] = [] if events is None else events  # some may lack what `events` adds to them
        self._complete = len(self.kept)
        self._places: dict[tuple[type, str], tuple[str, int]] = {}  # source and line, by kind of step and its name
        self._sources: dict[str, Source] = {} if sources is None else sources
        self.codes: dict[str, CodeType] = {} if codes is None else codes  # whose text has not been read yet

    def __len__(self) -> int:
        return len(self.kept)

    @overload
    def __getitem__(self, i: int) -> Any: ...
    @overload
    def __getitem__(self, i: slice) -> Trace: ...
    def __getitem__(self, i: int | slice) -> Any:
        """Return step i, counted from the end if negative, or a Trace of some of them."""
        if isinstance(i, slice):
            return Trace(self.fits, self.events[i], self._sources, self.codes)
        return self.event(i).step

    def __iter__(self) -> Iterator[Any]:
        return iter([event.step for event in self.events])

    def __repr__(self) -> str:
        names = list(dict.fromkeys(event.name for event in self.events))
        fits = len({event.fit for event in self.events})
        words = f"{len(self)} step{'s' * (len(self) != 1)} ({', '.join(names) or 'none'})"
        return f"<Trace of {words} of {fits} fit{'s' * (fits != 1)}>"

    def _repr_html_(self) -> str:
        from .explain import overview

        return overview(self)

    @property
    def events(self) -> list[Event]:
        """The steps that were kept, each with whose it is. A recorder leaves what only readers need to them."""
        for i in range(self._complete, len(self.kept)):
            event = self.kept[i]
            if type(event) is tuple:
                fit, number, step, place = event
                kind, here = (type(step), name_of(step)), (place.key, place.line)
                if place.key:
                    self._places[kind] = here
                elif hasattr(step, "_fields"):  # the last of a fit whose others were dropped: a step like it knows
                    here = self._places.get(kind, here)
                self.kept[i] = Event(fit, number, step, *here)
                if place.code is not None and place.key not in self._sources:
                    self.codes[place.key] = place.code  # its text is read when somebody asks for it
            self._complete = i + 1
        return self.kept

    def replace_first(self, many: int, events: list[Any]) -> None:
        """Put events in the place of the first so many, in one act: other threads may add some meanwhile."""
        self.kept[:many] = events
        self._complete = 0  # some of them may lack what readers want to know

    @property
    def sources(self) -> dict[str, Source]:
        """The functions that yielded steps, with their text, by the key that events name."""
        if self._complete < len(self.kept):
            self.events  # noqa: B018 (they name the codes)
        while self.codes:
            key, code = self.codes.popitem()
            self._sources[key] = source_of(code)
        return self._sources

    @property
    def labels(self) -> list[str]:
        """The labels of the fits that have steps here, each once."""
        return list(dict.fromkeys(self.fits[event.fit].label for event in self.events))

    def event(self, i: int) -> Event:
        """Return step i with its fit, its number and its line.

        Raises
        ------
        TypeError, IndexError
            If `i` is no integer, or there is no such step.
        """
        if not isinstance(i, (int, np.integer)):
            raise TypeError(f"i={i!r} is no integer; give the number of a step, or a slice.")
        if not -len(self) <= i < len(self):
            raise IndexError(f"there is no step {i}: {len(self)} steps were kept.")
        return self.events[i]

    def fit_of(self, i: int) -> Fit:
        """Return the fit that step i belongs to."""
        return self.fits[self.event(i).fit]

    def before(self, i: int) -> Any:
        """Return the step right before step i in its fit; None where that one was not kept."""
        event = self.event(i)
        for other in reversed(self.events[: i % len(self)]):
            if other.fit == event.fit:
                return other.step if other.number == event.number - 1 else None
        return None

    # ---- some of the steps

    def only(self, *names: str) -> Trace:
        """Return a Trace of the steps with one of these names.

        Raises
        ------
        ValueError
            If no step has such a name.
        """
        known = dict.fromkeys(event.name for event in self.events)
        unknown = [name for name in names if name not in known]
        if not names:
            raise ValueError(f"no name is given; the steps' names are {[*known]}.")
        if unknown:
            raise ValueError(f"names={names!r}: no step is called {unknown}; the steps' names are {[*known]}.")
        return Trace(self.fits, [event for event in self.events if event.name in names], self._sources, self.codes)

    def of(self, label: str) -> Trace:
        """Return a Trace of the fits whose label is `label`, or whose estimator is called so.

        Raises
        ------
        ValueError
            If there is none.
        """
        chosen = {number for number, fit in enumerate(self.fits) if label in (fit.label, fit.name)}
        if not chosen:
            raise ValueError(f"label={label!r}: no such fit; the labels are {self.labels}.")
        return self.of_fit(*chosen)

    def of_fit(self, *numbers: int) -> Trace:
        """Return a Trace of the fits of these numbers in `fits`."""
        return Trace(self.fits, [event for event in self.events if event.fit in numbers], self._sources, self.codes)

    def column(self, field: str) -> FloatArray:
        """Return one number of each step (len,); NaN where a step has no such number.

        Raises
        ------
        ValueError
            If no step has it.
        """
        values: list[Any] = [getattr(event.step, field, None) for event in self.events]
        found = np.array([float(value) if is_number(value) else np.nan for value in values])
        if not any(map(is_number, values)):
            names = dict.fromkeys(f for e in self.events for f in numbers_of(e.step))
            raise ValueError(f"field={field!r}: no step has such a number; there are {', '.join(names) or 'none'}.")
        return found

    def curve(self) -> tuple[str, FloatArray]:
        """Return the number that tells how the fits go on, by name, for each step; ("", zeros) where there is none."""
        for field in CURVES:
            values: list[Any] = [getattr(event.step, field, None) for event in self.events]
            finite = [float(v) if is_number(v) and np.isfinite(v) else np.nan for v in values]
            if np.isfinite(finite).sum() >= min(2, max(1, len(self))):
                return field, np.array(finite)
        return "", np.zeros(len(self))

    # ---- seeing (each in its own file)

    def explain(self, i: int) -> Explanation:
        """Return the formula of step i with its numbers filled in (print it); where there is none, a table."""
        from .explain import explain

        return explain(self, i)

    def plot(self, i: int = -1, ax: Axes | None = None) -> Axes:
        """Draw step i on `ax` (a new one where None) and return it."""
        from .pictures import plot

        return plot(self, i, ax)

    def animate(self, path: str | Path, *, frames: int = 60, interval: int = 300) -> Path:
        """Write an animated GIF of at most `frames` steps, `interval` milliseconds each, and return its path."""
        from .film import animate

        return animate(self, path, frames=frames, interval=interval)

    def to_html(self, path: str | Path, *, other: Trace | None = None, frames: int = 120) -> Path:
        """Write the player, one offline page with at most `frames` steps (of each of two traces); return its path."""
        from .player import to_html

        return to_html(self, path, other=other, frames=frames)

    def save(self, path: str | Path) -> Path:
        """Write the trace as JSON and return the path."""
        from .files import save

        return save(self, path)

    @staticmethod
    def load(path: str | Path) -> Trace:
        """Read a trace that `save` has written."""
        from .files import load

        return load(path)


def numbers_of(step: Any) -> dict[str, float]:
    """Return the fields of a step that are single numbers."""
    return {f: float(getattr(step, f)) for f in getattr(step, "_fields", ()) if is_number(getattr(step, f))}


def arrays_of(step: Any, prefix: str = "") -> dict[str, Array]:
    """Return the arrays of a step, those inside tuples and lists too, by path: "centres", "found.means", "coefs[0]"."""
    found: dict[str, Array] = {}
    for field in getattr(step, "_fields", ()):
        _gather(getattr(step, field), f"{prefix}{field}", found)
    return found


def _gather(value: Any, path: str, found: dict[str, Array]) -> None:
    if isinstance(value, np.ndarray):
        found[path] = value
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        found.update(arrays_of(value, f"{path}."))
    elif isinstance(value, (list, tuple)):
        for k, item in enumerate(value):
            if isinstance(item, np.ndarray):
                found[f"{path}[{k}]"] = item
