"""What goes on inside a network while it learns: values and slopes of each layer, and how far its weights move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core.axes import new_axes
from ..core.rules import check_rules, integer, one_of
from ..core.typing import Array
from .clusters import COLOURS, MARKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

FROM_NOTHING = 1e3  # a ratio above it is that of weights that were 0 (biases start there); it is left out
GOOD_RATIO = 1e-3  # a rule of thumb: moves of about a thousandth of the weights


def parts_of(step: Any, what: str) -> dict[str, Array]:
    """Return a step's arrays (or numbers) by the name of their layer, of an MLP's step as of a Sequential's."""
    found = getattr(step, what)
    return dict(found) if isinstance(found, dict) else {f"layer {i}": part for i, part in enumerate(found, 1)}


def check_steps(steps: Sequence[Any], what: str) -> None:
    """Raise ValueError where there is no step, or one that does not show what is asked for."""
    if not steps:
        raise ValueError("There are no steps to draw; record some of a fit: record(model.steps(X, y)).")
    missing = [step for step in steps if not hasattr(step, what)]
    if missing:
        raise ValueError(f"A {type(missing[0]).__name__} has no {what}; give steps of a network's fit.")


def draw_layer(
    steps: Sequence[Any], layer: int | str = 0, *, what: str = "activations", bins: int = 40, ax: Axes | None = None
) -> Axes:
    """Draw the histogram of one layer's values or slopes, one row of the picture for each step; return the axes.

    Parameters
    ----------
    steps : recorded steps of a network's fit, in their order
    layer : number, from 0, or name
    what : "activations", the layer's values, or "slopes", those of the loss in them (of MLPs: in their sums)
    bins : how many bars
    ax : where to draw; a new one if None

    Raises
    ------
    ValueError
        If there is no such layer, or no step.
    """
    check_rules(
        "draw_layer", {"what": one_of("activations", "slopes"), "bins": integer(1)}, {"what": what, "bins": bins}
    )
    check_steps(steps, what)
    names = list(parts_of(steps[0], what))
    if layer not in names and not (isinstance(layer, int) and 0 <= layer < len(names)):
        raise ValueError(f"layer={layer!r} is none of {names}; give a name or a number from 0 to {len(names) - 1}.")
    name = names[layer] if isinstance(layer, int) else layer
    values = [np.ravel(parts_of(step, what)[name]) for step in steps]
    if not all(np.isfinite(v).all() for v in values):
        raise ValueError(f"The {what} of {name} hold NaN or infinity; leave out the steps after training went wrong.")
    low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
    edges = np.linspace(low, high if high > low else low + 1.0, bins + 1)
    shares = np.array([np.histogram(v, edges)[0] / len(v) for v in values])
    ax = new_axes(ax)
    extent = (edges[0], edges[-1], len(steps) + 0.5, 0.5)
    # roots, since most values of a layer are near 0 and hide the others
    picture = ax.imshow(
        np.sqrt(shares), extent=extent, aspect="auto", cmap="viridis", interpolation="nearest", vmin=0.0
    )
    bar = ax.figure.colorbar(picture, ax=ax, label="share of the values")
    ticks = np.linspace(0.0, float(np.sqrt(shares).max()), 4).tolist()
    bar.set_ticks(ticks, labels=[f"{t * t:.2g}" for t in ticks])
    ax.locator_params(axis="y", integer=True)
    word = {"activations": "value", "slopes": "slope"}[what]
    ax.set(xlabel=word, ylabel="step", title=f"{name}: {what}")
    return ax


def draw_update_ratios(steps: Sequence[Any], *, ax: Axes | None = None) -> Axes:
    """Draw how far each layer's weights moved, beside their own length, step by step; return the axes.

    About a thousandth for each batch is healthy; far more and the training is wild, far less and it stands still. Moves
    of weights that were 0 have no ratio and are left out, as are moves of length 0.

    Parameters
    ----------
    steps : recorded steps of a network's fit, in their order; of one name
    ax : where to draw; a new one if None

    Raises
    ------
    ValueError
        If there is no step, or one without update ratios.
    """
    check_steps(steps, "update_ratios")
    ax = new_axes(ax)
    curves = [parts_of(step, "update_ratios") for step in steps]
    for i, name in enumerate(curves[0]):
        ratios = np.array([float(curve[name]) for curve in curves])
        heights = np.where((ratios > 0.0) & (ratios < FROM_NOTHING), ratios, np.nan)
        every = max(len(heights) // 8, 1)
        ax.plot(
            np.arange(1, len(heights) + 1),
            heights,
            color=COLOURS[i % len(COLOURS)],
            marker=MARKS[i % len(MARKS)],
            markevery=every,
            markersize=5,
            linewidth=1.5,
            label=name,
        )
    ax.axhline(GOOD_RATIO, color="0.4", linestyle="--", linewidth=1.0)
    ax.set_yscale("log")
    ax.set(xlabel=f"{getattr(steps[0], 'name', 'step')}", ylabel="length of the move / of the weights")
    ax.legend(fontsize=8)
    return ax
