"""One step as a picture: by viz where it has a drawing, else what the step's numbers allow.

A picture is a function of a `Scene` and axes; it stands in `PICTURES` under its step's class. It returns False where it
cannot draw what it finds (data unknown, too many columns); then the step's arrays are drawn as bars, or its curve.
Colours are Okabe and Ito's, which the colour-blind can tell apart; marks differ as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core.axes import new_axes
from ..core.typing import Array
from .events import Trace, arrays_of, is_number, numbers_of
from .explain import key_of, scene_of
from .formulas import Scene
from .formulas.cluster import members_of
from .formulas.mixture import covariances_of, joint_of
from .formulas.scene import many, say
from .formulas.svm import kernel_between, rows_of
from .planes import COLOURS, MARKS, codes_of, draw_points, flat, name_sides
from .regions import draw_forest, draw_network, draw_tree

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

GRID = 60  # places along each side where a border is looked for
LONGEST = 64  # most bars

Picture = Callable[[Scene, Axes], bool]


def plot(trace: Trace, i: int = -1, ax: Axes | None = None) -> Axes:
    """Draw step i on `ax` (a new picture of pyplot's where None: a notebook shows it) and return it."""
    event, fit = trace.event(i), trace.fit_of(i)
    i = range(len(trace))[i]
    ax = new_axes(ax)
    scene, picture = scene_of(trace, i), PICTURES.get(key_of(event.step)[0])
    if not (picture is not None and picture(scene, ax)) and not draw_bars(scene, ax):
        draw_curve(trace, i, ax)
    at = getattr(event.step, "iteration", None)
    ax.set_title(f"{fit.name}: {event.name}" + (f" {at}" if isinstance(at, (int, np.integer)) else ""), fontsize=11)
    return ax


def leave_room(figure: Any) -> None:
    """Set the margins of a figure that is drawn on, wider beside a colour bar; a layout engine takes twice as long."""
    figure.subplots_adjust(left=0.16, right=0.87 if len(figure.axes) > 1 else 0.96, bottom=0.14, top=0.92)


# ---------------------------------------------------------------------------------------------------------------
# What every step has


def draw_curve(trace: Trace, i: int, ax: Axes) -> None:
    """Draw the number that tells how the fit goes on, up to step i, the rest of it pale."""
    name, values = trace.curve()
    plain = [float(step) if is_number(step) else np.nan for step in trace]  # of steps that are numbers themselves
    if not name and np.isfinite(plain).any():
        name, values = "value", np.array(plain)
    if not name:
        ax.text(0.5, 0.5, "this step has no number to draw;\nits words and its fields say what was done", ha="center")
        ax.set_axis_off()
        return
    at = np.arange(len(values))
    ax.plot(at, values, color="0.8", marker=".", linewidth=1)
    ax.plot(at[: i + 1], values[: i + 1], color=COLOURS[0], marker=".", linewidth=1.5)
    ax.scatter(at[i : i + 1], values[i : i + 1], color=COLOURS[5], s=60, zorder=3)
    ax.set(xlabel="step", ylabel=name.removeprefix("n_").replace("_", " "))


def draw_bars(scene: Scene, ax: Axes) -> bool:
    """Draw the step's first short row of numbers as bars, beside those of the step before."""
    rows = {k: v.ravel() for k, v in arrays_of(scene.step).items() if v.dtype.kind in "fiu" and 1 < v.size <= LONGEST}
    rows = {k: v for k, v in rows.items() if np.isfinite(v).all()}
    wanted = [k for k in ("w", "coef", "weights.w", "weights", "coef_", "mean", "quantiles") if k in rows]
    if not rows:
        return False
    name = [*wanted, *rows][0]
    values = rows[name]
    old = arrays_of(scene.before).get(name) if scene.before is not None else None
    at = np.arange(len(values))
    if old is not None and old.size == values.size:
        ax.bar(at - 0.2, old.ravel(), 0.4, color="0.75", label="the step before")
        ax.bar(at + 0.2, values, 0.4, color=COLOURS[0], label="now")
        ax.legend(fontsize=8)
    else:
        ax.bar(at, values, color=COLOURS[0])
    ax.axhline(0.0, color="0.4", linewidth=0.8)
    ax.set(xlabel="place", ylabel=name)
    return True


# ---------------------------------------------------------------------------------------------------------------
# One for each kind of step


def draw_centres(scene: Scene, ax: Axes) -> bool:
    """k-means: points in their clusters' colours, centres and the way they have come."""
    step, X = scene.step, scene.X
    if X is None:
        return False
    labels = step.labels if len(step.labels) == len(X) and step.labels.min(initial=0) >= 0 else None
    trails = [
        s.centres for s in scene.earlier if s.name in ("seed", "update") and s.centres.shape == step.centres.shape
    ]
    if X.shape[1] == 2:
        from ..viz import draw_cells

        draw_cells(X, step.centres, labels, trails=trails, ax=ax)
        name_sides(ax, X)
        return True
    views = flat(X, step.centres, *trails)
    assert views is not None
    draw_points(ax, views[0], np.full(len(X), -1) if labels is None else labels)
    for a, b in zip(views[2:], [*views[3:], views[1]]):
        for j in range(len(a)):
            ax.plot(*zip(a[j], b[j]), color="black", linewidth=0.8)
    ax.scatter(views[1][:, 0], views[1][:, 1], s=110, marker="X", color="black", edgecolor="white", zorder=3)
    name_sides(ax, X)
    return True


def draw_merge(scene: Scene, ax: Axes) -> bool:
    """Agglomeration: the clusters so far, and the two that have just become one."""
    step, X = scene.step, scene.X
    if step.name == "tree":
        from ..viz import plot_dendrogram

        plot_dendrogram(step.merges, ax=ax)
        return True
    if X is None or step.merges.shape[1] != 3:
        return False
    places = flat(X)[0]  # type: ignore[index]
    draw_points(ax, places, np.full(len(X), -1))
    group = np.arange(len(X))
    for a, b, _ in step.merges.astype(np.int64):
        group[group == group[b]] = group[a]
    names, counts = np.unique(group, return_counts=True)
    for name in names[counts > 1]:
        mine = places[group == name]
        middle, colour = mine.mean(axis=0), COLOURS[int(name) % len(COLOURS)]
        ax.scatter(mine[:, 0], mine[:, 1], s=18, color=colour, marker=MARKS[int(name) % len(MARKS)], zorder=2)
        for place in mine:
            ax.plot(*zip(middle, place), color=colour, linewidth=0.6, alpha=0.6)
    ends = [places[members_of(step.merges[:-1], row, len(X))].mean(axis=0) for row in (step.first, step.second)]
    ax.plot(*zip(*ends), color="black", linewidth=2.5, marker="o", markerfacecolor="white", zorder=4)
    name_sides(ax, X, f"merged at the distance {say(step.height)}; {many(len(names), 'cluster')}")
    return True


def draw_components(scene: Scene, ax: Axes) -> bool:
    """EM: rows, and each component as ellipses at one and two deviations."""
    step, X = scene.step, scene.X
    if X is None or X.shape[1] != 2:
        return False
    shape, centre = scene.params.get("covariance_type", "full"), X.mean(axis=0)
    means = step.found.means + (0.0 if step.name == "best" else centre)
    C = covariances_of(step.found, shape)
    k = len(means)
    draw_points(ax, X, joint_of(X, step.found._replace(means=means), shape).argmax(axis=1))
    turn = np.linspace(0, 2 * np.pi, 90)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    for j in range(k):
        values, axes = np.linalg.eigh(C[j])
        for deviations in (1, 2):
            ring = means[j][:, None] + deviations * axes @ (np.sqrt(values)[:, None] * circle)
            ax.plot(*ring, color=COLOURS[j % len(COLOURS)], linewidth=2.2 / deviations)
        ax.scatter(means[j][0], means[j][1], marker="X", s=90, color=COLOURS[j % 8], edgecolor="black", zorder=3)
    name_sides(ax, X)
    return True


def draw_pair(scene: Scene, ax: Axes) -> bool:
    """SMO: the pair that moves, every point as large as its coefficient, and the border so far."""
    step, X, rows = scene.step, scene.X, rows_of(scene)
    if X is None or rows is None or scene.estimator != "SVC":
        return False
    places, codes = flat(X)[0][rows], codes_of(scene.y, len(X))[rows]  # type: ignore[index]
    largest = float(np.abs(step.b).max()) or 1.0
    draw_points(ax, places, codes, 14 + 70 * np.abs(step.b) / largest)
    if X.shape[1] == 2 and np.any(step.b):
        low, high = X.min(axis=0), X.max(axis=0)
        sides = [np.linspace(a - 0.05 * (b - a), b + 0.05 * (b - a), GRID) for a, b in zip(low, high)]
        grid = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
        on_grid, on_rows = kernel_between(scene, grid, X[rows]), kernel_between(scene, X[rows], X[rows])
        if on_grid is not None and on_rows is not None:
            z = np.where(codes == codes.max(), 1.0, -1.0)
            away = z - on_rows @ step.b
            shift = float(np.median(away[step.b != 0])) if step.intercept is None else float(step.intercept)
            f = (on_grid @ step.b + shift).reshape(GRID, GRID)
            ax.contour(
                *sides, f, levels=[-1, 0, 1], colors="0.35", linestyles=["--", "-", "--"], linewidths=[0.8, 1.6, 0.8]
            )
    if step.i >= 0 and step.name == "move":
        i, j = places[step.i], places[step.j]
        ax.plot(*zip(i, j), color="black", linewidth=1.2, zorder=3)
        ax.scatter([i[0], j[0]], [i[1], j[1]], s=190, facecolor="none", edgecolor="black", linewidth=2, zorder=4)
        paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.8}  # words stay legible over points
        for word, place, above in (("i: up", i, i[1] > j[1]), ("j: down", j, i[1] <= j[1])):
            away = (9, 9) if above else (9, -16)  # outwards: the pair may be close together
            ax.annotate(word, place, xytext=away, textcoords="offset points", fontsize=9, zorder=5, bbox=paper)
    below = many(int(np.count_nonzero(step.b)), "support vector")
    name_sides(ax, X, below + (f"; violation {say(step.violation)}" if np.isfinite(step.violation) else ""))
    return True


