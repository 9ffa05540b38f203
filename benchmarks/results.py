"""What a run found, as plain rows that JSON can hold: medians, spreads, ratios, verdicts; a summary, a comparison."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from benchmarks.contestants import NO_PEERS, REFERENCES
from benchmarks.growth import fit_slope
from benchmarks.workload import Workload, floors_of

SCHEMA = 1  # of the JSON file; raise it when a field changes its meaning
AND = " && "  # between the commands of runs that were joined
Row = dict[str, Any]
KEY = ("workload", "size", "data", "threads", "phase", "contestant")


def rows_of(name: str, workload: Workload, threads: int, race: dict[str, Any]) -> list[Row]:
    """Return one row for each contestant and phase of one race."""
    rows = []
    ours = {phase: statistics.median(s) for phase, s in race["times"].get("scratchml", {}).items()}
    bounds = {phase: statistics.median(found) for phase, found in race["bounds"].items()}
    for contestant, phases in race["times"].items():
        for phase, seconds in phases.items():
            median = statistics.median(seconds)
            low, high = (float(q) for q in np.quantile(seconds, [0.25, 0.75]))
            rows.append(
                {
                    "workload": name,
                    "title": title_of(workload, race),
                    "size": race["size"],
                    "n": race.get("n"),
                    "d": race.get("d"),
                    "data": race["data"] if workload.kinds else "own",
                    "threads": threads,
                    "phase": phase,
                    "contestant": contestant,
                    "library": race["libraries"][contestant],
                    "median": median,
                    "low": low,
                    "high": high,
                    "rounds": len(seconds),
                    "ratio": median / ours[phase] if phase in ours else None,  # above 1: ours is faster
                    "loss": race["losses"].get(contestant),
                    "struck": race["struck"][contestant],
                    "bound": bounds.get(phase),
                    "bound_name": floors_of(workload)[phase][0] if phase in bounds else "",
                    "reason": workload.reasons.get(phase, ""),  # shown where it is lost
                    "note": workload.notes,  # shown in any case
                }
            )
    return rows


def title_of(workload: Workload, race: dict[str, Any]) -> str:
    """Return the title with the size raced at, unless it says its only size itself."""
    size = [f"{axis}={short(race[axis])}" for axis in "nd" if workload.sizes and axis in race]
    return " ".join([workload.title, *size])


def short(number: float) -> str:
    """Return 200000 as "200k" and 1000000 as "1M"."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= unit and number % (unit / 10) == 0:
            return f"{number / unit:g}{letter}"
    return f"{number:g}"


def slopes(name: str, points: list[Row]) -> list[Row]:
    """Return the exponent of growth and its error, for each contestant and axis of the points."""
    found = []
    for contestant, axis in dict.fromkeys((p["contestant"], p["axis"]) for p in points):
        mine = [p for p in points if (p["contestant"], p["axis"]) == (contestant, axis)]
        if len(mine) >= 3:
            slope = fit_slope([p[axis] for p in mine], [p["seconds"] for p in mine])
            found.append({"workload": name, "contestant": contestant, "axis": axis, **slope._asdict(), "points": mine})
    return found


def struck_row(row: Row) -> bool:
    """Say whether a row counts for nothing: struck out, or ours to compare with is."""
    return bool(row["struck"])


def duels(rows: Iterable[Row], reference_only: bool) -> dict[tuple, Row]:
    """Return, for each phase of each race, the fastest row of the others that may count; ours must count too."""
    rows = list(rows)
    sound = {tuple(r[k] for k in KEY[:-1]) for r in rows if r["contestant"] == "scratchml" and not struck_row(r)}
    best: dict[tuple, Row] = {}
    for row in rows:
        key = tuple(row[k] for k in KEY[:-1])
        peer = row["library"] in REFERENCES if reference_only else row["library"] not in NO_PEERS
        if not peer or row["ratio"] is None or struck_row(row) or key not in sound:
            continue
        if key not in best or row["median"] < best[key]["median"]:
            best[key] = row
    return best


