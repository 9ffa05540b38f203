"""The two halves of expectation maximisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.typing import FloatArray
from .scene import Answer, Line, Scene, formula, say, signed, total

EM = "mixture.expectation_maximisation.Step"


def covariances_of(found: Any, shape: str) -> FloatArray:
    """Return every component's covariance (k, d, d), whatever shape they are kept in."""
    (k, d), C = found.means.shape, np.asarray(found.covariances)
    if shape == "tied":
        return np.repeat(C[None], k, axis=0)
    if shape == "diag":
        return C[:, :, None] * np.eye(d)
    return C[:, None, None] * np.eye(d) if shape == "spherical" else C


def joint_of(X: FloatArray, found: Any, shape: str) -> FloatArray:
    """Return log(weight_k) + log N(x_i; mean_k, covariance_k), (n, k)."""
    columns = []
    for weight, mean, C in zip(found.weights, found.means, covariances_of(found, shape)):
        away = X - mean
        square = (away * np.linalg.solve(C, away.T).T).sum(axis=1)
        columns.append(np.log(weight) - 0.5 * (square + np.linalg.slogdet(C)[1] + X.shape[1] * np.log(2 * np.pi)))
    return np.stack(columns, axis=1)


@formula(EM, "expect")
def expect(scene: Scene) -> Answer | None:
    """bound = mean_i log sum_k weight_k N(x_i; mean_k, covariance_k)."""
    step, X = scene.step, scene.X
    if X is None:
        return None
    joint = joint_of(X - X.mean(axis=0), step.found, scene.params.get("covariance_type", "full"))
    logs = np.logaddexp.reduce(joint, axis=1)
    shares = np.exp(joint[0] - logs[0])
    k = int(shares.argmax())
    name = "bound = sum_i log(sum_k weight_k N(x_i; mean_k, C_k)) / n"
    return Answer(
        "Every row is shared out among the components, by how likely each one makes it.",
        (
            Line(f"share of component {k} in x_0 = exp(joint_0{k} - log_0)",
                 f"exp({say(joint[0, k])} - {signed(logs[0])})", float(shares[k])),
            Line(name, f"({total(logs)}) / {len(X)}", float(logs.mean()), float(step.bound), 1e-6),
        ),
    )  # fmt: skip


@formula(EM, "maximise")
def maximise(scene: Scene) -> Answer | None:
    """weight_k = sum_i share_ik / n; mean_k = sum_i share_ik x_i / sum_i share_ik."""
    step, X, before = scene.step, scene.X, scene.before
    if X is None or before is None:
        return None
    centre = X.mean(axis=0)
    joint = joint_of(X - centre, before.found, scene.params.get("covariance_type", "full"))
    shares = np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None])
    mass, n = shares.sum(axis=0), len(X)
    pull = shares[:, 0] * (X - centre)[:, 0]
    return Answer(
        "Every component moves to the weighted mean and spread of its shares.",
        (
            Line("weight_0 = sum_i share_i0 / n", f"({total(shares[:, 0])}) / {n}", float(mass[0] / n),
                 float(step.found.weights[0]), 1e-6),
            Line("mean_0 = sum_i share_i0 x_i / sum_i share_i0 (first coordinate, centred)",
                 f"({total(pull)}) / {say(mass[0])}", float(pull.sum() / mass[0]), float(step.found.means[0, 0]), 1e-4),
        ),
    )  # fmt: skip
