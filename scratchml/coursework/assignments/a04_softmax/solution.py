"""Softmax regression: one line for each class.

Each class has a line; the softmax turns the k scores of a row into probabilities that sum to 1.
Write the functions below. Grade the file with ``scratchml course grade a04_softmax.py``.

References: C. M. Bishop (2006), Pattern recognition and machine learning, section 4.3.4.
"""

import numpy as np


def softmax(Z):
    """Return probabilities. Z is (n, k), scores; the answer is (n, k), each row sums to 1.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def one_hot(y, k):
    """Return y, (n,) labels from 0 to k - 1, as an (n, k) table of 0 and 1.

    >>> one_hot(np.array([1, 0]), 3)
    array([[0., 1., 0.],
           [1., 0., 0.]])
    """
    return np.eye(k)[y]


def cross_entropy(Z, y):
    """Return the mean of minus the log-probability of the right class. Z is (n, k), scores; y is (n,).

    >>> float(round(cross_entropy(np.array([[0.0, 0.0]]), np.array([1])), 4))
    0.6931
    """
    largest = Z.max(axis=1)
    log_sum = largest + np.log(np.exp(Z - largest[:, None]).sum(axis=1))
    return np.mean(log_sum - Z[np.arange(len(y)), y])


def gradient(X, y, W, b):
    """Return the slope of the mean cross-entropy in W, (d, k), and in b, (k,). X is (n, d), y is (n,).

    >>> gradient(np.array([[2.0]]), np.array([0]), np.zeros((1, 2)), np.zeros(2))
    (array([[-1.,  1.]]), array([-0.5,  0.5]))
    """
    miss = softmax(X @ W + b) - one_hot(y, W.shape[1])
    return X.T @ miss / len(y), miss.mean(axis=0)


def classify(Z):
    """Return the class of each row of scores Z, (n, k); of equal scores the lowest class.

    >>> classify(np.array([[1.0, 3.0, 2.0], [5.0, 5.0, 0.0]]))
    array([1, 0])
    """
    return Z.argmax(axis=1)


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
