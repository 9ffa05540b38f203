"""``scratchml tour``: fit everything on real data, compare with stored references, draw a gallery."""

from __future__ import annotations

import json
import math
import os
import time
import warnings
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..core import track
from ..discovery import all_agents, all_estimators
from .screen import print_table
from .tasks import TASKS, kind_of, prepared


class Reference(NamedTuple):
    """A stored score of a reference library on the same task."""

    score: float
    library: str  # with its version
    allowed_below: float  # how far below it our score may be


class Visit(NamedTuple):
    """What the tour found out about one estimator."""

    name: str
    estimator: Any
    data: str
    metric: str
    score: float
    reference: Reference | None
    seconds: float  # a second run of the task, all kernels ready
    first_seconds: float  # the first run in this process
    error: str = ""

    @property
    def passed(self) -> bool:
        """Say whether it ran, and as well as its reference allows."""
        if self.error or not math.isfinite(self.score):
            return False
        return self.reference is None or self.score >= self.reference.score - self.reference.allowed_below


def stored_references() -> dict[str, Reference]:
    """Return the stored reference scores by estimator name."""
    stored = json.loads(resources.files(__package__).joinpath("references.json").read_text())
    return {name: Reference(entry["score"], entry["library"], entry["allowed_below"]) for name, entry in stored.items()}


def visit(name: str, estimator: Any, reference: Reference | None) -> Visit:
    """Run an estimator's task twice, and time both runs."""
    task = TASKS[kind_of(estimator)]
    times, score, error = [], float("nan"), ""
    for _ in range(2):
        started = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                score = task.run(prepared(estimator))
        except Exception as problem:  # one broken estimator must not end the tour; it fails in the table
            error = f"{type(problem).__name__}: {problem}"
        times.append(time.perf_counter() - started)
    return Visit(name, estimator, task.data, task.metric, score, reference, times[1], times[0], error)


def table_of(visits: Sequence[Visit]) -> Table:
    """Return the tour's table."""
    title = "scratchml tour: every estimator on bundled real data"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("algorithm", style="bold", no_wrap=True)
    table.add_column("task")
    for column in ("score", "reference", "seconds", "first"):
        table.add_column(column, justify="right", no_wrap=True)
    for v in visits:
        reference = "none" if v.reference is None else f"{v.reference.score:.4f}"
        mark = "[green]ok[/]" if v.passed else "[red]LOW[/]" if not v.error else "[red]ERROR[/]"
        task = f"{v.data}: {v.metric}"
        table.add_row(mark, v.name, task, f"{v.score:.4f}", reference, f"{v.seconds:.3f}", f"{v.first_seconds:.3f}")
    libraries = sorted({v.reference.library for v in visits if v.reference})
    table.caption = "first: seconds of the first call in this process, with loading and compiling"
    if libraries:
        table.caption += f"\nreference: stored scores of {', '.join(libraries)} on the same task"
    table.caption_justify = "left"
    return table


def tour(names: Sequence[str] = (), folder: Path | None = None) -> int:
    """Visit the named estimators (all, where none is named), print the table, draw the gallery into `folder`.

    Returns 0 if every score is as good as its reference allows, 1 otherwise.

    Raises
    ------
    ValueError
        If a name is unknown.
    """
    found = dict(all_estimators() + all_agents())
    if unknown := sorted(set(names) - set(found)):
        raise ValueError(f"no estimator is called {', '.join(unknown)}; `scratchml list` shows all names.")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)  # before the work, so that a bad folder is told at once
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(f"nothing can be written into {folder}; name another folder with --output.")
    references = stored_references()
    chosen = [(name, cls) for name, cls in found.items() if not names or name in names]
    visits = [visit(name, cls._examples()[0], references.get(name)) for name, cls in track(chosen, "fitting")]
    console = Console()
    print_table(table_of(visits))
    undrawn: dict[str, str] = {}
    if folder is not None:
        from .gallery import write_gallery

        path, undrawn = write_gallery(visits, folder)
        console.print(f"gallery: {escape(str(path))}", soft_wrap=True)
    reasons = [(v.name, v.error or _too_low(v)) for v in visits if not v.passed] + list(undrawn.items())
    for name, reason in reasons:
        console.print(f"[red]{name}[/]: {escape(reason)}", soft_wrap=True)
    return 1 if reasons else 0


def _too_low(v: Visit) -> str:
    if v.reference is None:
        return f"score {v.score} is no number"
    return f"score {v.score:.6f} is below its reference {v.reference.score:.6f}"
