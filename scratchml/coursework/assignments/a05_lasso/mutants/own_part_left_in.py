"""The residual still contains feature f's own part: take it out before asking what f can explain."""


def coordinate_step(X, y, w, alpha, f):
    """Forget to add x_f w_f."""
    new, n = w.astype(float), len(y)
    length = (X[:, f] ** 2).sum() / n
    new[f] = soft_threshold(X[:, f] @ (y - X @ w) / n, alpha) / length if length else 0.0
    return new
