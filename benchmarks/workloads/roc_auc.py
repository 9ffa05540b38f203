"""Area under the ROC curve of a million scores."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    y = (rng.random(1_000_000) < 0.3).astype(np.int64)
    return {"y": y, "scores": rng.normal(size=y.size) + y}


def ours(data):
    from scratchml.metrics import roc_auc_score

    return roc_auc_score(data["y"], data["scores"])


def sklearn(data):
    from sklearn.metrics import roc_auc_score

    return roc_auc_score(data["y"], data["scores"])


WORKLOAD = Workload(
    title="ROC AUC of 1M scores",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=lambda auc, data: abs(auc - ours(data)) + 1.0,
    allowed=1e-12,
    fit_name="score",
    floor=lambda data: np.sort(data["scores"]),
    floor_name="sorting the scores",
)
