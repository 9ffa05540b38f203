"""First calls of every public estimator: cold, where nothing is compiled yet, and warm, from the cache on disk.

``python -m benchmarks --first-calls [NAME ...]`` starts two fresh processes for each example of each estimator, the
first of them with an empty cache. Each imports the estimator's room, fits the example to its made-up rows and predicts
(or transforms, or samples), then does the same again. All times are CPU seconds of one thread, so that whatever else
runs on the machine disturbs them little; importing is apart.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks.measure import child

BARS = {"cold": 5.0, "warm": 0.5}  # seconds; warm: above a second call
COLUMNS = ("estimator", "cold s", "warm s", "warm above 2nd s", "2nd s", "import s")


class Row(NamedTuple):
    """What was measured of one example."""

    name: str  # "tree.DecisionTreeClassifier", or with the place of a further example: "cluster.KMeans/1"
    cold: float  # the first call where nothing was compiled
    warm: float  # the first call of a second process
    second: float  # the second call there
    importing: float  # before it: Python, NumPy, Numba and the room


def tasks() -> list[str]:
    """Return the names of all examples of all public estimators and agents."""
    from benchmarks.every import public, room_of

    return [
        room_of(cls) + (f"/{k}" if k else "")
        for _, cls in sorted(public().items())
        for k in range(len(cls._examples()))
    ]


def call(task: str) -> Callable[[], Any]:
    """Import what a task needs, and return its work: a fit to made-up rows, and a prediction."""
    path, _, place = task.partition("/")
    room, _, name = path.rpartition(".")
    cls = getattr(importlib.import_module(f"scratchml.{room}"), name)
    model = cls._examples()[int(place or 0)]
    if room == "rl":
        environment = importlib.import_module("scratchml.rl").FrozenLake()
        return lambda: model.fit(environment)
    from scratchml.discovery import example_problem

    X, y = example_problem(model)
    if hasattr(model, "fit_resample"):
        return lambda: model.fit_resample(X, y)
    asked = next((m for m in ("predict", "transform", "kneighbors") if hasattr(model, m)), "")
    return lambda: getattr(model.fit(X, y), asked)(X) if asked else model.fit(X, y)


def seconds_of(work: Callable[[], Any]) -> float:
    """Return the CPU seconds that a call takes, in all threads."""
    started = time.process_time()
    work()
    return time.process_time() - started


def measure(task: str) -> Row:
    """Return a task's times, from two fresh processes."""
    with tempfile.TemporaryDirectory() as cache:
        cold, warm = (child([task], 1, cache, "benchmarks.first_calls") for _ in range(2))
    return Row(task, cold["first"], warm["first"], warm["second"], warm["import"])


def cells(row: Row) -> tuple[str, ...]:
    """Return one row of the table as text."""
    numbers = (row.cold, row.warm, row.warm - row.second, row.second, row.importing)
    return (row.name, *(f"{number:.2f}" for number in numbers))


def missed(rows: list[Row]) -> list[str]:
    """Return which rows miss a bar."""
    lines = [f"{r.name}: {r.cold:.2f} s cold, more than {BARS['cold']:g} s." for r in rows if r.cold > BARS["cold"]]
    above = [(r.name, r.warm - r.second) for r in rows]
    return lines + [f"{name}: {s:.2f} s warm, more than {BARS['warm']:g} s." for name, s in above if s > BARS["warm"]]


def main() -> None:
    """Measure one task in this process and print its seconds as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task")
    task = parser.parse_args().task
    warnings.simplefilter("ignore")
    importlib.import_module(f"scratchml.{task.partition('.')[0]}")
    importing = time.process_time()
    work = call(task)
    first, second = seconds_of(work), seconds_of(work)
    print(json.dumps({"import": importing, "first": first, "second": second}))


if __name__ == "__main__":
    sys.exit(main())
