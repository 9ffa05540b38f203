"""k-means: put k centres where the points are.

Each point belongs to its nearest centre, each centre is the mean of its points; say the two in turn until nothing
moves. Write the functions below. Grade the file with ``scratchml course grade a12_k_means.py``; run it with Python to
watch your own functions at work.

References: S. P. Lloyd (1982), Least squares quantization in PCM; D. Arthur and S. Vassilvitskii (2007), k-means++.
"""

import numpy as np


def assign_points(X, centres):
    """Return the number of the nearest centre of each point.

    X is (n, d), centres is (k, d); the answer is (n,), whole numbers. Of several nearest centres the lowest number
    wins.

    >>> assign_points(np.array([[0.0, 0.0], [5.0, 4.0]]), np.array([[1.0, 0.0], [4.0, 4.0]]))
    array([0, 1])
    """
    raise NotImplementedError("assign_points is yours to write")


def update_centres(X, labels, centres):
    """Return the new centres: the mean of each centre's points.

    X is (n, d), labels is (n,), centres is (k, d); the answer is (k, d). A centre without points stays where it is.

    >>> update_centres(np.array([[0.0], [2.0], [9.0]]), np.array([0, 0, 1]), np.array([[0.0], [8.0]]))
    array([[1.],
           [9.]])
    """
    raise NotImplementedError("update_centres is yours to write")


def inertia(X, labels, centres):
    """Return the sum of the squared distances of the points to their own centres.

    X is (n, d), labels is (n,), centres is (k, d); the answer is a number.

    >>> float(inertia(np.array([[0.0], [2.0]]), np.array([0, 0]), np.array([[1.0]])))
    2.0
    """
    raise NotImplementedError("inertia is yours to write")


def seeding_probabilities(X, chosen):
    """Return the probability of each point to be the next centre of k-means++.

    X is (n, d), chosen is (m, d), the centres so far; the answer is (n,) and sums to 1.

    >>> seeding_probabilities(np.array([[0.0], [1.0], [2.0]]), np.array([[0.0]]))
    array([0. , 0.2, 0.8])
    """
    raise NotImplementedError("seeding_probabilities is yours to write")


def k_means(X, centres, n_iterations):
    """Return the centres (k, d) and labels (n,) of Lloyd's algorithm from the given centres.

    X is (n, d). Stop when the labels no longer change, or after n_iterations rounds of assign and update.
    The labels returned are those of the centres returned.

    >>> k_means(np.array([[0.0], [2.0], [9.0]]), np.array([[0.0], [2.0]]), 10)[1]
    array([0, 0, 1])
    """
    raise NotImplementedError("k_means is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
