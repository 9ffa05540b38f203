"""k-means of one column: edges half way between centres, without a distance being measured.

Idea
----
Of sorted values each cluster is a stretch, cut half way between two centres. With the sums of all values up to each
place known beforehand, a stretch's mean is the difference of two of them: an iteration takes k searches, not n k
distances.

Cost
----
O(n log n) to sort, then O(k log n) an iteration.

References
----------
S. P. Lloyd (1982), "Least squares quantization in PCM", IEEE Trans. Information Theory 28, 129-137.
"""

from __future__ import annotations

import numpy as np

from ..core.typing import FloatArray


def centre_edges(column: FloatArray, weight: FloatArray, k: int) -> FloatArray:
    """Return the edges (k - 1,) half way between the centres of one-dimensional k-means, started from equal bins.

    column, weight (n,): read. Values of weight 0 do not count where the bins begin and end.
    """
    equal = np.linspace(column[weight > 0].min(), column[weight > 0].max(), k + 1)
    # Both ends are equally far from their centres, so rounding decides which moves first: in the reference's order.
    middle = column.mean()
    order = np.argsort(column)
    values, weight = column[order] - middle, weight[order]
    centres = 0.5 * (equal[1:] + equal[:-1]) - middle
    before = np.concatenate([[0.0], np.cumsum(weight * values)])
    weight_before = np.concatenate([[0.0], np.cumsum(weight)])
    limit = 1e-4 * values.var()
    ends = np.empty(0)
    for _ in range(300):
        cuts = np.searchsorted(values, 0.5 * (centres[1:] + centres[:-1]), side="right")
        now = np.concatenate([[0], cuts, [len(values)]])
        for j in np.flatnonzero(centres[1:] == centres[:-1])[::-1]:  # of equal centres the first has all, others none
            now[j + 1] = now[j + 2]
        counts = np.diff(weight_before[now])
        sums = np.diff(before[now])
        empty = np.flatnonzero(counts == 0)
        if len(empty):  # as k-means does: the farthest values become centres of their own
            labels = np.repeat(np.arange(k), np.diff(now))
            distance = (values - centres[labels]) ** 2
            far = np.argsort(distance)[-len(empty) :]
            if distance[far[-1]] > 0:
                np.subtract.at(sums, labels[far], weight[far] * values[far])
                np.subtract.at(counts, labels[far], weight[far])
                sums[empty], counts[empty] = weight[far] * values[far], weight[far]
        largest = counts.argmax()  # where fewer values than bins are there, its centre stands for those left over
        means = np.where(counts > 0, sums / np.where(counts > 0, counts, 1.0), sums[largest] / counts[largest])
        moved = float(((means - centres) ** 2).sum())
        centres = np.sort(means)
        if np.array_equal(now, ends) or moved <= limit:
            break
        ends = now
    edges: FloatArray = 0.5 * (centres[1:] + centres[:-1]) + middle
    return edges
