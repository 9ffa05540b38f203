"""Variances are taken about the mean of all rows; each component has its own."""


def update(X, R):
    """Use the wrong centre."""
    counts = R.sum(axis=0)
    variances = (R[:, :, None] * ((X - X.mean(axis=0)) ** 2)[:, None, :]).sum(axis=0) / counts[:, None]
    return counts / len(X), R.T @ X / counts[:, None], variances + 1e-6
