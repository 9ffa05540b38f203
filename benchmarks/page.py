"""One HTML page that holds everything: tables, pictures, the machine; it loads nothing from anywhere."""

from __future__ import annotations

from html import escape
from typing import Any

from benchmarks.machine import in_words
from benchmarks.plots import as_png, growth_figure, ratio_bars
from benchmarks.results import commands_of
from benchmarks.tables import COLUMNS, EXPLAINED, ONCE_COLUMNS, cells, once_cells, remarks, verdict

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em; color: #222 }
table { border-collapse: collapse; font-size: 13px; margin: 1em 0 }
th, td { text-align: left; padding: .2em .7em; border-bottom: 1px solid #ddd }
th { position: sticky; top: 0; background: #fff }
tr.lost { background: #fbe9df } tr.struck { color: #999; text-decoration: line-through }
img { max-width: 100% } code { background: #f3f3f3 }
"""


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]], classes: list[str]) -> str:
    """Return a table; each row gets its class."""
    head = "".join(f"<th>{escape(c)}</th>" for c in columns)
    body = (
        f'<tr class="{kind}">' + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row, kind in zip(rows, classes)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{chr(10).join(body)}</tbody></table>"


def machine_table(machine: dict[str, Any]) -> str:
    """Return the machine's description as a table."""
    plain = {name: value for name, value in machine.items() if name != "versions"} | machine["versions"]
    rows = [(name, str(value)) for name, value in plain.items()]
    return table(("machine", ""), rows, [""] * len(rows))


def to_html(found: dict[str, Any]) -> str:
    """Return the page."""
    kinds = ["struck" if r["struck"] else "lost" if "SLOWER" in verdict(r) else "" for r in found["rows"]]
    commands = [f"<code>{escape(command)}</code>" for command in commands_of(found)]
    printed_by = commands[0] if len(commands) == 1 else f"{len(commands)} runs, listed at the end,"
    parts = [f"<p>Printed by {printed_by} on {escape(in_words(found['machine']))}.</p>"]
    parts += [f"<p>{escape(EXPLAINED)}</p>", "<ul>", *(f"<li>{escape(x)}</li>" for x in remarks(found)), "</ul>"]
    parts += ["<h2>Ratios</h2>"] if found["rows"] else []
    for size, threads in sorted({(r["size"], r["threads"]) for r in found["rows"]}, reverse=True):
        picture = as_png(ratio_bars(found["rows"], size, threads))
        parts.append(f'<p><img alt="ratios, {escape(size)}, {threads} thread(s)" src="{picture}"></p>')
    parts += ["<h2>Times</h2>", table(COLUMNS, [cells(r) for r in found["rows"]], kinds)] if found["rows"] else []
    if once := once_cells(found):
        parts += ["<h2>First call, memory, growth</h2>", table(ONCE_COLUMNS, once, [""] * len(once))]
    for name in dict.fromkeys(s["workload"] for s in found["growth"]):
        parts.append(f'<p><img alt="growth of {escape(name)}" src="{as_png(growth_figure(found, name))}"></p>')
    parts += ["<h2>Machine</h2>", machine_table(found["machine"])]
    if len(commands) > 1:
        parts += ["<h2>Runs</h2><ul>", *(f"<li>{command}</li>" for command in commands), "</ul>"]
    head = f'<meta charset="utf-8"><title>scratchml: the fair race</title><style>{STYLE}</style>'
    body = f"<h1>The fair race</h1>{''.join(parts)}"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n'
