"""The smallest score wins; the largest should."""


def classify(Z):
    """Use argmin."""
    return Z.argmin(axis=1)
