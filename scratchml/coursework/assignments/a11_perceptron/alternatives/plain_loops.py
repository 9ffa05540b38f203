"""Number by number."""


def score(X, w, b):
    """Return the scores as a list."""
    return [sum(a * c for a, c in zip(row, w)) + b for row in X]


def epoch(X, y, w, b, rate):
    """Visit by index."""
    count = 0
    for i in range(len(y)):
        if y[i] * (sum(X[i] * w) + b) <= 0:
            w, b, count = w + rate * y[i] * X[i], b + rate * y[i], count + 1
    return w, b, count
