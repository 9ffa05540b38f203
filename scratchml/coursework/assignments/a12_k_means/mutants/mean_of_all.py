"""The sum of a cluster's points is divided by the number of all points, not of its own."""


def update_centres(X, labels, centres):
    """Return sums over n."""
    new = centres.copy()
    for j in range(centres.shape[0]):
        if (labels == j).any():
            new[j] = X[labels == j].sum(axis=0) / X.shape[0]
    return new
