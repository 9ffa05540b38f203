"""Linear models that choose their penalty themselves: by leaving rows out, or by folds."""

from __future__ import annotations

import numpy as np

from ...core.typing import FloatArray
from .scene import Answer, Line, Scene, among, close, formula, say, signed, total

MOST_COLUMNS = 500  # for which the normal equations are solved anew for one line


def targets_of(scene: Scene) -> FloatArray | None:
    """Return y (n, t) as the fit sees it: numbers, or +1 for a row of the class (of each class) and -1 for others."""
    if scene.y is None or np.ndim(scene.y) > 2:
        return None
    if scene.estimator != "RidgeClassifierCV":
        y = np.asarray(scene.y, dtype=np.float64)
        return y[:, None] if y.ndim == 1 else y
    classes = np.unique(scene.y)
    if np.ndim(scene.y) == 2:
        return None
    one_hot = np.where(np.asarray(scene.y)[:, None] == classes, 1.0, -1.0)
    return one_hot[:, 1:] if len(classes) == 2 else one_hot


def left_out(scene: Scene) -> list[Line]:
    """Return e_i = (y_i - what is predicted for x_i) / (1 - h_i), h_i the leverage, and the score: minus their mean."""
    X, Y, alpha = scene.X, targets_of(scene), float(scene.step.alpha)
    if X is None or Y is None or len(Y) != len(X) or X.shape[1] > MOST_COLUMNS:
        return []
    centred = bool(scene.params.get("fit_intercept", True))
    A, T = (X - X.mean(axis=0), Y - Y.mean(axis=0)) if centred else (X, Y)
    try:
        solved = np.linalg.solve(A.T @ A + alpha * np.eye(X.shape[1]), A.T)  # (d, n)
    except np.linalg.LinAlgError:
        return []
    leverage = np.sum(A.T * solved, axis=0) + (1 / len(X) if centred else 0.0)
    predicted = Y - T + A @ (solved @ T)
    miss = (Y - predicted) / (1 - leverage)[:, None]
    squares, i = (miss**2).ravel(), int(np.argmax(np.abs(miss[:, 0])))
    score = -float(squares.mean())
    lines = close([Line("score = -sum_i e_i^2 / n", f"-({total(squares)}) / {len(squares)}", score,
                        float(scene.step.score), 1e-6)])  # fmt: skip
    if lines:
        name, e = f"e_{i} = (y_{i} - prediction_{i}) / (1 - h_{i}) (h: the leverage)", float(miss[i, 0])
        filled = f"({say(Y[i, 0])} - {signed(predicted[i, 0])}) / (1 - {say(leverage[i])})"
        lines.insert(0, Line(name, filled, e))
    return lines


def by_folds(scene: Scene) -> list[Line]:
    """Return score = sum of the folds' R^2 / folds, each of a fit to the rows outside of the fold."""
    X, p, folds = scene.X, scene.params, scene.params.get("cv")
    if X is None or not isinstance(folds, int) or p.get("scoring") is not None or X.shape[1] > MOST_COLUMNS:
        return []
    if scene.estimator != "RidgeCV" or np.ndim(scene.y) != 1 or not p.get("fit_intercept", True):
        return []
    y, scores = np.asarray(scene.y, dtype=np.float64), []
    for held in np.array_split(np.arange(len(X)), folds):
        A, t = np.delete(X, held, axis=0), np.delete(y, held)
        middle = A.mean(axis=0)
        gram = (A - middle).T @ (A - middle) + float(scene.step.alpha) * np.eye(X.shape[1])
        w = np.linalg.solve(gram, (A - middle).T @ (t - t.mean()))
        miss = y[held] - t.mean() - (X[held] - middle) @ w
        scores.append(1 - float((miss**2).sum()) / float(((y[held] - y[held].mean()) ** 2).sum()))
    name, value = "score = sum over the folds of R^2 of the rows held out / folds", sum(scores) / folds
    return close([Line(name, f"({total(scores)}) / {folds}", value, float(scene.step.score), 1e-6)])


@formula("linear_model.ridge_cv.Step", "score")
def ridge_score(scene: Scene) -> Answer | None:
    """score(alpha) = -sum_i e_i^2 / n, e_i the miss of the fit that does not know row i."""
    step, p = scene.step, scene.params
    if np.ndim(step.alpha) or np.ndim(step.score):  # an alpha for each target
        return None
    words = (
        f"With alpha = {say(step.alpha)} the rows not seen in the fit are predicted with the score {say(step.score)}."
    )
    by_rows = p.get("cv") is None and p.get("scoring") is None and p.get("class_weight") is None
    return Answer(words, tuple(left_out(scene) if by_rows else by_folds(scene)))


@formula("linear_model.ridge_cv.Step", "solve", "refine")
def ridge_choice(scene: Scene) -> Answer | None:
    """alpha = argmax score."""
    step = scene.step
    scores = [float(s.score) for s in scene.earlier if s.name == "score" and not np.ndim(s.score)]
    if np.ndim(step.alpha) or not scores:
        return None
    words = f"alpha = {say(step.alpha)} has the best score; the last fit, to all rows, is with it."
    line = Line("score = max over the alphas of their scores", among("max", scores), max(scores), float(step.score))
    return Answer(words, tuple(close([line])))


