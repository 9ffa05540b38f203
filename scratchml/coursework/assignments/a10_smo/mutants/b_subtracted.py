"""b is subtracted; here it is added (Platt's paper writes it with a minus)."""


def decision(K, y, alpha, b):
    """Use Platt's sign."""
    return (alpha * y) @ K - b
