"""exports: a report in the forms that machines read: JSON, JUnit XML, Gradescope's results.json, HTML, CSV rows."""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape
from typing import Any
from xml.etree import ElementTree

from .grading import Report
from .picturing import picture
from .reporting import feedback, printable, summary_line

__all__ = ["SCHEMA", "csv_row", "to_gradescope", "to_html", "to_json", "to_junit"]

SCHEMA = 1  # of to_json: raised when a field changes its meaning or goes


def to_json(report: Report) -> str:
    """Return the report as JSON: schema, assignment, seed, earned, points and the verdicts; no times are in it."""
    fields: dict[str, Any] = {"schema": SCHEMA, **asdict(report), "earned": report.earned, "points": report.points}
    return json.dumps(fields, indent=1, sort_keys=True)


def to_junit(report: Report) -> str:
    """Return the report as JUnit XML, one test case a check."""
    failures = sum(not verdict.passed for verdict in report.verdicts)
    attributes = {"name": report.assignment, "tests": str(len(report.verdicts)), "failures": str(failures)}
    suite = ElementTree.Element("testsuite", attributes)
    for verdict in report.verdicts:
        case = ElementTree.SubElement(suite, "testcase", {"classname": verdict.question, "name": verdict.check})
        if not verdict.passed:
            failure = ElementTree.SubElement(case, "failure", {"message": printable(verdict.message)})
            failure.text = "\n".join(feedback(verdict))
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def to_gradescope(report: Report) -> str:
    """Return Gradescope's results.json: a score and one entry a check."""
    tests = [
        {
            "name": f"{verdict.question}: {verdict.check}",
            "score": round(verdict.earned, 6),
            "max_score": round(verdict.points, 6),
            "status": "passed" if verdict.passed else "failed",
            "output": "" if verdict.passed else "\n".join(feedback(verdict)),
            "output_format": "text",
        }
        for verdict in report.verdicts
    ]
    whole = {"score": round(report.earned, 6), "output": summary_line(report), "output_format": "text", "tests": tests}
    return json.dumps(whole, indent=1)


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }}
table {{ border-collapse: collapse; width: 100%; }}
td, th {{ text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ccc; }}
pre {{ background: #f4f4f4; padding: .5rem; margin: .3rem 0; white-space: pre-wrap; }}
.points {{ white-space: nowrap; }}
.ok {{ color: #00684a; }} .open {{ color: #a33c00; }}
</style></head><body><h1>{title}</h1><p>{summary}</p>
<table><thead><tr><th>question</th><th>check</th><th>points</th></tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""


def to_html(report: Report) -> str:
    """Return the report as one page that needs nothing from the network."""
    rows = []
    for verdict in report.verdicts:
        word = '<b class="ok">holds</b>' if verdict.passed else '<b class="open">open</b>'
        says = "" if verdict.passed else f"<pre>{escape(chr(10).join(feedback(verdict)))}</pre>"
        if verdict.yours_numbers and verdict.expected_numbers:
            says += picture(verdict.expected_numbers, verdict.yours_numbers)
        cells = (escape(verdict.question), f"{word} {escape(verdict.check)}{says}")
        points = f"{verdict.earned:.2f} / {verdict.points:.2f}"
        rows.append(f"<tr><td>{cells[0]}</td><td>{cells[1]}</td><td class='points'>{points}</td></tr>")
    return PAGE.format(title=escape(report.title), summary=escape(summary_line(report)), rows="\n".join(rows))


def csv_row(student: str, report: Report) -> dict[str, str]:
    """Return one row of a batch: the student, the sum, each question's points.

    A name that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    name = printable(student)
    row = {
        "student": f"'{name}" if name.startswith(("=", "+", "-", "@")) else name,
        "earned": f"{report.earned:.6g}",
        "points": f"{report.points:.6g}",
    }
    row["note"] = next((printable(v.message) for v in report.verdicts if v.check in ("the file", "the rules")), "")
    for verdict in report.verdicts:
        row[verdict.question] = f"{float(row.get(verdict.question, 0.0)) + verdict.earned:.6g}"
    return row
