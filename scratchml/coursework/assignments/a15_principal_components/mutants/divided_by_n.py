"""The covariance is divided by n; with the mean taken from the same rows it is n - 1."""


def covariance(X):
    """Divide by n."""
    A, _ = centre(X)
    return A.T @ A / len(X)
