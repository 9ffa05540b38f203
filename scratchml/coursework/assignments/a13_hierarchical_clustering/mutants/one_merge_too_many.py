"""One merge too many is done: k clusters are left after n - k merges."""

import numpy as np


def cut(merges, k):
    """Merge n - k + 1 times."""
    n = len(merges) + 1
    members = {i: [i] for i in range(n)}
    for t, (i, j, _, _) in enumerate(merges[: n - k + 1]):
        members[n + t] = members.pop(int(i)) + members.pop(int(j))
    labels = np.zeros(n, dtype=int)
    for label, rows in enumerate(sorted(members.values(), key=min)):
        labels[rows] = label
    return labels
