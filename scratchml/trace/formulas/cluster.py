"""k-means' two halves, and the merge of two clusters."""

from __future__ import annotations

import numpy as np

from ...core.typing import IntArray
from .scene import Answer, Line, Scene, formula, say, signed, total

LLOYD = "cluster.lloyd.Step"


@formula(LLOYD, "assign", "score", "best")
def assign(scene: Scene) -> Answer | None:
    """inertia = sum_i ||x_i - c_label(i)||^2."""
    step, X = scene.step, scene.X
    if X is None or len(X) != len(step.labels):
        return None
    squares = ((X - step.centres[step.labels]) ** 2).sum(axis=1)
    i, found = 0, float(squares.sum())
    to_each = ((X[i] - step.centres) ** 2).sum(axis=1)
    nearest = f"min({', '.join(map(say, to_each[:6]))}{', ...' if len(to_each) > 6 else ''})"
    return Answer(
        f"Every point goes to its nearest centre; {step.moved} of {len(X)} changed their cluster.",
        (
            Line("nearest(x_0) = min_j ||x_0 - c_j||^2", nearest, float(to_each.min()), float(squares[i])),
            Line("inertia = sum_i ||x_i - c_label(i)||^2", total(squares), found, float(step.inertia)),
        ),
    )


@formula(LLOYD, "update")
def update(scene: Scene) -> Answer | None:
    """c_j = mean of the points of cluster j; shift = sum_j ||c_j - c_j before||^2."""
    step, X, before = scene.step, scene.X, scene.before
    if X is None or len(X) != len(step.labels):
        return None
    j = int(np.bincount(step.labels, minlength=len(step.centres)).argmax())
    members = X[step.labels == j]
    first = Line(
        f"c_{j} = sum of its points / their number (first coordinate)",
        f"({total(members[:, 0])}) / {len(members)}",
        float(members[:, 0].mean()),
        float(step.centres[j, 0]),
    )
    lines = [first]
    if before is not None:
        moves = ((step.centres - before.centres) ** 2).sum(axis=1)
        lines.append(Line("shift = sum_j ||c_j - c_j before||^2", total(moves), float(moves.sum()), float(step.shift)))
    return Answer("Every centre moves to the mean of its points.", tuple(lines))


def members_of(merges: np.ndarray, row: int, n: int) -> IntArray:
    """Return the rows of the cluster that `row` is in after these merges of named rows (m, 3)."""
    group = np.arange(n)
    for first, second in merges[:, :2].astype(np.int64):
        group[group == group[second]] = group[first]
    return np.flatnonzero(group == group[row])


@formula("cluster.merges.Step", "merge")
def merge(scene: Scene) -> Answer | None:
    """The distance of two clusters, by the linkage."""
    step, X, linkage = scene.step, scene.X, scene.params.get("linkage", "ward")
    if (
        X is None
        or scene.params.get("metric", "euclidean") != "euclidean"
        or scene.params.get("connectivity") is not None
    ):
        return None
    A, B = (X[members_of(step.merges[:-1], row, len(X))] for row in (step.first, step.second))
    D = np.sqrt(((A[:, None] - B[None]) ** 2).sum(axis=2)).ravel()
    if linkage == "ward":
        gap = float(np.linalg.norm(A.mean(axis=0) - B.mean(axis=0)))
        value = float(np.sqrt(2 * len(A) * len(B) / (len(A) + len(B))) * gap)
        filled = f"sqrt(2 * {len(A)} * {len(B)} / {len(A) + len(B)}) * {say(gap)}"
        line = Line("height = sqrt(2 |A| |B| / (|A| + |B|)) ||mean A - mean B||", filled, value, step.height)
    elif linkage == "average":
        filled = f"({total(D)}) / ({len(A)} * {len(B)})"
        line = Line("height = sum of d(a, b) / (|A| |B|)", filled, float(D.mean()), step.height)
    elif linkage in ("single", "complete"):
        word, value = ("min", float(D.min())) if linkage == "single" else ("max", float(D.max()))
        shown = ", ".join(map(say, D[:4])) + (", ..." if len(D) > 4 else "")
        filled = f"{word}({shown})" if len(D) > 1 else signed(D[0])
        line = Line(f"height = {word} of d(a, b), a in A, b in B", filled, value, step.height)
    else:
        return None
    words = f"The two nearest clusters, of {len(A)} and {len(B)} rows, become one; {step.iteration} merges so far."
    return Answer(words, (line,))
