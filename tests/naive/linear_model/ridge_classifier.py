"""Ridge regression on signs, one class against the rest, by exact fractions."""

from tests.naive.linear_model.ridge import ridge


def decide(X, y, alpha, rows):
    """Return the class of each of `rows`: that whose regression on -1 and +1 predicts most."""
    classes = sorted(set(y))
    fits = [ridge(X, [1.0 if label == k else -1.0 for label in y], alpha) for k in classes]
    found = []
    for row in rows:
        values = [b + sum(u * v for u, v in zip(row, w)) for w, b in fits]
        found.append(classes[values.index(max(values))])
    return found
