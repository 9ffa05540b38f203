"""What a tree says, and what a forest or a network that is not finished yet, at every place of a plane or line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core.typing import FloatArray
from .formulas import Scene
from .planes import COLOURS, name_sides

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

GRID = 80  # places along each side
MOST_CLASSES = 6  # colours there are
HIDDEN: dict[str, Callable[[FloatArray], FloatArray]] = {
    "identity": lambda s: s,
    "logistic": lambda s: 0.5 + 0.5 * np.tanh(0.5 * s),
    "tanh": np.tanh,
    "relu": lambda s: np.maximum(s, 0.0),
}


def draw_said(scene: Scene, ax: Axes, ask: Callable[[FloatArray], FloatArray]) -> bool:
    """Draw the shares of classes (m, k) over a plane, or numbers (m,) over a line, as `ask` gives them for places."""
    X, y = scene.X, scene.y
    if X is None or y is None or np.ndim(y) != 1:
        return False
    if X.shape[1] == 1 and np.asarray(y).dtype.kind in "fiu":
        places = np.linspace(X.min(), X.max(), 5 * GRID)[:, None]
        said = ask(places)
        if said.ndim != 1:
            return False
        ax.scatter(X[:, 0], y, s=12, color="0.6")
        ax.plot(places[:, 0], said, color=COLOURS[0], linewidth=2)
        ax.set(xlabel="x_0", ylabel="y (dots), and what is said of it (line)")
        return True
    from ..viz.boundaries import draw_classes, draw_rows, lay_grid

    classes = np.unique(y)
    if X.shape[1] != 2 or len(classes) > MOST_CLASSES:
        return False
    plane = lay_grid(X, GRID)
    shares = ask(plane.places)
    if shares.ndim != 2 or shares.shape[1] != len(classes):
        return False
    draw_classes((shares, shares[:, 1] - 0.5 if len(classes) == 2 else None), plane, False, ax)
    draw_rows(X, np.asarray(y), classes, ax)
    ax.set(xlim=plane.across[[0, -1]], ylim=plane.up[[0, -1]], xticks=[], yticks=[])
    name_sides(ax, X)
    return True


def draw_tree(scene: Scene, ax: Axes) -> bool:
    """A grown tree: what it says at every place."""
    tree = scene.step.tree
    if not hasattr(tree, "predict"):  # loaded from a file
        return False

    def ask(places: FloatArray) -> FloatArray:
        values = np.asarray(tree.predict(np.ascontiguousarray(places)))
        values = values.reshape(len(values), -1)
        return values[:, 0] if values.shape[1] == 1 else values / values.sum(axis=1, keepdims=True)

    return draw_said(scene, ax, ask)


def draw_forest(scene: Scene, ax: Axes) -> bool:
    """A forest: the mean of what its trees so far say."""
    trees = [tree for tree in scene.step.trees if hasattr(tree, "predict")]
    if not trees or len(trees) < len(scene.step.trees):  # loaded from a file, or trees that isolate
        return False

    def ask(places: FloatArray) -> FloatArray:
        name = "predict_proba" if hasattr(trees[0], "predict_proba") else "predict"
        found: FloatArray = np.mean([getattr(tree, name)(places) for tree in trees], axis=0)
        return found

    return draw_said(scene, ax, ask)


def draw_network(scene: Scene, ax: Axes) -> bool:
    """A network: what it says now; of more than two columns the weights of its first layer, as a map."""
    step, activation = scene.step, HIDDEN.get(scene.params.get("activation", "relu"))

    def ask(places: FloatArray) -> FloatArray:
        values = places
        for layer, (W, b) in enumerate(zip(step.coefs, step.intercepts)):
            sums = values @ W + b
            values = activation(sums) if layer < len(step.coefs) - 1 and activation is not None else sums
        if scene.estimator != "MLPClassifier":
            return values[:, 0] if values.shape[1] == 1 else values
        if values.shape[1] == 1:
            p = HIDDEN["logistic"](values)
            return np.hstack([1.0 - p, p])
        likely = np.exp(values - values.max(axis=1, keepdims=True))
        return np.asarray(likely / likely.sum(axis=1, keepdims=True))

    if activation is not None and draw_said(scene, ax, ask):
        return True
    W = step.coefs[0]
    limit = float(np.abs(W).max()) or 1.0
    shades = ax.imshow(W, aspect="auto", cmap="PuOr", vmin=-limit, vmax=limit)
    ax.figure.colorbar(shades, ax=ax, label="weight")
    ax.locator_params(integer=True)
    ax.set(xlabel="unit of the first layer", ylabel="column of X")
    return True
