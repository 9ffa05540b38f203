"""The penalty's slope has the wrong sign: it pushes weights away from zero."""


def gradient(X, y, w, b, alpha):
    """Return slopes with the penalty turned round."""
    miss = sigmoid(X @ w + b) - y
    return X.T @ miss / len(y) - alpha * w, miss.mean()
