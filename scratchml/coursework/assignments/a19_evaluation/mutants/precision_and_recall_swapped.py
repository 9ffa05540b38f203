"""Precision and recall are swapped: precision divides by what was said, recall by what is there."""


def precision_recall_f1(y, labels):
    """Swap the two."""
    hits = int(((y == 1) & (labels == 1)).sum())
    said, there = int((labels == 1).sum()), int((y == 1).sum())
    f1 = 2 * hits / (said + there) if said + there else 0.0
    return hits / there if there else 0.0, hits / said if said else 0.0, f1