@formula("linear_model.lasso_cv.Step", "grid")
def lasso_grid(scene: Scene) -> Answer | None:
    """alpha_max = max_f |sum_i (x_if - mean_f) (y_i - mean)| / (n l1_ratio): the least alpha that leaves no weight."""
    step, X, y = scene.step, scene.X, scene.y
    alphas, ratio = step.alphas[0], float(np.ravel(scene.params.get("l1_ratio", 1.0))[0])
    words = f"{len(alphas)} alphas will be tried, from {say(alphas[0])} down to {say(alphas[-1])}."
    if X is None or y is None or np.ndim(y) != 1 or ratio == 0.0 or np.ndim(scene.params.get("alphas", 100)):
        return Answer(words, ())
    centred = scene.params.get("fit_intercept", True)
    A, t = (X - X.mean(axis=0), y - np.mean(y)) if centred else (X, np.asarray(y, dtype=np.float64))
    pulls = A.T @ t
    pulls = np.maximum(pulls, 0.0) if scene.params.get("positive") else np.abs(pulls)
    value = float(pulls.max()) / (len(t) * ratio)
    filled = f"{among('max', pulls)} / ({len(t)} * {say(ratio)})"
    lines = [
        Line("alpha_max = max_f |x_f . y| / (n l1_ratio), x_f and y centred", filled, value, float(alphas[0]), 1e-8)
    ]
    if len(alphas) > 1:
        eps = float(scene.params.get("eps", 1e-3))
        name, filled = "alpha_min = eps * alpha_max", f"{say(eps)} * {say(alphas[0])}"
        lines.append(Line(name, filled, eps * float(alphas[0]), float(alphas[-1]), 1e-8))
    return Answer(words, tuple(close(lines)))


@formula("linear_model.lasso_cv.Step", "score", "choose")
def lasso_choice(scene: Scene) -> Answer | None:
    """mse(alpha) = sum over the folds of their errors / folds; the alpha with the least of them is taken."""
    step = scene.step
    means = step.mse.mean(axis=2)
    if not np.isfinite(means).all():
        return None
    r, a = np.unravel_index(int(np.argmin(means)), means.shape)
    folds, alpha = step.mse[r, a], float(step.alphas[r, a])
    mse = Line(f"mse({say(alpha)}) = sum over folds of the mean squared error / folds",
               f"({total(folds)}) / {len(folds)}", float(folds.mean()), float(means[r, a]))  # fmt: skip
    if step.name == "score":
        return Answer("Every fold was predicted by the paths that do not know it.", (mse,))
    stated = float(means[:, step.alphas[r] == step.alpha].min())
    least = Line("least mse = min over the alphas", among("min", means[r]), float(means.min()), stated)
    return Answer(f"alpha = {say(step.alpha)} errs least on rows not seen in its fit.", (mse, least))


@formula("linear_model.lasso_cv.Step", "refit")
def lasso_refit(scene: Scene) -> Answer | None:
    """F(w) = ||y - X w||^2 / (2 n) + alpha (l1_ratio ||w||_1 + (1 - l1_ratio) ||w||^2 / 2)."""
    step, X, y = scene.step, scene.X, scene.y
    words, w = f"The fit to all rows with alpha = {say(step.alpha)}.", getattr(step.model, "w", None)
    if X is None or y is None or np.ndim(y) != 1 or w is None or np.shape(w) != (1, X.shape[1]):
        return Answer(words, ())
    A = X - step.model.mean_x
    residual, w, ratio = y - step.model.mean_y[0] - A @ w[0], w[0], float(step.l1_ratio)
    fit, size, square = float(residual @ residual), float(np.abs(w).sum()), float(w @ w)
    value = fit / (2 * len(y)) + step.alpha * (ratio * size + (1 - ratio) * square / 2)
    filled = (
        f"{say(fit)} / (2 * {len(y)}) + {say(step.alpha)} * ({say(ratio)} * {say(size)} + (1 - {say(ratio)}) * "
        f"{say(square)} / 2)"
    )
    name = "F(w) = ||y - X w - b||^2 / (2 n) + alpha (l1_ratio ||w||_1 + (1 - l1_ratio) ||w||^2 / 2)"
    return Answer(words, (Line(name, filled, value),))


@formula("linear_model.logistic_path.PathStep", "paths")
def logistic_paths(scene: Scene) -> Answer | None:
    """score(C) = sum over the folds of their scores / folds; the C with the largest is taken."""
    scores = scene.step.scores
    means = scores.mean(axis=0)  # (l1_ratios, Cs)
    if not np.isfinite(means).all():
        return None
    r, c = np.unravel_index(int(np.argmax(means)), means.shape)
    found = scores[:, r, c]
    given = scene.params.get("Cs", 10)
    Cs = np.logspace(-4, 4, int(given)) if np.ndim(given) == 0 else np.asarray(given, dtype=np.float64)
    name = "best score = sum over the folds of their scores / folds"
    lines = (
        Line(name, f"({total(found)}) / {len(found)}", float(found.mean()), float(means.max())),
        Line("best score = max over the strengths of their means", among("max", means[r]), float(means[r].max()),
             float(means.max())),
    )  # fmt: skip
    return Answer(f"Every fold was judged by the paths that do not know it; C = {say(Cs[c])} does best.", lines)
