"""What a workload is: data, contestants, and the question whether their answers are equally good.

A workload is one short file in ``benchmarks/workloads`` with a ``WORKLOAD``. Most are written with `race_of`: the name
of an estimator, how to fit whoever's class of that name, and what the answer is worth. Libraries are imported inside
functions, so that a race loads only who runs.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.data import draw

Data = Mapping[str, Any]
HERE = Path(__file__).parent / "workloads"


class LacksPhase(Exception):
    """A model has no method of a phase's name: that phase is not timed."""


class Contestant(NamedTuple):
    """One way to do the work: `fit` is given the data and returns a model; each phase is given (model, data)."""

    fit: Callable[[Data], Any]
    phases: Mapping[str, Callable[[Any, Data], Any]] = {}
    library: str = ""  # what must be installed; "" is the first word of the contestant's name


@dataclass(frozen=True)
class Workload:
    """A race: what is raced on, who runs, what the answer is worth."""

    title: str
    make: Callable[..., Data]  # make() or, with sizes, make(n, d, kind): the data, the same bits every time
    contestants: Mapping[str, Contestant] = field(default_factory=dict)
    loss: Callable[[Any, Data], float] | None = None  # of a fitted model; lower is better, the gate compares it
    allowed: float = 1e-9  # how much worse than the best a loss may be, relative, before the time is struck out
    slack: float = 0.0  # and absolute, for losses whose best is 0
    same: Callable[[Any, Data], Any] | None = None  # beside a loss or alone: what must be the reference's (by method)
    close: float = 1e-9  # how far such a number may be from the reference's, relative to the largest
    share: float = 0.0  # of the numbers that may be farther: rows on the border between two labels
    gate: str = "objective"  # the loss in a word
    # the loss has local optima, or is no optimum's at all: compared with the reference's, not with the luckiest one's
    local: bool = False
    fit_name: str = "fit"
    floor: Callable[[Data], Any] | None = None  # the work that cannot be avoided, timed beside the race
    floor_name: str = ""
    floors: Mapping[str, tuple[str, Callable[[Data], Any]]] = field(default_factory=dict)  # of phases: name, work
    reasons: Mapping[str, str] = field(default_factory=dict)  # of phases, "memory": why one is lost, what bounds it
    notes: str = ""
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # "small" and "large"; none: one size of its own
    data: str = "gaussian"  # the kind raced on unless told otherwise
    kinds: bool = False  # whether `make` can be asked for other kinds of data
    estimator: str = ""  # "cluster.KMeans": raced as it stands in every library that has it, and in a student's file
    run: Callable[[Any, Data], Any] | None = None  # (class or function of that name, data) -> fitted model
    phases: Mapping[str, Callable[[Any, Data], Any]] = field(default_factory=dict)


def floors_of(workload: Workload) -> dict[str, tuple[str, Callable[[Data], Any]]]:
    """Return, for each phase that has one, the name of the work that cannot be avoided, and the work."""
    of_fit = {} if workload.floor is None else {workload.fit_name: (workload.floor_name, workload.floor)}
    return of_fit | dict(workload.floors)


def rows_asked(data: Data) -> np.ndarray:
    """Return the rows a model is asked about: queries where there are some, else those it was fitted to."""
    asked: np.ndarray = data.get("Q", data["X"])
    return asked


def asking(method: str) -> Callable[[Any, Data], Any]:
    """Return the phase that asks a model's method about the rows."""

    def phase(model: Any, data: Data) -> Any:
        if not hasattr(model, method):
            raise LacksPhase(method)
        return getattr(model, method)(rows_asked(data))

    return phase


def answering(*methods: str) -> Callable[[Any, Data], dict[str, Any]]:
    """Return the gate's question what methods say of the rows, by method; one that a model lacks is left out."""

    def same(model: Any, data: Data) -> dict[str, Any]:
        return {method: asking(method)(model, data) for method in methods if hasattr(model, method)}

    return same


def fit_transformed(model: Any, data: Data) -> Any:
    """Return the model after its fit_transform, whose answer it keeps as `made`."""
    model.made = model.fit_transform(data["X"])
    return model


def made_and_transformed(model: Any, data: Data) -> dict[str, Any]:
    """Return the gate's question to a model that `fit_transformed` made: that answer, and transform's."""
    return {"fit_transform": model.made, **answering("transform")(model, data)}


def race_of(
    estimator: str,
    run: Callable[[Any, Data], Any],
    *,
    large: tuple[int, int],
    small: tuple[int, int] | None = None,
    title: str = "",
    task: str = "none",
    data: str = "gaussian",
    queries: int = 0,
    extra: Callable[[dict[str, Any], np.random.Generator], Mapping[str, Any]] | None = None,
    ask: Sequence[str] = (),
    peers: Mapping[str, Contestant] | None = None,
    **rest: Any,
) -> Workload:
    """Return the race of one estimator in all libraries that have it under its name.

    Parameters
    ----------
    estimator : "room.Name", as in scratchml
    run : given (the class or function of that name, data), returns the fitted model; who has ``n_jobs`` has been given
        the race's number of threads
    large, small : (n, d) of the two sizes; small is 500 rows of as many columns, at most 20, unless given
    task : what y is: "none", "numbers", "two", "three", "ten" or "rare" (classes)
    data : the kind raced on unless the command line names another: see ``benchmarks.data``
    queries : how many more rows the models are asked about, at most a quarter of n; 0 asks about the fitted ones
    extra : given (data, generator), returns what else the race needs, and what it replaces
    ask : methods to time apart from the fit ("predict", "transform"), of whoever has them; their answers must be the
        reference's unless `same` asks for something else
    peers : contestants that have no class of that name
    rest : passed to `Workload`: loss or same, allowed, floor and floor_name, reasons, ...
    """

    def make(n: int, d: int, kind: str) -> Data:
        found = draw(kind, n, d, task, min(queries, n // 4))
        return {**found, **(extra(found, np.random.default_rng(1)) if extra else {})}

    if ask:
        rest.setdefault("same", answering(*ask))
    return Workload(
        title=title or estimator.split(".")[-1],
        make=make,
        contestants=peers or {},
        sizes={"small": small or (500, min(large[1], 20)), "large": large},
        data=data,
        kinds=True,
        estimator=estimator,
        run=run,
        phases={method: asking(method) for method in ask},
        **rest,
    )


def names() -> list[str]:
    """Return the names of all workloads: the files, and one for each estimator, function and layer that has none."""
    from benchmarks import functions, layers
    from benchmarks.every import without_a_file

    return sorted([*file_names(), *without_a_file(), *functions.TABLE, *layers.TABLE])


def file_names() -> list[str]:
    """Return the names of the workloads that have a file."""
    return sorted(p.stem for p in HERE.glob("[a-z]*.py"))


def load(name: str) -> Workload:
    """Return one workload.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name in file_names():
        workload: Workload = importlib.import_module(f"benchmarks.workloads.{name}").WORKLOAD
        return workload
    from benchmarks import every, functions, layers

    for tables in (functions, layers):
        if name in tables.TABLE:
            return tables.workload_of(name)
    if name in every.without_a_file():
        return every.workload_of(name)
    raise ValueError(f"no workload {name!r}; there are: {', '.join(names())}.")
