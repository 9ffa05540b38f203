"""The same-answer gate, and the losses it compares: a faster wrong answer is struck out, and the reason is told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from benchmarks.workload import Data, Workload, rows_asked


def inertia(model: Any, data: Data) -> float:
    """Return the sum of squared distances of the rows to the mean of their label's rows."""
    X, labels = data["X"], np.asarray(model.labels_ if hasattr(model, "labels_") else model.predict(data["X"]))
    return float(sum(((X[labels == j] - X[labels == j].mean(axis=0)) ** 2).sum() for j in np.unique(labels)))


def truth_of(data: Data) -> np.ndarray:
    """Return the y of the rows a model is asked about."""
    truth: np.ndarray = data["truth"] if "Q" in data else data["y"]
    return truth


def squared_error(model: Any, data: Data) -> float:
    """Return the mean squared error of what is predicted for the rows asked about."""
    return float(np.mean((np.asarray(model.predict(rows_asked(data))).ravel() - truth_of(data)) ** 2))


def error_rate(model: Any, data: Data) -> float:
    """Return the share of the rows asked about whose label is predicted wrongly."""
    return float(np.mean(model.predict(rows_asked(data)) != truth_of(data)))


def log_loss(model: Any, data: Data) -> float:
    """Return the mean log loss of the rows fitted to."""
    p = np.asarray(model.predict_proba(data["X"]), dtype=np.float64)
    column = np.searchsorted(np.unique(data["y"]), data["y"])
    return float(-np.log(np.maximum(p[np.arange(len(p)), column], 1e-300)).mean())


def beyond_auc(model: Any, data: Data) -> float:
    """Return 1 minus the area under the ROC curve of the rows with a truth, by ranks (two classes)."""
    scores = np.asarray(model.predict_proba(rows_asked(data)), dtype=np.float64)[:, 1]
    y = truth_of(data)
    ordered = np.sort(scores)
    rank = 0.5 * (np.searchsorted(ordered, scores) + np.searchsorted(ordered, scores, side="right") + 1)
    ones = int((y == 1).sum())
    return float(1.0 - (rank[y == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones)))


def linear_scores(model: Any, X: np.ndarray) -> np.ndarray:
    """Return X w + b from a linear model's weights, whatever its methods say: (n,), or (n, k) of k classes."""
    scores = X @ np.atleast_2d(model.coef_).T + model.intercept_
    return scores[:, 0] if scores.shape[1] == 1 else scores


def minus_variance(model: Any, data: Data) -> float:
    """Return minus the variance of the rows in the space that `components_` span, of whatever length they are."""
    X = data["X"]
    axes = np.linalg.qr(np.asarray(model.components_, dtype=np.float64).T)[0]
    return -float((((X - X.mean(axis=0)) @ axes) ** 2).sum() / (len(X) - 1))


def minus_log_likelihood(model: Any, data: Data) -> float:
    """Return minus the mean log density of the rows in a mixture of Gaussians with full covariances.

    Weights that do not add up to 1 are divided by their sum.
    """
    X, weights = data["X"], np.asarray(model.weights_) / np.sum(model.weights_)
    logs = np.empty((len(X), len(weights)))
    for j, (weight, mean, covariance) in enumerate(zip(weights, model.means_, model.covariances_)):
        L = np.linalg.cholesky(covariance)
        squares = (np.linalg.solve(L, (X - mean).T) ** 2).sum(axis=0)
        logs[:, j] = math.log(weight) - 0.5 * (squares + X.shape[1] * math.log(2 * math.pi)) - np.log(np.diag(L)).sum()
    most = logs.max(axis=1)
    return -float((most + np.log(np.exp(logs - most[:, None]).sum(axis=1))).mean())


def rbf_kernel(V: np.ndarray, data: Data) -> np.ndarray:
    """Return the rbf kernel of rows with each other, gamma at its default for the rows fitted to."""
    gamma, squares = 1 / (data["X"].shape[1] * data["X"].var()), (V**2).sum(axis=1)
    kernel: np.ndarray = np.exp(-gamma * np.maximum(squares[:, None] + squares - 2 * V @ V.T, 0))
    return kernel


