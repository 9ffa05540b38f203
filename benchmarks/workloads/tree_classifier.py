"""One decision tree, grown to the end, for three classes; judged on rows not seen."""

import numpy as np

from benchmarks.gates import error_rate
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "tree.DecisionTreeClassifier",
    lambda DecisionTreeClassifier, data: DecisionTreeClassifier(random_state=0).fit(data["X"], data["y"]),
    title="decision tree, three classes",
    task="three",
    large=(100_000, 20),
    queries=25_000,
    ask=["predict", "predict_proba"],
    loss=error_rate,
    gate="share of wrong labels",
    local=True,
    share=0.02,
    slack=0.01,  # where two splits are equally good, either may be taken
    floor=lambda data: [np.argsort(column) for column in data["X"].T],
    floor_name="argsort of each column",
)
