"""SVC with the rbf kernel on the ten digits, 1797 rows of 64 features."""

from benchmarks.gates import error_rate
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "svm.SVC",
    lambda SVC, data: SVC().fit(data["X"], data["y"]),
    title="SVC rbf, ten digits",
    task="ten",
    data="digits",
    large=(2_000, 64),
    ask=["predict", "decision_function"],
    loss=error_rate,
    close=1e-3,  # all stop at tol=1e-3
    share=0.001,  # a vote of 45 pairs that the last digits decide
    gate="share of wrong labels",  # the dual objectives of 45 pairs are compared by the tests
    local=True,
)
