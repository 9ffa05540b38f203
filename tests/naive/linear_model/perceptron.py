"""Rosenblatt's rule with fractions: no number is ever rounded."""

from fractions import Fraction


def perceptron(X, y, epochs, eta0=1):
    """Return (w, b, mistakes [(epoch, row), ...]) after so many epochs over the rows in their order; y is -1 or 1."""
    w, b, mistakes = [Fraction(0)] * len(X[0]), Fraction(0), []
    for epoch in range(1, epochs + 1):
        for i, (x, label) in enumerate(zip(X, y)):
            row = [Fraction(v) for v in x]
            if label * (sum(a * c for a, c in zip(w, row)) + b) <= 0:
                w = [a + Fraction(eta0) * label * c for a, c in zip(w, row)]
                b += Fraction(eta0) * label
                mistakes.append((epoch, i))
    return w, b, mistakes
