"""The missing indicator, cell by cell."""


def mark(X, only_missing=True):
    """Return (columns, rows of True and False): where X differs from itself."""
    holes = [[x != x for x in row] for row in X]
    columns = [f for f in range(len(X[0])) if not only_missing or any(row[f] for row in holes)]
    return columns, [[row[f] for f in columns] for row in holes]
