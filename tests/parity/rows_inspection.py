"""How far importances, partial dependence and Shapley values are from the references'."""

import numpy as np
import sklearn.ensemble
import sklearn.inspection as reference
import sklearn.tree
from sklearn.datasets import load_diabetes, load_iris

import scratchml.ensemble
import scratchml.tree
from scratchml.inspection import partial_dependence, permutation_importance, tree_shap
from tests.naive.inspection import tree_shap as naive
from tests.parity.ledger import Row

ORDER = "sums over leaves in another order"
ROOMS = {"tree": (scratchml.tree, sklearn.tree), "ensemble": (scratchml.ensemble, sklearn.ensemble)}
MODELS = [
    ("tree", "DecisionTreeRegressor", {}),
    ("ensemble", "RandomForestRegressor", {"n_estimators": 10}),
    ("ensemble", "GradientBoostingRegressor", {"n_estimators": 20}),
    ("ensemble", "HistGradientBoostingRegressor", {"max_iter": 20}),
    ("ensemble", "GradientBoostingClassifier", {"n_estimators": 10}),
    ("ensemble", "HistGradientBoostingClassifier", {"max_iter": 10}),
]
# shap 0.51.0, TreeExplainer(model, feature_perturbation="tree_path_dependent").shap_values(X[:1]), where model is
# scikit-learn 1.9.1's GradientBoostingRegressor(n_estimators=20, random_state=0) fitted to load_diabetes
SHAP = [
    1.910338412493e-02,
    -1.137809419153e00,
    2.440848667825e01,
    -5.601365951650e00,
    9.221898794023e-01,
    8.575208872410e-01,
    2.223510602298e00,
    -5.666576040507e-01,
    1.522180487930e01,
    -2.206993576740e00,
]


def far(found, expected):
    """Return the largest difference beside the largest of what is expected."""
    found, expected = np.asarray(found), np.asarray(expected)
    return float(np.max(np.abs(found - expected)) / np.max(np.abs(expected)))


def dependence_rows(X, y, labels) -> list[Row]:
    """Measure partial dependence for each kind of model, by both methods."""
    found = []
    for room, name, how in MODELS:
        ours, theirs = (getattr(module, name)(random_state=0, **how) for module in ROOMS[room])
        target = labels if "Classifier" in name else y
        ours, theirs = ours.fit(X, target), theirs.fit(X, target)
        for words, asked in (
            ("recursion, one feature", {"features": [2], "method": "recursion"}),
            ("recursion, two features", {"features": [2, 8], "method": "recursion", "grid_resolution": 20}),
            ("brute, every row's curve", {"features": [2], "method": "brute", "kind": "both", "grid_resolution": 20}),
        ):
            mine, yours = partial_dependence(ours, X, **asked), reference.partial_dependence(theirs, X, **asked)
            deviation = max(far(mine[part], yours[part]) for part in yours if part != "grid_values")
            grid = max(far(a, b) for a, b in zip(mine.grid_values, yours.grid_values, strict=True))
            compared = f"{words}: diabetes, {name}"
            found.append(
                Row(
                    "partial_dependence",
                    "scikit-learn partial_dependence",
                    compared,
                    max(deviation, grid),
                    1e-13,
                    ORDER,
                )
            )
    return found


def rows() -> list[Row]:
    """Measure the rows of this room."""
    X, y = load_diabetes(return_X_y=True)
    labels, weight = (y > 150).astype(int), np.random.default_rng(0).random(len(y))
    forest = scratchml.ensemble.RandomForestClassifier(10, random_state=0).fit(X, labels)
    found = []
    for words, how in (
        ("five shuffles", {}),
        ("weights, half of the rows drawn", {"sample_weight": weight, "max_samples": 0.5}),
        ("balanced accuracy", {"scoring": "balanced_accuracy"}),
    ):
        mine, yours = (
            module(forest, X, labels, random_state=3, **how).importances
            for module in (permutation_importance, reference.permutation_importance)
        )
        whose = "scikit-learn permutation_importance"
        found.append(Row("permutation_importance", whose, f"importances: {words}, diabetes", far(mine, yours), 0.0))
    found += dependence_rows(X, y, labels)
    boosting = scratchml.ensemble.GradientBoostingRegressor(n_estimators=20, random_state=0).fit(X, y)
    printed = "printed to 13 digits"
    explained = tree_shap(boosting, X[:1])
    found.append(
        Row("tree_shap", "shap 0.51.0", "boosting, diabetes, row 0", far(explained.values, [SHAP]), 1e-12, printed)
    )
    flowers, species = load_iris(return_X_y=True)
    tree = scratchml.tree.DecisionTreeClassifier(random_state=0).fit(flowers, species)
    expected = [naive.shapley_values(naive.nested(tree.tree_), x)[0] for x in flowers[::10]]
    large = scratchml.ensemble.RandomForestRegressor(10, random_state=0).fit(X, y)
    for algorithm in ("linear", "paths"):
        values = tree_shap(tree, flowers[::10], algorithm=algorithm).values
        compared = f"iris, a whole tree, algorithm={algorithm}"
        found.append(Row("tree_shap", "all sets of features", compared, far(values, expected), 1e-13, ORDER))
        values, base = tree_shap(large, X, algorithm=algorithm)
        compared = f"values and base add up: diabetes, ten whole trees, algorithm={algorithm}"
        found.append(
            Row("tree_shap", "the prediction", compared, far(values.sum(axis=1) + base, large.predict(X)), 1e-13, ORDER)
        )
    return found
