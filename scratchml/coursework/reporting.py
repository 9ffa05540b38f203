"""reporting: a report for people: the message first, then the case, yours beside the expected, a way on."""

from __future__ import annotations

from typing import Any

from .grading import Report, Verdict

__all__ = ["feedback", "print_report", "printable", "summary_line"]


def printable(text: str) -> str:
    """Return a text without what moves a terminal's cursor, turns letters round or has no place in XML."""
    return "".join(letter if letter in "\n\t" or letter.isprintable() else "?" for letter in text)


def feedback(verdict: Verdict) -> list[str]:
    """Return the lines of feedback for a check that does not hold, the most useful first."""
    lines = [verdict.message]
    if verdict.diagnosis:
        lines.append(f"A classic mistake that does exactly this: {verdict.diagnosis}")
    if verdict.line:
        lines.append(f"in line {verdict.line} of your file")
    for name, value in (("case", verdict.case), ("yours", verdict.yours), ("expected", verdict.expected)):
        if value:
            lines.append(f"{name:>8}: {value}")
    return [printable(line) for line in lines]  # the words of an error are the student's


def summary_line(report: Report) -> str:
    """Return one sentence on the whole file; never that all is passed: a submission is asked other cases."""
    earned = f"{report.earned:.4g} of {report.points:.4g} points"
    if report.earned == report.points:
        return (
            f"{earned}: everything checked here holds. The submission is checked with other cases, and the same rules."
        )
    open_checks = sum(not verdict.passed for verdict in report.verdicts)
    return f"{earned}; {open_checks} of {len(report.verdicts)} checks do not hold yet."


def print_report(report: Report, console: Any) -> None:
    """Print a report to a rich console."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"{report.title} (seed {report.seed})", title_justify="left")
    for heading in ("question", "check", "points"):
        table.add_column(heading, justify="right" if heading == "points" else "left")
    shown = ""
    for verdict in report.verdicts:
        mark = "[green]ok[/]" if verdict.passed else "[red]--[/]"
        question = "" if verdict.question == shown else verdict.question
        shown = verdict.question
        table.add_row(question, f"{mark} {escape(verdict.check)}", f"{verdict.earned:.2f} / {verdict.points:.2f}")
    console.print(table)
    said: set[tuple[str, str]] = set()
    for verdict in report.verdicts:
        if verdict.passed or (verdict.question, verdict.message) in said:
            continue
        said.add((verdict.question, verdict.message))
        first, *rest = feedback(verdict)
        console.print(f"[bold]{verdict.question}[/]: {escape(first)}", highlight=False)
        for line in rest:
            console.print(f"    {escape(line)}", highlight=False)
        console.print(
            f"    next: scratchml course hint {report.assignment} {verdict.question}", style="dim", highlight=False
        )
    console.print(summary_line(report), style="bold")
