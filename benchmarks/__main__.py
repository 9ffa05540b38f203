"""``python -m benchmarks [WORKLOAD ...]``: race scratchml against who is installed and print who won, losses included.

Each workload runs in processes of its own, once on one thread and once on all; contestants take turns within it, and
medians are compared. A contestant whose answer is worse is struck out. First calls are timed in fresh processes: cold
(no compiled kernel on disk) and warm. ``--all`` measures everything: two hours or so on two idle cores. A long run
may be cut in pieces that each write ``--json``; ``--join`` tells of them as one.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import shlex
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from benchmarks import functions, layers
from benchmarks.contestants import LIBRARIES
from benchmarks.data import NAMES
from benchmarks.first_calls import COLUMNS as FIRST_COLUMNS
from benchmarks.first_calls import cells, measure, missed, tasks
from benchmarks.machine import code, describe, in_words
from benchmarks.measure import measure_alone, measure_races, seconds_to_import
from benchmarks.page import to_html
from benchmarks.results import SCHEMA, Row, check_schema, compare, join, summary
from benchmarks.tables import markdown_table, once_tables, remarks, rich_tables, to_markdown
from benchmarks.workload import names


def whole_numbers(text: str) -> list[int]:
    """Return [1, 2] of "1,2"."""
    return [int(number) for number in text.split(",")]


def options() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "workloads",
        nargs="*",
        metavar="WORKLOAD",
        help="default: all (see --list); functions, layers: all of functions.py, of layers.py",
    )
    parser.add_argument("--list", action="store_true", help="print the workloads' names and stop")
    parser.add_argument("--all", action="store_true", help="small and large, first calls, memory and growth")
    parser.add_argument(
        "--vs",
        default=",".join(LIBRARIES),
        help="libraries and files of yours (default: %(default)s)",
        metavar="A,B,my.py",
    )
    parser.add_argument("--sizes", help="small, large, a number of rows, or rows x columns: 500,1000x20", metavar="A,B")
    parser.add_argument(
        "--data",
        default="",
        choices=("", *NAMES),
        metavar="KIND",
        help=f"other data than the workload's own: {', '.join(NAMES)}",
    )
    parser.add_argument(
        "--rounds", type=int, help="timed rounds (default: 7, with --all 5); 0: no race, only what is measured once"
    )
    parser.add_argument(
        "--threads",
        type=whole_numbers,
        default=sorted({1, os.cpu_count() or 1}),
        metavar="A,B",
        help="numbers of threads to race on (default: one, and as many as there are cores)",
    )
    parser.add_argument("--growth", action="store_true", help="fit the exponents of growth in n and d")
    parser.add_argument("--no-first-call", action="store_true", help="skip first calls and memory")
    parser.add_argument(
        "--first-calls", action="store_true", help="only time first calls, of every estimator (or those named)"
    )
    parser.add_argument(
        "--join",
        type=Path,
        nargs="+",
        metavar="FILE.json",
        help="measure nothing: tell of these runs as one; of what two of them hold, the last counts",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables as Markdown")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write one HTML page with tables and pictures")
    parser.add_argument("--compare", type=Path, metavar="OLD.json", help="print what became slower since then")
    parser.add_argument("--fail-above", type=float, metavar="TIMES", help="with --compare: exit with 1 above this")
    return parser


def asked_for(arguments: argparse.Namespace) -> list[str]:
    """Return the contestants' names, files as whole paths.

    Raises
    ------
    ValueError
        If one is neither a library the races know nor a Python file that is there.
    """
    found = []
    for name in filter(None, arguments.vs.split(",")):
        if name.endswith(".py"):
            if not Path(name).exists():
                raise ValueError(f"--vs {name}: no such file.")
            found.append(str(Path(name).resolve()))
        elif name in LIBRARIES:
            found.append(name)
        else:
            raise ValueError(f"--vs {name}: name one of {', '.join(LIBRARIES)}, or a file that ends in .py.")
    return found


def check(arguments: argparse.Namespace) -> None:
    """Refuse what would fail only after the races, or would fail in each of them.

    Raises
    ------
    ValueError
        If a size, a number of rounds or threads, or the folder of a file to write is none.
    """
    for size in filter(None, (arguments.sizes or "").split(",")):
        if not re.fullmatch(r"small|large|[1-9]\d*(x[1-9]\d*)?", size):
            raise ValueError(f"--sizes {size}: name small, large, a number of rows, or rows x columns as in 1000x20.")
    if arguments.rounds is not None and arguments.rounds < 0:
        raise ValueError(f"--rounds {arguments.rounds}: give 0 or more.")
    asked_for(arguments)
    if min(arguments.threads) < 1:
        raise ValueError(f"--threads {min(arguments.threads)}: give 1 or more.")
    for path in filter(None, (arguments.json, arguments.markdown, arguments.report)):
        if not path.parent.is_dir():
            raise ValueError(f"no folder {path.parent} to write {path.name} to; make it first.")


def read(path: Path) -> dict[str, Any]:
    """Return what a run wrote with --json.

    Raises
    ------
    ValueError
        If the file is not there or holds no such results.
    """
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError) as problem:
        raise ValueError(f"{path} holds no results: {problem}.") from problem
    if not isinstance(found, dict) or "rows" not in found:
        raise ValueError(f"{path} holds no results of races; name a file written with --json.")
    check_schema(found)
    return found


def chosen_of(words: Sequence[str]) -> list[str]:
    """Return the names of the workloads asked for: all if none is; "functions" and "layers" are all of their files."""
    tables = {"functions": functions.TABLE, "layers": layers.TABLE}
    return [name for word in words for name in tables.get(word, [word])] or names()


def alike(name: str) -> str:
    """Return which workloads a name may have meant: KMeans, too, means kmeans."""
    lower = {known.lower().replace("_", ""): known for known in reversed(names())}
    close = difflib.get_close_matches(name.lower().replace("_", ""), lower, n=3)
    return f" ({' or '.join(lower[word] for word in close)}?)" if close else ""


def typed(words: Sequence[str]) -> str:
    """Return the command without the files it writes or compares with: they are no part of what was measured."""
    text = shlex.join(["python", "-m", "benchmarks", *words])
    return re.sub(r" --(json|markdown|report|compare|fail-above)[ =]('[^']*'|\S+)", "", text)


def run(arguments: argparse.Namespace, chosen: list[str], console: Console) -> dict[str, Any]:
    """Race everything asked for; return all that was found, ready for JSON."""
    began, asked = time.time(), asked_for(arguments)
    sizes = arguments.sizes or ("small,large" if arguments.all else "large")
    rounds = (5 if arguments.all else 7) if arguments.rounds is None else arguments.rounds
    found: dict[str, Any] = {"schema": SCHEMA, "command": typed(sys.argv[1:])}
    found |= {"machine": describe(), "rows": [], "calls": [], "growth": [], "failed": [], "absent": {}, "undecided": {}}
    growth, ran = arguments.growth or arguments.all, {}

    def races(name: str, threads: int) -> None:
        with_growth = growth and threads == min(arguments.threads)
        sound = measure_races(found, name, threads, sizes, asked, rounds, arguments.data, with_growth)
        ran.setdefault(name, {}).update(sound)

    def alone(name: str) -> tuple[list[Row], list[Row]]:
        if name not in ran:
            races(name, 1)  # without rounds: who runs
        return measure_alone(ran[name], name, arguments.data, max(arguments.threads))

    with Progress(console=console, transient=True) as progress:
        racing = [(name, threads) for name in chosen for threads in arguments.threads] if rounds or growth else []
        bar = progress.add_task("races", total=len(racing), visible=bool(racing))
        for name, threads in racing:
            progress.update(bar, description=f"{name}, {threads} thread(s)")
            races(name, threads)
            progress.advance(bar)
        if not arguments.no_first_call:
            found["import"] = seconds_to_import()
            bar = progress.add_task("first calls and memory", total=len(chosen))
            with ThreadPoolExecutor(os.cpu_count() or 1) as pool:  # processes of their own, as many as there are cores
                for calls, failed in pool.map(alone, chosen):
                    found["calls"] += calls
                    found["failed"] += failed
                    progress.advance(bar)
    for row in found["rows"]:
        row["code"] = code()
    return {**found, "summary": summary(found["rows"]), "minutes": (time.time() - began) / 60}


def first_calls(arguments: argparse.Namespace, console: Console) -> int:
    """Time the first calls of the estimators named, or of all; print them, slowest first; return 1 if one is too slow.

    Raises
    ------
    ValueError
        If a name is none of an estimator's.
    """
    known = {task: re.split("[./]", task)[1] for task in tasks()}
    if unknown := sorted(set(arguments.workloads) - set(known.values())):
        raise ValueError(f"no estimator {', '.join(unknown)}; name public classes.")
    chosen = [task for task, name in known.items() if not arguments.workloads or name in arguments.workloads]
    with Progress(console=console, transient=True) as progress, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        bar, rows = progress.add_task("first calls", total=len(chosen)), []
        for row in pool.map(measure, chosen):
            rows.append(row)
            progress.advance(bar)
    rows.sort(key=lambda row: -row.cold)
    lines = [*markdown_table(FIRST_COLUMNS, [cells(row) for row in rows]), *missed(rows)]
    console.print(*lines, sep="\n", markup=False, soft_wrap=True, highlight=False)
    if arguments.markdown:
        arguments.markdown.write_text("\n".join(lines) + "\n")
    if arguments.json:
        arguments.json.write_text(json.dumps([row._asdict() for row in rows]))
    return 1 if missed(rows) else 0


def tell(found: dict[str, Any], arguments: argparse.Namespace, console: Console) -> None:
    """Print the tables and what they come to; write the files asked for."""
    console.print(in_words(found["machine"]), highlight=False)
    for table in (*rich_tables(found), *once_tables(found)):
        console.print(table)
    console.print(*remarks(found), sep="\n", markup=False, soft_wrap=True)
    for path, text in ((arguments.json, json.dumps), (arguments.markdown, to_markdown), (arguments.report, to_html)):
        if path:
            path.write_text(text(found))


def main() -> int:
    """Race what the command line names, print the tables, write the files asked for."""
    parser = options()
    arguments = parser.parse_intermixed_args()
    console = Console()
    chosen = chosen_of(arguments.workloads)
    try:
        if arguments.list:
            console.print(*names(), sep="\n")
            return 0
        check(arguments)
        if arguments.first_calls:
            return first_calls(arguments, console)
        old = read(arguments.compare) if arguments.compare else None
        for unknown in sorted(set(chosen) - set(names())):
            raise ValueError(f"no workload {unknown}{alike(unknown)}; --list prints all of them.")
        joined = join([read(path) for path in arguments.join]) if arguments.join else None
    except ValueError as problem:
        parser.error(str(problem))
    found = joined or run(arguments, chosen, console)
    slower = compare(found, old) if old is not None else []
    tell(found, arguments, console)
    for row in slower:
        where = f"{row['title']}, {row['threads']} thread(s), {row['phase']}, {row['contestant']}"
        console.print(
            f"Slower: {where}: {row['was']:.4g} s became {row['is']:.4g} s, {row['times']:.2f} times", markup=False
        )
    if old is not None and not slower:
        console.print("Nothing became slower beyond the spread.")
    too_slow = arguments.fail_above and any(row["times"] > arguments.fail_above for row in slower)
    return 1 if too_slow else 0


if __name__ == "__main__":
    sys.exit(main())