def minus_dual(b: np.ndarray, K: np.ndarray, y: np.ndarray, tube: float = 0.0, C: float = 1.0) -> float:
    """Return the dual objective of a support vector machine, turned over; inf where `b` breaks a constraint.

    `b` are the coefficients of the support vectors, `K` their kernel, and `y` their labels, -1 and 1, or for regression
    their numbers, with `tube` the error that costs nothing.
    """
    wrong_side = tube == 0.0 and bool((b * y < 0).any())
    if wrong_side or np.abs(b).max() > C * (1 + 1e-9) or abs(b.sum()) > 1e-9 * np.abs(b).sum():
        return math.inf
    return float(0.5 * b @ K @ b - y @ b + tube * np.abs(b).sum())


def brier_score(model: Any, data: Data) -> float:
    """Return the mean squared distance of the rows' probabilities from what their labels are, 1 and 0."""
    found = np.asarray(model.predict_proba(rows_asked(data)), dtype=np.float64)
    return float(((found - (truth_of(data)[:, None] == np.unique(data["y"]))) ** 2).sum(axis=1).mean())


def numbers(answer: Any) -> list[np.ndarray]:
    """Return an answer's arrays, flat, sparse ones filled up: the answer itself, or each item of a tuple or list."""
    if isinstance(answer, (tuple, list)):
        return [array for item in answer for array in numbers(item)]
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    return [np.asarray(answer).ravel()]


def differ(found: Any, wanted: Any, close: float, share: float) -> str:
    """Say how two answers differ by more than `close` times the largest wanted number; "" where they do not.

    `share` is the share of the numbers that may be farther apart: a few rows on the border between two labels. Of
    answers by method those that both have are compared, and who has none of the wanted is told so. None is found of who
    has no method to time, but a loss.
    """
    if isinstance(wanted, dict):
        if found is None:
            return ""
        if wanted and not set(wanted) & set(found):
            return f"it answers none of: {', '.join(wanted)}"
        said = {method: differ(found[method], wanted[method], close, share) for method in wanted if method in found}
        return next((f"{method}: {text}" for method, text in said.items() if text), "")
    pairs = list(zip(numbers(found), numbers(wanted)))
    if len(numbers(found)) != len(numbers(wanted)) or any(a.shape != b.shape for a, b in pairs):
        return f"shapes {[a.shape for a in numbers(found)]} for {[b.shape for b in numbers(wanted)]}"
    for a, b in pairs:
        if a.dtype.kind not in "biuf" or b.dtype.kind not in "biuf":
            wrong, farthest = a != b, math.nan
        else:
            a, b = a.astype(np.float64), b.astype(np.float64)
            reach = close * np.abs(b[np.isfinite(b)]).max(initial=0.0)
            with np.errstate(invalid="ignore"):
                apart = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))
            wrong, farthest = ~(apart <= reach), float(np.nanmax(apart, initial=0.0))
        if wrong.sum() > share * len(wrong):
            return f"{int(wrong.sum())} of {len(wrong)} numbers differ from the reference's, by up to {farthest:.2g}"
    return ""


class Answer(NamedTuple):
    """What the gate knows of a fitted model: its loss, and the numbers that must be the reference's."""

    loss: float | None = None
    same: Any = None


def answer_of(workload: Workload, model: Any, data: Data) -> Answer:
    """Return a model's answers to a workload's questions."""
    loss = None if workload.loss is None else float(workload.loss(model, data))
    same = None if workload.same is None else workload.same(model, data)
    return Answer(loss, None if loss is not None and isinstance(same, dict) and not same else same)


def worse(workload: Workload, losses: Mapping[str, float], reference: str | None) -> dict[str, str]:
    """Say of each contestant whose loss is above the least one, or the reference's, by more than is allowed."""
    best = min((loss for loss in losses.values() if math.isfinite(loss)), default=math.nan)
    if workload.local and reference is not None:
        best = losses[reference]
    most = best + workload.allowed * max(abs(best), 1e-300) + workload.slack
    return {
        name: "" if loss <= most else f"{workload.gate} {loss:.6g} where {best:.6g} is wanted"
        for name, loss in losses.items()
    }


def strike_out(workload: Workload, answers: Mapping[str, Answer], reference: str | None) -> dict[str, str]:
    """Return by contestant why its time does not count, "" where it does.

    Numbers must be those of the `reference`, a contestant; where it is None, nobody's are known to be right.
    """
    struck = dict.fromkeys(answers, "")
    if workload.same is not None and reference is not None:
        wanted = answers[reference].same
        struck = {name: differ(a.same, wanted, workload.close, workload.share) for name, a in answers.items()}
    if workload.loss is not None:  # the least loss of those whose numbers are right
        losses = {name: math.nan if a.loss is None else a.loss for name, a in answers.items() if not struck[name]}
        struck |= worse(workload, losses, reference)
    return struck
