"""Run one workload in this process and print its times as JSON: ``python -m benchmarks.race kmeans --rounds 7``.

The parent (``python -m benchmarks``) starts this with the number of threads fixed from outside, once for each number.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from benchmarks.contestants import LIBRARIES, NO_PEERS, REFERENCES, library_of, line_up
from benchmarks.data import REAL
from benchmarks.first_calls import seconds_of
from benchmarks.gates import Answer, answer_of, strike_out
from benchmarks.growth import sizes_in_d, sizes_in_n
from benchmarks.import_lines import import_lines
from benchmarks.memory import held_elsewhere, lay_arrays_apart, start_anew, surest_peak
from benchmarks.ties import undecided
from benchmarks.workload import Contestant, Data, LacksPhase, Workload, floors_of, load

LEAST = 0.005  # seconds: shorter calls are timed several in a row
SETTLE = 0.12  # seconds after which threads that wait for more work by running are asleep; OpenBLAS's need 0.104
LONG = 0.3  # seconds: longer fits are timed twice, not five times, where growth is measured


def timed(function: Any, *arguments: Any, repeats: int = 1) -> tuple[float, Any]:
    """Return (wall seconds of one call, its result), from several calls in a row."""
    started = time.perf_counter()
    for _ in range(repeats):
        result = function(*arguments)
    return (time.perf_counter() - started) / repeats, result


def let_settle(threads: int) -> None:
    """Wait until no thread of the contestant before takes a core from the next one.

    A core that sleeps is slow to begin again, so this one keeps running.
    """
    until = time.perf_counter() + SETTLE
    while threads > 1 and time.perf_counter() < until:
        pass


def run_once(contestant: Contestant, data: Data, fit_name: str, repeats: Mapping[str, int]) -> tuple[dict, Any]:
    """Return the seconds of fit and of each phase, and the fitted model."""
    seconds: dict[str, float] = {}
    seconds[fit_name], model = timed(contestant.fit, data, repeats=repeats.get(fit_name, 1))
    for name, phase in contestant.phases.items():
        with suppress(LacksPhase):
            seconds[name], _ = timed(phase, model, data, repeats=repeats.get(name, 1))
    return seconds, model


def often(seconds: Mapping[str, float]) -> dict[str, int]:
    """Return how many calls in a row make a measurement long enough for the clock, at most 20."""
    return {phase: min(20, math.ceil(LEAST / max(value, 1e-9))) for phase, value in seconds.items()}


def threads_here() -> int:
    """Return the number of threads that was fixed from outside, -1 being as many as there are cores."""
    asked = int(os.environ.get("SCRATCHML_NUM_THREADS", "1"))
    return asked if asked > 0 else os.cpu_count() or 1


def data_of(workload: Workload, size: str, kind: str) -> Data:
    """Return the data of "small", "large", a number of rows, or "1000x20"; with the number of threads to use."""
    threads = {"threads": threads_here()}
    if not workload.sizes:
        return {**workload.make(), **threads}
    n, d = workload.sizes.get(size, (0, 0))
    if not n:
        rows, _, columns = size.partition("x")
        n, d = int(rows), int(columns or workload.sizes["large"][1])
    return {**workload.make(n, d, kind), **threads, "asked": (n, d)}


@contextmanager
def left_alone(data: Data) -> Iterator[None]:
    """See that the data's arrays are what they were; what was written to is put back.

    Raises
    ------
    ValueError
        If somebody wrote to one.
    """
    arrays = {name: array for name, array in data.items() if isinstance(array, np.ndarray)}
    before = {name: array.copy() for name, array in arrays.items()}
    try:
        yield
    finally:
        changed = [name for name, array in arrays.items() if array.tobytes() != before[name].tobytes()]
        for name in changed:
            arrays[name][...] = before[name]
    if changed:
        raise ValueError(f"it changed the data it was given: {', '.join(changed)}")


def reference_of(libraries: Mapping[str, str]) -> str | None:
    """Return the contestant whose answers are taken for right: the reference's, else the first that is not ours."""
    for wanted in REFERENCES:
        for name, library in libraries.items():
            if library == wanted:
                return name
    return next((name for name, library in libraries.items() if library not in NO_PEERS and library in LIBRARIES), None)


