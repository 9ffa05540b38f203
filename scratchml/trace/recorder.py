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
    For a fit about 10 microseconds in a warm cache, some 100 as most fits leave it. For a kept step 2 where its arrays
    are promised to be final (`FinalFloats`), 3 with two small copies; large ones take a copy. What readers need is
    worked out when they come. Steps shorter than those of k-means (nodes of a tree, pairs of SMO, batches, merges,
    turns of an agent) are hurried past by fits unless `fine`.
    Recorded over unrecorded, one thread, medians of ``python -m benchmarks.recording``: 1.00 to 1.06 for most fits;
    1.05 to 1.08 for those over in 2 to 3 ms (Lasso, ElasticNet, LogisticRegression, GaussianMixture), for
    SGD with 0.2 ms an epoch, of which an unrecorded fit tells the last alone, for k-means of 2000 rows and 5 clusters
    (0.03 ms a step) and for single linkage of 2000 rows (0.06 ms a step); 1.10 for LinearSVC, over in 1 ms.
    A fit of less than a millisecond is slowed more: give `every` there.
    Memory: at most `max_events` copies and about `max_bytes`, and X and y, which are not copied. A large array of which
    not a bit has changed since the step before is kept once.
Differences
    A list of what came before (the trees so far) is kept as a list of the same objects; only its arrays are copied.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from itertools import count
from types import GeneratorType
from typing import Any

import numpy as np
from numpy import ndarray

from ..core import BaseEstimator, Listener, listen
from .copies import SMALL, Shelf, copied, fields_to_copy, promised_fields, size_of
from .events import Fit, Trace, name_of
from .where import Place, Places

GIVEN = ("X", "env", "rows")  # what methods that fit call what they are given
NOWHERE = Place("", 0)
NO_PLACES = Places(None)
FIT, STEP, PLACE = 0, 2, 3  # where an event has these; its place, until a reader has completed it
ABOVE = 4  # frames from the one that looks for a fit's surroundings to the method that fits: `finish` lies between
FEWEST = 16  # steps that are kept in any case, however large; final arrays are weighed in one of so many


class Running:
    """A fit in progress: it sees the fit's steps, of which there may be thousands a second, for its recorder."""

    __slots__ = ("before", "estimator", "fields", "final", "kept", "kind", "number", "passed", "places", "recorder",
                 "seen")  # fmt: skip

    def __init__(self, recorder: Recorder, number: int, estimator: Any) -> None:
        self.recorder, self.number, self.estimator = recorder, number, estimator
        self.kept = recorder.trace.kept
        self.seen = 0  # how many steps
        self.places = NO_PLACES
        self.kind: Any = None  # of the copy made last, if that is a named tuple
        self.fields: tuple[int, ...] = ()  # places of those of its fields that may change
        self.final: tuple[int, ...] = ()  # places of the arrays that it promises not to change
        self.before: Any = ()  # that copy; of a kind that is new, None for each field
        self.passed: Any = None  # the live step seen last, if it was not kept

    def see(self, step: Any, last: bool = False) -> None:
        """Copy the step and add it, if it is one of those to keep. No lock is needed: a list adds in one act.

        last : whether it is the fit's last one, which was passed over before and is kept in any case
        """
        recorder, number, copy = self.recorder, self.seen, step
        self.seen = number + 1
        if recorder.passes:
            passed = not last and recorder.passes_over(number, step)
            self.passed = step if passed else None
            if passed:
                return
        if type(step) is self.kind or self._meet(step):
            if self.fields:
                copy = self._copied(step)
            if self.final and (number % FEWEST == 0 or recorder.passes):
                recorder.taken += sum([step[f].nbytes for f in self.final]) * (1 if recorder.passes else FEWEST)
        else:
            copy = copied(step)
        places = self.places
        inner, place = places.inner(), None
        if inner is not None and not places.chain:  # as in most fits; plainly: place = places.of(step)
            frame = inner.gi_frame
            place = None if frame is None else places.known.get(frame.f_lasti)
        if place is None:
            place = places.of(step) or self._place_before(step)
        kept = self.kept
        kept.append((self.number, number, copy, place))
        if len(kept) > recorder.max_events or recorder.taken > recorder.max_bytes:
            recorder.settle()

    def _copied(self, step: Any) -> Any:
        """Return a copy of a named tuple; itself, where nothing can change it."""
        recorder, before, values = self.recorder, self.before, None
        for f in self.fields:
            value = step[f]
            if value is before[f]:  # it was kept as it is before
                continue
            if type(value) is ndarray and (size := value.nbytes) < SMALL:  # plainly: as below
                recorder.taken += size
                if not value.flags.writeable:
                    continue
                held = value.copy()
            else:
                held = copied(value, before[f], recorder.copy)
            if held is not value:
                values = list(step) if values is None else values
                values[f] = held
        self.before = copy = step if values is None else tuple.__new__(self.kind, values)
        return copy

    def _meet(self, step: Any) -> bool:
        """Learn what kind of step comes now; say whether it is a named tuple."""
        kind = type(step)
        known = hasattr(kind, "_fields")
        if known:
            self.kind, self.fields, self.final = kind, fields_to_copy(kind), promised_fields(kind)
            if any(type(step[f]) is not ndarray or step[f].flags.writeable for f in self.final):
                self.final = ()  # a loop of somebody who does not know of the promise
            if self.final:
                self.fields = tuple(f for f in self.fields if f not in self.final)
            self.before = (None,) * len(kind._fields)
        return known

    def _place_before(self, step: Any) -> Place:
        """Return where the last step of this name that was kept was made: the generator is over already."""
        if self.places.steps is None:
            return NOWHERE
        name = name_of(step)
        for event in reversed(self.kept):  # other threads add some meanwhile that no reader has completed
            if event[FIT] == self.number and name_of(event[STEP]) == name:
                return event[PLACE] if type(event) is tuple else Place(event.source, event.line)
        return NOWHERE


