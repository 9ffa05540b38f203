"""w moves by the old velocity; it should move by the new one."""


def momentum_step(w, velocity, slope, rate, momentum):
    """Move before updating."""
    return w + velocity, momentum * velocity - rate * slope
