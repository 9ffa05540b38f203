"""The pair that SMO chooses and moves; a step of Pegasos; a sweep of the linear machines."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ...core.typing import FloatArray, IntArray
from .scene import Answer, Line, Scene, close, formula, say, signed, total

MOST = 4_000_000  # numbers that a kernel matrix may take, worked out for one line


def rows_of(scene: Scene) -> IntArray | None:
    """Return which row of X each point of the problem is: a classifier sorts them by class, and takes two classes."""
    step, X, y = scene.step, scene.X, scene.y
    if X is None or y is None or np.ndim(y) != 1:
        return None
    rows = np.arange(len(X))
    if "C" in scene.params and scene.estimator == "SVC":
        classes, codes = np.unique(y, return_inverse=True)
        pairs = list(combinations(range(len(classes)), 2))
        if not 0 <= step.problem < len(pairs):
            return None
        rows = np.concatenate([np.flatnonzero(codes == c) for c in pairs[step.problem]])
    return rows if len(rows) == len(step.b) else None


def kernel_between(scene: Scene, A: FloatArray, B: FloatArray) -> FloatArray | None:
    """Return K(a, b), (n_a, n_b), of the estimator's kernel; None where that is a function of the user's or a table."""
    X, p = scene.X, scene.params
    if X is None or p.get("kernel") not in ("rbf", "linear", "poly", "sigmoid"):
        return None
    if p["kernel"] == "linear":
        return np.asarray(A @ B.T)
    gamma = p.get("gamma", "scale")
    gamma = 1 / (X.shape[1] * X.var()) if gamma == "scale" else 1 / X.shape[1] if gamma == "auto" else gamma
    if p["kernel"] == "rbf":
        return np.asarray(np.exp(-gamma * ((A[:, None] - B[None]) ** 2).sum(axis=2)))
    bent = gamma * (A @ B.T) + p.get("coef0", 0.0)
    return np.asarray(bent ** p.get("degree", 3) if p["kernel"] == "poly" else np.tanh(bent))


def curvature_of(scene: Scene) -> float | None:
    """Return K_ii + K_jj - 2 K_ij; None where the kernel or the rows are not known."""
    rows = rows_of(scene)
    if rows is None or scene.X is None:
        return None
    two = scene.X[rows[[scene.step.i, scene.step.j]]]
    K = kernel_between(scene, two, two)
    return None if K is None else float(K[0, 0] + K[1, 1] - 2 * K[0, 1])


def dual_lines(scene: Scene) -> list[Line]:
    """Return dual = z'b - epsilon sum_i |b_i| - b'K b / 2 (z_i = +1 or -1 in classification), and sum_i b_i = 0."""
    step, rows, held = scene.step, rows_of(scene), np.flatnonzero(scene.step.b)
    lines = [Line("sum_i b_i = 0, always", total(step.b[held]), float(step.b.sum()), 0.0)]
    if rows is None or scene.X is None or scene.estimator not in ("SVC", "SVR"):
        return close(lines)
    if len(held) ** 2 * scene.X.shape[1] > MOST:
        return close(lines)
    b, points = step.b[held], scene.X[rows[held]]
    K = kernel_between(scene, points, points)
    if K is None:
        return close(lines)
    size, bend, stated = float(np.abs(b).sum()), float(b @ K @ b), float(step.objective)
    if scene.estimator == "SVC":
        name, filled = "dual = sum_i |b_i| - sum_ij b_i K_ij b_j / 2", f"{say(size)} - {say(bend)} / 2"
        dual = size - bend / 2
    else:
        pull, epsilon = float(np.asarray(scene.y, dtype=np.float64)[rows[held]] @ b), float(scene.params["epsilon"])
        name = "dual = sum_i y_i b_i - epsilon sum_i |b_i| - sum_ij b_i K_ij b_j / 2"
        filled = f"{say(pull)} - {say(epsilon)} * {say(size)} - {say(bend)} / 2"
        dual = pull - epsilon * size - bend / 2
    return close([Line(name, filled, dual, stated, 1e-6), *lines])


@formula("svm.solver.Step", "climb", "rest", "revive")
def many_points(scene: Scene) -> Answer | None:
    """Show the dual: pairs cannot be told apart, or all free points move at once along K_FF p = their slopes."""
    step = scene.step
    words = {
        "climb": "The points between their borders move together, uphill, until a border stops them.",
        "rest": f"Points that seem settled are put to rest; {step.active} go on.",
        "revive": f"Those at rest come back; {step.active} go on.",
    }.get(step.name, f"{step.iteration} pairs have been moved so far, the point most out of order in each.")
    gain = []
    if scene.before is not None and step.name in ("move", "climb"):
        a, b = float(scene.before.objective), float(step.objective)
        gain = [Line("gain = dual now - dual before", f"{say(b)} - {signed(a)}", b - a)]
    return Answer(words, (*dual_lines(scene), *gain))


def order_lines(scene: Scene, t: float, curvature: float) -> list[Line]:
    """Return t = (rise_i - fall_j) / curvature: the slopes of the dual in b_i upwards and in b_j downwards."""
    step, rows, X = scene.step, rows_of(scene), scene.X
    if rows is None or X is None or scene.estimator not in ("SVC", "SVR") or not curvature > 0:
        return []
    pair = np.array([step.i, step.j])
    b = np.array(step.b)
    b[pair] = step.before
    held = np.flatnonzero(b)
    K = kernel_between(scene, X[rows[pair]], X[rows[held]])
    if K is None:
        return []
    if scene.estimator == "SVC":  # b_i alone has the sign of its class: the first of the two is +1
        epsilon, y = 0.0, np.asarray(scene.y)[rows[pair]]
        z = np.where(y == np.asarray(scene.y)[rows[0]], 1.0, -1.0)
    else:
        epsilon, z = float(scene.params["epsilon"]), np.asarray(scene.y, dtype=np.float64)[rows[pair]]
    r = z - K @ b[held]
    rise = float(r[0]) + (epsilon if b[step.i] < 0 else -epsilon)
    fall = float(r[1]) + (epsilon if b[step.j] <= 0 else -epsilon)
    name = "t = (rise_i - fall_j) / (K_ii + K_jj - 2 K_ij)"
    return close([Line(name, f"({say(rise)} - {signed(fall)}) / {say(curvature)}", (rise - fall) / curvature, t, 1e-4)])


@formula("svm.solver.Step", "move")
def pair(scene: Scene) -> Answer | None:
    """t = (rise_i - fall_j) / (K_ii + K_jj - 2 K_ij), clipped; b_i up by t, b_j down by t."""
    step = scene.step
    if step.i < 0:  # several pairs at once
        return many_points(scene)
    b_i, b_j = step.before
    t = float(step.after[0] - b_i)
    stop = {"i": "the border of b_i stopped it", "j": "the border of b_j stopped it"}.get(
        step.side, "no border stopped it"
    )
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
            lines += order_lines(scene, t, curvature)
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
    act = "it pulls" if step.margin < 1 else "only the shrinking acts"
    words, lines = f"Row {step.i} has the margin {say(step.margin)}: {act}.", ()
    if before is not None:
        squares = (np.asarray(step.w) - before.w) ** 2
        lines = (Line("move^2 = sum_f (w_f - w_f before)^2", total(squares), float(squares.sum())),)  # type: ignore[assignment]
    return Answer(words, lines)
