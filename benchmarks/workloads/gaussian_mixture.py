"""A mixture of eight Gaussians with full covariances, 20 iterations at most."""

from benchmarks.gates import minus_log_likelihood
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
    ask=["predict", "predict_proba", "score_samples"],
    loss=minus_log_likelihood,
    gate="minus the log likelihood",
    local=True,
    close=1e-6,  # rounding of twenty iterations
    share=0.001,
    floor=lambda data: [data["X"].T @ data["X"] for _ in range(8)],
    floor_name="eight products X'X",
)