def warm_up(workload: Workload, runners: dict[str, Contestant], data: Data) -> tuple[dict, dict, dict]:
    """Run everyone once; return (answers for the gate, calls in a row, why who failed) by contestant."""
    answers: dict[str, Answer] = {}
    repeats, failed = {}, {}
    for name, contestant in runners.items():
        try:
            with left_alone(data):
                seconds, model = run_once(contestant, data, workload.fit_name, {})
                if name == "scratchml" or sum(seconds.values()) < 1.0:  # kernels are loaded in the first call
                    seconds, model = run_once(contestant, data, workload.fit_name, {})
                answer = answer_of(workload, model, data)
            answers[name], repeats[name] = answer, often(seconds)
        except Exception as problem:  # a contestant that cannot run this workload must not end the race
            failed[name] = f"{type(problem).__name__}: {problem}"[:300]
    return answers, repeats, failed


def race(workload: Workload, rounds: int, runners: dict[str, Contestant], data: Data) -> dict[str, Any]:
    """Return each contestant's list of seconds for each phase; the first to start changes every round."""
    answers, repeats, failed = warm_up(workload, runners, data)
    libraries = {name: library_of(name, runners[name]) for name in answers}
    struck = strike_out(workload, answers, reference_of(libraries))
    times: dict[str, dict[str, list[float]]] = {name: {} for name in answers}
    bounds: dict[str, list[float]] = {phase: [] for phase in floors_of(workload)}
    order = list(answers)
    for i in range(rounds):
        first = i % max(1, len(order))  # it may be that all of them failed
        for name in order[first:] + order[:first]:
            let_settle(data.get("threads", 1))
            seconds, _ = run_once(runners[name], data, workload.fit_name, repeats[name])
            for phase, value in seconds.items():
                times[name].setdefault(phase, []).append(value)
        for phase, (_, floor) in floors_of(workload).items():
            let_settle(data.get("threads", 1))
            before = bounds[phase]
            before.append(timed(floor, data, repeats=often({phase: before[0]})[phase] if before else 1)[0])
    losses = {name: answer.loss for name, answer in answers.items() if answer.loss is not None}
    return {
        "times": times,
        "struck": struck,
        "failed": failed,
        "losses": losses,
        "libraries": libraries,
        "bounds": {phase: found[1:] or found for phase, found in bounds.items()},  # the first warmed up
    }


def shape_of(data: Data) -> dict[str, int]:
    """Return n and d of the data's rows X, n alone of signals and of images; where there is no X, those asked for."""
    shape = getattr(data.get("X"), "shape", data.get("asked", ()))
    return dict(zip("nd" if len(shape) == 2 else "n", (int(s) for s in shape)))


def least_seconds(fit: Callable[[Data], Any], data: Data) -> float:
    """Return the least CPU seconds of a few calls; the first may load kernels, and is the least where it is long."""
    seconds = [seconds_of(lambda: fit(data)) for _ in range(2)]
    if min(seconds) < LONG:
        calls = range(often({"fit": seconds[1]})["fit"])
        seconds += [seconds_of(lambda: [fit(data) for _ in calls]) / len(calls) for _ in range(3)]
    return min(seconds)


def grow(workload: Workload, kind: str, asked: list[str]) -> list[dict[str, Any]]:
    """Return the CPU seconds of a fit at several sizes, in n and in d: of ours, the reference and files asked for."""
    if not workload.sizes or kind in REAL:
        return []
    everyone = line_up(workload, [name for name in asked if name in REFERENCES or name.endswith(".py")])[0]
    libraries = {name: library_of(name, contestant) for name, contestant in everyone.items()}
    reference = next((n for r in REFERENCES for n, library in libraries.items() if library == r), None)
    chosen = [n for n, library in libraries.items() if n in ("scratchml", reference) or library.endswith(".py")]
    seconds: dict[tuple[str, int, int], float] = {}
    for n, d in dict.fromkeys(sizes_in_n(workload) + sizes_in_d(workload)):
        data = {**workload.make(n, d, kind), "threads": 1}
        for name in chosen:
            with suppress(Exception):  # the race tells who failed
                seconds[name, n, d] = least_seconds(everyone[name].fit, data)
    return [
        {"axis": axis, "n": n, "d": d, "contestant": name, "seconds": seconds[name, n, d]}
        for axis, sizes in (("n", sizes_in_n(workload)), ("d", sizes_in_d(workload)))
        for n, d in sizes
        for name in chosen
        if (name, n, d) in seconds
    ]


