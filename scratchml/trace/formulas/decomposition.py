"""The steps of principal component analysis."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, formula, say, total

PCA = "decomposition.pca.Step"


@formula(PCA, "centre")
def centre(scene: Scene) -> Answer | None:
    """mean_f = sum_i x_if / n."""
    if scene.X is None:
        return None
    column = scene.X[:, 0]
    line = Line(
        "mean_0 = sum_i x_i0 / n", f"({total(column)}) / {len(column)}", float(column.mean()), float(scene.step.mean[0])
    )
    return Answer("The cloud is moved so that its mean lies at the origin.", (line._replace(rtol=1e-8),))


@formula(PCA, "decompose", "choose")
def decompose(scene: Scene) -> Answer | None:
    """variance_0 = sum_i ((x_i - mean) . component_0)^2 / (n - 1); its share of the total."""
    step, X = scene.step, scene.X
    if step.variances is None or step.components is None:
        return None
    unit = 4.0 ** int(step.exponent)
    first = float(step.variances[0])
    lines = [Line("share_0 = variance_0 / total", f"{say(first)} / {say(step.total)}", first / step.total)]
    if X is not None:
        squares = ((X - step.mean) @ step.components[0]) ** 2 / unit
        value = float(squares.sum() / (len(X) - 1))
        name = "variance_0 = sum_i ((x_i - mean) . component_0)^2 / (n - 1)"
        lines.insert(0, Line(name, f"({total(squares)}) / ({len(X)} - 1)", value, first, 1e-6))
    length = step.components[0] ** 2
    lines.append(Line("||component_0||^2 = 1", total(length), float(np.sum(length)), 1.0, 1e-6))
    return Answer(
        "The directions along which the cloud spreads most, each at right angles to those before.", tuple(lines)
    )
