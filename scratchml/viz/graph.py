"""The graph of a computation: every tensor with its value and the slope of the result in it, from leaves to result.

Layout in layers: a tensor stands one column to the right of the last tensor it was made from, a leaf just before its
first use. Within the columns, each tensor moves towards the mean height of its neighbours, a few times over, which
removes most crossings (Sugiyama's method, by barycentres).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core.axes import new_axes
from ..core.typing import Array
from ..neural_network import Tensor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

SIGNS = {"add": "+", "mul": "x", "truediv": "/", "matmul": "@", "neg": "-", "pow": "power", "getitem": "[ ]"}
LEAF, INNER, RESULT = "#CDE5F5", "#F2F2F2", "#FBE3B5"  # light blue, grey, orange: black text is legible on each
VALUE, SLOPE = "#000000", "#B54700"
SWEEPS = 8  # over the columns, to and fro
ROOM = 1.25  # height of a box and the room above it
BENDS = (0.0, -0.2, 0.2, -0.35, 0.35, -0.5, 0.5)  # of arrows, the straight one first
HALF_BOX = (0.3, 0.4)  # about half the width of a box, in columns, and half its height


def draw_graph(
    result: Tensor,
    names: Mapping[str, Tensor] | None = None,
    *,
    digits: int = 3,
    fontsize: float = 8.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw what a tensor was made from, each with its value (black) and the result's slope in it (orange).

    Parameters
    ----------
    result : a Tensor of one number that requires a gradient; its leaves' `grad` is not touched
    names : what tensors are to be called; the others are called by their operation
    digits : significant digits of the numbers
    fontsize : of the texts, in points
    ax : where to draw; a new one if None. A box takes about an inch each way

    Raises
    ------
    TypeError
        If `result` is no Tensor.
    ValueError
        If it has several numbers, or requires no gradient.

    Notes
    -----
    What requires no gradient is not remembered by its children, so it is not shown. Large values are not kept by the
    graph (`neural_network.autograd.KEPT`): they are shown as "nan".
    """
    if not isinstance(result, Tensor):
        raise TypeError(f"result is of type {type(result).__name__}; give a Tensor.")
    if result.value.size != 1 or not result.requires_grad:
        raise ValueError(
            f"result has shape {result.shape} and requires_grad={result.requires_grad}; give a loss: one number, made "
            "from a Tensor with requires_grad=True."
        )
    slopes = {id(tensor): slope for tensor, slope in result.slopes(np.ones_like(result.value))}
    nodes = result.order()
    places = lay_out(nodes)
    called = {id(tensor.in_graph()): name for name, tensor in (names or {}).items()}
    ax = new_axes(ax)
    across, up = zip(*places.values())
    ax.set(xlim=(min(across) - 0.6, max(across) + 0.6), ylim=(min(up) - 0.8, max(up) + 0.8))
    boxes = {}
    for tensor in nodes:
        words = [called.get(id(tensor), ""), SIGNS.get(tensor.operation, tensor.operation)]
        lines = [" = ".join(word for word in words if word) or "leaf"]
        lines += [shown(tensor.value, digits), shown(slopes[id(tensor)], digits)]
        colour = RESULT if tensor is result else LEAF if not tensor.parents else INNER
        boxes[id(tensor)] = draw_box(ax, places[id(tensor)], lines, colour, fontsize)
    for tensor in nodes:
        for parent, _ in tensor.parents:
            ends = {"patchA": boxes[id(parent)], "patchB": boxes[id(tensor)], "shrinkA": 0, "shrinkB": 1}
            others = [place for key, place in places.items() if key not in (id(parent), id(tensor))]
            bend = least_crossing(ax, places[id(parent)], places[id(tensor)], others)
            ends["connectionstyle"] = f"arc3,rad={bend}"
            ax.annotate(
                "",
                xy=places[id(tensor)],
                xytext=places[id(parent)],
                arrowprops={"arrowstyle": "-|>", "color": "0.5", "linewidth": 0.9, **ends},
                zorder=2,
            )
    ax.set_axis_off()
    ax.set_title("black: the value; orange: the slope of the result in it", fontsize="small")
    return ax


