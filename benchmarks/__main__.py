"""``python -m benchmarks [WORKLOAD ...]``: race scratchml against scikit-learn and print who won, losses included.

Each workload runs in its own process, once on one thread and once on all; contestants take turns within it, medians of
several rounds are compared. A contestant whose answer is worse than the best one's is struck out. The first call is
timed in processes of its own: cold (no compiled kernel on disk) and warm (kernels on disk, a new process).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.workload import load, names

HERE = Path(__file__).parent
VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "SCRATCHML_NUM_THREADS")


def child(arguments: list[str], threads: int, cache: str | None = None) -> Any:
    """Run benchmarks.race with a fixed number of threads and return what it prints."""
    environment = {**os.environ, **dict.fromkeys(VARIABLES, str(threads))}
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = cache
    command = [sys.executable, "-m", "benchmarks.race", *arguments]
    found = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=HERE.parent)
    if found.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{found.stderr[-2000:]}")
    return json.loads(found.stdout.splitlines()[-1])


def rows_of(name: str, threads: int, rounds: int) -> list[dict[str, Any]]:
    """Race one workload and return one row for each phase and contestant."""
    workload = load(name)
    found = child([name, "--rounds", str(rounds)], threads)
    rows = []
    ours = {phase: statistics.median(seconds) for phase, seconds in found["times"]["scratchml"].items()}
    for contestant, phases in found["times"].items():
        for phase, seconds in phases.items():
            median = statistics.median(seconds)
            rows.append(
                {
                    "workload": name,
                    "title": workload.title,
                    "threads": threads,
                    "phase": phase,
                    "contestant": contestant,
                    "median": median,
                    "least": min(seconds),
                    "most": max(seconds),
                    "times_slower_than_ours": median / ours[phase] if phase in ours else None,
                    "loss": found["losses"][contestant],
                    "same_answer": found["passed"][contestant],
                    "floor": found["floor"] if phase == workload.fit_name else None,
                    "floor_name": workload.floor_name,
                }
            )
    return rows


def first_calls(name: str) -> dict[str, float]:
    """Return the seconds that the first call costs above the second one, cold and warm."""
    with tempfile.TemporaryDirectory() as cache:
        runs = [child([name, "--first-call", "scratchml"], 1, cache) for _ in range(2)]
    cold, warm = (run["first"] - run["second"] for run in runs)
    return {"cold": cold, "warm": warm}


def machine() -> str:
    """Return the machine and the versions in one line."""

    def installed(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return "absent"

    packages = ", ".join(f"{p} {installed(p)}" for p in ("numpy", "numba", "scikit-learn", "scipy"))
    cpu = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        cpu = models[0] if models else cpu
    return f"{cpu}, {os.cpu_count()} CPUs, {platform.system()}, Python {platform.python_version()}, {packages}"


COLUMNS = ("workload", "threads", "phase", "contestant", "median s", "least - most s", "ours is", "same answer")


def cells(row: dict[str, Any]) -> tuple[str, ...]:
    """Return one row of the table as text."""
    ratio = row["times_slower_than_ours"]
    if row["contestant"] == "scratchml" or ratio is None:
        verdict = f"floor {row['floor']:.4f}: {row['floor_name']}" if row["floor"] else ""
    else:
        verdict = f"{ratio:.2f} x faster" if ratio >= 1 else f"{1 / ratio:.2f} x SLOWER"
        verdict = verdict if row["same_answer"] else f"({verdict}; struck out)"
    return (
        row["title"],
        str(row["threads"]),
        row["phase"],
        row["contestant"],
        f"{row['median']:.4f}",
        f"{row['least']:.4f} - {row['most']:.4f}",
        verdict,
        "yes" if row["same_answer"] else "NO",
    )


def to_markdown(rows: list[dict[str, Any]], calls: dict[str, dict[str, float]], command: str) -> str:
    """Return the results as a page of Markdown."""
    lines = ["# Results", "", f"Printed by `{command}` on {machine()}.", ""]
    lines += ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    lines += ["| " + " | ".join(cells(row)) + " |" for row in rows]
    if calls:
        lines += ["", "What the first call of scratchml costs above the second one, in seconds:", ""]
        lines += ["| workload | cold: kernels are compiled | warm: kernels are on disk, a new process |"]
        lines += ["| --- | --- | --- |"]
        lines += [f"| {name} | {call['cold']:.2f} | {call['warm']:.2f} |" for name, call in calls.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Race what the command line names, print the table, write the files asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"default: all of {', '.join(names())}")
    parser.add_argument("--rounds", type=int, default=7, help="timed rounds (default: %(default)s)")
    parser.add_argument("--threads", type=int, nargs="*", default=sorted({1, os.cpu_count() or 1}))
    parser.add_argument("--no-first-call", action="store_true", help="skip timing the first calls")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables as Markdown")
    arguments = parser.parse_args()
    console = Console()
    chosen = arguments.workloads or names()
    if unknown := sorted(set(chosen) - set(names())):
        parser.error(f"no workload {', '.join(unknown)}; there are: {', '.join(names())}")
    rows: list[dict[str, Any]] = []
    calls: dict[str, dict[str, float]] = {}
    for name in chosen:
        for threads in arguments.threads:
            with console.status(f"{name} on {threads} thread(s)"):
                rows += rows_of(name, threads, arguments.rounds)
        if not arguments.no_first_call:
            with console.status(f"{name}, first call"):
                calls[name] = first_calls(name)
    table = Table(*COLUMNS, title=machine(), title_justify="left")
    for row in rows:
        table.add_row(*cells(row))
    console.print(table)
    for name, call in calls.items():
        console.print(f"{name}: first call costs {call['cold']:.2f} s more cold, {call['warm']:.2f} s more warm")
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": machine(), "rows": rows, "first_calls": calls}, indent=1))
    if arguments.markdown:
        command = "python -m benchmarks " + " ".join(sys.argv[1:])
        arguments.markdown.write_text(to_markdown(rows, calls, command.strip()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
