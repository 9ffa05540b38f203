"""Rows as points of a plane: where they lie, their colours and marks, what the sides of the picture are.

Colours are Okabe and Ito's, which the colour-blind can tell apart; marks differ as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core.typing import Array, FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000"]
MARKS = "osD^vP*X"


def flat(X: FloatArray, *others: FloatArray) -> tuple[FloatArray, ...] | None:
    """Return rows and others as places in a plane: themselves, or their view along the two widest directions."""
    if X.shape[1] == 1:
        return tuple(np.column_stack([A[:, 0], np.zeros(len(A))]) for A in (X, *others))
    if X.shape[1] == 2:
        return (X, *others)
    mean = X.mean(axis=0)
    axes = np.linalg.svd(X - mean, full_matrices=False)[2][:2]
    axes *= np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])[:, None]
    return tuple((A - mean) @ axes.T for A in (X, *others))


def draw_points(ax: Axes, places: Array, groups: Array, size: Any = 18) -> None:
    """Draw points, a colour and a mark for each group; -1 is grey."""
    for g in np.unique(groups):
        mine = groups == g
        s = size[mine] if isinstance(size, np.ndarray) else size
        colour = "0.7" if g < 0 else COLOURS[int(g) % len(COLOURS)]
        ax.scatter(places[mine, 0], places[mine, 1], s=s, color=colour, marker=MARKS[int(g) % len(MARKS)], linewidth=0)
    ax.set(xticks=[], yticks=[])


def name_sides(ax: Axes, X: FloatArray, below: str = "") -> None:
    """Say what the sides of a picture of rows are, and below it, what else there is to say."""
    across, up = ("x_0", "x_1") if X.shape[1] == 2 else ("the widest direction of the rows", "the second widest")
    across = "x_0" if X.shape[1] == 1 else across
    ax.set_xlabel(across + (f"\n{below}" if below else ""))
    if X.shape[1] > 1:
        ax.set_ylabel(up)


def codes_of(y: Any, n: int) -> Array:
    """Return the class of each row from 0 on, 0 for all where there are none (or too many)."""
    if y is None or np.ndim(y) != 1 or len(y) != n:
        return np.zeros(n, dtype=np.int64)
    found = np.unique(y, return_inverse=True)
    return found[1] if len(found[0]) <= len(COLOURS) else np.zeros(n, dtype=np.int64)
