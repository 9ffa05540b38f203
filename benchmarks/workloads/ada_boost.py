"""AdaBoost: 50 stumps on two classes; scikit-learn's rounds, so the same answers."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "ensemble.AdaBoostClassifier",
    lambda AdaBoostClassifier, data: AdaBoostClassifier(random_state=0).fit(data["X"], data["y"]),
    title="AdaBoost, 50 stumps",
    task="two",
    large=(5_000, 20),
    ask=["predict", "predict_proba", "decision_function"],
)
