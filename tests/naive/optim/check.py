"""The slope of a loss by differences so narrow that no error is left, in exact fractions."""

from fractions import Fraction


def slopes(loss, w):
    """Return d loss / d w_f for a loss that can be worked out in fractions."""
    w, h, found = [Fraction(x) for x in w], Fraction(1, 10**30), []
    for f in range(len(w)):
        right, left = list(w), list(w)
        right[f] += h
        left[f] -= h
        found.append(float((loss(right) - loss(left)) / (2 * h)))
    return found
