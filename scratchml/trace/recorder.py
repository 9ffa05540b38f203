"""Record fits: a listener at the one doorway that every fit runs through.

Idea
    `finish` shows each step to its listeners. This one copies every `every`-th, because steps are live views that the
    loop goes on changing. A context variable says inside which fit a fit runs, in threads too.
Maths
    When `max_events` steps are kept, every second one of each name is dropped, and from then on only every second one
    of those that would have been kept is: so what is left is spread evenly over all, however long it takes, and steps
    that take turns ("assign", "update") lose as many each. The first of a name stays, and so do the last ones seen.
    Dropped steps still count: `Event.number` is the step's place in its fit.
Cost
    About 60 microseconds for a fit; for a kept step 3 to 10 and the copies of its arrays (which are final where they
    are read-only, and are then not copied); for one that is passed over 1 or 2, every time with cold caches; what only
    readers need is worked out when they come. So fits whose steps take 0.2 milliseconds or more, and that take 2 or
    more themselves, are about within 10 % of themselves unrecorded: where the textbook's steps are shorter (nodes of a
    tree, pairs of SMO, batches, merges, turns of an agent), fits hurry past them unless `fine`. Recorded over
    unrecorded, by ``python -m benchmarks.recording``: SVC 1.03, tree 1.03, boosting 1.05, network 1.04, k-means with
    5000 rows and 20 clusters 1.02 to 1.08 (0.13 ms a step), logistic regression 1.07 to 1.12 (7 steps in 3 ms),
    linkage 1.08 to 1.11, GaussianMixture with 2000 rows 1.10 to 1.13 (0.2 ms a step); k-means with 2000 rows and 5
    clusters, which hurries past no step, 1.14 (0.05 ms a step). A fit of less than a millisecond may take up to 3
    times as long. Give `every` there.
    Memory: at most `max_events` copies and about `max_bytes`, and X and y, which are not copied. A large array of which
    not a bit has changed since the step before is kept once.
Differences
    A list of what came before (the trees so far) is kept as a list of the same objects; only its arrays are copied.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from types import GeneratorType
from typing import Any

import numpy as np

from ..core import BaseEstimator, Listener, listen
from .copies import Shelf, copied, copied_step, size_of
from .events import Event, Fit, Trace, name_of
from .where import Place, Places

GIVEN = ("X", "env", "rows")  # what methods that fit call what they are given
NOWHERE = Place("", 0)
FEWEST = 16  # steps that are kept in any case, however large


class Running:
    """A fit in progress."""

    def __init__(self, recorder: Recorder, number: int, estimator: Any) -> None:
        self.recorder, self.number, self.estimator = recorder, number, estimator
        self.seen = 0
        self.steps: Any = None
        self.place: Callable[[Any], Place | None] = nowhere
        self.last: Any = None  # the copy made last
        self.passed: Any = None  # the live step seen last, if it was not kept


def nowhere(step: Any) -> None:
    """Return None: the place of a step that no generator made."""


_running: ContextVar[tuple[Running, ...]] = ContextVar("scratchml_trace_running", default=())


def bytes_of(events: list[Event]) -> int:
    """Return how many bytes the arrays of these steps take."""
    arrays = {id(v): size_of(v) for event in events if isinstance(event.step, tuple) for v in event.step}
    return sum(arrays.values())


def thinned(events: list[Event]) -> list[Event]:
    """Return every second event of each name, and the last one."""
    seen: dict[str, Iterator[int]] = {}
    kept = [e for e in events[:-1] if next(seen.setdefault(name_of(e.step), count())) % 2 == 0]
    return [*kept, events[-1]]


class Recorder(Listener):
    """Copies steps into a `Trace`. Several threads may show it steps at once."""

    inner = True

    def __init__(self, every: int, max_events: int, max_bytes: int, fine: bool) -> None:
        self.every, self.max_events, self.max_bytes, self.fine = every, max_events, max_bytes, fine
        self.trace = Trace()
        self._stride = 1  # of those that `every` would keep, which ones are
        self._passes = every > 1  # whether any step is passed over; until one is, those kept tell how many there were
        self._candidates: dict[str, Iterator[int]] = defaultdict(count)  # counts them by the name of the step
        self._bytes = 0  # of the copies kept
        self._shelf = Shelf()
        self._lock = threading.RLock()

    def start(self, estimator: Any) -> None:
        """Note whose fit begins, inside which others, and what it is fitted to."""
        parent = self._mine()
        names, X, y = _surroundings(estimator, parent)
        with self._lock:
            run = Running(self, len(self.trace.fits), estimator)
            params = estimator.get_params(deep=False) if isinstance(estimator, BaseEstimator) else {}
            outer = self.trace.fits[parent.number].label if parent is not None else ""
            label = " / ".join([*([outer] if outer else []), *names])
            number = parent.number if parent is not None else -1
            self.trace.fits.append(Fit(label, names[-1], number, dict(params), X, y))
        _running.set((*_running.get(), run))

    def follow(self, steps: Iterable[Any]) -> None:
        """Keep the generator at hand: it knows its line."""
        run = self._mine()
        if isinstance(steps, GeneratorType):
            run.place = Places(steps, self.trace.codes)
        if run.estimator is None and isinstance(steps, GeneratorType):
            with self._lock:
                fit = self.trace.fits[run.number]
                name = steps.gi_code.co_name
                label = fit.label.removesuffix("fit") + name
                self.trace.fits[run.number] = fit._replace(label=label, name=name)

    def see(self, step: Any) -> bool | None:
        """Copy the step, if it is one of those to keep."""
        running = _running.get()
        run = running[-1] if running and running[-1].recorder is self else self._mine()
        number = run.seen
        run.seen = number + 1
        if self._passes and (number % self.every or next(self._candidates[name_of(step)]) % self._stride):
            run.passed = step
            return None
        run.passed = None
        self._keep(run, number, step)
        return None

    def end(self) -> None:
        """Keep the fit's last step: nothing can change it any more."""
        run = self._mine()
        if run.passed is not None:
            self._keep(run, run.seen - 1, run.passed)
        run.place, run.passed, run.last = nowhere, None, None
        _running.set(tuple(other for other in _running.get() if other is not run))

    def leave(self) -> None:
        """Learn that the recording is over."""
        with self._lock:
            self._shelf.leave()

    def _mine(self) -> Any:
        """Return the innermost fit in progress here that this recorder follows; None if there is none."""
        running = _running.get()
        if running and running[-1].recorder is self:  # nearly always, and asked at every step
            return running[-1]
        return next((run for run in reversed(running) if run.recorder is self), None)

    def _keep(self, run: Running, number: int, step: Any) -> None:
        """Copy a step and add it. No lock is needed for that: a list adds in one act."""
        if hasattr(step, "_fields"):
            copy, size = copied_step(step, run.last, self._shelf.copy)
            self._bytes += size
        else:
            copy = copied(step)
        run.last, kept = copy, self.trace.kept
        kept.append((run.number, number, copy, run.place(step) or self._place_before(run, step)))
        if len(kept) > self.max_events or (self._bytes > self.max_bytes and len(kept) > FEWEST):
            with self._lock:
                self._thin()

    def _place_before(self, run: Running, step: Any) -> Place:
        """Return where the fit's last step of this name that was kept was made: the generator is over already."""
        name, events = name_of(step), reversed(self.trace.events)
        before = (Place(e.source, e.line) for e in events if e.fit == run.number and name_of(e.step) == name)
        return next(before, NOWHERE)

    def _thin(self) -> None:
        events = self.trace.events
        if not self._passes:
            for name, many in Counter(name_of(event.step) for event in events).items():
                self._candidates[name] = count(many)
            self._passes = True
        self._bytes = bytes_of(events)
        while len(events) > self.max_events or (self._bytes > self.max_bytes and len(events) > FEWEST):
            before = len(events)
            self.trace.replace_first(before, thinned(events[:before]))
            self._bytes = bytes_of(events)
            self._stride *= 2
            if len(events) == before:  # one of each name: more names than events are asked for
                break


