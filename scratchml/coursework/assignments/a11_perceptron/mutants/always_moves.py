"""The weights move for every row; the perceptron learns from mistakes only."""


def update(x, y, w, b, rate):
    """Move always."""
    mistake = y * (x @ w + b) <= 0
    return w + rate * y * x, b + rate * y, bool(mistake)
