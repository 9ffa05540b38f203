"""How far logistic regression is from scikit-learn's."""

import warnings

import numpy as np
from sklearn import linear_model as reference
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.multiclass import OneVsRestClassifier

from scratchml.linear_model import LogisticRegression, LogisticRegressionCV
from tests.parity.ledger import Row

TO_THE_END = "both stop where no gradient entry is above 1e-9; curvatures, 1 / (C n) at least, divide that"
EARLY = "negative where ours is the lower: scikit-learn stops by the gradient alone; nothing above 1e-8 is allowed"


def data(load):
    X, y = load(return_X_y=True)
    spread = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(spread > 0, spread, 1.0), y


def objective(model, X, y, C=1.0, l1_ratio=0.0):
    """Return C sum of losses + penalty."""
    Z = X @ model.coef_.T + model.intercept_
    Z = np.column_stack([np.zeros(len(Z)), Z[:, 0]]) if Z.shape[1] == 1 else Z
    top = Z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(Z - top).sum(axis=1)) + top[:, 0] - Z[np.arange(len(Z)), np.searchsorted(model.classes_, y)]
    size = (1 - l1_ratio) / 2 * (model.coef_**2).sum() + l1_ratio * np.abs(model.coef_).sum()
    return C * losses.sum() + size


def both(X, y, theirs=None, **how):
    """Return our fit and scikit-learn's, which may need more iterations, or another solver."""
    more = {"max_iter": 10_000, **(theirs or {})}
    return LogisticRegression(**how).fit(X, y), reference.LogisticRegression(**{**how, **more}).fit(X, y)


def apart(ours, theirs, X):
    """Return the largest difference of probabilities."""
    return float(np.abs(ours.predict_proba(X) - theirs.predict_proba(X)).max())


def above(models, X, y, **how):
    """Return by what share of theirs our objective is above."""
    ours, theirs = (objective(model, X, y, **how) for model in models)
    return float(ours / theirs - 1)


def rows() -> list[Row]:
    """Measure the rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _rows()


def _rows() -> list[Row]:
    name, whose = "LogisticRegression", "scikit-learn LogisticRegression"
    exact = {"tol": 1e-9, "theirs": {"solver": "newton-cholesky"}}
    cancer, iris, wine, digits = map(data, (load_breast_cancer, load_iris, load_wine, load_digits))
    found = []
    for title, (X, y) in (("breast cancer", cancer), ("iris", iris), ("wine", wine)):
        found.append(Row(name, whose, f"probabilities: {title}", apart(*both(X, y, **exact), X), 1e-7, TO_THE_END))
    balanced = both(*iris, solver="newton-cholesky", C=0.1, class_weight="balanced", **exact)
    found.append(
        Row(name, whose, "probabilities: iris, balanced, newton-cholesky", apart(*balanced, iris[0]), 1e-7, TO_THE_END)
    )
    for title, (X, y) in (("breast cancer", cancer), ("wine", wine), ("digits", digits)):
        found.append(Row(name, whose, f"objective at the defaults: {title}", above(both(X, y), X, y), 1e-8, EARLY))
    for ratio in (0.5, 1.0):
        how = {"l1_ratio": ratio, "C": 0.05, "solver": "saga", "max_iter": 10_000, "random_state": 0}
        share = above(both(*cancer, **how), *cancer, C=0.05, l1_ratio=ratio)
        found.append(Row(name, whose, f"objective by saga, l1_ratio {ratio}: breast cancer", share, 1e-8, EARLY))
    each = LogisticRegression(multi_class="ovr", tol=1e-9).fit(*iris)
    rest = OneVsRestClassifier(reference.LogisticRegression(tol=1e-9, solver="newton-cholesky")).fit(*iris)
    found.append(
        Row(
            name,
            "scikit-learn OneVsRestClassifier",
            "probabilities: iris",
            apart(each, rest, iris[0]),
            1e-6,
            TO_THE_END,
        )
    )
    how = {"Cs": [0.01, 0.1, 1.0], "l1_ratios": (0.0,), "scoring": "neg_log_loss", "use_legacy_attributes": False}
    ours = LogisticRegressionCV(**how, tol=1e-9).fit(*iris)
    theirs = reference.LogisticRegressionCV(**how, tol=1e-9, solver="newton-cholesky").fit(*iris)
    scores = float(np.abs(ours.scores_ - theirs.scores_).max())
    whose = "scikit-learn LogisticRegressionCV"
    return [
        *found,
        Row("LogisticRegressionCV", whose, "scores of folds: iris", scores, 1e-7, TO_THE_END),
        Row("LogisticRegressionCV", whose, "C_: iris", abs(ours.C_ - theirs.C_), 0.0),
        Row("LogisticRegressionCV", whose, "probabilities: iris", apart(ours, theirs, iris[0]), 1e-7, TO_THE_END),
    ]
