"""Record fits: a listener at the one doorway that every fit runs through.

Idea
    `finish` shows each step to its listeners. This one copies every `every`-th, because steps are live views that the
    loop goes on changing. A context variable says inside which fit a fit runs, in threads too.
Maths
    When `max_events` steps are kept, every second one is dropped and from then on only every second one of those that
    would have been kept is: so what is left is spread evenly over all, however long it takes. The first one stays, and
    so do the last ones seen. Dropped steps still count: `Event.number` is the step's place in its fit.
Cost
    A kept step costs a copy of its arrays and about 15 microseconds; one that is passed over about 2. So fits whose
    steps take a millisecond or more do not feel it; 2000 merges of 20 microseconds each do. Memory: at most
    `max_events` copies, and X and y, which are not copied. A large array of which not a bit has changed since the step
    before is kept once.
Differences
    A list of what came before (the trees so far) is kept as a list of the same objects; only its arrays are copied.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import CodeType, GeneratorType
from typing import Any

import numpy as np

from ..core import BaseEstimator, Listener, listen
from .events import Event, Fit, Trace, name_of
from .where import file_of, place_of

GIVEN = ("X", "env", "rows")  # what methods that fit call what they are given


LARGE = 2**16  # bytes: comparing costs less than new memory


def same_bits(a: Any, b: Any) -> bool:
    """Say whether two arrays of numbers of eight bytes hold the same bits."""
    if not isinstance(b, np.ndarray) or a.shape != b.shape or a.dtype != b.dtype or a.itemsize != 8:
        return False
    if a.dtype.kind not in "fiu" or not (a.flags.c_contiguous and b.flags.c_contiguous):
        return False
    return bool((a.view(np.uint64) == b.view(np.uint64)).all())


class Running:
    """A fit in progress."""

    def __init__(self, recorder: Recorder, number: int, estimator: Any) -> None:
        self.recorder, self.number, self.estimator = recorder, number, estimator
        self.seen = 0
        self.steps: Any = None
        self.last: Any = None  # the copy made last
        self.passed: Any = None  # the live step seen last, if it was not kept
        self.places: dict[str, tuple[str, int]] = {}  # source and line of steps kept, by name


_running: ContextVar[tuple[Running, ...]] = ContextVar("scratchml_trace_running", default=())


def copied(value: Any, last: Any = None) -> Any:
    """Return a copy that later steps cannot change. Arrays are copied, wherever they are; other objects are kept.

    last : the copy of the step before; its large arrays are used again where not a bit has changed
    """
    if isinstance(value, np.ndarray):
        return last if value.nbytes >= LARGE and same_bits(value, last) else value.copy()
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        if type(last) is not type(value):
            return type(value)(*map(copied, value))
        return type(value)(*map(copied, value, last))
    if isinstance(value, tuple):
        return tuple(map(copied, value))
    if isinstance(value, list):
        return [item.copy() if isinstance(item, np.ndarray) else item for item in value]
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value


class Recorder(Listener):
    """Copies steps into a `Trace`. Several threads may show it steps at once."""

    inner = True

    def __init__(self, every: int, max_events: int, fine: bool) -> None:
        self.every, self.max_events, self.fine = every, max_events, fine
        self.trace = Trace()
        self._stride = 1  # of those that `every` would keep, which ones are
        self._candidates = 0
        self._lock = threading.RLock()
        self._keys: dict[CodeType, str] = {}

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
        run.steps = steps
        if run.estimator is None and isinstance(steps, GeneratorType):
            with self._lock:
                fit = self.trace.fits[run.number]
                name = steps.gi_code.co_name
                label = fit.label.removesuffix("fit") + name
                self.trace.fits[run.number] = fit._replace(label=label, name=name)

    def see(self, step: Any) -> bool | None:
        """Copy the step, if it is one of those to keep."""
        run = self._mine()
        number = run.seen
        run.seen += 1
        run.passed = None
        if number % self.every:
            run.passed = step
            return None
        with self._lock:
            place = self._candidates
            self._candidates += 1
            if place % self._stride:
                run.passed = step
                return None
            self._keep(self._event(run, number, step))
        return None

    def end(self) -> None:
        """Keep the fit's last step: nothing can change it any more."""
        run = self._mine()
        if run.passed is not None:
            with self._lock:
                self._keep(self._event(run, run.seen - 1, run.passed))
        run.steps = run.passed = run.last = None
        _running.set(tuple(other for other in _running.get() if other is not run))

    def _mine(self) -> Any:
        """Return the innermost fit in progress here that this recorder follows; None if there is none."""
        running = _running.get()
        if running and running[-1].recorder is self:  # nearly always, and asked at every step
            return running[-1]
        return next((run for run in reversed(running) if run.recorder is self), None)

    def _event(self, run: Running, number: int, step: Any) -> Event:
        place, name = place_of(run.steps, step), name_of(step)
        if place is not None:
            run.places[name] = self._key(place[0]), place[1]
        key, line = run.places.get(name, ("", 0))  # the last step is kept when its generator is over already
        copy = copied(step, run.last)
        run.last = copy
        return Event(run.number, number, copy, key, line)

    def _key(self, code: CodeType) -> str:
        if code not in self._keys:
            self._keys[code] = f"{file_of(code)}:{code.co_qualname}"
            self.trace.codes[self._keys[code]] = code  # its text is read when somebody asks for it
        return self._keys[code]

    def _keep(self, event: Event) -> None:
        events = self.trace.events
        events.append(event)
        if len(events) > self.max_events:
            events[:] = [e for i, e in enumerate(events) if i % 2 == 0 or i == len(events) - 1]
            self._stride *= 2


