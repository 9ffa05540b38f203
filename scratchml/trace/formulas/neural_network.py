"""A batch, an epoch or an iteration of a multilayer perceptron."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, formula, say, signed


@formula("neural_network.mlp.Step", "batch", "epoch", "iteration")
def move(scene: Scene) -> Answer | None:
    """update_ratio of a layer = ||W - W before|| / ||W before||; the fall of the loss."""
    step, earlier = scene.step, scene.before
    lines = []
    ratios = getattr(step, "update_ratios", None)  # a step read from a file has its fields only
    for layer, (W, old) in enumerate(zip(step.coefs, step.before)):
        way, size = float(np.linalg.norm(W - old)), float(np.linalg.norm(old))
        if size:
            name = f"update_ratio_{layer} = ||W_{layer} - W_{layer} before|| / ||W_{layer} before||"
            stated = None if ratios is None else float(ratios[layer])
            lines.append(Line(name, f"{say(way)} / {say(size)}", way / size, stated, 1e-9))
    if earlier is not None and earlier.name == step.name:
        a, b = float(earlier.loss), float(step.loss)
        lines.append(Line("fall = loss before - loss now", f"{say(a)} - {signed(b)}", a - b))
    rows = "The batch's rows" if step.name == "batch" else "All rows"
    words = f"{rows} went forward, their errors backward; the rate is {say(step.rate)}."
    return Answer(words, tuple(lines))
