"""What a workload is: data, contestants, and the question whether their answers are equally good.

A workload is one short file in ``benchmarks/workloads`` with a ``WORKLOAD``. Its contestants import their library
inside their functions, so that a race loads only who runs.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple


class Contestant(NamedTuple):
    """One way to do the work: `fit` is given the data and returns a model; each phase is given (model, data)."""

    fit: Callable[[Mapping[str, Any]], Any]
    phases: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {}


@dataclass(frozen=True)
class Workload:
    """A race: what is raced on, who runs, what the answer is worth."""

    title: str
    make: Callable[[], Mapping[str, Any]]  # the data, the same bits every time
    contestants: Mapping[str, Contestant]
    loss: Callable[[Any, Mapping[str, Any]], float]  # of a fitted model; lower is better, the gate compares it
    allowed: float = 1e-9  # how much worse than the best a loss may be, relative, before the time is struck out
    fit_name: str = "fit"
    floor: Callable[[Mapping[str, Any]], Any] | None = None  # the work that cannot be avoided, timed beside the race
    floor_name: str = ""
    notes: str = field(default="")


def names() -> list[str]:
    """Return the names of all workloads."""
    return sorted(p.stem for p in (Path(__file__).parent / "workloads").glob("[a-z]*.py"))


def load(name: str) -> Workload:
    """Return one workload.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in names():
        raise ValueError(f"no workload {name!r}; there are: {', '.join(names())}.")
    workload: Workload = importlib.import_module(f"benchmarks.workloads.{name}").WORKLOAD
    return workload


def transformer_race(title: str, name: str, make: Callable[[], Mapping[str, Any]], **params: Any) -> Workload:
    """Return the race of our transformer and scikit-learn's of that name: fit to X (and y), then transform X.

    The gate compares the sums of squares of what comes out.
    """

    def fit_of(library: str) -> Callable[[Mapping[str, Any]], Any]:
        def fit(data: Mapping[str, Any]) -> Any:
            model = getattr(importlib.import_module(f"{library}.preprocessing"), name)(**params)
            return model.fit(data["X"], data["y"]) if "y" in data else model.fit(data["X"])

        return fit

    def loss(model: Any, data: Mapping[str, Any]) -> float:
        return float((model.transform(data["X"]) ** 2.0).sum())

    phases = {"transform": lambda model, data: model.transform(data["X"])}
    contestants = {library.split(".")[0]: Contestant(fit_of(library), phases) for library in ("scratchml", "sklearn")}
    return Workload(title, make, contestants, loss)
