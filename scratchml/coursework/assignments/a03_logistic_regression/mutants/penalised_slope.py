"""The penalty's slope is alpha times the weights; here it is alpha times the gradient itself."""


def gradient(X, y, w, b, alpha):
    """Take the wrong vector."""
    miss = sigmoid(X @ w + b) - y
    slope = X.T @ miss / len(y)
    return slope + alpha * slope, miss.mean()