def first_and_second(work: Callable[[], Any]) -> dict[str, float]:
    """Return the CPU seconds of import lines, of a first call without them, and of a second one."""
    with import_lines() as lines:
        first = seconds_of(work)
    return {"loading": sum(lines), "first": first - sum(lines), "second": seconds_of(work)}


def afresh(data: Data) -> Data:
    """Return the data without what earlier runs kept in it: layers, tensors and their rooms are memory of a step."""
    return {**data, "kept": {}} if "kept" in data else data


def first_call(workload: Workload, name: str, library: str, kind: str, large_too: bool) -> dict[str, Any]:
    """Return one contestant's CPU seconds of importing, first and second run on small data.

    Importing is None where the race itself has loaded parts of ours already. With `large_too`, a large fit follows, so
    that its machine code is on disk as well.
    """
    data, loaded = data_of(workload, "small", kind), "scratchml.core" in sys.modules
    started = time.process_time()
    contestant = line_up(workload, [library], ours=library == "scratchml")[0][name]
    loading = time.process_time() - started
    found: dict[str, Any] = first_and_second(lambda: run_once(contestant, data, workload.fit_name, {}))
    if large_too:
        contestant.fit(data_of(workload, "large", kind))
    return found | {"loading": None if loaded else loading + found["loading"]}


def memory_of(workload: Workload, name: str, library: str, kind: str) -> float | None:
    """Return one contestant's peak of memory in a large fit.

    It is that of a fit after another one: by then machine code and libraries' buffers are loaded.
    """
    lay_arrays_apart()  # before there are holes that arrays could be laid in
    contestant = line_up(workload, [library], ours=library == "scratchml")[0][name]
    run_once(contestant, data_of(workload, "small", kind), workload.fit_name, {})
    loaded = held_elsewhere()  # interpreters and libraries of processes that it has started to fit in
    large = data_of(workload, "large", kind)
    contestant.fit(afresh(large))
    return surest_peak(lambda data: contestant.fit(afresh(data)), large, loaded=loaded)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sizes", default="large")
    parser.add_argument("--data", default="")
    parser.add_argument("--vs", default="sklearn")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--first-call", metavar="CONTESTANT")
    parser.add_argument("--large-too", action="store_true")
    parser.add_argument("--memory", metavar="CONTESTANT")
    arguments = parser.parse_args()
    if arguments.memory:
        start_anew(threads_here())
    workload = load(arguments.workload)
    asked = [name for name in arguments.vs.split(",") if name]
    kind = (arguments.data if workload.kinds else "") or workload.data
    warnings.simplefilter("ignore")
    if arguments.first_call:
        print(json.dumps(first_call(workload, arguments.first_call, asked[0], kind, arguments.large_too)))
        return
    if arguments.memory:
        print(json.dumps({"memory": memory_of(workload, arguments.memory, asked[0], kind)}))
        return
    runners, absent = line_up(workload, asked)
    libraries = {name: library_of(name, contestant) for name, contestant in runners.items()}
    found: dict[str, Any] = {"absent": absent, "libraries": libraries, "races": [], "growth": []}
    found["undecided"] = undecided(arguments.workload, kind)
    sizes = arguments.sizes.split(",") if workload.sizes and kind not in REAL else ["large"]
    for size in sizes if arguments.rounds and not found["undecided"] else []:
        data = data_of(workload, size, kind)
        how = {"size": size, "data": kind, **shape_of(data)}
        found["races"].append({**how, **race(workload, arguments.rounds, runners, data)})
    if arguments.growth:
        found["growth"] = grow(workload, kind, asked)
    print(json.dumps(found))


if __name__ == "__main__":
    sys.exit(main())
