"""F1 is the harmonic mean of precision and recall, not the arithmetic one."""


def precision_recall_f1(y, labels):
    """Average."""
    hits = int(((y == 1) & (labels == 1)).sum())
    said, there = int((labels == 1).sum()), int((y == 1).sum())
    precision, recall = hits / said if said else 0.0, hits / there if there else 0.0
    return precision, recall, (precision + recall) / 2
