"""What the commands print, so that nothing is lost: numbers and names stay whole on a narrow screen."""

from __future__ import annotations

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table


def print_table(table: Table) -> None:
    """Print a table; where the screen is too narrow, the columns of ``no_wrap`` stay whole and its lines run over."""
    console = Console()
    unlimited = console.options.update(width=10_000)
    for column in table.columns:
        if column.no_wrap:
            cells = [column.header, *column.cells]
            column.min_width = max(Measurement.get(console, unlimited, cell).maximum for cell in cells)
    console.width = max(console.width, Measurement.get(console, unlimited, table).minimum)
    console.print(table)
