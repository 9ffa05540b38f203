"""The encoders as their definitions say, value by value."""


def categories_of(X):
    """Return the sorted distinct values of each column."""
    return [sorted(set(column)) for column in zip(*X)]


def OrdinalEncoder(X):
    """Number the categories."""
    found = categories_of(X)
    return [[float(categories.index(x)) for x, categories in zip(row, found)] for row in X]


def OneHotEncoder(X):
    """Write 1 for the category that is there, 0 for the others."""
    found = categories_of(X)
    return [[float(x == c) for x, categories in zip(row, found) for c in categories] for row in X]


def TargetEncoder(X, y, smooth):
    """Return the smoothed mean of y for each category of each column (equation 7 of Micci-Barreca)."""
    mean = sum(y) / len(y)
    encoded = []
    for row in X:
        values = []
        for f, x in enumerate(row):
            those = [t for other, t in zip(X, y) if other[f] == x]
            values.append((sum(those) + smooth * mean) / (len(those) + smooth))
        encoded.append(values)
    return encoded