_running: ContextVar[tuple[Running, ...]] = ContextVar("scratchml_trace_running", default=())


def bytes_of(kept: list[Any]) -> int:
    """Return how many bytes the arrays of these events take, each counted once."""
    known: set[int] = set()
    return sum([size_of(event[STEP], known) for event in kept])


def thinned(kept: list[Any]) -> list[Any]:
    """Return every second event of each name, and the last one."""
    seen: dict[str, Iterator[int]] = {}
    some = [e for e in kept[:-1] if next(seen.setdefault(name_of(e[STEP]), count())) % 2 == 0]
    return [*some, kept[-1]]


class Recorder(Listener):
    """Copies steps into a `Trace` inside its ``with`` block. Several threads may show it steps at once."""

    inner = True

    def __init__(self, every: int, max_events: int, max_bytes: int, fine: bool) -> None:
        self.every, self.max_events, self.max_bytes, self.fine = every, max_events, max_bytes, fine
        self.trace = Trace()
        self.passes = every > 1  # whether any step is passed over; until one is, those kept tell how many there were
        self.taken = 0  # bytes of the arrays kept, or more: some may have been counted twice
        self._stride = 1  # of those that `every` would keep, which ones are
        self._candidates: dict[str, Iterator[int]] = {}  # counts them by the name of the step
        self._shelf: Shelf | None = None  # from the first large copy on
        self._lock = threading.RLock()
        self._listening: list[listen] = []  # one for each block that is open

    def __enter__(self) -> Trace:
        """Listen to every fit from now on; return the trace, which fills up while they run."""
        self._listening.append(listen(self))
        self._listening[-1].__enter__()
        return self.trace

    def __exit__(self, *error: object) -> None:
        """Listen no more."""
        self._listening.pop().__exit__(*error)
        if self._shelf is not None:
            with self._lock:
                self._shelf.leave()

    def start(self, estimator: Any) -> None:
        """Note whose fit begins, inside which others, and what it is fitted to."""
        running = _running.get()
        parent = self._innermost(running) if running else None
        names, X, y = _surroundings(estimator, parent)
        params = estimator.get_params(deep=False) if isinstance(estimator, BaseEstimator) else {}
        label, within = " / ".join(names), -1
        if parent is not None:
            within = parent.number
            label = f"{self.trace.fits[within].label} / {label}"
        with self._lock:
            run = Running(self, len(self.trace.fits), estimator)
            self.trace.fits.append(Fit(label, names[-1], within, params, X, y))
        _running.set((*running, run))

    def follow(self, steps: Iterable[Any]) -> Callable[[Any], None]:
        """Keep the generator at hand: it knows its line. Return what sees its steps."""
        run: Any = self._innermost(_running.get())
        if type(steps) is GeneratorType:
            run.places = Places(steps)
            if run.estimator is None:
                with self._lock:
                    fit, name = self.trace.fits[run.number], steps.gi_code.co_name
                    label = fit.label.removesuffix("fit") + name
                    self.trace.fits[run.number] = fit._replace(label=label, name=name)
        return run.see  # type: ignore[no-any-return]

    def see(self, step: Any) -> None:
        """Copy the step, if it is one of those to keep. Fits show theirs to what `follow` returns."""
        run: Any = self._innermost(_running.get())
        run.see(step)

    def end(self) -> None:
        """Keep the fit's last step: nothing can change it any more."""
        running = _running.get()
        run: Any = self._innermost(running)
        if run.passed is not None:
            run.seen -= 1
            run.see(run.passed, last=True)
        run.places, run.passed, run.before = NO_PLACES, None, ()
        _running.set(running[:-1] if running[-1] is run else tuple(other for other in running if other is not run))

    def copy(self, a: Any) -> Any:
        """Return a copy of an array."""
        self.taken += a.nbytes
        if a.nbytes < SMALL:
            return a.copy()
        if self._shelf is None:
            self._shelf = Shelf()
        return self._shelf.copy(a)

    def _innermost(self, running: tuple[Running, ...]) -> Running | None:
        """Return the innermost fit in progress that this recorder follows; None if there is none."""
        for run in reversed(running):
            if run.recorder is self:
                return run
        return None

    def passes_over(self, number: int, step: Any) -> bool:
        """Say whether a fit's step of this number is not to be kept."""
        if number % self.every:
            return True
        name = name_of(step)
        if name not in self._candidates:
            self._candidates.setdefault(name, count())
        return next(self._candidates[name]) % self._stride > 0

    def settle(self) -> None:
        """Drop every second event of each name, and again, if there are too many or their arrays take too much."""
        with self._lock:
            if FEWEST >= len(self.trace.kept) <= self.max_events:
                return
            kept = self.trace.kept
            self.taken, before = bytes_of(kept), len(kept) + 1
            while self._too_many() and len(kept) < before:  # else one of each name: more names than events asked for
                if not self.passes:
                    for name, many in Counter(name_of(event[STEP]) for event in kept).items():
                        self._candidates[name] = count(many)
                    self.passes = True
                before = len(kept)
                self.trace.replace_first(before, thinned(kept[:before]))
                self.taken = bytes_of(kept)
                self._stride *= 2

    def _too_many(self) -> bool:
        many = len(self.trace.kept)
        return many > self.max_events or (self.taken > self.max_bytes and many > FEWEST)


