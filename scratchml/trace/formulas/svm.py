"""The pair that SMO chooses and moves; a step of Pegasos; a sweep of the linear machines."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, formula, say, signed, total


def curvature_of(scene: Scene) -> float | None:
    """Return K_ii + K_jj - 2 K_ij; None where the kernel is another one or the problem is one of several."""
    step, X, p = scene.step, scene.X, scene.params
    if X is None or len(step.b) != len(X) or p.get("kernel") not in ("rbf", "linear"):
        return None
    square = float(((X[step.i] - X[step.j]) ** 2).sum())
    if p["kernel"] == "linear":
        return square
    gamma = p.get("gamma", "scale")
    gamma = 1 / (X.shape[1] * X.var()) if gamma == "scale" else 1 / X.shape[1] if gamma == "auto" else gamma
    return 2.0 - 2.0 * float(np.exp(-gamma * square))


@formula("svm.solver.Step", "move")
def pair(scene: Scene) -> Answer | None:
    """t = (rise_i - fall_j) / (K_ii + K_jj - 2 K_ij), clipped; b_i up by t, b_j down by t."""
    step = scene.step
    if step.i < 0:
        return None
    (b_i, b_j), (c_i, c_j) = step.before, step.after
    t = float(c_i - b_i)
    stop = {"i": "the border of b_i stopped it", "j": "the border of b_j stopped it"}.get(step.side, "no border stopped it")
    lines = [
        Line("b_i = b_i before + t", f"{say(b_i)} + {signed(t)}", float(b_i + t), float(step.b[step.i])),
        Line("b_j = b_j before - t", f"{say(b_j)} - {signed(t)}", float(b_j - t), float(step.b[step.j]), 1e-6),
        Line("sum_i b_i = 0, always", total(step.b[step.b != 0]), float(step.b.sum())),
    ]
    if scene.before is not None:
        a, b = float(scene.before.objective), float(step.objective)
        lines.append(Line("gain = objective now - objective before", f"{say(b)} - {signed(a)}", b - a))
        curvature = curvature_of(scene)
        if curvature is not None and step.side == "none":
            name = "gain = t^2 (K_ii + K_jj - 2 K_ij) / 2"
            lines.append(Line(name, f"{signed(t)}**2 * {say(curvature)} / 2", t * t * curvature / 2, b - a, 1e-4))
    words = (
        f"Points {step.i} and {step.j} are out of order by {say(step.violation)}, and promise most: b_{step.i} goes up "
        f"and b_{step.j} down by t = {say(t)}; {stop}."
    )
    return Answer(words, tuple(lines))


@formula("svm.dual_coordinate_descent.LinearStep", "sweep", "widen", "newton")
def sweep(scene: Scene) -> Answer | None:
    """||w||^2, and how far the violation is from the goal."""
    step = scene.step
    squares = np.asarray(step.w) ** 2
    line = Line("||w||^2 = sum_f w_f^2", total(squares), float(squares.sum()))
    return Answer(f"violation {say(step.violation)}; it ends at {say(step.goal)}.", (line,))


@formula("svm.pegasos.PegasosStep", "step")
def pegasos(scene: Scene) -> Answer | None:
    """The margin of the row looked at decides whether it pulls."""
    step, before = scene.step, scene.before
    words = f"Row {step.i} has the margin {say(step.margin)}: {'it pulls' if step.margin < 1 else 'only the shrinking acts'}."
    lines = ()
    if before is not None:
        squares = (np.asarray(step.w) - before.w) ** 2
        lines = (Line("move^2 = sum_f (w_f - w_f before)^2", total(squares), float(squares.sum())),)  # type: ignore[assignment]
    return Answer(words, lines)
