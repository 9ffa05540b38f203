"""The perceptron: learn from mistakes only.

The first learning rule that was proved to work: if a line separates the classes, finitely many mistakes are made, at
most (R / margin)^2 of them. Write the functions below. Grade the file with ``scratchml course grade
a11_perceptron.py``.

References: F. Rosenblatt (1958), The perceptron; A. Novikoff (1962), On convergence proofs for perceptrons.
"""

import numpy as np


def score(X, w, b):
    """Return the signed side of each row. X is (n, d), w is (d,), b is a number; the answer is (n,).

    >>> score(np.array([[1.0, 2.0]]), np.array([1.0, -1.0]), 0.5)
    array([-0.5])
    """
    raise NotImplementedError("score is yours to write")


def update(x, y, w, b, rate):
    """Return the new w (d,), the new b and whether the row was a mistake. x is (d,), y is -1 or +1.

    >>> w, b, mistake = update(np.array([1.0, 2.0]), -1, np.array([0.0, 0.0]), 0.0, 1.0)
    >>> w, b, bool(mistake)
    (array([-1., -2.]), -1.0, True)
    """
    raise NotImplementedError("update is yours to write")


def epoch(X, y, w, b, rate):
    """Return w, b and the number of mistakes after one visit of every row in order. X is (n, d), y is (n,).

    >>> w, b, mistakes = epoch(np.array([[1.0], [-1.0]]), np.array([1, -1]), np.zeros(1), 0.0, 1.0)
    >>> w, float(b), mistakes
    (array([2.]), 0.0, 2)
    """
    raise NotImplementedError("epoch is yours to write")


def perceptron(X, y, rate, max_epochs):
    """Return w (d,), b and the epochs used, the last one without a mistake included.

    >>> w, b, epochs = perceptron(np.array([[1.0], [-1.0]]), np.array([1, -1]), 1.0, 10)
    >>> w, float(b), epochs
    (array([2.]), 0.0, 2)
    """
    raise NotImplementedError("perceptron is yours to write")


def margin(X, y, w, b):
    """Return the smallest signed distance of a row to the boundary. w is not zero.

    >>> float(margin(np.array([[3.0, 4.0], [6.0, 8.0]]), np.array([1, 1]), np.array([3.0, 4.0]), 0.0))
    5.0
    """
    raise NotImplementedError("margin is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
