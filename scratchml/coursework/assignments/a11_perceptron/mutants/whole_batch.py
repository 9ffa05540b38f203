"""All rows are judged by the weights of the epoch's beginning; each must meet the weights the row before left."""


def epoch(X, y, w, b, rate):
    """Add all moves at the end."""
    wrong = y * (X @ w + b) <= 0
    return w + rate * (y[wrong][:, None] * X[wrong]).sum(axis=0), b + rate * y[wrong].sum(), int(wrong.sum())
