"""Rounds of boosting."""

from __future__ import annotations

from math import log

import numpy as np

from .scene import Answer, Line, Scene, formula, say, signed, total


@formula("ensemble.boosting.Step", "round")
def gradient_round(scene: Scene) -> Answer | None:
    """F = F before + learning_rate * tree; the loss of what is left."""
    step, y, rate = scene.step, scene.y, scene.params.get("learning_rate", 0.1)
    lines = []
    before = scene.before
    if y is not None and scene.params.get("loss") == "squared_error" and scene.params.get("subsample", 1.0) == 1.0:
        left = (np.asarray(y, dtype=np.float64) - step.raw[0]) ** 2
        if np.isclose(left.mean(), step.train_score, rtol=1e-6):
            name = "train_score = sum_i (y_i - F(x_i))^2 / n"
            filled, value = f"({total(left)}) / {len(left)}", float(left.mean())
            lines.append(Line(name, filled, value, float(step.train_score), 1e-8))
    if before is not None and np.shape(before.raw) == np.shape(step.raw):
        i = int(np.argmax(np.abs(step.residuals[0])))
        move = float(step.raw[0, i] - before.raw[0, i])
        filled = f"{say(before.raw[0, i])} + {say(rate)} * {signed(move / rate)}"
        name = f"F(x_{i}) = F(x_{i}) before + learning_rate * tree(x_{i})"
        lines.append(Line(name, filled, float(before.raw[0, i] + rate * (move / rate)), float(step.raw[0, i])))
    return Answer("A small tree is fitted to what is left over, and a share of it is added.", tuple(lines))


@formula("ensemble.ada_boost.Step", "round")
def ada_round(scene: Scene) -> Answer | None:
    """error = weight of the rows got wrong; alpha = learning_rate (log((1 - e) / e) + log(k - 1))."""
    step, y = scene.step, scene.y
    wrong = step.weight[np.asarray(step.is_wrong, dtype=bool)]
    whole = float(step.weight.sum())
    filled = f"({total(wrong)}) / {say(whole)}"
    lines = [
        Line("error = sum of the weights got wrong / sum of all", filled, float(wrong.sum()) / whole, float(step.error))
    ]
    e, rate = float(step.error), float(scene.params.get("learning_rate", 1.0))
    k = 2 if y is None else len(np.unique(y))
    if 0 < e < 1:
        value = rate * (log((1 - e) / e) + log(k - 1))
        filled = f"{say(rate)} * (log((1 - {say(e)}) / {say(e)}) + log({k} - 1))"
        lines.append(
            Line("alpha = learning_rate * (log((1 - error) / error) + log(k - 1))", filled, value, float(step.alpha))
        )
    words = f"{len(wrong)} of {len(step.weight)} rows were got wrong; they will weigh more in the next round."
    return Answer(words, tuple(lines))


@formula("ensemble.hist_boosting.Step", "round")
def hist_round(scene: Scene) -> Answer | None:
    """F = F before + what the round's tree says (its leaves hold the learning rate already)."""
    step, before = scene.step, scene.before
    if before is None or np.shape(before.scores) != np.shape(step.scores):
        return None
    i = int(np.argmax(np.abs(step.gradient[0])))
    a, b = float(before.scores[0, i]), float(step.scores[0, i])
    name, move = f"F(x_{i}) = F(x_{i}) before + tree(x_{i})", b - a
    line = Line(name, f"{say(a)} + {signed(move)}", a + move, b)
    return Answer("A tree grown on histograms of the slopes is added.", (line,))
