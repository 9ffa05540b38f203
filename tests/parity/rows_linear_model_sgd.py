"""How far stochastic gradient descent and the perceptron are from scikit-learn's."""

import warnings
from itertools import product
from unittest.mock import patch

import numpy as np
from sklearn import linear_model as reference
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits

from scratchml import linear_model as ours
from scratchml.linear_model import sgd_classifier
from scratchml.linear_model.sgd_descent import Descent
from scratchml.linear_model.sgd_estimator import LOSSES
from scratchml.preprocessing import StandardScaler
from tests.parity.ledger import Row

ROUNDED_ONCE = "the last addition of the mean is rounded once by its BLAS, twice here"
SUMMED = "BLAS sums the products of a row in another order for other blocks of rows; exp rounds otherwise"
SCORED = "scikit-learn scores v in place of w = scale v; for log_loss it counts positive rows only"
STALE = "after averaging, scikit-learn's classifiers go on from an intercept of earlier calls"
SCHEDULES = ("constant", "optimal", "invscaling", "adaptive")
NUMBERS = ("squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive")


def both(name, X, y, **how):
    """Return our fit and scikit-learn's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [getattr(module, name)(**how).fit(X, y) for module in (ours, reference)]


def apart(a, b):
    """Return the largest difference of weights and intercepts beside the largest weight, and of epochs."""
    size = max(np.abs(b.coef_).max(), np.abs(b.intercept_).max())
    found = max(np.abs(a.coef_ - b.coef_).max(), np.abs(a.intercept_ - b.intercept_).max()) / size
    return float(max(found, abs(a.n_iter_ - b.n_iter_)))


def everything(name, losses, X, y, averages):
    """Return the largest difference over all losses, schedules, penalties."""
    found = 0.0
    for loss, schedule, penalty, average in product(losses, SCHEDULES, ("l2", "l1", "elasticnet", None), averages):
        how = {"loss": loss, "learning_rate": schedule, "penalty": penalty, "average": average}
        found = max(found, apart(*both(name, X, y, max_iter=20, random_state=0, **how)))
    return found


def early(loss, told):
    """Return the largest difference over 20 seeds with early stopping; `told` to score as scikit-learn does."""
    X, y = load_breast_cancer(return_X_y=True)
    X, found = StandardScaler().fit_transform(X), 0.0
    with patch.object(Descent, "score_now", lambda s: s.stop.score(s.v, s.place.b) if told else SCORE_NOW(s)):
        for seed in range(20):
            found = max(found, apart(*both("SGDClassifier", X, y, loss=loss, early_stopping=True, random_state=seed)))
    return found


SCORE_NOW = Descent.score_now


def positives(X, positive, weight):
    """Return the accuracy that scikit-learn's early stopping takes for log_loss."""
    return lambda w, b: float(np.average((X @ w + b > 0) & positive, weights=weight))


def continued(average):
    """Return the difference after four calls of partial_fit."""
    X, y = load_digits(return_X_y=True)
    models = [module.SGDClassifier(average=average, random_state=0) for module in (ours, reference)]
    for model in models:
        for part in range(4):
            model.partial_fit(X[part::4], y[part::4], np.arange(10))
    return apart(*models)


def rows() -> list[Row]:
    """Measure the rows."""
    whose = "scikit-learn "
    cancer, labels = load_breast_cancer(return_X_y=True)
    cancer = StandardScaler().fit_transform(cancer)[::4]
    labels = labels[::4]
    digits, digit = load_digits(return_X_y=True)
    X, y = load_diabetes(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    C, R, P = "SGDClassifier", "SGDRegressor", "Perceptron"
    with patch.object(sgd_classifier, "accuracy_on", positives):
        log_loss_told = early("log_loss", told=True)
    binary = "9 losses x 4 schedules x 4 penalties: breast cancer, 20 epochs"
    numbers = "4 losses x 4 schedules x 4 penalties: diabetes, 20 epochs"
    probabilities = both(C, digits, digit, loss="log_loss", random_state=0)
    between = float(np.abs(np.subtract(*(m.predict_proba(digits) for m in probabilities))).max())
    return [
        Row(C, whose + C, binary, everything(C, LOSSES, cancer, labels, (False,)), 0.0),
        Row(
            C,
            whose + C,
            f"the same, averaged: {binary}",
            everything(C, LOSSES, cancer, labels, (True,)),
            1e-10,
            ROUNDED_ONCE,
        ),
        Row(C, whose + C, "weights, epochs: digits, default", apart(*both(C, digits, digit, random_state=0)), 0.0),
        Row(C, whose + C, "probabilities: digits, log_loss", between, 1e-12, SUMMED),
        Row(C, whose + C, "partial_fit, four parts of digits", continued(False), 0.0),
        Row(C, whose + C, "the same, averaged", continued(True), 0.1, STALE),
        Row(C, whose + C, "early stopping, hinge: epochs, 20 seeds", early("hinge", told=False), 10.0, SCORED),
        Row(C, whose + C, "the same, told to score v", early("hinge", told=True), 0.0),
        Row(C, whose + C, "early stopping, log_loss: epochs, 20 seeds", early("log_loss", told=False), 10.0, SCORED),
        Row(C, whose + C, "the same, told to score v and to count positives", log_loss_told, 0.0),
        Row(P, whose + P, "weights, epochs: digits, default", apart(*both(P, digits, digit)), 0.0),
        Row(P, whose + P, "the same, early stopping", apart(*both(P, digits, digit, early_stopping=True)), 0.0),
        Row(R, whose + R, numbers, everything(R, NUMBERS, X, y, (False,)), 0.0),
        Row(R, whose + R, f"the same, averaged: {numbers}", everything(R, NUMBERS, X, y, (True,)), 1e-10, ROUNDED_ONCE),
        Row(R, whose + R, "weights, epochs: diabetes, default", apart(*both(R, X, y, random_state=0)), 0.0),
    ]
