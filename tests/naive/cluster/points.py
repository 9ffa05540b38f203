"""The rows cell by cell: centred, on their side, with their squared norms."""


def centred(X, mean):
    return [[float(v) - float(m) for v, m in zip(row, mean)] for row in X]


def on_their_side(X, mean, size):
    """Return blocks[b][f][i], feature f of row b * size + i; zero where there is no such row."""
    rows = centred(X, mean)
    rows += [[0.0] * len(rows[0])] * (-len(rows) % size)
    return [[[row[f] for row in rows[b : b + size]] for f in range(len(rows[0]))] for b in range(0, len(rows), size)]


def squared_norms(rows):
    return [sum(v * v for v in row) for row in rows]
