"""How far the neighbours are from the references'."""

import numpy as np
from scipy.spatial import KDTree
from sklearn import neighbors as reference
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris

from scratchml.neighbors import (
    KNeighborsClassifier,
    KNeighborsRegressor,
    LocalOutlierFactor,
    NearestNeighbors,
    RadiusNeighborsClassifier,
    RadiusNeighborsRegressor,
)
from tests.parity.ledger import Row

CANCELS = "scikit-learn's ||x||^2 - 2 x.y + ||y||^2 cancels digits"
TIES = "neighbours at equal distance: the lowest index here, as rounding has it there"


def both(X, y, k, **how):
    """Return our model and scikit-learn's."""
    how = {"algorithm": "brute", **how}
    return [kind(k, **how).fit(X, y) for kind in (KNeighborsClassifier, reference.KNeighborsClassifier)]


def shares(X, y, queries, k, **how):
    """Return the largest difference of the shares of votes."""
    ours, theirs = both(X, y, k, **how)
    return float(np.abs(ours.predict_proba(queries) - theirs.predict_proba(queries)).max())


def relative(found, expected):
    """Return the largest relative difference of distances."""
    return float(np.max(np.abs(found / expected - 1)))


def rows() -> list[Row]:
    """Measure the rows of this room."""
    name, whose = "KNeighborsClassifier", "scikit-learn KNeighborsClassifier"
    X, y = load_breast_cancer(return_X_y=True)
    train = np.arange(len(X)) % 3 > 0
    split = X[train], y[train], X[~train]
    pixels, digit = load_digits(return_X_y=True)
    flowers, species = load_iris(return_X_y=True)
    several = both(flowers + np.random.default_rng(0).normal(size=flowers.shape) * 0.01, np.c_[species, species % 2], 7)
    readers = both(pixels[:1200], digit[:1200], 3)
    tree = KDTree(X[train]).query(X[~train], k=9)
    searched = KNeighborsClassifier(9).fit(X[train], y[train]).kneighbors(X[~train])
    far = [model.kneighbors()[0] for model in both(X[:, :3] + 1e6, y, 5)]
    truth = KDTree(X[:, :3] + 1e6).query(X[:, :3] + 1e6, k=6)[0][:, 1:]
    weighted = {"p": 3, "metric_params": {"w": 1 / X.std(axis=0)}}
    found = [
        Row(name, whose, "shares of votes: breast cancer, k=10", shares(*split, 10), 0.0),
        Row(name, whose, "the same, weights by distance", shares(*split, 10, weights="distance"), 1e-11, CANCELS),
    ]
    found += [
        Row(name, whose, f"the same, {metric}", shares(*split, 10, weights="distance", metric=metric), allowed, reason)
        for metric, allowed, reason in (("manhattan", 1e-15, ""), ("chebyshev", 1e-15, ""), ("cosine", 1e-10, CANCELS))
    ]
    found += [
        Row(
            name,
            whose,
            "the same, minkowski with p=3 and weights of the features",
            shares(*split, 10, weights="distance", **weighted),
            1e-14,
            "powers and roots round",
        ),
        Row(
            name,
            whose,
            "share of rows read otherwise: digits, k=3",
            float(np.mean(readers[0].predict(pixels[1200:]) != readers[1].predict(pixels[1200:]))),
            0.005,
            TIES,
        ),
        Row(
            name,
            whose,
            "share of labels that differ: iris, two outputs, each row by the others",
            float(np.mean(several[0].predict(None) != several[1].predict(None))),
            0.0,
        ),
        Row(name, "SciPy KDTree", "nine nearest: indices", float(np.sum(searched[1] != tree[1])), 0.0),
        Row(name, "SciPy KDTree", "nine nearest: distances", relative(searched[0], tree[0]), 1e-15, "one rounding"),
        Row(name, "SciPy KDTree", "distances of rows 1e6 from the origin", relative(far[0], truth), 1e-15),
        Row(name, whose, "distances of rows 1e6 from the origin", relative(far[1], truth), 1.0, CANCELS),
    ]
    return found + rows_of_searches() + rows_of_predictors()


def rows_of_searches() -> list[Row]:
    """Measure the searches by themselves: brute force and the tree, by number and by radius."""
    rng = np.random.default_rng(0)
    X, queries = rng.normal(size=(20_000, 3)), rng.normal(size=(2_000, 3))
    theirs = reference.NearestNeighbors(radius=0.2, algorithm="kd_tree").fit(X)
    found = []
    for algorithm in ("kd_tree", "brute"):
        ours = NearestNeighbors(radius=0.2, algorithm=algorithm).fit(X)
        (gaps, near), (their_gaps, their_near) = ours.kneighbors(queries), theirs.kneighbors(queries)
        all_near, their_all = (model.radius_neighbors(queries, sort_results=True)[1] for model in (ours, theirs))
        wrong = sum(one.tolist() != other.tolist() for one, other in zip(all_near, their_all))
        whose, what = "scikit-learn NearestNeighbors, kd_tree", f"n=20k d=3, {algorithm}"
        found += [
            Row("NearestNeighbors", whose, f"{what}: indices of five", float(np.sum(near != their_near)), 0.0),
            Row("NearestNeighbors", whose, f"{what}: distances", relative(gaps, their_gaps), 1e-15, "one rounding"),
            Row("NearestNeighbors", whose, f"{what}: queries with others within 0.2", float(wrong), 0.0),
        ]
    return found


def rows_of_predictors() -> list[Row]:
    """Measure the regressors, the vote within a radius, and the outlier factor."""
    X, y = load_diabetes(return_X_y=True)
    flowers, species = load_iris(return_X_y=True)
    pairs = [
        (KNeighborsRegressor(7), reference.KNeighborsRegressor(7), "diabetes, k=7"),
        (
            KNeighborsRegressor(7, weights="distance"),
            reference.KNeighborsRegressor(7, weights="distance"),
            "by distance",
        ),
        (RadiusNeighborsRegressor(0.2), reference.RadiusNeighborsRegressor(0.2), "diabetes, radius 0.2"),
    ]
    found = []
    for ours, theirs, what in pairs:
        expected = theirs.fit(X[::2], y[::2]).predict(X[1::2])
        name = type(ours).__name__
        off = relative(ours.fit(X[::2], y[::2]).predict(X[1::2]), expected)
        found.append(Row(name, f"scikit-learn {name}", f"predictions: {what}", off, 1e-12, CANCELS))
    name, edge = "RadiusNeighborsClassifier", "rows at the radius but for a rounding: it compares squares"
    for radius, allowed, reason in ((0.52, 1e-15, ""), (0.5, 0.1, edge)):
        how = {"radius": radius, "outlier_label": "most_frequent"}
        both_models = RadiusNeighborsClassifier(**how), reference.RadiusNeighborsClassifier(**how)
        ours, theirs = (m.fit(flowers[::2], species[::2]).predict_proba(flowers[1::2]) for m in both_models)
        what = f"shares of votes: iris, radius {radius}"
        found.append(Row(name, f"scikit-learn {name}", what, float(np.abs(ours - theirs).max()), allowed, reason))
    scores = [kind().fit(X).negative_outlier_factor_ for kind in (LocalOutlierFactor, reference.LocalOutlierFactor)]
    name = "LocalOutlierFactor"
    found.append(Row(name, f"scikit-learn {name}", "scores: diabetes", relative(*scores), 1e-12, CANCELS))
    return found
