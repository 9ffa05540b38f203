"""Area under the ROC curve of a million scores."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "metrics.roc_auc_score",
    lambda roc_auc_score, data: roc_auc_score(data["y"], data["scores"]),
    title="ROC AUC",
    task="rare",
    large=(1_000_000, 1),
    extra=lambda data, rng: {"scores": rng.normal(size=len(data["y"])) + data["y"]},
    same=lambda auc, data: auc,
    close=1e-12,
    fit_name="score",
    floor=lambda data: data["scores"].sum(),
    floor_name="one pass over the scores",
)
