"""Line searches: one step along the steepest way down from a random place, on the logistic loss of ``lbfgs.py``.

Everybody knows loss and gradient at the start, and ends with those at the step found. The gate asks whether the step
goes down enough and, where the conditions are Wolfe's, leaves the slope flat enough.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lbfgs import logistic


def place(data, rng):
    w = rng.normal(size=data["X"].shape[1])
    loss, gradient = logistic(data)(w)
    return {"w": w, "loss": loss, "gradient": gradient}


class Kept:
    """The loss and its gradient apart, as SciPy's searches want them, each pair worked out once."""

    def __init__(self, data):
        self.both, self.at = logistic(data), None

    def loss(self, w):
        if self.at is None or not np.array_equal(self.at, w):
            self.at, self.found = w.copy(), self.both(w)
        return self.found[0]

    def gradient(self, w):
        self.loss(w)
        return self.found[1]


def scipy(data):
    from scipy.optimize import line_search

    kept, gradient = Kept(data), data["gradient"]
    step = line_search(kept.loss, kept.gradient, data["w"], -gradient, gradient, data["loss"])[0]
    kept.gradient(data["w"] - step * gradient)
    return step


def race(name, peer, sufficient, flatness=np.inf):
    """Return the race of a search by these conditions, beside a peer of SciPy's."""

    def ours(search, data):
        from scratchml.optim import Objective, Step

        w, gradient = data["w"], data["gradient"]
        start = Step("start", 0, w, data["loss"], gradient, np.abs(gradient).max(), 0.0, 1, False)
        found = search(Objective(logistic(data)), start, -gradient, np.empty_like(w), np.empty_like(w))
        return found[0]

    def missed(step, data):
        """Return by how much the conditions are missed: 0 where they hold."""
        loss, gradient = logistic(data)(data["w"] - step * data["gradient"])
        before = -data["gradient"] @ data["gradient"]
        short = loss - data["loss"] - sufficient * step * before
        steep = abs(gradient @ data["gradient"]) + flatness * before
        return max(short, steep, 0.0)

    return race_of(
        f"optim.{name}",
        ours,
        task="two",
        data="correlated",
        large=(20_000, 50),
        extra=place,
        peers={"scipy": Contestant(peer)},
        loss=missed,
        gate="missing the conditions by",
        slack=1e-12,
        fit_name="search",
        floor=lambda data: logistic(data)(data["w"]),
        floor_name="one loss and gradient",
    )


WORKLOAD = race("strong_wolfe", scipy, 1e-4, 0.9)
