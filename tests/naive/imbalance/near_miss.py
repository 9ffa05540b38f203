"""NearMiss in three versions, Tomek links and edited nearest neighbours: every distance, fully sorted."""

from math import sqrt

from tests.naive.imbalance.smote import nearest, square


def near_miss(X, y, version, rare, large, size, k, k3):
    """Return the rows of class `large` that stay, the best first."""
    rare_rows = [i for i in range(len(X)) if y[i] == rare]
    rows = [i for i in range(len(X)) if y[i] == large]
    if version == 3:
        kept = set()
        for i in rare_rows:
            kept |= set(sorted(rows, key=lambda j: (square(X[i], X[j]), j))[:k3])
        rows = sorted(kept)
    total = {}
    for i in rows:
        distances = sorted(sqrt(square(X[i], X[j])) for j in rare_rows)
        total[i] = sum(distances[-k:] if version == 2 else distances[:k])
    return sorted(rows, key=lambda i: (-total[i] if version == 3 else total[i], i))[:size]


def tomek_links(X, y):
    near = [nearest(X, i, range(len(X)), 1)[0] for i in range(len(X))]
    return [[i, near[i]] for i in range(len(X)) if i < near[i] and near[near[i]] == i and y[i] != y[near[i]]]


def edited(X, y, label, k, kind):
    """Return the rows of the class that stay."""
    stay = []
    for i in range(len(X)):
        if y[i] != label:
            continue
        votes = [y[j] for j in nearest(X, i, range(len(X)), k)]
        mode = max(sorted(set(votes)), key=votes.count)
        if (kind == "all" and set(votes) == {label}) or (kind == "mode" and mode == label):
            stay.append(i)
    return stay
