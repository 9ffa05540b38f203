"""Several epochs of stochastic gradient descent in one call: for few rows, where an epoch takes less than a call.

Idea
----
An epoch of a hundred rows takes a few microseconds, and Python five times as long to shuffle, call and judge. Where
nobody looks on and no rows are held out, a kernel does all three, epoch after epoch.

Maths
-----
That of `sgd_descent.py`.

Cost
----
That of the epochs.

Differences
-----------
From `Descent.run`, called as often: none, to the last bit.

References
----------
As for `sgd_descent.py`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ..core.jit import kernel
from ..core.typing import Array
from .sgd_epoch import Place, Recipe, run_epoch, xorshift_shuffle


class Verdict(NamedTuple):
    """What the epochs have come to."""

    best: float  # the lowest objective so far
    waited: int  # epochs in vain since, in a row
    epochs: int  # that were run


@kernel
def run_epochs(
    X: Array, y: Array, weight: Array, order: Array, v: Array, extra: tuple[Array, Array], place: Place, recipe: Recipe,
    seed: int, tol: float, patience: int, before: Verdict, most: int,
) -> tuple[tuple[float, ...], tuple[float, int, int]]:  # fmt: skip
    """Run epochs until `patience` of them were in vain, a weight is not finite, or `most` have been run.

    The first arguments are those of `run_epoch`, of all rows; order (n,) is shuffled, unless the seed is below 1.
    Returns what a Place and a Verdict hold, as plain tuples for the reason given there.
    """
    best, waited, epochs = before.best, before.waited, 0
    t, eta, b, scale, square, absolute, mean_b, lag, growth, owed, loss, objective = place
    while epochs < most and waited < patience:
        place = Place(t, eta, b, scale, square, absolute, mean_b, lag, growth, owed, 0.0, 0.0)
        if seed > 0:
            xorshift_shuffle(seed, order)
        found = run_epoch(X, y, weight, order, v, extra, place, recipe)
        t, eta, b, scale, square, absolute, mean_b, lag, growth, owed, loss, objective = found
        epochs += 1
        finite = math.isfinite(b)
        for f in range(v.shape[0]):
            finite &= math.isfinite(v[f])
        if not finite:
            break
        mean = objective / order.shape[0]
        waited = waited + 1 if mean > best - tol else 0
        best = mean if mean < best else best
    reached = t, eta, b, scale, square, absolute, mean_b, lag, growth, owed, loss, objective
    return reached, (best, waited, epochs)
