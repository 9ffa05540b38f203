"""NearMiss-2: 18 000 rows of the large class against 2000 rare ones; the farthest three of each."""

from benchmarks.workload import Contestant, Workload
from benchmarks.workloads.smote import make


def ours(data):
    from scratchml.imbalance import NearMiss

    return NearMiss(version=2).fit_resample(data["X"], data["y"])


def imblearn(data):
    from imblearn.under_sampling import NearMiss

    return NearMiss(version=2).fit_resample(data["X"], data["y"])


WORKLOAD = Workload(
    title="NearMiss-2 n=20k d=20",
    make=lambda: make(20_000),
    contestants={"scratchml": Contestant(ours), "imblearn": Contestant(imblearn)},
    loss=lambda found, data: float(found[0].sum() + found[1].sum()),  # the rows are the same, or it is struck out
)
