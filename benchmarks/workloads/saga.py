"""SAGA on any sum of losses: 5 epochs of the logistic loss, one row at a time, the same draws for everybody.

Both are given a Python function of one row; ``saga_linear.py`` races machine code that knows the rows.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of

EPOCHS, STEP_SIZE, L2 = 5, 0.05, 1e-3


def mean_over(data):
    """Return the function (rows, w) -> mean of (log loss, gradient) over these rows."""
    X, sign = data["X"], 2.0 * data["y"] - 1.0

    def loss_and_gradient(rows, w):
        A, s = X[rows], sign[rows]
        e = np.exp(-s * (A @ w))
        return float(np.log1p(e).mean()), -(s * e / (1.0 + e)) @ A / len(rows)

    return loss_and_gradient


def ours(saga, data):
    from scratchml.optim import Penalty, minimize

    n, d = data["X"].shape
    how = {"step_size": STEP_SIZE, "penalty": Penalty(l2=L2), "max_iter": EPOCHS, "tol": 0.0, "random_state": 0}
    return minimize(saga(mean_over(data), np.zeros(d), n, **how)).w


def numpy(data):
    answer, rng, (n, d) = mean_over(data), np.random.RandomState(0), data["X"].shape
    w, everything = np.zeros(d), np.arange(n)
    table = np.array([answer(everything[i : i + 1], w)[1] for i in range(n)])
    average = table.mean(axis=0)
    for _ in range(EPOCHS):
        for i in rng.randint(n, size=n):
            new = answer(everything[i : i + 1], w)[1]
            w = (w - STEP_SIZE * (new - table[i] + average)) / (1.0 + STEP_SIZE * L2)
            average += (new - table[i]) / n
            table[i] = new
        answer(everything, w)  # how far it is from the minimum
    return w


def floor(data):
    """Ask for the loss and gradient of one row as often as SAGA does."""
    n, d = data["X"].shape
    answer, everything, w = mean_over(data), np.arange(n), np.zeros(d)
    for _ in range(EPOCHS + 1):
        for i in range(n):
            answer(everything[i : i + 1], w)


WORKLOAD = race_of(
    "optim.saga",
    ours,
    task="two",
    data="correlated",
    large=(5_000, 50),
    peers={"numpy": Contestant(numpy)},
    same=lambda w, data: w,
    fit_name="minimize",
    floor=floor,
    floor_name="the losses and gradients of all draws",
)
