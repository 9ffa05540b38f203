"""An epoch of a multilayer perceptron."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, formula, say, signed


@formula("neural_network.mlp.Step", "epoch", "iteration")
def epoch(scene: Scene) -> Answer | None:
    """update_ratio of a layer = ||W - W before|| / ||W||; the fall of the loss."""
    step, before = scene.step, scene.before
    lines = []
    if before is not None:
        for layer, (W, old) in enumerate(zip(step.coefs, before.coefs)):
            move, size, stated = (
                float(np.linalg.norm(W - old)),
                float(np.linalg.norm(W)),
                float(step.update_ratios[layer]),
            )
            known = np.isclose(move / size, stated, rtol=1e-3) if size else False
            name = f"update_ratio_{layer} = ||W_{layer} - W_{layer} before|| / ||W_{layer}||"
            filled = f"{say(move)} / {say(size)}"
            if size:
                lines.append(Line(name, filled, move / size, stated if known else None, 1e-3))
        a, b = float(before.loss), float(step.loss)
        lines.append(Line("fall = loss before - loss now", f"{say(a)} - {signed(b)}", a - b))
    words = f"All rows went forward, their errors backward; the rate is {say(step.rate)}."
    return Answer(words, tuple(lines))
