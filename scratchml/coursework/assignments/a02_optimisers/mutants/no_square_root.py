"""Adam divides by the root of the mean square; without the root the step's size depends on the slope's units."""


def adam_step(w, m, v, slope, t, rate, beta1, beta2, epsilon):
    """Forget the root."""
    m = beta1 * m + (1.0 - beta1) * slope
    v = beta2 * v + (1.0 - beta2) * slope**2
    return w - rate * (m / (1.0 - beta1**t)) / (v / (1.0 - beta2**t) + epsilon), m, v
