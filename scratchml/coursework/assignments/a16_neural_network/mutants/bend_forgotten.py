"""Slopes pass units that let nothing through: relu's slope is 0 there."""


def backward(X, Y, W1, b1, W2, b2):
    """Forget the mask."""
    H, Z = forward(X, W1, b1, W2, b2)
    slope_Z = (Z - Y) / len(X)
    slope_A = slope_Z @ W2.T
    return X.T @ slope_A, slope_A.sum(axis=0), H.T @ slope_Z, slope_Z.sum(axis=0)
