"""How far the samplers' rows are from imbalanced-learn's."""

import warnings

import numpy as np
from imblearn import combine, over_sampling, under_sampling
from sklearn.datasets import load_iris, make_classification

from scratchml import imbalance
from scratchml.datasets import load_yeast
from tests.parity.ledger import Row

WHERE = {name: module for module in (over_sampling, under_sampling, combine) for name in module.__all__}


def deviation(name, X, y, **how):
    """Return the largest difference of the resampled rows and labels; infinity if their numbers differ."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NearMiss-3 may find fewer rows than wanted
        ours, theirs = (getattr(m, name)(**how).fit_resample(X, y) for m in (imbalance, WHERE[name]))
    if ours[0].shape != theirs[0].shape or (ours[1] != theirs[1]).any():
        return float("inf")
    return float(np.abs(np.asarray(ours[0], dtype=float) - np.asarray(theirs[0], dtype=float)).max())


def rows() -> list[Row]:
    """Measure the rows of the samplers."""
    X, y = make_classification(
        1500, 10, n_informative=6, n_classes=3, weights=[0.15, 0.25, 0.6], flip_y=0.05, random_state=0
    )
    Z = X.copy()
    Z[:, 2] = np.random.RandomState(0).randint(4, size=len(Z))
    seed = {"random_state": 0}
    cases = [
        ("RandomOverSampler", X, seed),
        ("RandomOverSampler", X, {**seed, "shrinkage": 0.5}),
        ("SMOTE", X, seed),
        ("BorderlineSMOTE", X, seed),
        ("BorderlineSMOTE", X, {**seed, "kind": "borderline-2"}),
        ("SMOTENC", Z, {**seed, "categorical_features": [2]}),
        ("ADASYN", X, seed),
        ("RandomUnderSampler", X, seed),
        ("NearMiss", X, {"version": 1}),
        ("NearMiss", X, {"version": 2}),
        ("NearMiss", X, {"version": 3}),
        ("TomekLinks", X, {"sampling_strategy": "all"}),
        ("EditedNearestNeighbours", X, {}),
        ("EditedNearestNeighbours", X, {"kind_sel": "mode"}),
        ("SMOTEENN", X, seed),
        ("SMOTETomek", X, seed),
    ]
    found = []
    for name, data, how in cases:
        options = ", ".join(f"{key}={value}" for key, value in how.items() if key != "random_state")
        what = f"rows and labels, three classes{options and ', ' + options}"
        found.append(Row(name, f"imbalanced-learn {name}", what, deviation(name, data, y, **how), 0.0))
    order = "the mean of a cluster's rows is added up in another order"
    whose = "imbalanced-learn ClusterCentroids"
    for sizes, what in (({1: 100, 2: 100}, "100 of 387 and of 874"), ({1: 239}, "239 of 387")):
        centroids = deviation("ClusterCentroids", X, y, sampling_strategy=sizes, **seed)
        found.append(Row("ClusterCentroids", whose, f"rows and labels, {what}", centroids, 1e-14, order))
    yeast = load_yeast()
    found.append(
        Row(
            "SMOTE",
            "imbalanced-learn SMOTE",
            "yeast, with twins",
            deviation("SMOTE", yeast.data, yeast.target, **seed),
            0.0,
        )
    )
    iris = load_iris(return_X_y=True)
    few = {0: 50, 1: 20, 2: 10}
    kept = np.concatenate([np.flatnonzero(iris[1] == label)[:n] for label, n in few.items()])
    found.append(
        Row(
            "SMOTE",
            "imbalanced-learn SMOTE",
            "iris, ties",
            deviation("SMOTE", iris[0][kept], iris[1][kept], **seed),
            0.0,
        )
    )
    return found
