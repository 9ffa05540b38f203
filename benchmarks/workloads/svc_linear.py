"""SVC with the linear kernel on 5000 rows of 20 features."""

from benchmarks.gates import minus_dual
from benchmarks.workload import race_of


def loss(model, data):
    """Return the dual objective, turned over."""
    V, sign = data["X"][model.support_], 2 * data["y"][model.support_] - 1
    return minus_dual(model.dual_coef_[0], V @ V.T, sign)


WORKLOAD = race_of(
    "svm.SVC",
    lambda SVC, data: SVC(kernel="linear").fit(data["X"], data["y"]),
    title="SVC linear",
    task="two",
    large=(5_000, 20),
    ask=["predict", "decision_function"],
    loss=loss,
    gate="dual objective",
    allowed=1e-5,  # all stop at tol=1e-3, which leaves the dual that far from its end
    close=0.01,  # and the scores that far apart
    share=0.003,  # and a row on the border on either side
)
