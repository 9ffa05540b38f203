"""Honest evaluation: metrics, folds, and rare classes.

A number is only as good as the rows it was measured on. Nothing about the test rows may be known when a model is made.
Write the functions below. Grade the file with ``scratchml course grade a19_evaluation.py``.

References: T. Fawcett (2006), An introduction to ROC analysis; N. Chawla et al. (2002), SMOTE: synthetic minority
over-sampling technique.
"""

import numpy as np


def confusion_matrix(y, labels, k):
    """Return counts, (k, k): rows are true classes, columns are labels. y and labels are (n,), whole numbers below k.

    >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)
    array([[1, 1],
           [0, 1]])
    """
    raise NotImplementedError("confusion_matrix is yours to write")


def precision_recall_f1(y, labels):
    """Return three numbers. y and labels are (n,) of 0 and 1.

    >>> precision_recall_f1(np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0]))
    (0.5, 0.5, 0.5)
    """
    raise NotImplementedError("precision_recall_f1 is yours to write")


def roc_auc(y, scores):
    """Return the area under the ROC curve. y is (n,) of 0 and 1, both there; scores is (n,).

    >>> float(roc_auc(np.array([0, 1, 1]), np.array([0.1, 0.1, 0.9])))
    0.75
    """
    raise NotImplementedError("roc_auc is yours to write")


def stratified_folds(y, k):
    """Return the fold, 0 .. k - 1, of each row. y is (n,), whole numbers.

    >>> stratified_folds(np.array([5, 5, 7, 5]), 2)
    array([0, 1, 0, 0])
    """
    raise NotImplementedError("stratified_folds is yours to write")


def smote(minority, seeds, picks, gaps):
    """Return new rows, (m, d). minority is (n, d), seeds and picks are (m,) whole numbers, gaps is (m,) in [0, 1].

    >>> smote(np.array([[0.0], [2.0], [10.0]]), np.array([0]), np.array([0]), np.array([0.5]))
    array([[1.]])
    """
    raise NotImplementedError("smote is yours to write")


def standardise(train, test):
    """Return the test rows, (m, d), in units of the training rows, (n, d).

    >>> standardise(np.array([[0.0, 1.0], [2.0, 1.0]]), np.array([[3.0, 4.0]]))
    array([[2., 3.]])
    """
    raise NotImplementedError("standardise is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
