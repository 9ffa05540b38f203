"""``scratchml list``: every estimator, where it lives and what it does."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from ..discovery import all_agents, all_estimators, kinds
from .screen import print_table


def first_sentence(item: object) -> str:
    """Return the first line of a docstring without its full stop."""
    lines = (item.__doc__ or "").strip().splitlines()
    return lines[0].rstrip(".") if lines else ""


def print_list(kind: str | None = None) -> int:
    """Print the table of estimators, of one kind or of all; return the exit code."""
    table = Table(title=f"{kind or 'estimator'}s of scratchml", title_justify="left", box=None, pad_edge=False)
    table.add_column("from scratchml.", no_wrap=True)
    table.add_column("import", style="bold", no_wrap=True)
    table.add_column("which is", no_wrap=True)
    table.add_column("to")
    found = all_agents() if kind == "agent" else all_estimators(kind) + (all_agents() if kind is None else [])
    for name, cls in sorted(found, key=lambda item: (item[1].__module__.split(".")[1], item[0])):
        table.add_row(cls.__module__.split(".")[1], name, ", ".join(sorted(kinds(cls))), escape(first_sentence(cls)))
    print_table(table)
    return 0
