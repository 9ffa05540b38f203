"""The intercept never moves: the boundary stays tied to where it began."""


def update(x, y, w, b, rate):
    """Move w only."""
    mistake = y * (x @ w + b) <= 0
    if mistake:
        w = w + rate * y * x
    return w, b, bool(mistake)
