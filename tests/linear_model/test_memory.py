"""Memory: no fit of a linear model makes more than one copy of X, blocks and small matrices included."""

import tracemalloc
import warnings

import numpy as np
import pytest

from scratchml.linear_model import (
    ElasticNet,
    ElasticNetCV,
    Lasso,
    LassoCV,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    Perceptron,
    Ridge,
    RidgeClassifier,
    RidgeCV,
    SGDClassifier,
    SGDRegressor,
)

TALL, WIDE = (16_000, 50), (160, 4000)  # 6 and 5 megabytes: blocks and matrices min(n, d)^2 are small beside
CASES = [
    *[(LinearRegression(solver=solver, max_iter=3), TALL) for solver in ("auto", "qr", "svd", "gd", "sgd")],
    *[(LinearRegression(solver=solver, max_iter=3), WIDE) for solver in ("auto", "svd", "gd", "sgd")],
    (LinearRegression(positive=True), TALL),
    *[(Ridge(solver=solver), TALL) for solver in ("auto", "svd", "cg")],
    *[(Ridge(solver=solver), WIDE) for solver in ("auto", "svd", "cg")],
    (Ridge(alpha=1e-13), WIDE),  # too small for the products of rows alone
    *[(RidgeCV(cv=cv), shape) for cv in (None, 3) for shape in (TALL, WIDE)],
    (RidgeCV(gcv_mode="svd"), WIDE),
    (RidgeClassifier(), TALL),
    *[(Lasso(alpha), shape) for alpha in (0.01, 0.3) for shape in (TALL, WIDE)],
    *[(ElasticNet(0.3), shape) for shape in (TALL, WIDE)],
    *[(LassoCV(alphas=5, eps=0.1, cv=3), shape) for shape in (TALL, WIDE)],
    (ElasticNetCV(alphas=5, cv=3), TALL),
    *[(LogisticRegression(solver=solver, max_iter=3), TALL) for solver in ("lbfgs", "newton-cholesky", "gd", "saga")],
    (LogisticRegression(max_iter=3), WIDE),
    *[(LogisticRegression(solver="saga", l1_ratio=1.0, C=0.1), shape) for shape in (TALL, WIDE)],
    (LogisticRegressionCV(Cs=2, cv=2, max_iter=3), TALL),
    (SGDClassifier(max_iter=2), TALL),
    (SGDRegressor(max_iter=2), TALL),
    (Perceptron(max_iter=2), TALL),
]


def name_of(case):
    model, shape = case
    return f"{model}-{'tall' if shape == TALL else 'wide'}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_fit_holds_at_most_one_copy_of_x(rng, monkeypatch, case):
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "1")  # each thread has a block of its own
    model, shape = case
    X = rng.normal(size=shape)
    y = X[:, :5].sum(axis=1) + rng.normal(size=len(X))
    if model._estimator_type == "classifier":
        y = (y > 0.0).astype(np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # most of these fits are cut short
        model.fit(X[:90], y[:90])  # compiles
        tracemalloc.start()
        model.fit(X, y)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak <= X.nbytes
