"""Nesterov looks ahead along the velocity; this looks back."""


def nesterov_point(w, velocity, momentum):
    """Subtract."""
    return w - momentum * velocity
