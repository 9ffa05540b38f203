"""Rounds of boosting."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from ...core.typing import FloatArray
from .scene import Answer, Line, Scene, close, formula, say, signed, total

OF_NUMBERS = ("squared_error", "absolute_error", "quantile", "huber")


def classes_of(scene: Scene) -> Any:
    """Return the targets as boosting sees them: numbers, or the classes' codes; None where its rows are others."""
    y, loss = scene.y, scene.params.get("loss")
    if y is None or np.ndim(y) != 1 or scene.step.raw.shape[1:] != np.shape(y):  # rows are held out
        return None
    return np.asarray(y, dtype=np.float64) if loss in OF_NUMBERS else np.unique(y, return_inverse=True)[1]


def losses_of(y: Any, raw: FloatArray, loss: str, alpha: float) -> tuple[FloatArray, float, str] | None:
    """Return each row's loss for raw predictions (k, n), what the mean is multiplied by, and the formula."""
    if loss == "absolute_error":
        return np.abs(y - raw[0]), 1.0, "sum_i |y_i - F(x_i)| / n"
    if loss == "quantile":
        u = y - raw[0]
        name = "sum_i (alpha u_i where u_i > 0, else (alpha - 1) u_i) / n, u_i = y_i - F(x_i)"
        return np.where(u > 0, alpha * u, (alpha - 1) * u), 1.0, name
    if loss == "squared_error":
        return (y - raw[0]) ** 2, 1.0, "sum_i (y_i - F(x_i))^2 / n"
    if loss == "exponential":
        return np.exp(np.where(y == 1, -raw[0], raw[0])), 1.0, "sum_i exp(-(2 y_i - 1) F(x_i)) / n"
    if loss != "log_loss":
        return None
    if len(raw) == 1:
        return np.logaddexp(0, raw[0]) - y * raw[0], 2.0, "2 sum_i (log(1 + exp F(x_i)) - y_i F(x_i)) / n"
    found = np.logaddexp.reduce(raw, axis=0) - raw[y, np.arange(len(y))]
    return found, 1.0, "sum_i (log sum_j exp F_j(x_i) - F_y(x_i)) / n"


def cut_lines(scene: Scene, y: Any, F: FloatArray | None, i: int) -> list[Line]:
    """Return the residual of row i for the absolute error, a quantile, or Huber's loss: it has a largest size."""
    step, loss, alpha = scene.step, scene.params.get("loss"), float(scene.params.get("alpha", 0.9))
    if F is None:
        return []
    gap, stated = float(y[i] - F[0]), float(step.residuals[0, i])
    if loss == "absolute_error":
        name = f"r_{i} = +1 where y_{i} is above F(x_{i}) before, else -1"
        return [Line(name, f"({say(gap)}) / {say(abs(gap))}", float(np.sign(gap)), stated)] if gap else []
    if loss == "quantile":
        name = f"r_{i} = alpha where y_{i} is above F(x_{i}) before, else alpha - 1"
        return [Line(name, say(alpha) if gap > 0 else f"{say(alpha)} - 1", alpha if gap > 0 else alpha - 1, stated)]
    delta = float(np.abs(step.residuals[0]).max())
    name = f"r_{i} = y_{i} - F(x_{i}) before, cut at +-delta, the {say(alpha)}-quantile of |y - F|"
    filled = f"max(-{say(delta)}, min({say(delta)}, {say(y[i])} - {signed(float(F[0]))}))"
    return [Line(name, filled, float(np.clip(gap, -delta, delta)), stated, 1e-6)]


def exponential_lines(y: Any, F: FloatArray | None, i: int, stated: float) -> list[Line]:
    """Return the residual of row i, (2 y - 1) exp(-(2 y - 1) F)."""
    start = float(0.5 * np.log(np.mean(y == 1) / np.mean(y == 0)))  # half the log odds
    f, side = start if F is None else float(F[0]), 1 if y[i] == 1 else -1
    name = f"r_{i} = (2 y_{i} - 1) exp(-(2 y_{i} - 1) F(x_{i}))"
    return [Line(name, f"({side}) * exp(-({side}) * {signed(f)})", side * float(np.exp(-side * f)), stated, 1e-6)]


def residual_line(scene: Scene, y: Any) -> list[Line]:
    """Return the residual of the row with the largest, -dL/dF at the F of the round before (or the best constant)."""
    step, loss = scene.step, scene.params.get("loss")
    i = int(np.argmax(np.abs(step.residuals[0])))
    known = scene.before is not None and np.shape(scene.before.raw) == np.shape(step.raw)
    if not known and step.iteration != 1:
        return []
    stated, F = float(step.residuals[0, i]), np.array(scene.before.raw[:, i]) if known else None
    if loss == "squared_error":
        F_i = float(np.mean(y)) if F is None else float(F[0])
        name, filled, value = f"r_{i} = y_{i} - F(x_{i}) before", f"{say(y[i])} - {signed(F_i)}", float(y[i]) - F_i
        return close([Line(name, filled, value, stated, 1e-6)])
    if loss in OF_NUMBERS:
        return close(cut_lines(scene, y, F, i))
    if loss == "exponential":
        return close(exponential_lines(y, F, i, stated))
    if loss != "log_loss":
        return []
    of_class = int(y[i] == 0) if len(step.raw) > 1 else int(y[i])
    if F is None:
        count, n = int(np.sum(y == (0 if len(step.raw) > 1 else 1))), len(y)
        value, share = of_class - count / n, f"{count} / {n}"
    elif len(F) == 1:
        value, share = of_class - float(1 / (1 + np.exp(-F[0]))), f"1 / (1 + exp(-{signed(F[0])}))"
    else:
        value = of_class - float(np.exp(F[0]) / np.exp(F).sum())
        words = [f"exp({say(v)})" for v in F]
        words = words if len(words) <= 4 else [*words[:3], "...", words[-1]]
        share = f"{words[0]} / ({' + '.join(words)})"
    name = f"r_{i} = y_{i} - p(x_{i})" if len(step.raw) == 1 else f"r_{i} = [y_{i} = class 0] - p_0(x_{i})"
    return close([Line(name, f"{of_class} - {share}", value, stated, 1e-6)])