def _surroundings(estimator: Any, parent: Running | None) -> tuple[list[str], Any, Any]:
    """Return the names from `parent` down to the estimator, and the X and y that its method was called with."""
    names, X, y = [type(estimator).__name__ if estimator is not None else "fit"], None, None
    frame, inner = sys._getframe(ABOVE), estimator
    while frame is not None:
        code = frame.f_code
        if code.co_argcount and code.co_varnames[0] == "self":  # a method; to read others' variables takes long
            inside = frame.f_locals
            owner = inside.get("self")
            if parent is not None and owner is parent.estimator:
                break
            if owner is estimator and owner is not None:
                given = [inside[name] for name in GIVEN if inside.get(name) is not None]
                X, y = (given[0], inside.get("y")) if given else (X, y)
            elif isinstance(owner, BaseEstimator) and owner is not inner and type(owner).__name__ != names[0]:
                names.insert(0, type(owner).__name__)
                inner = owner
        frame = frame.f_back  # type: ignore[assignment]
    return names, X, y


def check_counts(every: int, max_events: int, max_bytes: int) -> None:
    """Raise TypeError or ValueError unless all are integers that make sense."""
    if type(every) is type(max_events) is type(max_bytes) is int and every > 0 and max_events > 1 and max_bytes > 0:
        return  # plainly: as below
    for name, value, least in (("every", every, 1), ("max_events", max_events, 2), ("max_bytes", max_bytes, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name}={value!r} must be an integer; give {least} or more.")
        if value < least:
            raise ValueError(f"{name}={value} is too few; give {least} or more.")


def record(
    every: int = 1, max_events: int = 300, *, fine: bool = False, max_bytes: int = 2**27
) -> AbstractContextManager[Trace]:
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
    return Recorder(int(every), int(max_events), int(max_bytes), bool(fine))


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
