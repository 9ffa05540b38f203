"""Small estimators for the tests of cross-validation: each does one thing that can be looked at."""

import numpy as np

from scratchml.core import BaseEstimator, ClassifierMixin, RegressorMixin, finish


class NearestMean(ClassifierMixin, BaseEstimator):
    """Predicts the class whose (weighted) mean is nearest; takes a step, so that listeners have something to hear."""

    def __init__(self, *, shift=0.0):
        self.shift = shift

    def fit(self, X, y, sample_weight=None):
        X, classes, codes = self._check_X_labels(X, y)
        weight = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight)
        self.classes_ = classes
        self.means_ = np.array(
            [np.average(X[codes == c], axis=0, weights=weight[codes == c]) for c in range(len(classes))]
        )
        finish(iter(["step"]), self)
        return self

    def decision_function(self, X):
        X = self._check_X(X)
        finish(iter(["look"]), self)
        return -((X[:, None, :] - self.means_[None] - self.shift) ** 2).sum(axis=2)

    def predict(self, X):
        return self.classes_[self.decision_function(X).argmax(axis=1)]

    def predict_proba(self, X):
        odds = np.exp(self.decision_function(X))
        return odds / odds.sum(axis=1, keepdims=True)


class Mean(RegressorMixin, BaseEstimator):
    """Predicts the mean of the targets."""

    def fit(self, X, y):
        X, y = self._check_X_y(X, y)
        self.mean_ = y.mean()
        return self

    def predict(self, X):
        return np.full(len(X), self.mean_)


class FailsOn(NearestMean):
    """Fails to fit if a row begins with the number `poison`."""

    def __init__(self, *, poison=None, shift=0.0):
        super().__init__(shift=shift)
        self.poison = poison

    def fit(self, X, y, sample_weight=None):
        if self.poison in np.asarray(X)[:, 0]:
            raise RuntimeError("the poison was found")
        return super().fit(X, y, sample_weight)
