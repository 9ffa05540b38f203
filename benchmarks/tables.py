"""The results as a rich table and as a page of Markdown: the same cells, losses as plain as wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.markup import escape
from rich.table import Table

from benchmarks.contestants import NO_PEERS, REFERENCES
from benchmarks.machine import in_words
from benchmarks.memory import UNCERTAIN
from benchmarks.results import KEY, Row, commands_of, grouped, lost

COLUMNS = ("workload", "threads", "phase", "contestant", "median", "middle half", "ours is", "bound", "same answer")
ONCE_COLUMNS = ("workload", "contestant", "import s", "cold s", "warm s", "peak MB", "all threads", "n^", "d^")
MEMORIES = {  # the fields: (where it was measured, in bytes what one process shows and another does not)
    "memory": ("", UNCERTAIN),
    "memory_with_threads": (", all threads", UNCERTAIN),
}


def seconds(value: float) -> str:
    """Return a time with three digits and its unit."""
    for unit, name in ((1.0, "s"), (1e-3, "ms")):
        if value >= unit:
            return f"{value / unit:.3g} {name}"
    return f"{value * 1e6:.3g} us"


def verdict(row: Row) -> str:
    """Return how much faster or slower ours is than this row's contestant."""
    if row["contestant"] == "scratchml" or row["ratio"] is None:
        return ""
    ratio = row["ratio"]
    text = f"{ratio:.2f} x faster" if ratio >= 1 else f"{1 / ratio:.2f} x SLOWER"
    return f"({text})" if row["struck"] else text


def cells(row: Row) -> tuple[str, ...]:
    """Return one row of the table as text."""
    bound = ""
    if row["contestant"] == "scratchml" and row["bound"]:
        bound = f"{seconds(row['bound'])}, {row['bound_name']}: {row['median'] / row['bound']:.1f} times that"
    return (
        row["title"] + ("" if row["data"] in ("own", "gaussian") else f", {row['data']}"),
        str(row["threads"]),
        row["phase"],
        row["contestant"],
        seconds(row["median"]),
        f"{seconds(row['low'])} - {seconds(row['high'])}",
        verdict(row),
        bound,
        "NO, struck out" if row["struck"] else "yes",
    )


