"""The move is not cut: alphas leave the box from 0 to C."""


def update_pair(K, y, alpha, C, i, j):
    """Skip the bounds."""
    f, new = errors(K, y, alpha), alpha.astype(float)
    t = (f[j] - f[i]) / max(K[i, i] + K[j, j] - 2.0 * K[i, j], 1e-12)
    new[i] += y[i] * t
    new[j] -= y[j] * t
    return new
