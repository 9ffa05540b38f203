"""Optimisers: how far to move each weight, given its slope. Each is one kernel over all weights as one vector.

Idea
    *Momentum* lets the weights roll: a velocity remembers past slopes, so that zigzags cancel and long slopes add up.
    *Nesterov* takes the step the velocity will take next. *Adam* gives each weight a step of its own: the mean of its
    past slopes, divided by their root mean square, so that weights with small slopes move as far as the others.
Maths
    g is the slope, eta the learning rate::

        SGD       v = momentum v - eta g;   w += v        (Nesterov: w += momentum v - eta g, with the new v)
        Adam      m = beta_1 m + (1 - beta_1) g;   v = beta_2 v + (1 - beta_2) g^2
                  w += -eta_t m / (sqrt(v) + epsilon),    eta_t = eta sqrt(1 - beta_2^t) / (1 - beta_1^t)

    Rates of SGD: "constant"; "invscaling": eta / (rows seen + 1)^power_t, after each epoch; "adaptive": a fifth each
    time the loss has stopped to fall, until it is 1e-6.
Cost
    SGD keeps one more vector as long as the weights, Adam two. One pass over them for each batch.
Differences
    None: every operation is done in scikit-learn's order, so the weights have the same bits where the slopes have.
References
    Kingma, Ba (2015), "Adam", algorithm 1 and the end of section 2. Sutskever et al. (2013), "On the importance of
    initialization and momentum in deep learning", equations 3 and 4.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray

SMALLEST_RATE = 1e-6  # "adaptive" ends when it has come down to this


@kernel
def move_with_momentum(w: Array, g: Array, v: Array, rate: float, momentum: float, nesterov: bool) -> None:
    """Move w (p,) along its velocity v (p,): both overwritten. g (p,), the slopes: read."""
    for i in range(w.shape[0]):
        velocity = momentum * v[i] - rate * g[i]
        v[i] = velocity
        w[i] += momentum * velocity - rate * g[i] if nesterov else velocity


@kernel
def move_by_moments(
    w: Array, g: Array, m: Array, v: Array, rate: float, beta_1: float, beta_2: float, epsilon: float
) -> None:
    """Move w (p,) by Adam's rule; m, v (p,), the moments: all overwritten. g (p,), the slopes: read."""
    rest_1, rest_2 = 1.0 - beta_1, 1.0 - beta_2
    for i in range(w.shape[0]):
        first = beta_1 * m[i] + rest_1 * g[i]
        second = beta_2 * v[i] + rest_2 * (g[i] * g[i])
        m[i], v[i] = first, second
        w[i] += -rate * first / (math.sqrt(second) + epsilon)


class SGD:
    """Stochastic gradient descent with momentum."""

    def __init__(self, p: int, rate: float, schedule: str, momentum: float, nesterov: bool, power_t: float) -> None:
        self.first_rate = self.rate = float(rate)
        self.schedule, self.momentum, self.nesterov, self.power_t = schedule, float(momentum), nesterov, power_t
        self.velocity = np.zeros(p)

    def move(self, w: FloatArray, g: FloatArray) -> None:
        """Move w (p,), overwritten, given its slopes g (p,), read."""
        move_with_momentum(w, g, self.velocity, self.rate, self.momentum, self.nesterov)

    def epoch_ends(self, rows_seen: int) -> None:
        """Adapt the rate of "invscaling"."""
        if self.schedule == "invscaling":
            self.rate = self.first_rate / (rows_seen + 1) ** self.power_t

    def slow_down(self) -> bool:
        """Lower the rate of "adaptive"; return False where there is nothing left to lower, so that the fit ends."""
        if self.schedule != "adaptive" or self.rate <= SMALLEST_RATE:
            return False
        self.rate /= 5.0
        return True


class Adam:
    """Adam: a step for each weight, from the moments of its slopes."""

    def __init__(self, p: int, rate: float, beta_1: float, beta_2: float, epsilon: float) -> None:
        self.first_rate = self.rate = float(rate)
        self.beta_1, self.beta_2, self.epsilon = float(beta_1), float(beta_2), float(epsilon)
        self.m, self.v, self.t = np.zeros(p), np.zeros(p), 0

    def move(self, w: FloatArray, g: FloatArray) -> None:
        """Move w (p,), overwritten, given its slopes g (p,), read."""
        self.t += 1
        self.rate = float(self.first_rate * np.sqrt(1 - self.beta_2**self.t) / (1 - self.beta_1**self.t))
        move_by_moments(w, g, self.m, self.v, self.rate, self.beta_1, self.beta_2, self.epsilon)

    def epoch_ends(self, rows_seen: int) -> None:
        """Do nothing: Adam's rate depends on the number of moves."""

    def slow_down(self) -> bool:
        """Return False: there is nothing to lower, so the fit ends."""
        return False