def once_cells(found: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the rows of what is measured once for a contestant: first call, memory, growth."""
    keys = list(dict.fromkeys((r["workload"], r["contestant"]) for r in found["calls"] + found["growth"]))
    rows = []
    for key in keys:
        call: Row = next((r for r in found["calls"] if (r["workload"], r["contestant"]) == key), {})
        slopes = {r["axis"]: r for r in found["growth"] if (r["workload"], r["contestant"]) == key}
        powers = [f"{s['exponent']:.2f} +- {s['error']:.2f}" if s else "" for s in (slopes.get("n"), slopes.get("d"))]
        once = [f"{call[k]:.2f}" if call.get(k) is not None else "" for k in ("loading", "cold", "warm")]
        memory = [f"{call[k] / 2**20:.2f}" if call.get(k) is not None else "" for k in MEMORIES]
        rows.append((*key, *once, *memory, *powers))
    return rows


def remarks(found: dict[str, Any]) -> list[str]:
    """Return the lines below the tables: means, who was struck out or failed and why, who is absent, who beat us."""
    lines = []
    for whom, s in found["summary"].items():
        if s["rows"]:
            share = f"{s['share_of_their_time']:.3f} of the {whom}'s time (geometric mean of {s['rows']} rows)"
            slower = f"{s['lost']} of them {'is' if s['lost'] == 1 else 'are'} slower than the {whom}"
            lines.append(f"Ours takes {share}; {slower}.")
    codes = Counter(row.get("code", "an older digest") for row in found["rows"])
    if codes:
        raced = ", ".join(f"{code} ({count} rows)" for code, count in codes.most_common())
        lines.append(f"Raced by the digest of scratchml's files: {raced}.")
    lines += beaten_bounds(found["rows"])
    for row in lost(found["rows"]):
        where = f"{row['title']} ({row['data']}), {row['threads']} thread(s), {row['phase']}"
        lines.append(f"Lost: {where}: {row['contestant']} is {1 / row['ratio']:.2f} times faster.{why(row)}")
    if "import" in found:
        lines.append(f"Import: scratchml takes {found['import']:.3f} s beyond NumPy's import; the bar is 0.1 s.")
    lines += missed_bars(found["calls"])
    notes = {(r["title"], r["note"]): None for r in found["rows"] if r.get("note")}
    lines += [f"Note: {title}: {note.rstrip('.')}." for title, note in notes]
    for what, races in by_value(found.get("undecided", {})).items():
        lines.append(f"Not raced, as ties or chance decide {what}: {', '.join(races)}.")
    seen = {(r["title"], r["contestant"], r["struck"]): None for r in found["rows"] if r["struck"]}
    lines += [f"Struck out: {title}: {who}: {why}." for title, who, why in seen]
    failed = {(f["title"], f["contestant"], f["why"]): None for f in found["failed"]}
    lines += [f"Failed: {title}: {who}: {why}" for title, who, why in failed]
    lines += [f"Absent: {who}: {why}." for who, why in found["absent"].items()]
    return lines


def by_value(found: dict[str, str]) -> dict[str, list[str]]:
    """Return the keys by their values."""
    turned: dict[str, list[str]] = {}
    for key, value in found.items():
        turned.setdefault(value, []).append(key)
    return turned


def beaten_bounds(rows: list[Row]) -> list[str]:
    """Return what shows that a bound is none: who took less."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row["bound"] and row["high"] < row["bound"] and not row["struck"]:
            found.setdefault((row["title"], row["phase"]), row)
    return [
        f"Bound beaten: {title}, {phase}: {row['contestant']} takes {row['median'] / row['bound']:.2f} of "
        f"{row['bound_name']}, on {row['threads']} thread(s)."
        for (title, phase), row in found.items()
    ]


def why(row: Row) -> str:
    """Return the written reason of a loss, and how far both are from the bound measured beside them."""
    text = f" {row['reason']}" if row["reason"] else ""
    if row["bound"]:
        ours, theirs = (t / row["bound"] for t in (row["median"] / row["ratio"], row["median"]))
        text += f" Bound, {row['bound_name']}: ours takes {ours:.1f} times that, theirs {theirs:.1f}."
    return text


def missed_bars(calls: list[Row]) -> list[str]:
    """Return what misses a bar: a first call of 5 s cold or 0.5 s warm, a tenth more memory than others."""
    lines = []
    for call in (c for c in calls if c["library"] == "scratchml"):
        for how, bar in (("cold", 5.0), ("warm", 0.5)):
            if call[how] > bar:
                lines.append(f"First call: {call['workload']}: {call[how]:.2f} s {how}, more than {bar:g} s.")
        lines += [line for which in MEMORIES for line in more_memory(call, calls, which)]
    return lines


def more_memory(ours: Row, calls: list[Row], which: str) -> Iterator[str]:
    """Yield that ours takes a tenth more memory than the reference or the thriftiest other library, where it does."""
    beside = [c for c in calls if c["workload"] == ours["workload"] and c.get(which) is not None and c is not ours]
    where, uncertain = MEMORIES[which]
    if ours.get(which) is None:
        return
    for who, rivals in (
        ("the reference", [c for c in beside if c["library"] in REFERENCES]),
        ("{library}", [c for c in beside if c["library"] not in (*NO_PEERS, *REFERENCES)]),
    ):
        least = min(rivals, key=lambda c: float(c[which]), default=None)
        if least is not None and ours[which] > 1.1 * least[which] + uncertain:
            theirs = f"{who.format(**least)} takes {least[which] / 2**20:.2f} MB"
            reason = f" {ours['reason']}" if ours.get("reason") else ""
            yield f"Memory{where}: {ours['workload']}: {ours[which] / 2**20:.2f} MB where {theirs}.{reason}"


def rich_tables(found: dict[str, Any]) -> Iterator[Table]:
    """Yield one narrow table for each race, so that a terminal of 80 columns shows it whole."""
    for rows in grouped(found["rows"], KEY[:4]).values():
        first, threads = cells(rows[0])[0], rows[0]["threads"]
        title = f"[bold]{escape(first)}[/], {threads} thread{'s' if threads > 1 else ''}"
        table = Table(title=title, title_justify="left", title_style="", box=None, padding=(0, 2, 0, 0))
        for column in ("phase", "contestant", "median", "middle half", "ours is"):
            table.add_column(column, justify="right" if column in ("median", "middle half") else "left")
        for row in rows:
            style = "bright_black" if row["struck"] else "red" if "SLOWER" in verdict(row) else ""
            table.add_row(*map(escape, cells(row)[2:6]), "struck out" if row["struck"] else verdict(row), style=style)
        bounds = [f"bound of {row['phase']}: {cells(row)[7]}" for row in rows if cells(row)[7]]
        table.caption, table.caption_justify = escape("\n".join(bounds)) or None, "left"
        yield table


def once_tables(found: dict[str, Any]) -> Iterator[Table]:
    """Yield the tables of first calls, of memory and of growth, as far as they were measured."""
    measured = once_cells(found)
    parts = {"first call, in CPU seconds": (2, 3, 4), "peak memory": (5, 6), "growth": (7, 8)}
    for title, columns in parts.items():
        rows = [row for row in measured if any(row[i] for i in columns)]
        table = Table(title=f"[bold]{title}[/]", title_justify="left", title_style="", box=None, padding=(0, 2, 0, 0))
        for i in (0, 1, *columns):
            table.add_column(ONCE_COLUMNS[i], justify="left" if i < 2 else "right", overflow="fold")
        for row in rows:
            table.add_row(*(escape(row[i]) for i in (0, 1, *columns)))
        if rows:
            yield table


def markdown_table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Return the lines of a table in Markdown."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    return [*lines, *("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows), ""]


