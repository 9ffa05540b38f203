"""SVR with the rbf kernel on 5000 rows of 20 features."""

from benchmarks.floors import pass_over_x
from benchmarks.gates import minus_dual, rbf_kernel
from benchmarks.workload import race_of


def loss(model, data):
    """Return the dual objective, turned over."""
    K = rbf_kernel(data["X"][model.support_], data)
    return minus_dual(model.dual_coef_[0], K, data["y"][model.support_], tube=0.1)


WORKLOAD = race_of(
    "svm.SVR",
    lambda SVR, data: SVR().fit(data["X"], data["y"]),
    title="SVR rbf",
    task="numbers",
    large=(5_000, 20),
    ask=["predict"],
    loss=loss,
    gate="dual objective",
    allowed=1e-6,
    close=2e-3,  # all stop at tol=1e-3
    floors={"predict": ("one pass over X", pass_over_x)},
    reasons={
        "predict": "All contestants make one product of the rows with the support vectors, which is the bound here, "
        "and one exponential for each of its numbers, which takes longer; none leaves a pair out.",
    },
)
