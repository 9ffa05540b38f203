"""SVC with the rbf kernel on 10 000 rows of 20 features, default parameters."""

from benchmarks.gates import minus_dual, rbf_kernel
from benchmarks.workload import race_of


def loss(model, data):
    """Return the dual objective, turned over; the kernel is worked out here, the same for all."""
    sign = 2 * data["y"][model.support_] - 1
    return minus_dual(model.dual_coef_[0], rbf_kernel(data["X"][model.support_], data), sign)


WORKLOAD = race_of(
    "svm.SVC",
    lambda SVC, data: SVC().fit(data["X"], data["y"]),
    title="SVC rbf",
    task="two",
    large=(10_000, 20),
    ask=["predict", "decision_function"],
    loss=loss,
    gate="dual objective",
    allowed=1e-6,
    close=2e-3,  # all stop at tol=1e-3
    share=0.002,
)
