"""How far the linear models are from the references'."""

import numpy as np
from sklearn import linear_model as reference
from sklearn.datasets import load_diabetes

from scratchml.linear_model import LinearRegression
from tests.naive.linear_model import linear_regression as naive
from tests.naive.linear_model import longley
from tests.parity.ledger import Row

REFINED = "scikit-learn's weights are not refined: each carries rounding times the condition number"


def relative(found, expected):
    """Return the largest difference beside the largest of what is expected."""
    return float(np.max(np.abs(found - expected)) / np.max(np.abs(expected)))


def compare(ours, theirs, X):
    """Return the largest of the relative differences of weights and predictions."""
    return max(relative(ours.coef_, theirs.coef_), relative(ours.predict(X), theirs.predict(X)))


def both(X, y, weight=None, **how):
    """Return our fit and scikit-learn's."""
    return [module(**how).fit(X, y, weight) for module in (LinearRegression, reference.LinearRegression)]


def rows() -> list[Row]:
    """Measure the rows of this room."""
    name, whose = "LinearRegression", "scikit-learn LinearRegression"
    rng = np.random.default_rng(0)
    X, y = load_diabetes(return_X_y=True)
    Y, weight = np.column_stack([y, y**2 / 100, X[:, 0]]), rng.random(len(X))
    wide = rng.normal(size=(20, 50))
    twice = np.column_stack([X, X[:, :3], np.ones(len(X))])
    certified = LinearRegression().fit(longley.X, longley.Y)
    powers = np.arange(25.0)[:, None] ** np.arange(1, 9)
    target = np.sin(np.arange(25.0))
    exact = np.array(naive.linear_regression(powers, target)[0])
    found, size = LinearRegression().fit(powers, target).coef_, np.abs(powers).max(axis=0)
    return [
        Row(name, whose, "weights, predictions: diabetes", compare(*both(X, y), X), 1e-12, REFINED),
        Row(name, whose, "the same, without intercept", compare(*both(X, y, fit_intercept=False), X), 1e-12, REFINED),
        Row(name, whose, "the same, three targets, sample weights", compare(*both(X, Y, weight), X), 1e-12, REFINED),
        Row(
            name,
            whose,
            "shortest weights: 20 rows, 50 columns",
            compare(*both(wide, y[:20]), wide),
            1e-13,
            "another factorisation rounds differently",
        ),
        Row(
            name,
            whose,
            "shortest weights: copied and constant columns",
            compare(*both(twice, y), twice),
            1e-11,
            REFINED,
        ),
        Row(name, whose, "singular values: diabetes", relative(*(m.singular_ for m in both(X, y))), 1e-13),
        Row(name, whose, "nonnegative weights: diabetes", compare(*both(X, y, positive=True), X), 1e-12, REFINED),
        Row(
            name,
            "NIST certified values",
            "coefficients: Longley",
            float(np.max(np.abs(certified.coef_ / longley.COEFFICIENTS - 1))),
            5e-15,
            "certified to 15 digits",
        ),
        Row(
            name,
            "exact fractions",
            "weights: polynomial of degree 8, 25 points",
            relative(found * size, exact * size),
            1e-15,
            "rounding of the weights themselves",
        ),
        Row(
            name,
            whose,
            "weights: polynomial of degree 8, 25 points",
            relative(reference.LinearRegression().fit(powers, target).coef_ * size, found * size),
            10.0,
            "scikit-learn's default tol=1e-6 leaves out directions that these data do determine",
        ),
    ]
