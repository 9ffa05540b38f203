"""b is averaged over all support vectors; those at C lie inside the street and say nothing exact."""


def intercept(K, y, alpha, C):
    """Use alpha > 0."""
    f, (up, down) = errors(K, y, alpha), movable(y, alpha, C)
    if (alpha > 0).any():
        return -f[alpha > 0].mean() + 0.0
    return -(f[down].max() + f[up].min()) / 2.0 + 0.0
