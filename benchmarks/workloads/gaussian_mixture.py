"""A mixture of eight Gaussians with full covariances, 20 iterations at most."""

from benchmarks.workload import race_of


def fitted(GaussianMixture, data):
    model = GaussianMixture(8, means_init=data["means"], max_iter=20, init_params="random", random_state=0)
    return model.fit(data["X"])


WORKLOAD = race_of(
    "mixture.GaussianMixture",
    fitted,
    title="Gaussian mixture, k=8",
    data="clustered",
    large=(50_000, 10),
    extra=lambda data, rng: {"means": data["X"][rng.choice(len(data["X"]), 8, replace=False)]},
    ask=["predict"],
    loss=lambda model, data: -model.lower_bound_,
    gate="minus the log likelihood",
    local=True,
    floor=lambda data: [data["X"].T @ data["X"] for _ in range(8)],
    floor_name="eight products X'X",
)
