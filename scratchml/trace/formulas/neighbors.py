"""Votes and averages among neighbours."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, formula, say, total


@formula("neighbors.k_neighbors.Step", "search")
@formula("neighbors.k_neighbors_regressor.Step", "search")
def search(scene: Scene) -> Answer | None:
    """mean distance = sum of the distances to the k nearest / k."""
    step, q = scene.step, int(scene.step.rows.start or 0)
    d, rows = step.distances[q], ", ".join(str(int(i)) for i in step.indices[q][:6])
    words = f"For each of {step.rows.stop - q} rows the {len(d)} nearest known ones are looked up; of row {q}: {rows}."
    name = f"mean distance of row {q} = sum of its distances / k"
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
