"""A neural network: backpropagation by hand.

Two layers of weighted sums with a bend between them. The slope of the loss runs backwards through the same products:
what goes forward by W comes back by W transposed. Write the functions below. Grade the file with ``scratchml course
grade a16_neural_network.py``.

References: D. Rumelhart, G. Hinton and R. Williams (1986), Learning representations by back-propagating errors;
X. Glorot and Y. Bengio (2010); N. Srivastava et al. (2014), Dropout.
"""

import numpy as np


def forward(X, W1, b1, W2, b2):
    """Return H, (n, h), and Z, (n, k). X is (n, d), W1 is (d, h), b1 is (h,), W2 is (h, k), b2 is (k,).

    >>> forward(np.array([[1.0]]), np.array([[2.0, -3.0]]), np.zeros(2), np.array([[1.0], [1.0]]), np.ones(1))
    (array([[2., 0.]]), array([[3.]]))
    """
    H = np.maximum(X @ W1 + b1, 0.0)
    return H, H @ W2 + b2


def loss(Z, Y):
    """Return half of the mean squared distance. Z and Y are (n, k).

    >>> float(loss(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0]])))
    2.0
    """
    return 0.5 * ((Z - Y) ** 2).sum(axis=1).mean()


def backward(X, Y, W1, b1, W2, b2):
    """Return the slopes in W1 (d, h), b1 (h,), W2 (h, k) and b2 (k,). X is (n, d), Y is (n, k).

    >>> backward(np.ones((1, 1)), np.zeros((1, 1)), np.ones((1, 1)), np.zeros(1), np.ones((1, 1)), np.zeros(1))
    (array([[1.]]), array([1.]), array([[1.]]), array([1.]))
    """
    H, Z = forward(X, W1, b1, W2, b2)
    slope_Z = (Z - Y) / len(X)
    slope_A = slope_Z @ W2.T * (H > 0)
    return X.T @ slope_A, slope_A.sum(axis=0), H.T @ slope_Z, slope_Z.sum(axis=0)


def glorot(u):
    """Return weights, (n_in, n_out), from draws u, (n_in, n_out).

    >>> glorot(np.array([[0.0, 0.5]])).round(4)
    array([[-1.4142,  0.    ]])
    """
    bound = np.sqrt(6.0 / (u.shape[0] + u.shape[1]))
    return (2.0 * u - 1.0) * bound


def dropout(H, u, rate):
    """Return H, (n, h), with numbers dropped. u is (n, h), draws; 0 <= rate < 1.

    >>> dropout(np.array([[3.0, 3.0]]), np.array([[0.1, 0.9]]), 0.5)
    array([[0., 6.]])
    """
    return np.where(u < rate, 0.0, H / (1.0 - rate))


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
