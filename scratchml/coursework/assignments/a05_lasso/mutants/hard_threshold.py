"""Numbers beyond the threshold stay as they are; the soft threshold pulls them in too."""


def soft_threshold(z, t):
    """Keep or kill."""
    return z if abs(z) > t else 0.0
