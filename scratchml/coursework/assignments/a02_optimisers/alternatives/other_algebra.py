"""Armijo's rule with the change of a quadratic written out; the velocity in another order."""


def momentum_step(w, velocity, slope, rate, momentum):
    """Return where w goes and by how much."""
    new = w + momentum * velocity - rate * slope
    return new, new - w


def backtracking(A, b, w, p, c):
    """Use f(w + s p) - f(w) = s slope.p + s^2 p.A p / 2."""
    promised, bend, size, halvings = (A @ w - b) @ p, p @ A @ p, 1.0, 0
    while size * promised + 0.5 * size**2 * bend > c * size * promised and halvings < 30:
        size, halvings = size / 2.0, halvings + 1
    return size
