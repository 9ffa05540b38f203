"""Each loss from its definition, in 60-digit numbers; slopes by differences far below float64's rounding."""

from decimal import Decimal, getcontext, localcontext


def loss(name, p, z, y):
    z, y, p = Decimal(z), Decimal(y), Decimal(p)
    distance, margin = abs(y - z), y * z
    if name == "squared_error":
        return distance**2 / 2
    if name == "huber":
        return distance**2 / 2 if distance <= p else p * (distance - p / 2)
    if name == "epsilon_insensitive":
        return max(distance - p, Decimal(0))
    if name == "squared_epsilon_insensitive":
        return max(distance - p, Decimal(0)) ** 2
    if name == "log_loss":
        return (1 + (-margin).exp()).ln()
    if name in ("hinge", "perceptron"):
        return max(p - margin, Decimal(0))
    if name == "squared_hinge":
        return max(p - margin, Decimal(0)) ** 2
    if name == "modified_huber":
        return max(1 - margin, Decimal(0)) ** 2 if margin >= -1 else -4 * margin
    raise KeyError(name)


def value(name, p, z, y):
    with localcontext() as context:
        context.prec = 60
        return float(loss(name, p, z, y))


def derivatives(name, p, z, y):
    """Return the first and second derivative in z, away from kinks."""
    with localcontext() as context:
        context.prec = 60
        h = Decimal(10) ** -15
        assert getcontext().prec == 60
        low, mid, high = (loss(name, p, Decimal(z) + shift, y) for shift in (-h, 0, h))
        return float((high - low) / (2 * h)), float((high - 2 * mid + low) / h**2)