def _surroundings(estimator: Any, parent: Running | None) -> tuple[list[str], Any, Any]:
    """Return the names from `parent` down to the estimator, and the X and y that its method was called with."""
    names, X, y = [type(estimator).__name__ if estimator is not None else "fit"], None, None
    frame, inner = sys._getframe(2), estimator
    while frame is not None:
        code = frame.f_code
        if not code.co_argcount or code.co_varnames[0] != "self":  # no method: to read its variables takes longer
            frame = frame.f_back  # type: ignore[assignment]
            continue
        owner = frame.f_locals.get("self")
        if parent is not None and owner is parent.estimator:
            break
        if estimator is not None and owner is estimator:
            inside = frame.f_locals
            given = [inside[name] for name in GIVEN if inside.get(name) is not None]
            X, y = (given[0], inside.get("y")) if given else (X, y)
        elif isinstance(owner, BaseEstimator) and owner is not inner and type(owner).__name__ != names[0]:
            names.insert(0, type(owner).__name__)
            inner = owner
        frame = frame.f_back  # type: ignore[assignment]
    return names, X, y


def check_counts(every: int, max_events: int, max_bytes: int) -> None:
    """Raise TypeError or ValueError unless all are integers that make sense."""
    for name, value, least in (("every", every, 1), ("max_events", max_events, 2), ("max_bytes", max_bytes, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name}={value!r} must be an integer; give {least} or more.")
        if value < least:
            raise ValueError(f"{name}={value} is too few; give {least} or more.")


@contextmanager
def record(every: int = 1, max_events: int = 300, *, fine: bool = False, max_bytes: int = 2**27) -> Iterator[Trace]:
    """Record every fit inside the block: of any estimator, also inside pipelines and searches, in threads too.

    A fit is the same to the last bit, recorded or not.

    Parameters
    ----------
    every : keep every so many-th step of a fit; its last one is kept in any case
    max_events : when so many are kept, every second one of each name is dropped, so that those left are spread evenly
    fine : show the textbook's smallest steps (nodes, pairs, batches, merges, turns) where a fit would rather hurry; it
        then runs at the speed of its `steps`
    max_bytes : when the copies take more, every second one of each name is dropped, too

    Yields
    ------
    Trace
        It fills up while fits run.

    Raises
    ------
    TypeError, ValueError
        If `every`, `max_events` or `max_bytes` is no integer, or below 1, 2 or 1.

    Examples
    --------
    >>> from scratchml import trace
    >>> from scratchml.linear_model import Lasso
    >>> with trace.record() as tr:
    ...     model = Lasso(alpha=0.1).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])
    >>> tr[-1].name, tr.fits[0].label
    ('settled', 'Lasso')
    """
    check_counts(every, max_events, max_bytes)
    recorder = Recorder(int(every), int(max_events), int(max_bytes), bool(fine))
    with listen(recorder):
        try:
            yield recorder.trace
        finally:
            recorder.leave()


def steps(model: Any, X: Any, y: Any = None, **fit_params: Any) -> Iterator[Any]:
    """Yield copies of a model's steps one by one; the next one is worked out when it is asked for.

    These are the textbook's smallest: nodes of a tree, pairs of SMO, turns of an agent. The model is not fitted by it.
    The last estimator of a pipeline is stepped through, once those before it are fitted to X (copies of them).

    Parameters
    ----------
    model : an estimator with a method `steps`, or a pipeline that ends in one
    X, y : the data; for an agent, X is the environment
    fit_params : handed on, such as sample_weight

    Raises
    ------
    TypeError
        If the model has no steps; at once.

    Examples
    --------
    >>> from scratchml import trace
    >>> from scratchml.tree import DecisionTreeClassifier
    >>> stepping = trace.steps(DecisionTreeClassifier(), [[0.0], [1.0], [2.0]], [0, 0, 1])
    >>> first = next(stepping)
    >>> first.name, first.threshold
    ('split', 1.5)
    """
    if hasattr(model, "named_steps") and len(getattr(model, "steps", [])):
        from ..core import clone

        *earlier, (_, last) = model.steps
        for _, part in earlier:
            if part is None or part == "passthrough":
                continue
            part = clone(part)
            if hasattr(part, "fit_resample"):
                X, y = part.fit_resample(X, y)
            else:
                X = part.fit(X, y).transform(X)
        return steps(last, X, y, **fit_params)
    method = getattr(model, "steps", None)
    if isinstance(model, type) or not callable(method):
        name = model.__name__ if isinstance(model, type) else type(model).__name__
        raise TypeError(f"{name} has no steps to go through; give an estimator (an instance) that has a method steps.")
    takes_y = "y" in inspect.signature(method).parameters
    return map(copied, method(X, y, **fit_params) if takes_y else method(X, **fit_params))
