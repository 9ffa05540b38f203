"""Two kinds of picture: bars of ratios, and times over sizes with both axes logarithmic; for all eyes."""

from __future__ import annotations

import base64
import io
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from benchmarks.results import Row, duels, short

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"


def as_png(figure: Figure) -> str:
    """Return a figure as a data address that a page can hold."""
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=110, bbox_inches="tight")
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()


def plain_ticks(axis: Axis) -> None:
    """Label a logarithmic axis at 1, 2 and 5 of each decade with plain numbers."""
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=20))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def ratio_bars(rows: list[Row], size: str, threads: int) -> Figure:
    """Draw the fastest peer's time over ours for each phase of one size, sorted; bars left of 1 are losses."""
    chosen = [r for r in duels(rows, False).values() if r["size"] == size and r["threads"] == threads]
    chosen.sort(key=lambda r: float(r["ratio"]))
    figure = Figure(figsize=(9, 1.4 + 0.24 * len(chosen)))
    axes = figure.add_subplot()
    ratios = [r["ratio"] for r in chosen]
    axes.barh(range(len(chosen)), [r - 1 for r in ratios], left=1, color=[BLUE if r >= 1 else ORANGE for r in ratios])
    axes.set_xscale("log")
    axes.set_yticks(range(len(chosen)), [f"{r['title']}: {r['phase']}" for r in chosen], fontsize=8)
    for i, row in enumerate(chosen):
        text = f" {row['ratio']:.{2 if row['ratio'] < 10 else 0}f} ({row['contestant']}) "
        axes.text(row["ratio"], i, text, va="center", ha="left" if row["ratio"] >= 1 else "right", fontsize=7)
    axes.axvline(1, color="black", linewidth=1)
    low, high = min([*ratios, 0.8]), max([*ratios, 1.5])
    axes.set_xlim(low / 3, high * 4)
    plain_ticks(axes.xaxis)
    axes.set_ylim(-0.7, len(chosen) - 0.3)
    axes.set_xlabel("fastest peer's time over ours: right of 1 ours is faster, left of 1 it is slower")
    axes.set_title(f"{size} data, {threads} thread{'s' if threads > 1 else ''}")
    return figure


def growth_of(axes: Axes, slopes: list[Row], axis: str, title: str) -> None:
    """Draw the times of the contestants over n or d, and the fitted lines' exponents in the legend."""
    for slope in sorted((s for s in slopes if s["axis"] == axis), key=lambda s: s["contestant"] != "scratchml"):
        sizes = [p[axis] for p in slope["points"]]
        label = f"{slope['contestant']}: {axis}^({slope['exponent']:.2f} +- {slope['error']:.2f})"
        file, ours = slope["contestant"].endswith(".py"), slope["contestant"] == "scratchml"
        marker, colour = ("o-", BLUE) if ours else ("^:", GREY) if file else ("s--", ORANGE)
        axes.plot(sizes, [p["seconds"] for p in slope["points"]], marker, color=colour, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    plain_ticks(axes.yaxis)
    sizes = sorted({p[axis] for s in slopes if s["axis"] == axis for p in s["points"]})
    axes.set_xticks(sizes, [short(s) for s in sizes], fontsize=7)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="y", labelsize=7)
    axes.set_xlabel(f"{'rows' if axis == 'n' else 'columns'} {axis}", fontsize=8)
    axes.set_title(title, fontsize=9)
    if sizes:
        axes.legend(fontsize=7, frameon=False)


def growth_figure(found: dict[str, Any], name: str) -> Figure:
    """Draw one workload's seconds of a fit over n and over d."""
    slopes = [s for s in found["growth"] if s["workload"] == name]
    figure = Figure(figsize=(8, 3), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    growth_of(left, slopes, "n", name)
    growth_of(right, slopes, "d", name)
    left.set_ylabel("CPU seconds of a fit", fontsize=8)
    return figure
