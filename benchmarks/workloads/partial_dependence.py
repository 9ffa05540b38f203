"""Partial dependence of a forest on two features together: the trees are walked through for each of 900 points."""

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.permutation_importance import forests

ASKED = {"features": [0, 1], "grid_resolution": 30, "method": "recursion"}


def sklearn(data):
    from sklearn.inspection import partial_dependence

    return partial_dependence(data["theirs"], data["X"], **ASKED)


WORKLOAD = race_of(
    "inspection.partial_dependence",
    lambda partial_dependence, data: partial_dependence(data["ours"], data["X"], **ASKED),
    title="partial dependence, recursion, forest of 20 whole trees, 900 points",
    task="numbers",
    large=(5_000, 20),
    extra=forests,
    peers={"sklearn": Contestant(sklearn)},
    same=lambda found, data: found.average,
    fit_name="ask",
)
