"""Words for the steps that open and close a fit, and for the trees of an isolation forest."""

from __future__ import annotations

from math import log, log2

from .cluster import BATCHES, LLOYD
from .mixture import EM
from .scene import Answer, Line, Scene, formula, many, say
from .svm import dual_lines

EULER = 0.5772156649015329


@formula(LLOYD, "seed")
@formula(BATCHES, "seed")
def seed(scene: Scene) -> Answer | None:
    """How the first centres are found."""
    init, k = scene.params.get("init", "k-means++"), len(scene.step.centres)
    if not isinstance(init, str):
        return Answer(f"The {k} centres begin where they were told to.", ())
    if init == "k-means++":
        return Answer(f"{k} rows are drawn as centres; the farther from those already drawn, the likelier.", ())
    return Answer(f"{k} rows are drawn as centres, all of them equally likely.", ())


@formula("svm.solver.Step", "start", "end")
def machine(scene: Scene) -> Answer | None:
    """Before the first move and after the last."""
    step = scene.step
    if step.name == "start":
        return Answer("Before the first move: no point holds the street, every coefficient is 0.", ())
    holders = many(int((step.b != 0).sum()), "support vector")
    words = f"No pair promises more: what is left out of order is {say(step.violation)}. {holders} hold the street."
    return Answer(words, tuple(dual_lines(scene)))


@formula("cluster.merges.Step", "tree")
def whole_merges(scene: Scene) -> Answer | None:
    """All merges in the order of their heights."""
    step = scene.step
    return Answer(f"All {many(step.iteration, 'merge')}, sorted; the last at the distance {say(step.height)}.", ())


@formula(EM, "start", "best")
def mixture(scene: Scene) -> Answer | None:
    """Before the first expectation and after all runs."""
    step = scene.step
    if step.name == "start":
        k = many(len(step.found.means), "component")
        return Answer(f"EM begins with {k}, made from the groups that `init_params` found.", ())
    return Answer(f"The best of all runs; its mean log likelihood is {say(step.bound)}.", ())


@formula("ensemble.isolation_forest.Step", "tree")
def isolating_tree(scene: Scene) -> Answer | None:
    """c(m) = 2 (log(m - 1) + 0.577216) - 2 (m - 1) / m: the questions that a row among m takes on average."""
    step = scene.step
    if step.rows is None:
        return Answer(f"{many(step.iteration, 'tree')} grown; the last from all rows.", ())
    m, kinds = len(step.rows), len(set(step.rows.tolist()))
    words = f"{many(step.iteration, 'tree')} grown; the last from {m} drawn rows, {kinds} of them different."
    if m < 3:
        return Answer(words, ())
    path = 2 * (log(m - 1) + EULER) - 2 * (m - 1) / m
    filled = f"2 * (log({m} - 1) + {say(EULER)}) - 2 * ({m} - 1) / {m}"
    deepest = Line("deepest = log2(m), rounded up", f"log2({m})", log2(m))
    name = "c(m) = 2 (log(m - 1) + 0.577216) - 2 (m - 1) / m, the usual way to a row"
    return Answer(words, (Line(name, filled, path), deepest))
