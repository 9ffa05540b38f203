"""How many nodes of our trees are the reference's."""

import numpy as np
from sklearn import tree as reference
from sklearn.datasets import load_breast_cancer, load_diabetes

from scratchml import tree as ours
from tests.parity.ledger import Row
from tests.tree.same_tree import ARRAYS, share_of_same_nodes

TIES = "rows tie in a feature, so sums that are not whole numbers are added in another order; of splits that are equal "
TIES += "but for rounding another may win"


def both(kind, X, y, weight=None, **how):
    """Return our tree and scikit-learn's."""
    return [getattr(module, kind)(random_state=0, **how).fit(X, y, weight).tree_ for module in (ours, reference)]


def differing(pair):
    """Return 0.0 if all arrays are equal to the last bit, else the share of nodes that differ."""
    a, b = pair
    if a.node_count == b.node_count and all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ARRAYS):
        return 0.0
    return max(1.0 - share_of_same_nodes(a, b), 1e-9)


def rows() -> list[Row]:
    """Measure the rows of this room."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 10))
    signal = X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=2000)
    labels, weight = np.digitize(signal, [-1.0, 1.0]), rng.random(2000)
    gaps = np.where(rng.random(X.shape) < 0.1, np.nan, X)
    coarse = np.round(X)
    C, R = "DecisionTreeClassifier", "DecisionTreeRegressor"
    what = "share of nodes that differ: "
    cancer, diabetes = load_breast_cancer(return_X_y=True), load_diabetes(return_X_y=True)
    cases = [
        (C, "continuous data", both(C, X, labels), 0.0, ""),
        (
            C,
            "max_features='sqrt', integer weights",
            both(C, X, labels, np.ceil(3 * weight), max_features="sqrt"),
            0.0,
            "",
        ),
        (
            C,
            "entropy, best first, weights",
            both(C, X, labels, weight, criterion="entropy", max_leaf_nodes=50),
            0.0,
            "",
        ),
        (C, "missing values", both(C, gaps, labels), 0.0, ""),
        (C, "breast cancer", both(C, *cancer), 0.0, ""),
        (C, "features with eight values", both(C, coarse, labels), 0.0, ""),
        (C, "the same, weights", both(C, coarse, labels, weight), 0.3, TIES),
        (R, "continuous data", both(R, X, signal), 0.0, ""),
        (R, "max_features=3, weights", both(R, X, signal, weight, max_features=3), 0.0, ""),
        (R, "absolute errors", both(R, X, signal, criterion="absolute_error", max_depth=6), 0.0, ""),
        (R, "poisson", both(R, X, np.exp(signal), criterion="poisson"), 0.0, ""),
        (R, "missing values", both(R, gaps, signal), 0.1, TIES),
        (R, "diabetes", both(R, *diabetes), 0.0, ""),
        (R, "diabetes, up to 50 leaves", both(R, *diabetes, max_leaf_nodes=50), 0.0, ""),
        ("ExtraTreeClassifier", "continuous data", both("ExtraTreeClassifier", X, labels), 0.0, ""),
        ("ExtraTreeRegressor", "continuous data", both("ExtraTreeRegressor", X, signal), 0.0, ""),
    ]
    return [
        Row(name, f"scikit-learn {name}", what + on, differing(pair), far, why) for name, on, pair, far, why in cases
    ]
