"""How far the multi-layer perceptrons are from scikit-learn's."""

import warnings

import numpy as np
from sklearn import neural_network as reference
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from threadpoolctl import threadpool_limits

from scratchml import neural_network as ours
from tests.parity.ledger import Row

PASSED_ON = "sums and exponentials are rounded otherwise, and each batch passes it on"
STOPS = "both end where the loss falls by less than 2.2e-9 in one iteration; a few tens of those are left"
EARLY = "20 iterations enlarge rounding a thousandfold at most"
LATE = "iterations enlarge rounding; scikit-learn beside itself, rows in reverse order: 0.06"
RUNS = 80


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


def share_apart(max_iter):
    """Return the share of random settings where lbfgs does not end in the same iteration with weights to 1e-8."""
    apart = 0
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(int(rng.integers(20, 120)), 5))
        score = np.tanh(X @ rng.normal(size=(5, 3))) + 0.3 * rng.normal(size=(len(X), 3))
        name, y = (("MLPClassifier", score.argmax(1)), ("MLPRegressor", score[:, 0]))[seed % 2]
        how = {
            "hidden_layer_sizes": tuple(int(size) for size in rng.integers(2, 20, size=rng.integers(0, 3))),
            "activation": ("relu", "tanh", "logistic", "identity")[seed // 2 % 4],
            "alpha": float(rng.choice([1e-4, 1e-2, 1.0])),
        }
        a, b = both(name, X, y, solver="lbfgs", max_iter=max_iter, **how)
        pairs = list(zip(a.coefs_ + a.intercepts_, b.coefs_ + b.intercepts_))
        largest = max(1.0, *(float(np.abs(w).max()) for _, w in pairs))
        apart += a.n_iter_ != b.n_iter_ or any(np.abs(v - w).max() > 1e-8 * largest for v, w in pairs)
    return apart / RUNS


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
    found.append(Row(C, whose + C, "lbfgs, loss_, no hidden layer", abs(float(a.loss_ / b.loss_) - 1), 1e-7, STOPS))
    for most, allowed, reason in ((20, 0.03, EARLY), (50, 0.15, LATE)):
        found.append(
            Row(
                C,
                whose + "MLPs",
                f"lbfgs, share of {RUNS} runs apart, max_iter={most}",
                share_apart(most),
                allowed,
                reason,
            )
        )
    return found
