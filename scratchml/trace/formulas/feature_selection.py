"""Recursive elimination: the column that the model needs least goes; held-out rows say when to stop."""

from __future__ import annotations

from typing import Any

import numpy as np

from .scene import Answer, Line, Scene, among, close, formula, many, say, signed, total


def coefficients_of(model: Any, m: int) -> Any:
    """Return a fitted model's coefficients (k, m); None where it has none, or the trace was loaded from a file."""
    w = getattr(model, "coef_", None)
    w = None if w is None else np.atleast_2d(np.asarray(w, dtype=np.float64))
    return w if w is not None and w.shape[1] == m else None


def prediction_lines(scene: Scene) -> list[Line]:
    """Return f(x_0) = b + sum_f w_f x_0f over the columns left, of a model with weights."""
    features, model, X = scene.step.features, scene.step.model, scene.X
    w = coefficients_of(model, len(features))
    if w is None or X is None or X.shape[1] <= int(np.max(features)):
        return []
    b, x = float(np.ravel(getattr(model, "intercept_", 0.0))[0]), X[0, features]
    filled = f"{say(b)} + " + " + ".join(f"{signed(v)} * {signed(u)}" for v, u in zip(w[0, :4], x[:4]))
    return [Line("f(x_0) = b + sum_f w_f x_0f", filled + (" + ..." if len(x) > 4 else ""), b + float(w[0] @ x))]


@formula("feature_selection.rfe.Step", "drop", "fit")
def eliminate(scene: Scene) -> Answer | None:
    """importance_f = sum over classes of w_f^2; the columns with the least go."""
    step = scene.step
    if step.name == "fit":
        left = ", ".join(str(int(f)) for f in step.features[:6]) + (", ..." if len(step.features) > 6 else "")
        words = f"{many(len(step.features), 'column')} left: {left}; the model is fitted to them."
        return Answer(words, tuple(prediction_lines(scene)))
    values, f = np.asarray(step.importances), int(step.dropped[0])
    at, lines = int(np.flatnonzero(step.features == f)[0]), []
    w = coefficients_of(step.model, len(values))
    if w is not None:
        filled = " + ".join(f"{signed(v)}**2" for v in w[:4, at]) + (" + ..." if len(w) > 4 else "")
        name = f"importance_{f} = " + (f"w_{f}^2" if len(w) == 1 else f"sum over classes of w_{f}^2")
        lines.append(Line(name, filled, float(np.sum(w[:, at] ** 2)), float(values[at]), 1e-8))
    name = "least importance = min over the columns left"
    lines.append(Line(name, among("min", values), float(values.min()), float(values[at])))
    gone = ", ".join(str(int(g)) for g in step.dropped[:6]) + (", ..." if len(step.dropped) > 6 else "")
    return Answer(f"The model needs {gone} least of {many(len(values), 'column')}: dropped.", tuple(close(lines)))


@formula("feature_selection.rfecv.Step", "fold", "fit")
def best_number(scene: Scene) -> Answer | None:
    """score(m) = sum over the folds of the score with m columns / folds; the m with the largest is taken."""
    step = scene.step
    if not step.folds or not all(hasattr(fold, "scores") for fold in step.folds):
        return None
    table = np.array([fold.scores for fold in step.folds])  # (folds, rounds)
    means, m = table.mean(axis=0), int(step.n_features)
    mine = table[:, int(np.flatnonzero(np.asarray(step.folds[0].counts) == m)[0])]
    name = f"score({m}) = sum over the folds of the score with {many(m, 'column')} / folds"
    lines = (
        Line(name, f"({total(mine)}) / {len(mine)}", float(mine.mean())),
        Line(
            "best score = max over the numbers of columns", among("max", means), float(means.max()), float(mine.mean())
        ),
    )
    return Answer(f"{many(len(table), 'fold')} judged: {many(m, 'column')} do best so far.", lines)
