"""The columns are not centred: the first component then points at the mean."""


def covariance(X):
    """Skip the centring."""
    return X.T @ X / (len(X) - 1)
