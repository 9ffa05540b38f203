"""The parity ledger: for each estimator and reference, what was compared, how far apart, how far is allowed, and why.

Each ``rows_<room>.py`` beside this file has a function ``rows()``. The tests hold every row to its tolerance, and
``python -m tests.parity.ledger`` measures all of them anew and writes ``tests/parity/LEDGER.md``.
"""

from __future__ import annotations

import importlib
import platform
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


class Row(NamedTuple):
    """One comparison with one reference."""

    estimator: str  # our public name
    reference: str  # the library and name compared with
    compared: str  # which results, on which data
    deviation: float  # the largest difference, measured when rows() ran
    tolerance: float  # what is allowed
    reason: str = ""  # why there is a difference at all; "" where the results are identical or round-off


def row_modules() -> list[str]:
    """Return the names of the modules that hold rows."""
    return sorted(path.stem for path in FOLDER.glob("rows_*.py"))


def rows_of(module: str) -> list[Row]:
    """Measure the rows of one module."""
    return [Row(*row) for row in importlib.import_module(f"tests.parity.{module}").rows()]


def summary_of(rooms: dict[str, list[Row]]) -> str:
    """Return in one sentence how near the answers are, for the ledger and README."""
    found = [row.deviation for rows in rooms.values() for row in rows]
    same, near, close = (sum(value <= bound for value in found) for bound in (0.0, 1e-12, 1e-8))
    return (
        f"{len(found)} comparisons: {same} agree to the last bit, {near} within 1e-12, {close} within 1e-8; each of "
        f"the other {len(found) - close} says why it differs."
    )


def to_markdown(rooms: dict[str, list[Row]]) -> str:
    """Return the ledger as a page of Markdown."""
    from importlib.metadata import version

    names = ("numpy", "numba", "scikit-learn", "scipy", "imbalanced-learn", "pandas", "gymnasium")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    lines = [
        "# Parity ledger",
        "",
        "How far our answers are from the references', measured by `python -m tests.parity.ledger` with "
        f"Python {platform.python_version()}, {versions}. The tests hold every row to its tolerance.",
        "",
        summary_of(rooms),
    ]
    for module, rows in rooms.items():
        lines += ["", f"## {module.removeprefix('rows_')}", ""]
        lines += [
            "| ours | reference | compared | deviation | allowed | reason |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for row in rows:
            cells = (
                row.estimator,
                row.reference,
                row.compared,
                f"{row.deviation:.1e}",
                f"{row.tolerance:.1e}",
                row.reason,
            )
            lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure every row and write the ledger."""
    rooms = {module: rows_of(module) for module in row_modules()}
    (FOLDER / "LEDGER.md").write_text(to_markdown(rooms))
    print(summary_of(rooms))
    print(f"{sum(map(len, rooms.values()))} rows of {len(rooms)} rooms written to {FOLDER / 'LEDGER.md'}")


if __name__ == "__main__":
    main()