@formula("ensemble.boosting.Step", "round")
def gradient_round(scene: Scene) -> Answer | None:
    """r = -dL/dF; F = F before + learning_rate * tree; the loss of what is left."""
    step, rate, before = scene.step, scene.params.get("learning_rate", 0.1), scene.before
    y, loss, lines = classes_of(scene), str(scene.params.get("loss")), []
    if y is not None:
        lines += residual_line(scene, y)
    if before is not None and np.shape(before.raw) == np.shape(step.raw):
        i = int(np.argmax(np.abs(step.residuals[0])))
        move = float(step.raw[0, i] - before.raw[0, i])
        filled = f"{say(before.raw[0, i])} + {say(rate)} * {signed(move / rate)}"
        name = f"F(x_{i}) = F(x_{i}) before + learning_rate * tree(x_{i})"
        lines.append(Line(name, filled, float(before.raw[0, i] + rate * (move / rate)), float(step.raw[0, i])))
    found = (
        None
        if y is None or scene.params.get("subsample", 1.0) != 1.0
        else losses_of(y, step.raw, loss, float(scene.params.get("alpha", 0.9)))
    )
    if found is not None:
        each, factor, name = found
        filled = f"({total(each)}) / {len(each)}" if factor == 1 else f"{say(factor)} * ({total(each)}) / {len(each)}"
        value = factor * float(each.mean())
        lines += close([Line(f"train_score = {name}", filled, value, float(step.train_score), 1e-8)])
    return Answer("A small tree is fitted to what is left over, and a share of it is added.", tuple(lines))


@formula("ensemble.ada_boost.Step", "round")
def ada_round(scene: Scene) -> Answer | None:
    """error = weight of the rows got wrong; alpha = learning_rate (log((1 - e) / e) + log(k - 1))."""
    step, y = scene.step, scene.y
    wrong = step.weight[np.asarray(step.is_wrong, dtype=bool)]
    whole = float(step.weight.sum())
    filled = f"({total(wrong)}) / {say(whole)}"
    lines = [
        Line("error = sum of the weights got wrong / sum of all", filled, float(wrong.sum()) / whole, float(step.error))
    ]
    e, rate = float(step.error), float(scene.params.get("learning_rate", 1.0))
    k = 2 if y is None else len(np.unique(y))
    if 0 < e < 1:
        value = rate * (log((1 - e) / e) + log(k - 1))
        filled = f"{say(rate)} * (log((1 - {say(e)}) / {say(e)}) + log({k} - 1))"
        lines.append(
            Line("alpha = learning_rate * (log((1 - error) / error) + log(k - 1))", filled, value, float(step.alpha))
        )
    words = f"{len(wrong)} of {len(step.weight)} rows were got wrong; they will weigh more in the next round."
    return Answer(words, tuple(lines))


@formula("ensemble.hist_boosting.Step", "round")
def hist_round(scene: Scene) -> Answer | None:
    """F = F before + what the round's tree says (its leaves hold the learning rate already)."""
    step, before = scene.step, scene.before
    if before is None or np.shape(before.scores) != np.shape(step.scores):
        return None
    i = int(np.argmax(np.abs(step.gradient[0])))
    a, b = float(before.scores[0, i]), float(step.scores[0, i])
    name, move = f"F(x_{i}) = F(x_{i}) before + tree(x_{i})", b - a
    line = Line(name, f"{say(a)} + {signed(move)}", a + move, b)
    return Answer("A tree grown on histograms of the slopes is added.", (line,))


@formula("ensemble.hist_boosting.Step", "start")
def hist_start(scene: Scene) -> Answer | None:
    """F_0 = the best constant: the mean of squared errors, log(p / (1 - p)) of two classes."""
    step, y, loss = scene.step, scene.y, scene.params.get("loss")
    words = "Boosting begins with the best constant."
    if y is None or np.ndim(y) != 1 or len(step.scores) != 1 or step.scores.shape[1] != len(y):
        return Answer(words, ())
    stated = float(step.scores[0, 0])
    if loss == "squared_error":
        numbers = np.asarray(y, dtype=np.float64)
        line = Line("F = sum_i y_i / n", f"({total(numbers)}) / {len(y)}", float(numbers.mean()), stated, 1e-6)
        return Answer(words, tuple(close([line])))
    codes = np.unique(y, return_inverse=True)[1]
    if loss != "log_loss" or codes.max() != 1:
        return Answer(words, ())
    ones, n = int(codes.sum()), len(codes)
    value = log(ones / (n - ones))
    line = Line("F = log(p / (1 - p)), p the share of class 1", f"log({ones} / {n - ones})", value, stated, 1e-6)
    return Answer(words, tuple(close([line])))