def draw_node(scene: Scene, ax: Axes) -> bool:
    """A tree: what each question at this node would gain, and the one asked; at a leaf, who is in it; at last all."""
    step = scene.step
    if step.name == "split" and step.candidates is not None:
        from ..viz import draw_split

        draw_split(step, ax=ax)
        return True
    if step.name == "tree":
        return draw_tree(scene, ax)
    if step.rows is None or scene.y is None or np.ndim(scene.y) != 1:
        return False
    if step.value is not None and step.value.shape[-1] > 1:
        values = step.value.reshape(-1)
        ax.bar(np.arange(len(values)), values, color=[COLOURS[j % len(COLOURS)] for j in range(len(values))])
        ax.set(xlabel="class", ylabel="share or weight in this leaf", xticks=range(len(values)))
    else:
        ax.hist(np.asarray(scene.y, dtype=np.float64)[step.rows], color=COLOURS[0], bins=10)
        ax.set(xlabel="y of the rows in this leaf", ylabel="rows")
    return True


def draw_agent(scene: Scene, ax: Axes) -> bool:
    """An agent: what every cell is worth and where to go (a dot: all the same), with the turn just taken below."""
    step, env = scene.step, scene.env
    q = np.asarray(step.q)
    if q.ndim != 2:
        return False
    try:
        from ..viz import draw_values

        draw_values(env, q.max(axis=1), np.where(q.min(axis=1) == q.max(axis=1), -1, q.argmax(axis=1)), ax)
    except (ValueError, TypeError, AttributeError):  # no cells, or loaded from a file
        shades = ax.imshow(q.T, aspect="auto", cmap="cividis")
        ax.figure.colorbar(shades, ax=ax, label="Q")
        ax.set(xlabel="state", ylabel="action")
    else:
        if hasattr(step, "following"):
            mark_turn(ax, np.asarray(env.layout()), step.s, step.following)
    if hasattr(step, "following"):
        ax.set_xlabel(f"state {step.s}, action {step.a}: reward {say(step.r)}, then state {step.following}")
    return True


