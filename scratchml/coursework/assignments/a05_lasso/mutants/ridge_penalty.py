"""The penalty sums squares (ridge); the lasso sums absolute values."""


def objective(X, y, w, alpha):
    """Square the weights."""
    return ((y - X @ w) ** 2).sum() / (2 * len(y)) + alpha * (w**2).sum()
