"""Optimisers: seven ways downhill.

All of them see the slope where they stand. They differ in what they remember of the slopes before.
Write the functions below. Grade the file with ``scratchml course grade a02_optimisers.py``.

References: B. Polyak (1964), momentum; Y. Nesterov (1983); L. Armijo (1966); D. Kingma and J. Ba (2015), Adam.
"""

import numpy as np


def gradient_step(w, slope, rate):
    """Return the new w, (d,). slope is (d,), rate is the learning rate.

    >>> gradient_step(np.array([1.0, 2.0]), np.array([2.0, -2.0]), 0.5)
    array([0., 3.])
    """
    return w - rate * slope


def momentum_step(w, velocity, slope, rate, momentum):
    """Return the new w and the new velocity, both (d,).

    >>> momentum_step(np.array([1.0]), np.array([2.0]), np.array([4.0]), 0.5, 0.5)
    (array([0.]), array([-1.]))
    """
    velocity = momentum * velocity - rate * slope
    return w + velocity, velocity


def nesterov_point(w, velocity, momentum):
    """Return the place, (d,), where Nesterov's method takes its gradient.

    >>> nesterov_point(np.array([1.0]), np.array([2.0]), 0.5)
    array([2.])
    """
    return w + momentum * velocity


def adam_step(w, m, v, slope, t, rate, beta1, beta2, epsilon):
    """Return the new w, m and v, all (d,), after step t = 1, 2, ...

    >>> w, m, v = adam_step(np.array([1.0]), np.zeros(1), np.zeros(1), np.array([4.0]), 1, 0.5, 0.5, 0.75, 0.0)
    >>> w, m, v
    (array([0.5]), array([2.]), array([4.]))
    """
    m = beta1 * m + (1.0 - beta1) * slope
    v = beta2 * v + (1.0 - beta2) * slope**2
    m_hat, v_hat = m / (1.0 - beta1**t), v / (1.0 - beta2**t)
    return w - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def backtracking(A, b, w, p, c):
    """Return the first step size of 1, 1/2, 1/4, ... that Armijo's rule accepts. A is (d, d), b, w, p are (d,).

    >>> backtracking(np.array([[2.0]]), np.zeros(1), np.array([1.0]), np.array([-2.0]), 0.1)
    0.5
    """

    def f(w):
        return 0.5 * w @ A @ w - b @ w

    slope, size = A @ w - b, 1.0
    for _ in range(30):
        if f(w + size * p) <= f(w) + c * size * (slope @ p):
            break
        size /= 2.0
    return size


def clip(slope, most):
    """Return the gradient, (d,), with a length of at most ``most``.

    >>> clip(np.array([3.0, 4.0]), 1.0)
    array([0.6, 0.8])
    """
    length = np.sqrt(slope @ slope)
    return slope * (most / length) if length > most else slope.copy()


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
