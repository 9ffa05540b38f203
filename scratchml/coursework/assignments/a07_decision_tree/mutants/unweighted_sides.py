"""The two sides count equally; a side must count by its share of the rows."""


def split_gain(y, mask):
    """Take the plain mean."""
    return gini(y) - 0.5 * gini(y[mask]) - 0.5 * gini(y[~mask])
