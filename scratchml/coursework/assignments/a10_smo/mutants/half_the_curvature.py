"""The divisor has K_ij once; it is K_ii + K_jj - 2 K_ij."""


def update_pair(K, y, alpha, C, i, j):
    """Subtract K_ij once."""
    f, new = errors(K, y, alpha), alpha.astype(float)
    t = (f[j] - f[i]) / max(K[i, i] + K[j, j] - K[i, j], 1e-12)
    low_i, high_i = (-alpha[i], C - alpha[i]) if y[i] > 0 else (alpha[i] - C, alpha[i])
    low_j, high_j = (alpha[j] - C, alpha[j]) if y[j] > 0 else (-alpha[j], C - alpha[j])
    t = min(max(t, low_i, low_j), high_i, high_j)
    new[i] += y[i] * t
    new[j] -= y[j] * t
    return new
