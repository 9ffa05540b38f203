"""Least squares and ridge: means, sums of products, the normal equations, the intercept."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, close, formula, say, signed, total

STEPS = ("linear_model.linear_regression.Step", "linear_model.ridge.Step")
WORDS = {
    "centre": "Columns and targets are moved so that their means are zero: the intercept can wait.",
    "gram": "Every column is multiplied with every other: the matrix of the normal equations.",
    "factor": "The matrix is taken apart into triangles, which are solved row by row.",
    "solve": "The weights at which no column has anything left to say about the misses.",
    "descend": "All weights go downhill together, against the gradient; at the bottom no column is of use any more.",
    "epoch": "Every row has moved the weights once, against its own gradient.",
    "exchange": "A column enters whose weight would rise; those whose weight would fall below zero leave.",
    "refine": "What rounding left of the normal equations is solved for once more and added.",
}


def products(scene: Scene, A: np.ndarray, t: np.ndarray) -> list[Line]:
    """Return a row of the normal equations, and the intercept."""
    step, w = scene.step, np.asarray(scene.step.w)
    first = w if w.ndim == 1 else w[:, 0]
    alpha = float(np.ravel(scene.params.get("alpha", 0.0))[0])
    row, right = A[:, 0] @ A, float(A[:, 0] @ t)
    left = float(row @ first) + alpha * float(first[0])
    price, name = (f" + {say(alpha)} * {signed(first[0])}", " + alpha w_0") if alpha else ("", "")
    filled = " + ".join(f"{signed(g)} * {signed(v)}" for g, v in zip(row[:4], first[:4]))
    filled += (" + ..." if len(first) > 4 else "") + price
    lines = [Line(f"sum_g G_0g w_g{name} = sum_i x_i0 y_i (centred)", filled, left, right, 1e-6)]
    if scene.params.get("fit_intercept", True):
        mean_y, b = float(np.ravel(step.mean_y)[0]), float(np.ravel(step.intercept)[0])
        value = mean_y - float(step.mean_x @ first)
        terms = "".join(f" - {signed(m)} * {signed(v)}" for m, v in zip(step.mean_x[:4], first[:4]))
        terms += " - ..." if len(first) > 4 else ""
        lines.append(Line("intercept = mean_y - sum_f mean_f w_f", f"{say(mean_y)}{terms}", value, b, 1e-6))
    return close(lines)


def pull(scene: Scene, A: np.ndarray, t: np.ndarray) -> list[Line]:
    """Return how much column 0 still pulls at the misses, 0 at the bottom, and the intercept."""
    w = np.asarray(scene.step.w)
    miss = t - A @ (w if w.ndim == 1 else w[:, 0])
    terms = A[:, 0] * miss
    name = "pull_0 = sum_i x_i0 (y_i - prediction_i) (centred; 0 at the bottom)"
    return [Line(name, total(terms), float(terms.sum())), *products(scene, A, t)[-1:]]


@formula(STEPS[0], *WORDS)
@formula(STEPS[1], *WORDS)
def least_squares(scene: Scene) -> Answer | None:
    """G_0g = sum_i x_i0 x_ig of centred columns; G w = X'y, with ridge (G + alpha) w = X'y."""
    step, X, y = scene.step, scene.X, scene.y
    words, lines = WORDS[step.name], []
    if X is None or y is None or len(X) != step.n or X.shape[1] != len(step.mean_x) or np.asarray(y).dtype.kind in "UO":
        return Answer(words, ())
    t = np.asarray(y, dtype=np.float64).reshape(len(X), -1)[:, 0]
    A, t = X - step.mean_x, t - float(np.ravel(step.mean_y)[0])
    if step.name == "centre":
        value, filled = float(X[:, 0].mean()), f"({total(X[:, 0])}) / {len(X)}"
        lines = close([Line("mean_0 = sum_i x_i0 / n", filled, value, float(step.mean_x[0]), 1e-8)])
    elif step.name in ("gram", "factor") and step.gram is not None:
        squares, stated = A[:, 0] ** 2, float(np.ravel(step.gram)[0])
        name = "G_00 = sum_i (x_i0 - mean_0)^2"
        lines = close([Line(name, total(squares), float(squares.sum()), stated, 1e-8)])
    elif step.w is not None:
        lines = products(scene, A, t) if step.name in ("solve", "refine") else pull(scene, A, t)
    return Answer(words, tuple(lines))
