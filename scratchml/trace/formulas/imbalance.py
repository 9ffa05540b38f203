"""SMOTE: a new row on the segment between two old ones; and the samplers that choose which rows stay."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.typing import FloatArray, IntArray
from .scene import Answer, Line, Scene, among, close, formula, many, say, signed, total


def numbers_at(table: Any, rows: Any, f: int) -> FloatArray | None:
    """Return some rows of column f of a table, which may hold words in others; None where they are no numbers."""
    column = table.iloc[:, f] if hasattr(table, "iloc") else np.asarray(table, dtype=object)[:, f]
    try:
        return np.asarray(np.asarray(column)[rows], dtype=np.float64)
    except (TypeError, ValueError):
        return None


def category_lines(scene: Scene, X: Any, a: int) -> tuple[list[Line], list[int]]:
    """Return the vote of row a's neighbours on the first new row's category, and which columns are categories."""
    given = np.ravel(scene.params.get("categorical_features", []))
    if scene.estimator != "SMOTENC" or given.dtype.kind not in "iu" or not len(given):  # names and masks: not followed
        return [], []
    step, d = scene.step, np.shape(X)[1]
    columns = [int(f) % d for f in given]
    f, near = columns[0], step.neighbours[int(np.flatnonzero(step.seeds == a)[0])]
    column = X.iloc[:, f] if hasattr(X, "iloc") else np.asarray(X, dtype=object)[:, f]
    found = np.asarray(column)[near].tolist()
    drawn = np.asarray(step.rows, dtype=object)[0, f]
    counts = {category: found.count(category) for category in found}
    name = f"votes for {drawn} in column {f} = max over the categories of x_{a}'s neighbours"
    stated = float(counts.get(drawn, 0))
    return close([Line(name, among("max", counts.values()), float(max(counts.values())), stated)]), columns


@formula("imbalance.smote.Step", "interpolate")
def interpolate(scene: Scene) -> Answer | None:
    """new = x_a + gap (x_b - x_a); a category is the most frequent of the neighbours'."""
    step, X = scene.step, scene.X if scene.X is not None else scene.env  # a table with words, as it was given
    words = f"{len(step.rows)} new rows of class {step.label}, each on the segment from a row to one of its neighbours."
    shape = np.shape(X)
    if len(shape) != 2 or not len(step.gaps) or step.rows.shape[1] != shape[1] or step.parents.max() >= shape[0]:
        return Answer(words, ())
    (a, b), gap = step.parents[0], float(step.gaps[0])
    votes, categories = category_lines(scene, X, int(a))
    for f in (f for f in range(shape[1]) if f not in categories):  # the first column of numbers
        ends, new = numbers_at(X, [a, b], f), numbers_at(step.rows, [0], f)
        if ends is None or new is None:
            continue
        value = float(ends[0] + gap * (ends[1] - ends[0]))
        filled = f"{say(ends[0])} + {signed(gap)} * ({say(ends[1])} - {signed(ends[0])})"
        which = "first coordinate" if f == 0 else f"coordinate {f}"
        found = close([Line(f"new = x_{a} + gap * (x_{b} - x_{a}) ({which})", filled, value, float(new[0]), 1e-8)])
        if found:
            return Answer(words, (*found, *votes))
    return Answer(words, tuple(votes))


@formula("imbalance.smote.Step", "neighbours")
def neighbours(scene: Scene) -> Answer | None:
    """distance to the nearest = min over the class of sqrt(sum_f (x_if - x_jf)^2)."""
    step = scene.step
    k = step.neighbours.shape[1] if step.neighbours.ndim == 2 else 0
    words = f"For each of the {len(step.seeds)} rows of class {step.label} its {k} nearest of that class."
    X = rows_asked(scene, step.seeds, step.neighbours)
    if X is None or scene.estimator != "SMOTE" or len(step.seeds) < 2:
        return Answer(words, ())
    i, j = int(step.seeds[0]), int(step.neighbours[0, 0])
    d = np.sort(distances_from(X, i, step.seeds[1:]))
    name = f"distance(x_{i}, x_{j}) = min over the others of the class of distance(x_{i}, .)"
    line = Line(name, among("min", d), float(d[0]), float(distances_from(X, i, np.array([j]))[0]), 1e-8)
    return Answer(words, tuple(close([line])))


def distances_from(X: FloatArray, i: int, others: IntArray) -> FloatArray:
    """Return the distances from row i of X to others of its rows."""
    found: FloatArray = np.sqrt(((X[others] - X[i]) ** 2).sum(axis=1))
    return found


def rows_asked(scene: Scene, *asked: Any) -> FloatArray | None:
    """Return X, None unless it and y are known and hold the rows asked for: a sampler in another has others."""
    X, y = scene.X, scene.y
    if X is None or y is None or np.ndim(y) != 1 or len(X) != len(y):
        return None
    return X if all(np.size(rows) > 0 and int(np.max(rows)) < len(X) for rows in asked) else None


