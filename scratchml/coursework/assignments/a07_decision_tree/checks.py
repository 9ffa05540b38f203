"""How the decision tree assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import close, exact


def labels(rng):
    """Return some labels."""
    return (rng.integers(0, int(rng.integers(1, 5)), size=int(rng.integers(1, 20))),)


def labels_and_mask(rng):
    """Return labels and who goes left; both sides have rows."""
    y = rng.integers(0, 3, size=int(rng.integers(2, 20)))
    mask = rng.uniform(size=len(y)) < 0.5
    mask[:2] = True, False
    return y, mask


def rows_and_labels(rng):
    """Return features on a grid of halves, and labels that follow them a little."""
    n, d = int(rng.integers(2, 20)), int(rng.integers(1, 4))
    X = np.round(rng.normal(size=(n, d)) * 4) / 2
    y = ((X[:, 0] > 0).astype(np.int64) + (rng.uniform(size=n) < 0.25)) % 3
    return X, y


def with_depth(rng):
    """Return rows, labels and a depth."""
    return (*rows_and_labels(rng), int(rng.integers(0, 5)))


def tree_and_rows(rng):
    """Return a tree made by chance and rows to ask."""
    d = int(rng.integers(1, 4))

    def node(depth):
        if depth == 0 or rng.uniform() < 0.2:
            return int(rng.integers(0, 4))
        return int(rng.integers(0, d)), float(np.round(rng.normal() * 2) / 2), node(depth - 1), node(depth - 1)

    return node(int(rng.integers(0, 5))), np.round(rng.normal(size=(int(rng.integers(1, 12)), d)) * 4) / 2


def gain_is_never_negative(rng, call):
    """No split makes the mean impurity larger."""
    gain = float(call(*labels_and_mask(rng)))
    return None if gain >= -1e-12 else f"a split has the negative gain {gain:.3g}"


def order_of_rows_is_free(rng, call):
    """The best split does not depend on the order of the rows."""
    X, y = rows_and_labels(rng)
    order = rng.permutation(len(y))
    same = np.allclose(call(X, y), call(X[order], y[order]), atol=1e-9)
    return None if same else "the best split changes when the rows change their order"


X4, Y4 = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 2.0], [4.0, 2.0]]), np.array([0, 1, 0, 1])
QUESTIONS = {
    "gini": Question(labels, edges={"no labels": (np.zeros(0, dtype=np.int64),), "one class": (np.array([2, 2]),)}),
    "entropy": Question(
        labels, edges={"no labels": (np.zeros(0, dtype=np.int64),), "a missing class": (np.array([0, 2]),)}
    ),
    "split_gain": Question(
        labels_and_mask,
        edges={"nothing learnt": (np.array([0, 1, 0, 1]), np.array([True, True, False, False]))},
        laws={"the gain is never negative": gain_is_never_negative},
    ),
    "best_split": Question(
        rows_and_labels,
        edges={
            "constant features": (np.ones((3, 2)), np.array([0, 1, 0])),
            "equal rows with different labels": (np.array([[1.0], [1.0], [2.0]]), np.array([0, 1, 1])),
            "equally good features": (np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([0, 1])),
        },
        laws={"the order of the rows is free": order_of_rows_is_free},
        growth=Growth(
            lambda rng, n: (rng.normal(size=(n, 1)), rng.integers(0, 2, size=n)),
            2.0,
            sizes=(10, 20, 40),
            reason="There are n thresholds; one look at the rows for each is enough.",
        ),
    ),
    "grow": Question(
        with_depth,
        edges={
            "equal rows with different labels": (np.ones((4, 1)), Y4, 5),
            "no depth": (X4, Y4, 0),
            "one class": (X4, np.full(4, 2), 3),
        },
        same=close(1e-12, 1e-12),
    ),
    "predict": Question(
        tree_and_rows,
        edges={"on the threshold": ((0, 1.0, 5, 7), np.array([[1.0]]))},
        same=exact(),
    ),
}
