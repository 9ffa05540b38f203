"""A column transformer written out: pick the columns number by number, transform, write the results in a row."""

import copy


def pick(X, columns):
    """Return these columns of a list of rows."""
    return [[row[j] for j in columns] for row in X]


def fit_transform(transformers, remainder, X, X_new):
    """Return X_new transformed by copies fitted to X: (transformer or word, columns) in order, then what is left.

    `remainder` is "drop" or "passthrough".
    """
    taken = {j for _, columns in transformers for j in columns}
    rest = [j for j in range(len(X[0])) if j not in taken]
    result = [[] for _ in X_new]
    for transformer, columns in [*transformers, (remainder, rest)]:
        if transformer == "drop" or not columns:
            continue
        if transformer == "passthrough":
            part = pick(X_new, columns)
        else:
            part = copy.deepcopy(transformer).fit(pick(X, columns)).transform(pick(X_new, columns))
        for row, values in zip(result, part):
            row.extend(float(value) for value in values)
    return result