def least_crossing(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], others: list[tuple[float, float]]
) -> float:
    """Return by how much to bend an arrow (`rad` of matplotlib's "arc3") so that it meets fewest other boxes."""
    if not others:
        return 0.0
    (x, y), (u, v) = ax.transData.transform([start, end])
    along = np.linspace(0.05, 0.95, 40)[:, None]
    found = []
    for bend in BENDS:
        middle = np.array([(x + u) / 2 + bend * (v - y), (y + v) / 2 - bend * (u - x)])
        curve = (1 - along) ** 2 * [x, y] + 2 * along * (1 - along) * middle + along**2 * [u, v]
        apart = np.abs(ax.transData.inverted().transform(curve)[:, None] - np.array(others))
        found.append(int((apart < HALF_BOX).all(axis=2).sum()))
    return BENDS[int(np.argmin(found))]


def draw_box(ax: Axes, place: tuple[float, float], lines: list[str], colour: str, fontsize: float) -> Any:
    """Draw a box with three lines, the last one, a slope, in another colour; return the box."""
    look = {"boxstyle": "round,pad=0.3", "facecolor": colour, "edgecolor": "0.4", "linewidth": 0.8}
    blank = "\n".join(["m" * round(0.72 * max(6, *map(len, lines)))] * 3)  # as wide as the words, and not seen
    text = ax.text(*place, blank, ha="center", va="center", fontsize=fontsize, color=colour, bbox=look, zorder=1)
    for i, line in enumerate(lines):
        ax.annotate(
            line,
            place,
            xytext=(0, (1 - i) * 1.25 * fontsize),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=fontsize,
            color=SLOPE if i == 2 else VALUE,
            weight="bold" if i == 0 else "normal",
            zorder=3,
        )
    return text.get_bbox_patch()


def shown(value: Array, digits: int) -> str:
    """Return a number, up to three of them, or a shape and the largest, in a few letters."""
    numbers = np.ravel(value)
    if numbers.size <= 3:
        return ", ".join(f"{v:.{digits}g}" for v in numbers)
    return f"{'x'.join(map(str, value.shape))}, to {np.abs(numbers).max():.{digits}g}"


def lay_out(nodes: list[Tensor]) -> dict[int, tuple[float, float]]:
    """Return the place (column, height) of each tensor, by its id; nodes come after their parents."""
    children: dict[int, list[Tensor]] = {id(tensor): [] for tensor in nodes}
    for tensor in nodes:
        for parent, _ in tensor.parents:
            children[id(parent)].append(tensor)
    column: dict[int, int] = {}
    for tensor in nodes:
        column[id(tensor)] = 1 + max((column[id(p)] for p, _ in tensor.parents), default=-1)
    for tensor in nodes:  # leaves go where they are used
        if not tensor.parents and children[id(tensor)]:
            column[id(tensor)] = min(column[id(child)] for child in children[id(tensor)]) - 1
    columns: list[list[Tensor]] = [[] for _ in range(max(column.values()) + 1)]
    for tensor in nodes:
        columns[column[id(tensor)]].append(tensor)
    height: dict[int, float] = {}
    for members in columns:
        height |= {id(tensor): spread(i, len(members)) for i, tensor in enumerate(members)}
    for sweep in range(SWEEPS):
        for members in columns if sweep % 2 == 0 else columns[::-1]:
            wish = {}
            for tensor in members:
                near = [height[id(t)] for t in (*(p for p, _ in tensor.parents), *children[id(tensor)])]
                wish[id(tensor)] = sum(near) / max(len(near), 1)
            members.sort(key=lambda tensor, wish=wish: wish[id(tensor)])  # type: ignore[misc]
            height |= {id(tensor): spread(i, len(members)) for i, tensor in enumerate(members)}
    return {id(tensor): (float(column[id(tensor)]), -height[id(tensor)]) for tensor in nodes}


def spread(i: int, k: int) -> float:
    """Return the height of member i of k, the middle at 0."""
    return (i - (k - 1) / 2) * ROOM
