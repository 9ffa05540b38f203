"""How many clusters? k-means for k = 1 to 10, three starts each, on four groups; ``gap_statistic.py`` and
``silhouette_curve.py`` race the same way, all beside the same choice made with scikit-learn's k-means.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of

KS, STARTS = range(1, 11), 3


def four_groups(data, rng):
    n, d = data["X"].shape
    centres = 6.0 * rng.normal(size=(4, d))
    return {"X": centres[rng.integers(4, size=n)] + rng.normal(size=(n, d))}


def inertias(X, ks=KS):
    from sklearn.cluster import KMeans

    return np.array([KMeans(k, n_init=STARTS, random_state=0).fit(X).inertia_ for k in ks])


def race(name, ours, peer, large, **rest):
    """Return the race of a way to choose k; `ours` and `peer` return (what is told of each k, the best k)."""
    return race_of(
        f"cluster.{name}",
        ours,
        large=large,
        small=(200, 5),
        extra=four_groups,
        peers={"sklearn": Contestant(peer)},
        fit_name="choose",
        **rest,
    )


def sklearn(data):
    found = inertias(data["X"])
    across, up = np.linspace(0.0, 1.0, len(found)), (found - found[-1]) / (found[0] - found[-1])
    return found, KS[np.argmax(1.0 - across - up)]


WORKLOAD = race(
    "elbow",
    lambda elbow, data: elbow(data["X"], KS, n_init=STARTS, random_state=0)[1:],
    sklearn,
    (5_000, 10),
    loss=lambda found, data: float(np.sum(found[0])),
    gate="sum of inertias",
    local=True,
    allowed=0.05,  # other starts, other optima where k is not 4
    same=lambda found, data: found[1],
)
