"""Pictures of the search for neighbours: which boxes of a k-d tree one query opened, and which it passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from ..core import check_array
from ..core.axes import new_axes
from ..core.typing import MatrixLike, VectorLike
from ..maths import build_tree, prepare
from ..neighbors.kd_tree import search_by_steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

MEASURED, PRUNED, FOUND = "#56B4E9", "#E69F00", "#D55E00"  # Okabe and Ito


def draw_boxes(
    X: MatrixLike,
    query: VectorLike,
    k: int = 5,
    *,
    leaf_size: int = 10,
    metric: str = "euclidean",
    ax: Axes | None = None,
) -> Axes:
    """Draw the boxes of a k-d tree that a query for its k nearest measured and those that it pruned; return the axes.

    Parameters
    ----------
    X : points, shape (n, 2)
    query : shape (2,)
    k, leaf_size : neighbours wanted; points in a leaf, at most
    metric : euclidean, manhattan or chebyshev
    ax : where to draw; a new one if None

    Raises
    ------
    ValueError
        If X has no two columns, or k is not from 1 to n.
    """
    points = check_array(X)
    x = check_array(query, name="query", ensure_2d=False)
    if points.shape[1] != 2 or x.shape != (2,):
        raise ValueError(f"X has shape {points.shape} and query {x.shape}; a picture needs (n, 2) and (2,).")
    if not 1 <= k <= len(points):
        raise ValueError(f"k={k} is not accepted; give 1 to {len(points)}, as there are points.")
    ax = new_axes(ax)
    from matplotlib.patches import Rectangle

    reference = prepare(points, metric)
    tree = build_tree(reference, leaf_size)
    steps = list(search_by_steps(x, reference, tree, k))
    counts = {"measure": 0, "prune": 0}
    for step in steps:
        if step.name not in counts:
            continue
        counts[step.name] += 1
        low, high = tree.boxes[step.node]
        how: dict[str, Any] = (
            {"facecolor": MEASURED, "alpha": 0.5} if step.name == "measure" else {"fill": False, "hatch": "//"}
        )
        how["edgecolor"] = "black" if step.name == "measure" else PRUNED
        label = None if counts[step.name] > 1 else {"measure": "measured", "prune": "pruned"}[step.name]
        ax.add_patch(Rectangle(tuple(low), *(high - low), linewidth=1.2, label=label, **how))
    ax.scatter(points[:, 0], points[:, 1], s=8, color="0.35", zorder=2)
    found = points[steps[-1].indices]
    ax.scatter(found[:, 0], found[:, 1], s=26, color=FOUND, zorder=3, label="nearest")
    ax.scatter(x[0], x[1], s=90, marker="*", color="black", edgecolor="white", zorder=4, label="query")
    looked = sum(int(tree.stops[s.node] - tree.starts[s.node]) for s in steps if s.name == "measure")
    ax.set_title(f"{looked} of {len(points)} points measured, {counts['prune']} boxes pruned")
    ax.legend(loc="best", fontsize="small")
    ax.set_aspect("equal")
    return ax