def mark_turn(ax: Axes, cells: Array, start: int, end: int) -> None:
    """Frame the cell in which the turn began, and with dashes the one it led to; a taxi's may not be in the picture."""
    from matplotlib.patches import Rectangle

    for state, is_dashed in ((end, True), (start, False)):
        for i, j in np.argwhere(cells == state):
            frame = Rectangle((j - 0.45, i - 0.45), 0.9, 0.9, fill=False, edgecolor=COLOURS[5], linewidth=2.6, zorder=4)
            frame.set_linestyle("--" if is_dashed else "-")
            ax.add_patch(frame)


def draw_round(scene: Scene, ax: Axes) -> bool:
    """Boosting: the targets and what all rounds so far say of them."""
    step, X, y = scene.step, scene.X, scene.y
    raw = getattr(step, "raw", getattr(step, "scores", None))
    if X is None or y is None or np.ndim(y) != 1 or raw is None or np.asarray(y).dtype.kind not in "fiu":
        return False
    says = np.asarray(raw)[0]
    if len(says) != len(X):
        return False
    if X.shape[1] == 1:
        order = X[:, 0].argsort()
        ax.scatter(X[:, 0], y, s=12, color="0.6")
        ax.step(X[order, 0], says[order], color=COLOURS[0], where="mid")
        ax.set(xlabel="x", ylabel="y (dots) and F (line)")
    else:
        ax.scatter(says, y, s=12, color=COLOURS[0])
        ax.axline((float(np.mean(y)), float(np.mean(y))), slope=1, color="0.6", linewidth=1)
        ax.set(xlabel="F(x) so far", ylabel="y")
    return True


