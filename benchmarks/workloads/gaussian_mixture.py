"""A mixture of eight Gaussians with full covariances, 20 iterations at most."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(8, 10))
    return {"X": centres[rng.integers(8, size=50_000)] + rng.normal(size=(50_000, 10)), "means": centres}


def fitted(cls, data):
    return cls(8, means_init=data["means"], max_iter=20, init_params="random", random_state=0).fit(data["X"])


def ours(data):
    from scratchml.mixture import GaussianMixture

    return fitted(GaussianMixture, data)


def sklearn(data):
    from sklearn.mixture import GaussianMixture

    return fitted(GaussianMixture, data)


WORKLOAD = Workload(
    title="Gaussian mixture n=50k d=10 k=8",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=lambda model, data: -model.lower_bound_,
    floor=lambda data: [data["X"].T @ data["X"] for _ in range(8)],
    floor_name="eight products X'X",
)
