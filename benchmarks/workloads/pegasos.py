"""Pegasos: 20 000 steps, a random row each, the same rows for everybody; NumPy's lines are those of the paper's figure.

Both show every step: ours yields it, NumPy's lines keep what it is made of.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of

STEPS, STRENGTH = 20_000, 0.01


def ours(pegasos, data):
    from scratchml.core import finish

    return finish(pegasos(data["X"], data["y"], strength=STRENGTH, max_iter=STEPS, random_state=0)).w


def numpy(data):
    X, sign, w = data["X"], 2.0 * data["y"] - 1.0, np.zeros(data["X"].shape[1])
    radius = 1.0 / np.sqrt(STRENGTH)
    for t, i in enumerate(np.random.RandomState(0).randint(len(X), size=STEPS), start=1):
        eta, margin = 1.0 / (STRENGTH * t), sign[i] * (w @ X[i])
        w = (1.0 - eta * STRENGTH) * w
        if margin < 1.0:
            w += eta * sign[i] * X[i]
        w *= min(1.0, radius / max(np.sqrt(w @ w), 1e-300))
    return w


WORKLOAD = race_of(
    "svm.pegasos",
    ours,
    task="two",
    data="correlated",
    large=(50_000, 50),
    peers={"numpy": Contestant(numpy)},
    same=lambda w, data: w,
    close=1e-6,
    fit_name="minimize",
    floor=lambda data: [data["X"][0] @ data["X"][0] for _ in range(STEPS)],
    floor_name=f"{STEPS} products of rows",
)
