"""Ward's formula speaks of squared distances; here they are not squared."""


def merged_distance(method, d_ac, d_bc, d_ab, n_a, n_b, n_c):
    """Forget the squares."""
    if method == "single":
        return min(d_ac, d_bc)
    if method == "complete":
        return max(d_ac, d_bc)
    if method == "average":
        return (n_a * d_ac + n_b * d_bc) / (n_a + n_b)
    return ((n_a + n_c) * d_ac + (n_b + n_c) * d_bc - n_c * d_ab) / (n_a + n_b + n_c)
