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


def early_stopping_rows() -> list[Row]:
    """Measure early stopping and staged predictions of gradient boosting."""
    X, labels, numbers = problem()
    found = []
    for name, y in (("GradientBoostingRegressor", numbers), ("GradientBoostingClassifier", labels)):
        ours, theirs = both(name, X, y, n_estimators=300, n_iter_no_change=3)
        assert ours.n_estimators_ < 300
        whose, rounds = f"scikit-learn {name}", abs(ours.n_estimators_ - theirs.n_estimators_)
        staged = max(float((a != b).mean()) for a, b in zip(ours.staged_predict(X), theirs.staged_predict(X)))
        if name.endswith("Regressor"):
            stages = zip(ours.staged_predict(X), theirs.staged_predict(X))
            staged = max(float(np.abs(a - b).max()) for a, b in stages)
        found += [
            Row(name, whose, "early stopping: rounds", float(rounds), 0.0),
            Row(name, whose, "early stopping: staged predictions", staged, 1e-12, "means and exponentials round"),
        ]
    return found


def other_leaves(ours, theirs):
    """Return the share of scikit-learn's nodes of histogram trees that differ in column, threshold, count or way of
    missing values, and the largest difference of a leaf's value beside the largest value."""
    total = differ = 0
    worst = largest = 0.0
    for a, b in zip([t for trees in ours._rounds for t in trees], [t for trees in theirs._predictors for t in trees]):
        b, m = b.nodes, min(len(a.feature), len(b.nodes))
        inner = b["is_leaf"][:m] == 0
        same = (a.n_rows[:m] == b["count"][:m]) & ((a.right[:m] >= 0) == inner)
        numeric = inner & (b["is_categorical"][:m] == 0)
        same &= ~inner | (a.feature[:m] == b["feature_idx"][:m])
        same &= ~numeric | (a.threshold[:m] == b["num_threshold"][:m])
        same &= ~inner | (a.missing_left[:m] == b["missing_go_to_left"][:m])
        total, differ = total + len(b), differ + len(b) - int(np.count_nonzero(same))
        worst = max(worst, float(np.abs(a.value[:m] - b["value"][:m])[~inner].max()))
        largest = max(largest, float(np.abs(b["value"]).max()))
    return differ / total, worst / largest


def histogram_rows() -> list[Row]:
    """Measure histogram boosting: each loss, and each setting that changes trees."""
    X, labels, numbers = problem()
    X = X.copy()
    X[:, 1] = np.random.default_rng(1).integers(0, 8, size=len(X))
    X[np.random.default_rng(2).random(X.shape) < 0.05] = np.nan
    target = np.abs(numbers) + 0.1
    losses = ("squared_error", "absolute_error", "quantile", "poisson", "gamma")
    cases = [("HistGradientBoostingRegressor", target, f"loss {loss}", {"loss": loss}) for loss in losses]
    cases += [
        ("HistGradientBoostingRegressor", target, title, how)
        for title, how in (
            ("categories", {"categorical_features": [1]}),
            ("monotonic columns", {"monotonic_cst": [1, 0, -1] + [0] * 7}),
            ("columns that may meet", {"interaction_cst": [{0, 1}, set(range(2, 10))]}),
            ("some columns for each node", {"max_features": 0.4}),
            ("l2, depth and 16 bins", {"l2_regularization": 2.0, "max_depth": 4, "max_bins": 16}),
            ("early stopping", {"early_stopping": True, "max_iter": 100, "n_iter_no_change": 3}),
        )
    ]
    cases += [
        ("HistGradientBoostingClassifier", labels > 0, "two classes", {"class_weight": "balanced"}),
        ("HistGradientBoostingClassifier", labels, "three classes", {}),
        ("HistGradientBoostingClassifier", labels, "early stopping", {"early_stopping": True, "scoring": "accuracy"}),
    ]
    found = []
    for name, y, title, how in cases:
        ours, theirs = both(
            name, X, y, **{"max_iter": 15, "quantile": 0.7, **how} if y is target else {"max_iter": 15, **how}
        )
        whose, (nodes, value) = f"scikit-learn {name}", other_leaves(ours, theirs)
        step_by_step = "staged_predict" if y is target else "staged_predict_proba"
        stages = zip(getattr(ours, step_by_step)(X), getattr(theirs, step_by_step)(X))
        staged = max(float(np.abs(a - b).max()) for a, b in stages)
        found += [
            Row(name, whose, f"share of nodes that differ: {title}", nodes, 0.0),
            Row(name, whose, f"values of leaves: {title}", value, 0.0),
            Row(name, whose, f"staged predictions: {title}", staged, 1e-14, "exponentials round"),
        ]
        if "early" in title:
            found.append(Row(name, whose, f"rounds: {title}", float(abs(ours.n_iter_ - theirs.n_iter_)), 0.0))
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
    return forest_rows() + boosting_rows() + early_stopping_rows() + histogram_rows() + other_rows()
