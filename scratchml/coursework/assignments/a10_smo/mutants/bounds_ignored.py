"""Rows at a bound are chosen although they cannot move that way."""


def violating_pair(K, y, alpha, C):
    """Look at all rows."""
    f = errors(K, y, alpha)
    i, j = int(f.argmin()), int(f.argmax())
    return i, j, f[j] - f[i]
