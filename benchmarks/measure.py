"""Start the measuring processes, each with its number of threads fixed from outside, and gather what they print."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.results import Row, rows_of, slopes, title_of
from benchmarks.workload import load

PATIENCE = 900  # seconds that one process may take
VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "SCRATCHML_NUM_THREADS")


def child(arguments: list[str], threads: int, cache: str | None = None, module: str = "benchmarks.race") -> Any:
    """Run a module (``benchmarks.race``) with a fixed number of threads and return what it prints."""
    environment = {**os.environ, **dict.fromkeys(VARIABLES, str(threads))}
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = cache
    command = [sys.executable, "-m", module, *arguments]
    where = Path(__file__).parent.parent
    try:
        found = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=where, timeout=PATIENCE)
    except subprocess.TimeoutExpired as problem:
        raise RuntimeError(f"{' '.join(command)} took more than {PATIENCE} s") from problem
    if found.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{found.stderr[-2000:]}")
    return json.loads(found.stdout.splitlines()[-1])


def seconds_to_import() -> float:
    """Return the CPU seconds that importing scratchml takes where NumPy is imported already; the median of five."""
    line = "import numpy, time; began = time.process_time(); import scratchml; print(time.process_time() - began)"
    where = Path(__file__).parent.parent
    found = [subprocess.check_output([sys.executable, "-c", line], text=True, cwd=where) for _ in range(5)]
    return statistics.median(map(float, found))


def measure_races(
    found: dict[str, Any], name: str, threads: int, sizes: str, asked: list[str], rounds: int, kind: str, growth: bool
) -> dict[str, str]:
    """Race one workload at all sizes on a number of threads, and add the rows to `found`.

    With 0 rounds only growth is measured. Returned is whose first calls can be measured: a contestant of each library.
    """
    workload = load(name)
    how = [name, "--sizes", sizes, "--vs", ",".join(asked), "--rounds", str(rounds), "--data", kind]
    try:
        answer = child(how + ["--growth"] * growth, threads)
    except RuntimeError as problem:  # a workload that breaks is told of; the others go on
        found["failed"].append({"title": workload.title, "contestant": "the whole race", "why": str(problem)})
        return {}
    found["absent"] |= answer["absent"]
    if answer["undecided"]:
        found.setdefault("undecided", {})[f"{name} ({kind})"] = answer["undecided"]
    found["growth"] += slopes(name, answer["growth"])
    broken: set[str] = set()
    for race in answer["races"]:
        found["rows"] += rows_of(name, workload, threads, race)
        title = title_of(workload, race)
        found["failed"] += [{"title": title, "contestant": who, "why": why} for who, why in race["failed"].items()]
        broken |= set(race["failed"])
    first: dict[str, str] = {}
    for who, library in answer["libraries"].items():
        if who not in broken:
            first.setdefault(library, who)
    return {who: library for library, who in first.items()}


def measure_alone(ran: dict[str, str], name: str, kind: str, threads: int) -> tuple[list[Row], list[Row]]:
    """Return (first calls and memory, what failed) of contestants of one workload, each in fresh processes.

    Memory is measured on one thread, and on that number where it is another.
    """
    found: list[Row] = []
    failed: list[Row] = []
    for who, library in ran.items():
        how = [name, "--data", kind, "--vs", library]
        try:
            with tempfile.TemporaryDirectory() as own:
                cache = own if library == "scratchml" else None
                # with a large fit, too: what compiling leaves behind on the heap adds a megabyte to a peak
                cold = child([*how, "--first-call", who, "--large-too"], 1, cache) if cache else None
                warm = child([*how, "--first-call", who], 1, cache)
                memory = child([*how, "--memory", who], 1, cache)["memory"]
                with_threads = None
                try:
                    with_threads = child([*how, "--memory", who], threads, cache)["memory"] if threads > 1 else None
                except RuntimeError as problem:  # the rest is known
                    title = f"{name}, memory with {threads} threads"
                    failed.append({"title": title, "contestant": who, "why": str(problem)})
        except RuntimeError as problem:
            failed.append({"title": f"{name}, first call and memory", "contestant": who, "why": str(problem)})
            continue
        above = warm["first"] - warm["second"]
        found.append(
            {
                "workload": name,
                "contestant": who,
                "library": library,
                "cold": cold["first"] - cold["second"] if cold else above,  # others bring their machine code
                "warm": above,
                "loading": warm["loading"],
                "memory": memory,
                "memory_with_threads": with_threads,
                "reason": load(name).reasons.get("memory", ""),  # why it is more than somebody's
            }
        )
    return found, failed
