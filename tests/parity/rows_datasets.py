"""How far bundled data and made data are from the references'."""

import imblearn.datasets
import numpy as np
from sklearn import datasets as reference

from scratchml import datasets
from tests.parity.ledger import Row

BLAS = "matrix products and factorisations may round differently"
LOADERS = [
    ("load_iris", {}),
    ("load_wine", {}),
    ("load_breast_cancer", {}),
    ("load_digits", {}),
    ("load_diabetes", {}),
    ("load_diabetes", {"scaled": False}),
]
MAKERS = [
    ("make_moons", {"noise": 0.2}),
    ("make_circles", {"noise": 0.2}),
    ("make_swiss_roll", {"noise": 0.5, "hole": True}),
    ("make_s_curve", {"noise": 0.1}),
    ("make_blobs", {"n_samples": 500, "centers": 5}),
    ("make_friedman1", {"noise": 1.0}),
    ("make_sparse_uncorrelated", {}),
]
PRODUCTS = [
    ("make_gaussian_quantiles", {"n_features": 4}),
    ("make_classification", {"n_informative": 5, "n_repeated": 2, "n_classes": 4, "scale": None}),
    ("make_regression", {"noise": 2.0, "n_targets": 2}),
    ("make_regression", {"effective_rank": 5}),
    ("make_low_rank_matrix", {}),
]


def distance(found, expected):
    """Return the largest difference of two tuples of arrays; a different shape or type is infinitely far."""
    pairs = list(zip(found, expected, strict=True))
    if any(f.shape != e.shape or f.dtype != e.dtype for f, e in pairs):
        return float("inf")
    return max(float(np.max(np.abs(f - e))) for f, e in pairs)


def as_tuple(made):
    return made if isinstance(made, tuple) else (made,)


def say(*words, **how):
    return ", ".join([*words, *(f"{name}={value}" for name, value in how.items())])


def rows():
    found = []
    for name, how in LOADERS:
        ours, theirs = getattr(datasets, name)(**how), getattr(reference, name)(**how)
        same_names = list(ours.feature_names) == list(theirs.feature_names) and set(ours) == set(theirs)
        apart = distance((ours.data, ours.target), (theirs.data, theirs.target)) if same_names else float("inf")
        found.append(Row(name, f"sklearn.datasets.{name}", say("data, target, names, keys", **how), apart, 0.0))
    for table, tolerance, reason in ((MAKERS, 0.0, ""), (PRODUCTS, 1e-9, BLAS)):
        for name, how in table:
            apart = max(
                distance(
                    as_tuple(getattr(datasets, name)(random_state=seed, **how)),
                    as_tuple(getattr(reference, name)(random_state=seed, **how)),
                )
                for seed in (0, 1, 42)
            )
            found.append(Row(name, f"sklearn.datasets.{name}", say("seeds 0, 1, 42", **how), apart, tolerance, reason))
    X, y = datasets.load_wine(return_X_y=True)
    how = {"sampling_strategy": {0: 10, 2: 30}, "random_state": 0}
    apart = distance(datasets.make_imbalance(X, y, **how), imblearn.datasets.make_imbalance(X, y, **how))
    found.append(Row("make_imbalance", "imblearn.datasets.make_imbalance", "samples kept of wine", apart, 0.0))
    return found
