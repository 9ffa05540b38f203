"""How the evaluation assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import exact


def labelled(rng):
    """Return true classes, labels, k."""
    n, k = int(rng.integers(1, 25)), int(rng.integers(2, 5))
    return rng.integers(0, k, size=n), rng.integers(0, k, size=n), k


def two_classes(rng):
    """Return true classes and labels of 0 and 1; sometimes a class is not there."""
    n = int(rng.integers(1, 12))
    return tuple((rng.uniform(size=n) < share).astype(np.int64) for share in (rng.uniform(), rng.uniform()))


def scored(rng):
    """Return classes, both there, and scores with ties."""
    n = int(rng.integers(2, 25))
    y = rng.integers(0, 2, size=n)
    y[:2] = 0, 1
    return y, np.round(rng.normal(size=n) + 0.5 * y, 1)


def classes(rng):
    """Return classes in any order and a number of folds."""
    return rng.integers(0, 4, size=int(rng.integers(2, 25))) * 3, int(rng.integers(2, 6))


def rare(rng):
    """Return minority rows on a grid and what to make of them."""
    n, d, m = int(rng.integers(3, 10)), int(rng.integers(1, 4)), int(rng.integers(1, 8))
    minority = np.round(rng.normal(size=(n, d)) * 6) / 2
    return minority, rng.integers(0, n, size=m), rng.integers(0, n - 1, size=m), np.round(rng.uniform(size=m), 2)


def two_parts(rng):
    """Return training and test rows with different means."""
    d = int(rng.integers(1, 4))
    train = np.round(rng.normal(size=(int(rng.integers(2, 12)), d)) * 3, 1)
    return train, np.round(rng.normal(size=(int(rng.integers(1, 6)), d)) + 5.0, 1)


def order_alone_counts(rng, call):
    """A rising function of the scores changes nothing."""
    y, scores = scored(rng)
    same = abs(float(call(y, scores)) - float(call(y, np.exp(scores)))) < 1e-12
    return None if same else "the AUC changes when the scores are replaced by their exponentials"


def folds_are_fair(rng, call):
    """The folds' shares of a class differ by one row at most."""
    y, k = classes(rng)
    folds = np.asarray(call(y, k))
    for label in np.unique(y):
        counts = np.bincount(folds[y == label], minlength=k)
        if counts.max() - counts.min() > 1:
            return "one fold has two rows of a class more than another"
    return None


def one_row_as_many(rng, call):
    """A test row's numbers do not depend on the other test rows."""
    train, test = two_parts(rng)
    same = np.allclose(np.asarray(call(train, test))[:1], call(train, test[:1]))
    return None if same else "a test row changes when it comes alone: the test rows' own mean was used"


QUESTIONS = {
    "confusion_matrix": Question(
        labelled,
        edges={"one row": (np.array([1]), np.array([0]), 2)},
        same=exact(),
        growth=Growth(
            lambda rng, n: (rng.integers(0, 3, size=n), rng.integers(0, 3, size=n), 3),
            1.0,
            reason="One pass over the rows counts all cells.",
        ),
    ),
    "precision_recall_f1": Question(
        two_classes,
        edges={"nothing said": (np.array([1, 0]), np.array([0, 0])), "nothing there": (np.array([0]), np.array([1]))},
    ),
    "roc_auc": Question(
        scored,
        edges={
            "all scores equal": (np.array([0, 1, 1]), np.zeros(3)),
            "perfect": (np.array([0, 1]), np.array([0.0, 1.0])),
        },
        laws={"only the order of the scores counts": order_alone_counts},
    ),
    "stratified_folds": Question(
        classes,
        edges={"a class of one": (np.array([0, 0, 9]), 2)},
        same=exact(),
        laws={"folds are fair": folds_are_fair},
    ),
    "smote": Question(
        rare,
        edges={"no gap": (np.array([[1.0], [2.0]]), np.array([0]), np.array([0]), np.array([0.0]))},
    ),
    "standardise": Question(
        two_parts,
        edges={"a constant column": (np.ones((3, 1)), np.array([[4.0]]))},
        laws={"a row alone is the same row": one_row_as_many},
    ),
}
