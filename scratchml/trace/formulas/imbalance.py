"""SMOTE: a new row on the segment between two old ones."""

from __future__ import annotations

from .scene import Answer, Line, Scene, close, formula, say, signed


@formula("imbalance.smote.Step", "interpolate")
def interpolate(scene: Scene) -> Answer | None:
    """new = x_a + gap (x_b - x_a)."""
    step, X = scene.step, scene.X
    words = f"{len(step.rows)} new rows of class {step.label}, each on the segment from a row to one of its neighbours."
    if X is None or not len(step.gaps) or step.rows.shape[1] != X.shape[1] or step.parents.max() >= len(X):
        return Answer(words, ())
    (a, b), gap = step.parents[0], float(step.gaps[0])
    value = float(X[a, 0] + gap * (X[b, 0] - X[a, 0]))
    filled = f"{say(X[a, 0])} + {signed(gap)} * ({say(X[b, 0])} - {signed(X[a, 0])})"
    name = f"new = x_{a} + gap * (x_{b} - x_{a}) (first coordinate)"
    return Answer(words, tuple(close([Line(name, filled, value, float(step.rows[0, 0]), 1e-8)])))


@formula("imbalance.smote.Step", "neighbours")
def neighbours(scene: Scene) -> Answer | None:
    """Say it in words."""
    step = scene.step
    k = step.neighbours.shape[1] if step.neighbours.ndim == 2 else 0
    return Answer(f"For each of the {len(step.seeds)} rows of class {step.label} its {k} nearest of that class.", ())
