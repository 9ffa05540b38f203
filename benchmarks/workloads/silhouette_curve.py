"""The mean silhouette for k = 2 to 10, raced as in ``elbow.py``."""

from benchmarks.workloads.elbow import STARTS, race

KS = range(2, 11)


def sklearn(data):
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    labels = [KMeans(k, n_init=STARTS, random_state=0).fit_predict(data["X"]) for k in KS]
    scores = [silhouette_score(data["X"], found) for found in labels]
    return scores, KS[scores.index(max(scores))]


WORKLOAD = race(
    "silhouette_curve",
    lambda curve, data: curve(data["X"], KS, n_init=STARTS, random_state=0)[1:],
    sklearn,
    (1_500, 10),
    same=lambda found, data: (max(found[0]), found[1]),
    close=1e-7,
)
