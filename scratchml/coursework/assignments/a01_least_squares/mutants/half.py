"""The 2 that comes from the square is missing in the gradient."""


def gradient(X, y, w, b):
    """Return half the slope."""
    residual = predict(X, w, b) - y
    return X.T @ residual / len(y), residual.mean()
