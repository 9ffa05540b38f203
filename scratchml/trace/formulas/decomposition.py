"""The steps of principal component analysis, at once and by batches."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, close, formula, say, signed, total

PCA = "decomposition.pca.Step"
BATCHES = "decomposition.incremental_pca.Step"


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


@formula(PCA, "covariance")
def covariance(scene: Scene) -> Answer | None:
    """C_fg = sum_i (x_if - mean_f) (x_ig - mean_g) / (n - 1); total = sum_f C_ff."""
    step, X = scene.step, scene.X
    if step.covariance is None:
        return None
    lines, C = [], np.asarray(step.covariance)
    if X is not None and len(X) > 1 and X.shape[1] == len(C):
        A, unit = X - step.mean, 4.0 ** int(step.exponent)
        for f, g in [(0, 0), (0, 1)] if len(C) > 1 else [(0, 0)]:
            products = A[:, f] * A[:, g] / unit
            value, name = (
                float(products.sum() / (len(X) - 1)),
                f"C_{f}{g} = sum_i (x_i{f} - mean_{f}) (x_i{g} - mean_{g})",
            )
            filled = f"({total(products)}) / ({len(X)} - 1)"
            lines.append(Line(f"{name} / (n - 1)", filled, value, float(C[f, g]), 1e-6))
    diagonal = np.diagonal(C)
    lines.append(Line("total = sum_f C_ff", total(diagonal), float(diagonal.sum()), float(step.total), 1e-6))
    return Answer("How much every two columns vary together; the directions are this matrix's.", tuple(close(lines)))


@formula(BATCHES, "batch")
def batch(scene: Scene) -> Answer | None:
    """mean = (N mean before + b mean of the batch) / (N + b); S_0^2 = sum_i ((x_i - mean) . component_0)^2."""
    step, before, X, seen = scene.step, scene.before, scene.X, int(scene.step.rows_seen)
    words, lines = f"{seen} rows seen: what is known of those before is stacked on the new ones and decomposed.", []
    old = 0 if before is None else int(before.rows_seen)
    if X is not None and old < seen <= len(X) and (before is not None or not scene.earlier):
        mine, b = float(X[old:seen, 0].mean()), seen - old
        m = 0.0 if before is None else float(before.mean[0])
        filled = f"({old} * {signed(m)} + {b} * {signed(mine)}) / ({old} + {b})"
        name = "mean_0 = (N mean_0 before + b mean_0 of the batch) / (N + b)"
        lines.append(Line(name, filled, (old * m + b * mine) / seen, float(step.mean[0]), 1e-8))
    if X is not None and seen <= len(X):
        squares = ((X[:seen] - step.mean) @ step.components[0]) ** 2
        name = "S_0^2 = sum_i ((x_i - mean) . component_0)^2"  # exact while no direction has been left out
        lines.append(Line(name, total(squares), float(squares.sum()), float(step.singular_values[0]) ** 2, 1e-6))
    length = step.components[0] ** 2
    lines.append(Line("||component_0||^2 = 1", total(length), float(length.sum()), 1.0, 1e-6))
    return Answer(words, tuple(close(lines)))


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


@formula("decomposition.randomized_range.RangeStep", "range")
def random_range(scene: Scene) -> Answer | None:
    """||q_0||^2 = sum of its squares = 1, where rounds make the basis orthonormal."""
    squares = scene.step.basis[:, 0] ** 2
    k = scene.step.basis.shape[1]
    words = f"{k} random directions are multiplied by the data: each time they turn towards where it spreads most."
    return Answer(words, (Line("||q_0||^2 = sum_i q_i0^2", total(squares), float(squares.sum())),))
