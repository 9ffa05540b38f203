"""Small trees are asked all at once: each row ends in the leaf where its walk ends."""

import numpy as np
import pytest

from scratchml.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from scratchml.ensemble.hist_trees import add_scores, pile
from scratchml.ensemble.leaf_bits import MOST_LEAVES, add_asked_values, list_questions

# ---- by hand


def three_leaves():
    """Return x0 <= 1 ? (x1 <= 2 ? 10 : 20) : 30, missing x0 to the right, missing x1 to the left."""
    feature, threshold = np.array([0, 1, 0, 0, 0]), np.array([1.0, 2.0, 0.0, 0.0, 0.0])
    children = np.array([[1, 4], [2, 3], [2, 2], [3, 3], [4, 4]])
    value = np.array([0.0, 0.0, 10.0, 20.0, 30.0])
    (asked,) = list_questions(feature, threshold, children, np.arange(5) == 0, value, np.array([[0]]))
    return asked


def test_a_question_keeps_the_leaves_that_are_not_under_its_left_child():
    asked = three_leaves()
    assert [format(int(kept) & 0b111, "b") for kept in asked.kept] == ["100", "110"]
    assert asked.value.tolist() == [[10.0, 20.0, 30.0]]


def test_the_leftmost_leaf_left_over_is_the_rows():
    X = np.array([[0, 0], [1, 3], [2, 0], [np.nan, 3], [0, np.nan], [1, 2.0]])
    out = np.ones(6)
    add_asked_values(X, three_leaves(), out)
    assert out.tolist() == [11, 21, 31, 31, 11, 11]


# ---- the other strategy


def both_ways(model, X):
    wood = pile(model._rounds)
    asked, walked = (np.full((len(model._start), len(X)), 0.5) for _ in range(2))
    add_scores(X, wood, asked)
    add_scores(X, wood._replace(questions=()), walked)
    return bool(wood.questions), asked, walked


@pytest.mark.parametrize("n_classes", [2, 3])
def test_asked_or_walked_the_scores_are_the_same_to_the_last_bit(rng, n_classes):
    X = rng.normal(size=(300, 4))
    X[rng.random(X.shape) < 0.1] = np.nan
    X[0], X[1] = np.inf, -np.inf
    y = (np.nan_to_num(X[:, 0], nan=0.3, posinf=1, neginf=-1) + X[:, 1] > rng.normal(size=300)).astype(int)
    y[-50:] = n_classes - 1
    are_asked, asked, walked = both_ways(HistGradientBoostingClassifier(max_iter=4, max_leaf_nodes=12).fit(X, y), X)
    assert are_asked
    assert np.array_equal(asked, walked)


@pytest.mark.parametrize("leaves", [MOST_LEAVES, MOST_LEAVES + 1])
def test_the_64th_leaf_is_asked_for_and_65_are_walked_to(rng, leaves):
    X = np.arange(200.0)[:, None]
    how = {"max_leaf_nodes": leaves, "min_samples_leaf": 1, "max_iter": 2}
    model = HistGradientBoostingRegressor(**how).fit(X, rng.normal(size=200))
    assert model._rounds[0][0].n_leaves == leaves
    are_asked, asked, walked = both_ways(model, X)
    assert are_asked == (leaves == MOST_LEAVES)
    assert np.array_equal(asked, walked)


def test_categories_are_walked_to(rng):
    X = rng.integers(0, 4, size=(100, 1)).astype(float)
    model = HistGradientBoostingRegressor(max_iter=2, categorical_features=[0]).fit(X, (X[:, 0] % 2) + 0.0)
    assert pile(model._rounds).questions == ()