def geometric_mean(values: Iterable[float]) -> float:
    """Return the geometric mean, NaN of nothing."""
    logs = [math.log(value) for value in values]
    return math.exp(statistics.fmean(logs)) if logs else math.nan


def summary(rows: list[Row]) -> dict[str, Any]:
    """Return the geometric means of our share of the others' time, and the rows lost."""
    against = {"reference": duels(rows, True), "fastest peer": duels(rows, False)}
    found: dict[str, Any] = {}
    for whom, best in against.items():
        ratios = [row["ratio"] for row in best.values()]
        mean = 1.0 / geometric_mean(ratios) if ratios else None
        found[whom] = {"rows": len(ratios), "lost": sum(r < 1 for r in ratios), "share_of_their_time": mean}
    return found


def lost(rows: list[Row]) -> list[Row]:
    """Return the rows of others that are faster than ours and right, the worst first."""
    return sorted((r for r in duels(rows, False).values() if r["ratio"] < 1), key=lambda r: float(r["ratio"]))


def join(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return several runs as one. Of a race, a first call or a growth that more than one holds the last counts.

    Raises
    ------
    ValueError
        If a run is of another machine, or of other versions, than the first.
    """
    for run in runs:
        differing = [name for name, value in run["machine"].items() if value != runs[0]["machine"].get(name)]
        if differing:
            raise ValueError(f"runs to join differ in {', '.join(differing)}; measure all of them on one machine.")
    found: dict[str, Any] = {"schema": SCHEMA, "command": AND.join(run["command"] for run in runs)}
    found["machine"] = runs[0]["machine"]
    for kind, key in (("rows", KEY[:4]), ("calls", ("workload", "contestant")), ("growth", ("workload", "contestant"))):
        kept: dict[tuple, list[Row]] = {}
        for run in runs:
            kept |= grouped(run[kind], key)
        place = {name: i for i, name in enumerate(dict.fromkeys(key[0] for key in kept))}
        found[kind] = [row for k in sorted(kept, key=lambda k: place[k[0]]) for row in kept[k]]
    for run in runs:
        found |= {"import": run["import"]} if "import" in run else {}
    found["failed"] = [row for run in runs for row in run["failed"]]
    found["undecided"] = {race: what for run in runs for race, what in run.get("undecided", {}).items()}
    found["absent"] = {who: why for run in runs for who, why in run["absent"].items()}
    return {**found, "summary": summary(found["rows"]), "minutes": sum(run["minutes"] for run in runs)}


def commands_of(found: dict[str, Any]) -> list[str]:
    """Return the command that printed the results, or those of all runs that were joined."""
    return list(dict.fromkeys(found["command"].split(AND)))


def grouped(rows: Iterable[Row], key: Sequence[str]) -> dict[tuple, list[Row]]:
    """Return the rows that are alike in the fields named, by their values there, in order."""
    found: dict[tuple, list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[k] for k in key), []).append(row)
    return found


def check_schema(run: dict[str, Any]) -> None:
    """Refuse the results of a version that wrote other fields."""
    if run.get("schema") != SCHEMA:
        raise ValueError(f"the older file has schema {run.get('schema')}, this is {SCHEMA}; run it anew.")


def compare(new: dict[str, Any], old: dict[str, Any], above: float = 1.0) -> list[Row]:
    """Return our rows that became slower than in an older run: beyond both spreads, by more than `above`, worst first.

    Raises
    ------
    ValueError
        If the older file has another schema.
    """
    check_schema(old)
    before = {tuple(r[k] for k in KEY): r for r in old["rows"]}
    found = []
    for row in new["rows"]:
        past = before.get(tuple(row[k] for k in KEY))
        if row["library"] != "scratchml" or past is None or row["low"] <= past["high"]:
            continue
        times = row["median"] / past["median"]
        if times > above:
            found.append({**{k: row[k] for k in KEY}, "title": row["title"], "was": past["median"],
                          "is": row["median"], "times": times})  # fmt: skip
    return sorted(found, key=lambda r: -float(r["times"]))
