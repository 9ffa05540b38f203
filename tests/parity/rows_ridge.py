"""How far ridge regression, the streaming and walking solvers and polynomial features are from the references'."""

import numpy as np
from sklearn import linear_model as reference
from sklearn import preprocessing
from sklearn.datasets import load_diabetes, load_iris

from scratchml.linear_model import LinearRegression, Ridge, RidgeClassifier, RidgeClassifierCV, RidgeCV
from scratchml.preprocessing import PolynomialFeatures
from tests.naive.linear_model import linear_regression as exact
from tests.naive.linear_model import ridge as naive
from tests.parity.ledger import Row
from tests.parity.rows_linear_model import compare, relative

UNREFINED = "scikit-learn's weights are not refined: each carries rounding times the squared condition number"
ALPHAS = np.logspace(-4, 4, 9)


def both(name, X, y, weight=None, **how):
    """Return our fit and scikit-learn's."""
    ours = {"Ridge": Ridge, "RidgeCV": RidgeCV}[name]
    return [cls(**how).fit(X, y, weight) for cls in (ours, getattr(reference, name))]


def streamed(X, y, size):
    """Return LinearRegression after partial_fit of portions of this size."""
    model = LinearRegression()
    for start in range(0, len(X), size):
        model.partial_fit(X[start : start + size], y[start : start + size])
    return model


def rows() -> list[Row]:
    """Measure the rows."""
    ridge, cv, whose = "Ridge", "RidgeCV", "scikit-learn Ridge"
    rng = np.random.default_rng(0)
    X, y = load_diabetes(return_X_y=True)
    Y, weight = np.column_stack([y, y**2 / 100, X[:, 0]]), rng.random(len(X))
    wide = rng.normal(size=(20, 50))
    powers, target = np.arange(25.0)[:, None] ** np.arange(1, 6), np.sin(np.arange(25.0))
    size, certain = np.abs(powers).max(axis=0), np.array(naive.ridge(powers, target, 1e-3)[0])
    chosen = both(cv, X, y, alphas=ALPHAS, store_cv_results=True)
    small, few = X[:12, :3] * 10, y[:12]
    left_out = np.array(naive.leave_one_out(small, few, 0.5)) ** 2
    kept = RidgeCV([0.5], store_cv_results=True).fit(small, few).cv_results_[:, 0]
    plain = np.array(exact.linear_regression(X[:60], y[:60])[0])
    ours, theirs = (m.fit_transform(X) for m in (PolynomialFeatures(3), preprocessing.PolynomialFeatures(3)))
    iris, labels = load_iris(return_X_y=True)
    kinds = [m(2.0).fit(iris, labels) for m in (RidgeClassifier, reference.RidgeClassifier)]
    picked = [m(ALPHAS).fit(iris, labels) for m in (RidgeClassifierCV, reference.RidgeClassifierCV)]
    positive = both(ridge, X, y, positive=True, tol=1e-10)
    return [
        Row(ridge, whose, "weights, predictions: diabetes", compare(*both(ridge, X, y), X), 1e-12, UNREFINED),
        Row(
            ridge,
            whose,
            "the same, three targets and alphas, sample weights",
            compare(*both(ridge, X, Y, weight, alpha=[0.1, 1.0, 10.0]), X),
            1e-11,
            UNREFINED,
        ),
        Row(ridge, whose, "dual: 20 rows, 50 columns", compare(*both(ridge, wide, y[:20]), wide), 1e-13),
        Row(
            ridge,
            whose,
            "solver svd: diabetes",
            compare(*both(ridge, X, y, solver="svd"), X),
            1e-12,
            "another factorisation rounds differently",
        ),
        Row(
            ridge,
            whose,
            "nonnegative weights: diabetes",
            compare(*positive, X),
            1e-5,
            "scikit-learn stops L-BFGS-B early; ours is the exact active set",
        ),
        Row(
            ridge,
            "exact fractions",
            "weights: polynomial of degree 5, alpha 0.001",
            relative(Ridge(1e-3).fit(powers, target).coef_ * size, certain * size),
            1e-14,
            "rounding of the weights themselves",
        ),
        Row(cv, "scikit-learn RidgeCV", "alpha, of nine: diabetes", abs(chosen[0].alpha_ - chosen[1].alpha_), 0.0),
        Row(cv, "scikit-learn RidgeCV", "errors left out", relative(*(m.cv_results_ for m in chosen)), 1e-11),
        Row(
            cv,
            "exact fractions, 12 fits",
            "squared errors left out: 12 rows of diabetes",
            relative(kept, left_out),
            1e-12,
            "leverages are rounded",
        ),
        Row(
            cv,
            "scikit-learn RidgeCV",
            "five folds: best score",
            relative(*(np.array(m.best_score_) for m in both(cv, X, y, alphas=ALPHAS, cv=5))),
            1e-12,
            UNREFINED,
        ),
        Row(
            "RidgeClassifier",
            "scikit-learn RidgeClassifier",
            "decision values: iris",
            relative(*(m.decision_function(iris) for m in kinds)),
            1e-12,
            UNREFINED,
        ),
        Row(
            "RidgeClassifierCV",
            "scikit-learn RidgeClassifierCV",
            "alpha, of nine: iris",
            abs(picked[0].alpha_ - picked[1].alpha_),
            0.0,
        ),
        Row(
            "LinearRegression",
            "exact fractions",
            "partial_fit, portions of 7: 60 rows of diabetes",
            relative(streamed(X[:60], y[:60], 7).coef_, plain),
            1e-11,
            "rows are gone, so nothing can be refined",
        ),
        Row(
            "LinearRegression",
            "scikit-learn LinearRegression",
            "solver gd: diabetes",
            compare(
                LinearRegression(solver="gd", max_iter=20_000, tol=1e-9).fit(X, y),
                reference.LinearRegression().fit(X, y),
                X,
            ),
            1e-4,
            "gradient descent stops where no column's cosine exceeds tol",
        ),
        Row(
            "PolynomialFeatures",
            "scikit-learn PolynomialFeatures",
            "degree 3: diabetes",
            float(np.abs(ours - theirs).max()),
            0.0,
        ),
    ]
