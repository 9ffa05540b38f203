"""Slopes and what is done with them: gradient descent, L-BFGS, logistic regression, coordinate descent, perceptron."""

from __future__ import annotations

from typing import Any

import numpy as np

from .scene import Answer, Line, Scene, formula, say, signed, total


def fall(scene: Scene) -> tuple[Line, ...]:
    """Return the line of how far the loss fell."""
    if not hasattr(scene.before, "loss"):  # none was kept, or it is one of another kind
        return ()
    a, b = float(scene.before.loss), float(scene.step.loss)
    return (Line("fall = loss before - loss now", f"{say(a)} - {signed(b)}", a - b),)


@formula("optim.objective.Step", "start", "update", "epoch", "converged", "stuck", "iterate", "newton")
def slope(scene: Scene) -> Answer | None:
    """gradient_norm = max_f |g_f|, and w = w before - step g where that is what was done."""
    step, before = scene.step, scene.before
    g, lines = np.asarray(step.gradient), []
    if before is not None and len(step.w):
        f = int(np.argmax(np.abs(before.gradient)))
        plain = float(before.w[f] - step.step_size * before.gradient[f])
        if np.allclose(before.w - step.step_size * before.gradient, step.w, rtol=1e-9, atol=1e-12):
            filled = f"{say(before.w[f])} - {signed(step.step_size)} * {signed(before.gradient[f])}"
            lines.append(
                Line(f"w_{f} = w_{f} before - step_size * g_{f} before", filled, plain, float(step.w[f]), 1e-6)
            )
    norm = float(np.abs(g).max(initial=0.0))
    largest = ", ".join(say(abs(v)) for v in g.ravel()[:6]) + (", ..." if g.size > 6 else "")
    stated = float(step.gradient_norm)
    if np.isclose(norm, stated, rtol=1e-9):  # with a penalty the slopes of its kinks are counted, too
        lines.append(Line("gradient_norm = max_f |g_f|", f"max({largest})" if g.size > 1 else largest, norm, stated))
    words = "The starting point." if step.name == "start" else "One step downhill along the slope (bent by the method)."
    return Answer(words, (*lines, *fall(scene)))


@formula("linear_model.logistic_solvers.Step", "start", "update", "epoch", "stuck", "separable")
def logistic(scene: Scene) -> Answer | None:
    """loss = mean_i log(1 + exp(-t_i s_i)) + ||w||^2 / (2 C n), for two classes."""
    step, X, y, p = scene.step, scene.X, scene.y, scene.params
    plain = p.get("penalty") in (None, "l2", "deprecated") and not p.get("l1_ratio") and p.get("class_weight") is None
    words = "The coefficients move to where the loss is lower."
    if X is None or y is None or len(step.coef) != 1 or not plain:
        return Answer(words, fall(scene))
    w, b, n = step.coef[0], float(step.intercept[0]), len(X)
    targets = np.where(np.asarray(y) == np.unique(y)[-1], 1.0, -1.0)
    losses = np.logaddexp(0.0, -targets * (X @ w + b))
    C = p.get("C", 1.0)
    shrink = float(w @ w) / (2 * C * n) if np.isfinite(C) and p.get("penalty", "l2") is not None else 0.0
    value = float(losses.mean()) + shrink
    if not np.isclose(value, step.loss, rtol=1e-6):  # a weighted fit: its weights are not known here
        return Answer(words, fall(scene))
    filled = f"({total(losses)}) / {n} + {say(shrink)}"
    name = "loss = sum_i log(1 + exp(-t_i (x_i w + b))) / n + ||w||^2 / (2 C n)"
    return Answer(words, (Line(name, filled, value, float(step.loss), 1e-8), *fall(scene)))


@formula("linear_model.lasso.Step", "check", "pass", "solve", "round", "mix", "settled")
def coordinates(scene: Scene) -> Answer | None:
    """gap = primal - dual, and F(w) = ||y - X w||^2 / (2 n) + alpha (l1 ||w||_1 + (1 - l1) ||w||^2 / 2)."""
    step, X, y = scene.step, scene.X, scene.y
    words = {
        "check": "How far is it from the best, and which columns may have weights?",
        "pass": "Every column in play gets its best weight, the others held still.",
        "solve": "The columns in play are solved together.",
        "mix": "Every weight takes its best step, all at once, mixed with those before so that they cancel.",
        "round": "Passes over all columns and over those with weights, then a guess at where they lead.",
    }.get(step.name, "This penalty is done with.")
    gap = Line(
        "gap = primal - dual", f"{say(step.primal)} - {signed(step.dual)}", step.primal - step.dual, step.gap, 1e-6
    )
    lines = [gap]
    if X is not None and y is not None and np.ndim(y) == 1:
        centred = scene.params.get("fit_intercept", True)
        A, t = (X - X.mean(axis=0), y - y.mean()) if centred else (X, y)
        residual, ratio = t - A @ step.w, float(scene.params.get("l1_ratio", 1.0))
        fit = float(residual @ residual) / (2 * len(t))
        price = float(step.alpha * (ratio * np.abs(step.w).sum() + (1 - ratio) * (step.w @ step.w) / 2))
        if np.isclose(fit + price, step.primal, rtol=1e-6):
            name = "primal = ||y - X w||^2 / (2 n) + alpha (l1_ratio ||w||_1 + (1 - l1_ratio) ||w||^2 / 2)"
            lines.insert(0, Line(name, f"{say(fit)} + {say(price)}", fit + price, step.primal, 1e-8))
    return Answer(words, tuple(lines))


def per_problem(values: Any) -> float:
    """Return the first of the numbers of several descents."""
    return float(np.asarray(values).ravel()[0])


@formula("linear_model.sgd_descent.Step", "epoch")
def epoch(scene: Scene) -> Answer | None:
    """objective = loss + penalty; and how far the weights moved."""
    step, before = scene.step, scene.before
    loss, objective = per_problem(step.loss), per_problem(step.objective)
    price = objective - loss
    lines = [Line("objective = loss + penalty", f"{say(loss)} + {signed(price)}", loss + price, objective)]
    if before is not None:
        moved = float(np.linalg.norm(np.asarray(step.weights[0])[0] - np.asarray(before.weights[0])[0]))
        lines.append(Line("move = ||w - w before||", say(moved), moved))
    eta = say(per_problem(step.eta))
    words = f"All rows were visited once, in a shuffled order; each moved the weights a little (eta {eta})."
    return Answer(words, tuple(lines))


@formula("linear_model.perceptron.Mistake", "mistake")
def mistake(scene: Scene) -> Answer | None:
    """w = w before + eta y x."""
    step, before = scene.step, scene.before
    w = before.w if before is not None else np.zeros_like(step.w)
    if scene.X is None or (before is None and scene.earlier):
        return Answer(f"Row {step.row} was on the wrong side; the weights turn towards it.", ())
    x = scene.X[step.row]
    eta = float(scene.params.get("eta0", 1.0))
    lines = tuple(
        Line(f"w_{f} = w_{f} before + eta y x_{f}", f"{say(w[f])} + {say(eta)} * {signed(step.y)} * {signed(x[f])}",
             float(w[f] + eta * step.y * x[f]), float(step.w[f]))
        for f in range(min(3, len(x)))
    )  # fmt: skip
    return Answer(f"Row {step.row} was on the wrong side; the weights turn towards it.", lines)