def _surroundings(estimator: Any, parent: Running | None) -> tuple[list[str], Any, Any]:
    """Return the names from `parent` down to the estimator, and the X and y that its method was called with."""
    names, X, y = [type(estimator).__name__ if estimator is not None else "fit"], None, None
    frame, inner = sys._getframe(2), estimator
    while frame is not None:
        owner = frame.f_locals.get("self")
        if parent is not None and owner is parent.estimator:
            break
        if estimator is not None and owner is estimator:
            given = [frame.f_locals[name] for name in GIVEN if frame.f_locals.get(name) is not None]
            X, y = (given[0], frame.f_locals.get("y")) if given else (X, y)
        elif isinstance(owner, BaseEstimator) and owner is not inner and type(owner).__name__ != names[0]:
            names.insert(0, type(owner).__name__)
            inner = owner
        frame = frame.f_back  # type: ignore[assignment]
    return names, X, y


def check_counts(every: int, max_events: int) -> None:
    """Raise TypeError or ValueError unless both are integers that make sense."""
    for name, value, least in (("every", every, 1), ("max_events", max_events, 2)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name}={value!r} must be an integer; give {least} or more.")
        if value < least:
            raise ValueError(f"{name}={value} is too few; give {least} or more.")


@contextmanager
def record(every: int = 1, max_events: int = 1000, *, fine: bool = False) -> Iterator[Trace]:
    """Record every fit inside the block: of any estimator, also inside pipelines and searches, in threads too.

    A fit is the same to the last bit, recorded or not.

    Parameters
    ----------
    every : keep every so many-th step of a fit; its last one is kept in any case
    max_events : when so many are kept, every second one is dropped, so that what is left is spread evenly over all
    fine : show the textbook's smallest steps (nodes, pairs, turns) where a fit would rather hurry; it then runs at the
        speed of its `steps`

    Yields
    ------
    Trace
        It fills up while fits run.

    Raises
    ------
    TypeError, ValueError
        If `every` or `max_events` is no integer, or below 1 or 2.

    Examples
    --------
    >>> from scratchml import trace
    >>> from scratchml.linear_model import Lasso
    >>> with trace.record() as tr:
    ...     model = Lasso(alpha=0.1).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])
    >>> tr[-1].name, tr.fits[0].label
    ('settled', 'Lasso')
    """
    check_counts(every, max_events)
    recorder = Recorder(int(every), int(max_events), bool(fine))
    with listen(recorder):
        yield recorder.trace


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
