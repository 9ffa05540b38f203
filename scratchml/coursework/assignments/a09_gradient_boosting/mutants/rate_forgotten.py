"""The learning rate is forgotten: each stump is added in full."""

import numpy as np


def boost(X, y, n_rounds, rate):
    """Add whole stumps."""
    start = float(y.mean())
    answers, stumps = np.full(len(y), start), []
    for _ in range(n_rounds):
        stumps.append(fit_stump(X, y - answers))
        answers = answers + stump_answer(stumps[-1], X)
    return start, stumps
