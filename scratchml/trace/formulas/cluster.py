"""k-means' two halves, and the merge of two clusters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...core.typing import FloatArray, IntArray
from .scene import Answer, Line, Scene, close, formula, many, say, signed, total

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


def halved_shares(merges: np.ndarray, n: int) -> FloatArray:
    """Return each row's share in its cluster's midpoint of midpoints (n,): it is halved by every merge (m, 3)."""
    group, share = np.arange(n), np.ones(n)
    for first, second in merges[:, :2].astype(np.int64):
        joined = (group == group[first]) | (group == group[second])
        group[joined] = group[first]
        share[joined] /= 2.0
    return share


MEASURES: dict[str, Callable[[FloatArray], FloatArray]] = {  # lengths of differences (a, b, d)
    "euclidean": lambda away: np.sqrt((away**2).sum(axis=2)),
    "l2": lambda away: np.sqrt((away**2).sum(axis=2)),
    "sqeuclidean": lambda away: (away**2).sum(axis=2),
    "manhattan": lambda away: np.abs(away).sum(axis=2),
    "cityblock": lambda away: np.abs(away).sum(axis=2),
    "l1": lambda away: np.abs(away).sum(axis=2),
    "chebyshev": lambda away: np.abs(away).max(axis=2),
}


@formula("cluster.merges.Step", "merge")
def merge(scene: Scene) -> Answer | None:
    """The distance of two clusters, by the linkage."""
    step, X, linkage = scene.step, scene.X, scene.params.get("linkage", "ward")
    merges = many(step.iteration, "merge")
    if X is None or scene.params.get("metric") == "precomputed":
        return Answer(f"The two nearest clusters become one; {merges} so far.", ())
    groups = [members_of(step.merges[:-1], row, len(X)) for row in (step.first, step.second)]
    A, B = (X[group] for group in groups)
    sizes = f"{len(A)} and {many(len(B), 'row')}"
    words = f"The two nearest clusters, of {sizes}, become one; {merges} so far."
    measure = MEASURES.get(str(scene.params.get("metric", "euclidean")))
    if measure is None:
        return Answer(words, ())
    D = measure(A[:, None] - B[None]).ravel()
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
    elif linkage in ("centroid", "median"):
        name, ends = "height = ||mean A - mean B||", [A.mean(axis=0), B.mean(axis=0)]
        if linkage == "median":
            name = "height = ||m(A) - m(B)||, midpoints of midpoints"
            ends = [halved_shares(step.merges[:-1], len(X))[group] @ X[group] for group in groups]
        filled = " - ".join(f"({', '.join(map(say, end[:4]))}{', ...' if len(end) > 4 else ''})" for end in ends)
        line = Line(name, f"||{filled}||", float(np.linalg.norm(ends[0] - ends[1])), step.height)
    elif linkage == "weighted":
        shares = [halved_shares(step.merges[:-1], len(X))[group] for group in groups]
        terms = (shares[0][:, None] * shares[1]).ravel() * D
        name = "height = sum of share(a) share(b) d(a, b), a share halved by every merge"
        line = Line(name, total(terms), float(terms.sum()), step.height)
    else:
        return Answer(words, ())
    return Answer(words, tuple(close([line])))  # along the edges of a graph, some linkages know of few distances only


BATCHES = "cluster.mini_batches.Step"


@formula(BATCHES, "end", "labels", "reassign")
def batches_over(scene: Scene) -> Answer | None:
    """inertia = sum_i ||x_i - c_label(i)||^2, of all rows."""
    step, X = scene.step, scene.X
    if step.name == "reassign":
        return Answer("Centres that hardly any row chose begin anew at rows of the batch.", ())
    if step.name == "end":
        return Answer(f"The centres have come to rest, or the batches to an end, after {step.iteration}.", ())
    words = "At last every row goes to its nearest centre."
    if X is None or len(step.labels) != len(X):
        return Answer(words, ())
    squares = ((X - step.centres[step.labels]) ** 2).sum(axis=1)
    line = Line(
        "inertia = sum_i ||x_i - c_label(i)||^2", total(squares), float(squares.sum()), float(step.inertia), 1e-6
    )
    return Answer(words, tuple(close([line])))


@formula(BATCHES, "assign")
def assign_batch(scene: Scene) -> Answer | None:
    """inertia = sum over the batch of ||x_i - c_label(i)||^2."""
    step, X = scene.step, scene.X
    words = f"Every row of batch {step.iteration} goes to its nearest centre."
    if X is None or len(step.batch) != len(step.labels) or not len(step.batch):
        return Answer(words, ())
    squares = ((X[step.batch] - step.centres[step.labels]) ** 2).sum(axis=1)
    name = "inertia = sum over the batch of ||x_i - c_label(i)||^2"
    return Answer(words, tuple(close([Line(name, total(squares), float(squares.sum()), float(step.inertia), 1e-6)])))


@formula(BATCHES, "update")
def update_by_batch(scene: Scene) -> Answer | None:
    """c_j = c_j before + (rows of the batch / all so far) (their mean - c_j before)."""
    step, X, before = scene.step, scene.X, scene.before
    words = "Every centre moves towards the mean of its rows in the batch, less far the more rows it has had."
    if X is None or before is None or len(before.labels) != len(before.batch) or not len(before.batch):
        return Answer(words, ())
    counts = np.bincount(before.labels, minlength=len(step.centres))
    j = int(counts.argmax())
    mean, old, share = float(X[before.batch][before.labels == j, 0].mean()), float(before.centres[j, 0]), counts[j]
    value = old + share / float(step.mass[j]) * (mean - old)
    filled = f"{say(old)} + {share} / {say(step.mass[j])} * ({say(mean)} - {signed(old)})"
    name = f"c_{j} = c_{j} before + rows in the batch / rows so far * (their mean - c_{j} before) (first coordinate)"
    return Answer(words, tuple(close([Line(name, filled, value, float(step.centres[j, 0]), 1e-6)])))


@formula("cluster.dbscan.Step", "neighbours")
def crowds(scene: Scene) -> Answer | None:
    """near(x_0) = number of rows within eps; a core point has min_samples of them."""
    step, X, p = scene.step, scene.X, scene.params
    least = p.get("min_samples", 5)
    words = f"{int(step.is_core.sum())} rows have at least {least} rows (themselves counted) within eps: core points."
    if X is None or p.get("metric", "euclidean") != "euclidean" or len(X) != len(step.order):
        return Answer(words, ())
    near = np.flatnonzero(((X - X[0]) ** 2).sum(axis=1) <= p.get("eps", 0.5) ** 2)
    shown = ", ".join(map(str, near[:6])) + (", ..." if len(near) > 6 else "")
    name = "near(x_0) = number of rows j with ||x_0 - x_j|| <= eps"
    return Answer(words, (Line(name, f"number of rows {shown}", float(len(near))),))


@formula("cluster.dbscan.Step", "cluster")
def crowd(scene: Scene) -> Answer | None:
    """labelled = sum of the clusters' sizes."""
    step = scene.step
    sizes = np.bincount(step.labels[step.labels >= 0], minlength=step.n_clusters)
    words = f"Cluster {step.n_clusters - 1}: all that a core point reaches over core points, in steps of at most eps."
    stated = float((step.labels >= 0).sum())
    return Answer(words, (Line("rows in clusters = sum of their sizes", total(sizes), float(sizes.sum()), stated),))
