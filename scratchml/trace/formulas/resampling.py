"""Samplers' other steps: whose neighbours are strangers, which rows are drawn, and how many there are at last."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, close, formula, many, say, total


@formula("imbalance.adasyn.HardnessStep", "hardness")
def hardness(scene: Scene) -> Answer | None:
    """r_i = strangers among the neighbours / k; g_i = r_i / sum r * new rows."""
    step = scene.step
    i, whole = int(np.argmax(step.share)), float(step.share.sum())
    words = f"The more strangers are near a row of class {step.label}, the more new rows start there."
    k, row = scene.params.get("n_neighbors"), int(step.members[i])
    lines = []
    if isinstance(k, (int, np.integer)):
        count, stated = int(np.rint(step.share[i] * k)), float(step.share[i])
        lines = close([Line(f"r_{row} = strangers among its neighbours / k", f"{count} / {k}", count / k, stated)])
    name = f"share of the new rows that start at row {row} = r_{row} / sum_i r_i"
    lines.append(Line(name, f"{say(step.share[i])} / ({total(step.share)})", float(step.share[i]) / whole))
    return Answer(words, tuple(lines))


@formula("imbalance.borderline_smote.DangerStep", "danger")
def danger(scene: Scene) -> Answer | None:
    """In danger: at least half of the m neighbours are strangers, but not all."""
    step = scene.step
    found = np.flatnonzero(step.in_danger)
    words = f"{len(found)} of {many(len(step.members), 'row')} of class {step.label} are in danger: "
    words += "at least half of their neighbours are strangers, but not all."
    m = scene.params.get("m_neighbors")
    if not len(found) or not isinstance(m, (int, np.integer)):
        return Answer(words, ())
    i = int(found[0])
    row, count = int(step.members[i]), int(step.strangers[i])
    return Answer(words, (Line(f"strangers near row {row} = others / m", f"{count} / {m}", count / m),))


@formula("imbalance.random_over_sampler.Step", "draw")
def drawn_again(scene: Scene) -> Answer | None:
    """A new row is an old one once more."""
    step = scene.step
    words = f"{many(len(step.rows), 'row')} of class {step.label} are drawn once more"
    return Answer(f"{words}, the first from row {int(step.parents[0, 0])}." if len(step.parents) else f"{words}.", ())


@formula("imbalance.random_under_sampler.Step", "draw")
def drawn_to_stay(scene: Scene) -> Answer | None:
    """share = rows that stay / rows of the class."""
    step, n, m = scene.step, len(scene.step.members), len(scene.step.chosen)
    words = f"Of {many(n, 'row')} of class {step.label}, {m} are drawn to stay."
    return Answer(words, (Line("share that stays = rows that stay / rows", f"{m} / {n}", m / n),) if n else ())


@formula("imbalance.sampler.Resampled", "resampled")
def resampled(scene: Scene) -> Answer | None:
    """rows = sum over the classes of theirs."""
    counts = np.bincount(scene.step.codes)
    line = Line("rows = sum over the classes of theirs", total(counts), float(counts.sum()), float(len(scene.step.X)))
    return Answer(f"Now there are {many(len(scene.step.X), 'row')}.", (line,))


@formula("imbalance.combine.Step", "over-sample", "clean")
def combined(scene: Scene) -> Answer | None:
    """rows = sum over the classes of theirs, after the one method and after the other."""
    step = scene.step
    counts = np.unique(step.y, return_counts=True)[1]
    line = Line("rows = sum over the classes of theirs", total(counts), float(counts.sum()), float(len(step.X)))
    what = "The rare classes have grown" if step.name == "over-sample" else "Rows that contradict others are gone"
    return Answer(f"{what}: {many(len(step.X), 'row')}.", (line,))
