"""How far forests and boosting are from the references'."""

import numpy as np
import sklearn.ensemble as reference
from sklearn.datasets import load_breast_cancer, load_diabetes

import scratchml.ensemble as ensemble
from tests.parity.ledger import Row

TIES = "rows that tie in a feature: sums in another order decide between splits of equal gain"


def problem(n=500):
    """Return (X, three classes, numbers): continuous, without ties."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 10))
    z = X[:, 0] + X[:, 1] ** 2 + 0.3 * rng.normal(size=n)
    return X, (z > 0.5).astype(int) + (z > 1.5), z


def both(name, X, y, **how):
    """Return our model and scikit-learn's."""
    how = {"random_state": 0, **how}
    return [getattr(room, name)(**how).fit(X, y) for room in (ensemble, reference)]


def other_nodes(ours, theirs):
    """Return the share of scikit-learn's nodes that are not the same at the same place of the same tree."""
    total = differ = 0
    for a, b in zip(np.ravel(ours.estimators_), np.ravel(theirs.estimators_)):
        a, b = a.tree_, b.tree_
        m = min(a.node_count, b.node_count)
        same = (a.feature[:m] == b.feature[:m]) & (a.threshold[:m] == b.threshold[:m])
        total, differ = total + b.node_count, differ + b.node_count - int(np.count_nonzero(same))
    return differ / total


def said(model, X):
    """Return the shares of classes, or the numbers."""
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


def forest_rows() -> list[Row]:
    """Measure the forests."""
    X, labels, numbers = problem()
    found = []
    for name in ("RandomForestClassifier", "ExtraTreesClassifier", "RandomForestRegressor", "ExtraTreesRegressor"):
        y, whose = labels if name.endswith("Classifier") else numbers, f"scikit-learn {name}"
        ours, theirs = both(name, X, y, n_estimators=30, bootstrap=True, oob_score=True)
        predicted = float(np.abs(said(ours, X) - said(theirs, X)).max())
        importance = float(np.abs(ours.feature_importances_ - theirs.feature_importances_).max())
        found += [
            Row(name, whose, "share of nodes that differ: continuous features", other_nodes(ours, theirs), 0.0),
            Row(name, whose, "predictions", predicted, 1e-14, "one rounding"),
            Row(name, whose, "importances", importance, 1e-14, "sums in another order"),
            Row(name, whose, "out-of-bag score", abs(ours.oob_score_ - theirs.oob_score_), 1e-14, "one rounding"),
        ]
    for name, load in (("RandomForestClassifier", load_breast_cancer), ("RandomForestRegressor", load_diabetes)):
        ours, theirs = both(name, *load(return_X_y=True), n_estimators=30)
        title = f"share of nodes that differ: {load.__name__[5:].replace('_', ' ')}, with ties"
        found.append(Row(name, f"scikit-learn {name}", title, other_nodes(ours, theirs), 1.0, TIES))
    return found


def boosting_rows() -> list[Row]:
    """Measure gradient boosting."""
    X, labels, numbers = problem()
    cases = [("GradientBoostingRegressor", numbers, {"loss": loss}) for loss in ("squared_error", "absolute_error")]
    cases += [("GradientBoostingRegressor", numbers, {"loss": loss}) for loss in ("huber", "quantile")]
    cases += [
        ("GradientBoostingClassifier", labels, {"loss": "log_loss", "subsample": 0.5}),
        ("GradientBoostingClassifier", labels > 0, {"loss": "log_loss"}),
        ("GradientBoostingClassifier", labels > 0, {"loss": "exponential"}),
    ]
    found = []
    for name, y, how in cases:
        ours, theirs = both(name, X, y, n_estimators=40, **how)
        whose, title = f"scikit-learn {name}", f"{how['loss']}, {len(np.unique(y))} classes"
        title = how["loss"] if name.endswith("Regressor") else title
        predicted = float(np.abs(said(ours, X) - said(theirs, X)).max())
        score = float(np.abs(ours.train_score_ - theirs.train_score_).max())
        found += [
            Row(name, whose, f"share of nodes that differ: {title}", other_nodes(ours, theirs), 0.0),
            Row(name, whose, f"predictions: {title}", predicted, 1e-12, "means and exponentials round"),
            Row(name, whose, f"loss of each round: {title}", score, 1e-13, "sums in another order"),
        ]
    return found


def other_rows() -> list[Row]:
    """Measure AdaBoost and the isolation forest."""
    X, labels, _ = problem()
    found = []
    for y in (labels > 0, labels):
        ours, theirs = both("AdaBoostClassifier", X, y)
        title, whose = f"{len(np.unique(y))} classes", "scikit-learn AdaBoostClassifier"
        votes = float(np.abs(ours.estimator_weights_ - theirs.estimator_weights_).max())
        predicted = float(np.abs(said(ours, X) - said(theirs, X)).max())
        found += [
            Row("AdaBoostClassifier", whose, f"weights of the votes: {title}", votes, 1e-12, "sums of weights"),
            Row("AdaBoostClassifier", whose, f"predictions: {title}", predicted, 1e-13, "exponentials round"),
        ]
    for how in ({}, {"max_features": 3, "bootstrap": True}):
        ours, theirs = both("IsolationForest", X, None, **how)
        score = float(np.abs(ours.score_samples(X) - theirs.score_samples(X)).max())
        whose, title = "scikit-learn IsolationForest", "some features, bootstrap" if how else "as it comes"
        found += [
            Row("IsolationForest", whose, f"share of nodes that differ: {title}", other_nodes(ours, theirs), 0.0),
            Row("IsolationForest", whose, f"scores: {title}", score, 1e-14, "powers round"),
        ]
    return found


def rows() -> list[Row]:
    """Measure the rows of this room."""
    return forest_rows() + boosting_rows() + other_rows()
