"""The threshold is applied after dividing by the column's length; it belongs before."""


def coordinate_step(X, y, w, alpha, f):
    """Divide first."""
    new, n = w.astype(float), len(y)
    length = (X[:, f] ** 2).sum() / n
    if length == 0:
        new[f] = 0.0
        return new
    rest = y - X @ w + X[:, f] * w[f]
    new[f] = soft_threshold(X[:, f] @ rest / n / length, alpha)
    return new
