"""Made-up targets for the tests of metrics, and how an answer of ours is held beside the reference's."""

import warnings

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from sklearn.exceptions import UndefinedMetricWarning

from scratchml.core import BaseEstimator, ClassifierMixin

few = settings(max_examples=20)  # the reference takes milliseconds for a call

ALPHABETS = (
    [0, 1],
    [0, 1, 2],
    [-1, 1],
    [3, 7, 5, 11],
    ["no", "yes"],
    ["cat", "dog", "ox", "a much longer name than the others"],
    [False, True],
    [0.0, 1.0, 2.0],
    [4],
    ["only"],
)


@st.composite
def weights(draw, n):
    """Return None, whole or broken weights (n,), some of them zero."""
    kind = draw(st.sampled_from(["none", "whole", "broken"]))
    if kind == "none":
        return None
    values = st.integers(0, 4) if kind == "whole" else st.floats(0, 5, width=32)
    found = np.array(draw(st.lists(values, min_size=n, max_size=n)))
    found[draw(st.integers(0, n - 1))] = 1  # weights that are all zero are an error
    return found


@st.composite
def labelled(draw, alphabets=ALPHABETS, max_size=14):
    """Return (y_true, y_pred, sample_weight): labels of one alphabet, some of which may be missing from either."""
    alphabet = draw(st.sampled_from(alphabets))
    n = draw(st.integers(1, max_size))
    column = st.lists(st.sampled_from(alphabet), min_size=n, max_size=n)
    return np.array(draw(column)), np.array(draw(column)), draw(weights(n))


@st.composite
def tables(draw, max_size=8):
    """Return (y_true, y_pred, sample_weight) of indicator tables, some rows and columns of which are empty."""
    n, k = draw(st.integers(1, max_size)), draw(st.integers(2, 4))
    table = st.lists(st.integers(0, 1), min_size=n * k, max_size=n * k)
    y_true, y_pred = (np.array(draw(table)).reshape(n, k) for _ in range(2))
    return y_true, y_pred, draw(weights(n))


@st.composite
def scored(draw, alphabets=([0, 1], [-1, 1], [False, True], [0.0, 1.0], [1], [0]), max_size=14):
    """Return (y_true, y_score, sample_weight) of two classes at most, with many tied scores."""
    alphabet = draw(st.sampled_from(alphabets))
    n = draw(st.integers(1, max_size))
    y_true = np.array(draw(st.lists(st.sampled_from(alphabet), min_size=n, max_size=n)))
    ties = st.sampled_from([0.0, -0.0, 0.1, 0.25, 0.5, 0.75, 1.0])
    score = draw(st.sampled_from([ties, st.floats(-1e3, 1e3)]))
    return y_true, np.array(draw(st.lists(score, min_size=n, max_size=n))), draw(weights(n))


@st.composite
def probable(draw, max_size=12):
    """Return (y_true, y_proba, sample_weight) of 2 to 4 classes, all of which occur; rows of y_proba sum to one."""
    k = draw(st.integers(2, 4))
    names = np.array(draw(st.sampled_from([[0, 1, 2, 3], ["a", "b", "c", "d"], [2, 5, 7, 9]])))[:k]
    n = draw(st.integers(k, max_size))
    y_true = names[
        np.r_[np.arange(k), draw(st.lists(st.integers(0, k - 1), min_size=n - k, max_size=n - k))].astype(int)
    ]
    parts = np.array(draw(st.lists(st.integers(0, 5), min_size=n * k, max_size=n * k)), dtype=float).reshape(n, k)
    parts[:, 0] += parts.sum(axis=1) == 0
    return y_true, parts / parts.sum(axis=1, keepdims=True), draw(weights(n))


def outcome(function, *args, **kwargs):
    """Return (value, warned that the score is undefined), or ("error", False) for a refusal."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = function(*args, **kwargs)
        except (ValueError, TypeError, NotImplementedError):
            return "error", False
    return value, any(issubclass(w.category, UndefinedMetricWarning) for w in caught)


def check_same(ours, theirs, *args, tolerance=1e-12, **kwargs):
    """Check that both functions refuse, or give the same values and agree on whether they are undefined."""
    expected, undefined = outcome(theirs, *args, **kwargs)
    found, warned = outcome(ours, *args, **kwargs)
    assert isinstance(found, str) == isinstance(expected, str), (expected, found)
    check_values(expected, found, tolerance)
    assert warned == undefined, (expected, found)


def check_values(expected, found, tolerance):
    """Check two answers, or tuples of answers, for equal kind, shape and values."""
    if isinstance(expected, tuple):
        assert len(expected) == len(found)
        for one, other in zip(expected, found):
            check_values(one, other, tolerance)
    elif expected is None or isinstance(expected, str):
        assert found == expected
    else:
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


X4 = np.array([[-2.0], [-1.0], [1.0], [2.0]])
Y4 = np.array(["no", "yes", "no", "yes"])


class Threshold(ClassifierMixin, BaseEstimator):
    """Says "yes" where the first column is positive; counts how often it is asked."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.asked = []
        return self

    def predict(self, X):
        self.asked.append("predict")
        return self.classes_[(X[:, 0] > 0).astype(int)]

    def decision_function(self, X):
        self.asked.append("decision_function")
        return X[:, 0]
