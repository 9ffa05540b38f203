"""Votes and averages among neighbours; the local outlier factor."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, close, formula, say, total


@formula("neighbors.k_neighbors.Step", "search")
@formula("neighbors.k_neighbors_regressor.Step", "search")
def search(scene: Scene) -> Answer | None:
    """mean distance = sum of the distances to the k nearest / k."""
    step, q = scene.step, int(scene.step.rows.start or 0)
    d, rows = step.distances[q], ", ".join(str(int(i)) for i in step.indices[q][:6])
    words = f"For each of {step.rows.stop - q} rows the {len(d)} nearest known ones are looked up; of row {q}: {rows}."
    name = f"mean distance of row {q} = sum of its distances / k"
    return Answer(words, (Line(name, f"({total(d)}) / {len(d)}", float(d.mean())),))


@formula("neighbors.radius_neighbors.Step", "search")
@formula("neighbors.radius_neighbors_regressor.Step", "search")
def within(scene: Scene) -> Answer | None:
    """mean distance = sum of the distances to those within the radius / their number."""
    step, q = scene.step, int(scene.step.rows.start or 0)
    d = step.distances[step.starts[0] : step.starts[1]]
    words = f"For each of {step.rows.stop - q} rows those within the radius are looked up; of row {q}: {len(d)}."
    if not len(d):
        return Answer(words, ())
    name = f"mean distance of row {q} = sum of its distances / their number"
    return Answer(words, (Line(name, f"({total(d)}) / {len(d)}", float(d.mean())),))


@formula("neighbors.k_neighbors.Step", "vote")
@formula("neighbors.radius_neighbors.Step", "vote")
def vote(scene: Scene) -> Answer | None:
    """share of a class = its votes / all votes."""
    step, q = scene.step, int(scene.step.rows.start or 0)
    votes = np.asarray(step.votes[0])[q]
    whole = float(votes.sum())
    words = "Every neighbour votes for its class; the class with most votes wins."
    if not whole > 0:
        return Answer(words, ())
    c = int(votes.argmax())
    name = f"share of class {c} for row {q} = its votes / all votes"
    return Answer(words, (Line(name, f"{say(votes[c])} / ({total(votes)})", float(votes[c]) / whole),))


@formula("neighbors.k_neighbors_regressor.Step", "average")
@formula("neighbors.radius_neighbors_regressor.Step", "average")
def average(scene: Scene) -> Answer | None:
    """Say it in words: the targets of the neighbours are not part of what a prediction is given."""
    q = int(scene.step.rows.start or 0)
    found = say(np.ravel(scene.step.averages[q])[0])
    return Answer(f"The answer is the mean of the neighbours' targets; for row {q} it is {found}.", ())


@formula("neighbors.local_outlier_factor.Step", "search", "density", "compare")
def outlier_factor(scene: Scene) -> Answer | None:
    """lrd(p) = 1 / (mean_o max(k_distance(o), distance(p, o)) + 1e-10); LOF(p) = mean_o lrd(o) / lrd(p)."""
    step, k = scene.step, scene.step.distances.shape[1]
    p = int(np.argmax(step.factor))  # the strangest; row 0 before factors are known
    near, d = step.indices[p], step.distances[p] / step.unit
    around = ", ".join(str(int(o)) for o in near[:6]) + (", ..." if k > 6 else "")
    if step.name == "search":
        words = f"Every row's {k} nearest are looked up; of row {p}: {around}."
        line = Line(f"k_distance({p}) = distance to the last of them", say(d[-1]), float(d[-1]), float(d.max()))
    elif step.name == "density":
        reach = np.maximum(d, step.distances[near, -1] / step.unit)
        words = f"Row {p} has the neighbours {around}; the shorter the reach to them, the denser its place."
        name = f"lrd({p}) = 1 / (sum_o max(k_distance(o), distance({p}, o)) / k + 1e-10)"
        filled = f"1 / (({total(reach)}) / {k} + 1e-10)"
        line = Line(name, filled, 1 / (float(reach.mean()) + 1e-10), float(step.density[p]))
    else:
        known, own = step.density[near], float(step.density[p])
        words = f"Row {p} is the strangest; so much denser are the places of its neighbours {around} than its own."
        name = f"LOF({p}) = sum_o lrd(o) / k / lrd({p})"
        filled = f"({total(known)}) / {k} / {say(own)}"
        line = Line(name, filled, float(known.mean()) / own, float(step.factor[p]))
    return Answer(words, tuple(close([line])))