def draw_line(scene: Scene, ax: Axes) -> bool:
    """A linear classifier in a plane: its border; elsewhere its weights as bars."""
    step, X, y = scene.step, scene.X, scene.y
    coef, b = getattr(step, "coef", None), getattr(step, "intercept", None)
    if coef is None and hasattr(step, "weights"):
        coef, b = (np.asarray(part) for part in tuple(step.weights)[:2])
    if X is None or X.shape[1] != 2 or y is None or coef is None or np.shape(coef) != (1, 2):
        return False
    draw_points(ax, X, codes_of(y, len(X)))
    name_sides(ax, X)
    w, b = np.asarray(coef)[0], float(np.ravel(np.asarray(b))[0])
    margin = 0.1 * (X.max(axis=0) - X.min(axis=0))
    ax.set(xlim=(X[:, 0].min() - margin[0], X[:, 0].max() + margin[0]))
    ax.set(ylim=(X[:, 1].min() - margin[1], X[:, 1].max() + margin[1]))
    if np.any(w):
        ax.axline(tuple(-b * w / (w @ w)), tuple(-b * w / (w @ w) + [-w[1], w[0]]), color="black", linewidth=1.8)
    return True


def draw_axes_of(scene: Scene, ax: Axes) -> bool:
    """PCA: the cloud, and the directions found so far."""
    step, X = scene.step, scene.X
    if X is None or X.shape[1] < 2:
        return False
    arrows = [] if step.components is None or step.variances is None else list(zip(step.components, step.variances))[:2]
    ends = np.array([step.mean + 2 * np.sqrt(max(v, 0.0)) * 2.0**step.exponent * c for c, v in arrows]).reshape(
        -1, X.shape[1]
    )
    places, middle, tips = flat(X, step.mean[None], ends)  # type: ignore[misc]
    draw_points(ax, places, codes_of(scene.y, len(X)))
    name_sides(ax, X)
    ax.plot(*tips.T, linestyle="", marker="")  # makes room
    for number, tip in enumerate(tips):
        ax.annotate("", tip, middle[0], arrowprops={"arrowstyle": "->", "lw": 2, "color": "black"})
        ax.annotate(f"{number + 1}", tip, fontsize=11, xytext=(4, 4), textcoords="offset points")
    return True


def draw_groups(scene: Scene, ax: Axes) -> bool:
    """DBSCAN: the clusters so far."""
    step, X = scene.step, scene.X
    if X is None or len(step.labels) != len(X):
        return False
    labels = np.empty(len(X), dtype=np.int64)
    labels[step.order] = step.labels
    draw_points(ax, flat(X)[0], labels)  # type: ignore[index]
    name_sides(ax, X, f"{many(step.n_clusters, 'cluster')} so far")
    return True


PICTURES: dict[str, Picture] = {
    f"scratchml.{step_class}": picture
    for step_class, picture in {
        "cluster.lloyd.Step": draw_centres,
        "cluster.mini_batches.Step": draw_centres,
        "cluster.merges.Step": draw_merge,
        "cluster.dbscan.Step": draw_groups,
        "mixture.expectation_maximisation.Step": draw_components,
        "svm.solver.Step": draw_pair,
        "tree.decision_tree.Step": draw_node,
        "rl.agent.Step": draw_agent,
        "rl.agent.Block": draw_agent,
        "ensemble.forest.Step": draw_forest,
        "ensemble.boosting.Step": draw_round,
        "ensemble.hist_boosting.Step": draw_round,
        "neural_network.mlp.Step": draw_network,
        "linear_model.logistic_solvers.Step": draw_line,
        "linear_model.sgd_descent.Step": draw_line,
        "decomposition.pca.Step": draw_axes_of,
    }.items()
}


def frame_numbers(n: int, frames: int) -> list[int]:
    """Return at most `frames` of n places, evenly spread, the first and the last among them."""
    if n <= frames:
        return list(range(n))
    return sorted({int(i) for i in np.linspace(0, n - 1, frames).round()})


def describe_numbers(step: Any) -> str:
    """Return a step's single numbers in a line."""
    return ", ".join(f"{name} = {say(value)}" for name, value in numbers_of(step).items())
