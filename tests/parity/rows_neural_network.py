"""How far the multi-layer perceptrons are from scikit-learn's."""

import warnings

import numpy as np
from sklearn import neural_network as reference
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from threadpoolctl import threadpool_limits

from scratchml import neural_network as ours
from tests.parity.ledger import Row

PASSED_ON = "sums and exponentials are rounded otherwise, and each batch passes it on"


def both(name, X, y, **how):
    """Return our fit and scikit-learn's."""
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        return [getattr(module, name)(random_state=0, **how).fit(X, y) for module in (ours, reference)]


def apart(name, X, y, **how):
    """Return the largest difference of loss curves and of weights, over the activations."""
    losses = weights = 0.0
    for activation in ("relu", "tanh", "logistic", "identity"):
        a, b = both(name, X, y, activation=activation, **how)
        if a.n_iter_ != b.n_iter_:
            return np.inf, np.inf
        losses = max(losses, float(np.abs(np.subtract(a.loss_curve_, b.loss_curve_)).max()))
        pairs = zip(a.coefs_ + a.intercepts_, b.coefs_ + b.intercepts_)
        weights = max(weights, *(float(np.abs(v - w).max()) for v, w in pairs))
    return losses, weights


def rows() -> list[Row]:
    """Measure the rows."""
    C, R, whose = "MLPClassifier", "MLPRegressor", "scikit-learn "
    digits, digit = load_digits(return_X_y=True)
    digits, digit = digits[:600] / 16, digit[:600]
    cancer, ill = load_breast_cancer(return_X_y=True)
    diabetes, severity = load_diabetes(return_X_y=True)
    diabetes, severity = 20 * diabetes, severity / 100
    hidden = {"hidden_layer_sizes": (30, 20)}
    found = []
    for name, X, y, where, how in (
        (C, digits, digit, "600 digits, adam, 4 activations", {"max_iter": 20}),
        (C, digits, digit, "600 digits, sgd, adaptive", {"max_iter": 30, "solver": "sgd", "learning_rate": "adaptive"}),
        (C, cancer, ill, "breast cancer unscaled, early stopping", {"max_iter": 30, "early_stopping": True}),
        (R, diabetes, severity, "diabetes, adam", {"max_iter": 30}),
        (R, diabetes, severity, "diabetes, poisson", {"max_iter": 30, "loss": "poisson"}),
    ):
        losses, weights = apart(name, X, y, **hidden, **how)
        found.append(Row(name, whose + name, f"loss_curve_: {where}", losses, 1e-8, PASSED_ON))
        found.append(Row(name, whose + name, f"weights: {where}", weights, 1e-8, PASSED_ON))
    how = {"solver": "lbfgs", "hidden_layer_sizes": (), "alpha": 1.0, "tol": 1e-7, "max_iter": 1000}
    a, b = both(C, digits, digit, **how)
    found.append(Row(C, whose + C, "lbfgs, objective, no hidden layer", max(a.loss_ / b.loss_ - 1, 0.0), 1e-12))
    return found
