"""Exact Shapley values of a forest's predictions, beside the shap package, where that is installed."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    """Return n rows to explain, and forests of ten times as many."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(10 * n, d))
    y = X[:, 0] * X[:, 1] + np.sin(3 * X[:, 2]) + 0.3 * X[:, 3:].sum(axis=1) + rng.normal(size=10 * n)
    from sklearn.ensemble import RandomForestRegressor as Theirs

    from scratchml.ensemble import RandomForestRegressor as Ours

    how = {"n_estimators": 5, "random_state": 0}
    return {"X": X[:n], "ours": Ours(**how).fit(X, y), "theirs": Theirs(**how).fit(X, y)}


def ours(data):
    from scratchml.inspection import tree_shap

    return tree_shap(data["ours"], data["X"])


def paths(data):
    from scratchml.inspection import tree_shap

    return tree_shap(data["ours"], data["X"], algorithm="paths")


def shap(data):
    from shap import TreeExplainer

    explainer = TreeExplainer(data["theirs"], feature_perturbation="tree_path_dependent")
    return explainer.shap_values(data["X"], check_additivity=False), float(np.ravel(explainer.expected_value)[0])


def distance(found, data):
    """Return how far values and base are from adding up to the prediction."""
    values, base = found
    return float(np.abs(values.sum(axis=1) + base - data["ours"].predict(data["X"])).max())


CONTESTANTS = {
    "scratchml": Contestant(ours),
    "scratchml, algorithm 2": Contestant(paths, library="scratchml"),
    "shap": Contestant(shap),
}
WORKLOAD = Workload(
    title="TreeSHAP, forest of 5 whole trees of ten times the rows",
    make=make,
    sizes={"small": (50, 20), "large": (200, 20)},
    contestants=CONTESTANTS,
    loss=distance,
    slack=1e-9,
    same=lambda found, data: list(found),  # values and base
    fit_name="explain",
)
