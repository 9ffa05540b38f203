"""Row by row."""

import numpy as np


def stratified_folds(y, k):
    """Count the rows seen of each class."""
    seen, folds = {}, []
    for label in y.tolist():
        folds.append(seen.get(label, 0) % k)
        seen[label] = seen.get(label, 0) + 1
    return np.array(folds)


def smote(minority, seeds, picks, gaps):
    """Sort the others of each seed."""
    rows = []
    for seed, pick, gap in zip(seeds, picks, gaps):
        x = minority[seed]
        others = sorted((float(((x - z) ** 2).sum()), i) for i, z in enumerate(minority) if i != seed)
        rows.append((1 - gap) * x + gap * minority[others[pick][1]])
    return np.array(rows)


def standardise(train, test):
    """Go column by column."""
    out = np.zeros(test.shape)
    for f in range(test.shape[1]):
        mean, spread = train[:, f].mean(), train[:, f].std()
        out[:, f] = (test[:, f] - mean) / (spread or 1.0)
    return out
