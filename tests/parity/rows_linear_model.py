"""How far the linear models are from the references'."""

import numpy as np
from sklearn import linear_model as reference
from sklearn.datasets import load_diabetes

from scratchml.linear_model import ElasticNet, ElasticNetCV, Lasso, LassoCV, LinearRegression, enet_path, lasso_path
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


LESS_SOLVED = "scikit-learn at tol=1e-10 is less far solved; weights differ by the root of what objectives do"


def above(ours, theirs, X, y, weight=None):
    """Return by how much our objective is above theirs, relative; 0 where it is below."""

    def objective(model):
        share = np.ones(len(y)) if weight is None else weight * len(y) / weight.sum()
        miss = np.mean(share * (y - model.predict(X)) ** 2) / 2
        l1, l2 = np.abs(model.coef_).sum(), np.square(model.coef_).sum()
        return miss + ours.alpha * (ours.l1_ratio * l1 + (1 - ours.l1_ratio) * l2 / 2)

    return max(float(objective(ours) / objective(theirs) - 1), 0.0)


def lasso_rows() -> list[Row]:
    """Measure the rows of the lasso and the elastic net."""
    rng = np.random.default_rng(0)
    X, y = load_diabetes(return_X_y=True)
    weight, how = rng.random(len(X)), {"tol": 1e-10, "max_iter": 10**5}
    wide = rng.normal(size=(60, 300))
    height = wide[:, :5].sum(axis=1) + rng.normal(size=60)
    found = []
    for cls, whose, parameters in (
        (Lasso, reference.Lasso, {"alpha": 0.1}),
        (Lasso, reference.Lasso, {"alpha": 0.1, "positive": True}),
        (ElasticNet, reference.ElasticNet, {"alpha": 0.01, "l1_ratio": 0.7}),
    ):
        for data, target, v, words in ((X, y, None, ""), (X, y, weight, ", weighted"), (wide, height, None, ", wide")):
            ours = cls(**parameters).fit(data, target, v)
            theirs = whose(**parameters, **how).fit(data, target, v)
            said = f"{', '.join(f'{name}={value}' for name, value in parameters.items())}{words}"
            label = f"scikit-learn {cls.__name__}"
            found.append(
                Row(cls.__name__, label, f"objective above theirs: {said}", above(ours, theirs, data, target, v), 1e-10)
            )
            found.append(
                Row(cls.__name__, label, f"weights: {said}", relative(ours.coef_, theirs.coef_), 1e-7, LESS_SOLVED)
            )
    for path, whose in ((lasso_path, reference.lasso_path), (enet_path, reference.enet_path)):
        label = f"scikit-learn {path.__name__}"
        ours, theirs = path(X, y - y.mean()), whose(X, y - y.mean(), **how)
        found.append(Row(path.__name__, label, "alphas: diabetes", relative(ours[0], theirs[0]), 1e-13))
        found.append(Row(path.__name__, label, "weights: diabetes", relative(ours[1], theirs[1]), 1e-5, LESS_SOLVED))
    for cls, whose in ((LassoCV, reference.LassoCV), (ElasticNetCV, reference.ElasticNetCV)):
        label = f"scikit-learn {cls.__name__}"
        ours, theirs = cls().fit(X, y, weight), whose(**how).fit(X, y, weight)
        found.append(
            Row(cls.__name__, label, "alpha chosen: diabetes, weighted", abs(ours.alpha_ / theirs.alpha_ - 1), 1e-13)
        )
        found.append(
            Row(
                cls.__name__,
                label,
                "errors of folds: diabetes, weighted",
                relative(ours.mse_path_, theirs.mse_path_),
                1e-6,
                LESS_SOLVED,
            )
        )
    return found


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
        *lasso_rows(),
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
