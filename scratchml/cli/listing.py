"""``scratchml list``: every estimator, where it lives and what it does."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ..discovery import all_estimators, kinds


def first_sentence(item: object) -> str:
    """Return the first line of a docstring without its full stop."""
    lines = (item.__doc__ or "").strip().splitlines()
    return lines[0].rstrip(".") if lines else ""


def print_list(kind: str | None = None) -> int:
    """Print the table of estimators, of one kind or of all; return the exit code."""
    table = Table(title=f"{kind or 'estimator'}s of scratchml", title_justify="left")
    table.add_column("name", style="bold", no_wrap=True)
    table.add_column("kind")
    table.add_column("import from", no_wrap=True)
    table.add_column("what it does")
    for name, cls in all_estimators(kind):
        room = ".".join(cls.__module__.split(".")[:2])
        table.add_row(name, ", ".join(sorted(kinds(cls))), room, first_sentence(cls))
    Console().print(table)
    return 0
