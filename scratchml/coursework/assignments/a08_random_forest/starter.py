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
    raise NotImplementedError("bootstrap is yours to write")


def out_of_bag(rows, n):
    """Return, for each of n rows, whether the sample ``rows`` does not hold it; (n,) booleans.

    >>> out_of_bag(np.array([0, 2, 2]), 3)
    array([False,  True, False])
    """
    raise NotImplementedError("out_of_bag is yours to write")


def chosen_features(keys, m):
    """Return the m features, (m,), whose keys, (d,), are smallest, ascending by number.

    >>> chosen_features(np.array([0.9, 0.1, 0.5]), 2)
    array([1, 2])
    """
    raise NotImplementedError("chosen_features is yours to write")


def vote(votes):
    """Return the label most trees give, (n,). votes is (trees, n), whole numbers from 0.

    >>> vote(np.array([[1, 0], [1, 2], [0, 1]]))
    array([1, 0])
    """
    raise NotImplementedError("vote is yours to write")


def mean_probabilities(probabilities):
    """Return the mean over the trees, (n, k). probabilities is (trees, n, k).

    >>> mean_probabilities(np.array([[[1.0, 0.0]], [[0.5, 0.5]]]))
    array([[0.75, 0.25]])
    """
    raise NotImplementedError("mean_probabilities is yours to write")


def oob_accuracy(probabilities, left_out, y):
    """Return the share of right labels. probabilities is (trees, n, k), left_out is (trees, n) booleans, y is (n,).

    >>> p = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]])
    >>> float(oob_accuracy(p, np.array([[True, False], [False, True]]), np.array([0, 0])))
    0.5
    """
    raise NotImplementedError("oob_accuracy is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
