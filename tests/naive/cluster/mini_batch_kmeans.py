"""Mini-batch k-means as the paper tells it: each row moves its centre by the share 1 / (rows seen)."""

from tests.naive.cluster.lloyd import nearest


def pull(centres, seen, rows, weights):
    """Label all rows by the centres as they are; then let each row move its own. Changes centres and seen."""
    labels = [nearest(x, centres) for x in rows]
    for x, w, j in zip(rows, weights, labels):
        if w > 0:
            seen[j] += w
            rate = w / seen[j]
            centres[j] = [(1 - rate) * c + rate * v for c, v in zip(centres[j], x)]
    return labels


def mini_batch_kmeans(batches, centres):
    """Return (centres, seen, labels of the last batch) after some batches, without reassignment."""
    centres, seen = [list(map(float, c)) for c in centres], [0.0] * len(centres)
    for rows in batches:
        labels = pull(centres, seen, [list(map(float, x)) for x in rows], [1.0] * len(rows))
    return centres, seen, labels
