"""The strength of logistic regression's penalty by three-fold cross-validation: three of them, 1e-4 to 1e4."""

from benchmarks.workload import answering, race_of
from benchmarks.workloads.logistic_binary import ASKED, objective


def fitted(LogisticRegressionCV, data):
    how = {"l1_ratios": (0.0,), "cv": 3, "use_legacy_attributes": False}
    return LogisticRegressionCV(Cs=3, scoring="neg_log_loss", **how).fit(data["X"], data["y"])


WORKLOAD = race_of(
    "linear_model.LogisticRegressionCV",
    fitted,
    task="two",
    large=(20_000, 20),
    queries=5_000,
    ask=ASKED,
    same=lambda model, data: {**answering(*ASKED)(model, data), "C": model.C_},
    close=0.05,  # decisions of fits that stop at tol=1e-4
    share=0.01,  # and a row on the border in the other class
    loss=lambda model, data: objective(model, data, model.C_),
    allowed=1e-4,  # where a large C lets classes be separated, the peer ends far above the best
)
