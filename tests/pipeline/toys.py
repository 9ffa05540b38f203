"""Small estimators that write down what they see. Column 0 of X is the number of the row."""

import numpy as np

from scratchml.core import BaseEstimator, ClassifierMixin, TransformerMixin

SEEN = []  # (who, method, row numbers); copies of an estimator share it


def row_numbers(X):
    return sorted({round(float(i)) for i in np.asarray(X)[:, 0]})


class SpyScaler(TransformerMixin, BaseEstimator):
    """Changes nothing."""

    def __init__(self, name="scaler"):
        self.name = name

    def fit(self, X, y=None):
        SEEN.append((self.name, "fit", row_numbers(X)))
        self.n_features_in_ = np.asarray(X).shape[1]
        return self

    def transform(self, X):
        SEEN.append((self.name, "transform", row_numbers(X)))
        return np.asarray(X)


class SpySampler(BaseEstimator):
    """Doubles the rows of the rarer class."""

    def __init__(self, name="sampler"):
        self.name = name

    def fit(self, X, y):
        return self

    def fit_resample(self, X, y):
        X, y = np.asarray(X), np.asarray(y)
        SEEN.append((self.name, "fit_resample", row_numbers(X)))
        labels, counts = np.unique(y, return_counts=True)
        rare = np.flatnonzero(y == labels[counts.argmin()])
        self.sample_indices_ = np.r_[np.arange(len(y)), rare]
        return X[self.sample_indices_], y[self.sample_indices_]


class SpyModel(ClassifierMixin, BaseEstimator):
    """Predicts the most frequent label."""

    def __init__(self, name="model"):
        self.name = name

    def fit(self, X, y, sample_weight=None):
        SEEN.append((self.name, "fit", row_numbers(X)))
        self.classes_, counts = np.unique(y, return_counts=True)
        self.most_ = self.classes_[counts.argmax()]
        self.n_fit_ = len(y)
        self.weight_ = sample_weight
        self.n_features_in_ = np.asarray(X).shape[1]
        return self

    def predict(self, X):
        SEEN.append((self.name, "predict", row_numbers(X)))
        return np.full(len(X), self.most_)


class DropsRows(TransformerMixin, BaseEstimator):
    """A transformer that (wrongly) drops every second row."""

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        return np.asarray(X)[::2]


def numbered(n=30, d=3, rare=6):
    """Return X (n, d) with row numbers in column 0, and y with `rare` ones."""
    X = np.random.default_rng(3).normal(size=(n, d))
    X[:, 0] = np.arange(n)
    y = np.zeros(n, dtype=int)
    y[:: n // rare] = 1
    return X, y
