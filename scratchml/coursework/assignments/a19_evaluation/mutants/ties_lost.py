"""Equal scores count nothing; each such pair counts one half."""


def roc_auc(y, scores):
    """Count wins only."""
    return (scores[y == 1][:, None] > scores[y == 0][None, :]).mean()