@formula("imbalance.near_miss.Step", "select")
def near_miss(scene: Scene) -> Answer | None:
    """nearness(x) = sum of the distances to k rows of the rare class; the nearest stay (version 3: the farthest)."""
    step, p = scene.step, scene.params
    version, k = p.get("version", 1), p.get("n_neighbors", 3)
    kind = {2: "farthest"}.get(version, "nearest")
    words = f"{len(step.chosen)} rows of class {step.label} stay: those with the "
    words += "largest" if version == 3 else "least"
    words += f" sum of distances to their {kind} rows of the rarest class."
    X = rows_asked(scene, step.members)
    if X is None or not isinstance(k, (int, np.integer)) or not len(step.chosen):
        return Answer(words, ())
    i, stated = int(step.members[step.chosen[0]]), float(step.nearness[step.chosen[0]])
    classes, first, counts = np.unique(scene.y, return_index=True, return_counts=True)
    rare = np.flatnonzero(scene.y == classes[np.lexsort([first, counts])[0]])
    d = np.sort(distances_from(X, i, rare))
    mine = d[-k:] if version == 2 else d[:k]
    name = f"nearness({i}) = sum of the distances to the {len(mine)} {kind} rare rows"
    lines = [Line(name, total(mine), float(mine.sum()), stated, 1e-8)]
    order = np.sort(step.nearness)
    best = float(order[-1] if version == 3 else order[0])
    word = "max" if version == 3 else "min"
    lines.append(Line(f"the first to stay = {word} over the rows asked", among(word, order), best, stated))
    return Answer(words, tuple(close(lines)))


@formula("imbalance.tomek_links.Step", "link")
def tomek_link(scene: Scene) -> Answer | None:
    """a and b are a link if each is the nearest row of the other, and y_a != y_b."""
    step = scene.step
    words = f"{many(len(step.links), 'pair')} of rows of different classes, each the nearest of the other."
    X = rows_asked(scene, step.nearest)
    if X is None or len(step.nearest) != len(X):
        return Answer(words, ())
    first = int(np.argmax(step.nearest >= 0))
    a, b = (int(i) for i in step.links[0]) if len(step.links) else (first, int(step.nearest[first]))
    lines = []
    for i, j in [(a, b), (b, a)] if len(step.links) else [(a, b)]:
        others = np.delete(np.arange(len(X)), i)
        d = distances_from(X, i, others)
        stated = float(distances_from(X, i, np.array([j]))[0])
        name = f"distance(x_{i}, x_{j}) = min over all other rows of distance(x_{i}, .)"
        lines.append(Line(name, among("min", np.sort(d)), float(d.min()), stated, 1e-8))
    if len(step.links):
        words += f" The first: row {a} of class {scene.y[a]} and row {b} of class {scene.y[b]}."
    return Answer(words, tuple(close(lines)))


@formula("imbalance.edited_nearest_neighbours.Step", "edit")
def edited(scene: Scene) -> Answer | None:
    """A row stays if all its neighbours are of its class ("mode": if that class is the most frequent of theirs)."""
    step = scene.step
    agreed = np.asarray(step.agreed, dtype=bool)
    words = f"{int((~agreed).sum())} of {len(agreed)} rows of class {step.label} go: their neighbours do not agree."
    if rows_asked(scene, step.members, step.neighbours) is None:
        return Answer(words, ())
    q = int(np.argmin(agreed))  # the first that goes, if any does
    i, near = int(step.members[q]), step.neighbours[q]
    votes = np.asarray(scene.y)[near] == scene.y[i]
    if scene.params.get("kind_sel", "all") == "all":
        name, stated = f"row {i} stays (1) or goes (0) = min over its neighbours o of [y_o = y_{i}]", float(agreed[q])
        line = Line(name, among("min", votes), float(votes.all()), stated)
    else:
        name = f"share of row {i}'s class among its neighbours = votes / k"
        line = Line(name, f"{int(votes.sum())} / {len(near)}", float(votes.mean()))
    return Answer(words, tuple(close([line])))


@formula("imbalance.cluster_centroids.Step", "cluster")
def centroid(scene: Scene) -> Answer | None:
    """centre_j = sum over the rows of cluster j of x_i / their number."""
    step = scene.step
    if not len(step.centres):
        return None
    words = (
        f"The {len(step.members)} rows of class {step.label} are replaced by the centres of {len(step.centres)} groups."
    )
    X = rows_asked(scene, step.members)
    if X is None or step.centres.shape[1] != X.shape[1]:
        return Answer(words, ())
    mine = X[step.members[step.clusters == 0], 0]
    if not len(mine):
        return Answer(words, ())
    name = "centre_0 = sum over its rows of x_i / their number (first coordinate)"
    line = Line(name, f"({total(mine)}) / {len(mine)}", float(mine.mean()), float(step.centres[0, 0]), 1e-8)
    return Answer(words, tuple(close([line])))
