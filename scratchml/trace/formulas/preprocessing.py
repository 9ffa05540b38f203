"""Scalers: what they learn of a column, chunk by chunk."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, close, formula, say, signed, total


@formula("preprocessing.standard_scaler.Step", "merge")
def merge(scene: Scene) -> Answer | None:
    """mean_0 = sum_i x_i0 / n; variance_0 = sum_i (x_i0 - mean_0)^2 / n."""
    step, X = scene.step, scene.X
    n = int(step.n[0])
    words = f"The means and spreads of {n} rows are known."
    if X is None or X.shape[1] != len(step.mean) or not 1 <= n <= len(X):
        return Answer(words, ())
    x = X[:n, 0]
    squares = (x - x.mean()) ** 2
    lines = [
        Line("mean_0 = sum_i x_i0 / n", f"({total(x)}) / {n}", float(x.mean()), float(step.mean[0]), 1e-8),
        Line(
            "variance_0 = sum_i (x_i0 - mean_0)^2 / n",
            f"({total(squares)}) / {n}",
            float(squares.mean()),
            float(step.square[0]) / n,
            1e-8,
        ),
    ]
    return Answer(words, tuple(close(lines)))


@formula("preprocessing.min_max_scaler.Step", "widen")
def widen(scene: Scene) -> Answer | None:
    """low_0 = min_i x_i0; high_0 = max_i x_i0."""
    step, X = scene.step, scene.X
    words, lines = "The range of every column is widened to what has been seen.", []
    if X is not None and X.shape[1] == len(step.low):
        x = X[:, 0]
        shown = ", ".join(map(say, x[:4])) + (", ..." if len(x) > 4 else "")
        lines = [
            Line("low_0 = min_i x_i0", f"min({shown})", float(x.min()), float(step.low[0])),
            Line("high_0 = max_i x_i0", f"max({shown})", float(x.max()), float(step.high[0])),
        ]
    return Answer(words, tuple(close(lines)))  # of many chunks the first have not seen all


@formula("preprocessing.robust_scaler.Step", "quantiles")
def quantiles(scene: Scene) -> Answer | None:
    """median_f = the middle of the sorted column; range_f = upper quantile - lower quantile."""
    step, X, f = scene.step, scene.X, scene.step.column
    low, middle, high = (float(value) for value in step.quantiles[:, f])
    words = f"Column {f} is sorted; its middle and its quantiles do not care how far outliers lie."
    lines = [Line(f"range_{f} = upper quantile - lower quantile", f"{say(high)} - {signed(low)}", high - low)]
    if X is not None and f < X.shape[1]:
        x = np.sort(X[:, f])
        half = x[(len(x) - 1) // 2 : len(x) // 2 + 1]
        filled = f"({total(half)}) / {len(half)}"
        lines.insert(0, Line(f"median_{f} = mean of the middle of the sorted", filled, float(half.mean()), middle))
    return Answer(words, tuple(close(lines)))
