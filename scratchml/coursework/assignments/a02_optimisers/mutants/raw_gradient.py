"""The velocity adds the raw gradient without the learning rate: steps become far too long."""


def momentum_step(w, velocity, slope, rate, momentum):
    """Forget the rate."""
    velocity = momentum * velocity - slope
    return w + velocity, velocity
