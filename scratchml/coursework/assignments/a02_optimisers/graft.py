"""The optimisers' grafts: the package's own Momentum and Adam with the student's step."""

import numpy as np

from scratchml.coursework.checking import Graft
from scratchml.neural_network.optimisers import Adam, Momentum


def descend(optimiser):
    """Yield the weights after each update of an optimiser in a long bowl."""
    w, curvature = np.array([2.0, -1.0, 0.5]), np.array([1.0, 3.0, 0.3])
    optimiser.start([w])
    for update in range(1, 9):
        optimiser.update([w], [curvature * w - 1.0])
        yield f"update {update}", w.copy()


def with_momentum_step(momentum_step):
    """Yield the steps of Momentum."""

    class Yours(Momentum):
        def _move(self, w, g, state, rate):
            w[:], state[0][:] = momentum_step(w.copy(), state[0].copy(), g.copy(), rate, self.momentum)

    return descend(Yours(0.1, 0.8))


def with_adam_step(adam_step):
    """Yield the steps of Adam."""

    class Yours(Adam):
        def _move(self, w, g, state, rate):
            kept = w.copy(), state[0].copy(), state[1].copy()
            found = adam_step(*kept, g.copy(), self.t, rate, self.beta_1, self.beta_2, self.epsilon)
            w[:], state[0][:], state[1][:] = found

    return descend(Yours(0.1))


GRAFTS = {
    "momentum_step": Graft(with_momentum_step, "our Momentum with your step walks the same way"),
    "adam_step": Graft(with_adam_step, "our Adam with your step walks the same way"),
}
