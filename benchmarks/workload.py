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
