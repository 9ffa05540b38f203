"""Ten perceptrons, each digit against all others: small data, default epochs."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "linear_model.Perceptron",
    lambda Perceptron, data: Perceptron().fit(data["X"], data["y"]),
    title="Perceptron, ten classes",
    task="ten",
    data="digits",
    large=(2_000, 64),
    ask=["predict", "decision_function"],
)
