"""The gap is measured from the neighbour; it starts at the seed."""

import numpy as np


def smote(minority, seeds, picks, gaps):
    """Swap the ends."""
    squares = ((minority[:, None, :] - minority[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(squares, np.inf)
    order = np.argsort(squares, axis=1, kind="stable")
    x, neighbour = minority[seeds], minority[order[seeds, picks]]
    return neighbour + gaps[:, None] * (x - neighbour)
