"""The intercept is penalised like a weight; only the weights should be."""


def gradient(X, y, w, b, alpha):
    """Return slopes with alpha b in the intercept's."""
    miss = sigmoid(X @ w + b) - y
    return X.T @ miss / len(y) + alpha * w, miss.mean() + alpha * b
