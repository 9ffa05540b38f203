"""The question that a node of a tree asks, and what it gains."""

from __future__ import annotations

from typing import Any

import numpy as np

from .scene import Answer, Line, Scene, formula, many, say, total


def impurity_of(y: Any, criterion: str) -> tuple[float, str, str]:
    """Return the impurity of rows with these targets, its formula and the numbers in it."""
    if criterion in ("gini", "entropy", "log_loss"):
        counts = np.unique(y, return_counts=True)[1]
        shares = counts / len(y)
        parts = [f"({count} / {len(y)})" for count in counts]
        if criterion == "gini":
            return float(1 - (shares**2).sum()), "1 - sum_c p_c^2", "1 - " + " - ".join(f"{p}**2" for p in parts)
        filled = "-(" + " + ".join(f"{p} * log2({p})" for p in parts) + ")"
        return float(-(shares * np.log2(shares)).sum()), "-sum_c p_c log2 p_c", filled
    value = float(np.mean((y - np.mean(y)) ** 2))
    return value, "sum_i (y_i - mean)^2 / m", f"({total((y - np.mean(y)) ** 2)}) / {len(y)}"


@formula("tree.decision_tree.Step", "split", "leaf")
def node(scene: Scene) -> Answer | None:
    """impurity, and gain = impurity - share left * impurity left - share right * impurity right."""
    step, X = scene.step, scene.X
    criterion = scene.params.get("criterion", "gini")
    if X is None or scene.y is None or np.ndim(scene.y) != 1 or step.rows is None:
        return None
    if (
        criterion not in ("gini", "entropy", "log_loss", "squared_error")
        or scene.params.get("class_weight") is not None
    ):
        return None
    y = np.asarray(scene.y)[step.rows]
    y = y if criterion != "squared_error" else y.astype(np.float64)
    impurity, name, filled = impurity_of(y, criterion)
    if not np.isclose(impurity, step.impurity, rtol=1e-6, atol=1e-9):  # a weighted fit: its weights are not known here
        return None
    lines = [Line(f"impurity = {name}", filled, impurity, float(step.impurity), 1e-6)]
    if step.name == "leaf":
        return Answer(f"A leaf of {many(len(y), 'row')}: no question is worth asking here.", tuple(lines))
    goes_left = X[step.rows, step.feature] <= step.threshold
    left, right = impurity_of(y[goes_left], criterion), impurity_of(y[~goes_left], criterion)
    m, m_left, m_right = len(y), int(goes_left.sum()), int((~goes_left).sum())
    gain = impurity - m_left / m * left[0] - m_right / m * right[0]
    lines += [
        Line(f"impurity_left = {left[1]}", left[2], left[0]),
        Line(f"impurity_right = {right[1]}", right[2], right[0]),
        Line(
            "gain = impurity - m_left / m * impurity_left - m_right / m * impurity_right",
            f"{say(impurity)} - {m_left} / {m} * {say(left[0])} - {m_right} / {m} * {say(right[0])}",
            gain,
        ),
    ]
    share = m / len(X)
    filled = f"{m} / {len(X)} * {say(gain)}"
    lines.append(
        Line("gain of the whole tree = share of all rows * gain", filled, share * gain, float(step.gain), 1e-6)
    )
    best = "" if step.candidates is None else f", the best of {many(len(step.candidates.feature), 'question')}"
    sides = f"{many(m_left, 'row')} to the left, {m_right} to the right"
    return Answer(f"Is x_{step.feature} <= {say(step.threshold)}? {sides}{best}.", tuple(lines))
