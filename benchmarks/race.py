"""Run one workload in this process and print its times as JSON: ``python -m benchmarks.race kmeans --rounds 7``.

The parent (``python -m benchmarks``) starts this with the number of threads fixed from outside, once for each number.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from typing import Any

from benchmarks.workload import Contestant, Workload, load


def timed(function: Any, *arguments: Any) -> tuple[float, Any]:
    """Return (wall seconds, result) of one call."""
    started = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - started, result


def run_once(contestant: Contestant, data: Any, fit_name: str) -> tuple[dict[str, float], Any]:
    """Return the seconds of fit and of each phase, and the fitted model."""
    seconds: dict[str, float] = {}
    seconds[fit_name], model = timed(contestant.fit, data)
    for name, phase in contestant.phases.items():
        seconds[name], _ = timed(phase, model, data)
    return seconds, model


def race(workload: Workload, rounds: int, only: list[str]) -> dict[str, Any]:
    """Return each contestant's loss and its list of seconds for each phase; the first to start changes every round."""
    data = workload.make()
    runners = {name: c for name, c in workload.contestants.items() if not only or name in only}
    losses: dict[str, float] = {}
    for name, contestant in runners.items():  # warm-up, and the gate
        _, model = run_once(contestant, data, workload.fit_name)
        losses[name] = float(workload.loss(model, data))
    times: dict[str, dict[str, list[float]]] = {name: {} for name in runners}
    floor: list[float] = []
    order = list(runners)
    for i in range(rounds):
        for name in order[i % len(order) :] + order[: i % len(order)]:
            seconds, _ = run_once(runners[name], data, workload.fit_name)
            for phase, value in seconds.items():
                times[name].setdefault(phase, []).append(value)
        if workload.floor is not None:
            floor.append(timed(workload.floor, data)[0])
    best = min(losses.values())
    passed = {name: loss <= best + workload.allowed * max(abs(best), 1e-300) for name, loss in losses.items()}
    return {"losses": losses, "passed": passed, "times": times, "floor": statistics.median(floor) if floor else None}


def first_call(workload: Workload, name: str) -> dict[str, float]:
    """Return the seconds of the first and of the second run in this process, loading of the library included."""
    data = workload.make()
    first, _ = timed(run_once, workload.contestants[name], data, workload.fit_name)
    second, _ = timed(run_once, workload.contestants[name], data, workload.fit_name)
    return {"first": first, "second": second}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--first-call", metavar="CONTESTANT")
    arguments = parser.parse_args()
    workload = load(arguments.workload)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if arguments.first_call:
            found: dict[str, Any] = first_call(workload, arguments.first_call)
        else:
            found = race(workload, arguments.rounds, arguments.only)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
