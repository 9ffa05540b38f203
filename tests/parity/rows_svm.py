"""How far the support vector machines are from scikit-learn's."""

import warnings

import numpy as np
from sklearn import svm as reference
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.metrics.pairwise import rbf_kernel

from scratchml import svm
from tests.parity.ledger import Row

SINGLE = "libsvm keeps kernel rows in float32"


def both(name, X, y, weight=None, **how):
    """Return our fit and scikit-learn's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [getattr(module, name)(**how).fit(X, y, weight) for module in (svm, reference)]


def decisions(models, X):
    """Return the largest difference of decisions, one against one."""
    first, second = (m.set_params(decision_function_shape="ovo").decision_function(X) for m in models)
    return float(np.abs(first - second).max())


def dual_shortfall(models, X, gamma):
    """Return how far our dual objective is below libsvm's, relative; 0 where it is not."""
    K, found = rbf_kernel(X, gamma=gamma), []
    for m in models:
        b, inside = m.dual_coef_[0], K[np.ix_(m.support_, m.support_)]
        found.append(np.abs(b).sum() - 0.5 * b @ inside @ b)
    return float(max(0.0, (found[1] - found[0]) / found[1]))


def rows() -> list[Row]:
    """Measure the rows of this room."""
    rng = np.random.default_rng(0)
    X, y = load_iris(return_X_y=True)
    C, c = load_breast_cancer(return_X_y=True)
    C = (C - C.mean(axis=0)) / C.std(axis=0)
    D, t = load_diabetes(return_X_y=True)
    u, weight = (t - t.mean()) / t.std(), rng.random(len(t)) + 0.5
    loose, cancer = both("SVC", C, c), both("SVC", C, c, tol=1e-6)
    three = both("SVC", X, y, tol=1e-6)
    tube = both("SVR", D, u, weight, tol=1e-6)
    sigmoids = both("SVC", X, y, tol=1e-7, probability=True, random_state=0)
    paths = both("LinearSVC", X, y, dual=True, loss="hinge", max_iter=50, random_state=0)
    numbers = both("LinearSVR", D, t, random_state=0)
    primal = both("LinearSVC", C, c, dual=False, tol=1e-8)
    whose = "scikit-learn SVC"
    same = [float(len(set(a.support_) ^ set(b.support_))) for a, b in (cancer, three, tube)]
    return [
        Row("SVC", whose, "decisions: breast cancer, rbf, tol 1e-6", decisions(cancer, C), 1e-5, SINGLE),
        Row("SVC", whose, "support vectors that one has and not the other", same[0] + same[1], 0.0),
        Row("SVC", whose, "dual objective below libsvm's, tol 1e-3", dual_shortfall(loose, C, 1 / 30), 1e-6, SINGLE),
        Row("SVC", whose, "decisions of pairs: iris, rbf, tol 1e-6", decisions(three, X), 1e-5, SINGLE),
        Row(
            "SVC",
            whose,
            "predict_proba: iris, same seed",
            float(np.abs(sigmoids[0].predict_proba(X) - sigmoids[1].predict_proba(X)).max()),
            1e-5,
            SINGLE,
        ),
        Row(
            "SVR",
            "scikit-learn SVR",
            "predictions: diabetes, sample weights, tol 1e-6",
            float(np.abs(tube[0].predict(D) - tube[1].predict(D)).max()),
            1e-5,
            SINGLE,
        ),
        Row("SVR", "scikit-learn SVR", "support vectors that one has and not the other", same[2], 0.0),
        Row(
            "LinearSVC",
            "scikit-learn LinearSVC",
            "weights after 50 sweeps, same seed: iris, hinge",
            float(np.abs(paths[0].coef_ - paths[1].coef_).max()),
            1e-12,
            "sums of products are added in another order",
        ),
        Row(
            "LinearSVC",
            "scikit-learn LinearSVC",
            "weights in the primal, tol 1e-8: breast cancer",
            float(np.abs(primal[0].coef_ - primal[1].coef_).max()),
            1e-5,
            "another method; both end within tol",
        ),
        Row(
            "LinearSVR",
            "scikit-learn LinearSVR",
            "weights, same seed: diabetes",
            float(np.abs(numbers[0].coef_ / numbers[1].coef_ - 1).max()),
            1e-11,
            "sums of products are added in another order",
        ),
    ]
