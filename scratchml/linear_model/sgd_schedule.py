"""How long a step of stochastic gradient descent is: the schedules, each a formula of the number of the update.

Idea
----
One sample tells the way downhill only roughly. Long steps get far quickly but never come to rest, because the noise of
the samples throws them about; short steps come to rest but take long to arrive. So steps shrink as updates go by,
or are shrunk when an epoch has brought nothing. The passive-aggressive rules ask the sample instead: step just as far
as repairs its own loss.

Maths
-----
t = 1, 2, ... counts updates over all epochs; eta is the length of a step::

    constant      eta = eta0
    optimal       eta = 1 / (alpha (t_0 + t - 1))      t_0 such that the first step is `first_step` long
    invscaling    eta = eta0 / t^power_t
    adaptive      eta = eta0, divided by 5 whenever `n_iter_no_change` epochs have brought nothing
    pa1           step = min(eta0, loss / |x|^2)       in the direction that lessens the loss
    pa2           step = loss / (|x|^2 + 1 / (2 eta0))

The first step of "optimal" (Bottou): a typical weight is thought to be ``typical = 1 / alpha^(1/4)``, and a sample
wrongly predicted by that much should move the weights by about as much::

    first_step = typical / max(1, slope of the loss at prediction -typical for target 1)
    t_0        = 1 / (alpha first_step)

Cost
----
A few operations per update; "invscaling" a power.

Differences
-----------
None from scikit-learn.

References
----------
L. Bottou (2012), "Stochastic gradient descent tricks", section 5.2. K. Crammer, O. Dekel, J. Keshet, S. Shalev-Shwartz,
Y. Singer (2006), "Online passive-aggressive algorithms", JMLR 7, figure 1.
"""

from __future__ import annotations

import math

from ..core.jit import kernel

CONSTANT, OPTIMAL, INVSCALING, ADAPTIVE, PA1, PA2 = range(6)
SCHEDULES = {
    "constant": CONSTANT,
    "optimal": OPTIMAL,
    "invscaling": INVSCALING,
    "adaptive": ADAPTIVE,
    "pa1": PA1,
    "pa2": PA2,
}
SHRINK, SHORTEST = 5.0, 1e-6  # "adaptive" divides by the one, and ends below the other


@kernel
def step_length(schedule: int, t: float, eta: float, eta0: float, power: float, alpha: float, t0: float) -> float:
    """Return the length of update t; `eta` is that of the one before."""
    if schedule == OPTIMAL:
        return 1.0 / (alpha * (t0 + t - 1.0))
    if schedule == INVSCALING:
        return eta0 / float(t**power)
    return eta


@kernel
def passive_aggressive(schedule: int, loss: float, square: float, eta0: float) -> float:
    """Return how far to step for a sample with this loss and squared length (not 0 for "pa1")."""
    if schedule == PA1:
        return loss / square if loss / square < eta0 else eta0
    return loss / (square + 0.5 / eta0)


def typical_weight(alpha: float) -> float:
    """Return 1 / alpha^(1/4), the size that Bottou's heuristic expects a weight to have."""
    return math.sqrt(1.0 / math.sqrt(alpha))


def first_time(alpha: float, slope: float) -> float:
    """Return t_0 of "optimal", for the slope of the loss at prediction -typical_weight(alpha) and target 1."""
    first_step = typical_weight(alpha) / max(1.0, slope)
    return 1.0 / (first_step * alpha)