EXPLAINED = (
    "Times are medians of rounds in which the contestants take turns, beside the middle half of the rounds. Peers are "
    "other libraries, and what is written by hand in NumPy for this race; Gymnasium has no learner of its own, so that "
    "what runs on its environments, our own learner or a loop in Python, is none. A bound "
    "is work the method cannot do without, timed in the same run. The first call is on the small data, in CPU seconds "
    "less those of the second one: cold compiles, warm finds machine code on disk; import lines are apart. Memory is "
    "the peak of a large fit above the start, on one thread and on all, counted in pages, with what processes that it "
    "starts touch beyond what they load, and the data where the model keeps hold of the caller's. Growth is the slope "
    "of log CPU time over log size, with its standard error, from a quarter of the large size downwards."
)


def to_markdown(found: dict[str, Any]) -> str:
    """Return the results as a page of Markdown."""
    commands = commands_of(found)
    printed_by = f"`{commands[0]}`" if len(commands) == 1 else f"{len(commands)} runs, listed at the end,"
    lines = ["# Results", "", f"Printed by {printed_by} on {in_words(found['machine'])},"]
    lines += [f"in {found['minutes']:.0f} minutes.", "", EXPLAINED, ""]
    lines += [f"- {line}" for line in remarks(found)] + [""]
    if found["rows"]:
        lines += markdown_table(COLUMNS, [cells(row) for row in found["rows"]])
    if once := once_cells(found):
        lines += ["## First call, memory, growth", "", *markdown_table(ONCE_COLUMNS, once)]
    if len(commands) > 1:
        lines += ["## Runs", "", *(f"- `{command}`" for command in commands)]
    return "\n".join(lines)
