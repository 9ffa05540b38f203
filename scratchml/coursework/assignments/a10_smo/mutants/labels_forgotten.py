"""The labels are missing in the sum: every support vector pulls the same way."""


def decision(K, y, alpha, b):
    """Forget y."""
    return alpha @ K + b
