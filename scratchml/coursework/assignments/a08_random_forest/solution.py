"""A random forest: many trees that disagree.

Trees that each see another sample of rows and other features make different mistakes; their mean makes fewer. And the
rows a tree did not see test it for free. Write the functions below. Grade the file with ``scratchml course grade
a08_random_forest.py``.

References: L. Breiman (2001), Random forests; L. Breiman (1996), Bagging predictors.
"""

import numpy as np


def bootstrap(u):
    """Return the row numbers, (n,), of a bootstrap sample. u is (n,), draws from [0, 1).

    >>> bootstrap(np.array([0.1, 0.5, 0.99]))
    array([0, 1, 2])
    """
    return np.floor(u * len(u)).astype(int)


def out_of_bag(rows, n):
    """Return, for each of n rows, whether the sample ``rows`` does not hold it; (n,) booleans.

    >>> out_of_bag(np.array([0, 2, 2]), 3)
    array([False,  True, False])
    """
    left_out = np.ones(n, dtype=bool)
    left_out[rows] = False
    return left_out


def chosen_features(keys, m):
    """Return the m features, (m,), whose keys, (d,), are smallest, ascending by number.

    >>> chosen_features(np.array([0.9, 0.1, 0.5]), 2)
    array([1, 2])
    """
    return np.sort(np.argsort(keys, kind="stable")[:m])


def vote(votes):
    """Return the label most trees give, (n,). votes is (trees, n), whole numbers from 0.

    >>> vote(np.array([[1, 0], [1, 2], [0, 1]]))
    array([1, 0])
    """
    return np.array([np.bincount(column).argmax() for column in votes.T])


def mean_probabilities(probabilities):
    """Return the mean over the trees, (n, k). probabilities is (trees, n, k).

    >>> mean_probabilities(np.array([[[1.0, 0.0]], [[0.5, 0.5]]]))
    array([[0.75, 0.25]])
    """
    return probabilities.mean(axis=0)


def oob_accuracy(probabilities, left_out, y):
    """Return the share of right labels. probabilities is (trees, n, k), left_out is (trees, n) booleans, y is (n,).

    >>> p = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]])
    >>> float(oob_accuracy(p, np.array([[True, False], [False, True]]), np.array([0, 0])))
    0.5
    """
    sums = (probabilities * left_out[:, :, None]).sum(axis=0)
    judged = left_out.any(axis=0)
    if not judged.any():
        return 0.0
    return (sums.argmax(axis=1) == y)[judged].mean()


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
