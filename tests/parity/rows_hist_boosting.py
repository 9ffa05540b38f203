"""How far histogram boosting is from scikit-learn's."""

import numpy as np
import sklearn.ensemble as reference

from scratchml.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from tests.parity.ledger import Row

OURS = {"regressor": HistGradientBoostingRegressor, "classifier": HistGradientBoostingClassifier}
THEIRS = {
    "regressor": reference.HistGradientBoostingRegressor,
    "classifier": reference.HistGradientBoostingClassifier,
}
SHARES = "we work out both shares of two classes by themselves, scikit-learn 1 - p; exponentials are NumPy's or libm's"
BITS = "the same bits: float32 slopes, float64 sums in the same order"


def table(n=1500):
    """Return X with missing values and a column of categories, and a bent target."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 6))
    X[:, 2] = rng.integers(0, 9, n)
    X[rng.random(X.shape) < 0.1] = np.nan
    full = np.nan_to_num(X)
    return X, full[:, 0] * 2 + np.sin(full[:, 1] * 3) + np.cos(full[:, 2] * 7) + rng.normal(size=n), rng.random(n)


def unlike_nodes(ours, theirs):
    """Return the share of nodes whose column, threshold, value, gain or count is not theirs to the last bit."""
    same, total = 0, 0
    for trees, predictors in zip(ours._rounds, theirs._predictors):
        for tree, nodes in zip(trees, (p.nodes for p in predictors)):
            total += max(len(nodes), len(tree.value))
            if len(nodes) == len(tree.value):
                leaf, categories = nodes["is_leaf"] == 1, nodes["is_categorical"] == 1
                alike = leaf | (tree.feature == nodes["feature_idx"])
                alike &= leaf | categories | (tree.threshold == nodes["num_threshold"])
                alike &= (tree.value == nodes["value"]) & (tree.gain == nodes["gain"])
                same += int((alike & (tree.n_rows == nodes["count"])).sum())
    return 1 - same / total


def compare(kind, words, X, y, weight=None, tolerance=0.0, **how):
    """Return the rows of one pair of fits."""
    how = {"max_iter": 30, "random_state": 0, **how}
    ours, theirs = OURS[kind](**how).fit(X, y, weight), THEIRS[kind](**how).fit(X, y, weight)
    name = type(ours).__name__
    says = "predict" if kind == "regressor" else "predict_proba"
    found, expected = getattr(ours, says)(X), getattr(theirs, says)(X)
    return [
        Row(name, f"scikit-learn {name}", f"share of unlike nodes: {words}", unlike_nodes(ours, theirs), 0.0, BITS),
        Row(
            name,
            f"scikit-learn {name}",
            f"{says}: {words}",
            float(np.abs(found - expected).max()),
            tolerance,
            SHARES if tolerance else BITS,
        ),
    ]


def rows() -> list[Row]:
    """Measure the rows."""
    X, y, weight = table()
    up = np.exp(y / 4)
    found = []
    for loss in ("squared_error", "absolute_error", "quantile", "poisson", "gamma"):
        target = up if loss in ("poisson", "gamma") else y
        more = {"quantile": 0.3} if loss == "quantile" else {}
        for w, words in ((None, loss), (weight, f"{loss}, weighted, early stopping")):
            found += compare("regressor", words, X, target, w, loss=loss, early_stopping=w is not None, **more)
    for how in (
        {"categorical_features": [2]},
        {"max_features": 0.5},
        {"monotonic_cst": [1, -1, 0, 0, 0, 1]},
        {"interaction_cst": [[0, 1], [1, 2, 3]]},
        {"max_leaf_nodes": None, "max_depth": 4, "l2_regularization": 1.0, "max_bins": 20},
    ):
        found += compare("regressor", ", ".join(f"{k}={v}" for k, v in how.items()), X, y, **how)
    two, three = (y > 0).astype(int), np.digitize(y, [-1, 1])
    found += compare("classifier", "two classes", X, two, tolerance=4e-16)
    found += compare("classifier", "three classes, weighted", X, three, weight, tolerance=1e-15)
    found += compare(
        "classifier", "two classes, balanced, early stopping", X, two, None, 4e-16, class_weight="balanced",
        early_stopping=True,
    )  # fmt: skip
    return found
